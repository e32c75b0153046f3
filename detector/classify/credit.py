"""Whether a text names where its words come from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detector.classify.marks import Mask
from detector.classify.relation import derived_mask, same_outlet, where
from detector.classify.remark import QUOTED_SHARE
from detector.classify.side import Marked, Side, count
from detector.lexicon import canonical_outlet
from detector.model import (
    Attribution,
    Basis,
    Credit,
    Document,
    Reading,
    Relation,
    Role,
    Span,
)
from detector.model import Side as Letter

NEAR_CHARS = 300
CREDITED_SHARE = 0.7
OWN_TYPES = frozenset(
    "self_reference byline agency_slug header_credit syndication_footer contributor_line "
    "author_bio source_line".split()
)
WHOLE_TYPES = frozenset("byline agency_slug header_credit syndication_footer source_line".split())


@dataclass(frozen=True, slots=True)
class Exclusive:
    """``giver`` says that words which both texts quote were told to ``outlet``, which the other
    text does not name."""

    giver: Letter
    outlet: str


def same_name(one: str, other: str) -> bool:
    """Whether two names can be one outlet's: equal but for case endings, an acronym, or the short
    form that a text uses once it has given the full name ("the Review").

    >>> same_name("Fairlead Press Agency", "FPA"), same_name("The Orrin Review", "Review")
    (True, True)
    >>> same_name("The Orrin Review", "The Orrin Gazette")
    False
    """
    if one == other:
        return True
    long, short = sorted((_words(one), _words(other)), key=len, reverse=True)
    if len(short) == 1 and len(long) > 1 and short[0] == "".join(w[0] for w in long):
        return True
    tail = long[len(long) - len(short) :]
    return bool(short) and all(_same_word(x, y) for x, y in zip(tail, short, strict=True))


def _same_word(one: str, other: str) -> bool:
    """Inflected languages change the end of a word: «Вісті», у «Вістях»."""
    stem = 5 if one < "\u0400" else max(3, min(5, len(one) - 1, len(other) - 1))
    return one[:stem] == other[:stem]


def _words(name: str) -> list[str]:
    return [w for w in _plain_words(name) if w != "the"]


def _plain_words(name: str) -> list[str]:
    """The words of a name in lower case, without apostrophes and punctuation."""
    return re.findall(r"\w+", re.sub(r"['’ʼ]", "", name.casefold()))


def names_of(document: Document) -> set[str]:
    """The canonical names of the outlet that published a text, as its metadata states."""
    return {canonical_outlet(document.outlet)} if document.outlet else set()


def origins_of(side: Side) -> set[str]:
    """The outlets whose copy a text carries, by its own credits: slugs, bylines, footers. Whose
    photographs it carries says nothing about its words."""
    return {
        cue.source for cue in side.reading.attributions if cue.source and cue.type in OWN_TYPES
    } - names_of(side.reading.document)


def common_origin(a: Side, b: Side) -> str | None:
    """The outlet that both texts, as wholes, say they come from."""
    one, other = (
        {cue.source for cue in side.credits if cue.source and cue.type in WHOLE_TYPES}
        for side in (a, b)
    )
    return min((source for source in one if _is_any(source, other)), default=None)


def text_credits(reading: Reading) -> tuple[Attribution, ...]:
    """The cues that credit words to an outlet other than the text's own."""
    own = names_of(reading.document)
    return tuple(
        cue
        for cue in reading.attributions
        if cue.role is Role.TEXT and cue.source and not _is_any(cue.source, own)
    )


def credits_outlet(side: Side, names: set[str]) -> str | None:
    """The first of ``names`` that a text credits for words, or None."""
    credited = [c.source for c in side.credits if c.source]
    return next((source for source in credited if _is_any(source, names)), None)


def cites_outlet(side: Side, names: set[str]) -> str | None:
    """The first of ``names`` that a text credits in its prose, as the source of something it
    tells: "the Courier reported"."""
    cited = [c.source for c in side.credits if c.source and c.type not in OWN_TYPES]
    return next((source for source in cited if _is_any(source, names)), None)


def told(side: Side, span: Span) -> set[str]:
    """The outlets that a text says the words of ``span`` were said to: "told the Courier"."""
    return {
        cue.source
        for cue in side.reading.attributions
        if cue.type == "told_outlet" and cue.source and any(c.overlaps(span) for c in cue.covers)
    }


def find_exclusive(a: Side, b: Side, marked: Sequence[Marked]) -> Exclusive | None:
    """A shared quotation that one text says was told to an outlet which the other neither is nor
    names. A text whose outlet nobody states may be that outlet's own."""
    if same_outlet(a, b):
        return None
    for m in marked:
        if min(m.quoted_a, m.quoted_b) < QUOTED_SHARE:
            continue
        for letter, giver, taker in (("a", a, b), ("b", b, a)):
            place = m.passage.a if letter == "a" else m.passage.b
            names = told(giver, giver.reading.normal.span(place.first, place.last))
            own = names_of(taker.reading.document)
            is_own = any(_is_any(name, own) for name in names)
            if names and own and not is_own and not credits_outlet(taker, names):
                return Exclusive("a" if letter == "a" else "b", min(names))
    return None


def _is_any(source: str, names: set[str]) -> bool:
    return any(same_name(source, name) for name in names)


def credited_mask(
    target: Side, source: Side, extra: set[str], letter: Letter, marked: Sequence[Marked]
) -> Mask:
    """Which tokens of the target a credit to the source, or to what it goes back to, speaks for.

    A credit covers its own sentence and any derived passage that begins or ends close to it; a
    credit for the whole text covers it all.
    """
    normal = target.reading.normal
    spans = list(_credit_spans(target, source, extra))
    if not spans:
        return np.zeros(len(normal), bool)
    covered = normal.mask(spans)
    near = normal.mask([Span(max(0, s.start - NEAR_CHARS), s.end + NEAR_CHARS) for s in spans])
    for m in marked:
        if m.basis is Basis.DERIVATION:
            place = where(m, letter)
            if near[place.first : place.last].any():
                covered[place.first : place.last] = True
    return covered


def _credit_spans(target: Side, source: Side, extra: set[str]) -> Iterator[Span]:
    if target.credits:
        known = names_of(source.reading.document) | origins_of(source)
        unknown = source.reading.document.outlet is None and not known
        for cue in target.credits:
            # A source whose outlet nobody states cannot be told from the outlet that is named.
            if unknown or _is_any(cue.source or "", known | extra):
                yield cue.span
                yield from cue.covers
    if source.is_release and target.cites_release:
        # "According to the press release" is said once and holds for all that is taken from it.
        yield Span(0, len(target.reading.document.text))


def judge_credit(
    relation: Relation,
    target: Side,
    source: Side,
    letter: Letter,
    marked: Sequence[Marked],
    credited: Mask,
) -> Credit:
    """How far the target names its source; at least partly where it names it at all."""
    if not relation.is_copying or relation is Relation.REVISION:
        return Credit.NOT_NEEDED
    derived = derived_mask(target, letter, marked)
    words = count(derived)
    if relation is Relation.IDENTICAL:
        derived = np.ones_like(derived)
        words = len(derived)
    share = count(derived & credited) / words if words else 0.0
    if share >= CREDITED_SHARE:
        return Credit.CREDITED
    if share > 0 or credits_outlet(target, names_of(source.reading.document)):
        return Credit.PARTLY
    whole = len(target.reading.document.text)
    elsewhere = any(len(span) >= whole // 2 for cue in target.credits for span in cue.covers)
    return Credit.WRONG_SOURCE if elsewhere else Credit.UNCREDITED
