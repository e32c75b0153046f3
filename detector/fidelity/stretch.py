"""The words that a text took, and between them the stretches that differ."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detector.model import AlignedPassage, Basis, Passage, Reading, Span, TokenRange

MAX_SENTENCE_WORDS = 100
"""So much of a sentence is looked at on each side of a word: some texts have no full stops."""
CONTEXT_WORDS = 6
"""On each side of a stretch so many words are looked at, to see whether equal words hold it."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words that agree: so many from ``a`` on in the source, and from ``b`` on in the target."""

    a: int
    b: int
    words_a: int
    words_b: int

    @property
    def end_a(self) -> int:
        """Where it ends in the source."""
        return self.a + self.words_a

    @property
    def end_b(self) -> int:
        """Where it ends in the target."""
        return self.b + self.words_b


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words between runs that stand in one place of both texts and do not agree. ``before`` and
    ``after``: how many of the source's next words on each side agree."""

    a: TokenRange
    b: TokenRange
    before: int
    after: int


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """One text of a pair with its sentences. For each token, ``quotation``: the number of the outer
    quotation that it stands in, -1 for none; ``furniture``: whether it is a caption or the like."""

    reading: Reading
    sentences: Sequence[Span]
    quotation: Sequence[int]
    furniture: Sequence[bool]

    @classmethod
    def of(cls, reading: Reading, sentences: Sequence[Span]) -> Text:
        """A text that was read, with its sentences."""
        normal = reading.normal
        numbers = np.full(len(normal), -1, np.int32)
        for number, quotation in enumerate(reading.quotations):
            if quotation.depth == 1:
                numbers[slice(*normal.tokens_in(quotation.inner))] = number
        furniture = normal.mask(f.span for f in reading.furniture)
        return cls(reading, sentences, numbers.tolist(), furniture.tolist())

    @property
    def text(self) -> str:
        """The text as given."""
        return self.reading.document.text

    def span(self, tokens: TokenRange) -> Span:
        """The place of some tokens; of none, the gap before them."""
        normal = self.reading.normal
        if len(tokens):
            return normal.span(tokens.first, tokens.last)
        start = int(normal.ends[tokens.first - 1]) if tokens.first else 0
        end = int(normal.starts[tokens.first]) if tokens.first < len(normal) else len(self.text)
        return Span(min(start, end), end)

    def words(self, tokens: TokenRange) -> tuple[str, ...]:
        """Some folded words."""
        return self.reading.normal.tokens[tokens.first : tokens.last]

    def sentence(self, token: int) -> TokenRange:
        """The sentence around a word."""
        start = int(self.reading.normal.starts[token])
        at = max(0, bisect_right(self.sentences, start, key=lambda span: span.start) - 1)
        first, last = self.reading.normal.tokens_in(self.sentences[at])
        return TokenRange(
            max(first, token - MAX_SENTENCE_WORDS), min(last, token + MAX_SENTENCE_WORDS)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """A source and a target; ``runs`` in the order of the target, ``stretches`` between them.
    ``places``: for each token of the target the one of the source it was taken from, or -1."""

    source: Text
    target: Text
    runs: Sequence[Run]
    stretches: Sequence[Stretch]
    places: Sequence[int]


def read_taken(
    source: Text, target: Text, aligned: Sequence[AlignedPassage], passages: Sequence[Passage]
) -> Taken:
    """The words taken in derived passages, of which ``aligned`` has the runs."""
    derived = {(p.a, p.b) for p in passages if p.basis is Basis.DERIVATION}
    chosen = [
        passage
        for passage in aligned
        if passage.pairs
        and (
            source.span(passage.a),
            target.span(passage.b),
        )
        in derived
    ]
    runs = sorted(
        (Run(*pair) for passage in chosen for pair in passage.pairs), key=lambda run: run.b
    )
    places = np.full(len(target.reading.normal), -1, np.int64)
    for run in runs:
        places[run.b : run.end_b] = run.a + np.minimum(np.arange(run.words_b), run.words_a - 1)
    stretches = tuple(_stretches(source, target, runs))
    return Taken(source, target, runs, stretches, places.tolist())


def _stretches(source: Text, target: Text, runs: Sequence[Run]) -> Iterator[Stretch]:
    """What stands between runs that follow each other in one sentence of each text, and from the
    beginning of a sentence to its first run."""
    agrees = np.zeros(len(source.reading.normal) + 1, np.int64)
    for run in runs:
        agrees[run.a + 1 : run.end_a + 1] = 1
    total = np.cumsum(agrees)
    last = Run(0, 0, 0, 0)
    for run in runs:
        begin_a, begin_b = source.sentence(run.a).first, target.sentence(run.b).first
        if last.end_a <= run.a and last.end_b <= run.b:
            begin_a, begin_b = max(begin_a, last.end_a), max(begin_b, last.end_b)
        last = run
        a, b = TokenRange(begin_a, run.a), TokenRange(min(begin_b, run.b), run.b)
        if len(a) or len(b):
            sentence = source.sentence(run.a)
            low = max(sentence.first, a.first - CONTEXT_WORDS)
            high = min(sentence.last, a.last + CONTEXT_WORDS)
            before, after = total[a.first] - total[low], total[high] - total[a.last]
            yield Stretch(a, b, int(before), int(after))
