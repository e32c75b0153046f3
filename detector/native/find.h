/* Keys of many questions -> where their entries are in the nets of each part of an index. */
#ifndef COPYDESK_FIND_H
#define COPYDESK_FIND_H

#include <stddef.h>
#include <stdint.h>

#include "levels.h"

enum { ROW_BITS = 20, KEY_BITS = 64 - ROW_BITS }; /* as in detector/net.py */
enum { ROWS = 4 };                                /* as in detector/index.py */
enum { FINGERPRINTS, BANDS, LETTERS, NETS };
enum { STAGES = 3 };

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

/* Of question i the signature is row i, of `num_perm` values; its fingerprints are
 * keys[edges[2 i]] up to keys[edges[2 i + 1]], and its letters from there to keys[edges[2 i + 2]].
 * `common` is NULL, or says of each key whether all its words are common.
 */
struct questions {
    size_t count, num_perm;
    const uint32_t *signatures;
    const uint64_t *keys;
    const int64_t *edges;
    const uint8_t *common;
};

/* Entries of one key. */
struct run {
    uint32_t start, stop;
};

/* Keys of one net of one question, in order; `is_last`: the question has no more. `hits` are those
 * that have entries, and `held` tells how many; the run of key i in part p is runs[p * room + i].
 * `common` is that of its first key, or NULL. */
struct block {
    size_t net, count, hit_count, room;
    const uint8_t *common;
    bool is_last;
    uint64_t *keys;
    uint32_t *held, *hits;
    struct run *runs;
};

/* Goes through the questions once. */
struct finder {
    const struct part *parts;
    size_t part_count;
    struct questions asked;
    enum level level;
    size_t question, net, done; /* where the keys go on that are in no block yet */
    size_t begun, given;        /* blocks */
    struct block blocks[STAGES];
};

/* False: no memory. finder_free is needed in either case. */
bool finder_init(struct finder *finder, const struct part *parts, size_t count,
                 const struct questions *asked, enum level level);
void finder_free(struct finder *finder);

/* The next keys with their entries; at least one block for each question. NULL: a part does not fit
 * itself. */
const struct block *next_block(struct finder *finder);

#endif
