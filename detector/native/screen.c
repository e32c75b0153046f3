#include "screen.h"

#include <stdlib.h>
#include <string.h>

/* The letters of a text, and for each place how many of those before it are of rare words. With room
 * that is kept. */
struct decoded {
    uint32_t *codes, *rare;
    size_t count, room;
};

/* Of the pairs that follow each other with one text in common, that text has its tables made once:
 * the held one. */
struct screener {
    const struct screen_rules *rules;
    int64_t held;
    struct gram_table words, letters;
    struct common_runs runs;
    struct decoded line, other;
    struct windows windows, others, scratch;
    bool has_letters, has_stems;
};

static bool is_turned(const struct screener *s, const int64_t *pair) { return pair[0] != s->held; }

static int64_t other_of(const struct screener *s, const int64_t *pair)
{
    return pair[is_turned(s, pair) ? 0 : 1];
}

/* The runs of the held text and another as those of the first and the second. */
static void turn(const struct screener *s, const int64_t *pair)
{
    if (is_turned(s, pair))
        for (size_t i = 0; i < s->runs.count; i++) {
            int64_t a = s->runs.runs[i].a;
            s->runs.runs[i].a = s->runs.runs[i].b;
            s->runs.runs[i].b = a;
        }
}

static struct text text_of(const struct laid *laid, int64_t number)
{
    const int64_t *edges = laid->edges + number;
    return (struct text){laid->codes + edges[0], (size_t)(edges[1] - edges[0])};
}

/* -- words */

static size_t common_head(struct text a, struct text b)
{
    size_t size = 0;
    while (size < a.count && size < b.count && a.codes[size] == b.codes[size])
        size++;
    return size;
}

static size_t common_tail(struct text a, struct text b)
{
    size_t size = 0;
    while (size < a.count && size < b.count
           && a.codes[a.count - 1 - size] == b.codes[b.count - 1 - size])
        size++;
    return size;
}

/* A run with the equal words on both of its sides, which may be too common to be seeds. */
static struct common_run grown(struct common_run run, struct text a, struct text b)
{
    while (run.a > 0 && run.b > 0 && a.codes[run.a - 1] == b.codes[run.b - 1])
        run.a--, run.b--, run.length++;
    while (run.a + run.length < (int64_t)a.count && run.b + run.length < (int64_t)b.count
           && a.codes[run.a + run.length] == b.codes[run.b + run.length])
        run.length++;
    return run;
}

/* Runs that follow each other across a few words: how many words they have, how many of these
 * carry news, how many both texts quote, whether some of those with news are rare, and the last run.
 */
struct block {
    struct common_run last;
    int64_t words, content, quoted;
    bool has_rare;
};

/* What the blocks of a pair come to. */
struct evidence {
    int64_t longest, total, weak, quoted;
    bool has_rare;
};

static void add_run(struct block *block, struct common_run run, const uint8_t *kinds_a,
                    const uint8_t *kinds_b)
{
    int64_t cut = larger(0, -smaller(run.a - block->last.a - block->last.length,
                                     run.b - block->last.b - block->last.length));
    block->last = run;
    for (int64_t i = block->words ? cut : 0; i < run.length; i++) {
        block->words++;
        uint8_t of_both = kinds_a[run.a + i] & kinds_b[run.b + i];
        block->content += kinds_a[run.a + i] & IS_CONTENT;
        block->quoted += (of_both & IS_QUOTED) != 0;
        block->has_rare |= (of_both & IS_RARE) != 0;
    }
}

static void count_block(struct evidence *sum, const struct block *block,
                        const struct screen_rules *r)
{
    sum->weak += block->words;
    bool is_strong = block->words >= r->weak_words && block->content >= r->weak_content;
    bool is_some = block->words >= r->quoted_words && block->content >= r->quoted_content;
    if (2 * block->quoted >= block->words && is_some && (is_strong || block->has_rare))
        sum->quoted += block->words;
    if (!is_strong)
        return;
    sum->has_rare |= block->has_rare;
    sum->total += block->words;
    sum->longest = larger(sum->longest, block->words);
}

static bool follows(const struct common_run *before, const struct common_run *after,
                    const struct screen_rules *r)
{
    int64_t gap_a = after->a - before->a - before->length;
    int64_t gap_b = after->b - before->b - before->length;
    return smaller(gap_a, gap_b) >= -r->word_overlap && larger(gap_a, gap_b) <= r->word_gap;
}

/* What the common words of two texts come to. `runs` are put in order. */
static struct evidence weigh_words(struct common_runs *found, struct text a, struct text b,
                                   const uint8_t *kinds_a, const uint8_t *kinds_b,
                                   const struct screen_rules *r)
{
    struct block open[MAX_OPEN];
    struct evidence sum = {0};
    size_t count = 0;
    for (size_t i = 0; i < found->count; i++)
        found->runs[i] = grown(found->runs[i], a, b);
    sort_by_place(found->runs, found->count);
    for (size_t i = 0; i < found->count; i++) {
        struct common_run run = found->runs[i];
        if (i && run.a == found->runs[i - 1].a && run.b == found->runs[i - 1].b)
            continue; /* two that have grown into one */
        size_t best = count;
        while (best > 0 && !follows(&open[best - 1].last, &run, r))
            best--;
        struct block block = {0};
        if (best)
            block = open[--best];
        else {
            best = 0;
            if (count < (size_t)r->open_blocks)
                best = count;
            else
                count_block(&sum, open, r);
        }
        add_run(&block, run, kinds_a, kinds_b);
        if (best < count) {
            memmove(open + best, open + best + 1, (count - best - 1) * sizeof *open);
            count--;
        }
        open[count++] = block;
    }
    for (size_t k = 0; k < count; k++)
        count_block(&sum, open + k, r);
    return sum;
}

/* Whether the words that two texts share may show more than a stock phrase. */
static bool is_telling(struct common_runs *found, struct text a, struct text b,
                       const uint8_t *kinds_a, const uint8_t *kinds_b,
                       const struct screen_rules *r)
{
    size_t enough = (size_t)r->proof_words;
    int64_t shortest = (int64_t)(a.count < b.count ? a.count : b.count);
    if (shortest < (int64_t)enough)
        enough = (size_t)shortest;
    if (common_head(a, b) >= enough || common_tail(a, b) >= enough)
        return true;
    struct evidence sum = weigh_words(found, a, b, kinds_a, kinds_b, r);
    return sum.longest >= r->proof_words || 2 * sum.weak >= shortest || sum.quoted
           || sum.total >= (sum.has_rare ? r->proof_total : r->plain_total);
}

/* -- letters */

struct chain {
    int64_t start, letters, stretches, rare;
};

/* How many letters of a run are of words that are rare to both texts. */
static int64_t rare_letters(const struct decoded *a, const struct decoded *b,
                            const struct common_run *run)
{
    return smaller(a->rare[run->a + run->length] - a->rare[run->a],
                   b->rare[run->b + run->length] - b->rare[run->b]);
}

static bool is_close(const struct chain *chain, int64_t end, const struct screen_rules *r)
{
    int64_t span = end - chain->start;
    bool has_rare = chain->rare >= r->rare_letters;
    return chain->stretches >= r->least_stretches && span >= r->proof_letters
           && chain->letters >= (has_rare ? r->least_letters : r->proof_letters)
           && chain->letters * (has_rare ? r->letter_density : r->plain_density) >= span;
}

/* Whether a chain is long and close, or was before it went on. -1: no memory. */
static int has_chain(struct screener *s, const struct decoded *a, const struct decoded *b)
{
    struct common_runs *found = &s->runs;
    const struct screen_rules *r = s->rules;
    int found_one = 0;
    sort_by_place(found->runs, found->count);
    int64_t *chain_of = malloc((found->count + 1) * sizeof *chain_of);
    struct chain *chains = calloc(found->count + 1, sizeof *chains);
    if (!chain_of || !chains)
        found_one = -1;
    for (size_t i = 0; i < found->count && !found_one; i++)
        found_one = found->runs[i].length >= r->proof_letters;
    if (!found_one)
        chain_runs(found->runs, found->count, &r->chains, chain_of);
    for (size_t i = 0; i < found->count && !found_one; i++) {
        const struct common_run *run = found->runs + i;
        struct chain *chain = chains + chain_of[i];
        if (!chain->stretches++)
            chain->start = run->a;
        chain->letters += run->length;
        chain->rare += rare_letters(a, b, run);
        found_one = is_close(chain, run->a + run->length, r);
    }
    free(chain_of);
    free(chains);
    return found_one;
}

/* Room for the letters of so many bytes. */
static bool make_room(struct decoded *to, size_t size)
{
    if (size <= to->room)
        return true;
    uint32_t *codes = realloc(to->codes, 2 * size * sizeof *codes);
    to->codes = codes ? codes : to->codes;
    uint32_t *rare = realloc(to->rare, (2 * size + 1) * sizeof *rare);
    to->rare = rare ? rare : to->rare;
    to->room = codes && rare ? 2 * size : to->room;
    return codes && rare;
}

/* Notes how many letters before each letter of a word are of rare words. */
static uint32_t end_word(struct decoded *to, size_t start, uint32_t rare, bool is_rare)
{
    for (size_t i = start; i < to->count; i++, rare += is_rare)
        to->rare[i] = rare;
    return rare;
}

/* UTF-8 that Python made, lone surrogates included, of words that each have an end. */
static bool decode(struct decoded *to, const struct laid_bytes *laid, int64_t number)
{
    const uint8_t *at = laid->bytes + laid->edges[number];
    const uint8_t *end = laid->bytes + laid->edges[number + 1];
    size_t start = 0;
    uint32_t rare = 0;
    to->count = 0;
    if (!make_room(to, (size_t)(end - at) + 1))
        return false;
    while (at < end) {
        uint32_t code = *at++;
        if (is_end((uint8_t)code)) {
            rare = end_word(to, start, rare, code == RARE_END);
            start = to->count;
            continue;
        }
        if (code >= 0xC0)
            code &= code >= 0xF0 ? 0x07 : code >= 0xE0 ? 0x0F : 0x1F;
        while (at < end && (*at & 0xC0) == 0x80)
            code = code << 6 | (*at++ & 0x3F);
        to->codes[to->count++] = code;
    }
    to->rare[to->count] = end_word(to, start, rare, false);
    return true;
}

/* -- pairs */

/* 1: may share something, 0: not, -1: no memory. */
static int share_letters(struct screener *s, const struct laid_bytes *letters, const int64_t *pair)
{
    const struct screen_rules *r = s->rules;
    bool turned = is_turned(s, pair);
    if (!s->has_letters
        && !(decode(&s->line, letters, s->held)
             && gram_table_fill(&s->letters, s->line.codes, s->line.count,
                                (unsigned)r->letter_gram, (unsigned)r->most_letters)))
        return -1;
    s->has_letters = true;
    if (!decode(&s->other, letters, other_of(s, pair))
        || !find_common_runs(&s->runs, &s->letters, s->other.codes, s->other.count))
        return -1;
    turn(s, pair);
    return has_chain(s, turned ? &s->other : &s->line, turned ? &s->line : &s->other);
}

static int share_stems(struct screener *s, const struct laid *stems, const int64_t *pair)
{
    const struct stem_rules *r = &s->rules->stems;
    struct text held = text_of(stems, s->held), other = text_of(stems, other_of(s, pair));
    if (!s->has_stems && !windows_fill(&s->windows, held, r))
        return -1;
    s->has_stems = true;
    if (!is_turned(s, pair))
        return windows_retell(&s->windows, &s->scratch, other, r);
    int answer = windows_share(&s->windows, other, r);
    if (answer <= 0)
        return answer;
    return windows_fill(&s->others, other, r)
               ? windows_retell(&s->others, &s->scratch, held, r)
               : -1;
}

static int share_words(struct screener *s, const struct laid *words, const uint8_t *kinds,
                       const int64_t *pair)
{
    struct text other = text_of(words, other_of(s, pair));
    if (!find_common_runs(&s->runs, &s->words, other.codes, other.count))
        return -1;
    turn(s, pair);
    return is_telling(&s->runs, text_of(words, pair[0]), text_of(words, pair[1]),
                      kinds + words->edges[pair[0]], kinds + words->edges[pair[1]], s->rules);
}

/* Makes the table of another text's words; the rest when it is needed. */
static bool hold(struct screener *s, const struct laid *words, int64_t number)
{
    struct text text = text_of(words, number);
    s->held = number;
    s->has_letters = s->has_stems = false;
    return gram_table_fill(&s->words, text.codes, text.count, (unsigned)s->rules->word_gram,
                           (unsigned)s->rules->most_words);
}

static bool has(const int64_t *pair, int64_t number)
{
    return pair[0] == number || pair[1] == number;
}

/* The text of a pair that the next one has, too, or the first. */
static int64_t common_text(const int64_t (*pairs)[2], size_t at, size_t count)
{
    bool is_second = at + 1 < count && has(pairs[at + 1], pairs[at][1])
                     && !has(pairs[at + 1], pairs[at][0]);
    return pairs[at][is_second];
}

static void screener_free(struct screener *s)
{
    gram_table_free(&s->words);
    gram_table_free(&s->letters);
    common_runs_free(&s->runs);
    free(s->line.codes);
    free(s->line.rare);
    free(s->other.codes);
    free(s->other.rare);
    windows_free(&s->windows);
    windows_free(&s->others);
    windows_free(&s->scratch);
}

bool screen_pairs(const struct laid *words, const uint8_t *kinds, const struct laid_bytes *letters,
                  const struct laid *stems, const struct screen_rules *rules,
                  const int64_t (*pairs)[2], size_t count, bool *answers)
{
    struct screener s = {.rules = rules, .held = -1};
    int answer = 0;
    for (size_t i = 0; i < count && answer >= 0; i++) {
        bool is_held = has(pairs[i], s.held);
        answer = is_held || hold(&s, words, common_text(pairs, i, count)) ? 0 : -1;
        if (!answer)
            answer = share_words(&s, words, kinds, pairs[i]);
        if (!answer)
            answer = share_stems(&s, stems, pairs[i]);
        if (!answer)
            answer = share_letters(&s, letters, pairs[i]);
        answers[i] = answer > 0;
    }
    screener_free(&s);
    return answer >= 0;
}
