#include "sketch.h"

#include <string.h>

#include "xxh3.h"

enum { BATCH = 512, MIX_BATCH = 1024, MAX_LANES = 128 };

/* -- tokens */

/* Tokens are sorted by the class of their length first: within a class there is nothing to decide,
 * while a processor would guess the class of the next token wrongly half of the time. */
static void hash_batch(const uint8_t *line, const uint32_t *starts, const uint32_t *stops,
                       size_t count, uint64_t key, uint64_t *hashes)
{
    uint32_t small[BATCH], middle[BATCH], large[BATCH], huge[BATCH];
    size_t smalls = 0, middles = 0, larges = 0, huges = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t size = stops[i] - starts[i];
        small[smalls] = middle[middles] = large[larges] = huge[huges] = i;
        smalls += size < 4;
        middles += size - 4 < 5;
        larges += size - 9 < 8;
        huges += size > 16;
    }
    for (size_t i = 0; i < smalls; i++)
        hashes[small[i]] = xxh3_1_to_3(line + starts[small[i]], stops[small[i]] - starts[small[i]],
                                       key);
    for (size_t i = 0; i < middles; i++)
        hashes[middle[i]] = xxh3_4_to_8(line + starts[middle[i]],
                                        stops[middle[i]] - starts[middle[i]], key);
    for (size_t i = 0; i < larges; i++)
        hashes[large[i]] = xxh3_9_to_16(line + starts[large[i]],
                                        stops[large[i]] - starts[large[i]], key);
    for (size_t i = 0; i < huges; i++)
        hashes[huge[i]] = xxh3_over_16(line + starts[huge[i]], stops[huge[i]] - starts[huge[i]],
                                       key);
}

void hash_tokens(const uint8_t *line, const uint32_t *stops, size_t count, uint64_t key,
                 uint64_t *hashes)
{
    uint32_t starts[BATCH];
    uint32_t start = 0;
    for (size_t done = 0; done < count; done += BATCH) {
        size_t size = count - done < BATCH ? count - done : BATCH;
        for (size_t i = 0; i < size; i++) {
            starts[i] = start;
            start = stops[done + i] + 1;
        }
        hash_batch(line, starts, stops + done, size, key, hashes + done);
    }
}

bool hash_letters(const uint8_t *line, size_t size, uint64_t key, uint64_t *hashes, size_t count)
{
    uint64_t ascii[128];
    const uint8_t *at = line, *end = line + size;
    for (size_t letter = 0; letter < 128; letter++)
        ascii[letter] = xxh3_1_to_3(&(uint8_t){(uint8_t)letter}, 1, key);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *start = at;
        if (at == end)
            return false;
        for (at++; at < end && is_tail(*at); at++)
            ;
        hashes[i] = *start < 0x80 ? ascii[*start] : xxh3(start, (size_t)(at - start), key);
    }
    return at == end;
}

/* -- shingles */

#define BASE 0x9E3779B97F4A7C15u /* as in detector/shingle.py */

EVERY_LEVEL void shingle_of(const uint64_t *words, size_t count, size_t size, uint64_t *hashes)
{
    for (size_t i = 0; i + size <= count; i++) {
        uint64_t value = words[i];
        for (size_t step = 1; step < size; step++)
            value = value * BASE + words[i + step];
        hashes[i] = xxh3_avalanche(value);
    }
}

/* The loop is unrolled for five words; other sizes are rare or short. */
EVERY_LEVEL void shingle_any(const uint64_t *words, size_t count, size_t size, uint64_t *hashes)
{
    if (size == SHINGLE_WORDS)
        shingle_of(words, count, SHINGLE_WORDS, hashes);
    else
        shingle_of(words, count, size, hashes);
}

/* -- MinHash */

/* MurmurHash3's 32-bit finaliser (Appleby 2011). */
EVERY_LEVEL void mix(const uint32_t *hashes, size_t count, uint32_t *mixed)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t hash = hashes[i];
        hash ^= hash >> 16;
        hash *= 0x85EBCA6Bu;
        hash ^= hash >> 13;
        hash *= 0xC2B2AE35u;
        mixed[i] = hash ^ hash >> 16;
    }
}

/* `lanes` permutations at once, whose minima stay in registers. */
EVERY_LEVEL void lower_lanes(const uint32_t *mixed, size_t count, const uint32_t *a,
                             const uint32_t *b, uint32_t *lowest, const size_t lanes)
{
    uint32_t low[MAX_LANES];
    for (size_t lane = 0; lane < lanes; lane++)
        low[lane] = lowest[lane];
    for (size_t i = 0; i < count; i++) {
        for (size_t lane = 0; lane < lanes; lane++) {
            uint32_t value = a[lane] * mixed[i] + b[lane];
            low[lane] = value < low[lane] ? value : low[lane];
        }
    }
    for (size_t lane = 0; lane < lanes; lane++)
        lowest[lane] = low[lane];
}

EVERY_LEVEL void min_hash_by(const uint32_t *hashes, size_t count, const uint32_t *a,
                             const uint32_t *b, uint32_t *lowest, size_t num_perm,
                             const size_t lanes)
{
    uint32_t mixed[MIX_BATCH];
    for (size_t done = 0; done < count; done += MIX_BATCH) {
        size_t size = count - done < MIX_BATCH ? count - done : MIX_BATCH;
        mix(hashes + done, size, mixed);
        size_t perm = 0;
        for (; num_perm - perm >= lanes; perm += lanes)
            lower_lanes(mixed, size, a + perm, b + perm, lowest + perm, lanes);
        lower_lanes(mixed, size, a + perm, b + perm, lowest + perm, num_perm - perm);
    }
}

/* -- one function for each level */

static void shingle_baseline(const uint64_t *words, size_t count, size_t size, uint64_t *hashes)
{
    shingle_any(words, count, size, hashes);
}

static void min_hash_baseline(const uint32_t *hashes, size_t count, const uint32_t *a,
                              const uint32_t *b, uint32_t *lowest, size_t num_perm)
{
    min_hash_by(hashes, count, a, b, lowest, num_perm, 8);
}

#if HAVE_X86
FOR_AVX2 static void shingle_avx2(const uint64_t *words, size_t count, size_t size,
                                  uint64_t *hashes)
{
    shingle_any(words, count, size, hashes);
}

FOR_AVX2 static void min_hash_avx2(const uint32_t *hashes, size_t count, const uint32_t *a,
                                   const uint32_t *b, uint32_t *lowest, size_t num_perm)
{
    min_hash_by(hashes, count, a, b, lowest, num_perm, 32);
}

FOR_AVX512 static void shingle_avx512(const uint64_t *words, size_t count, size_t size,
                                      uint64_t *hashes)
{
    shingle_any(words, count, size, hashes);
}

FOR_AVX512 static void min_hash_avx512(const uint32_t *hashes, size_t count, const uint32_t *a,
                                       const uint32_t *b, uint32_t *lowest, size_t num_perm)
{
    min_hash_by(hashes, count, a, b, lowest, num_perm, MAX_LANES);
}
#endif

void shingle(enum level level, const uint64_t *words, size_t count, size_t size, uint64_t *hashes)
{
#if HAVE_X86
    if (level == AVX512) {
        shingle_avx512(words, count, size, hashes);
        return;
    }
    if (level == AVX2) {
        shingle_avx2(words, count, size, hashes);
        return;
    }
#endif
    (void)level;
    shingle_baseline(words, count, size, hashes);
}

void min_hash(enum level level, const uint32_t *hashes, size_t count, const uint32_t *a,
              const uint32_t *b, uint32_t *lowest, size_t num_perm)
{
#if HAVE_X86
    if (level == AVX512) {
        min_hash_avx512(hashes, count, a, b, lowest, num_perm);
        return;
    }
    if (level == AVX2) {
        min_hash_avx2(hashes, count, a, b, lowest, num_perm);
        return;
    }
#endif
    (void)level;
    min_hash_baseline(hashes, count, a, b, lowest, num_perm);
}

/* -- winnowing */

size_t winnow(const uint64_t *hashes, size_t count, size_t window, uint64_t *lowest)
{
    size_t width = 1; /* of the windows whose minima `lowest` holds */
    memcpy(lowest, hashes, count * sizeof *hashes);
    while (width < window) {
        size_t step = window - width < width ? window - width : width;
        width += step;
        for (size_t i = 0; i + width <= count; i++)
            lowest[i] = lowest[i] < lowest[i + step] ? lowest[i] : lowest[i + step];
    }
    size_t chosen = 0;
    for (size_t i = 0; i + window <= count; i++)
        if (chosen == 0 || lowest[i] != lowest[chosen - 1])
            lowest[chosen++] = lowest[i];
    return chosen;
}

/* -- a text as a whole */

/* Takes `held` more words into the signature; keeps the last ones, which begin more shingles. */
static size_t lower_by_words(struct sketcher *sketcher, size_t held, size_t size,
                             const uint32_t *a, const uint32_t *b, uint32_t *signature,
                             size_t num_perm)
{
    if (held < size)
        return held;
    enum level level = sketcher->fold.level;
    size_t count = held - size + 1;
    shingle(level, sketcher->words, held, size, sketcher->shingles);
    for (size_t i = 0; i < count; i++)
        sketcher->halves[i] = (uint32_t)(sketcher->shingles[i] >> 32);
    min_hash(level, sketcher->halves, count, a, b, signature, num_perm);
    memmove(sketcher->words, sketcher->words + count, (size - 1) * sizeof *sketcher->words);
    return size - 1;
}

bool sketch_text(struct sketcher *sketcher, const uint8_t *text, size_t size, const uint32_t *a,
                 const uint32_t *b, uint32_t *signature, size_t num_perm)
{
    struct fold *fold = &sketcher->fold;
    enum fold_status status;
    size_t held = 0, total = 0;
    memset(signature, 0xFF, num_perm * sizeof *signature);
    fold_begin(fold, text, size);
    do {
        status = fold_piece(fold);
        if (status == FOLD_BAD)
            return false;
        size_t count = fold->cursor.count;
        hash_tokens(fold->line, fold->stops, count, 0, sketcher->words + held);
        total += count;
        held = lower_by_words(sketcher, held + count, SHINGLE_WORDS, a, b, signature, num_perm);
    } while (status == FOLD_MORE);
    if (total && total < SHINGLE_WORDS) /* a short text is one shingle */
        lower_by_words(sketcher, total, total, a, b, signature, num_perm);
    return true;
}
