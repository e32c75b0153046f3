/* A coverage-guided fuzzer of the kernel: fuzz TABLE EXPANSIONS COUNT SEED
 *
 * Inputs are changed at random; one that reaches an edge of the code that no other has reached is
 * kept, to be changed further. Each stands in memory of its own size, so that a sanitizer sees
 * every byte read outside. Of each it is asked that all levels give the same tokens and signature, and
 * that whatever is UTF-8 to one is UTF-8 to all. tests/detector/test_kernel_sanitised.py builds it
 * and runs it; the two files hold the arrays of detector/fold.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../detector/native/sketch.h"

enum { MAX_KEPT = 4096, MAX_INPUT = 20000, NUM_PERM = 37, EDGES = 1 << 12 };

struct input {
    uint8_t *bytes;
    size_t size;
};

/* Parts of texts that the kernel has cases for. */
static const char *const PARTS[] = {
    " ", "the ", "a", "O'Neill's", "harbour bridge will close for two years. ",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "\xd0\x9f\xd0\xbe\xd1\x80\xd1\x82 ", /* a Cyrillic word */
    "\xc3\xa9", "e\xcc\x81", "\xc3\x9f", "\xef\xac\x83", "\xea\xb0\x92", /* expansions */
    "\xe6\xbc\xa2", "\xe0\xb8\x81\xe0\xb8\xb4", "\xe0\xa4\xbf", /* solo, a joining mark */
    "\xe2\x80\x99", "\xe2\x80\x8b", "\xf0\x9d\x90\x9a", /* dropped; four bytes */
    "\xed\xa0\x80", "\xff", "\xf4\x90\x80\x80", "\xc0\x80", "\xe0\x80\x80", /* not quite UTF-8 */
};

static uint8_t seen[EDGES], reached[EDGES];
static struct input kept[MAX_KEPT];
static size_t kept_count;
static uint64_t state;

/* Called by the compiler's -fsanitize-coverage=trace-pc at every edge. */
void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
    uint64_t place = (uint64_t)__builtin_return_address(0);
    reached[(place ^ place >> 12) % EDGES] = 1;
}

/* xorshift64* (Marsaglia 2003): the same inputs for the same seed. */
static size_t below(size_t limit)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (size_t)((state * 0x2545F4914F6CDD1Du) >> 33) % limit;
}

static void *slurp(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        exit(2);
    *size = (size_t)ftell(file);
    rewind(file);
    void *bytes = malloc(*size);
    if (!bytes || fread(bytes, 1, *size, file) != *size)
        exit(2);
    fclose(file);
    return bytes;
}

/* Puts bytes into an input, at a place and instead of some others. */
static void splice(struct input *input, size_t at, size_t gone, const void *bytes, size_t size)
{
    if (input->size - gone + size > MAX_INPUT)
        return;
    memmove(input->bytes + at + size, input->bytes + at + gone, input->size - at - gone);
    memcpy(input->bytes + at, bytes, size);
    input->size += size - gone;
}

static void change(struct input *input)
{
    static uint8_t copy[MAX_INPUT];
    size_t at = below(input->size + 1), rest = input->size - at;
    size_t size = rest ? below(rest < 100 ? rest : 100) : 0;
    const char *part = PARTS[below(sizeof PARTS / sizeof *PARTS)];
    const struct input *other = &kept[below(kept_count)];
    switch (below(8)) {
    case 0: /* one byte */
        if (rest)
            input->bytes[at] = (uint8_t)below(256);
        break;
    case 1: /* fewer */
        splice(input, at, size, "", 0);
        break;
    case 2: /* some of it again */
        memcpy(copy, input->bytes + at, size);
        splice(input, at, 0, copy, size);
        break;
    case 3: /* some of another */
        if (other->size)
            splice(input, at, 0, other->bytes, 1 + below(other->size));
        break;
    case 4: /* one part again and again: endless words, texts of several pieces */
        for (size_t times = below(200) ? 0 : below(2500); times; times--)
            splice(input, at, 0, part, strlen(part));
        break;
    default:
        splice(input, at, 0, part, strlen(part));
    }
}

static uint64_t mixed(uint64_t sum, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ ((const uint8_t *)bytes)[i]) * 0x100000001B3u;
    return sum;
}

/* A place further on that no code point goes across. */
static const uint8_t *further(const uint8_t *at, const uint8_t *end)
{
    at += at < end ? 1 + below((size_t)(end - at)) : 0;
    while (at < end && is_tail(*at))
        at++;
    return at;
}

/* A sum over all tokens of a text, 0 where it is no UTF-8. It is read up to one place after another,
 * or at once. */
static uint64_t tokens_of(struct fold *fold, const struct input *text)
{
    enum fold_status status;
    uint64_t sum = 1;
    int64_t end = 0;
    bool at_once = below(2);
    fold_begin(fold, text->bytes, text->size);
    do {
        status = fold_piece(fold, at_once ? fold->end : further(fold->cursor.at, fold->end));
        if (status == FOLD_BAD)
            return 0;
        size_t count = fold->cursor.count;
        sum = mixed(sum, fold->line, count ? fold->stops[count - 1] + 1 : 0);
        for (size_t i = 0; fold->placed && i < count; end = fold->ends[i++])
            if (fold->starts[i] < end || fold->ends[i] <= fold->starts[i])
                abort();
    } while (status == FOLD_MORE);
    return sum;
}

/* Ends the program where two ways to read a text differ. */
static void check(struct sketcher *sketcher, const struct input *text)
{
    static uint32_t a[NUM_PERM], b[NUM_PERM], first[NUM_PERM];
    uint32_t *signature = malloc(sizeof first);
    struct fold *fold = &sketcher->fold;
    for (uint32_t perm = 0; perm < NUM_PERM; perm++) {
        a[perm] = perm * 0x9E3779B1u | 1;
        b[perm] = perm * 0x85EBCA77u;
    }
    fold->surrogates = below(2);
    fold->level = BASELINE;
    fold->placed = true;
    uint64_t tokens = tokens_of(fold, text);
    fold->placed = false;
    for (enum level level = BASELINE; level <= best_level(); level++) {
        fold->level = level;
        bool good = tokens_of(fold, text) == tokens
                    && sketch_text(sketcher, text->bytes, text->size, a, b, signature, NUM_PERM)
                           == (tokens != 0);
        if (level == BASELINE)
            memcpy(first, signature, sizeof first);
        if (!good || (tokens && memcmp(first, signature, sizeof first) != 0)) {
            fprintf(stderr, "level %d differs:", level);
            for (size_t i = 0; i < text->size; i++)
                fprintf(stderr, " %02x", text->bytes[i]);
            abort();
        }
    }
    free(signature);
}

/* Whether the last input reached an edge for the first time. */
static bool is_new(void)
{
    bool found = false;
    for (size_t edge = 0; edge < EDGES; edge++) {
        found |= reached[edge] > seen[edge];
        seen[edge] |= reached[edge];
    }
    return found;
}

int main(int count, char **arguments)
{
    size_t table_bytes, points_bytes, size;
    if (count != 5)
        return 2;
    uint32_t *table = slurp(arguments[1], &table_bytes);
    uint32_t *points = slurp(arguments[2], &points_bytes);
    size_t expansions = points_bytes / (MAX_LETTERS * sizeof *points);
    struct folding folding;
    struct sketcher *sketcher = malloc(sizeof *sketcher);
    if (!sketcher
        || !folding_init(&folding, table, points, calloc(expansions, sizeof(struct letters)),
                         expansions))
        return 2;
    state = strtoull(arguments[4], NULL, 10) * 2 + 1;
    sketcher->fold.folding = &folding;
    kept[kept_count++] = (struct input){calloc(1, 1), 0};
    for (uint64_t left = strtoull(arguments[3], NULL, 10); left; left--) {
        static uint8_t bytes[MAX_INPUT];
        const struct input *parent = &kept[below(kept_count)];
        struct input input = {bytes, parent->size};
        memcpy(bytes, parent->bytes, parent->size);
        for (size_t changes = 1 + below(8); changes; changes--)
            change(&input);
        size = input.size;
        struct input text = {malloc(size ? size : 1), size};
        memcpy(text.bytes, bytes, size);
        memset(reached, 0, sizeof reached);
        check(sketcher, &text);
        if (kept_count < MAX_KEPT && (is_new() || below(500) == 0))
            kept[kept_count++] = text;
        else
            free(text.bytes);
    }
    printf("%zu inputs kept\n", kept_count);
    return 0;
}
