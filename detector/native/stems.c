#include "stems.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- the windows of a text */

static size_t slot_of(const struct windows *w, uint32_t stem)
{
    size_t mask = ((size_t)1 << w->slot_bits) - 1;
    size_t at = stem * 0x9E3779B1u >> (32 - w->slot_bits);
    while (w->stems[at] && w->stems[at] != stem)
        at = (at + 1) & mask;
    return at;
}

static size_t count_windows(size_t tokens, const struct stem_rules *r)
{
    int64_t last = (int64_t)tokens - r->window + r->window_step;
    return last <= r->window_step ? 1 : (size_t)((last - 1) / r->window_step + 1);
}

static size_t width(size_t tokens, size_t window, const struct stem_rules *r)
{
    size_t first = window * (size_t)r->window_step;
    return tokens - first < (size_t)r->window ? tokens - first : (size_t)r->window;
}

/* The different ones among some codes, 0 left out; how many. */
static size_t distinct(const uint32_t *codes, size_t count, uint32_t *into)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        bool is_new = codes[i] != 0;
        for (size_t k = 0; is_new && k < found; k++)
            is_new = into[k] != codes[i];
        if (is_new)
            into[found++] = codes[i];
    }
    return found;
}

/* The stems of a window, in the order in which they first stand in it; how many. */
static size_t stems_of(struct text text, size_t window, const struct stem_rules *r, uint32_t *into)
{
    const uint32_t *first = text.codes + window * (size_t)r->window_step;
    uint32_t stems[MAX_WINDOW];
    size_t size = width(text.count, window, r);
    for (size_t i = 0; i < size; i++)
        stems[i] = bare(first[i]);
    return distinct(stems, size, into);
}

/* Room for numbers, at least so many. */
static bool more_room(uint32_t **numbers, size_t *room, size_t wanted)
{
    if (wanted > *room) {
        uint32_t *fresh = realloc(*numbers, 2 * wanted * sizeof **numbers);
        if (!fresh)
            return false;
        *numbers = fresh;
        *room = 2 * wanted;
    }
    return true;
}

static void enter(struct windows *w, size_t window, uint32_t stem)
{
    size_t slot = slot_of(w, stem);
    w->stems[slot] = stem;
    w->entries[w->count] = (uint32_t)window;
    w->next[w->count] = w->heads[slot];
    w->heads[slot] = (uint32_t)++w->count;
    w->holders[slot]++;
}

bool windows_fill(struct windows *w, struct text text, const struct stem_rules *r)
{
    size_t slots;
    w->text = text;
    w->total = count_windows(text.count, r);
    w->slot_bits = 5;
    while ((size_t)1 << w->slot_bits < 2 * text.count + 2)
        w->slot_bits++;
    slots = (size_t)1 << w->slot_bits;
    w->count = 0;
    if (!more_room(&w->stems, &w->stem_room, slots) || !more_room(&w->heads, &w->head_room, slots)
        || !more_room(&w->holders, &w->holder_room, slots)
        || !more_room(&w->rare, &w->rare_room, slots)
        || !more_room(&w->entries, &w->entry_room, w->total * (size_t)r->window)
        || !more_room(&w->next, &w->next_room, w->total * (size_t)r->window)
        || !more_room(&w->shared, &w->shared_room, w->total))
        return false;
    memset(w->stems, 0, slots * sizeof *w->stems);
    memset(w->heads, 0, slots * sizeof *w->heads);
    memset(w->holders, 0, slots * sizeof *w->holders);
    memset(w->rare, 0, slots * sizeof *w->rare);
    memset(w->shared, 0, w->total * sizeof *w->shared);
    for (size_t window = 0; window < w->total && text.count; window++) {
        uint32_t seen[MAX_WINDOW];
        size_t count = stems_of(text, window, r, seen);
        for (size_t k = 0; k < count; k++)
            enter(w, window, seen[k]);
    }
    for (size_t i = 0; i < text.count; i++)
        if (text.codes[i] & IS_RARE_STEM)
            w->rare[slot_of(w, bare(text.codes[i]))] = 1;
    return true;
}

void windows_free(struct windows *w)
{
    uint32_t *rooms[] = {w->stems,   w->heads, w->holders, w->rare,
                         w->entries, w->next,  w->shared,  w->met};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
        free(rooms[i]);
}

/* -- beside another text */

/* For each token of another text the first entry of its stem, 0 for one that only it has or that
 * is in more than `most` windows. */
static bool find_heads(struct windows *w, struct text stems, int64_t most)
{
    if (!more_room(&w->met, &w->met_room, stems.count))
        return false;
    for (size_t i = 0; i < stems.count; i++) {
        uint32_t stem = bare(stems.codes[i]);
        size_t slot = slot_of(w, stem);
        bool is_telling = stem && w->holders[slot] <= most;
        w->met[i] = is_telling ? w->heads[slot] : 0;
    }
    return true;
}

/* How many tokens of a window have a head. */
static size_t met_in(const uint32_t *met, size_t size)
{
    size_t known = 0;
    for (size_t i = 0; i < size; i++)
        known += met[i] != 0;
    return known;
}

int windows_share(struct windows *w, struct text b, const struct stem_rules *r)
{
    if (!find_heads(w, b, INT64_MAX))
        return -1;
    for (size_t window = 0; window < count_windows(b.count, r) && b.count; window++) {
        const uint32_t *met = w->met + window * (size_t)r->window_step;
        if (met_in(met, width(b.count, window, r)) >= (size_t)r->least_stems)
            return 1;
    }
    return 0;
}

static uint32_t holders_of(const struct windows *w, uint32_t stem)
{
    return w->holders[slot_of(w, stem)];
}

/* How much a stem weighs: little where many windows of both texts have it. */
static double weight(const struct windows *a, const struct windows *b, uint32_t stem)
{
    double count = (double)holders_of(a, stem) + (double)holders_of(b, stem);
    return log(1 + (double)(a->total + b->total) / count);
}

static double total(const struct windows *a, const struct windows *b, const uint32_t *stems,
                    size_t count)
{
    double sum = 0;
    for (size_t k = 0; k < count; k++)
        sum += weight(a, b, stems[k]);
    return sum;
}

/* How much two windows agree, as `_score` of detector/rewrite/text.py. */
static double score(const struct windows *a, size_t window_a, const struct windows *b,
                    size_t window_b, const struct stem_rules *r)
{
    uint32_t in_a[MAX_WINDOW], in_b[MAX_WINDOW];
    size_t count_a = stems_of(a->text, window_a, r, in_a);
    size_t count_b = stems_of(b->text, window_b, r, in_b);
    double common = 0, total_a = total(a, b, in_a, count_a), total_b = total(a, b, in_b, count_b);
    for (size_t i = 0; i < count_a; i++)
        for (size_t k = 0; k < count_b; k++)
            if (in_a[i] == in_b[k] && holders_of(a, in_a[i]) <= r->most_windows)
                common += weight(a, b, in_a[i]);
    return common / (total_a + total_b) + common / 2 / (total_a < total_b ? total_a : total_b);
}

/* Whether two windows have a stem in common that is rare in both texts. */
static bool share_rare(const struct windows *a, size_t window_a, const struct windows *b,
                       size_t window_b, const struct stem_rules *r)
{
    uint32_t in_a[MAX_WINDOW], in_b[MAX_WINDOW];
    size_t count_a = stems_of(a->text, window_a, r, in_a);
    size_t count_b = stems_of(b->text, window_b, r, in_b);
    for (size_t i = 0; i < count_a; i++)
        for (size_t k = 0; k < count_b; k++)
            if (in_a[i] == in_b[k] && a->rare[slot_of(a, in_a[i])] && b->rare[slot_of(b, in_b[k])]
                && holders_of(a, in_a[i]) <= r->most_windows)
                return true;
    return false;
}

/* Counts for each window of the first text the stems that this one shares with it. */
static void count_shared(struct windows *w, const uint32_t *heads, size_t known, bool is_undone)
{
    for (size_t k = 0; k < known; k++)
        for (uint32_t e = heads[k]; e; e = w->next[e - 1])
            w->shared[w->entries[e - 1]] += is_undone ? -1u : 1u;
}

/* Whether a window of b retells one of a. -1: no memory. `heads` are the first entries of its
 * stems. */
static int retells(struct windows *a, struct windows *b, struct text text_b, size_t window,
                   const uint32_t *heads, size_t known, const struct stem_rules *r)
{
    int answer = 0;
    count_shared(a, heads, known, false);
    for (size_t i = 0; i < a->total && !answer; i++) {
        if (a->shared[i] < r->least_stems)
            continue;
        bool is_filled = b->text.codes == text_b.codes && b->text.count == text_b.count;
        if (!is_filled && !windows_fill(b, text_b, r))
            answer = -1;
        else if (score(a, i, b, window, r) * SCORE_UNIT >= (double)r->least_score - 1e-6
                 && share_rare(a, i, b, window, r))
            answer = 1;
    }
    count_shared(a, heads, known, true);
    return answer;
}

int windows_retell(struct windows *of_a, struct windows *of_b, struct text b,
                   const struct stem_rules *r)
{
    size_t windows = count_windows(b.count, r);
    uint32_t heads[MAX_WINDOW];
    int answer = 0;
    of_b->text = (struct text){0};
    if (!find_heads(of_a, b, r->most_windows))
        return -1;
    for (size_t window = 0; window < windows && b.count && !answer; window++) {
        const uint32_t *met = of_a->met + window * (size_t)r->window_step;
        size_t size = width(b.count, window, r);
        if (met_in(met, size) < (size_t)r->least_stems)
            continue;
        size_t known = distinct(met, size, heads);
        if (known >= (size_t)r->least_stems)
            answer = retells(of_a, of_b, b, window, heads, known, r);
    }
    return answer;
}
