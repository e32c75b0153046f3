"""Labelled passages against reported ones: how much was found, how much of it is right."""

from __future__ import annotations

from collections.abc import Sequence

from detector.model import Span

SpanPair = tuple[Span, Span]


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
    total = sum(len(a) + len(b) for a, b in wanted)
    found = 0
    for a, b in wanted:
        hits = [(x, y) for x, y in given if x.overlaps(a) and y.overlaps(b)]
        found += _covered(a, [x for x, _ in hits]) + _covered(b, [y for _, y in hits])
    return found / total if total else 1.0


def _covered(wanted: Span, given: Sequence[Span]) -> int:
    """How many characters of ``wanted`` lie in any of ``given``."""
    count, reached = 0, wanted.start
    for span in sorted(given):
        start, end = max(span.start, reached), min(span.end, wanted.end)
        if end > start:
            count += end - start
            reached = end
    return count
