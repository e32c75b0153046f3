"""What two texts share, before and after anybody asks why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.model.text import Span
from detector.model.words import Basis, Kind


@dataclass(frozen=True, slots=True)
class TokenRange:
    """A half-open range of token numbers."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first


def ranges_of(mask: NDArray[np.bool_]) -> tuple[TokenRange, ...]:
    """The marked stretches of bool[n], in order.

    >>> ranges_of(np.array([True, True, False, True]))
    (TokenRange(first=0, last=2), TokenRange(first=3, last=4))
    """
    if not mask.any():
        return ()
    edges = (np.flatnonzero(mask[1:] != mask[:-1]) + 1).tolist()
    edges = [0] * bool(mask[0]) + edges + [len(mask)] * bool(mask[-1])
    return tuple(TokenRange(*pair) for pair in zip(edges[::2], edges[1::2], strict=True))


def mask_of(ranges: Iterable[TokenRange], size: int) -> NDArray[np.bool_]:
    """bool[size]: which tokens lie in any of the ranges.

    >>> mask_of([TokenRange(1, 3)], 4).tolist()
    [False, True, True, False]
    """
    mask = np.zeros(size, bool)
    for one in ranges:
        mask[one.first : one.last] = True
    return mask


@dataclass(frozen=True, slots=True)
class AlignedPassage:
    """One aligned pair of token ranges, before anybody asks why it is there.

    ``equal`` is the number of words that agree, words that are misspelt in one text included,
    ``longest`` the longest common run of them. ``ratio`` is ``2 * n / (len(a) + len(b))``, where n
    counts only the words that are equal after normalisation. ``pairs`` are the matching runs
    inside the passage: (first word in a, first word in b, words in a, words in b).
    """

    a: TokenRange
    b: TokenRange
    kind: Kind
    equal: int
    longest: int
    ratio: float
    pairs: tuple[tuple[int, int, int, int], ...] = ()
    stems: int = 0

    @property
    def closeness(self) -> float:
        """Like ``ratio``, with misspelt words counted as equal: what the rules ask."""
        return max(self.ratio, 2 * self.equal / (len(self.a) + len(self.b)))

    def flip(self) -> AlignedPassage:
        """The same passage with the texts swapped."""
        pairs = tuple((b, a, nb, na) for a, b, na, nb in self.pairs)
        return AlignedPassage(
            self.b, self.a, self.kind, self.equal, self.longest, self.ratio, pairs, self.stems
        )


@dataclass(frozen=True, slots=True)
class Alignment:
    """All aligned passages of two texts, in the order of the first text. ``variants``: words with
    the other text's spelling of them."""

    passages: tuple[AlignedPassage, ...]
    truncated: bool = False
    variants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """One aligned pair of spans with its reading, as the contract's pair object shows it."""

    id: str
    a: Span
    b: Span
    kind: Kind
    basis: Basis
    words: int
    ratio: float
    quoted_a: bool
    quoted_b: bool
    attributed: bool
    quote_origin: str | None
    flags: tuple[str, ...] = ()

    def flip(self) -> Passage:
        """The same passage with the texts swapped."""
        return Passage(
            self.id, self.b, self.a, self.kind, self.basis, self.words, self.ratio,
            self.quoted_b, self.quoted_a, self.attributed, self.quote_origin, self.flags,
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """The passage as the contract writes it."""
        return {
            "id": self.id,
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "kind": str(self.kind),
            "basis": str(self.basis),
            "words": self.words,
            "ratio": round(self.ratio, 4),
            "quoted": {"a": self.quoted_a, "b": self.quoted_b},
            "attributed": self.attributed,
            "quote_origin": self.quote_origin,
            "flags": list(self.flags),
        }
