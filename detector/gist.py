"""What a text says, apart from how it says it: its stems and its sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detector.model import NormalText, TokenRange
from detector.prior import stems
from detector.sentence import sentences

MAX_SENTENCE_WORDS = 500
"""A longer sentence is cut after every so many: a transcript without full stops, a table."""


@dataclass(frozen=True, eq=False)
class Gist:
    """The stems and the sentences of one text, made when a pair first asks for them and kept for
    its other pairs: most texts of a collection are in none. No slots, as that is where
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
    def stems(self) -> Sequence[str]:
        """One stem for each token, "" for a word that carries no news."""
        return tuple(stems(self.normal.tokens))

    @cached_property
    def sentences(self) -> Sequence[TokenRange]:
        """The sentences as ranges of tokens, endless ones in pieces."""
        spans = sentences(self.normal.text)
        edges = np.array([(s.start, s.end) for s in spans], np.int64).reshape(-1, 2)
        return tuple(
            TokenRange(at, min(at + MAX_SENTENCE_WORDS, last))
            for first, last in np.searchsorted(self.normal.starts, edges).tolist()
            for at in range(first, last, MAX_SENTENCE_WORDS)
        )
