"""How derivation spreads in a derived pair: from what proves it to what stands beside it."""

from __future__ import annotations

from dataclasses import replace

from detector.classify.proof import (
    PROOF_CONTENT,
    PROOF_TOTAL,
    PROOF_WORDS,
    RUN_GAP_WORDS,
    distance,
    same_order,
    together,
)
from detector.classify.side import Marked
from detector.model import Basis, Kind

WEAK_WORDS = 8
WEAK_CONTENT = 4
INCIDENTAL_WORDS = 6
INCIDENTAL_CONTENT = 3
MUCH_SHARE = 0.3
PLAIN_WORDS = 12
PLAIN_CONTENT = 5


def without_proof(m: Marked) -> Marked | None:
    """What remains of a passage in a pair that is not derived."""
    if m.basis is Basis.SHARED_QUOTE:
        return m if m.differs or m.content >= INCIDENTAL_CONTENT else None
    if m.basis is Basis.BOILERPLATE:
        return m if m.equal >= WEAK_WORDS and m.content >= WEAK_CONTENT else None
    if m.passage.kind is Kind.PARAPHRASE:
        return None
    if m.equal < INCIDENTAL_WORDS or m.content < INCIDENTAL_CONTENT:
        return None
    return replace(m, basis=Basis.INCIDENTAL)


def in_runs(ordered: list[Marked], shortest: int) -> list[Marked | None]:
    """Let derivation spread, in a derived pair, to what stands in order between derived
    passages: short runs, and quotations, which then came second hand. ``shortest``: how many
    words the shorter text has."""
    held = _with_plain_words(_held_together(ordered), shortest)
    before = _nearest_derived(held)
    after = _nearest_derived(held[::-1])[::-1]
    return [_settled(m, before[i], after[i]) for i, m in enumerate(held)]


def _held_together(ordered: list[Marked]) -> list[Marked]:
    """Take the derivation from passages that are far from all the others and too few to prove
    anything: texts on one topic share such words anyway."""
    derived = [m for m in ordered if m.basis is Basis.DERIVATION]
    weak = {id(m) for group in together(derived) if not _holds(group) for m in group}
    if len(weak) == len(derived):
        return ordered
    return [replace(m, basis=Basis.INCIDENTAL) if id(m) in weak else m for m in ordered]


def _holds(group: list[Marked]) -> bool:
    """Whether passages would say something without the rest of the pair, which proves it."""
    if any(m.equal >= PROOF_WORDS and m.content >= PROOF_CONTENT for m in group):
        return True
    return sum(m.equal for m in group) >= PROOF_TOTAL


def _with_plain_words(ordered: list[Marked], shortest: int) -> list[Marked]:
    """Where much of a text is derived, sentences of common words came with the rest, wherever they
    were moved to."""
    if sum(m.equal for m in ordered if m.basis is Basis.DERIVATION) < MUCH_SHARE * shortest:
        return ordered
    return [replace(m, basis=Basis.DERIVATION) if _is_plain(m) else m for m in ordered]


def _is_plain(m: Marked) -> bool:
    is_long = m.equal >= PLAIN_WORDS and m.content >= PLAIN_CONTENT
    return m.basis is Basis.INCIDENTAL and is_long


def _nearest_derived(ordered: list[Marked]) -> list[Marked | None]:
    """For each passage the last derived one that stands before it."""
    nearest: list[Marked | None] = []
    last = None
    for m in ordered:
        nearest.append(last)
        last = m if m.basis is Basis.DERIVATION else last
    return nearest


def _settled(m: Marked, previous: Marked | None, following: Marked | None) -> Marked | None:
    """The basis of a passage between its derived neighbours."""
    if m.basis is Basis.SHARED_QUOTE and _between(m, previous, following):
        return replace(m, basis=Basis.DERIVATION, second_hand=True)
    if m.basis is Basis.INCIDENTAL:
        neighbours = [x for x in (previous, following) if x is not None]
        if any(_next_to(m, x) for x in neighbours):
            return replace(m, basis=Basis.DERIVATION)
        return without_proof(m)
    return without_proof(m) if m.basis is Basis.BOILERPLATE else m


def _between(m: Marked, previous: Marked | None, following: Marked | None) -> bool:
    """Whether the derived passages on both sides stand in the same order in both texts. At an
    edge of a text, where there is but one, it must be near."""
    if previous is None or following is None:
        near = previous or following
        return near is not None and _next_to(m, near)
    first = m.passage.a.first
    return previous.passage.a.first <= first <= following.passage.a.first


def _next_to(m: Marked, derived: Marked) -> bool:
    """Whether two passages are near each other, on the same side, in both texts."""
    gap_a = distance(m.passage.a, derived.passage.a)
    gap_b = distance(m.passage.b, derived.passage.b)
    return same_order(m, derived) and max(gap_a, gap_b) <= RUN_GAP_WORDS
