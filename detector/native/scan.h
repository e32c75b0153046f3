/* A text -> all that is kept of it to find its partners: the same bits as `scan` of
 * detector/pipeline.py. */
#ifndef COPYDESK_SCAN_H
#define COPYDESK_SCAN_H

#include "outline.h"
#include "sketch.h"

enum { SHINGLE_LETTERS = 9, WINNOW_WORDS = 4, WINNOW_LETTERS = 16 }; /* as in detector/sketch.py */

/* What is made of a text: uint64 hashes of words and shingles, fingerprints and letter fingerprints,
 * each sorted and unique; its outline. All zero before the first text. */
struct scan {
    struct growing hashes, fingerprints, letters;
    struct outline outline;
    struct growing tokens; /* uint64: the hashes of all in order */
    struct growing work;
};

/* The working memory of a piece. */
struct scanner {
    struct fold fold;
    uint64_t plain[MAX_STOPS]; /* the hashes of its tokens, with key 0 */
};

enum scan_status { SCAN_DONE, SCAN_BAD, SCAN_NO_MEMORY };

/* Reads a text, makes its outline and hashes its tokens. `scanner->fold` has its folding and level
 * set. SCAN_BAD: not UTF-8. */
enum scan_status outline_text(struct scan *scan, struct scanner *scanner, const struct lexis *lexis,
                              const uint8_t *text, size_t size, uint64_t key);

/* The same, and makes all that is hashed. */
enum scan_status scan_text(struct scan *scan, struct scanner *scanner, const struct lexis *lexis,
                           const uint8_t *text, size_t size, uint64_t key, const uint32_t *a,
                           const uint32_t *b, uint32_t *signature, size_t num_perm);

void scan_free(struct scan *scan);

#endif
