#include "nominate.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64, FEW = 8, FIRST_SLOT_BITS = 10, MAX_SLOT_BITS = 31 };

#define ROW_MASK (((uint64_t)1 << ROW_BITS) - 1)
#define SPREAD 0x9E3779B97F4A7C15u

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

/* The entries of a key, within those of its bucket; mostly there are none. In a small bucket the
 * smaller ones are counted, always of as many entries (those of later buckets are larger): a
 * processor would guess the steps of a search wrongly, and where it ends. */
static inline struct run narrow(const struct net *net, struct run bucket, uint64_t key)
{
    const uint64_t *entries = net->entries;
    size_t start = bucket.start;
    if (bucket.stop - start > FEW || start + FEW > net->count)
        start = lower_bound(entries, start, bucket.stop, key);
    else {
        size_t smaller = 0;
        for (size_t i = 0; i < FEW; i++)
            smaller += entries[start + i] >> ROW_BITS < key;
        start += smaller;
    }
    if (start >= bucket.stop || entries[start] >> ROW_BITS != key)
        return (struct run){start, start};
    return (struct run){start, lower_bound(entries, start + 1, bucket.stop, key + 1)};
}

/* The entries of each key. What all keys need from memory is asked for before any of it is used:
 * a large net lies in no cache, and the waits overlap. */
static bool find_runs(const struct net *net, const uint64_t *keys, size_t count, struct run *runs)
{
    unsigned shift = KEY_BITS - net->bits;
    for (size_t i = 0; i < count; i++) {
        if (keys[i] >> KEY_BITS)
            return false;
        __builtin_prefetch(net->directory + (keys[i] >> shift));
    }
    for (size_t i = 0; i < count; i++) {
        const uint32_t *bucket = net->directory + (keys[i] >> shift);
        if (bucket[0] > bucket[1] || bucket[1] > net->count)
            return false;
        runs[i] = (struct run){bucket[0], bucket[1]};
        if (bucket[0] < bucket[1])
            __builtin_prefetch(net->entries + bucket[0]);
    }
    for (size_t i = 0; i < count; i++)
        runs[i] = narrow(net, runs[i], keys[i]);
    return true;
}

/* How many documents hold a key and are still there. */
static size_t count_live(const struct part *part, const struct net *net, const struct run *run)
{
    if (!part->gone)
        return run->stop - run->start;
    size_t live = 0;
    for (size_t i = run->start; i < run->stop; i++) {
        uint64_t row = net->entries[i] & ROW_MASK;
        live += row < part->documents && !part->gone[row];
    }
    return live;
}

/* -- tallies: open addressing from places to them */

static uint32_t *slot_of(const struct nominator *n, uint64_t place)
{
    size_t mask = ((size_t)1 << n->slot_bits) - 1;
    size_t at = (size_t)(place * SPREAD >> (64 - n->slot_bits));
    while (n->slots[at] && n->tallies[n->slots[at] - 1].place != place)
        at = (at + 1) & mask;
    return n->slots + at;
}

static void forget_tallies(struct nominator *n)
{
    if (n->tally_count * 8 > (size_t)1 << n->slot_bits)
        memset(n->slots, 0, sizeof *n->slots << n->slot_bits);
    else /* the last first, so that none hides behind a slot emptied before */
        while (n->tally_count)
            *slot_of(n, n->tallies[--n->tally_count].place) = 0;
    n->tally_count = 0;
}

/* Twice the slots, half of which can be taken. */
static bool more_slots(struct nominator *n)
{
    size_t bits = n->slot_bits + 1;
    if (bits > MAX_SLOT_BITS)
        return false;
    struct tally *tallies = realloc(n->tallies, sizeof *tallies << (bits - 1));
    if (tallies)
        n->tallies = tallies;
    uint32_t *slots = tallies ? calloc((size_t)1 << bits, sizeof *slots) : NULL;
    if (!slots)
        return false;
    free(n->slots);
    n->slots = slots;
    n->slot_bits = bits;
    for (size_t i = 0; i < n->tally_count; i++)
        *slot_of(n, n->tallies[i].place) = (uint32_t)i + 1;
    return true;
}

static struct tally *tally_of(struct nominator *n, uint64_t place)
{
    uint32_t *slot = slot_of(n, place);
    if (*slot)
        return n->tallies + *slot - 1;
    if (n->tally_count >= (size_t)1 << (n->slot_bits - 1)) {
        if (!more_slots(n))
            return NULL;
        slot = slot_of(n, place);
    }
    n->tallies[n->tally_count] = (struct tally){.place = place};
    *slot = (uint32_t)++n->tally_count;
    return n->tallies + n->tally_count - 1;
}

static void add_key(struct tally *tally, const struct rules *rules, size_t net, size_t frequency)
{
    if (frequency > rules->most[net])
        tally->crowds++;
    else if (net == LETTERS) {
        tally->strength += rules->strength[frequency];
        tally->letters += rules->rarity[frequency];
    } else
        tally->weight += rules->rarity[frequency];
}

/* Counts one key for the documents that hold it: of too many only for the first few, and by
 * letters for none. `runs` has one run for each part, `BLOCK` apart. */
static enum nominate_status tally_key(struct nominator *n, const struct rules *rules, size_t net,
                                      const struct run *runs, size_t *largest)
{
    size_t frequency = 0, left;
    for (size_t p = 0; p < n->part_count; p++)
        frequency += count_live(n->parts + p, n->parts[p].nets + net, runs + p * BLOCK);
    if (!frequency)
        return NOMINATED;
    left = frequency;
    if (frequency > rules->most[net]) {
        left = rules->crowd_holders < rules->most[net] ? rules->crowd_holders : rules->most[net];
        left = net == LETTERS ? 0 : left;
        if (net != LETTERS && frequency > *largest)
            *largest = frequency;
    }
    for (size_t p = 0; p < n->part_count && left; p++) {
        const struct part *part = n->parts + p;
        const uint64_t *entries = part->nets[net].entries;
        for (size_t i = runs[p * BLOCK].start; i < runs[p * BLOCK].stop && left; i++) {
            uint64_t row = entries[i] & ROW_MASK;
            if (row >= part->documents)
                return DAMAGED;
            if (part->gone && part->gone[row])
                continue;
            struct tally *tally = tally_of(n, (uint64_t)p << ROW_BITS | row);
            if (!tally)
                return NO_MEMORY;
            add_key(tally, rules, net, frequency);
            left--;
        }
    }
    return NOMINATED;
}

static enum nominate_status tally_keys(struct nominator *n, const struct rules *rules, size_t net,
                                       const uint64_t *keys, size_t count, size_t *largest)
{
    for (size_t done = 0; done < count; done += BLOCK) {
        size_t size = count - done < BLOCK ? count - done : BLOCK;
        for (size_t p = 0; p < n->part_count; p++)
            if (!find_runs(n->parts[p].nets + net, keys + done, size, n->runs + p * BLOCK))
                return DAMAGED;
        for (size_t i = 0; i < size; i++) {
            enum nominate_status status = tally_key(n, rules, net, n->runs + i, largest);
            if (status != NOMINATED)
                return status;
        }
    }
    return NOMINATED;
}

/* -- ranking */

static int by_crowds(const void *one, const void *other)
{
    const struct candidate *a = one, *b = other;
    if (a->crowds != b->crowds)
        return a->crowds > b->crowds ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static int by_weight(const void *one, const void *other)
{
    const struct candidate *a = one, *b = other;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* The tallied documents that have a weight, or are of a crowd. */
static bool take_candidates(struct nominator *n, const struct rules *rules)
{
    if (n->tally_count > n->candidate_room) {
        size_t room = 2 * n->tally_count;
        struct candidate *candidates = realloc(n->candidates, room * sizeof *candidates);
        if (!candidates)
            return false;
        n->candidates = candidates;
        n->candidate_room = room;
    }
    n->candidate_count = 0;
    for (size_t i = 0; i < n->tally_count; i++) {
        const struct tally *tally = n->tallies + i;
        double letters = tally->strength >= rules->least_strength ? tally->letters : 0;
        const struct part *part = n->parts + (tally->place >> ROW_BITS);
        if (tally->weight + letters > 0 || tally->crowds)
            n->candidates[n->candidate_count++] =
                (struct candidate){tally->weight + letters, part->numbers[tally->place & ROW_MASK],
                                   tally->crowds};
    }
    return true;
}

/* Leaves out the crowd but for those that share most of it, unless they have a weight; the answer
 * is how often the first of a crowd was met. */
static int64_t thin_crowd(struct nominator *n, const struct rules *rules)
{
    qsort(n->candidates, n->candidate_count, sizeof *n->candidates, by_crowds);
    int64_t most = n->candidate_count ? n->candidates[0].crowds : 0;
    size_t kept = 0;
    for (size_t i = 0; i < n->candidate_count; i++)
        if (i < rules->crowd_holders || n->candidates[i].weight > 0)
            n->candidates[kept++] = n->candidates[i];
    n->candidate_count = kept;
    return most;
}

enum nominate_status nominate(struct nominator *n, const struct rules *rules, const uint64_t *keys,
                              const int64_t *edges)
{
    size_t largest = 0;
    enum nominate_status status = NOMINATED;
    forget_tallies(n);
    for (size_t net = 0; net < NETS && status == NOMINATED; net++)
        status = tally_keys(n, rules, net, keys + edges[net],
                            (size_t)(edges[net + 1] - edges[net]), &largest);
    if (status != NOMINATED)
        return status;
    if (!take_candidates(n, rules))
        return NO_MEMORY;
    int64_t most_crowds = largest ? thin_crowd(n, rules) : 0;
    qsort(n->candidates, n->candidate_count, sizeof *n->candidates, by_weight);
    n->is_cut = (2 * most_crowds > edges[FINGERPRINTS + 1] - edges[FINGERPRINTS]
                 && n->candidate_count < largest)
                || n->candidate_count > rules->candidates;
    if (n->candidate_count > rules->candidates)
        n->candidate_count = rules->candidates;
    return NOMINATED;
}

bool nominator_init(struct nominator *n, const struct part *parts, size_t count)
{
    *n = (struct nominator){.parts = parts, .part_count = count, .slot_bits = FIRST_SLOT_BITS};
    n->runs = malloc((count + 1) * BLOCK * sizeof *n->runs);
    n->tallies = malloc(sizeof *n->tallies << (FIRST_SLOT_BITS - 1));
    n->slots = calloc((size_t)1 << FIRST_SLOT_BITS, sizeof *n->slots);
    n->candidate_room = (size_t)1 << (FIRST_SLOT_BITS - 1);
    n->candidates = malloc(n->candidate_room * sizeof *n->candidates);
    return n->runs && n->tallies && n->slots && n->candidates;
}

void nominator_free(struct nominator *n)
{
    free(n->runs);
    free(n->tallies);
    free(n->slots);
    free(n->candidates);
}
