/* Equal stretches of letters -> chains of those that follow each other: as `chains` of
 * detector/variant.py. */
#ifndef COPYDESK_CHAIN_H
#define COPYDESK_CHAIN_H

#include "runs.h"

enum { MAX_OPEN = 64 };

/* The constants of detector/variant.py. `drift_part`: the drift may be one such part of a gap. */
struct chain_rules {
    int64_t gap, drift_least, drift_part, overlap, open_chains;
};

/* Numbers the chain of each run, `chain_of[count]`, in the order in which chains begin; how many
 * there are. The runs, in the order of their places, lose what the run before them in their chain
 * has already. */
size_t chain_runs(struct common_run *runs, size_t count, const struct chain_rules *rules,
                  int64_t *chain_of);

/* In the order of places. */
void sort_by_place(struct common_run *runs, size_t count);

static inline int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

#endif
