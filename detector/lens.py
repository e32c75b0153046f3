"""A comparison and a view -> the comparison as that view shows it.

Nothing is compared again. What a pair has in common stays as it was found; passages and words that
a view leaves out are in no number, above the line or below it, and all that follows from numbers
is asked again of the same rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detector.classify.basis import FURNITURE_SHARE
from detector.classify.outcome import settle
from detector.classify.outlet import text_credits
from detector.classify.relation import coverage, relation, same_outlet, where
from detector.classify.side import count, share
from detector.classify.verdict import Case, explain, verdict
from detector.creditline import credit_line
from detector.folding import shown_text
from detector.model import (
    Attribution,
    Basis,
    Comparison,
    Document,
    Fidelity,
    Ground,
    Grounds,
    Marked,
    PairSide,
    Passage,
    Relation,
    Said,
    Side,
    TokenRange,
    mask_of,
    ranges_of,
    said,
)
from detector.normalise import tokens_of
from detector.outlet import outlet_key
from detector.settings import Settings
from detector.view import EVERYTHING, Quotes, Shown, View

Mask = NDArray[np.bool_]
DAY_SECONDS = 24 * 60 * 60
_SHORT, _KIND, _CAPTION, _BOILERPLATE, _WORDS = "short", "kind", "caption", "boilerplate", "words"


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as a view counts it. ``lost``: words that the view leaves out, which are in no count
    and so are ``furniture`` too."""

    document: Document
    credits: tuple[Attribution, ...]
    quoted: Mask
    furniture: Mask
    captions: Mask
    credited: Mask
    lost: Mask


_Texts = tuple[_Text, _Text]


def look(c: Comparison, settings: Settings) -> Comparison | None:
    """A comparison as the view of ``settings`` shows it, None where it shows nothing of it.

    >>> from detector.pipeline import compare
    >>> text = "The ferry left Port Carrow at dawn with forty-one passengers and sacks of seed."
    >>> same = compare(Document("x", text, owner="Fell"), Document("y", text, owner="Fell"))
    >>> look(same, Settings(view=View(same_owner=Shown.HIDE))) is None
    True
    """
    seen = narrow(c, settings)
    return None if seen.relation is Relation.INDEPENDENT else seen


def look_at_matches(matches: Sequence[Comparison], settings: Settings) -> tuple[Comparison, ...]:
    """The matches of one text (as a) that a view shows, strongest first, ties by id. A source to be
    ignored is one of the others: the text that was asked about never is."""
    view = settings.view
    if view == EVERYTHING:
        return tuple(matches)
    others = [c for c in matches if not view.ignore.has(c.b.document)]
    rest = replace(settings, view=replace(view, ignore=view.ignore.only_phrases))
    seen = [shown for c in others if (shown := look(c, rest))]
    return tuple(sorted(seen, key=lambda c: (-c.weight, c.b.document.id)))


def lost_words(c: Comparison, view: View) -> tuple[TokenRange, ...]:
    """Which words of its first text a comparison leaves out of every count."""
    return ranges_of(_lost(c.a, c.grounds.a, view))


def narrow(c: Comparison, settings: Settings) -> Comparison:
    """A comparison as the view of ``settings`` shows it; ``independent`` where it shows nothing.

    Swapping the texts swaps the answer; the view that shows everything changes nothing, and any
    view twice is the same as once.
    """
    if settings.view == EVERYTHING:
        return c
    if _order(c.b) < _order(c.a):
        return _narrow(c.flip(), settings).flip()
    return _narrow(c, settings)


def _order(side: PairSide) -> tuple[str, str]:
    return (side.digest, side.document.id)


def _narrow(c: Comparison, settings: Settings) -> Comparison:
    view, found = settings.view, c.grounds
    texts = _text(c.a, found.a, view), _text(c.b, found.b, view)
    if reason := _no_pair(c, view):
        return _with_passages(c, texts, [], [reason], settings)
    pairs = list(zip(found.marked, found.passages, strict=True))
    fates = [_fate(m, p, texts, found, view) for m, p in pairs]
    kept = [pair for pair, fate in zip(pairs, fates, strict=True) if fate is None]
    seen = _with_passages(c, texts, kept, _left_out(Counter(fates), texts, view), settings)
    if list(Relation).index(seen.relation) >= list(Relation).index(view.min_relation):
        return seen
    weaker = said("what is weaker than “{label}”", label=said(view.min_relation.label))
    return _with_passages(c, texts, [], [weaker], settings)


# -- pairs


def _no_pair(c: Comparison, view: View) -> Said | None:
    """Why a view leaves out a whole pair; None, if it does not."""
    one, other = c.a.document, c.b.document
    if any(map(view.ignore.has, (one, other))):
        return said("a source to be ignored")
    if view.same_owner is Shown.HIDE and _is_one_owner(one, other):
        return said("what texts of one owner share")
    days = _days_apart(one, other)
    if view.window_days is not None and days is not None and days > view.window_days:
        return said("what lies more than {n:one} {n:day|days} apart", n=view.window_days)
    return None


def _is_one_owner(one: Document, other: Document) -> bool:
    if one.outlet and other.outlet and outlet_key(one.outlet) == outlet_key(other.outlet):
        return True
    return same_outlet(one, other) or (one.owner is not None and one.owner == other.owner)


def _days_apart(one: Document, other: Document) -> float | None:
    """How many days lie between two stated times; None where one is not stated."""
    if one.moment is None or other.moment is None:
        return None
    return abs(one.moment - other.moment) / DAY_SECONDS


# -- passages


def _fate(m: Marked, p: Passage, texts: _Texts, found: Grounds, view: View) -> str | None:
    """Why a view leaves out a passage; None, if it does not."""
    if m.passage.kind not in view.kinds:
        return _KIND
    places = zip(texts, (where(m, "a"), where(m, "b")), strict=True)
    if any(share(text.captions, place) >= FURNITURE_SHARE for text, place in places):
        if view.captions is Shown.HIDE:
            return _CAPTION
    elif m.basis is Basis.BOILERPLATE and view.boilerplate is Shown.HIDE:
        return _BOILERPLATE
    stays = _staying(m, texts, _taker(m, texts, found))
    # A whole text is never too short, but for one of which nothing is left.
    if round(p.words * stays) >= (1 if found.is_same else view.min_words):
        return None
    return _WORDS if stays < 1 else _SHORT


def _taker(m: Marked, texts: _Texts, found: Grounds) -> Side:
    """The text whose words say how much of a passage counts: the one that took it, or where nobody
    knows which did, the one that leaves more of it."""
    if source := found.direction.source:
        return "b" if source == "a" else "a"
    letters: tuple[Side, Side] = ("a", "b")
    return max(letters, key=lambda letter: _staying(m, texts, letter))


def _staying(m: Marked, texts: _Texts, letter: Side) -> float:
    """The share of a passage that a text does not leave out."""
    return 1 - share(texts[letter == "b"].lost, where(m, letter))


def _counted(m: Marked, texts: _Texts, found: Grounds) -> Marked:
    """A passage with those of its equal words that count. It is as close as it was."""
    letter = _taker(m, texts, found)
    lost = texts[letter == "b"].lost
    runs = [(a, wide) if letter == "a" else (b, long) for a, b, wide, long in m.passage.pairs]
    gone = sum(count(lost[first : first + width]) for first, width in runs)
    if not gone:
        return m
    equal = round(m.passage.equal * (1 - gone / sum(width for _, width in runs)))
    return replace(m, passage=replace(m.passage, equal=equal, ratio=m.passage.closeness))


def _text(side: PairSide, ground: Ground, view: View) -> _Text:
    lost = _lost(side, ground, view)
    size = side.words
    return _Text(
        side.document,
        text_credits(side),
        mask_of(ground.quoted, size),
        mask_of(ground.furniture, size) | lost,
        mask_of(ground.captions, size),
        mask_of(ground.credited, size),
        lost,
    )


def _lost(side: PairSide, ground: Ground, view: View) -> Mask:
    """The words of a text that are in no count."""
    quotes = {Quotes.NONE: (), Quotes.ATTRIBUTED: ground.attributed, Quotes.ALL: ground.quoted}
    ranges = list(quotes[view.quotes])
    if view.ignore.phrases:
        ranges += _phrases(side.document.text, view.ignore.phrases)
    return mask_of(ranges, side.words)


@lru_cache(maxsize=256)
def _phrases(text: str, phrases: frozenset[str]) -> tuple[TokenRange, ...]:
    """Where phrases stand in a text, however they are spelled there; each from left to right, none
    of its places overlapping."""
    tokens = tokens_of(shown_text(Document(id="", text=text))[0])
    line = f" {' '.join(tokens)} "
    edges = np.cumsum([0, *(len(token) + 1 for token in tokens)])
    found = []
    for phrase in sorted(_folded(phrases)):
        at = line.find(phrase)
        while at >= 0:
            end = at + len(phrase) - 1
            first, last = np.searchsorted(edges, (at, end)).tolist()
            found.append(TokenRange(first, last))
            at = line.find(phrase, end)
    return tuple(found)


@lru_cache(maxsize=16)
def _folded(phrases: frozenset[str]) -> frozenset[str]:
    folded = (" ".join(tokens_of(phrase)) for phrase in phrases)
    return frozenset(f" {words} " for words in folded if words)


# -- the answer


def _with_passages(
    c: Comparison,
    texts: _Texts,
    kept: Sequence[tuple[Marked, Passage]],
    left_out: Sequence[Said],
    settings: Settings,
) -> Comparison:
    """The answer of which only some passages count."""
    case = _case(c.grounds, texts, kept)
    spoken, reasons = verdict(case, settings), list(explain(case))
    if left_out:
        told = said("Left out as asked: {parts}.", parts=left_out)
        nothing = said("Nothing that {one} and {other} share is shown.", **case.names)
        spoken = replace(spoken, said=(*(spoken.said if kept else (nothing,)), told))
        reasons.append(told)
    if kept:
        reasons += _limits(c, texts, settings.view)
    seen = replace(
        c,
        a=replace(c.a, coverage=case.cover_a),
        b=replace(c.b, coverage=case.cover_b),
        relation=case.relation,
        direction=case.direction,
        verdict=spoken,
        passages=tuple(p for _, p in kept),
        longest_words=max((p.words for _, p in kept), default=0),
        reasons=tuple(reasons),
        fidelity=c.grounds.fidelity if case.relation.is_copying else Fidelity(),
    )
    return replace(seen, credit_line=credit_line(seen))


def _case(found: Grounds, texts: _Texts, kept: Sequence[tuple[Marked, Passage]]) -> Case:
    a, b = texts
    marked = [_counted(m, texts, found) for m, _ in kept]
    covers = coverage(a, "a", marked), coverage(b, "b", marked)
    kind = relation(a, b, marked, *covers, found.is_same and bool(marked))
    exclusive = any(p.quote_origin == "exclusive" for _, p in kept)
    found = replace(
        found,
        exclusive=found.exclusive if exclusive else None,
        traces=found.traces if kind.is_copying else (),
    )
    return settle(a, b, marked, covers, kind, found, (a.credited, b.credited))


def _left_out(fates: Counter[str | None], texts: _Texts, view: View) -> list[Said]:
    """What a view leaves out of a pair, as parts of a sentence."""
    parts = []
    if any(text.lost.any() for text in texts):
        words = {Quotes.ATTRIBUTED: "attributed quotations", Quotes.ALL: "quotations"}
        parts = [said(words[view.quotes])] if view.quotes in words else []
        parts += [said("phrases to be ignored")] if view.ignore.phrases else []
    for fate, what in (
        (_KIND, "{n:one} {n:passage|passages} of a kind not asked for"),
        (_CAPTION, "{n:one} {n:caption|captions}"),
        (_BOILERPLATE, "{n:one} {n:passage|passages} of boilerplate"),
        (_SHORT, "{n:one} {n:passage|passages} of fewer than {least} words"),
    ):
        if fates[fate]:
            parts.append(said(what, n=fates[fate], least=view.min_words))
    return parts


def _limits(c: Comparison, texts: _Texts, view: View) -> Iterator[Said]:
    """How many words are in no count, and what could not be asked."""
    for text in sorted(texts, key=lambda text: text.document.name):
        if lost := count(text.lost):
            whole = "{n:one} {n:word|words} of {name} left out as asked."
            yield said(whole, n=lost, name=text.document.name)
    if view.window_days is not None and _days_apart(c.a.document, c.b.document) is None:
        yield said(
            "Nobody can tell whether they lie within {n:one} {n:day|days}: not both state a time.",
            n=view.window_days,
        )
