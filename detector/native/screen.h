/* Many texts and pairs of them -> which pairs can share anything: the same answers as
 * detector/screen.py. */
#ifndef COPYDESK_SCREEN_H
#define COPYDESK_SCREEN_H

#include "chain.h"
#include "outline.h"
#include "stems.h"

/* Texts laid end to end: text i has codes[edges[i]] up to codes[edges[i + 1]]. Stem 0 is none. */
struct laid {
    const uint32_t *codes;
    const int64_t *edges;
};

struct laid_bytes {
    const uint8_t *bytes;
    const int64_t *edges;
};

/* The constants of detector/screen.py, in this order. */
struct screen_rules {
    int64_t word_gram, most_words, word_gap, word_overlap, open_blocks;
    int64_t weak_words, weak_content, quoted_words, quoted_content, proof_words;
    int64_t proof_total, plain_total;
    int64_t letter_gram, most_letters, least_stretches, least_letters, proof_letters;
    int64_t letter_density, rare_letters, plain_density;
    struct chain_rules chains;
    struct stem_rules stems;
};

/* Fills one answer for each pair, given as two numbers of texts; pairs of one text should stand
 * together. `kinds` are those of each word, and after the letters of each token stands whether it
 * is rare: struct outline. False: no memory. */
bool screen_pairs(const struct laid *words, const uint8_t *kinds, const struct laid_bytes *letters,
                  const struct laid *stems, const struct screen_rules *rules,
                  const int64_t (*pairs)[2], size_t count, bool *answers);

#endif
