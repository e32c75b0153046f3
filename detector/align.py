"""Two texts -> the passages they share word for word or nearly so.

Pure steps, each linear in the lengths of the texts, on units (:mod:`detector.unit`):

1. *runs*: maximal equal runs, grown from shared 4-grams (seeds);
2. *chain*: neighbouring runs that follow each other in both texts become one block;
3. *passages*: blocks mapped back to tokens, with the counts that say how equal they are.

Order does not matter: a block may stand anywhere in either text, and one stretch of a text may
match several of the other. Sentences rewritten with other words are the next stage's business
(:mod:`detector.rewrite`). Seeding and chaining follow the plan of text-reuse and genome aligners
(Smith, Cordell, Mullen: Computational methods for uncovering reprinted texts, 2015; Li: Minimap2,
2018); the rules are our own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.gist import Gist
from detector.model import AlignedPassage, Alignment, Kind, TokenRange
from detector.runs import common_runs, joined
from detector.unit import Units, make_units
from detector.variant import find_variants

SEED_WORDS = 4
MAX_SEED_COUNT = 8
"""A 4-gram that stands more often than this in either text seeds nothing: it keeps the number of
seeds linear, and what is left of a repeated passage still has its rarer words."""
MAX_EXTENSION = 64
MAX_GAP_WORDS = 8
MAX_OVERLAP_WORDS = 2
MAX_GAP_PARAGRAPH = 2
MIN_EQUAL_WORDS = 6
MIN_CONTENT_WORDS = 2
WEAK_EQUAL_WORDS = 5
NEAR_WORDS = 60
VERBATIM_RATIO = 0.97
MAX_OPEN_CHAINS = 32


@dataclass(frozen=True, slots=True)
class Run:
    """``length`` equal units from ``a`` on in one text and from ``b`` on in the other."""

    a: int
    b: int
    length: int


def align(a: Gist, b: Gist) -> Alignment:
    """All passages that ``a`` and ``b`` share in equal or nearly equal words.

    >>> from detector.normalise import normalise
    >>> a = normalise("Officials said the old harbour bridge would close for two years in March.")
    >>> b = normalise("Not yet: the old harbor bridge would close for two years, he said.")
    >>> passage = align(Gist(a), Gist(b)).passages[0]
    >>> a.span(passage.a.first, passage.a.last).slice(a.text)
    'the old harbour bridge would close for two years'
    """
    if a.normal.tokens == b.normal.tokens:
        return Alignment(_whole(len(a.normal)))
    variants = find_variants(a.letters, b.letters)
    units_a, units_b = make_units(a.words, b.words, variants)
    runs, truncated = find_runs(units_a.ids, units_b.ids)
    runs = with_places(runs, units_a, units_b, variants.places)
    blocks = choose(chain(runs, units_a, units_b), units_a)
    passages = [make_passage(block, units_a, units_b) for block in blocks]
    return Alignment(tuple(sorted(passages, key=_place)), truncated, variants.words)


def _whole(size: int) -> tuple[AlignedPassage, ...]:
    """The one passage of two texts with the same words, however short or repetitive they are."""
    if not size:
        return ()
    all_of = TokenRange(0, size)
    pairs = ((0, 0, size, size),)
    return (AlignedPassage(all_of, all_of, Kind.VERBATIM, size, size, 1.0, pairs),)


def _place(passage: AlignedPassage) -> tuple[int, int, int, int]:
    return (passage.a.first, passage.b.first, passage.a.last, passage.b.last)


# -- 1. runs


def find_runs(a: NDArray[np.int32], b: NDArray[np.int32]) -> tuple[list[Run], bool]:
    """The equal runs that say something new, by place in ``a``; and whether seeds were left out
    because they stand too often."""
    runs, truncated = equal_runs(a, b)
    return _undominated(runs, len(a), len(b)), truncated


def equal_runs(a: NDArray[np.int32], b: NDArray[np.int32]) -> tuple[list[Run], bool]:
    """Every maximal equal run of at least ``SEED_WORDS`` units, longest first, but those without
    a rare 4-gram in them; and whether there are shared 4-grams too common to be a seed.

    >>> one, two = np.array([1, 2, 3, 4, 5, 9], np.int32), np.array([7, 1, 2, 3, 4, 5], np.int32)
    >>> equal_runs(one, two)
    ([Run(a=0, b=1, length=5)], False)
    """
    rows, truncated = common_runs(a.view(np.uint32), b.view(np.uint32), SEED_WORDS, MAX_SEED_COUNT)
    grown = [_extend(Run(*row), a, b) for row in rows.tolist()]
    runs = _merge_runs([*grown, *_common_ends(a, b)])
    return sorted(runs, key=lambda r: (-r.length, r.a, r.b)), truncated


def _common_ends(a: NDArray[np.int32], b: NDArray[np.int32]) -> list[Run]:
    """The common beginning and the common end, which repeated words may have left unseeded."""
    size = min(len(a), len(b))
    if not size:
        return []
    differ = np.flatnonzero(a[:size] != b[:size])
    head = int(differ[0]) if len(differ) else size
    differ = np.flatnonzero(a[::-1][:size] != b[::-1][:size])
    tail = int(differ[0]) if len(differ) else size
    ends = [Run(0, 0, head), Run(len(a) - tail, len(b) - tail, tail)]
    return [run for run in ends if run.length >= SEED_WORDS]


def _extend(run: Run, a: NDArray[np.int32], b: NDArray[np.int32]) -> Run:
    """Grow a run over the equal words on both of its sides."""
    i, j, end_a, end_b = run.a, run.b, run.a + run.length, run.b + run.length
    for _ in range(MAX_EXTENSION):
        if i == 0 or j == 0 or a[i - 1] != b[j - 1]:
            break
        i, j = i - 1, j - 1
    for _ in range(MAX_EXTENSION):
        if end_a == len(a) or end_b == len(b) or a[end_a] != b[end_b]:
            break
        end_a, end_b = end_a + 1, end_b + 1
    return Run(i, j, end_a - i)


def _merge_runs(runs: Iterable[Run]) -> list[Run]:
    """Runs that grew into each other on one diagonal are one."""
    merged: list[Run] = []
    for run in sorted(runs, key=lambda r: (r.a - r.b, r.a, -r.length)):
        last = merged[-1] if merged else None
        if last and last.a - last.b == run.a - run.b and run.a <= last.a + last.length:
            length = max(last.length, run.a + run.length - last.a)
            merged[-1] = Run(last.a, last.b, length)
        else:
            merged.append(run)
    return merged


def _undominated(runs: list[Run], size_a: int, size_b: int) -> list[Run]:
    """Longest first, keep each run that is news for at least one side: half of its words there
    are in no longer run. Of all the places a stock phrase matches, the useful ones remain."""
    seen_a, seen_b = np.zeros(size_a, bool), np.zeros(size_b, bool)
    kept: list[Run] = []
    for run in runs:
        part_a = seen_a[run.a : run.a + run.length]
        part_b = seen_b[run.b : run.b + run.length]
        if min(np.count_nonzero(part_a), np.count_nonzero(part_b)) * 2 > run.length:
            continue
        part_a[:] = True
        part_b[:] = True
        kept.append(run)
    return sorted(kept, key=lambda r: (r.a, r.b))


def with_places(runs: list[Run], a: Units, b: Units, places: NDArray[np.int64]) -> list[Run]:
    """The runs with the single words added that stand in the same place in a noisy text. Where
    only every second word was read right, there are no runs to speak of."""
    if not len(places) or not len(a.ids) or not len(b.ids):
        return runs
    at_a = np.searchsorted(a.first, places[:, 0], "right") - 1
    at_b = np.searchsorted(b.first, places[:, 1], "right") - 1
    same = (np.minimum(at_a, at_b) >= 0) & (a.ids[at_a] == b.ids[at_b])
    equal = [Run(*row) for row in joined(at_a[same], at_b[same], 1).tolist()]
    return sorted(_merge_runs([*runs, *equal]), key=lambda r: (r.a, r.b))


# -- 2. chain


Block = list[Run]


def chain(runs: list[Run], a: Units, b: Units) -> list[Block]:
    """Join runs that follow each other in both texts across a few words. Runs come by place.

    Of the blocks that a run may follow, only the ``MAX_OPEN_CHAINS`` that grew last are looked at.
    """
    blocks: list[Block] = []
    open_blocks: deque[Block] = deque(maxlen=MAX_OPEN_CHAINS)
    for run in runs:
        gaps = [
            (_gap(block[-1], run, a, b), i)
            for i, block in enumerate(open_blocks)
            if run.a - block[-1].a - block[-1].length <= MAX_GAP_WORDS  # most end far before it
        ]
        _, best = min(((gap, i) for gap, i in gaps if gap is not None), default=(0, None))
        if best is None:
            block = [run]
            blocks.append(block)
        else:
            block = open_blocks[best]
            block.append(_without_overlap(block[-1], run))
            del open_blocks[best]
        open_blocks.append(block)
    return [_trim(block) for block in blocks]


def _gap(before: Run, run: Run, a: Units, b: Units) -> int | None:
    """How many words lie between two runs, or None where they do not follow each other."""
    gap_a, gap_b = _gaps(before, run)
    overlap = -min(gap_a, gap_b, 0)
    if overlap > MAX_OVERLAP_WORDS or run.length - overlap < min(2, run.length):
        return None
    limit = MAX_GAP_WORDS
    if (
        a.paragraph[before.a + before.length - 1] != a.paragraph[run.a]
        and b.paragraph[before.b + before.length - 1] != b.paragraph[run.b]
    ):
        limit = MAX_GAP_PARAGRAPH
    gap = max(gap_a, gap_b)
    return gap if gap <= limit else None


def _gaps(before: Run, run: Run) -> tuple[int, int]:
    return run.a - before.a - before.length, run.b - before.b - before.length


def _without_overlap(before: Run, run: Run) -> Run:
    """Cut the words off ``run`` that the run before it already has in either text."""
    cut = max(0, -min(_gaps(before, run)))
    return Run(run.a + cut, run.b + cut, run.length - cut)


def _trim(block: Block) -> Block:
    """Drop outer runs that add more gap than words: edges stay tight."""
    while len(block) > 1 and max(_gaps(block[0], block[1])) > block[0].length:
        block = block[1:]
    while len(block) > 1 and max(_gaps(block[-2], block[-1])) > block[-1].length:
        block = block[:-1]
    solid = [i for i, run in enumerate(block) if run.length >= SEED_WORDS]
    if not solid:
        return block
    first, last = solid[0], solid[-1]
    head = 0 if _is_dense(block[: first + 1], block[first].length) else first
    tail = len(block) if _is_dense(block[last:], block[last].length) else last + 1
    return block[head:tail]


def _is_dense(runs: list[Run], of_solid: int) -> bool:
    """Whether most of what stands beside a solid run is equal: single words that happen to follow
    it are not of the passage."""
    equal = sum(run.length for run in runs) - of_solid
    width_a = runs[-1].a + runs[-1].length - runs[0].a - of_solid
    width_b = runs[-1].b + runs[-1].length - runs[0].b - of_solid
    return 2 * equal > max(width_a, width_b) or not equal


def choose(blocks: list[Block], units: Units) -> list[Block]:
    """The blocks that are no accident: those with enough words and content, and weaker ones that
    stand in order close to them in both texts. ``units`` are those of the first text."""
    strong = [block for block in blocks if _is_strong(block, units)]
    by_target = sorted(strong, key=lambda block: block[0].b)
    places = [block[0].b for block in by_target]
    kept = list(strong)
    for block in blocks:
        if sum(run.length for run in block) >= WEAK_EQUAL_WORDS and not _is_strong(block, units):
            at = bisect_right(places, block[0].b)
            if _fits(block, by_target[at - 1 : at], by_target[at : at + 1]):
                kept.append(block)
    return kept


def _is_strong(block: Block, units: Units) -> bool:
    equal = sum(run.length for run in block)
    if equal < MIN_EQUAL_WORDS:
        return False
    content = sum(np.count_nonzero(units.content[r.a : r.a + r.length]) for r in block)
    return bool(content >= MIN_CONTENT_WORDS)


def _fits(block: Block, before: list[Block], after: list[Block]) -> bool:
    """Whether a weak block lies in order next to a strong one, at a short distance in both."""
    gaps = [_gaps(other[-1], block[0]) for other in before]
    gaps += [_gaps(block[-1], other[0]) for other in after]
    in_order = all(min(pair) >= 0 for pair in gaps)
    return in_order and any(max(pair) <= NEAR_WORDS for pair in gaps)


# -- 3. passages


def make_passage(block: list[Run], a: Units, b: Units) -> AlignedPassage:
    """A block of runs as a passage in token numbers."""
    equal = sum(run.length for run in block)
    width_a = block[-1].a + block[-1].length - block[0].a
    width_b = block[-1].b + block[-1].length - block[0].b
    exact = sum(
        np.count_nonzero(a.exact[r.a : r.a + r.length] == b.exact[r.b : r.b + r.length])
        for r in block
    )
    ratio = 2 * exact / (width_a + width_b)
    pairs = tuple(
        (
            int(a.first[run.a]),
            int(b.first[run.b]),
            int(a.last[run.a + run.length - 1]) - int(a.first[run.a]),
            int(b.last[run.b + run.length - 1]) - int(b.first[run.b]),
        )
        for run in block
    )
    return AlignedPassage(
        a=TokenRange(pairs[0][0], pairs[-1][0] + pairs[-1][2]),
        b=TokenRange(pairs[0][1], pairs[-1][1] + pairs[-1][3]),
        kind=Kind.VERBATIM if ratio >= VERBATIM_RATIO else Kind.EDITED,
        equal=equal,
        longest=max(run.length for run in block),
        ratio=ratio,
        pairs=pairs,
    )
