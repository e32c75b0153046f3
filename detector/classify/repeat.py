"""Short passages that only say once more what a stronger one of the pair has shown."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from detector.classify.side import Marked
from detector.model import Basis

REPEAT_SHARE = 0.8
REPEAT_WORDS = 60


def without_repeats(marked: Iterable[Marked]) -> list[Marked]:
    """Leave out short passages whose words, of either text, are nearly all matched by stronger
    derived ones: a sentence that one text has twice was taken once. Of a longer block that one
    text has twice, both places are told."""
    matched_a: set[int] = set()
    matched_b: set[int] = set()
    kept = []
    for m in sorted(marked, key=_strength):
        in_a = _words((first, width) for first, _, width, _ in m.passage.pairs)
        in_b = _words((first, width) for _, first, _, width in m.passage.pairs)
        is_repeat = any(
            len(new & matched) >= REPEAT_SHARE * len(new)
            for new, matched in ((in_a, matched_a), (in_b, matched_b))
        )
        if is_repeat and m.equal < REPEAT_WORDS:
            continue
        kept.append(m)
        if m.basis is Basis.DERIVATION:
            matched_a |= in_a
            matched_b |= in_b
    return kept


def _words(runs: Iterable[tuple[int, int]]) -> set[int]:
    return set(chain.from_iterable(range(first, first + width) for first, width in runs))


def _strength(m: Marked) -> tuple[bool, int, list[int]]:
    """Derived and long first; ties by places, the same whichever text is a."""
    places = sorted((m.passage.a.first, m.passage.b.first))
    return (m.basis is not Basis.DERIVATION, -m.equal, places)
