"""Statements that differ from the text they were taken from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter

from detector.fidelity.quotations import shown
from detector.fidelity.stretch import Stretch, Taken, Text
from detector.fidelity.tables import (
    ANONYMITY,
    APPROXIMATE,
    HEDGES,
    PEOPLE,
    WEAK_HEDGES,
    Number,
    force,
    is_number_word,
    may_tell_anonymity,
    numbers,
)
from detector.model import Difference, Finding, Span, TokenRange

HELD_WORDS = 5
"""So many of the twelve words around a stretch agree, on both sides together."""
MAX_HERE = 7
MAX_THERE = 12
MAX_NUMBER_WORDS = 4
ROUNDED = 0.05
_BEFORE_CHARS = 20


def find_in_statements(taken: Taken) -> Iterator[Finding]:
    """All findings, in the order of the target."""
    found: list[Finding] = []
    for stretch in taken.stretches:
        if stretch.before + stretch.after >= HELD_WORDS and stretch.after:
            for look in (_number, _verb, _hedge):
                found += look(taken, stretch)
    found += _anonymity(taken)
    return iter(sorted(set(found), key=lambda f: (f.b, f.a, f.type)))


def _number(taken: Taken, stretch: Stretch) -> Iterator[Finding]:
    """One number on each side, in the same place, of another value."""
    if not stretch.before or not len(stretch.a) or not len(stretch.b):
        return
    if max(len(stretch.a), len(stretch.b)) > MAX_NUMBER_WORDS:
        return
    if not (_has_number(taken.source, stretch.a) and _has_number(taken.target, stretch.b)):
        return
    there = numbers(taken.source.text, _sentence(taken.source, stretch.a))
    here = numbers(taken.target.text, _sentence(taken.target, stretch.b))
    in_a = [n for n in there if n.span.overlaps(taken.source.span(stretch.a))]
    in_b = [n for n in here if n.span.overlaps(taken.target.span(stretch.b))]
    if len(in_a) != 1 or len(in_b) != 1:
        return
    one, other = in_a[0], in_b[0]
    moved = one.value in {n.value for n in here} or other.value in {n.value for n in there}
    if not moved and one.unit == other.unit and not _rounds(taken.target, one, other):
        yield _finding(taken, Difference.NUMBER, one.span, other.span, "This number")


def _has_number(text: Text, tokens: TokenRange) -> bool:
    """Whether a number may stand there: a fast look, as most stretches have none."""
    return any(map(is_number_word, text.words(tokens)))


def _rounds(target: Text, one: Number, other: Number) -> bool:
    """Whether the target has the same number with fewer digits, or says that it is about so."""
    digits = min(one.digits, other.digits)
    if float(f"{one.value:.{digits}g}") == float(f"{other.value:.{digits}g}"):
        return True
    near = abs(one.value - other.value) <= ROUNDED * max(one.value, other.value)
    said = target.text[max(0, other.span.start - _BEFORE_CHARS) : other.span.start]
    return near and APPROXIMATE.search(said) is not None


def _verb(taken: Taken, stretch: Stretch) -> Iterator[Finding]:
    """One verb of saying or knowing on each side, of another force."""
    if not len(stretch.b) or max(len(stretch.a), len(stretch.b)) > MAX_HERE:
        return
    in_a = _with_force(taken.source, stretch.a)
    in_b = _with_force(taken.target, stretch.b)
    if len(in_a) == len(in_b) == 1 and in_a[0][1] != in_b[0][1]:
        one, other = in_a[0][0], in_b[0][0]
        a = taken.source.span(TokenRange(one, one + 1))
        b = taken.target.span(TokenRange(other, other + 1))
        yield _finding(taken, Difference.VERB, a, b, "This verb")


def _with_force(text: Text, tokens: TokenRange) -> Sequence[tuple[int, str]]:
    forces = ((tokens.first + i, force(word)) for i, word in enumerate(text.words(tokens)))
    return [(at, found) for at, found in forces if found]


def _hedge(taken: Taken, stretch: Stretch) -> Iterator[Finding]:
    """A hedge of the source where the whole sentence of the target has none."""
    if not 0 < len(stretch.a) <= MAX_THERE or len(stretch.b) > MAX_HERE:
        return
    source, target = taken.source, taken.target
    place, there = source.span(stretch.a), _sentence(source, stretch.a)
    # What follows a hedge may stand behind the stretch.
    match = HEDGES.search(source.text, place.start, max(place.end, there.end))
    here = _sentence(target, stretch.b)
    if (
        match
        and match.end() <= place.end
        and not WEAK_HEDGES.search(target.text, here.start, here.end)
    ):
        detail = f"The source says this with {shown(match[0])}, which is not here."
        where = target.span(_here(target, stretch))
        yield Finding(Difference.HEDGE, Span(*match.span()), where, detail)


def _anonymity(taken: Taken) -> Iterator[Finding]:
    """A condition of anonymity in a sentence that was used, and none in the whole target."""
    source, target = taken.source, taken.target
    if not may_tell_anonymity(source.text) or ANONYMITY.search(target.text):
        return
    in_source = sorted(taken.runs, key=attrgetter("a"))
    for match in ANONYMITY.finditer(source.text):
        first, _ = source.reading.normal.tokens_in(Span(*match.span()))
        sentence = source.sentence(first)
        people = PEOPLE.intersection(source.words(sentence))
        low = bisect_left(in_source, sentence.first, key=attrgetter("a"))
        high = bisect_left(in_source, sentence.last, key=attrgetter("a"))
        runs = sorted(in_source[low:high], key=attrgetter("b"))
        used = (target.sentence(run.b) for run in runs)
        here = next((s for s in used if people.intersection(target.words(s))), None)
        if here:
            detail = f"The source says {shown(match[0])}; this text does not."
            yield Finding(Difference.ANONYMITY, Span(*match.span()), target.span(here), detail)


def _finding(taken: Taken, kind: Difference, a: Span, b: Span, what: str) -> Finding:
    here, there = shown(b.slice(taken.target.text)), shown(a.slice(taken.source.text))
    return Finding(kind, a, b, f"{what} differs from the source: {here} here, {there} there.")


def _sentence(text: Text, tokens: TokenRange) -> Span:
    return text.span(text.sentence(min(tokens.first, len(text.reading.normal) - 1)))


def _here(target: Text, stretch: Stretch) -> TokenRange:
    """The words that stand for the hedge; where there are none, the next word."""
    return stretch.b if len(stretch.b) else TokenRange(stretch.b.first, stretch.b.first + 1)
