"""A folded text with what its pairs ask of it: its words, letters, stems and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detector.model import NormalText, Span, TokenRange
from detector.prior import stems
from detector.sentence import sentences
from detector.unit import Words
from detector.variant import Letters

MAX_SENTENCE_WORDS = 500
"""A longer sentence is cut after every so many: a transcript without full stops, a table."""


@dataclass(frozen=True, eq=False)
class Gist:
    """One text with what is made when a pair first asks for it and kept for the other pairs of the
    text: most texts of a collection are in none. No slots, as that is where
    ``cached_property`` keeps them.

    >>> from detector.normalise import normalise
    >>> gist = Gist(normalise("The councillors met. They agreed."))
    >>> gist.stems
    ('', 'counc', 'met', '', 'agree')
    >>> [(s.first, s.last) for s in gist.sentences]
    [(0, 3), (3, 5)]
    """

    normal: NormalText

    @cached_property
    def words(self) -> Words:
        """The words by number, as units are made of them."""
        return Words.of(self.normal)

    @cached_property
    def letters(self) -> Letters:
        """The letters alone."""
        return Letters.of(self.normal)

    @cached_property
    def stems(self) -> Sequence[str]:
        """One stem for each token, "" for a word that carries no news."""
        return tuple(stems(self.normal.tokens))

    @cached_property
    def spans(self) -> Sequence[Span]:
        """Where its sentences are."""
        return tuple(sentences(self.normal.text))

    @cached_property
    def sentences(self) -> Sequence[TokenRange]:
        """The sentences as ranges of tokens, endless ones in pieces."""
        edges = np.array([(s.start, s.end) for s in self.spans], np.int64).reshape(-1, 2)
        return tuple(
            TokenRange(at, min(at + MAX_SENTENCE_WORDS, last))
            for first, last in self.normal.starts.searchsorted(edges).tolist()
            for at in range(first, last, MAX_SENTENCE_WORDS)
        )

    @cached_property
    def bags(self) -> Sequence[frozenset[str]]:
        """The stems of each of the sentences."""
        return self.bags_of(self.stems)

    def bags_of(self, stems: Sequence[str]) -> Sequence[frozenset[str]]:
        """The same of other stems of its tokens, one for each."""
        return tuple(frozenset(filter(None, stems[s.first : s.last])) for s in self.sentences)
