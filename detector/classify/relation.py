"""Coverage of both texts, and from it what the texts are to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from detector.classify.marks import Mask
from detector.classify.side import Marked, Text, count
from detector.model import Basis, Coverage, Document, Kind, Relation, TokenRange
from detector.model import Side as Letter

REPRINT_SHARE = 0.8
REPRINT_EQUAL = 0.8
KEPT_SHARE = 0.5
TAIL_SHARE = 0.8
EXCERPT_SHARE = 0.5
EXCERPT_BLOCKS = 4
EXCERPT_RATIO = 0.8
EXCERPT_CLOSE = 0.7
REVISION_SHARE = 0.5
BLOCK_GAP_WORDS = 25


def where(m: Marked, letter: Letter) -> TokenRange:
    """The passage's tokens in the text ``letter``."""
    return m.passage.a if letter == "a" else m.passage.b


def derived_mask(side: Text, letter: Letter, marked: Sequence[Marked]) -> Mask:
    """Which of a text's own words lie in derivation passages."""
    return _mask(side, letter, _derived(marked)) & ~side.furniture


def coverage(side: Text, letter: Letter, marked: Sequence[Marked]) -> Coverage:
    """How much of one text is derived, in its own words (captions and boilerplate left out), as if
    nothing were credited. What is the story here may be a caption there as well: it is the story.
    """
    derived = derived_mask(side, letter, marked)
    boilerplate = _mask(side, letter, [m for m in marked if m.basis is Basis.BOILERPLATE])
    own = derived | ~(side.furniture | boilerplate)
    outside = own & ~side.quoted
    words, of_words = count(derived), count(own)
    return Coverage(
        words=words,
        of_words=of_words,
        by_kind=_by_kind(side, letter, marked, derived),
        outside_quotes=_ratio(count(derived & outside), count(outside)),
        unattributed=_ratio(words, of_words),
    )


def _by_kind(side: Text, letter: Letter, marked: Sequence[Marked], derived: Mask) -> dict[str, int]:
    """How many derived words are of each kind; what passages of several have is of the closest."""
    found = {}
    rest = derived.copy()
    kinds = {m.passage.kind for m in _derived(marked)}
    for kind in filter(kinds.__contains__, Kind):
        part = _mask(side, letter, [m for m in _derived(marked) if m.passage.kind is kind]) & rest
        if words := count(part):
            found[str(kind)] = words
            rest &= ~part
    return found


def without_credit(
    cover: Coverage, side: Text, letter: Letter, marked: Sequence[Marked], credited: Mask
) -> Coverage:
    """A coverage with the share of words that stand under no credit."""
    loose = count(derived_mask(side, letter, marked) & ~credited)
    return replace(cover, unattributed=_ratio(loose, cover.of_words))


def _derived(marked: Sequence[Marked]) -> list[Marked]:
    return [m for m in marked if m.basis is Basis.DERIVATION]


def _mask(side: Text, letter: Letter, passages: Sequence[Marked]) -> Mask:
    """Which words of a text lie in some passages."""
    inside = np.zeros(len(side.furniture), bool)
    for m in passages:
        inside[where(m, letter).first : where(m, letter).last] = True
    return inside


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def relation(
    a: Text,
    b: Text,
    marked: Sequence[Marked],
    cover_a: Coverage,
    cover_b: Coverage,
    is_same: bool,
) -> Relation:
    """The relation as the contract defines it, strongest first. ``is_same``: whether both texts
    have the same words throughout."""
    if is_same and marked:
        return Relation.IDENTICAL
    if not cover_a.words and not cover_b.words:
        return _without_derivation(marked)
    same_house = same_outlet(a.document, b.document)
    if same_house and max(cover_a.share, cover_b.share) >= REVISION_SHARE:
        return Relation.REVISION
    if _is_reprint("a", a, b, marked, cover_a, cover_b) or _is_reprint(
        "b", b, a, marked, cover_b, cover_a
    ):
        return Relation.SYNDICATED
    if _is_excerpt(marked, cover_a, cover_b):
        return Relation.EXCERPT
    return Relation.DERIVED


def same_outlet(one: Document, other: Document) -> bool:
    """Whether both texts are versions by one outlet."""
    if one.version_of == other.id or other.version_of == one.id:
        return True
    return one.outlet is not None and one.outlet == other.outlet


def name_of(mine: Text, other: Text) -> str:
    """What a sentence calls a text: its outlet, with the id where both have the same."""
    document = mine.document
    if document.outlet and document.outlet == other.document.outlet:
        return f"{document.outlet} ({document.id})"
    return document.name


def _without_derivation(marked: Sequence[Marked]) -> Relation:
    if any(m.basis is Basis.SHARED_QUOTE for m in marked):
        return Relation.SHARED_QUOTES
    return Relation.INCIDENTAL if marked else Relation.INDEPENDENT


def equal_words(marked: Sequence[Marked]) -> int:
    """Equal words in derivation passages."""
    return sum(m.passage.equal for m in _derived(marked))


def _is_reprint(
    letter: Letter,
    target: Text,
    source: Text,
    marked: Sequence[Marked],
    cover_target: Coverage,
    cover_source: Coverage,
) -> bool:
    """The target is the source but for house style; half of the source or all but its tail is in
    it. The words themselves must be equal: a close rewrite is no reprint."""
    if cover_target.share < REPRINT_SHARE:
        return False
    if equal_words(marked) < REPRINT_EQUAL * cover_target.of_words:
        return False
    return cover_source.share >= KEPT_SHARE or tail_cut(
        source, "b" if letter == "a" else "a", marked
    )


def tail_cut(side: Text, letter: Letter, marked: Sequence[Marked]) -> bool:
    """Whether what is derived of a text is its beginning, without a gap to speak of."""
    derived = derived_mask(side, letter, marked)
    used = np.flatnonzero(derived)
    if not len(used):
        return False
    own = ~side.furniture
    own[int(used[-1]) + 1 :] = False
    return _ratio(len(used), count(own)) >= TAIL_SHARE


def _is_excerpt(marked: Sequence[Marked], cover_a: Coverage, cover_b: Coverage) -> bool:
    """A few blocks kept word for word in a text that is otherwise its own."""
    low = min(cover_a, cover_b, key=lambda c: c.share)
    if low.share > EXCERPT_SHARE:
        return False
    letter: Letter = "a" if low is cover_a else "b"
    high = cover_b if letter == "a" else cover_a
    # A short text that is one block of a long one is lifted whole. Where most of a text is put
    # together from more blocks, or several became one, it is a summary and not its own.
    other: Letter = "b" if letter == "a" else "a"
    if high.share > EXCERPT_SHARE and max(blocks(marked, letter), blocks(marked, other)) > 1:
        return False
    close = sum(
        len(where(m, letter)) for m in _derived(marked) if m.passage.closeness >= EXCERPT_RATIO
    )
    return close >= EXCERPT_CLOSE * low.words and blocks(marked, letter) <= EXCERPT_BLOCKS


def blocks(marked: Sequence[Marked], letter: Letter) -> int:
    """How many separate stretches of a text the derivation passages are."""
    ranges = sorted((where(m, letter).first, where(m, letter).last) for m in _derived(marked))
    found, reached = 0, -BLOCK_GAP_WORDS - 1
    for first, last in ranges:
        if first - reached > BLOCK_GAP_WORDS:
            found += 1
        reached = max(reached, last)
    return found
