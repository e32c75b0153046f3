"""A text cut at the edges of everything that is marked in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Generic, TypeVar

from detector.model import Finding, Kind, Passage, Side, Span
from detector.report.words import mark_changes

Mark = TypeVar("Mark")

# In these nearly every word is shared, so the others are worth a mark.
MARKED_KINDS = (Kind.VERBATIM, Kind.EDITED)


@dataclass(frozen=True, slots=True)
class Piece(Generic[Mark]):
    """A stretch of a text in which nothing begins or ends. ``marks``: what lies over it, in the
    order given."""

    span: Span
    marks: tuple[Mark, ...]


def cut(length: int, spans: Sequence[tuple[Span, Mark]]) -> list[Piece[Mark]]:
    """All of a text of ``length`` code points as pieces, in order. Empty spans mark nothing.

    >>> [(p.span, p.marks) for p in cut(9, [(Span(0, 5), "x"), (Span(3, 9), "y")])]
    ... # doctest: +NORMALIZE_WHITESPACE
    [(Span(start=0, end=3), ('x',)), (Span(start=3, end=5), ('x', 'y')),
     (Span(start=5, end=9), ('y',))]
    """
    opening: dict[int, list[int]] = defaultdict(list)
    closing: dict[int, list[int]] = defaultdict(list)
    for number, (span, _) in enumerate(spans):
        if len(span):
            opening[span.start].append(number)
            closing[span.end].append(number)
    edges = sorted({0, length, *opening, *closing})
    active: dict[int, None] = {}
    pieces = []
    for start, end in pairwise(edges):
        for number in closing[start]:
            del active[number]
        active.update(dict.fromkeys(opening[start]))
        marks = tuple(spans[number][1] for number in sorted(active))
        pieces.append(Piece(Span(start, end), marks))
    return pieces


def runs_of(
    pieces: Iterable[Piece[Mark]], sort: type
) -> Iterator[tuple[tuple[Mark, ...], list[Piece[Mark]]]]:
    """Pieces that follow each other under the same marks of one sort, together."""

    def marks(piece: Piece[Mark]) -> tuple[Mark, ...]:
        return tuple(mark for mark in piece.marks if isinstance(mark, sort))

    for same, run in groupby(pieces, marks):
        yield same, list(run)


def changed_words(passage: Passage, texts: tuple[str, str], side: Side) -> list[Span]:
    """The words of one side of a passage that the other has not, neighbours as one; none where so
    many differ that marks would show nothing."""
    if passage.kind not in MARKED_KINDS or passage.ratio == 1:
        return []
    marked = mark_changes(passage.a.slice(texts[0]), passage.b.slice(texts[1]))
    words, start = (marked[0], passage.a.start) if side == "a" else (marked[1], passage.b.start)
    return [
        Span(start + run[0].start, start + run[-1].start + len(run[-1].text))
        for changed, group in groupby(words, key=lambda word: word.changed)
        for run in [list(group)]
        if changed
    ]


def gaps(findings: Iterable[Finding], side: Side) -> dict[int, Finding]:
    """Where a side leaves words out without a sign."""
    return {(f.a if side == "a" else f.b).start: f for f in findings}
