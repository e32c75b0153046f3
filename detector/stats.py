"""What is common in a corpus: document frequencies of words and shingles, frozen.

A formula, a footer or a byline stands in many texts; a lifted sentence in two. Corpora under
``MIN_DOCUMENTS`` teach nothing reliable, and two files alone nothing at all: then the shipped
prior (:mod:`detector.prior`) is all there is.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from typing import IO

import numpy as np
from numpy.typing import NDArray

from detector.model import CorpusStats

MIN_DOCUMENTS = 50
PRIOR = CorpusStats(0, np.empty(0, np.uint64), np.empty(0, np.int32), "prior-1")


_PARTS = 16
WAITING_HASHES = 1 << 22
"""So many hashes are held in memory, 32 MiB; more go to files, in parts by their first bits."""


def learn(hashes: Iterable[NDArray[np.uint64]]) -> CorpusStats:
    """Count in how many texts each word and shingle hash stands; keep those in more than one.

    >>> one = np.array([1, 2], dtype=np.uint64)
    >>> learn([one] * 3) is PRIOR
    True
    >>> learn([one] * 50).counts.tolist()
    [50, 50]
    """
    tally = Tally()
    for each in hashes:
        tally.add(np.unique(each))
    return tally.stats()


class Tally:
    """Counts in how many texts each hash stands, of more texts than fit in memory."""

    def __init__(self) -> None:
        self._texts = 0
        self._waiting: list[NDArray[np.uint64]] = []
        self._size = 0
        self._files: list[IO[bytes]] = []

    def add(self, hashes: NDArray[np.uint64]) -> None:
        """Count the hashes of one text, sorted and unique."""
        self._texts += 1
        self._waiting.append(hashes)
        self._size += len(self._waiting[-1])
        if self._size > WAITING_HASHES:
            self._spill()

    def stats(self) -> CorpusStats:
        """The hashes that stand in more than one text. Nothing can be added afterwards."""
        if self._texts < MIN_DOCUMENTS:
            return PRIOR
        counted = [_repeated(part) for part in self._parts()]
        keys = np.concatenate([keys for keys, _ in counted])
        counts = np.concatenate([counts for _, counts in counted])
        content = f"{self._texts} texts".encode() + keys.tobytes() + counts.tobytes()
        return CorpusStats(self._texts, keys, counts, hashlib.sha256(content).hexdigest()[:16])

    def _spill(self) -> None:
        """Write what waits to the files of its parts."""
        if not self._files:
            # Closed when they are read.
            self._files = [tempfile.TemporaryFile() for _ in range(_PARTS)]  # noqa: SIM115
        hashes = np.sort(np.concatenate([np.empty(0, np.uint64), *self._waiting]))
        firsts = np.arange(1, _PARTS, dtype=np.uint64) * np.uint64(2**64 // _PARTS)
        edges = np.searchsorted(hashes, firsts)
        for file, part in zip(self._files, np.split(hashes, edges), strict=True):
            file.write(part.tobytes())
        self._waiting, self._size = [], 0

    def _parts(self) -> Iterable[NDArray[np.uint64]]:
        """All hashes, in parts that rise."""
        if not self._files:
            yield np.concatenate(self._waiting)
            return
        self._spill()
        for file in self._files:
            with file:
                file.seek(0)
                yield np.frombuffer(file.read(), np.uint64)


def _repeated(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """The hashes that come more than once, rising, and how often."""
    every, counts = np.unique(hashes, return_counts=True)
    return every[counts > 1], counts[counts > 1].astype(np.int32)
