#include "scan.h"

#include <string.h>

/* -- tokens */

static size_t tokens_of(const struct scan *s) { return s->tokens.size / sizeof(uint64_t); }

/* Reads on up to `limit`. */
static enum scan_status read_to(struct scan *s, struct scanner *scanner, const struct lexis *lexis,
                                const uint8_t *limit, uint64_t key)
{
    struct fold *fold = &scanner->fold;
    do {
        if (fold_piece(fold, limit) == FOLD_BAD)
            return SCAN_BAD;
        size_t count = fold->cursor.count;
        uint64_t *hashes = extend(&s->tokens, count * sizeof *hashes);
        if (!hashes)
            return SCAN_NO_MEMORY;
        hash_tokens(fold->level, fold->line, fold->stops, count, key, hashes);
        hash_tokens(fold->level, fold->line, fold->stops, count, 0, scanner->plain);
        if (!outline_add(&s->outline, lexis, fold->line, fold->stops, scanner->plain, count))
            return SCAN_NO_MEMORY;
    } while (fold->cursor.at < limit);
    return SCAN_DONE;
}

/* Reads the text, stopping where it may be quoted to see how many tokens have begun. */
static enum scan_status read_all(struct scan *s, struct scanner *scanner, const struct lexis *lexis,
                                 const uint8_t *text, size_t size, uint64_t key)
{
    struct quoting quoting = {.text = text, .at = text, .end = text + size};
    enum scan_status status = SCAN_DONE;
    fold_begin(&scanner->fold, text, size);
    outline_begin(&s->outline);
    s->tokens.size = 0;
    while (status == SCAN_DONE && next_quoted(&quoting, lexis)) {
        status = read_to(s, scanner, lexis, quoting.first, key);
        s->outline.quoted = tokens_of(s) + scanner->fold.cursor.open;
        s->outline.unquoted = SIZE_MAX;
        if (status == SCAN_DONE)
            status = read_to(s, scanner, lexis, quoting.last, key);
        s->outline.unquoted = tokens_of(s) + scanner->fold.cursor.open;
    }
    return status == SCAN_DONE ? read_to(s, scanner, lexis, text + size, key) : status;
}

/* -- hashes */

/* Replaces hashes by those of their shingles; how many these are. A short text is one shingle. */
static size_t shingle_all(const uint64_t *words, size_t count, size_t size, uint64_t *hashes)
{
    if (!count)
        return 0;
    size = size < count ? size : count;
    shingle(words, count, size, hashes);
    return count - size + 1;
}

/* The fingerprints of hashes. `spare` has room for as many. */
static bool fingerprint(struct growing *into, const uint64_t *hashes, size_t count, size_t window,
                        uint64_t *spare)
{
    into->size = 0;
    uint64_t *lowest = extend(into, count * sizeof *lowest);
    if (!lowest)
        return false;
    if (count)
        count = winnow(hashes, count, window < count ? window : count, lowest, spare);
    into->size = count * sizeof *lowest;
    return true;
}

static bool hash_all_letters(struct scan *s, uint64_t key)
{
    const uint8_t *line = (const uint8_t *)s->outline.letters.bytes;
    size_t size = s->outline.letters.size, count = 0;
    for (size_t i = 0; i < size; i++)
        count += !is_tail(line[i]);
    s->work.size = 0;
    uint64_t *letters = extend(&s->work, 2 * count * sizeof *letters);
    if (!letters)
        return false;
    hash_letters(line, size, key, letters, count);
    size_t shingles = shingle_all(letters, count, SHINGLE_LETTERS, letters + count);
    return fingerprint(&s->letters, letters + count, shingles, WINNOW_LETTERS, letters);
}

static bool hash_all_words(struct scan *s, enum level level, const uint32_t *a, const uint32_t *b,
                           uint32_t *signature, size_t num_perm)
{
    size_t count = tokens_of(s);
    s->hashes.size = s->work.size = 0;
    uint64_t *hashes = extend(&s->hashes, 2 * count * sizeof *hashes);
    uint64_t *spare = extend(&s->work, 2 * count * sizeof *spare);
    if (!hashes || !spare)
        return false;
    uint64_t *shingles = hashes + count;
    memcpy(hashes, s->tokens.bytes, count * sizeof *hashes);
    size_t shingle_count = shingle_all(hashes, count, SHINGLE_WORDS, shingles);
    uint32_t *halves = (uint32_t *)spare;
    for (size_t i = 0; i < shingle_count; i++)
        halves[i] = (uint32_t)(shingles[i] >> 32);
    memset(signature, 0xFF, num_perm * sizeof *signature);
    min_hash(level, halves, shingle_count, a, b, signature, num_perm);
    if (!fingerprint(&s->fingerprints, shingles, shingle_count, WINNOW_WORDS, spare))
        return false;
    s->hashes.size = sort_unique(hashes, spare, count + shingle_count) * sizeof *hashes;
    return true;
}

enum scan_status outline_text(struct scan *s, struct scanner *scanner, const struct lexis *lexis,
                              const uint8_t *text, size_t size, uint64_t key)
{
    scanner->fold.surrogates = true;
    scanner->fold.placed = false;
    return read_all(s, scanner, lexis, text, size, key);
}

enum scan_status scan_text(struct scan *s, struct scanner *scanner, const struct lexis *lexis,
                           const uint8_t *text, size_t size, uint64_t key, const uint32_t *a,
                           const uint32_t *b, uint32_t *signature, size_t num_perm)
{
    enum scan_status status = outline_text(s, scanner, lexis, text, size, key);
    if (status != SCAN_DONE)
        return status;
    bool done = hash_all_words(s, scanner->fold.level, a, b, signature, num_perm)
                && hash_all_letters(s, key);
    return done ? SCAN_DONE : SCAN_NO_MEMORY;
}

void scan_free(struct scan *s)
{
    struct growing *all[] = {&s->tokens, &s->work, &s->hashes, &s->fingerprints, &s->letters};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]->bytes);
    outline_free(&s->outline);
}
