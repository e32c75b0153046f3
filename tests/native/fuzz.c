/* A coverage-guided fuzzer of the kernel: fuzz FOLDER COUNT SEED
 *
 * Inputs are changed at random; one that reaches an edge of the code that no other has reached is
 * kept, to be changed further. Each stands in memory of its own size, so that a sanitizer sees
 * every byte read outside. Of each it is asked that all levels give the same tokens, signature and
 * outline, and that whatever is UTF-8 to one is UTF-8 to all; then it is screened beside the one
 * before. tests/detector/test_kernel_sanitised.py builds it and runs it; the folder has the arrays of
 * detector/fold.py, detector/outline.py and detector/screen.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../detector/native/scan.h"
#include "../../detector/native/screen.h"

enum { MAX_KEPT = 4096, MAX_INPUT = 20000, NUM_PERM = 37, EDGES = 1 << 13, MAX_WORD = 40 };

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
static uint32_t a[NUM_PERM], b[NUM_PERM];

/* Called by the compiler's -fsanitize-coverage=trace-pc at every edge. */
void __sanitizer_cov_trace_pc(void);
void __sanitizer_cov_trace_pc(void)
{
    uint64_t place = (uint64_t)__builtin_return_address(0);
    reached[(place ^ place >> 13) % EDGES] = 1;
}

/* xorshift64* (Marsaglia 2003): the same inputs for the same seed. */
static size_t below(size_t limit)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (size_t)((state * 0x2545F4914F6CDD1Du) >> 33) % limit;
}

static void *slurp(const char *folder, const char *name, size_t *size)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
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

static void differs(enum level level, const struct input *text)
{
    fprintf(stderr, "level %d differs:", level);
    for (size_t i = 0; i < text->size; i++)
        fprintf(stderr, " %02x", text->bytes[i]);
    abort();
}

/* Ends the program where two ways to read a text differ. */
static void check(struct sketcher *sketcher, const struct input *text)
{
    static uint32_t first[NUM_PERM];
    uint32_t *signature = malloc(sizeof first);
    struct fold *fold = &sketcher->fold;
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
        if (!good || (tokens && memcmp(first, signature, sizeof first) != 0))
            differs(level, text);
    }
    free(signature);
}

/* -- what is kept of a text, and pairs of them */

/* A sum over all that is kept of a text. */
static uint64_t sum_of(struct scan *s, const struct outline *o, const uint32_t *signature)
{
    const struct growing *all[] = {&s->hashes, &s->fingerprints, &s->letters, &o->words,
                                   &o->kinds,  &o->stems,        &o->letters};
    uint64_t sum = mixed(1, signature, NUM_PERM * sizeof *signature);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        sum = mixed(sum, all[i]->bytes, all[i]->size);
    size_t before = s->fingerprints.size;
    if (!common_fingerprints(s, (const uint8_t *)o->letters.bytes, o->letters.size, 7)
        || s->fingerprints.size > before)
        abort();
    return mixed(sum, s->fingerprints.bytes, s->fingerprints.size);
}

/* Ends the program where two levels keep something else of a text. False: it is not UTF-8. */
static bool check_kept(struct outline *outline, struct outliner *outliner,
                       const struct lexis *lexis, const struct input *text)
{
    static struct scan scan;
    static const uint64_t keys[] = {1, UINT64_MAX / 3, UINT64_MAX};
    static const int32_t counts[] = {1, 9, 9};
    const struct rarity rarity = {keys, counts, 3 * below(2), 7, 3};
    uint32_t signature[NUM_PERM];
    uint64_t first = 0;
    for (enum level level = BASELINE; level <= best_level(); level++) {
        outliner->fold.level = level;
        enum read_status scanned = scan_text(&scan, &outliner->fold, text->bytes, text->size, 7, a,
                                             b, signature, NUM_PERM);
        enum read_status status = outline_text(outline, outliner, lexis, &rarity, text->bytes,
                                               text->size);
        uint64_t sum = status == READ_DONE ? sum_of(&scan, outline, signature) | 1 : 0;
        if (level == BASELINE)
            first = sum;
        if (sum != first || status == READ_NO_MEMORY || status != scanned)
            differs(level, text);
    }
    return first;
}

static void *both(const struct growing *one, const struct growing *other)
{
    char *laid = malloc(one->size + other->size + 1);
    if (!laid)
        exit(2);
    if (one->size)
        memcpy(laid, one->bytes, one->size);
    if (other->size)
        memcpy(laid + one->size, other->bytes, other->size);
    return realloc(laid, one->size + other->size ? one->size + other->size : 1);
}

/* Ends the program where an answer about two texts depends on what was asked before. */
static void check_pair(const struct outline *one, const struct outline *other,
                       const struct screen_rules *rules)
{
    enum { CODE = sizeof(uint32_t) };
    const int64_t words[] = {0, (int64_t)(one->words.size / CODE),
                             (int64_t)((one->words.size + other->words.size) / CODE)};
    const int64_t stems[] = {0, (int64_t)(one->stems.size / CODE),
                             (int64_t)((one->stems.size + other->stems.size) / CODE)};
    const int64_t letters[] = {0, (int64_t)one->letters.size,
                               (int64_t)(one->letters.size + other->letters.size)};
    const int64_t pairs[][2] = {{0, 1}, {1, 0}, {0, 0}, {0, 1}};
    bool answers[4];
    void *held[] = {both(&one->words, &other->words), both(&one->kinds, &other->kinds),
                    both(&one->letters, &other->letters), both(&one->stems, &other->stems)};
    struct laid of_words = {held[0], words}, of_stems = {held[3], stems};
    struct laid_bytes of_letters = {held[2], letters};
    if (!screen_pairs(&of_words, held[1], &of_letters, &of_stems, rules, pairs, 4, answers)
        || answers[0] != answers[3])
        abort();
    for (size_t i = 0; i < sizeof held / sizeof *held; i++)
        free(held[i]);
}

/* A word with what is known of it, as the file has it. */
struct record {
    char bytes[MAX_WORD];
    uint32_t size, word, stem, kind;
};

static struct lexis learn(const char *folder)
{
    struct lexis lexis = {.slot_bits = 1};
    size_t size, endings_size;
    lexis.kinds = slurp(folder, "characters", &lexis.points);
    const struct record *records = slurp(folder, "words", &size);
    char(*endings)[2][8] = slurp(folder, "endings", &endings_size);
    size_t count = size / sizeof *records;
    while ((size_t)1 << lexis.slot_bits < 2 * count + 1)
        lexis.slot_bits++;
    lexis.words = calloc(count, sizeof *lexis.words);
    lexis.slots = calloc((size_t)1 << lexis.slot_bits, sizeof *lexis.slots);
    for (size_t i = 0; i < count; i++) {
        const struct record *r = records + i;
        lexis.words[i] = (struct known_word){
            .bytes = r->bytes, .size = r->size, .word = r->word, .stem = r->stem,
            .kind = (uint8_t)r->kind,
        };
    }
    lexis_init(&lexis, count);
    for (size_t i = 0; i < endings_size / sizeof *endings; i++)
        if (!lexis_add_ending(&lexis, endings[i][0], endings[i][1]))
            exit(2);
    return lexis;
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
    size_t table_bytes, points_bytes, rules_bytes, size;
    if (count != 4)
        return 2;
    const char *folder = arguments[1];
    uint32_t *table = slurp(folder, "table", &table_bytes);
    uint32_t *points = slurp(folder, "expansions", &points_bytes);
    const struct screen_rules *rules = slurp(folder, "rules", &rules_bytes);
    size_t expansions = points_bytes / (MAX_LETTERS * sizeof *points);
    struct folding folding;
    struct lexis lexis = learn(folder);
    struct sketcher *sketcher = malloc(sizeof *sketcher);
    struct outliner *outliner = malloc(sizeof *outliner);
    static struct outline outlines[2];
    bool is_before = false;
    if (!sketcher || !outliner || rules_bytes != sizeof *rules
        || !folding_init(&folding, table, points, calloc(expansions, sizeof(struct letters)),
                         expansions))
        return 2;
    for (uint32_t perm = 0; perm < NUM_PERM; perm++) {
        a[perm] = perm * 0x9E3779B1u | 1;
        b[perm] = perm * 0x85EBCA77u;
    }
    state = strtoull(arguments[3], NULL, 10) * 2 + 1;
    sketcher->fold.folding = outliner->fold.folding = &folding;
    kept[kept_count++] = (struct input){calloc(1, 1), 0};
    for (uint64_t left = strtoull(arguments[2], NULL, 10); left; left--) {
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
        bool is_text = check_kept(outlines + left % 2, outliner, &lexis, &text);
        if (is_text && is_before)
            check_pair(outlines, outlines + 1, rules);
        is_before = is_text;
        if (kept_count < MAX_KEPT && (is_new() || below(500) == 0))
            kept[kept_count++] = text;
        else
            free(text.bytes);
    }
    printf("%zu inputs kept\n", kept_count);
    return 0;
}
