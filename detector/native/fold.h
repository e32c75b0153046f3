/* UTF-8 -> folded tokens, by the project's own table: the same tokens as detector/normalise.py.
 *
 * A text is read in pieces, so that what is held does not grow with it. Each piece gives whole
 * tokens: their UTF-8 one after another in `line`, each followed by a blank that stands at its
 * entry of `stops`. A word that the piece breaks off in is taken over into the next. */
#ifndef COPYDESK_FOLD_H
#define COPYDESK_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "levels.h"
#include "utf8.h"

enum {
    MAX_TOKEN_CHARS = 1000, /* as in detector/normalise.py */
    MAX_LETTERS = 4, /* that one character folds to */
    MAX_LETTERS_BYTES = MAX_LETTERS * MAX_POINT_BYTES,
    PIECE_BYTES = 8192,
    BLOCK_BYTES = 64, /* what vector instructions read and write at once, even if they use less */
};

/* The most that one piece can give. A character of two bytes may fold to four letters, and each
 * character may be a token; a piece may overrun its end by a block, and begins with the rest of an
 * open token. */
enum {
    MAX_STOPS = PIECE_BYTES + 2 * BLOCK_BYTES,
    MAX_LINE = MAX_STOPS * (MAX_LETTERS_BYTES / 2 + 1) + MAX_TOKEN_CHARS * MAX_LETTERS_BYTES
               + 2 * BLOCK_BYTES,
};

struct letters {
    uint8_t size;
    uint8_t bytes[MAX_LETTERS_BYTES];
};

/* The folding table, made ready. */
struct folding {
    const uint32_t *table;      /* one entry for each code point; see detector/fold.py */
    struct letters *expansions; /* the UTF-8 of what is longer than one letter */
    uint8_t ascii[128];         /* the folded letter, a blank for a separator, ASCII_DROP */
};

enum { ASCII_DROP = 0x80 };

enum fold_status { FOLD_MORE, FOLD_DONE, FOLD_BAD };

/* What became of a whole text. READ_BAD: it is not UTF-8. */
enum read_status { READ_DONE, READ_BAD, READ_NO_MEMORY };

/* How far reading has come. Small, so that a loop can keep a copy of it in registers. */
struct cursor {
    const uint8_t *at;
    size_t size, count; /* bytes of the line and tokens so far */
    /* the token that may still grow */
    bool open;
    bool solo;      /* its last letter, marks aside, is a token of its own */
    uint32_t chars; /* of the text, that gave it its letters */
    int64_t place, token_start, token_end; /* in code points */
};

struct fold {
    const struct folding *folding;
    enum level level;
    bool surrogates; /* whether the UTF-8 of lone surrogates is let through */
    bool placed;     /* whether the places of the tokens are wanted, which takes longer */
    const uint8_t *end;
    struct cursor cursor;
    uint8_t line[MAX_LINE];
    uint32_t stops[MAX_STOPS];
    int64_t starts[MAX_STOPS], ends[MAX_STOPS];
};

/* Fills `folding->ascii` and the UTF-8 of `count` expansions of MAX_LETTERS code points each (0
 * where there are fewer). False where ASCII does not fold to ASCII letters one by one, or an entry
 * of the table points outside: such a table is none of ours. */
bool folding_init(struct folding *folding, const uint32_t *table, const uint32_t *points,
                  struct letters *expansions, size_t count);

/* Begins a text. The fields above `end` are the caller's to set. */
void fold_begin(struct fold *fold, const uint8_t *text, size_t size);

/* Reads on, up to a code point that begins at `limit`; `end` is the limit of those who have none.
 * FOLD_BAD: not UTF-8. */
enum fold_status fold_piece(struct fold *fold, const uint8_t *limit);

#endif
