"""Sketches -> the arrays of an index over them, in memory or in a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.errors import UsageError
from detector.index import nets_of
from detector.model import Sketch
from detector.net import ROW_MASK, Net, check_count, net_of
from detector.sketch import NUM_PERM

Gone = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Some documents of an index. ``numbers``: int64[n], rising. ``signatures``: uint32[n, p]."""

    numbers: NDArray[np.int64]
    signatures: NDArray[np.uint32]
    fingerprints: Net
    bands: Net
    letters: Net

    @property
    def nets(self) -> tuple[Net, Net, Net]:
        """In the order in which a query asks them."""
        return self.fingerprints, self.bands, self.letters


def build(numbers: Sequence[int], sketches: Sequence[Sketch]) -> Part:
    """The index of these sketches under these numbers, which must rise.

    Raises UsageError for more than ``MAX_DOCUMENTS`` of them, and for numbers that do not rise.

    >>> alone = Sketch(
    ...     np.arange(8, dtype=np.uint32), np.array([5], np.uint64), np.empty(0, np.uint64)
    ... )
    >>> part = build([17], [alone])
    >>> part.numbers.tolist(), len(part.fingerprints.entries), len(part.bands.entries)
    ([17], 1, 2)
    """
    named = np.array(numbers, dtype=np.int64)
    check_numbers(named)
    signatures = np.array([s.signature for s in sketches], dtype=np.uint32)
    if not sketches:
        signatures = np.empty((0, NUM_PERM), np.uint32)
    _, nets = nets_of(sketches)
    return Part(named, signatures, *nets)


def arrays_of(part: Part) -> Iterator[NDArray[Any]]:
    """The arrays of a part in the order of a file: numbers, signatures, and for each net its
    entries and its directory."""
    yield part.numbers
    yield part.signatures
    for net in part.nets:
        yield net.entries
        yield net.directory


def part_of(arrays: Sequence[NDArray[Any]]) -> Part:
    """The part of such arrays."""
    nets = [Net(*pair) for pair in zip(arrays[2::2], arrays[3::2], strict=True)]
    return Part(arrays[0], arrays[1], *nets)


def merged(parts: Sequence[Part], gone: Sequence[Gone | None]) -> Iterator[NDArray[Any]]:
    """The arrays of one part over all documents but those ``gone``: the same as if it were built of
    their sketches. One net at a time is in memory. The numbers must rise from part to part.

    Raises UsageError as ``build``.
    """
    live = [
        np.ones(len(part.numbers), np.bool_) if out is None else ~out
        for part, out in zip(parts, gone, strict=True)
    ]
    numbers = np.concatenate([part.numbers[kept] for part, kept in zip(parts, live, strict=True)])
    check_numbers(numbers)
    yield numbers
    yield np.concatenate([part.signatures[kept] for part, kept in zip(parts, live, strict=True)])
    for nets in zip(*(part.nets for part in parts), strict=True):
        net = _joined(nets, live)
        yield net.entries
        yield net.directory


def check_numbers(numbers: NDArray[np.int64]) -> None:
    """Raises UsageError unless a part can have these numbers."""
    check_count(len(numbers))
    if (numbers[1:] <= numbers[:-1]).any():
        raise UsageError("the numbers of documents must rise")


def _joined(nets: Sequence[Net], live: Sequence[Gone]) -> Net:
    """The net of the rows that are kept, counted on from net to net."""
    joined = np.empty(sum(len(net.entries) for net in nets), np.uint64)
    size = before = 0
    for net, kept in zip(nets, live, strict=True):
        entries = net.entries
        if not kept.all():
            entries = entries[kept[entries & ROW_MASK]]
        moved = (before + np.cumsum(kept) - 1).astype(np.uint64)
        place = joined[size : size + len(entries)]
        np.bitwise_and(entries, ~ROW_MASK, out=place)
        place |= moved[entries & ROW_MASK]
        size += len(entries)
        before += int(kept.sum())
    return net_of(joined[:size])
