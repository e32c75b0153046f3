#include "find.h"

#include <stdlib.h>
#include <string.h>

#if HAVE_X86
#include <immintrin.h>
#endif

enum { BLOCK = 64, FEW = 16 };

#define SPREAD 0x9E3779B97F4A7C15u /* as in detector/net.py, and for bands in index.py */
#define EMPTY 0xFFFFFFFFu          /* what a text without shingles has everywhere */

/* -- keys */

static bool has_shingles(const uint32_t *signature, size_t num_perm)
{
    for (size_t i = 0; i < num_perm; i++)
        if (signature[i] != EMPTY)
            return true;
    return false;
}

static size_t count_keys(const struct questions *asked, size_t question, size_t net)
{
    if (net == BANDS)
        return has_shingles(asked->signatures + question * asked->num_perm, asked->num_perm)
                   ? asked->num_perm / ROWS
                   : 0;
    const int64_t *edges = asked->edges + 2 * question + (net == LETTERS);
    return (size_t)(edges[1] - edges[0]);
}

EVERY_LEVEL void spread_bands(const uint32_t *signature, size_t count, uint64_t *keys)
{
    for (size_t band = 0; band < count; band++) {
        uint64_t key = band + 1;
        for (size_t row = 0; row < ROWS; row++) {
            key = (key ^ signature[band * ROWS + row]) * SPREAD;
            key ^= key >> 29;
        }
        keys[band] = key * SPREAD >> ROW_BITS;
    }
}

/* On to the next net that has keys, or to the end of the last one. */
static void skip_empty(struct finder *f)
{
    while (f->net < LETTERS && f->done == count_keys(&f->asked, f->question, f->net)) {
        f->net++;
        f->done = 0;
    }
}

/* -- entries of a key */

/* Where the entries of `key` or a larger one begin. */
static size_t lower_bound(const uint64_t *entries, size_t start, size_t stop, uint64_t key)
{
    while (start < stop) {
        size_t middle = start + (stop - start) / 2;
        if (entries[middle] >> ROW_BITS < key)
            start = middle + 1;
        else
            stop = middle;
    }
    return start;
}

/* The entries of a key in a bucket of any size. */
static struct run search(const struct net *net, struct run bucket, uint64_t key)
{
    size_t start = lower_bound(net->entries, bucket.start, bucket.stop, key);
    size_t stop = lower_bound(net->entries, start, bucket.stop, key + 1);
    return (struct run){(uint32_t)start, (uint32_t)stop};
}

/* The entries of a key, within those of its bucket; mostly there are none. In a small bucket the
 * key is compared with all, and whatever else fills a vector (it is none of those of later
 * buckets): a processor would guess the steps of a search wrongly, and where it ends. */
EVERY_LEVEL struct run narrow(const struct net *net, struct run bucket, uint64_t key,
                              unsigned (*equals)(const uint64_t *, uint64_t, unsigned))
{
    uint32_t size = bucket.stop - bucket.start;
    if (size > FEW || net->count - bucket.start < FEW)
        return search(net, bucket, key);
    unsigned equal = equals(net->entries + bucket.start, key, size);
    uint32_t start = bucket.start + (uint32_t)__builtin_ctz(equal | 1u << FEW);
    return (struct run){start, start + (uint32_t)__builtin_popcount(equal)};
}

/* Which of the first `size` entries, FEW at most, have a key, as bits; more may be looked at. */
EVERY_LEVEL unsigned equals_baseline(const uint64_t *entries, uint64_t key, unsigned size)
{
    unsigned equal = 0;
    for (unsigned i = 0; i < size; i++)
        equal |= (unsigned)(entries[i] >> ROW_BITS == key) << i;
    return equal;
}

#if HAVE_X86
FOR_AVX2 static inline unsigned equals_avx2(const uint64_t *entries, uint64_t key, unsigned size)
{
    __m256i wanted = _mm256_set1_epi64x((int64_t)key);
    unsigned equal = 0;
    for (unsigned i = 0; i < size; i += 4) {
        __m256i some = _mm256_loadu_si256((const __m256i *)(entries + i));
        __m256i same = _mm256_cmpeq_epi64(_mm256_srli_epi64(some, ROW_BITS), wanted);
        equal |= (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(same)) << i;
    }
    return equal;
}

FOR_AVX512 static inline unsigned equals_avx512(const uint64_t *entries, uint64_t key, unsigned size)
{
    __m512i wanted = _mm512_set1_epi64((int64_t)key);
    unsigned equal = 0;
    for (unsigned i = 0; i < size; i += 8) {
        __m512i some = _mm512_loadu_si512(entries + i);
        equal |= (unsigned)_mm512_cmpeq_epi64_mask(_mm512_srli_epi64(some, ROW_BITS), wanted) << i;
    }
    return equal;
}
#endif

/* -- the stages of a block: what one needs from memory was asked for by the one before */

EVERY_LEVEL void take_keys_by(struct finder *f, struct block *b)
{
    const struct questions *asked = &f->asked;
    skip_empty(f);
    size_t left = count_keys(asked, f->question, f->net) - f->done;
    b->net = f->net;
    b->count = left < b->room ? left : b->room;
    b->common = NULL;
    if (f->net == BANDS) /* a block has room for all */
        spread_bands(asked->signatures + f->question * asked->num_perm, b->count, b->keys);
    else {
        size_t first = (size_t)asked->edges[2 * f->question + (f->net == LETTERS)] + f->done;
        for (size_t i = 0; i < b->count; i++)
            b->keys[i] = asked->keys[first + i] * SPREAD >> ROW_BITS;
        if (asked->common)
            b->common = asked->common + first;
    }
    f->done += b->count;
    skip_empty(f);
    b->is_last = f->net == LETTERS && f->done == count_keys(asked, f->question, LETTERS);
    if (b->is_last) {
        f->question++;
        f->net = f->done = 0;
    }
    for (size_t p = 0; p < f->part_count; p++) {
        const struct net *net = f->parts[p].nets + b->net;
        for (size_t i = 0; i < b->count; i++)
            __builtin_prefetch(net->directory + (b->keys[i] >> (KEY_BITS - net->bits)));
    }
}

static bool find_buckets(const struct finder *f, struct block *b)
{
    for (size_t p = 0; p < f->part_count; p++) {
        const struct net *net = f->parts[p].nets + b->net;
        for (size_t i = 0; i < b->count; i++) {
            const uint32_t *bucket = net->directory + (b->keys[i] >> (KEY_BITS - net->bits));
            if (bucket[0] > bucket[1] || bucket[1] > net->count)
                return false;
            /* In one piece, as it is read again: a processor waits for halves to be joined. */
            memcpy(b->runs + p * b->room + i, bucket, sizeof *b->runs);
            __builtin_prefetch(net->entries + bucket[0]);
            __builtin_prefetch(net->entries + bucket[1]);
        }
    }
    return true;
}

EVERY_LEVEL void find_runs_by(const struct finder *f, struct block *b,
                              unsigned (*equals)(const uint64_t *, uint64_t, unsigned))
{
    memset(b->held, 0, b->count * sizeof *b->held);
    for (size_t p = 0; p < f->part_count; p++) {
        const struct net *net = f->parts[p].nets + b->net;
        struct run *runs = b->runs + p * b->room;
        for (size_t i = 0; i < b->count; i++) {
            runs[i] = narrow(net, runs[i], b->keys[i], equals);
            b->held[i] += runs[i].stop - runs[i].start;
        }
    }
    b->hit_count = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        b->hits[b->hit_count] = i;
        b->hit_count += b->held[i] > 0;
    }
}

/* -- one function for each level */

static void take_keys_baseline(struct finder *f, struct block *b) { take_keys_by(f, b); }

static void find_runs_baseline(const struct finder *f, struct block *b)
{
    find_runs_by(f, b, equals_baseline);
}

#if HAVE_X86
FOR_AVX2 static void take_keys_avx2(struct finder *f, struct block *b) { take_keys_by(f, b); }

FOR_AVX2 static void find_runs_avx2(const struct finder *f, struct block *b)
{
    find_runs_by(f, b, equals_avx2);
}

FOR_AVX512 static void take_keys_avx512(struct finder *f, struct block *b) { take_keys_by(f, b); }

FOR_AVX512 static void find_runs_avx512(const struct finder *f, struct block *b)
{
    find_runs_by(f, b, equals_avx512);
}
#endif

static const struct {
    void (*take_keys)(struct finder *, struct block *);
    void (*find_runs)(const struct finder *, struct block *);
} COMPILED[LEVELS] = {
    [BASELINE] = {take_keys_baseline, find_runs_baseline},
#if HAVE_X86
    [AVX2] = {take_keys_avx2, find_runs_avx2},
    [AVX512] = {take_keys_avx512, find_runs_avx512},
#endif
};

/* While a block is answered, memory is asked for the entries of the next one and the directory of
 * the one after: a large net lies in no cache, and the waits overlap. */
const struct block *next_block(struct finder *f)
{
    while (f->begun < f->given + STAGES) {
        if (f->question < f->asked.count)
            COMPILED[f->level].take_keys(f, f->blocks + f->begun % STAGES);
        else
            f->blocks[f->begun % STAGES].count = 0;
        if (f->begun > 0 && !find_buckets(f, f->blocks + (f->begun - 1) % STAGES))
            return NULL;
        f->begun++;
    }
    struct block *b = f->blocks + f->given++ % STAGES;
    COMPILED[f->level].find_runs(f, b);
    return b;
}

bool finder_init(struct finder *f, const struct part *parts, size_t count,
                 const struct questions *asked, enum level level)
{
    size_t bands = asked->num_perm / ROWS, room = bands > BLOCK ? bands : BLOCK;
    bool has_memory = true;
    *f = (struct finder){
        .parts = parts, .part_count = count, .asked = *asked, .level = level};
    for (size_t i = 0; i < STAGES; i++) {
        struct block *b = f->blocks + i;
        b->room = room;
        b->keys = malloc(room * sizeof *b->keys);
        b->held = malloc(room * sizeof *b->held);
        b->hits = malloc(room * sizeof *b->hits);
        b->runs = malloc((count + 1) * room * sizeof *b->runs);
        has_memory = has_memory && b->keys && b->held && b->hits && b->runs;
    }
    return has_memory;
}

void finder_free(struct finder *f)
{
    for (size_t i = 0; i < STAGES; i++) {
        free(f->blocks[i].keys);
        free(f->blocks[i].held);
        free(f->blocks[i].hits);
        free(f->blocks[i].runs);
    }
}
