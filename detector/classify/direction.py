"""Who took from whom: weighed evidence that can be read, and "cannot tell" where it does not say.

Each rule looks at both texts and gives weights for "a is the source" (positive) or "b is"
(negative). The logistic of the sum is the confidence; below ``MIN_WEIGHT`` nobody is named. Weights
are few and stand here. Claimed dates never outweigh the texts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detector.classify.credit import (
    cites_outlet,
    cites_release,
    common_origin,
    credits_outlet,
    names_of,
    origins_of,
    release_cue,
)
from detector.classify.relation import derived_mask, name_of, tail_cut, where
from detector.classify.side import Marked, Side
from detector.classify.traces import Trace
from detector.model import (
    Basis,
    Coverage,
    Direction,
    Evidence,
    Kind,
    Path,
    Relation,
    Span,
    TokenRange,
    Upstream,
)
from detector.model import Side as Letter
from detector.prior import stems
from detector.sentence import sentences

MIN_WEIGHT = 0.55
DATE_WEIGHT = 0.2  # by itself a confidence of .599, just below the contract's .6
CONFIDENCE_SCALE = 2.0
"""Twice the sum of the weights is taken for the log odds that the named text is the source."""
DAY_CHARS = len("2026-03-14")
DAY_SECONDS = 24 * 60 * 60
QUOTED_PROSE_WORDS = 8
MIN_TOLD_STEMS = 8
MIN_REST_STEMS = 30
STRANGE_COHESION = 0.1
MIN_COHESION_LEAD = 0.1
COHESION_LEAD = 0.2
_OURSELVES = re.compile(
    r"\b(?:at our request|told us|shown to us|told this newspaper|told our)\b"
    r"|нашому виданн|нашій редакці|нашого видання|на наше прохання"
)
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
    detail: str


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
    return not named and cites_release(pair.a) and cites_release(pair.b)


def _total(clues: Sequence[Clue]) -> float:
    return sum(c.weight if c.source == "a" else -c.weight for c in clues)


def _confidence(total: float) -> float:
    """How likely the named text is the source: the logistic of the scaled sum, never certain. The
    scale makes the share right of such answers what is said (``benchmarks/quality/direction.py``).
    """
    return min(0.99, 1 / (1 + math.exp(-CONFIDENCE_SCALE * abs(total))))


def _evidence(clues: Sequence[Clue]) -> tuple[Evidence, ...]:
    ordered = sorted(clues, key=lambda c: (-c.weight, c.type, c.detail))
    return tuple(Evidence(c.type, c.weight, c.detail) for c in ordered)


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


def _sides(pair: Pair) -> Iterator[tuple[Letter, Side, Side, Coverage, Coverage]]:
    """Both views: (letter, source, target, coverage of source, coverage of target)."""
    yield "a", pair.a, pair.b, pair.cover_a, pair.cover_b
    yield "b", pair.b, pair.a, pair.cover_b, pair.cover_a


def text_clues(pair: Pair) -> Iterator[Clue]:
    """What the texts themselves say, strong or weak, of a copying pair; stated times left out."""
    for letter, source, target, cover_source, cover_target in _sides(pair):
        yield from _quoted_prose(pair, letter, source, target)
        yield from _credit(letter, source, target)
        yield from _release(letter, source, target)
        yield from _shape(pair, letter, source, target, cover_source, cover_target)
        yield from _belonging(pair, letter, source, target)
        yield from _correction(pair, letter, source, target)
        yield from _detail(pair, letter, source, target)
        yield from _own_reporting(pair, letter, source, target)
        yield from _cut_quotes(pair, letter, source, target)


def _quoted_prose(pair: Pair, letter: Letter, source: Side, target: Side) -> Iterator[Clue]:
    """Plain prose of one text stands inside quotation marks in the other."""
    words = 0
    for m in pair.marked:
        if m.basis is not Basis.DERIVATION:
            continue
        for first_a, first_b, width_a, width_b in m.passage.pairs:
            ranges = ((first_a, width_a), (first_b, width_b))
            at, span = ranges[0] if letter == "a" else ranges[1]
            to, room = ranges[1] if letter == "a" else ranges[0]
            plain = ~source.marks.quoted[at : at + span]
            quoted = target.marks.quoted[to : to + room]
            size = min(len(plain), len(quoted))
            words += int((plain[:size] & quoted[:size]).sum())
    if words >= QUOTED_PROSE_WORDS:
        weight = WEIGHTS["quoted_prose"] * min(1.0, words / 40)
        name, other = name_of(source, target), name_of(target, source)
        yield Clue(
            letter,
            "quoted_prose",
            weight,
            f"{words} words of plain prose in {name} stand in quotation marks in {other}.",
        )


def _credit(letter: Letter, source: Side, target: Side) -> Iterator[Clue]:
    """One text credits the other's outlet, or an outlet whose copy the other carries."""
    named = credits_outlet(target, names_of(source.reading.document))
    if named:
        yield Clue(
            letter, "credit", WEIGHTS["credit"], f"{name_of(target, source)} credits {named}."
        )
        return
    shared = cites_outlet(target, origins_of(source))
    if shared and not cites_outlet(source, {shared}):
        name, other = name_of(target, source), name_of(source, target)
        yield Clue(
            letter,
            "shared_origin",
            WEIGHTS["shared_origin"],
            f"{name} credits {shared}, and {other} carries its copy.",
        )


def _release(letter: Letter, source: Side, target: Side) -> Iterator[Clue]:
    """One text is a press release, or opens with an agency's slug, and the other is not."""
    if release_cue(source) and not release_cue(target):
        yield Clue(
            letter, "release", WEIGHTS["release"], f"{name_of(source, target)} is a press release."
        )
    if source.reading.document.kind == "wire" and target.reading.document.kind != "wire":
        detail = f"{name_of(source, target)} is a wire item."
        yield Clue(letter, "agency", WEIGHTS["agency"], detail)


def _shape(
    pair: Pair,
    letter: Letter,
    source: Side,
    target: Side,
    cover_source: Coverage,
    cover_target: Coverage,
) -> Iterator[Clue]:
    """A summary or a cut reprint is covered by its source more than it covers it."""
    if pair.relation is Relation.EXCERPT:
        return
    name, other = name_of(target, source), name_of(source, target)
    lead = cover_target.share - cover_source.share
    if lead > 0.1:
        detail = (
            f"{cover_target.share * 100:.0f} % of {name} is in {other}, "
            f"{cover_source.share * 100:.0f} % of {other} is in {name}."
        )
        yield Clue(letter, "coverage", WEIGHTS["coverage"] * min(1.0, lead * 2), detail)
        if pair.relation is Relation.SYNDICATED and tail_cut(source, letter, pair.marked):
            yield Clue(
                letter,
                "tail_cut",
                WEIGHTS["tail_cut"],
                f"{name_of(target, source)} ends before {name_of(source, target)} does.",
            )
    longer = shorter = 0
    for m in pair.marked:
        if m.basis is Basis.DERIVATION and m.passage.kind in (Kind.EDITED, Kind.PARAPHRASE):
            longer += len(where(m, letter))
            shorter += len(m.passage.b if letter == "a" else m.passage.a)
    if longer >= 40 and longer > 1.12 * shorter:
        yield Clue(
            letter,
            "condensed",
            WEIGHTS["condensed"],
            f"What both say, {name_of(target, source)} says in fewer words.",
        )


def _belonging(pair: Pair, letter: Letter, source: Side, target: Side) -> Iterator[Clue]:
    """What both tell goes on with its subject in the text it was written for; in a text that it was
    put into, the rest is about something else."""
    at_home = _cohesion(pair, letter, source)
    as_guest = _cohesion(pair, "b" if letter == "a" else "a", target)
    if as_guest is None:
        return
    lead = (STRANGE_COHESION if at_home is None else at_home) - as_guest
    if as_guest < STRANGE_COHESION and (lead >= MIN_COHESION_LEAD or at_home is None):
        weight = WEIGHTS["belonging"] * min(1.0, max(lead, MIN_COHESION_LEAD) / COHESION_LEAD)
        detail = f"The rest of {name_of(target, source)} is about something else."
        yield Clue(letter, "belonging", weight, detail)


def _cohesion(pair: Pair, letter: Letter, side: Side) -> float | None:
    """How much of the vocabulary of a text's derived words its other words have as well, or the
    other way round where that is more (lexical cohesion: Halliday and Hasan 1976); None where
    there is too little of either."""
    derived = derived_mask(side, letter, pair.marked)
    own = ~side.marks.furniture
    words = np.array(stems(side.reading.normal.tokens), dtype=object)
    told, rest = (set(words[mask].tolist()) - {""} for mask in (derived, own & ~derived))
    if len(told) < MIN_TOLD_STEMS or len(rest) < MIN_REST_STEMS:
        return None
    return len(told & rest) / min(len(told), len(rest))


def _correction(pair: Pair, letter: Letter, source: Side, target: Side) -> Iterator[Clue]:
    """The text with a correction note is the later version."""
    notes = [
        any(f.type == "correction" for f in side.reading.furniture) for side in (source, target)
    ]
    if pair.relation is Relation.REVISION and notes == [False, True]:
        yield Clue(
            letter,
            "correction",
            WEIGHTS["correction"],
            f"{name_of(target, source)} has a correction note.",
        )


def _detail(pair: Pair, letter: Letter, source: Side, target: Side) -> Iterator[Clue]:
    """What both tell, one tells with more names and numbers: the other dropped them."""
    dropped = _details(pair, letter, source) - frozenset(target.reading.normal.tokens)
    other: Letter = "b" if letter == "a" else "a"
    added = _details(pair, other, target) - frozenset(source.reading.normal.tokens)
    if len(dropped) >= len(added) + 3 and len(dropped) >= 2 * len(added):
        weight = WEIGHTS["detail"] * min(1.0, (len(dropped) - len(added)) / 6)
        name, giver = name_of(target, source), name_of(source, target)
        drops = f"{name} drops {len(dropped)} names and numbers that {giver} has"
        yield Clue(letter, "detail", weight, f"{drops}, and adds {len(added)}.")


def _details(pair: Pair, letter: Letter, side: Side) -> frozenset[str]:
    """Names and numbers in the derived passages of one text."""
    found: set[str] = set()
    for m in pair.marked:
        if m.basis is Basis.DERIVATION:
            place = where(m, letter)
            facts = np.flatnonzero(side.marks.fact[place.first : place.last]) + place.first
            found.update(side.reading.normal.tokens[i] for i in facts.tolist())
    return frozenset(found)


def _own_reporting(pair: Pair, letter: Letter, source: Side, target: Side) -> Iterator[Clue]:
    """In what both tell, one text speaks of its own outlet as the one that asked and was told."""
    other: Letter = "b" if letter == "a" else "a"
    if _speaks_of_itself(pair, letter, source) and not _speaks_of_itself(pair, other, target):
        name = name_of(source, target)
        detail = f"{name} says in shared passages that it was told or shown this itself."
        yield Clue(letter, "own_reporting", WEIGHTS["own_reporting"], detail)


def _speaks_of_itself(pair: Pair, letter: Letter, side: Side) -> bool:
    """Whether a sentence that holds derived words names its own outlet, outside quotation marks: a
    sentence of its own beside them says nothing of them."""
    normal = side.reading.normal
    names = [re.escape(n) for n in _own_names(side)]
    pattern = re.compile("|".join([*names, _OURSELVES.pattern]))
    derived = derived_mask(side, letter, pair.marked)
    quoted = [q.span for q in side.reading.quotations]
    found = [
        span
        for match in pattern.finditer(normal.text)
        for span in [Span(*match.span())]
        if not any(q.contains(span) for q in quoted)
    ]
    return any(
        sentence.contains(span) and derived[slice(*normal.tokens_in(sentence))].any()
        for sentence in (sentences(normal.text) if found else ())
        for span in found
    )


def _own_names(side: Side) -> list[str]:
    """The outlet's name and its short form: "The Orrin Review" is "the Review" in its own text."""
    outlet = side.reading.document.outlet
    if not outlet:
        return []
    short = outlet.split()[-1]
    return [outlet] + ([f"the {short}"] if len(outlet.split()) > 1 and short[:1].isupper() else [])


def _cut_quotes(pair: Pair, letter: Letter, source: Side, target: Side) -> Iterator[Clue]:
    """A quotation that one text gives whole and the other in part."""
    cut = 0
    for m in pair.marked:
        if m.basis is Basis.DERIVATION and m.passage.equal >= QUOTED_PROSE_WORDS:
            theirs = _quoted_words(source, where(m, letter))
            ours = _quoted_words(target, m.passage.b if letter == "a" else m.passage.a)
            cut += bool(ours and ours >= QUOTED_PROSE_WORDS and theirs >= 1.25 * ours)
    if cut:
        weight = WEIGHTS["cut_quote"] * min(2, cut)
        yield Clue(
            letter,
            "cut_quote",
            weight,
            f"{name_of(target, source)} cuts short what {name_of(source, target)} quotes.",
        )


def _quoted_words(side: Side, place: TokenRange) -> int:
    """The words of the longest quotation that the passage is in or has in it."""
    numbers = side.marks.quotation[place.first : place.last]
    quotations = side.reading.quotations
    sizes = [
        np.diff(side.reading.normal.tokens_in(quotations[number].inner))[0]
        for number in np.unique(numbers[numbers >= 0]).tolist()
        if not quotations[number].label
    ]
    return int(max(sizes, default=0))


def _date_clue(pair: Pair) -> Clue | None:
    documents = [side.reading.document for side in (pair.a, pair.b)]
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
    return Clue(source, "date", DATE_WEIGHT, f"{name} is the earlier by its stated time.")


def _path(pair: Pair, source: Letter) -> tuple[Path, Upstream | None]:
    """How the text came: straight from the source, or from an original that both go back to."""
    giver, taker = (pair.a, pair.b) if source == "a" else (pair.b, pair.a)
    if pair.relation is Relation.REVISION or credits_outlet(
        taker, names_of(giver.reading.document)
    ):
        return Path.DIRECT, None
    origin = credits_outlet(taker, origins_of(giver))
    strange = [t for t in pair.traces if t.holder != source]
    if origin and (giver.reading.document.outlet or strange):
        return Path.COMMON_UPSTREAM, Upstream(origin)
    if giver.reading.document.outlet and not strange:
        return Path.DIRECT, None
    return Path.UNKNOWN, Upstream(origin) if origin else None
