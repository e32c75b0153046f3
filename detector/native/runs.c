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

/* Room for so many meetings and slots; the slots' counts are kept at 0 between pairs. */
static bool make_meetings(struct common_runs *found, const struct gram_table *t, size_t grams)
{
    size_t slots = (size_t)1 << t->slot_bits;
    if (grams > found->meeting_room) {
        struct meeting *meetings = realloc(found->meetings, 2 * grams * sizeof *meetings);
        if (!meetings)
            return false;
        found->meetings = meetings;
        found->meeting_room = 2 * grams;
    }
    if (slots > found->slot_room) {
        uint32_t *counts = calloc(slots, sizeof *counts);
        if (!counts)
            return false;
        free(found->counts);
        found->counts = counts;
        found->slot_room = slots;
    }
    return true;
}

/* The places of the other sequence whose gram the table has, and how many such places each gram
 * has there. */
static void meet(struct common_runs *found, const struct gram_table *t, const uint32_t *codes,
                 size_t grams)
{
    struct rolling r = roll_begin(codes, t->gram);
    found->meeting_count = 0;
    for (size_t j = 0; j < grams; j++) {
        uint64_t spread = mixed(r.value);
        size_t bit = filter_bit(t, spread);
        if (t->filter[bit / 64] >> bit % 64 & 1) {
            uint32_t *slot = slot_of(t, r.value, spread);
            if (*slot) {
                uint32_t at = (uint32_t)(slot - t->slots);
                found->counts[at]++;
                found->meetings[found->meeting_count++] = (struct meeting){at, (uint32_t)j};
            }
        }
        if (j + 1 < grams)
            roll_on(&r, codes + j);
    }
}

static struct common_run *new_run(struct common_runs *found, int64_t a, int64_t b, unsigned gram)
{
    if (found->count == found->room) {
        size_t room = 2 * found->room + 64;
        struct common_run *runs = realloc(found->runs, room * sizeof *runs);
        if (!runs)
            return NULL;
        found->runs = runs;
        found->room = room;
    }
    found->runs[found->count] = (struct common_run){a, b, gram};
    return found->runs + found->count++;
}

/* Of the runs begun or gone on at the meeting before, the one that a seed goes on: it ends one code
 * before the seed does. */
static struct common_run *run_before(struct common_runs *found, const size_t *last, size_t count,
                                     int64_t a, int64_t b, unsigned gram)
{
    for (size_t i = 0; i < count; i++) {
        struct common_run *run = found->runs + last[i];
        if (run->a - run->b == a - b && run->b + run->length == b + gram - 1)
            return run;
    }
    return NULL;
}

/* From meetings to runs: every pair of places of a gram that is rare in both is a seed, and seeds
 * that follow each other are one run. */
static bool grow_runs(struct common_runs *found, const struct gram_table *t, const uint32_t *codes)
{
    size_t last[2][MAX_SEEDS], counts[2] = {0, 0}, now = 0;
    for (size_t i = 0; i < found->meeting_count; i++) {
        struct meeting met = found->meetings[i];
        uint32_t head = t->slots[met.slot];
        now ^= 1;
        counts[now] = 0;
        if (found->counts[met.slot] > t->most || count_places(t, head) > t->most) {
            found->is_cut = true;
            continue;
        }
        for (uint32_t place = head; place; place = t->next[place - 1]) {
            int64_t a = place - 1, b = met.place;
            /* Equal polynomials are not yet equal codes. */
            if (memcmp(t->codes + a, codes + b, t->gram * sizeof *codes))
                continue;
            struct common_run *run = run_before(found, last[!now], counts[!now], a, b, t->gram);
            if (run)
                run->length++;
            else if (!(run = new_run(found, a, b, t->gram)))
                return false;
            last[now][counts[now]++] = (size_t)(run - found->runs);
        }
    }
    return true;
}

static void forget_meetings(struct common_runs *found)
{
    for (size_t i = 0; i < found->meeting_count; i++)
        found->counts[found->meetings[i].slot] = 0;
}

static int by_diagonal(const void *one, const void *other)
{
    const struct common_run *x = one, *y = other;
    int64_t dx = x->a - x->b, dy = y->a - y->b;
    if (dx != dy)
        return dx < dy ? -1 : 1;
    return x->a < y->a ? -1 : x->a > y->a;
}

/* Runs that touch on one diagonal are one. */
static void join_runs(struct common_runs *found)
{
    size_t kept = 0;
    qsort(found->runs, found->count, sizeof *found->runs, by_diagonal);
    for (size_t i = 1; i < found->count; i++) {
        struct common_run *last = found->runs + kept, run = found->runs[i];
        if (last->a - last->b == run.a - run.b && run.a <= last->a + last->length)
            last->length = run.a + run.length - last->a;
        else
            found->runs[++kept] = run;
    }
    found->count = kept + 1;
}

bool find_common_runs(struct common_runs *found, const struct gram_table *t, const uint32_t *codes,
                      size_t count)
{
    size_t grams = count >= t->gram ? count - t->gram + 1 : 0;
    found->is_cut = false;
    found->count = 0;
    if (!grams || t->count < t->gram)
        return true;
    if (!make_meetings(found, t, grams))
        return false;
    meet(found, t, codes, grams);
    bool is_done = grow_runs(found, t, codes);
    forget_meetings(found);
    if (is_done && found->count)
        join_runs(found);
    return is_done;
}

void common_runs_free(struct common_runs *found)
{
    free(found->runs);
    free(found->meetings);
    free(found->counts);
}
