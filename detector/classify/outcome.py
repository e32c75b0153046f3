"""Passages that count -> credit and what the verdict is spoken of.

This much of the line depends on numbers alone: it is asked once when a pair is classified, and
again, with fewer passages or words, for every other view of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from detector.classify.credit import judge_credit
from detector.classify.marks import Mask
from detector.classify.relation import same_outlet, where, without_credit
from detector.classify.side import Marked, Side, Text
from detector.classify.verdict import Case
from detector.model import (
    NOBODY,
    Basis,
    Coverage,
    Credit,
    Direction,
    Exclusive,
    Ground,
    Grounds,
    Passage,
    Relation,
    mask_of,
    ranges_of,
)
from detector.model import Side as Letter

_GIVEN = frozenset([Credit.CREDITED, Credit.PARTLY])
Both = tuple[Mask, Mask]


def ground_of(
    letter: Letter,
    side: Side,
    marked: Sequence[Marked],
    passages: Sequence[Passage],
    credited: Mask,
) -> Ground:
    """What the words of one text of a pair are. A quotation is attributed where it stands under a
    credit to the other text; one that did not come from there also where its speaker is named,
    unless it was given to one outlet alone."""
    owed = [
        where(m, letter)
        for m, p in zip(marked, passages, strict=True)
        if m.basis is Basis.DERIVATION or p.quote_origin == "exclusive"
    ]
    named = side.spoken & ~mask_of(owed, len(side.quoted))
    return Ground(
        attributed=ranges_of(side.quoted & (credited | named)),
        credited=ranges_of(credited),
        **side.ranges,
    )


def settle(
    a: Text,
    b: Text,
    marked: Sequence[Marked],
    covers: tuple[Coverage, Coverage],
    kind: Relation,
    found: Grounds,
    credited: Both,
) -> Case:
    """The case of a pair of which ``marked`` passages count, with ``covers`` as if nothing were
    credited. ``credited``: which words of each text stand under a credit."""
    way = found.direction if kind.is_copying else NOBODY
    cover_a = without_credit(covers[0], a, "a", marked, credited[0])
    cover_b = without_credit(covers[1], b, "b", marked, credited[1])
    exclusive = found.exclusive if _is_told(found.exclusive, kind, way) else None
    if exclusive and not kind.is_copying:
        credit = Credit.UNCREDITED
    elif found.credit and kind.is_copying:
        credit = found.credit
    else:
        credit = _credit(kind, way, a, b, marked, credited)
    return Case(a, b, marked, cover_a, cover_b, kind, way, credit, found.traces, exclusive)


def _is_told(exclusive: Exclusive | None, kind: Relation, way: Direction) -> bool:
    """Whether the text that does not credit a shared exclusive may be the taker."""
    if exclusive is None or kind is Relation.IDENTICAL:
        return False
    return not kind.is_copying or way.source == exclusive.giver


def _credit(
    kind: Relation, way: Direction, a: Text, b: Text, marked: Sequence[Marked], credited: Both
) -> Credit:
    """The credit that the target gives; where the target is not known, of both together. An
    outlet owes itself none."""
    if same_outlet(a.document, b.document):
        return Credit.NOT_NEEDED
    one = judge_credit(kind, a, b, "a", marked, credited[0])
    other = judge_credit(kind, b, a, "b", marked, credited[1])
    if way.source is not None:
        return one if way.source == "b" else other
    if one is other:
        return one
    return Credit.PARTLY if {one, other} & _GIVEN else Credit.UNCREDITED
