/* Folded tokens -> hashes, MinHash signature and winnowed fingerprints: the same bits as
 * detector/shingle.py and detector/sketch.py. */
#ifndef COPYDESK_SKETCH_H
#define COPYDESK_SKETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fold.h"
#include "levels.h"

enum { SHINGLE_WORDS = 5 }; /* as in detector/shingle.py */

/* XXH3_64 of each token: their UTF-8 in `line`, each with a blank after it, at its entry of `stops`.
 * Up to 8 bytes after the last may be read. */
void hash_tokens(enum level level, const uint8_t *line, const uint32_t *stops, size_t count,
                 uint64_t key, uint64_t *hashes);

/* XXH3_64 of each letter of UTF-8. False: there are not `count`. */
bool hash_letters(const uint8_t *line, size_t size, uint64_t key, uint64_t *hashes, size_t count);

/* The hash of every `size` consecutive hashes: count - size + 1 of them. */
void shingle(const uint64_t *words, size_t count, size_t size, uint64_t *hashes);

/* Lowers the `num_perm` values of a signature to the minima of a * h + b over MurmurHash3's
 * finaliser of 32-bit hashes, for every permutation a, b. */
void min_hash(enum level level, const uint32_t *hashes, size_t count, const uint32_t *a,
              const uint32_t *b, uint32_t *lowest, size_t num_perm);

/* Sorts hashes and leaves each once; their number. `spare` has room for `count`. */
size_t sort_unique(uint64_t *hashes, uint64_t *spare, size_t count);

/* The smallest of every `window` consecutive hashes, sorted and unique; their number. `lowest` and
 * `spare` have room for `count`. */
size_t winnow(const uint64_t *hashes, size_t count, size_t window, uint64_t *lowest,
              uint64_t *spare);

/* The working memory of sketch_text. */
struct sketcher {
    struct fold fold;
    uint64_t words[SHINGLE_WORDS - 1 + MAX_STOPS];
    uint32_t halves[MAX_STOPS];
};

/* The signature of a text, with key 0. `sketcher->fold` has its folding and level set. False: not
 * UTF-8. */
bool sketch_text(struct sketcher *sketcher, const uint8_t *text, size_t size, const uint32_t *a,
                 const uint32_t *b, uint32_t *signature, size_t num_perm);

#endif
