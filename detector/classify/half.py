"""One text of a pair, as the rules of direction look at it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

from detector.classify.marks import Mask
from detector.classify.relation import derived_mask, name_of, where
from detector.classify.side import Marked, Side
from detector.model import Basis, Coverage, Span, TokenRange
from detector.model import Side as Letter

MIN_TOLD_STEMS = 8
MIN_REST_STEMS = 30
_OURSELVES = ("at our request", "told us", "shown to us", "told this newspaper", "told our")
_OURSELVES_UK = ("нашому виданн", "нашій редакці", "нашого видання", "на наше прохання")


@dataclass(frozen=True, slots=True)
class Half:
    """One text of a pair, with what the rules ask of it whichever text they take for the source.

    ``details``: its names and numbers in derived passages that the other text has nowhere.
    ``quoted``: for each derived passage, the words of the longest quotation in or around it.
    ``cohesion``: see :func:`_cohesion`. ``reports``: whether it says there that it was told itself.
    """

    letter: Letter
    side: Side
    name: str
    cover: Coverage
    details: frozenset[str]
    quoted: Sequence[int]
    cohesion: float | None
    reports: bool


def half_of(
    letter: Letter, side: Side, other: Side, cover: Coverage, marked: Sequence[Marked]
) -> Half:
    """One text of a pair beside the other."""
    places = [where(m, letter) for m in marked if m.basis is Basis.DERIVATION]
    derived = derived_mask(side, letter, marked)
    return Half(
        letter,
        side,
        name_of(side, other),
        cover,
        _details(side, places).difference(other.normal.tokens),
        [_quoted_words(side, place) for place in places],
        _cohesion(side, derived),
        _speaks_of_itself(side, derived),
    )


def _details(side: Side, places: Sequence[TokenRange]) -> frozenset[str]:
    """Names and numbers in some passages of a text."""
    tokens, facts = side.normal.tokens, side.marks.fact
    return frozenset(
        token
        for place in places
        for token in compress(
            tokens[place.first : place.last], facts[place.first : place.last].tolist()
        )
    )


def _quoted_words(side: Side, place: TokenRange) -> int:
    """The words of the longest quotation that the passage is in or has in it."""
    numbers = set(side.marks.quotation[place.first : place.last].tolist()) - {-1}
    quotations = (side.reading.quotations[number] for number in numbers)
    spans = [side.normal.tokens_in(q.inner) for q in quotations if not q.label]
    return max((last - first for first, last in spans), default=0)


def _cohesion(side: Side, derived: Mask) -> float | None:
    """How much of the vocabulary of a text's derived words its other words have as well, or the
    other way round where that is more (lexical cohesion: Halliday and Hasan 1976); None where
    there is too little of either."""
    stems = side.gist.stems
    told, rest = (
        set(compress(stems, mask.tolist())) - {""}
        for mask in (derived, ~(side.marks.furniture | derived))
    )
    if len(told) < MIN_TOLD_STEMS or len(rest) < MIN_REST_STEMS:
        return None
    return len(told & rest) / min(len(told), len(rest))


def _speaks_of_itself(side: Side, derived: Mask) -> bool:
    """Whether a sentence that holds derived words names its own outlet, outside quotation marks: a
    sentence of its own beside them says nothing of them."""
    normal = side.normal
    wanted = [(name, re.escape(name)) for name in _own_names(side)]
    wanted += [(words, rf"\b{words}\b") for words in _OURSELVES]
    wanted += [(words, words) for words in _OURSELVES_UK]
    pattern = "|".join(pattern for words, pattern in wanted if words in normal.text)
    if not pattern:
        return False
    found = [Span(*match.span()) for match in re.finditer(pattern, normal.text)]
    quoted = [q.span for q in side.reading.quotations if q.depth == 1]
    plain = [span for span in found if not _around(quoted, span)]
    lines = side.gist.spans if plain else ()
    around = {sentence for span in plain if (sentence := _around(lines, span))}
    return any(derived[slice(*normal.tokens_in(sentence))].any() for sentence in around)


def _around(spans: Sequence[Span], inner: Span) -> Span | None:
    """That of some spans, in order and never overlapping, which contains another."""
    at = bisect_right(spans, inner.start, key=lambda span: span.start) - 1
    return spans[at] if at >= 0 and spans[at].contains(inner) else None


def _own_names(side: Side) -> list[str]:
    """The outlet's name and its short form: "The Orrin Review" is "the Review" in its own text."""
    outlet = side.document.outlet
    if not outlet:
        return []
    short = outlet.split()[-1]
    return [outlet] + ([f"the {short}"] if len(outlet.split()) > 1 and short[:1].isupper() else [])
