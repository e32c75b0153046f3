"""One net of an index as two flat arrays: which documents hold which keys.

An entry is one 64-bit number: the first ``KEY_BITS`` bits of a spread key, then the row of a
document that holds it. Sorted, the entries of a key stand together, its documents in order, and the
array needs nothing beside it: 8 bytes for each key of each document. The directory only saves the
first steps of the search.

44 bits tell two keys apart but for one pair in 10^13: of a million documents with 100 fingerprints
each, one query in 2,000 gets a candidate by such an accident, which alignment then dismisses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.errors import UsageError

ROW_BITS = 20
KEY_BITS = 64 - ROW_BITS
MAX_DOCUMENTS = 1 << ROW_BITS
MAX_ENTRIES = 2**32 - 1
BUCKET_ENTRIES = 8
"""At most so many on average in a bucket of the directory: one line of the processor's cache."""
ROW_MASK = np.uint64(MAX_DOCUMENTS - 1)
_ROW_SHIFT = np.uint64(ROW_BITS)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd: a permutation

Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """``entries``: uint64[p], sorted. ``directory``: uint32[2^b + 1], where the entries begin for
    each value of the first b bits; then p."""

    entries: NDArray[np.uint64]
    directory: NDArray[np.uint32]

    def runs(self, keys: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the entries of each spread key start and stop: int64[k] each."""
        least = keys << _ROW_SHIFT
        starts = np.searchsorted(self.entries, least, "left")
        return starts, np.searchsorted(self.entries, least | ROW_MASK, "right")


def spread(keys: Keys) -> Keys:
    """The keys as entries have them, ``KEY_BITS`` bits evenly over their range: the minima that
    winnowing keeps are small numbers.

    >>> [int(key).bit_length() for key in spread(np.array([1, 2, 3], np.uint64))]
    [44, 42, 44]
    """
    spread_keys: Keys = (keys * _SPREAD) >> _ROW_SHIFT
    return spread_keys


def entries_of(keys: Keys, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The entries of keys (not spread) held by the documents of these rows, unsorted."""
    return (spread(keys) << _ROW_SHIFT) | rows.astype(np.uint64)


def check_count(documents: int) -> None:
    """Raises UsageError for more documents than a net can number."""
    if documents > MAX_DOCUMENTS:
        raise UsageError(f"at most {MAX_DOCUMENTS} documents at once, not {documents}")


def net_of(entries: NDArray[np.uint64]) -> Net:
    """The net of entries in any order, which are sorted in place; equal ones count once.

    Raises UsageError for more entries than a directory can number.

    >>> net_of(entries_of(np.array([7, 7, 5], np.uint64), np.array([1, 0, 0]))).directory.tolist()
    [0, 3, 3]
    """
    entries.sort()
    if (entries[1:] == entries[:-1]).any():
        entries = np.unique(entries)
    if len(entries) > MAX_ENTRIES:
        raise UsageError(
            f"at most {MAX_ENTRIES} keys at once, not {len(entries)}; take fewer documents"
        )
    bits = max(1, (len(entries) // BUCKET_ENTRIES).bit_length())
    buckets = np.arange(1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
    starts = np.searchsorted(entries, buckets)
    return Net(entries, np.append(starts, len(entries)).astype(np.uint32))
