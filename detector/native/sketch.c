#include "sketch.h"

#include <string.h>

#include "xxh3.h"

enum { BATCH = 1024, MAX_LANES = 128, FIRST_BYTES = 3 };

/* -- tokens */

/* All tokens are hashed as if they had up to 8 bytes, which compilers make vector instructions of,
 * and the longer ones once more: so nothing has to be decided for each, while a processor would
 * guess the class of the next length wrongly half of the time. */
EVERY_LEVEL void hash_batch(const uint8_t *line, const uint32_t *starts, const uint32_t *stops,
                            size_t count, uint64_t key, uint64_t *hashes)
{
    uint64_t first[BATCH], sizes[BATCH];
    uint32_t longer[BATCH];
    size_t longers = 0;
    for (uint32_t i = 0; i < count; i++) {
        first[i] = read64(line + starts[i]);
        sizes[i] = stops[i] - starts[i];
        longer[longers] = i;
        longers += sizes[i] > 8;
    }
    for (size_t i = 0; i < count; i++)
        hashes[i] = xxh3_up_to_8(first[i], sizes[i], key);
    for (size_t i = 0; i < longers; i++)
        hashes[longer[i]] = xxh3_over_8(line + starts[longer[i]], sizes[longer[i]], key);
}

EVERY_LEVEL void hash_tokens_by(const uint8_t *line, const uint32_t *stops, size_t count,
                                uint64_t key, uint64_t *hashes)
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
        ascii[letter] = xxh3_1_to_3(letter, 1, key);
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

static inline uint64_t shingle_of(const uint64_t *words, size_t size)
{
    uint64_t value = words[0];
    for (size_t i = 1; i < size; i++)
        value = value * BASE + words[i];
    return xxh3_avalanche(value);
}

void shingle(const uint64_t *words, size_t count, size_t size, uint64_t *hashes)
{
    for (size_t i = 0; i + size <= count; i++)
        hashes[i] = shingle_of(words + i, size);
}

/* -- MinHash */

/* MurmurHash3's 32-bit finaliser (Appleby 2011). */
static inline uint32_t mix(uint32_t hash)
{
    hash ^= hash >> 16;
    hash *= 0x85EBCA6Bu;
    hash ^= hash >> 13;
    hash *= 0xC2B2AE35u;
    return hash ^ hash >> 16;
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
    uint32_t mixed[BATCH];
    for (size_t done = 0; done < count; done += BATCH) {
        size_t size = count - done < BATCH ? count - done : BATCH;
        for (size_t i = 0; i < size; i++)
            mixed[i] = mix(hashes[done + i]);
        size_t perm = 0;
        for (; num_perm - perm >= lanes; perm += lanes)
            lower_lanes(mixed, size, a + perm, b + perm, lowest + perm, lanes);
        lower_lanes(mixed, size, a + perm, b + perm, lowest + perm, num_perm - perm);
    }
}

/* -- sets of hashes */

/* Radix sort by the bytes from `byte` up to the highest, each sort keeping the order of the last. */
static void radix_sort(uint64_t *hashes, uint64_t *spare, size_t count, unsigned byte)
{
    for (unsigned shift = 8 * byte; shift < 64; shift += 8) {
        size_t places[257] = {0};
        for (size_t i = 0; i < count; i++)
            places[(hashes[i] >> shift & 0xFF) + 1]++;
        for (size_t value = 0; value < 256; value++)
            places[value + 1] += places[value];
        for (size_t i = 0; i < count; i++)
            spare[places[hashes[i] >> shift & 0xFF]++] = hashes[i];
        memcpy(hashes, spare, count * sizeof *hashes);
    }
}

/* Sorts what is nearly sorted. False: it is not, and is in some other order now. */
static bool insertion_sort(uint64_t *hashes, size_t count)
{
    size_t moves = count;
    for (size_t i = 1; i < count; i++) {
        uint64_t hash = hashes[i];
        size_t at = i;
        for (; at && hashes[at - 1] > hash && moves; at--, moves--)
            hashes[at] = hashes[at - 1];
        hashes[at] = hash;
        if (!moves)
            return false;
    }
    return true;
}

size_t sort_unique(uint64_t *hashes, uint64_t *spare, size_t count)
{
    size_t kept = 0;
    radix_sort(hashes, spare, count, sizeof *hashes - FIRST_BYTES);
    if (!insertion_sort(hashes, count)) /* many have the same first bytes */
        radix_sort(hashes, spare, count, 0);
    for (size_t i = 0; i < count; i++) {
        hashes[kept] = hashes[i];
        kept += i + 1 == count || hashes[i] != hashes[i + 1];
    }
    return kept;
}

/* -- winnowing */

size_t winnow(const uint64_t *hashes, size_t count, size_t window, uint64_t *lowest,
              uint64_t *spare)
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
    return sort_unique(lowest, spare, chosen);
}

/* -- a text as a whole */

/* Takes the tokens of a piece into the signature, after `held` words of the piece before; the
 * answer is how many words it keeps for the next, since they begin shingles there. */
EVERY_LEVEL size_t take_piece_by(struct sketcher *sketcher, size_t held, const uint32_t *a,
                                 const uint32_t *b, uint32_t *signature, size_t num_perm,
                                 const size_t lanes)
{
    const struct fold *fold = &sketcher->fold;
    uint64_t *words = sketcher->words;
    hash_tokens_by(fold->line, fold->stops, fold->cursor.count, 0, words + held);
    held += fold->cursor.count;
    if (held < SHINGLE_WORDS)
        return held;
    size_t count = held - SHINGLE_WORDS + 1;
    for (size_t i = 0; i < count; i++)
        sketcher->halves[i] = (uint32_t)(shingle_of(words + i, SHINGLE_WORDS) >> 32);
    min_hash_by(sketcher->halves, count, a, b, signature, num_perm, lanes);
    memmove(words, words + count, (SHINGLE_WORDS - 1) * sizeof *words);
    return SHINGLE_WORDS - 1;
}

/* -- one function for each level: how many permutations at once is what fits into its registers */

static void hash_tokens_baseline(const uint8_t *line, const uint32_t *stops, size_t count, uint64_t key,
                 uint64_t *hashes)
{
    hash_tokens_by(line, stops, count, key, hashes);
}

static void min_hash_baseline(const uint32_t *hashes, size_t count, const uint32_t *a,
                              const uint32_t *b, uint32_t *lowest, size_t num_perm)
{
    min_hash_by(hashes, count, a, b, lowest, num_perm, 8);
}

static size_t take_piece_baseline(struct sketcher *sketcher, size_t held, const uint32_t *a,
                                  const uint32_t *b, uint32_t *signature, size_t num_perm)
{
    return take_piece_by(sketcher, held, a, b, signature, num_perm, 8);
}

#if HAVE_X86
FOR_AVX2 static void hash_tokens_avx2(const uint8_t *line, const uint32_t *stops, size_t count, uint64_t key,
                 uint64_t *hashes)
{
    hash_tokens_by(line, stops, count, key, hashes);
}

FOR_AVX2 static void min_hash_avx2(const uint32_t *hashes, size_t count, const uint32_t *a,
                                   const uint32_t *b, uint32_t *lowest, size_t num_perm)
{
    min_hash_by(hashes, count, a, b, lowest, num_perm, 32);
}

FOR_AVX2 static size_t take_piece_avx2(struct sketcher *sketcher, size_t held, const uint32_t *a,
                                       const uint32_t *b, uint32_t *signature, size_t num_perm)
{
    return take_piece_by(sketcher, held, a, b, signature, num_perm, 32);
}

FOR_AVX512 static void hash_tokens_avx512(const uint8_t *line, const uint32_t *stops, size_t count, uint64_t key,
                 uint64_t *hashes)
{
    hash_tokens_by(line, stops, count, key, hashes);
}

FOR_AVX512 static void min_hash_avx512(const uint32_t *hashes, size_t count, const uint32_t *a,
                                       const uint32_t *b, uint32_t *lowest, size_t num_perm)
{
    min_hash_by(hashes, count, a, b, lowest, num_perm, MAX_LANES);
}

FOR_AVX512 static size_t take_piece_avx512(struct sketcher *sketcher, size_t held,
                                           const uint32_t *a, const uint32_t *b,
                                           uint32_t *signature, size_t num_perm)
{
    return take_piece_by(sketcher, held, a, b, signature, num_perm, MAX_LANES);
}
#endif

static const struct {
    void (*min_hash)(const uint32_t *, size_t, const uint32_t *, const uint32_t *, uint32_t *,
                     size_t);
    size_t (*take_piece)(struct sketcher *, size_t, const uint32_t *, const uint32_t *, uint32_t *,
                         size_t);
    void (*hash_tokens)(const uint8_t *, const uint32_t *, size_t, uint64_t, uint64_t *);
} COMPILED[LEVELS] = {
    [BASELINE] = {min_hash_baseline, take_piece_baseline, hash_tokens_baseline},
#if HAVE_X86
    [AVX2] = {min_hash_avx2, take_piece_avx2, hash_tokens_avx2},
    [AVX512] = {min_hash_avx512, take_piece_avx512, hash_tokens_avx512},
#endif
};

void hash_tokens(enum level level, const uint8_t *line, const uint32_t *stops, size_t count,
                 uint64_t key, uint64_t *hashes)
{
    COMPILED[level].hash_tokens(line, stops, count, key, hashes);
}

void min_hash(enum level level, const uint32_t *hashes, size_t count, const uint32_t *a,
              const uint32_t *b, uint32_t *lowest, size_t num_perm)
{
    COMPILED[level].min_hash(hashes, count, a, b, lowest, num_perm);
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
        status = fold_piece(fold, fold->end);
        if (status == FOLD_BAD)
            return false;
        total += fold->cursor.count;
        held = COMPILED[fold->level].take_piece(sketcher, held, a, b, signature, num_perm);
    } while (status == FOLD_MORE);
    if (total && total < SHINGLE_WORDS) { /* a short text is one shingle */
        uint32_t half = (uint32_t)(shingle_of(sketcher->words, total) >> 32);
        min_hash(fold->level, &half, 1, a, b, signature, num_perm);
    }
    return true;
}
