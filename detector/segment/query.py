"""A sketch -> the documents worth aligning with it, from parts in memory or in files.

The answers are those of ``detector.index.Index`` over the same documents in the order of their
numbers, weights included, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector import index, kernel
from detector.errors import IndexUnusable
from detector.model import Sketch
from detector.net import ROW_MASK, Keys, Net, spread
from detector.segment.part import Gone, Part

_NONE = np.empty(0, np.uint64)
_ALL_RARE = np.empty(0, np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The candidates of many sketches laid end to end, those of sketch i from ``edges[i]`` to
    ``edges[i + 1]`` and strongest first. ``numbers``: int64[c], ``weights``: float64[c];
    ``is_cut``: bool[q], whether some that share as much were left out."""

    edges: NDArray[np.int64]
    numbers: NDArray[np.int64]
    weights: NDArray[np.float64]
    is_cut: NDArray[np.bool_]

    def of(self, i: int) -> tuple[list[tuple[int, float]], bool]:
        """The answer for sketch i, as ``Index.query`` gives it."""
        its = slice(self.edges[i], self.edges[i + 1])
        pairs = zip(self.numbers[its].tolist(), self.weights[its].tolist(), strict=True)
        return list(pairs), bool(self.is_cut[i])


class Searcher:
    """Answers from some parts, without those documents that are ``gone``: bool[n] for each part,
    or None. It does not see what becomes of them later.

    >>> from detector.segment.part import build
    >>> alone = Sketch(np.arange(8, dtype=np.uint32), np.array([5], np.uint64), _NONE)
    >>> searcher = Searcher([build([17], [alone]), build([20], [alone])], [None, None])
    >>> [number for number, weight in searcher.query(alone)[0]]
    [17, 20]
    """

    def __init__(self, parts: Sequence[Part], gone: Sequence[Gone | None]) -> None:
        self._parts, self._gone = tuple(parts), tuple(gone)
        self.size = sum(len(part.numbers) for part in parts)
        self.size -= sum(int(out.sum()) for out in gone if out is not None)
        most = (index.MAX_POSTINGS, index.MAX_BAND_POSTINGS, index.MAX_LETTER_POSTINGS)
        self._most = np.array(most, dtype=np.int64)
        rarities = map(index.rarity_of, range(1, max(most) + 1), repeat(self.size))
        self._rarity = np.array([0, *rarities])
        self._strength = _strengths(max(most))
        self._compiled = kernel.parts(map(_buffers, parts, gone)) if kernel.is_compiled() else None

    def query(
        self, sketch: Sketch, common: Keys | None = None
    ) -> tuple[list[tuple[int, float]], bool]:
        """As ``Index.query``. Raises IndexUnusable where a file turns out to be damaged."""
        return self.query_all([sketch], () if common is None else [common]).of(0)

    def query_all(self, sketches: Sequence[Sketch], common: Sequence[Keys] = ()) -> Answers:
        """The answers for many sketches, which is faster than one after another. ``common``: which
        of the fingerprints of each are.

        Raises IndexUnusable where a file turns out to be damaged.
        """
        if not sketches:
            return _together([])
        if self._compiled is None:
            return _together(list(map(self._slowly, sketches, common or repeat(None))))
        signatures = np.array([s.signature for s in sketches])
        keys = list(chain.from_iterable((s.fingerprints, s.letters) for s in sketches))
        edges = np.array([0, *map(len, keys)]).cumsum()
        wanted = chain.from_iterable((each, _NONE) for each in common)
        is_common = [*map(np.isin, keys, wanted), _ALL_RARE]
        return self._ask(signatures, np.concatenate(keys), edges, np.concatenate(is_common))

    def query_signatures(self, signatures: NDArray[np.uint32]) -> Answers:
        """The same by their signatures alone, uint32[q, p]: near-copies of whole texts.

        Raises IndexUnusable where a file turns out to be damaged.
        """
        if self._compiled is None:
            return self.query_all([Sketch(row, _NONE, _NONE) for row in signatures])
        return self._ask(signatures, _NONE, np.zeros(2 * len(signatures) + 1, np.int64))

    def _ask(
        self,
        signatures: NDArray[np.uint32],
        keys: Keys,
        edges: NDArray[np.int64],
        is_common: NDArray[np.bool_] = _ALL_RARE,
    ) -> Answers:
        try:
            answers = kernel.nominate(
                self._compiled,
                signatures,
                keys,
                is_common,
                edges,
                self._most,
                np.array(index.least_shared()),
                index.CROWD_HOLDERS,
                index.MAX_CANDIDATES,
                index.COMMON_SHARE,
                self._rarity,
                self._strength,
            )
        except ValueError as error:
            raise IndexUnusable(f"index: {error}; rebuild it") from error
        return Answers(*answers)

    def _slowly(self, sketch: Sketch, common: Keys | None) -> tuple[list[tuple[int, float]], bool]:
        nets = zip(*(part.nets for part in self._parts), strict=True) if self._parts else [()] * 3
        fingerprints, bands, letters = (
            _Holders(net, self._parts, self._gone, int(most))
            for net, most in zip(nets, self._most, strict=True)
        )
        try:
            return index.nominate(sketch, fingerprints, bands, letters, self.size, common)
        except IndexError as error:
            raise IndexUnusable(f"index: {error}; rebuild it") from error


@dataclass(frozen=True, slots=True, eq=False)
class _Holders:
    """One net of all parts, as ``index.nominate`` asks it."""

    nets: Sequence[Net]
    parts: Sequence[Part]
    gone: Sequence[Gone | None]
    most: int

    def holders_of(self, keys: Keys) -> Iterator[index.Posting]:
        """As ``index.Holders``."""
        runs = [np.stack(net.runs(spread(keys)), axis=1) for net in self.nets]
        for number, each in enumerate(zip(*runs, strict=True)):
            holders = list(chain.from_iterable(map(self._numbers, range(len(each)), each)))
            if holders:
                few = holders[: min(index.CROWD_HOLDERS, self.most)]
                yield number, few if len(holders) > self.most else holders, len(holders)

    def _numbers(self, part: int, run: NDArray[np.int64]) -> list[int]:
        rows = self.nets[part].entries[run[0] : run[1]] & ROW_MASK
        out = self.gone[part]
        numbers: list[int] = (
            self.parts[part].numbers[rows if out is None else rows[~out[rows]]].tolist()
        )
        return numbers


@lru_cache(maxsize=1)
def _strengths(most: int) -> NDArray[np.float64]:
    return np.array([0, *map(index.strength_of, range(1, most + 1))])


def _buffers(part: Part, out: Gone | None) -> tuple[NDArray[Any], ...]:
    """What the kernel holds of a part."""
    gone = np.empty(0, np.bool_) if out is None else out
    arrays: list[NDArray[Any]] = [part.numbers, gone]
    for net in part.nets:
        arrays += (net.entries, net.directory)
    return tuple(arrays)


def _together(answers: Sequence[tuple[list[tuple[int, float]], bool]]) -> Answers:
    pairs = [pair for ranked, _ in answers for pair in ranked]
    return Answers(
        np.array([0, *(len(ranked) for ranked, _ in answers)], np.int64).cumsum(),
        np.array([number for number, _ in pairs], np.int64),
        np.array([weight for _, weight in pairs], np.float64),
        np.array([is_cut for _, is_cut in answers], np.bool_),
    )
