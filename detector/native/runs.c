#include "runs.h"

#include <stdlib.h>
#include <string.h>

#define FACTOR 0x9E3779B97F4A7C15u

enum { MIN_SLOT_BITS = 6, FILTER_BITS_MORE = 3 }; /* eight bits of filter for each slot */

/* -- grams: polynomials of their codes, moved on by one code at a time */

struct rolling {
    uint64_t value, leaving; /* FACTOR to the power of gram - 1 */
    unsigned gram;
};

static struct rolling roll_begin(const uint32_t *codes, unsigned gram)
{
    struct rolling r = {.leaving = 1, .gram = gram};
    for (unsigned i = 0; i < gram; i++)
        r.value = r.value * FACTOR + codes[i] + 1;
    for (unsigned i = 1; i < gram; i++)
        r.leaving *= FACTOR;
    return r;
}

/* From the gram that begins at `codes` to the next one. */
static inline void roll_on(struct rolling *r, const uint32_t *codes)
{
    r->value = (r->value - ((uint64_t)codes[0] + 1) * r->leaving) * FACTOR + codes[r->gram] + 1;
}

static inline uint64_t mixed(uint64_t value) { return (value ^ value >> 32) * FACTOR; }

/* -- the table: chains of places with one gram, the last place first */

static bool make_room(struct gram_table *t, size_t grams)
{
    size_t bits = MIN_SLOT_BITS;
    while ((size_t)1 << bits < 2 * grams)
        bits++;
    if (grams > t->room) {
        size_t room = grams + grams / 2;
        uint32_t *next = realloc(t->next, room * sizeof *next);
        if (next)
            t->next = next;
        uint64_t *keys = realloc(t->keys, room * sizeof *keys);
        if (keys)
            t->keys = keys;
        if (!next || !keys)
            return false;
        t->room = room;
    }
    if (bits > t->slot_room) {
        uint32_t *slots = realloc(t->slots, sizeof *slots << bits);
        if (slots)
            t->slots = slots;
        uint64_t *filter = realloc(t->filter, (size_t)1 << (bits + FILTER_BITS_MORE - 3));
        if (filter)
            t->filter = filter;
        if (!slots || !filter)
            return false;
        t->slot_room = bits;
    }
    t->slot_bits = bits;
    memset(t->slots, 0, sizeof *t->slots << bits);
    memset(t->filter, 0, (size_t)1 << (bits + FILTER_BITS_MORE - 3));
    return true;
}

static inline uint32_t *slot_of(const struct gram_table *t, uint64_t key, uint64_t spread)
{
    size_t mask = ((size_t)1 << t->slot_bits) - 1;
    size_t at = (size_t)(spread >> (64 - t->slot_bits));
    while (t->slots[at] && t->keys[t->slots[at] - 1] != key)
        at = (at + 1) & mask;
    return t->slots + at;
}

static inline size_t filter_bit(const struct gram_table *t, uint64_t spread)
{
    return (size_t)(spread >> (64 - t->slot_bits - FILTER_BITS_MORE));
}

bool gram_table_fill(struct gram_table *t, const uint32_t *codes, size_t count, unsigned gram,
                     unsigned most)
{
    size_t grams = count >= gram ? count - gram + 1 : 0;
    t->codes = codes;
    t->count = count;
    t->gram = gram;
    t->most = most;
    if (!make_room(t, grams))
        return false;
    if (!grams)
        return true;
    struct rolling r = roll_begin(codes, gram);
    for (size_t i = 0; i < grams; i++) {
        uint64_t spread = mixed(r.value);
        size_t bit = filter_bit(t, spread);
        uint32_t *slot = slot_of(t, r.value, spread);
        t->filter[bit / 64] |= (uint64_t)1 << bit % 64;
        t->keys[i] = r.value;
        t->next[i] = *slot;
        *slot = (uint32_t)i + 1;
        if (i + 1 < grams)
            roll_on(&r, codes + i);
    }
    return true;
}

void gram_table_free(struct gram_table *t)
{
    free(t->filter);
    free(t->slots);
    free(t->next);
    free(t->keys);
}

/* -- seeds */

/* How often a gram stands in the table's sequence, at most one more than `most`. */
static unsigned count_places(const struct gram_table *t, uint32_t place)
{
    unsigned count = 0;
    for (; place && count <= t->most; place = t->next[place - 1])
        count++;
    return count;
}

static bool add_seed(struct common_runs *found, uint32_t a, uint32_t b)
{
    if (found->seed_count == found->seed_room) {
        size_t room = 2 * found->seed_room + 64;
        struct seed *seeds = realloc(found->seeds, room * sizeof *seeds);
        if (!seeds)
            return false;
        found->seeds = seeds;
        found->seed_room = room;
    }
    found->seeds[found->seed_count++] = (struct seed){a, b};
    return true;
}

static int by_head(const void *one, const void *other)
{
    const struct seed *x = one, *y = other;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

/* The places of the other sequence whose gram the table has, each with the last place there. */
static bool meet(struct common_runs *found, const struct gram_table *t, const uint32_t *codes,
                 size_t count)
{
    size_t grams = count >= t->gram ? count - t->gram + 1 : 0;
    found->seed_count = 0;
    if (!grams || t->count < t->gram)
        return true;
    struct rolling r = roll_begin(codes, t->gram);
    for (size_t j = 0; j < grams; j++) {
        uint64_t spread = mixed(r.value);
        size_t bit = filter_bit(t, spread);
        if (t->filter[bit / 64] >> bit % 64 & 1) {
            uint32_t place = *slot_of(t, r.value, spread);
            if (place && !add_seed(found, place, (uint32_t)j))
                return false;
        }
        if (j + 1 < grams)
            roll_on(&r, codes + j);
    }
    return true;
}

/* From one meeting for each place of the other sequence to every pair of places, of grams that are
 * rare in both. */
static bool spread_seeds(struct common_runs *found, const struct gram_table *t,
                         const uint32_t *codes)
{
    size_t met = found->seed_count;
    qsort(found->seeds, met, sizeof *found->seeds, by_head);
    for (size_t first = 0, stop; first < met; first = stop) {
        uint32_t head = found->seeds[first].a;
        for (stop = first + 1; stop < met && found->seeds[stop].a == head; stop++)
            ;
        if (stop - first > t->most || count_places(t, head) > t->most) {
            found->is_cut = true;
            continue;
        }
        for (size_t i = first; i < stop; i++)
            for (uint32_t place = head; place; place = t->next[place - 1]) {
                uint32_t b = found->seeds[i].b;
                /* Equal polynomials are not yet equal codes. */
                if (!memcmp(t->codes + place - 1, codes + b, t->gram * sizeof *codes)
                    && !add_seed(found, place - 1, b))
                    return false;
            }
    }
    found->seed_count -= met;
    memmove(found->seeds, found->seeds + met, found->seed_count * sizeof *found->seeds);
    return true;
}

/* -- runs */

static int by_diagonal(const void *one, const void *other)
{
    const struct seed *x = one, *y = other;
    int64_t dx = (int64_t)x->a - x->b, dy = (int64_t)y->a - y->b;
    if (dx != dy)
        return dx < dy ? -1 : 1;
    return x->a < y->a ? -1 : x->a > y->a;
}

/* Seeds that touch on one diagonal are one run. */
static bool join_seeds(struct common_runs *found, unsigned gram)
{
    qsort(found->seeds, found->seed_count, sizeof *found->seeds, by_diagonal);
    found->count = 0;
    if (found->seed_count > found->room) {
        size_t room = found->seed_count + found->seed_count / 2;
        struct common_run *runs = realloc(found->runs, room * sizeof *runs);
        if (!runs)
            return false;
        found->runs = runs;
        found->room = room;
    }
    for (size_t i = 0; i < found->seed_count; i++) {
        int64_t a = found->seeds[i].a, b = found->seeds[i].b;
        struct common_run *last = found->count ? found->runs + found->count - 1 : NULL;
        if (last && last->a - last->b == a - b && a <= last->a + last->length)
            last->length = a + gram - last->a;
        else
            found->runs[found->count++] = (struct common_run){a, b, gram};
    }
    return true;
}

bool find_common_runs(struct common_runs *found, const struct gram_table *t, const uint32_t *codes,
                      size_t count)
{
    found->is_cut = false;
    found->count = 0;
    if (!meet(found, t, codes, count) || (found->seed_count && !spread_seeds(found, t, codes)))
        return false;
    return !found->seed_count || join_seeds(found, t->gram);
}

void common_runs_free(struct common_runs *found)
{
    free(found->runs);
    free(found->seeds);
}
