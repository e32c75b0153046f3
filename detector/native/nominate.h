/* Keys of a sketch -> the documents worth aligning with it: the same answers as `nominate` in
 * detector/index.py, from the arrays of detector/segment. */
#ifndef COPYDESK_NOMINATE_H
#define COPYDESK_NOMINATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ROW_BITS = 20, KEY_BITS = 64 - ROW_BITS }; /* as in detector/segment/net.py */
enum { FINGERPRINTS, BANDS, LETTERS, NETS };

/* Sorted entries, each a key and the row of a document that holds it; the directory tells where
 * the entries begin for each value of the first `bits` bits. */
struct net {
    const uint64_t *entries;
    size_t count;
    const uint32_t *directory;
    unsigned bits;
};

/* Some documents, with their numbers in rising order. `gone` is NULL, or says of each row whether
 * its document was removed. */
struct part {
    struct net nets[NETS];
    const int64_t *numbers;
    const uint8_t *gone;
    size_t documents;
};

/* The constants of detector/index.py. `rarity` and `strength` are by how many documents hold a
 * key, up to the largest of `most`. */
struct rules {
    size_t most[NETS];
    size_t crowd_holders, candidates;
    double least_strength;
    const double *rarity, *strength;
};

struct candidate {
    double weight;
    int64_t number;
    int64_t crowds;
};

struct tally {
    uint64_t place; /* part and row */
    double weight, letters, strength;
    int64_t crowds;
};

struct run {
    size_t start, stop;
};

/* The working memory of nominate, kept from one query to the next. */
struct nominator {
    const struct part *parts;
    size_t part_count;
    struct run *runs;
    struct tally *tallies;
    uint32_t *slots;
    size_t tally_count, slot_bits;
    struct candidate *candidates;
    size_t candidate_count, candidate_room;
    bool is_cut;
};

enum nominate_status { NOMINATED, NO_MEMORY, DAMAGED };

/* False: no memory. nominator_free is needed in either case. */
bool nominator_init(struct nominator *nominator, const struct part *parts, size_t count);
void nominator_free(struct nominator *nominator);

/* Fills `candidates`, strongest first, and `is_cut` from the keys of each net: those of net i are
 * keys[edges[i]] up to keys[edges[i + 1]]. DAMAGED: a part does not fit itself. */
enum nominate_status nominate(struct nominator *nominator, const struct rules *rules,
                              const uint64_t *keys, const int64_t *edges);

#endif
