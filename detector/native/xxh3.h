/* XXH3_64bits with a seed, for little-endian machines: written from the published specification
 * (XXH3 in xxhash_spec.md of xxHash). Made for short inputs, since tokens are short. */
#ifndef COPYDESK_XXH3_H
#define COPYDESK_XXH3_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define P32_1 0x9E3779B1u
#define P32_2 0x85EBCA77u
#define P32_3 0xC2B2AE3Du
#define P64_1 0x9E3779B185EBCA87u
#define P64_2 0xC2B2AE3D27D4EB4Fu
#define P64_3 0x165667B19E3779F9u
#define P64_4 0x85EBCA77C2B2AE63u
#define P64_5 0x27D4EB2F165667C5u

enum { XXH3_SECRET_BYTES = 192, XXH3_STRIPE_BYTES = 64, XXH3_BLOCK_STRIPES = 16 };

/* The secret of the specification: random bytes, the same everywhere. */
static const uint8_t XXH3_SECRET[XXH3_SECRET_BYTES] = {
    0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
    0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
    0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
    0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
    0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
    0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
    0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
    0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
    0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
    0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
    0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
    0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
};

static inline uint32_t read32(const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint64_t read64(const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static inline uint64_t secret64(size_t place) { return read64(XXH3_SECRET + place); }

static inline uint64_t rotate_left(uint64_t value, int bits)
{
    return value << bits | value >> (64 - bits);
}

/* Both halves of the 128-bit product, folded into one. */
static inline uint64_t multiply_fold(uint64_t one, uint64_t other)
{
    unsigned __int128 product = (unsigned __int128)one * other;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t xxh3_avalanche(uint64_t hash)
{
    hash ^= hash >> 37;
    hash *= 0x165667919E3779F9u;
    return hash ^ hash >> 32;
}

/* The older finish, of XXH64, which the shortest inputs have. */
static inline uint64_t xxh64_avalanche(uint64_t hash)
{
    hash ^= hash >> 33;
    hash *= P64_2;
    hash ^= hash >> 29;
    hash *= P64_3;
    return hash ^ hash >> 32;
}

/* Up to 8 bytes are given as a number, of which the lowest byte is the first; what stands above
 * them may be anything. No byte is loaded by itself, so that compilers take many inputs at once. */
static inline uint64_t xxh3_1_to_3(uint64_t in, uint64_t size, uint64_t seed)
{
    uint64_t middle = in >> 8 * (size >> 1 & 7) & 0xFF, last = in >> (8 * (size - 1) & 63) & 0xFF;
    uint64_t all = (in & 0xFF) << 16 | middle << 24 | last | size << 8;
    uint64_t flip = (read32(XXH3_SECRET) ^ read32(XXH3_SECRET + 4)) + seed;
    return xxh64_avalanche(all ^ flip);
}

static inline uint64_t xxh3_4_to_8(uint64_t in, uint64_t size, uint64_t seed)
{
    seed ^= (uint64_t)__builtin_bswap32((uint32_t)seed) << 32;
    uint64_t all = (uint32_t)(in >> (8 * (size - 4) & 63)) + (in << 32);
    uint64_t hash = all ^ ((secret64(8) ^ secret64(16)) - seed);
    hash ^= rotate_left(hash, 49) ^ rotate_left(hash, 24);
    hash *= 0x9FB21C651E98DF25u;
    hash ^= (hash >> 35) + size;
    hash *= 0x9FB21C651E98DF25u;
    return hash ^ hash >> 28;
}

static inline uint64_t xxh3_9_to_16(const uint8_t *in, size_t size, uint64_t seed)
{
    uint64_t low = read64(in) ^ ((secret64(24) ^ secret64(32)) + seed);
    uint64_t high = read64(in + size - 8) ^ ((secret64(40) ^ secret64(48)) - seed);
    return xxh3_avalanche(size + __builtin_bswap64(low) + high + multiply_fold(low, high));
}

static inline uint64_t xxh3_mix16(const uint8_t *in, size_t place, uint64_t seed)
{
    return multiply_fold(read64(in) ^ (secret64(place) + seed),
                         read64(in + 8) ^ (secret64(place + 8) - seed));
}

/* 17 to 128: pairs of 16 bytes from both ends towards the middle. */
static inline uint64_t xxh3_17_to_128(const uint8_t *in, size_t size, uint64_t seed)
{
    uint64_t sum = size * P64_1;
    for (size_t pair = (size - 1) / 32 + 1; pair-- > 0;) {
        sum += xxh3_mix16(in + 16 * pair, 32 * pair, seed);
        sum += xxh3_mix16(in + size - 16 * (pair + 1), 32 * pair + 16, seed);
    }
    return xxh3_avalanche(sum);
}

static inline uint64_t xxh3_129_to_240(const uint8_t *in, size_t size, uint64_t seed)
{
    uint64_t sum = size * P64_1;
    for (size_t piece = 0; piece < 8; piece++)
        sum += xxh3_mix16(in + 16 * piece, 16 * piece, seed);
    sum = xxh3_avalanche(sum);
    for (size_t piece = 8; piece < size / 16; piece++)
        sum += xxh3_mix16(in + 16 * piece, 16 * (piece - 8) + 3, seed);
    sum += xxh3_mix16(in + size - 16, 136 - 17, seed);
    return xxh3_avalanche(sum);
}

static inline void xxh3_stripe(uint64_t sums[8], const uint8_t *in, const uint8_t *secret)
{
    for (int lane = 0; lane < 8; lane++) {
        uint64_t data = read64(in + 8 * lane);
        uint64_t keyed = data ^ read64(secret + 8 * lane);
        sums[lane ^ 1] += data;
        sums[lane] += (uint32_t)keyed * (keyed >> 32);
    }
}

/* Above 240: stripes of 64 bytes in blocks of 16, each with its own part of a secret that the seed
 * has changed. */
static uint64_t xxh3_over_240(const uint8_t *in, size_t size, uint64_t seed)
{
    uint8_t secret[XXH3_SECRET_BYTES];
    uint64_t sums[8] = {P32_3, P64_1, P64_2, P64_3, P64_4, P32_2, P64_5, P32_1};
    const uint8_t *last_secret = secret + XXH3_SECRET_BYTES - XXH3_STRIPE_BYTES;
    for (size_t place = 0; place < XXH3_SECRET_BYTES; place += 16) {
        uint64_t keys[2] = {secret64(place) + seed, secret64(place + 8) - seed};
        memcpy(secret + place, keys, sizeof keys);
    }
    size_t stripes = (size - 1) / XXH3_STRIPE_BYTES;
    for (size_t stripe = 0; stripe < stripes; stripe++) {
        size_t inside = stripe % XXH3_BLOCK_STRIPES;
        xxh3_stripe(sums, in + XXH3_STRIPE_BYTES * stripe, secret + 8 * inside);
        for (int lane = 0; lane < 8 && inside == XXH3_BLOCK_STRIPES - 1; lane++) {
            sums[lane] ^= sums[lane] >> 47 ^ read64(last_secret + 8 * lane);
            sums[lane] *= P32_1;
        }
    }
    xxh3_stripe(sums, in + size - XXH3_STRIPE_BYTES, last_secret - 7);
    uint64_t hash = size * P64_1;
    for (int lane = 0; lane < 8; lane += 2)
        hash += multiply_fold(sums[lane] ^ read64(secret + 11 + 8 * lane),
                              sums[lane + 1] ^ read64(secret + 19 + 8 * lane));
    return xxh3_avalanche(hash);
}

static inline uint64_t xxh3_up_to_8(uint64_t in, uint64_t size, uint64_t seed)
{
    return size < 4 ? xxh3_1_to_3(in, size, seed) : xxh3_4_to_8(in, size, seed);
}

static inline uint64_t xxh3_over_8(const uint8_t *in, size_t size, uint64_t seed)
{
    if (size <= 16)
        return xxh3_9_to_16(in, size, seed);
    if (size <= 128)
        return xxh3_17_to_128(in, size, seed);
    if (size <= 240)
        return xxh3_129_to_240(in, size, seed);
    return xxh3_over_240(in, size, seed);
}

static inline uint64_t xxh3(const uint8_t *in, size_t size, uint64_t seed)
{
    uint64_t few = 0;
    if (size > 8)
        return xxh3_over_8(in, size, seed);
    memcpy(&few, in, size);
    return size ? xxh3_up_to_8(few, size, seed)
                : xxh64_avalanche(seed ^ secret64(56) ^ secret64(64));
}

#endif
