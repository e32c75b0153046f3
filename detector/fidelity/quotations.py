"""Quotations that differ from the text they were taken from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from detector.fidelity.stretch import Run, Stretch, Taken, Text
from detector.fidelity.tables import NEGATIONS, OUTLET_WORDS, is_number_word
from detector.model import Difference, Finding, Quotation, Span, TokenRange
from detector.prior import function_words, honorifics

HELD_WORDS = 6
"""So many of the twelve words around words that differ in a quotation agree, one at least on
each side of them and inside the quotation."""
MAX_DIFFERING = 8
JOINED_WORDS = 6
"""So many words agree on each side of a joint."""
MAX_JOINT = 2
MIN_LEFT_OUT = 5
MIN_PROSE = 5
MIN_TAKEN = 0.9
# Signs with which a writer owns up to having cut or added words.
_OWNED_UP = re.compile(r"…|\.\s?\.\s?\.|[\[\]()/]|\*\s\*")
_WORDS_OF_ITS_MAKER = ("press_release", "transcript")
_SHOWN_CHARS = 90


def find_in_quotations(taken: Taken) -> Iterator[Finding]:
    """All findings, in the order of the target."""
    found = [*_differing(taken), *_elisions(taken), *_prose(taken)]
    return iter(sorted(found, key=lambda f: (f.b, f.a, f.type)))


def _differing(taken: Taken) -> Iterator[Finding]:
    """Other words inside one quotation of each text, between words that agree."""
    for stretch in taken.stretches:
        if (
            stretch.before + stretch.after >= HELD_WORDS
            and min(stretch.before, stretch.after)
            and max(len(stretch.a), len(stretch.b)) <= MAX_DIFFERING
            and _in_one_quotation(taken.target, stretch.b)
            and _in_one_quotation(taken.source, stretch.a)
            and _tells(taken, stretch)
            and not _owns_up(taken.source, stretch.a)
            and not _owns_up(taken.target, stretch.b)
        ):
            a, b = taken.source.span(stretch.a), taken.target.span(stretch.b)
            there, here = shown(a.slice(taken.source.text)), shown(b.slice(taken.target.text))
            detail = f"This quotation differs from the source: {here} here, {there} there."
            yield Finding(Difference.WORDS, a, b, detail)


def _in_one_quotation(text: Text, tokens: TokenRange) -> bool:
    numbers = set(text.quotation[max(0, tokens.first - 1) : tokens.last + 1])
    return tokens.first > 0 and len(numbers) == 1 and -1 not in numbers


def _tells(taken: Taken, stretch: Stretch) -> bool:
    """Whether the words differ in more than spelling, titles and the small words of grammar."""
    there, here = taken.source.words(stretch.a), taken.target.words(stretch.b)
    if "".join(there) == "".join(here) or any(map(is_number_word, (*there, *here))):
        return False  # numbers are for the statements, in digits or words as the house has them
    differing = set(there) ^ set(here)
    return bool(differing & NEGATIONS or differing - function_words() - honorifics())


def _owns_up(text: Text, tokens: TokenRange) -> bool:
    normal = text.reading.normal
    start = int(normal.ends[tokens.first - 1]) if tokens.first else 0
    end = int(normal.starts[tokens.last]) if tokens.last < len(normal) else len(text.text)
    return _OWNED_UP.search(text.text, start, max(start, end) + 1) is not None


# -- words left out


def _elisions(taken: Taken) -> Iterator[Finding]:
    """Two passages of the source that one quotation joins without a sign."""
    for one, other in pairwise(_joined(taken)):
        gap = TokenRange(one.end_a, max(one.end_a, other.a))
        joint = TokenRange(one.end_b, max(one.end_b, other.b))
        if (
            min(one.words_a, other.words_a) >= JOINED_WORDS
            and len(joint) <= MAX_JOINT
            and _joint_in_quotation(taken.target, one, other)
            and not _owns_up(taken.target, joint)
            and not _goes_on(taken, gap, other)
            and (left_out := _left_out(taken.source, gap)) >= MIN_LEFT_OUT
        ):
            yield Finding(
                Difference.ELISION,
                taken.source.span(gap),
                _between(taken.target, one.end_b, other.b),
                f"This quotation leaves out {left_out} words of the source without a sign.",
            )


def _goes_on(taken: Taken, gap: TokenRange, other: Run) -> bool:
    """Whether the source says in the gap already what the target goes on with: it says it twice."""
    there = taken.source.words(TokenRange(gap.first, gap.first + MAX_JOINT))
    return there == taken.target.words(TokenRange(other.b, other.b + MAX_JOINT))


def _joined(taken: Taken) -> Iterator[Run]:
    """The runs, those that follow each other closely in both texts as one."""
    whole: Run | None = None
    for run in taken.runs:
        if (
            whole
            and 0 <= run.a - whole.end_a <= MAX_JOINT
            and 0 <= run.b - whole.end_b <= MAX_JOINT
        ):
            whole = Run(whole.a, whole.b, run.end_a - whole.a, run.end_b - whole.b)
            continue
        if whole:
            yield whole
        whole = run
    if whole:
        yield whole


def _joint_in_quotation(target: Text, one: Run, other: Run) -> bool:
    numbers = set(target.quotation[one.end_b - 1 : other.b + 1])
    return other.b >= one.end_b and len(numbers) == 1 and -1 not in numbers


def _left_out(source: Text, gap: TokenRange) -> int:
    """How many words of the source are left out: without captions, and where it quotes on both
    sides of the gap, without what is not quoted, such as "he said"."""
    last = min(gap.last, len(source.quotation) - 1)
    around = source.quotation[gap.first - 1], source.quotation[last]
    return sum(
        not source.furniture[i] and (-1 in around or source.quotation[i] != -1)
        for i in range(gap.first, gap.last)
    )


def _between(text: Text, first: int, last: int) -> Span:
    """The place between two words that follow each other, or nearly so."""
    normal = text.reading.normal
    start, end = int(normal.ends[first - 1]), int(normal.starts[last])
    return Span(min(start, end), end)


# -- prose in quotation marks


def _prose(taken: Taken) -> Iterator[Finding]:
    """Words that the source has as its own prose and the target in a person's mouth."""
    source, target = taken.source, taken.target
    if source.reading.document.kind in _WORDS_OF_ITS_MAKER:
        return
    for quotation in target.reading.quotations:
        if not _is_of_a_person(quotation, source):
            continue
        first, last = target.reading.normal.tokens_in(quotation.inner)
        places = [place for place in taken.places[first:last] if place >= 0]
        if (
            last - first >= MIN_PROSE
            and len(places) >= MIN_TAKEN * (last - first)
            and max(places) - min(places) < 2 * (last - first)
            and all(source.quotation[place] == -1 for place in places)
        ):
            a = source.reading.normal.span(min(places), max(places) + 1)
            here = shown(quotation.inner.slice(target.text))
            detail = f"{here} is a quotation here and not one in the source."
            yield Finding(Difference.PROSE, a, quotation.inner, detail)


def _is_of_a_person(quotation: Quotation, source: Text) -> bool:
    """Whether the words are put in a person's mouth: not an outlet's, which quotes its text."""
    speaker = (quotation.speaker or "").casefold()
    if not speaker or quotation.label or quotation.depth != 1:
        return False
    outlet = (source.reading.document.outlet or "").casefold()
    same = speaker in outlet or (bool(outlet) and outlet in speaker)
    return not same and OUTLET_WORDS.isdisjoint(speaker.split())


def shown(words: str) -> str:
    """Some words in quotation marks, the middle of many left out.

    >>> shown("met")
    '“met”'
    """
    line = " ".join(words.split())
    if len(line) > _SHOWN_CHARS:
        line = f"{line[: _SHOWN_CHARS // 2].rstrip()} … {line[-_SHOWN_CHARS // 2 :].lstrip()}"
    return f"“{line}”" if line else "nothing"
