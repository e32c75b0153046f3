/* A text -> what of it decides whether it can share anything telling with another: the same bits as
 * detector/outline.py. */
#ifndef COPYDESK_OUTLINE_H
#define COPYDESK_OUTLINE_H

#include "growing.h"
#include "sketch.h"
#include "stems.h"

enum { IS_CONTENT = 1, IS_QUOTED = 2, IS_RARE = 4 };
enum { COMMON_END = ' ', RARE_END = '!' }; /* what stands after the letters of a word */

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

static inline bool is_end(uint8_t byte) { return byte == COMMON_END || byte == RARE_END; }

/* Where in sorted numbers the first is that is not less. */
static inline size_t place_of(const uint64_t *sorted, size_t count, uint64_t number)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

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

/* In how many documents words stand: `counts` of `keys`, which rise and are XXH3_64 with `hash_key`;
 * what is not among them stands in one. Rare is what stands in at most `most`; where nothing is known,
 * every word. */
struct rarity {
    const uint64_t *keys;
    const int32_t *counts;
    size_t count;
    uint64_t hash_key;
    int64_t most;
};

/* uint32 words and uint8 kinds of words; uint32 stems of tokens, as struct text has them; their
 * letters, and after those of each one whether it is rare. All zero before the first text. */
struct outline {
    struct growing words, kinds, stems, letters;
    size_t quoted, unquoted; /* tokens from the one up to the other may be quoted */
    size_t solo_size;        /* of the last token, where it is such a character; else 0 */
    uint8_t solo[4];
};

/* The working memory of a piece. */
struct outliner {
    struct fold fold;
    uint64_t plain[MAX_STOPS], keyed[MAX_STOPS]; /* the hashes of its tokens */
};

/* Reads a text and makes its outline. `outliner->fold` has its folding and level set. */
enum read_status outline_text(struct outline *outline, struct outliner *outliner,
                              const struct lexis *lexis, const struct rarity *rarity,
                              const uint8_t *text, size_t size);

void outline_free(struct outline *outline);

#endif
