"""Alignment + readings + corpus statistics -> the whole answer about a pair.

The line: marks of each token, basis of each passage, coverage, relation, direction, credit,
verdict. Everything here is a function of its arguments; alignments stay, answers are derived.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from detector.classify.basis import is_proven, read_basis
from detector.classify.credit import credited_mask, find_exclusive, told
from detector.classify.direction import Pair, direction
from detector.classify.marks import Mask, mark
from detector.classify.outcome import ground_of, settle
from detector.classify.relation import coverage, relation
from detector.classify.side import Marked, Side, share
from detector.classify.traces import find_traces
from detector.classify.verdict import explain, verdict
from detector.model import (
    AlignedPassage,
    Alignment,
    Basis,
    Comparison,
    Coverage,
    Credit,
    Direction,
    Exclusive,
    Grounds,
    Original,
    PairSide,
    Passage,
    Path,
    Relation,
)
from detector.settings import Settings
from detector.view import MIN_WORDS

__all__ = ["Side", "classify", "is_proven", "mark"]

_PUBLIC = re.compile(
    r"reporters|journalists|news conference|press conference|in a statement|in a speech|posted|"
    r"wrote on|social media|tweeted|parliament|committee|журналіст|брифінг|у заяві|написа",
    re.IGNORECASE,
)
_NEAR_CHARS = 200


def classify(
    a: Side,
    b: Side,
    alignment: Alignment,
    settings: Settings,
    original: Original | None = None,
) -> Comparison:
    """The pair object of two texts. ``original``: a third text of the corpus that both go back
    to; then nobody is said to have taken from the other."""
    marked = read_basis(a, b, _long_enough(a, b, alignment))
    covers = coverage(a, "a", marked), coverage(b, "b", marked)
    is_same = a.normal.tokens == b.normal.tokens
    kind = relation(a, b, marked, *covers, is_same)
    traces = find_traces(a, b, marked)
    way = _direction(Pair(a, b, marked, *covers, kind, traces), original)
    masks = _credited(a, b, marked, way, original)
    passages = _passages(a, b, marked, masks, way)
    found = Grounds(
        a=ground_of("a", a, marked, passages, masks[0]),
        b=ground_of("b", b, marked, passages, masks[1]),
        marked=tuple(marked),
        passages=passages,
        direction=way,
        traces=traces,
        exclusive=None if original else _exclusive(a, b, marked, passages),
        credit=original.credit if original else None,
        is_same=is_same,
    )
    case = settle(a, b, marked, covers, kind, found, masks)
    return Comparison(
        a=_pair_side(a, case.cover_a),
        b=_pair_side(b, case.cover_b),
        relation=kind,
        direction=way,
        verdict=verdict(case, settings),
        passages=passages,
        longest_words=max((p.words for p in passages), default=0),
        reasons=explain(case),
        truncated=alignment.truncated,
        grounds=found,
    )


def _long_enough(a: Side, b: Side, alignment: Alignment) -> Sequence[AlignedPassage]:
    """The passages of at least ``MIN_WORDS``; all of a text is never too short."""
    if a.normal.tokens == b.normal.tokens:
        return alignment.passages
    return [p for p in alignment.passages if max(len(p.a), len(p.b)) >= MIN_WORDS]


def _direction(pair: Pair, original: Original | None) -> Direction:
    found = direction(pair)
    if original is None or not pair.relation.is_copying or pair.relation is Relation.REVISION:
        return found
    return Direction(None, 0.0, Path.COMMON_UPSTREAM, original.upstream, found.evidence)


def _credited(
    a: Side, b: Side, marked: Sequence[Marked], way: Direction, original: Original | None
) -> tuple[Mask, Mask]:
    """Which tokens of each text stand under a credit to the other or to the upstream."""
    if original is not None and original.credit is Credit.CREDITED:
        return np.ones(len(a.normal), bool), np.ones(len(b.normal), bool)
    extra = {way.upstream.name} if way.upstream else set()
    return (
        credited_mask(a, b, extra, "a", marked),
        credited_mask(b, a, extra, "b", marked),
    )


def _exclusive(
    a: Side, b: Side, marked: Sequence[Marked], passages: Sequence[Passage]
) -> Exclusive | None:
    """A shared exclusive without credit."""
    told = zip(marked, passages, strict=True)
    return find_exclusive(a, b, [m for m, p in told if p.quote_origin == "exclusive"])


def _pair_side(side: Side, cover: Coverage) -> PairSide:
    document, reading = side.document, side.reading
    return PairSide(
        document, len(side.normal), side.digest, cover, reading.attributions, reading.flags,
        reading.quotations,
    )  # fmt: skip


def _passages(
    a: Side, b: Side, marked: Sequence[Marked], masks: tuple[Mask, Mask], way: Direction
) -> tuple[Passage, ...]:
    seen: Counter[str] = Counter()
    passages = []
    for m in marked:
        name = _passage_id(a, b, m)
        seen[name] += 1
        passages.append(
            _passage(a, b, m, masks, way, f"{name}-{seen[name]}" if seen[name] > 1 else name)
        )
    return tuple(passages)


def _passage(
    a: Side, b: Side, m: Marked, masks: tuple[Mask, Mask], way: Direction, name: str
) -> Passage:
    where_a, where_b = m.passage.a, m.passage.b
    in_a, in_b = share(masks[0], where_a) >= 0.5, share(masks[1], where_b) >= 0.5
    attributed = {"a": in_b, "b": in_a, None: in_a or in_b}[way.source]
    return Passage(
        id=name,
        a=a.normal.span(where_a.first, where_a.last),
        b=b.normal.span(where_b.first, where_b.last),
        kind=m.passage.kind,
        basis=m.basis,
        words=max(len(where_a), len(where_b)),
        ratio=m.passage.ratio,
        quoted_a=m.quoted_a >= 0.5,
        quoted_b=m.quoted_b >= 0.5,
        attributed=attributed,
        quote_origin=_quote_origin(a, b, m),
        flags=_flags(m, way),
    )


def _passage_id(a: Side, b: Side, m: Marked) -> str:
    """From the words of both sides, in no order: it survives swaps and edits elsewhere."""
    sides = sorted(
        " ".join(side.normal.tokens[place.first : place.last])
        for side, place in ((a, m.passage.a), (b, m.passage.b))
    )
    digests = "".join(hashlib.sha256(s.encode("utf-8", "surrogatepass")).hexdigest() for s in sides)
    return hashlib.sha256(digests.encode()).hexdigest()[:16]


def _flags(m: Marked, way: Direction) -> tuple[str, ...]:
    flags, source = [], way.source
    if m.second_hand:
        flags.append("second_hand_quote")
    if m.differs:
        flags.append("quote_boundary_differs")
    given, taken = (m.quoted_b, m.quoted_a) if source == "b" else (m.quoted_a, m.quoted_b)
    if source is not None and m.basis is Basis.DERIVATION and taken >= 0.5 > given:
        flags.append("prose_promoted_to_quote")
    if way.path is Path.COMMON_UPSTREAM and way.upstream is None:
        flags.append("possible_release")
    if m.speaker:
        flags.append(f"speaker: {m.speaker}")
    return tuple(flags)


def _quote_origin(a: Side, b: Side, m: Marked) -> str | None:
    """Where a quotation was spoken: in public, as one text says, to one outlet only, or nobody
    says."""
    if max(m.quoted_a, m.quoted_b) < 0.5:
        return None
    exclusive = False
    for side, place in ((a, m.passage.a), (b, m.passage.b)):
        span = side.normal.span(place.first, place.last)
        low, high = max(0, span.start - _NEAR_CHARS), span.end + _NEAR_CHARS
        text = side.document.text
        if _PUBLIC.search(text, low, span.start) or _PUBLIC.search(text, span.end, high):
            return "public"
        exclusive |= bool(told(side, span))
    return "exclusive" if exclusive else "unknown"
