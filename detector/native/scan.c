#include "scan.h"

#include <string.h>

#include "outline.h"
#include "xxh3.h"

/* -- tokens */

static size_t tokens_of(const struct scan *s) { return s->tokens.size / sizeof(uint64_t); }

/* Adds the letters of tokens without the blanks between them. */
static bool add_letters(struct growing *line, const struct fold *fold, size_t count)
{
    size_t start = 0;
    char *letters = extend(line, count ? fold->stops[count - 1] + 1 - count : 0);
    if (!letters)
        return false;
    for (size_t i = 0; i < count; start = fold->stops[i++] + 1) {
        memcpy(letters, fold->line + start, fold->stops[i] - start);
        letters += fold->stops[i] - start;
    }
    return true;
}

static enum read_status read_all(struct scan *s, struct fold *fold, const uint8_t *text, size_t size,
                                 uint64_t key)
{
    enum fold_status status;
    fold_begin(fold, text, size);
    s->tokens.size = s->line.size = 0;
    do {
        status = fold_piece(fold, fold->end);
        if (status == FOLD_BAD)
            return READ_BAD;
        size_t count = fold->cursor.count;
        uint64_t *hashes = extend(&s->tokens, count * sizeof *hashes);
        if (!hashes || !add_letters(&s->line, fold, count))
            return READ_NO_MEMORY;
        hash_tokens(fold->level, fold->line, fold->stops, count, key, hashes);
    } while (status == FOLD_MORE);
    return READ_DONE;
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
    const uint8_t *line = (const uint8_t *)s->line.bytes;
    size_t size = s->line.size, count = 0;
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

enum read_status scan_text(struct scan *s, struct fold *fold, const uint8_t *text, size_t size,
                           uint64_t key, const uint32_t *a, const uint32_t *b, uint32_t *signature,
                           size_t num_perm)
{
    fold->surrogates = true;
    fold->placed = false;
    enum read_status status = read_all(s, fold, text, size, key);
    if (status != READ_DONE)
        return status;
    bool done = hash_all_words(s, fold->level, a, b, signature, num_perm)
                && hash_all_letters(s, key);
    return done ? READ_DONE : READ_NO_MEMORY;
}

/* -- what is common */

/* The tokens of an outline's letters: their hashes, and which are rare. */
static bool take_tokens(struct scan *s, const uint8_t *letters, size_t size, uint64_t key)
{
    size_t start = 0;
    s->tokens.size = s->rare.size = 0;
    for (size_t i = 0; i < size; i++) {
        if (!is_end(letters[i]))
            continue;
        uint64_t hash = xxh3(letters + start, i - start, key);
        uint8_t is_rare = letters[i] == RARE_END;
        if (!grow(&s->tokens, &hash, sizeof hash) || !grow(&s->rare, &is_rare, 1))
            return false;
        start = i + 1;
    }
    return true;
}

/* Leaves of sorted keys those that are no hash of a window with something rare in it. */
static void drop_rare(struct growing *keys, const uint64_t *hashes, size_t count,
                      const uint8_t *rare, size_t window, uint8_t *is_rare)
{
    uint64_t *sorted = (uint64_t *)keys->bytes;
    size_t size = keys->size / sizeof *sorted, inside = 0, kept = 0;
    memset(is_rare, 0, size);
    for (size_t i = 0; i + 1 < window; i++)
        inside += rare[i];
    for (size_t i = 0; i < count; inside -= rare[i++]) {
        inside += rare[i + window - 1];
        size_t at = inside ? place_of(sorted, size, hashes[i]) : size;
        if (at < size && sorted[at] == hashes[i])
            is_rare[at] = 1;
    }
    for (size_t i = 0; i < size; i++)
        if (!is_rare[i])
            sorted[kept++] = sorted[i];
    keys->size = kept * sizeof *sorted;
}

bool common_fingerprints(struct scan *s, const uint8_t *letters, size_t size, uint64_t key)
{
    if (!take_tokens(s, letters, size, key))
        return false;
    size_t count = tokens_of(s), window = SHINGLE_WORDS < count ? SHINGLE_WORDS : count;
    s->work.size = 0;
    uint64_t *shingles = extend(&s->work, 2 * count * sizeof *shingles + count + 1);
    if (!shingles)
        return false;
    uint64_t *spare = shingles + count;
    size_t number = shingle_all((const uint64_t *)s->tokens.bytes, count, SHINGLE_WORDS, shingles);
    if (!fingerprint(&s->fingerprints, shingles, number, WINNOW_WORDS, spare))
        return false;
    drop_rare(&s->fingerprints, shingles, number, (const uint8_t *)s->rare.bytes, window,
              (uint8_t *)(spare + count));
    return true;
}

void scan_free(struct scan *s)
{
    struct growing *all[] = {&s->hashes, &s->fingerprints, &s->letters,
                             &s->tokens, &s->line,         &s->work,    &s->rare};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(all[i]->bytes);
}
