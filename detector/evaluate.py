"""Labels made by people or by program against answers: how much was found, how much is right.

Every measure is 1 for a perfect answer. Where nothing is wanted all of it is found, and where
nothing is reported nothing reported is wrong.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence, Set
from dataclasses import dataclass

from detector.model import Span

SpanPair = tuple[Span, Span]


@dataclass(frozen=True, slots=True)
class Score:
    """Precision and recall, 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both (van Rijsbergen, Information Retrieval, 1979).

        >>> Score(precision=1.0, recall=0.5).f1
        0.6666666666666666
        """
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class PlagDet:
    """How well passages were found: ``micro`` counts every character alike, ``macro`` every
    passage, ``granularity`` is in how many pieces a found passage was reported, 1 at best."""

    micro: Score
    macro: Score
    granularity: float

    @property
    def micro_plagdet(self) -> float:
        """F1 over characters, less what reporting in pieces costs."""
        return self.micro.f1 / math.log2(1 + self.granularity)

    @property
    def macro_plagdet(self) -> float:
        """F1 over passages, less what reporting in pieces costs."""
        return self.macro.f1 / math.log2(1 + self.granularity)


def set_score(wanted: Set[Hashable], reported: Set[Hashable]) -> Score:
    """Precision and recall of reported things, such as pairs of ids.

    >>> set_score({("a", "b"), ("a", "c")}, {("a", "b")})
    Score(precision=1.0, recall=0.5)
    """
    right = len(wanted & reported)
    return Score(_share(right, len(reported)), _share(right, len(wanted)))


def plagdet(pairs: Iterable[tuple[Sequence[SpanPair], Sequence[SpanPair]]]) -> PlagDet:
    """Passages wanted and reported, for each pair of texts (Potthast, Stein, Barrón-Cedeño, Rosso:
    An Evaluation Framework for Plagiarism Detection, COLING 2010).

    A reported passage finds a wanted one only where the two overlap in both texts. Characters of
    both texts count, each once, however many passages lie over it. Offsets are code points.

    >>> wanted = [(Span(0, 10), Span(50, 60))]
    >>> halves = [(Span(0, 5), Span(50, 55)), (Span(5, 10), Span(55, 60))]
    >>> whole = plagdet([(wanted, wanted)])
    >>> whole.micro_plagdet, plagdet([(wanted, halves)]).granularity
    (1.0, 2.0)
    """
    found = _Counts()
    for wanted, reported in pairs:
        found.add(wanted, reported)
    micro = Score(_share(found.common, found.reported), _share(found.common, found.wanted))
    return PlagDet(micro, Score(_mean(found.precisions), _mean(found.recalls)), _mean(found.pieces))


class _Counts:
    """What PlagDet adds up: characters for micro, a share for each passage for macro."""

    def __init__(self) -> None:
        self.wanted = self.reported = self.common = 0
        self.recalls: list[float] = []
        self.precisions: list[float] = []
        self.pieces: list[float] = []

    def add(self, wanted: Sequence[SpanPair], reported: Sequence[SpanPair]) -> None:
        """Take in one pair of texts."""
        hits = [[(x, y) for x, y in reported if x.overlaps(a) and y.overlaps(b)] for a, b in wanted]
        parts = [
            (_overlap(w[0], h[0]), _overlap(w[1], h[1]))
            for w, overlapping in zip(wanted, hits, strict=True)
            for h in overlapping
        ]
        self.wanted += _characters(wanted)
        self.reported += _characters(reported)
        self.common += _characters(parts)
        self.recalls += [passage_share([w], h) for w, h in zip(wanted, hits, strict=True)]
        self.precisions += [passage_share([r], wanted) for r in reported]
        self.pieces += [float(len(h)) for h in hits if h]


def passage_share(wanted: Sequence[SpanPair], given: Sequence[SpanPair]) -> float:
    """The share of the characters of ``wanted`` that ``given`` covers with both offsets: a
    character counts only where one given passage overlaps the wanted one in both texts.

    ``passage_share(truth, reported)`` is recall, ``passage_share(reported, truth)`` precision.

    >>> truth = [(Span(0, 10), Span(50, 60))]
    >>> passage_share(truth, [(Span(0, 5), Span(50, 60))])
    0.75
    >>> passage_share(truth, [(Span(0, 10), Span(70, 80))])
    0.0
    """
    found = 0
    for a, b in wanted:
        hits = [(x, y) for x, y in given if x.overlaps(a) and y.overlaps(b)]
        found += _covered(a, [x for x, _ in hits]) + _covered(b, [y for _, y in hits])
    return _share(found, sum(len(a) + len(b) for a, b in wanted))


def rand_index(
    one: Collection[Collection[Hashable]], other: Collection[Collection[Hashable]], items: int
) -> float:
    """The adjusted Rand index of two clusterings of ``items`` things: 1 where they agree, about 0
    where they agree no more than by chance (Hubert and Arabie, Comparing Partitions, 1985).

    Clusters have no common members; what is in none stands alone.

    >>> rand_index([{"a", "b"}], [{"b", "a"}], items=3)
    1.0
    >>> round(rand_index([{"a", "b"}], [{"a", "c"}], items=3), 3)
    -0.5
    """
    home = {thing: number for number, members in enumerate(other) for thing in members}
    shared = Counter(
        (number, home[thing])
        for number, members in enumerate(one)
        for thing in members
        if thing in home
    )
    together = sum(math.comb(n, 2) for n in shared.values())
    first, second = (sum(math.comb(len(c), 2) for c in clusters) for clusters in (one, other))
    most = (first + second) / 2
    by_chance = first * second / math.comb(items, 2) if items > 1 else 0.0
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)


def macro_accuracy(labelled: Iterable[tuple[str, str | None]]) -> float:
    """How often (label, answer) agree, as the mean over labels: a rare label counts as much as a
    frequent one.

    >>> macro_accuracy([("excerpt", "excerpt"), ("derived", "derived"), ("derived", None)])
    0.75
    """
    wanted: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for label, answer in labelled:
        wanted[label] += 1
        right[label] += label == answer
    return _mean([right[label] / wanted[label] for label in wanted])


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else 1.0


def _overlap(one: Span, other: Span) -> Span:
    return Span(max(one.start, other.start), min(one.end, other.end))


def _characters(pairs: Sequence[SpanPair]) -> int:
    """How many characters of either text lie in any of the passages."""
    sides = [a for a, _ in pairs], [b for _, b in pairs]
    return sum(_covered(Span(0, max((s.end for s in side), default=0)), side) for side in sides)


def _covered(wanted: Span, given: Sequence[Span]) -> int:
    """How many characters of ``wanted`` lie in any of ``given``."""
    count, reached = 0, wanted.start
    for span in sorted(given):
        start, end = max(span.start, reached), min(span.end, wanted.end)
        if end > start:
            count += end - start
            reached = end
    return count
