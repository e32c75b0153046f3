"""Who took from whom: weighed evidence that can be read, and "cannot tell" where it does not say.

Each rule looks at both texts and gives weights for "a is the source" (positive) or "b is"
(negative). The logistic of the sum is the confidence; below ``MIN_WEIGHT`` nobody is named. Weights
are few and stand here. Claimed dates never outweigh the texts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from detector.classify.credit import (
    cites_outlet,
    common_origin,
    credits_outlet,
    origins_of,
)
from detector.classify.half import Half, half_of
from detector.classify.outlet import names_of
from detector.classify.relation import name_of, tail_cut, where
from detector.classify.say import percent
from detector.classify.side import Marked, Side, count
from detector.model import (
    Basis,
    Coverage,
    Direction,
    Evidence,
    Kind,
    Path,
    Relation,
    Said,
    Trace,
    Upstream,
    said,
)
from detector.model import Side as Letter

MIN_WEIGHT = 0.55
DATE_WEIGHT = 0.2  # by itself a confidence of .599, just below the contract's .6
CONFIDENCE_SCALE = 2.0
"""Twice the sum of the weights is taken for the log odds that the named text is the source."""
DAY_CHARS = len("2026-03-14")
DAY_SECONDS = 24 * 60 * 60
QUOTED_PROSE_WORDS = 8
STRANGE_COHESION = 0.1
MIN_COHESION_LEAD = 0.1
COHESION_LEAD = 0.2
SOFT = frozenset({"belonging", "date"})
"""Clues that name a source and do not show that nothing stood between."""
WEIGHTS = {
    "quoted_prose": 2.0,
    "credit": 2.0,
    "shared_origin": 1.2,
    "release": 2.0,
    "agency": 1.2,
    "coverage": 0.5,
    "belonging": 1.4,
    "tail_cut": 0.5,
    "condensed": 0.4,
    "detail": 0.5,
    "own_reporting": 1.0,
    "cut_quote": 0.1,
    "correction": 2.0,
}


@dataclass(frozen=True, slots=True)
class Pair:
    """All that the rules of direction look at."""

    a: Side
    b: Side
    marked: Sequence[Marked]
    cover_a: Coverage
    cover_b: Coverage
    relation: Relation
    traces: Sequence[Trace]


@dataclass(frozen=True, slots=True)
class Clue:
    """One piece of evidence that ``source`` is the source."""

    source: Letter
    type: str
    weight: float
    said: Said


def direction(pair: Pair) -> Direction:
    """The direction of a copying pair; nothing for any other."""
    if not pair.relation.is_copying or pair.relation is Relation.IDENTICAL:
        return Direction(None, 0.0, Path.UNKNOWN)
    clues = [*text_clues(pair)]
    if _share_a_release(pair, clues):
        return Direction(None, 0.0, Path.COMMON_UPSTREAM, None, _evidence(clues))
    total = _total(clues)
    dated = _date_clue(pair)
    # A stated time that the texts speak against, however softly, says nothing.
    if dated is not None and _total([dated]) * total >= 0:
        if abs(total) < MIN_WEIGHT:
            return _by_date(pair, clues, dated)
        clues.append(dated)
        total = _total(clues)
    if abs(total) < MIN_WEIGHT:
        return _undecided(pair, clues)
    source: Letter = "a" if total > 0 else "b"
    path, upstream = _path(pair, source)
    if path is Path.DIRECT and abs(_total([c for c in clues if c.type not in SOFT])) < MIN_WEIGHT:
        path = Path.UNKNOWN
    return Direction(source, _confidence(total), path, upstream, _evidence(clues))


def _share_a_release(pair: Pair, clues: Sequence[Clue]) -> bool:
    """Whether both texts say they use a release that is neither of them, and neither credits the
    other: then nobody is accused of taking from the other what both were sent."""
    named = {"credit", "release", "shared_origin"} & {clue.type for clue in clues}
    return not named and pair.a.cites_release and pair.b.cites_release


def _total(clues: Sequence[Clue]) -> float:
    return sum(c.weight if c.source == "a" else -c.weight for c in clues)


def _confidence(total: float) -> float:
    """How likely the named text is the source: the logistic of the scaled sum, never certain. The
    scale makes the share right of such answers what is said (``benchmarks/quality/direction.py``).
    """
    return min(0.99, 1 / (1 + math.exp(-CONFIDENCE_SCALE * abs(total))))


def _evidence(clues: Sequence[Clue]) -> tuple[Evidence, ...]:
    ordered = sorted(clues, key=lambda c: (-c.weight, c.type, str(c.said)))
    return tuple(Evidence(c.type, c.weight, c.said) for c in ordered)


def _by_date(pair: Pair, clues: Sequence[Clue], dated: Clue) -> Direction:
    """A stated time alone names a source, with little confidence, and shows no way it took."""
    path, upstream = _path(pair, dated.source)
    if path is Path.DIRECT and pair.relation is not Relation.REVISION:
        path = Path.UNKNOWN
    confidence = _confidence(DATE_WEIGHT)
    return Direction(dated.source, confidence, path, upstream, _evidence([*clues, dated]))


def _undecided(pair: Pair, clues: Sequence[Clue]) -> Direction:
    """Nobody is named; two texts that both say whose copy they are still have a way in common."""
    origin = None if pair.relation is Relation.REVISION else common_origin(pair.a, pair.b)
    if origin is None:
        return Direction(None, 0.0, Path.UNKNOWN, None, _evidence(clues))
    return Direction(None, 0.0, Path.COMMON_UPSTREAM, Upstream(origin), _evidence(clues))


def text_clues(pair: Pair) -> Iterator[Clue]:
    """What the texts themselves say, strong or weak, of a copying pair; stated times left out."""
    one = half_of("a", pair.a, pair.b, pair.cover_a, pair.marked)
    other = half_of("b", pair.b, pair.a, pair.cover_b, pair.marked)
    for source, target in ((one, other), (other, one)):
        yield from _quoted_prose(pair, source, target)
        yield from _credit(source, target)
        yield from _release(source, target)
        yield from _shape(pair, source, target)
        yield from _belonging(source, target)
        yield from _correction(pair, source, target)
        yield from _detail(source, target)
        yield from _own_reporting(source, target)
        yield from _cut_quotes(pair, source, target)


def _quoted_prose(pair: Pair, source: Half, target: Half) -> Iterator[Clue]:
    """Plain prose of one text stands inside quotation marks in the other."""
    words = 0
    for m in pair.marked:
        if m.basis is not Basis.DERIVATION:
            continue
        for first_a, first_b, width_a, width_b in m.passage.pairs:
            ranges = ((first_a, width_a), (first_b, width_b))
            at, to = (x for x, _ in (ranges if source.letter == "a" else ranges[::-1]))
            size = min(width_a, width_b)
            plain = ~source.side.marks.quoted[at : at + size]
            words += count(plain & target.side.marks.quoted[to : to + size])
    if words >= QUOTED_PROSE_WORDS:
        weight = WEIGHTS["quoted_prose"] * min(1.0, words / 40)
        stand = "{n} words of plain prose in {source} stand in quotation marks in {target}."
        detail = said(stand, n=words, **_names(source, target))
        yield Clue(source.letter, "quoted_prose", weight, detail)


def _credit(source: Half, target: Half) -> Iterator[Clue]:
    """One text credits the other's outlet, or an outlet whose copy the other carries."""
    named = credits_outlet(target.side, names_of(source.side.document))
    if named:
        detail = said("{target} credits {name}.", target=target.name, name=named)
        yield Clue(source.letter, "credit", WEIGHTS["credit"], detail)
        return
    shared = cites_outlet(target.side, origins_of(source.side))
    if shared and not cites_outlet(source.side, {shared}):
        carries = "{target} credits {name}, and {source} carries its copy."
        detail = said(carries, name=shared, **_names(source, target))
        yield Clue(source.letter, "shared_origin", WEIGHTS["shared_origin"], detail)


def _release(source: Half, target: Half) -> Iterator[Clue]:
    """One text is a press release, or opens with an agency's slug, and the other is not."""
    if source.side.is_release and not target.side.is_release:
        detail = said("{name} is a press release.", name=source.name)
        yield Clue(source.letter, "release", WEIGHTS["release"], detail)
    kinds = [half.side.document.kind for half in (source, target)]
    if kinds[0] == "wire" and kinds[1] != "wire":
        detail = said("{name} is a wire item.", name=source.name)
        yield Clue(source.letter, "agency", WEIGHTS["agency"], detail)


def _shape(pair: Pair, source: Half, target: Half) -> Iterator[Clue]:
    """A summary or a cut reprint is covered by its source more than it covers it."""
    if pair.relation is Relation.EXCERPT:
        return
    names = _names(source, target)
    lead = target.cover.share - source.cover.share
    if lead > 0.1:
        shares = {"most": percent(target.cover.share), "less": percent(source.cover.share)}
        covered = "{most} of {target} is in {source}, {less} of {source} is in {target}."
        detail = said(covered, **shares, **names)
        weight = WEIGHTS["coverage"] * min(1.0, lead * 2)
        yield Clue(source.letter, "coverage", weight, detail)
        is_reprint = pair.relation is Relation.SYNDICATED
        if is_reprint and tail_cut(source.side, source.letter, pair.marked):
            detail = said("{target} ends before {source} does.", **names)
            yield Clue(source.letter, "tail_cut", WEIGHTS["tail_cut"], detail)
    longer = shorter = 0
    for m in pair.marked:
        if m.basis is Basis.DERIVATION and m.passage.kind in (Kind.EDITED, Kind.PARAPHRASE):
            longer += len(where(m, source.letter))
            shorter += len(where(m, target.letter))
    if longer >= 40 and longer > 1.12 * shorter:
        detail = said("What both say, {target} says in fewer words.", target=target.name)
        yield Clue(source.letter, "condensed", WEIGHTS["condensed"], detail)


def _belonging(source: Half, target: Half) -> Iterator[Clue]:
    """What both tell goes on with its subject in the text it was written for; in a text that it was
    put into, the rest is about something else."""
    at_home, as_guest = source.cohesion, target.cohesion
    if as_guest is None:
        return
    lead = (STRANGE_COHESION if at_home is None else at_home) - as_guest
    if as_guest < STRANGE_COHESION and (lead >= MIN_COHESION_LEAD or at_home is None):
        weight = WEIGHTS["belonging"] * min(1.0, max(lead, MIN_COHESION_LEAD) / COHESION_LEAD)
        detail = said("The rest of {target} is about something else.", target=target.name)
        yield Clue(source.letter, "belonging", weight, detail)


def _correction(pair: Pair, source: Half, target: Half) -> Iterator[Clue]:
    """The text with a correction note is the later version."""
    notes = [
        any(f.type == "correction" for f in half.side.reading.furniture)
        for half in (source, target)
    ]
    if pair.relation is Relation.REVISION and notes == [False, True]:
        detail = said("{target} has a correction note.", target=target.name)
        yield Clue(source.letter, "correction", WEIGHTS["correction"], detail)


def _detail(source: Half, target: Half) -> Iterator[Clue]:
    """What both tell, one tells with more names and numbers: the other dropped them."""
    dropped, added = len(source.details), len(target.details)
    if dropped >= added + 3 and dropped >= 2 * added:
        weight = WEIGHTS["detail"] * min(1.0, (dropped - added) / 6)
        drops = "{target} drops {n} names and numbers that {source} has, and adds {added}."
        detail = said(drops, n=dropped, added=added, **_names(source, target))
        yield Clue(source.letter, "detail", weight, detail)


def _own_reporting(source: Half, target: Half) -> Iterator[Clue]:
    """In what both tell, one text speaks of its own outlet as the one that asked and was told."""
    if source.reports and not target.reports:
        told = "{source} says in shared passages that it was told or shown this itself."
        detail = said(told, source=source.name)
        yield Clue(source.letter, "own_reporting", WEIGHTS["own_reporting"], detail)


def _cut_quotes(pair: Pair, source: Half, target: Half) -> Iterator[Clue]:
    """A quotation that one text gives whole and the other in part."""
    derived = [m for m in pair.marked if m.basis is Basis.DERIVATION]
    cut = sum(
        m.passage.equal >= QUOTED_PROSE_WORDS
        and part >= QUOTED_PROSE_WORDS
        and whole >= 1.25 * part
        for m, whole, part in zip(derived, source.quoted, target.quoted, strict=True)
    )
    if cut:
        detail = said("{target} cuts short what {source} quotes.", **_names(source, target))
        yield Clue(source.letter, "cut_quote", WEIGHTS["cut_quote"] * min(2, cut), detail)


def _date_clue(pair: Pair) -> Clue | None:
    documents = [side.document for side in (pair.a, pair.b)]
    stated = [document.published_at or "" for document in documents]
    first, second = (document.moment for document in documents)
    if first is None or second is None or first == second:
        return None
    # A day without an hour is neither before nor after an hour of it.
    if min(map(len, stated)) <= DAY_CHARS and abs(first - second) < DAY_SECONDS:
        return None
    source: Letter = "a" if first < second else "b"
    sides = (pair.a, pair.b) if source == "a" else (pair.b, pair.a)
    name = name_of(*sides)
    detail = said("{name} is the earlier by its stated time.", name=name)
    return Clue(source, "date", DATE_WEIGHT, detail)


def _names(source: Half, target: Half) -> Mapping[str, str]:
    return {"source": source.name, "target": target.name}


def _path(pair: Pair, source: Letter) -> tuple[Path, Upstream | None]:
    """How the text came: straight from the source, or from an original that both go back to."""
    giver, taker = (pair.a, pair.b) if source == "a" else (pair.b, pair.a)
    if pair.relation is Relation.REVISION or credits_outlet(taker, names_of(giver.document)):
        return Path.DIRECT, None
    origin = credits_outlet(taker, origins_of(giver))
    strange = [t for t in pair.traces if t.holder != source]
    if origin and (giver.document.outlet or strange):
        return Path.COMMON_UPSTREAM, Upstream(origin)
    if giver.document.outlet and not strange:
        return Path.DIRECT, None
    return Path.UNKNOWN, Upstream(origin) if origin else None
