/* Folded tokens -> what of a text decides whether it can share anything telling with another: the
 * same bits as detector/outline.py. */
#ifndef COPYDESK_OUTLINE_H
#define COPYDESK_OUTLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "growing.h"

enum { IS_CONTENT = 1, IS_QUOTED = 2 };

/* What a character is, as in detector/outline.py. */
enum { IS_ALNUM = 1, IS_MARK = 2, IS_APOSTROPHE = 4, IS_LONE_LETTER = 8 };

enum { STEM_CHARS = 5, MAX_ENDINGS = 64 }; /* the first as in detector/prior.py */

/* A word with a code, a stem and a kind of its own. Word 0 is a title, stem 0 none. */
struct known_word {
    uint64_t hash;
    const char *bytes;
    size_t size;
    uint32_t word, stem;
    uint8_t kind;
};

/* How a word ends in one spelling and in another: up to 8 bytes of ASCII, as numbers. */
struct ending {
    uint64_t here, there;
    size_t size_here, size_there;
};

/* What is known of characters and words, made ready. */
struct lexis {
    const uint8_t *kinds; /* of the first `points` characters; the others are nothing special */
    size_t points;
    bool leads[256]; /* the first bytes of the UTF-8 of marks, and the line feed */
    struct known_word *words;
    uint32_t *slots; /* 1 + the place of a word, by the first bits of its hash */
    unsigned slot_bits;
    struct ending endings[MAX_ENDINGS];
    size_t ending_count;
};

/* Fills all but what is the caller's to set: `kinds`, `points`, and what `words` have but their
 * hashes. `slots` has room for 1 << slot_bits, which is more than `count`. */
void lexis_init(struct lexis *lexis, size_t count);

/* Adds an ending: up to 8 bytes each, 0 where there are fewer. False: too many, or too long. */
bool lexis_add_ending(struct lexis *lexis, const char here[8], const char there[8]);

/* An outline, growing: uint32 words and uint8 kinds of words; uint32 stems of tokens; letters. */
struct outline {
    struct growing words, kinds, stems, letters;
    size_t quoted, unquoted; /* tokens from the one up to the other may be quoted */
    size_t solo_size;        /* of the last token, where it is such a character; else 0 */
    uint8_t solo[4];
};

/* Begins another text with the memory of the last. */
void outline_begin(struct outline *outline);

/* Adds tokens: their UTF-8 in `line`, each with a blank after it, at its entry of `stops`; their
 * XXH3_64 with key 0. Of `line` nothing is left as it was. False: no memory. */
bool outline_add(struct outline *outline, const struct lexis *lexis, uint8_t *line,
                 const uint32_t *stops, const uint64_t *hashes, size_t count);

void outline_free(struct outline *outline);

/* What may be quoted in a text, line after line. */
struct quoting {
    const uint8_t *text, *at, *end; /* `at` is the caller's to begin with, as `text` */
    const uint8_t *first, *last;
};

/* The next stretch that may be quoted, from the first mark of a line to its last; of one mark
 * alone, all of the line. The text is UTF-8. False: there is none. */
bool next_quoted(struct quoting *quoting, const struct lexis *lexis);

#endif
