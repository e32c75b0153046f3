#include "chain.h"

#include <stdlib.h>
#include <string.h>

static int by_place(const void *one, const void *other)
{
    const struct common_run *x = one, *y = other;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

void sort_by_place(struct common_run *runs, size_t count)
{
    if (count)
        qsort(runs, count, sizeof *runs, by_place);
}

/* How far `after` is from the end of `before`; -1 where it does not follow it. */
static int64_t gap_between(const struct common_run *before, const struct common_run *after,
                           const struct chain_rules *r)
{
    int64_t gap_a = after->a - before->a - before->length;
    int64_t gap_b = after->b - before->b - before->length;
    int64_t low = smaller(gap_a, gap_b), high = larger(gap_a, gap_b);
    if (low <= -smaller(r->overlap + 1, after->length) || high > r->gap)
        return -1;
    bool is_near = high - low <= r->drift_least || (high - low) * r->drift_part <= high;
    return is_near ? larger(high, 0) : -1;
}

static struct common_run without_overlap(const struct common_run *before, struct common_run after)
{
    int64_t cut = larger(0, -smaller(after.a - before->a - before->length,
                                     after.b - before->b - before->length));
    return (struct common_run){after.a + cut, after.b + cut, after.length - cut};
}

size_t chain_runs(struct common_run *runs, size_t count, const struct chain_rules *rules,
                  int64_t *chain_of)
{
    size_t open[MAX_OPEN]; /* the last run of each chain, the one that grew last at the end */
    size_t chains = 0, held = 0;
    for (size_t i = 0; i < count; i++) {
        size_t best = held;
        int64_t least = 0;
        for (size_t k = 0; k < held; k++) {
            int64_t gap = gap_between(runs + open[k], runs + i, rules);
            if (gap >= 0 && (best == held || gap < least)) {
                best = k;
                least = gap;
            }
        }
        if (best < held) {
            chain_of[i] = chain_of[open[best]];
            runs[i] = without_overlap(runs + open[best], runs[i]);
        } else {
            chain_of[i] = (int64_t)chains++;
            if (held == (size_t)rules->open_chains)
                best = 0;
        }
        if (best < held) {
            memmove(open + best, open + best + 1, (held - best - 1) * sizeof *open);
            held--;
        }
        open[held++] = i;
    }
    return chains;
}
