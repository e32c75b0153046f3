#include "nominate.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOT_BITS = 8, MAX_SLOT_BITS = 31 };

#define ROW_MASK (((uint64_t)1 << ROW_BITS) - 1)
#define SPREAD 0x9E3779B97F4A7C15u

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

static void add_key(struct tally *tally, const struct rules *rules, size_t net, size_t frequency,
                    bool is_common)
{
    if (frequency > rules->most[net]) {
        tally->crowds++;
        return;
    }
    double strength = net == LETTERS ? rules->strength[frequency] : 1;
    tally->strength[net] += is_common ? rules->common_share * strength : strength;
    tally->weight[net] += rules->rarity[frequency];
}

/* What the nets come to of which enough is shared. */
static double weight_of(const struct tally *tally, const struct rules *rules)
{
    double sum = 0;
    for (size_t net = 0; net < NETS; net++)
        sum += tally->strength[net] >= rules->least[net] ? tally->weight[net] : 0;
    return sum;
}

/* -- the keys of a question */

/* How many documents hold key i of a block and are still there. */
static size_t count_live(const struct nominator *n, const struct block *block, size_t i)
{
    size_t live = block->held[i];
    for (size_t p = 0; p < n->finder.part_count; p++) {
        const struct part *part = n->finder.parts + p;
        const struct run run = block->runs[p * block->room + i];
        for (size_t at = run.start; part->gone && at < run.stop; at++) {
            uint64_t row = part->nets[block->net].entries[at] & ROW_MASK;
            live -= row < part->documents && part->gone[row];
        }
    }
    return live;
}

/* Counts key i of a block for the documents that hold it: of too many only for the first few, and
 * by letters for none. */
static enum nominate_status tally_key(struct nominator *n, const struct block *block, size_t i,
                                      size_t *largest)
{
    const struct rules *rules = &n->rules;
    size_t most = rules->most[block->net], frequency = count_live(n, block, i), left = frequency;
    bool is_common = block->common && block->common[i];
    if (frequency > most) {
        left = rules->crowd_holders < most ? rules->crowd_holders : most;
        left = block->net == LETTERS ? 0 : left;
        if (block->net != LETTERS && frequency > *largest)
            *largest = frequency;
    }
    for (size_t p = 0; p < n->finder.part_count && left; p++) {
        const struct part *part = n->finder.parts + p;
        const struct run run = block->runs[p * block->room + i];
        for (size_t at = run.start; at < run.stop && left; at++) {
            uint64_t row = part->nets[block->net].entries[at] & ROW_MASK;
            if (row >= part->documents)
                return DAMAGED;
            if (part->gone && part->gone[row])
                continue;
            struct tally *tally = tally_of(n, (uint64_t)p << ROW_BITS | row);
            if (!tally)
                return NO_MEMORY;
            add_key(tally, rules, block->net, frequency, is_common);
            left--;
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
static bool take_candidates(struct nominator *n)
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
        double weight = weight_of(tally, &n->rules);
        const struct part *part = n->finder.parts + (tally->place >> ROW_BITS);
        if (weight > 0 || tally->crowds)
            n->candidates[n->candidate_count++] = (struct candidate){
                weight, part->numbers[tally->place & ROW_MASK], tally->crowds};
    }
    return true;
}

/* Leaves out the crowd but for those that share most of it, unless they have a weight; the answer
 * is how often the first of a crowd was met. */
static int64_t thin_crowd(struct nominator *n)
{
    qsort(n->candidates, n->candidate_count, sizeof *n->candidates, by_crowds);
    int64_t most = n->candidate_count ? n->candidates[0].crowds : 0;
    size_t kept = 0;
    for (size_t i = 0; i < n->candidate_count; i++)
        if (i < n->rules.crowd_holders || n->candidates[i].weight > 0)
            n->candidates[kept++] = n->candidates[i];
    n->candidate_count = kept;
    return most;
}

/* `fingerprints`: how many the question has; `largest`: how many hold its most common key of those
 * that too many hold. */
static bool rank(struct nominator *n, size_t fingerprints, size_t largest)
{
    if (!take_candidates(n))
        return false;
    int64_t most_crowds = largest ? thin_crowd(n) : 0;
    if (n->candidate_count > 1)
        qsort(n->candidates, n->candidate_count, sizeof *n->candidates, by_weight);
    n->is_cut = (2 * most_crowds > (int64_t)fingerprints && n->candidate_count < largest)
                || n->candidate_count > n->rules.candidates;
    if (n->candidate_count > n->rules.candidates)
        n->candidate_count = n->rules.candidates;
    return true;
}

enum nominate_status nominate(struct nominator *n)
{
    size_t largest = 0, fingerprints = 0;
    const struct block *block;
    forget_tallies(n);
    do {
        block = next_block(&n->finder);
        if (!block)
            return DAMAGED;
        fingerprints += block->net == FINGERPRINTS ? block->count : 0;
        for (size_t hit = 0; hit < block->hit_count; hit++) {
            enum nominate_status status = tally_key(n, block, block->hits[hit], &largest);
            if (status != NOMINATED)
                return status;
        }
    } while (!block->is_last);
    return rank(n, fingerprints, largest) ? NOMINATED : NO_MEMORY;
}

bool nominator_init(struct nominator *n, const struct part *parts, size_t count,
                    const struct questions *asked, const struct rules *rules, enum level level)
{
    *n = (struct nominator){.rules = *rules, .slot_bits = FIRST_SLOT_BITS};
    bool has_memory = finder_init(&n->finder, parts, count, asked, level);
    n->tallies = malloc(sizeof *n->tallies << (FIRST_SLOT_BITS - 1));
    n->slots = calloc((size_t)1 << FIRST_SLOT_BITS, sizeof *n->slots);
    n->candidate_room = (size_t)1 << (FIRST_SLOT_BITS - 1);
    n->candidates = malloc(n->candidate_room * sizeof *n->candidates);
    return has_memory && n->tallies && n->slots && n->candidates;
}

void nominator_free(struct nominator *n)
{
    finder_free(&n->finder);
    free(n->tallies);
    free(n->slots);
    free(n->candidates);
}
