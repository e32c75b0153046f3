/* Two sequences of codes -> the runs in which they agree: the same as `common_runs` in
 * detector/runs.py. */
#ifndef COPYDESK_RUNS_H
#define COPYDESK_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `length` equal codes from `a` on in one sequence and from `b` on in the other. */
struct common_run {
    int64_t a, b, length;
};

/* A gram of the other sequence that the table has: its slot there, its place here. */
struct meeting {
    uint32_t slot, place;
};

enum { MAX_SEEDS = 64 }; /* of `most` */

/* One sequence with a table of its grams, to be held against any number of others. */
struct gram_table {
    const uint32_t *codes;
    size_t count;
    unsigned gram, most;
    uint64_t *filter;
    uint32_t *slots, *next;
    size_t slot_bits, slot_room, room;
    uint64_t *keys;
};

/* What is found, and the working memory, kept from one pair to the next. */
struct common_runs {
    struct common_run *runs;
    size_t count, room;
    struct meeting *meetings;
    size_t meeting_count, meeting_room;
    uint32_t *counts;
    size_t slot_room;
    bool is_cut;
};

/* False: no memory. The codes are not copied; there may be at most 2^31 of them. */
bool gram_table_fill(struct gram_table *table, const uint32_t *codes, size_t count, unsigned gram,
                     unsigned most);
void gram_table_free(struct gram_table *table);

/* Fills `runs` by diagonal (a - b), then by place. `is_cut`: there are shared grams that stand more
 * than `most` times in one of the two, which seed nothing. False: no memory. */
bool find_common_runs(struct common_runs *found, const struct gram_table *table,
                      const uint32_t *codes, size_t count);
void common_runs_free(struct common_runs *found);

#endif
