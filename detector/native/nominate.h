/* Keys of a sketch -> the documents worth aligning with it: the same answers as `nominate` in
 * detector/index.py, from the arrays of detector/segment. */
#ifndef COPYDESK_NOMINATE_H
#define COPYDESK_NOMINATE_H

#include "find.h"

/* The constants of detector/index.py. `rarity` and `strength` are by how many documents hold a
 * key, up to the largest of `most`; the latter of letters. */
struct rules {
    size_t most[NETS];
    double least[NETS];
    size_t crowd_holders, candidates;
    double common_share;
    const double *rarity, *strength;
};

struct candidate {
    double weight;
    int64_t number;
    int64_t crowds;
};

struct tally {
    uint64_t place; /* part and row */
    double weight[NETS], strength[NETS];
    int64_t crowds;
};

/* Answers the questions one after another; `candidates` and `is_cut` are the last answer. */
struct nominator {
    struct finder finder;
    struct rules rules;
    struct tally *tallies;
    uint32_t *slots;
    size_t tally_count, slot_bits;
    struct candidate *candidates;
    size_t candidate_count, candidate_room;
    bool is_cut;
};

enum nominate_status { NOMINATED, NO_MEMORY, DAMAGED };

/* False: no memory. nominator_free is needed in either case. */
bool nominator_init(struct nominator *nominator, const struct part *parts, size_t count,
                    const struct questions *asked, const struct rules *rules, enum level level);
void nominator_free(struct nominator *nominator);

/* Fills `candidates`, strongest first, and `is_cut` for the next question. DAMAGED: a part does not
 * fit itself. */
enum nominate_status nominate(struct nominator *nominator);

#endif
