/* Two texts as bags of stems in windows -> whether one retells the other: as
 * detector/rewrite/retold.py asks it. */
#ifndef COPYDESK_STEMS_H
#define COPYDESK_STEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a stem the last bit says whether its word is rare; 0 is none. */
enum { IS_RARE_STEM = 1 };

static inline uint32_t bare(uint32_t stem) { return stem & ~(uint32_t)IS_RARE_STEM; }

struct text {
    const uint32_t *codes;
    size_t count;
};

/* The constants of detector/rewrite/text.py and retold.py. `least_score`: in SCORE_UNIT parts. */
struct stem_rules {
    int64_t least_stems, least_score, window, window_step, most_windows;
};

enum { MAX_WINDOW = 64, SCORE_UNIT = 1000, MAX_STEMS = 1 << 30 };

/* Which windows of a text have a stem: chains of entries through `next`. With room that is kept
 * from one text to the next. */
struct windows {
    struct text text;
    size_t total;                      /* how many windows there are */
    uint32_t *stems, *heads, *holders; /* open addressing: stem, first entry, how many windows */
    uint32_t *rare;                    /* whether one of its words is rare */
    uint32_t *entries, *next;          /* window of an entry, next entry */
    uint32_t *shared;                  /* of each window: stems that one of another text shares */
    uint32_t *met;                     /* of each token of another text */
    size_t stem_room, head_room, holder_room, rare_room, entry_room, next_room, shared_room, met_room;
    size_t slot_bits, count;
};

/* False: no memory. The stems, at most MAX_STEMS, are not copied. */
bool windows_fill(struct windows *windows, struct text text, const struct stem_rules *rules);
void windows_free(struct windows *windows);

/* Whether a window of b has so many stems of the text that one of them could retell the other,
 * whichever is first; -1: no memory. */
int windows_share(struct windows *windows, struct text b, const struct stem_rules *rules);

/* Whether a window of b retells one of a, and they share a stem that is rare in both texts; -1: no
 * memory. `of_b` is filled when it is needed. Which
 * partners a window keeps is not asked: where this is 0, retold.py finds nothing. */
int windows_retell(struct windows *of_a, struct windows *of_b, struct text b,
                   const struct stem_rules *rules);

#endif
