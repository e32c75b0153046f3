"""Whether a text names where its words come from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from detector.classify.marks import Mask
from detector.classify.outlet import is_any, names_of
from detector.classify.relation import derived_mask, same_outlet, where
from detector.classify.remark import QUOTED_SHARE
from detector.classify.side import Marked, Side, Text, count
from detector.model import (
    Basis,
    Credit,
    Exclusive,
    Relation,
    Span,
)
from detector.model import Side as Letter

NEAR_CHARS = 300
CREDITED_SHARE = 0.7
MAX_OUTLETS = 50
"""Of the outlets that a text names so many are looked at; no story names as many."""
OWN_TYPES = frozenset(
    "self_reference byline agency_slug header_credit syndication_footer contributor_line "
    "author_bio source_line".split()
)
WHOLE_TYPES = frozenset("byline agency_slug header_credit syndication_footer source_line".split())


def origins_of(side: Side) -> set[str]:
    """The outlets whose copy a text carries, by its own credits: slugs, bylines, footers. Whose
    photographs it carries says nothing about its words."""
    own = (cue.source for cue in side.reading.attributions if cue.type in OWN_TYPES)
    return _some(own) - names_of(side.document)


def common_origin(a: Side, b: Side) -> str | None:
    """The outlet that both texts, as wholes, say they come from."""
    one, other = (
        _some(cue.source for cue in side.credits if cue.type in WHOLE_TYPES) for side in (a, b)
    )
    return min((source for source in one if is_any(source, other)), default=None)


def credits_outlet(side: Text, names: set[str]) -> str | None:
    """The first of ``names`` that a text credits for words, or None."""
    credited = dict.fromkeys(c.source for c in side.credits if c.source)
    return next((source for source in credited if is_any(source, names)), None)


def cites_outlet(side: Side, names: set[str]) -> str | None:
    """The first of ``names`` that a text credits in its prose, as the source of something it
    tells: "the Courier reported"."""
    cited = dict.fromkeys(c.source for c in side.credits if c.source and c.type not in OWN_TYPES)
    return next((source for source in cited if is_any(source, names)), None)


def told(side: Side, span: Span) -> set[str]:
    """The outlets that a text says the words of ``span`` were said to: "told the Courier"."""
    tellings = side.tellings
    stop = bisect_left(tellings, span.end, key=lambda telling: telling.span.start)
    first = bisect_right(tellings, span.start, key=lambda telling: telling.reached)
    return _some(tellings[i].outlet for i in range(first, stop) if tellings[i].span.overlaps(span))


def _some(outlets: Iterable[str | None]) -> set[str]:
    """The first ``MAX_OUTLETS`` different ones."""
    found: set[str] = set()
    for outlet in filter(None, outlets):
        found.add(outlet)
        if len(found) == MAX_OUTLETS:
            break
    return found


def find_exclusive(a: Side, b: Side, marked: Sequence[Marked]) -> Exclusive | None:
    """A shared quotation that one text says was told to an outlet which the other neither is nor
    names. A text whose outlet nobody states may be that outlet's own."""
    if same_outlet(a.document, b.document):
        return None
    looked_at: set[tuple[Letter, frozenset[str]]] = set()
    for m in marked:
        if min(m.quoted_a, m.quoted_b) < QUOTED_SHARE:
            continue
        ways: tuple[tuple[Letter, Side, Side], ...] = (("a", a, b), ("b", b, a))
        for letter, giver, taker in ways:
            place = where(m, letter)
            names = told(giver, giver.normal.span(place.first, place.last))
            asked = (letter, frozenset(names))
            if names and asked not in looked_at and _does_not_name(taker, names):
                return Exclusive(letter, min(names))
            looked_at.add(asked)
    return None


def _does_not_name(taker: Side, names: set[str]) -> bool:
    """Whether a text of a known outlet neither is nor names any of some others. Of one that names
    more than are looked at nobody can tell."""
    own = names_of(taker.document)
    credited = _some(cue.source for cue in taker.credits)
    if not own or len(credited) == MAX_OUTLETS:
        return False
    return not any(is_any(name, own | credited) for name in names)


def credited_mask(
    target: Side, source: Side, extra: set[str], letter: Letter, marked: Sequence[Marked]
) -> Mask:
    """Which tokens of the target a credit to the source, or to what it goes back to, speaks for.

    A credit covers its own sentence and any derived passage that begins or ends close to it; a
    credit for the whole text covers it all.
    """
    normal = target.normal
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
        known = names_of(source.document) | origins_of(source)
        unknown = source.document.outlet is None and not known
        for cue in target.credits:
            # A source whose outlet nobody states cannot be told from the outlet that is named.
            if unknown or is_any(cue.source or "", known | extra):
                yield cue.span
                yield from cue.covers
    if source.is_release and target.cites_release:
        # "According to the press release" is said once and holds for all that is taken from it.
        yield Span(0, len(target.document.text))


def judge_credit(
    relation: Relation,
    target: Text,
    source: Text,
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
    if share > 0 or credits_outlet(target, names_of(source.document)):
        return Credit.PARTLY
    whole = len(target.document.text)
    elsewhere = any(len(span) >= whole // 2 for cue in target.credits for span in cue.covers)
    return Credit.WRONG_SOURCE if elsewhere else Credit.UNCREDITED
