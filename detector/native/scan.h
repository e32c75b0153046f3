/* A text -> all that is kept of it to find its partners: the same bits as `scan` of
 * detector/pipeline.py. */
#ifndef COPYDESK_SCAN_H
#define COPYDESK_SCAN_H

#include "growing.h"
#include "sketch.h"

enum { SHINGLE_LETTERS = 9, WINNOW_WORDS = 4, WINNOW_LETTERS = 16 }; /* as in detector/sketch.py */

/* What is made of a text: uint64 hashes of words and shingles, fingerprints and letter fingerprints,
 * each sorted and unique. All zero before the first text. */
struct scan {
    struct growing hashes, fingerprints, letters;
    struct growing tokens; /* uint64: the hashes of all in order */
    struct growing line;   /* their letters without what stands between them */
    struct growing work;
    struct growing rare; /* uint8: for each token */
};

/* Reads a text and hashes it. `fold` has its folding and level set. */
enum read_status scan_text(struct scan *scan, struct fold *fold, const uint8_t *text, size_t size,
                           uint64_t key, const uint32_t *a, const uint32_t *b, uint32_t *signature,
                           size_t num_perm);

/* Fills the fingerprints of a text, only those without a rare word: `letters` are those of an
 * outline, `key` is that of the fingerprints. False: no memory. */
bool common_fingerprints(struct scan *scan, const uint8_t *letters, size_t size, uint64_t key);

void scan_free(struct scan *scan);

#endif
