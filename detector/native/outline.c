#include "outline.h"

#include "utf8.h"
#include "xxh3.h"

enum { MIN_ENDING_WORD = 6, LETTERS_BEFORE = 3 }; /* as `spelling_key` of detector/prior.py */

static const uint8_t FIRST_SOLO[] = {0xE2, 0xBA, 0x80}; /* U+2E80, as in detector/prior.py */

/* -- what is known */

static inline uint32_t code_of(uint64_t hash) { return hash >> 32 ? (uint32_t)(hash >> 32) : 1; }

static inline uint32_t stem_of(uint64_t hash) { return hash >> 33 ? bare(code_of(hash)) : 2; }

static inline uint8_t kind_of(const struct lexis *x, uint32_t point)
{
    return point < x->points ? x->kinds[point] : 0;
}

static uint8_t lead_of(uint32_t point)
{
    if (point < 0x800)
        return (uint8_t)(point < 0x80 ? point : 0xC0 | point >> 6);
    return (uint8_t)(point < 0x10000 ? 0xE0 | point >> 12 : 0xF0 | point >> 18);
}

void lexis_init(struct lexis *x, size_t count)
{
    size_t mask = ((size_t)1 << x->slot_bits) - 1;
    memset(x->leads, 0, sizeof x->leads);
    memset(x->slots, 0, (mask + 1) * sizeof *x->slots);
    x->ending_count = 0;
    x->leads['\n'] = true;
    for (size_t point = 0; point < x->points; point++)
        if (x->kinds[point] & IS_MARK)
            x->leads[lead_of((uint32_t)point)] = true;
    for (size_t i = 0; i < count; i++) {
        struct known_word *word = x->words + i;
        word->hash = xxh3((const uint8_t *)word->bytes, word->size, 0);
        size_t at = (size_t)(word->hash >> (64 - x->slot_bits));
        while (x->slots[at])
            at = (at + 1) & mask;
        x->slots[at] = (uint32_t)i + 1;
    }
}

static size_t size_of(const char ending[8])
{
    size_t size = 0;
    while (size < 8 && ending[size])
        size++;
    return size;
}

bool lexis_add_ending(struct lexis *x, const char here[8], const char there[8])
{
    struct ending *ending = x->endings + x->ending_count;
    if (x->ending_count == MAX_ENDINGS || !here[0] || size_of(there) > size_of(here))
        return false;
    *ending = (struct ending){.size_here = size_of(here), .size_there = size_of(there)};
    memcpy(&ending->here, here, 8);
    memcpy(&ending->there, there, 8);
    x->ending_count++;
    return true;
}

static const struct known_word *known(const struct lexis *x, uint64_t hash, const uint8_t *bytes,
                                      size_t size)
{
    size_t mask = ((size_t)1 << x->slot_bits) - 1;
    for (size_t at = (size_t)(hash >> (64 - x->slot_bits)); x->slots[at]; at = (at + 1) & mask) {
        const struct known_word *word = x->words + x->slots[at] - 1;
        if (word->hash == hash && word->size == size && memcmp(word->bytes, bytes, size) == 0)
            return word;
    }
    return NULL;
}

/* -- words and stems */

/* Whether an ASCII word with this ending is spelled in another way, too. */
static bool has_root(const uint8_t *word, size_t size, size_t ending)
{
    if (size < MIN_ENDING_WORD || size < ending + LETTERS_BEFORE)
        return false;
    for (size_t i = size - ending - LETTERS_BEFORE; i < size - ending; i++)
        if (word[i] < 'a' || word[i] > 'z')
            return false;
    for (size_t i = 0; i < size; i++)
        if (word[i] >= 0x80)
            return false;
    return true;
}

/* Changes the ending of a word to that of the other spelling, and its size. False: it has none. */
static bool respell(const struct lexis *x, uint8_t *word, size_t *word_size)
{
    size_t size = *word_size;
    if (size < MIN_ENDING_WORD)
        return false;
    uint64_t tail = size < 8 ? read64(word) << 8 * (8 - size) : read64(word + size - 8);
    for (const struct ending *e = x->endings; e < x->endings + x->ending_count; e++) {
        if (tail >> 8 * (8 - e->size_here) == e->here && has_root(word, size, e->size_here)) {
            memcpy(word + size - e->size_here, &e->there, e->size_there);
            *word_size = size - e->size_here + e->size_there;
            return true;
        }
    }
    return false;
}

/* The bytes of the first `points` code points, or of all. */
static inline size_t head_of(const uint8_t *word, size_t size, size_t points)
{
    size_t end = 0;
    while (end < size && (is_tail(word[end]) || points--))
        end++;
    return end;
}

static inline bool is_solo(const uint8_t *word, size_t size)
{
    return size >= sizeof FIRST_SOLO && memcmp(word, FIRST_SOLO, sizeof FIRST_SOLO) >= 0;
}

/* A character that is a word goes with the first one of the next word, if that is such, too. */
static void join_solo(struct outline *o, const uint8_t *word, size_t size, uint32_t *stem)
{
    size_t head = *stem && is_solo(word, size) ? head_of(word, size, 1) : 0;
    if (head && o->solo_size) {
        uint8_t both[2 * sizeof o->solo];
        memcpy(both, o->solo, o->solo_size);
        memcpy(both + o->solo_size, word, head);
        stem[-1] = stem_of(xxh3(both, o->solo_size + head, 0)) | (stem[-1] & IS_RARE_STEM);
    }
    o->solo_size = head == size ? head : 0;
    memcpy(o->solo, word, o->solo_size);
}

/* The codes of a word and of its stem, and whether it carries news. The word is respelled where it
 * stands. */
static struct known_word look_up(const struct lexis *x, uint8_t *word, size_t size, uint64_t hash)
{
    const struct known_word *found = known(x, hash, word, size);
    if (found)
        return *found;
    struct known_word made = {.word = code_of(hash), .stem = stem_of(hash), .kind = IS_CONTENT};
    const uint8_t *at = word;
    if (respell(x, word, &size)) {
        hash = xxh3(word, size, 0);
        made.word = code_of(hash);
        made.stem = stem_of(hash);
    }
    size_t head = head_of(word, size, STEM_CHARS);
    if (head != size)
        made.stem = stem_of(xxh3(word, head, 0));
    else if (size <= MAX_POINT_BYTES && kind_of(x, next_point(&at, word + size, true)) & IS_LONE_LETTER
             && at == word + size)
        made.stem = 0;
    return made;
}

/* Whether a word stands in few documents. */
static bool is_rare(const struct rarity *r, uint64_t hash)
{
    size_t at = place_of(r->keys, r->count, hash);
    return (at < r->count && r->keys[at] == hash ? r->counts[at] : 1) <= r->most;
}

/* Adds the tokens that were read, whose hashes are there. Of the line nothing is left as it was. */
static bool add_tokens(struct outline *o, struct outliner *outliner, const struct lexis *x,
                       const struct rarity *rarity)
{
    struct fold *fold = &outliner->fold;
    size_t number = o->stems.size / sizeof(uint32_t), start = 0, count = fold->cursor.count;
    uint32_t *words = extend(&o->words, count * sizeof *words);
    uint32_t *stems = extend(&o->stems, count * sizeof *stems);
    uint8_t *kinds = extend(&o->kinds, count);
    uint8_t *letters = extend(&o->letters, count ? fold->stops[count - 1] + 1 : 0);
    if (!words || !stems || !kinds || !letters)
        return false;
    for (size_t i = 0; i < count; i++, number++) {
        uint8_t *token = fold->line + start;
        size_t size = fold->stops[i] - start;
        start = fold->stops[i] + 1;
        memcpy(letters, token, size);
        letters += size;
        struct known_word found = look_up(x, token, size, outliner->plain[i]);
        bool is_quoted = number >= o->quoted && number < o->unquoted;
        bool rare = found.kind & IS_CONTENT
                    && (!rarity->count || is_rare(rarity, outliner->keyed[i]));
        stems[i] = found.stem ? found.stem | (rare ? IS_RARE_STEM : 0) : 0;
        join_solo(o, token, size, stems + i);
        *letters++ = rare ? RARE_END : COMMON_END;
        *words = found.word;
        *kinds = found.kind | (is_quoted ? IS_QUOTED : 0) | (rare ? IS_RARE : 0);
        words += found.word != 0; /* a title counts for nothing */
        kinds += found.word != 0;
    }
    o->words.size = (size_t)((char *)words - o->words.bytes);
    o->kinds.size = (size_t)((char *)kinds - o->kinds.bytes);
    return true;
}

/* -- what may be quoted */

/* What may be quoted in a text, line after line. */
struct quoting {
    const uint8_t *text, *at, *end;
    const uint8_t *first, *last;
};

/* Whether a mark is an apostrophe within a word. */
static bool is_in_a_word(const struct quoting *q, const struct lexis *x, const uint8_t *mark,
                         const uint8_t *after)
{
    const uint8_t *before = mark;
    if (mark == q->text || after == q->end)
        return false;
    while (--before > q->text && is_tail(*before))
        ;
    return kind_of(x, next_point(&before, q->end, true)) & IS_ALNUM
           && kind_of(x, next_point(&after, q->end, true)) & IS_ALNUM;
}

/* The next stretch that may be quoted, from the first mark of a line to its last; of one mark
 * alone, all of the line. False: there is none. */
static bool next_quoted(struct quoting *q, const struct lexis *x)
{
    const uint8_t *line = q->at;
    for (q->first = q->last = NULL; q->at < q->end;) {
        const uint8_t *here = q->at;
        if (!x->leads[*here]) {
            q->at++;
        } else if (*here == '\n') {
            if (q->first)
                break;
            line = ++q->at;
        } else {
            uint8_t kind = kind_of(x, next_point(&q->at, q->end, true));
            q->at += q->at == here; /* what is no UTF-8 is no mark */
            if (!(kind & IS_MARK) || (kind & IS_APOSTROPHE && is_in_a_word(q, x, here, q->at)))
                continue;
            q->first = q->first ? q->first : here;
            q->last = here;
        }
    }
    if (q->first && q->first == q->last) {
        q->first = line;
        q->last = q->at;
    }
    return q->first;
}

/* -- the text */

/* Reads on up to `limit`. */
static enum read_status read_to(struct outline *o, struct outliner *outliner, const struct lexis *x,
                                const struct rarity *rarity, const uint8_t *limit)
{
    struct fold *fold = &outliner->fold;
    do {
        if (fold_piece(fold, limit) == FOLD_BAD)
            return READ_BAD;
        size_t count = fold->cursor.count;
        hash_tokens(fold->level, fold->line, fold->stops, count, 0, outliner->plain);
        if (rarity->count)
            hash_tokens(fold->level, fold->line, fold->stops, count, rarity->hash_key,
                        outliner->keyed);
        if (!add_tokens(o, outliner, x, rarity))
            return READ_NO_MEMORY;
    } while (fold->cursor.at < limit);
    return READ_DONE;
}

/* The number of the token that the next character is of. */
static size_t next_token(const struct outline *o, const struct fold *fold)
{
    return o->stems.size / sizeof(uint32_t) + fold->cursor.open;
}

enum read_status outline_text(struct outline *o, struct outliner *outliner, const struct lexis *x,
                              const struct rarity *rarity, const uint8_t *text, size_t size)
{
    struct fold *fold = &outliner->fold;
    struct quoting quoting = {.text = text, .at = text, .end = text + size};
    enum read_status status = READ_DONE;
    fold->surrogates = true;
    fold->placed = false;
    fold_begin(fold, text, size);
    o->words.size = o->kinds.size = o->stems.size = o->letters.size = 0;
    o->quoted = o->unquoted = o->solo_size = 0;
    while (status == READ_DONE && next_quoted(&quoting, x)) {
        status = read_to(o, outliner, x, rarity, quoting.first);
        o->quoted = next_token(o, fold);
        o->unquoted = SIZE_MAX;
        if (status == READ_DONE)
            status = read_to(o, outliner, x, rarity, quoting.last);
        o->unquoted = next_token(o, fold);
    }
    return status == READ_DONE ? read_to(o, outliner, x, rarity, text + size) : status;
}

void outline_free(struct outline *o)
{
    free(o->words.bytes);
    free(o->kinds.bytes);
    free(o->stems.bytes);
    free(o->letters.bytes);
}
