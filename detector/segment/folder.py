"""An index in a folder: segments in the order of their documents' numbers, which any number of
processes read while one writes.

Numbers rise as documents come, so segments follow time: the oldest can be dropped whole. A document
that changes is removed and added under a new number. What was added or removed since the last
``seal`` is in the writer's memory only; whoever keeps the documents adds it again after a crash.
"""

from __future__ import annotations

import fcntl
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from detector.errors import IndexUnusable, UsageError
from detector.model import Sketch
from detector.segment import manifest
from detector.segment.file import SUFFIX, TEMPORARY, Segment, stamp, write
from detector.segment.manifest import Live
from detector.segment.part import Gone, arrays_of, build, merged
from detector.segment.query import Answers, Searcher

LOCK = "writer.lock"


@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    """A segment in use and which of its documents are gone: bool[n], None for none of them."""

    segment: Segment
    gone: Gone | None = None

    @property
    def live(self) -> Live:
        removed = () if self.gone is None else self.segment.part.numbers[self.gone].tolist()
        return Live(self.segment.path.name, tuple(removed))

    def __len__(self) -> int:
        gone = 0 if self.gone is None else int(self.gone.sum())
        return len(self.segment.part.numbers) - gone

    def without(self, numbers: Sequence[int]) -> _Open:
        """The same without these documents, which must be there. What asks the old one goes on."""
        if not numbers:
            return self
        mine = self.segment.part.numbers
        gone = np.zeros(len(mine), np.bool_) if self.gone is None else self.gone.copy()
        gone[np.searchsorted(mine, numbers)] = True
        return _Open(self.segment, gone)

    def has(self, number: int) -> bool:
        """Whether a document is there."""
        row = int(np.searchsorted(self.segment.part.numbers, number))
        found = number in self.segment.part.numbers[row : row + 1]
        return found and not (self.gone is not None and self.gone[row])


class IndexReader:
    """The index of a folder as it was published last, when opened or at the last ``refresh``.

    Raises IndexUnusable where there is none, or it cannot be used.
    """

    def __init__(self, folder: Path, hash_key: int) -> None:
        self._folder = folder
        self._stamp = stamp(hash_key)
        self._segments: tuple[_Open, ...] = ()
        self._searcher: Searcher | None = None
        self.refresh()

    def refresh(self) -> None:
        """See what was published meanwhile. Raises IndexUnusable as when opened."""
        wanted = manifest.read(self._folder)
        while True:
            try:
                self._segments = tuple(self._opened(live) for live in wanted)
            except IndexUnusable:
                # A writer may have merged and deleted a file that the list still named.
                before, wanted = wanted, manifest.read(self._folder)
                if wanted == before:
                    raise
            else:
                self._searcher = None
                return

    def __len__(self) -> int:
        return self._asked().size

    def query(self, sketch: Sketch) -> tuple[list[tuple[int, float]], bool]:
        """As ``Index.query``, over the documents under their own numbers.

        Raises IndexUnusable where a file turns out to be damaged.
        """
        return self._asked().query(sketch)

    def query_all(self, sketches: Sequence[Sketch]) -> Answers:
        """The answers for many sketches, which is faster than one after another.

        Raises IndexUnusable where a file turns out to be damaged.
        """
        return self._asked().query_all(sketches)

    def verify(self) -> None:
        """Read everything. Raises IndexUnusable where a byte is not what was written."""
        for each in self._segments:
            each.segment.verify()

    def _opened(self, live: Live) -> _Open:
        known = {each.segment.path.name: each.segment for each in self._segments}
        segment = known.get(live.name) or Segment(self._folder / live.name, self._stamp)
        return _Open(segment).without(live.removed)

    def _asked(self) -> Searcher:
        if self._searcher is None:
            self._searcher = Searcher(
                [each.segment.part for each in self._segments],
                [each.gone for each in self._segments],
            )
        return self._searcher


class IndexWriter(IndexReader):
    """The one process that changes the index of a folder, as a context manager.

    Raises IndexUnusable where there is none, it cannot be used, or another process writes.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> story = Sketch(
    ...     np.arange(8, dtype=np.uint32), np.empty(0, np.uint64), np.empty(0, np.uint64)
    ... )
    >>> with IndexWriter.create(folder, hash_key=1) as writer:
    ...     writer.add(41, story)
    ...     writer.seal()
    >>> [number for number, weight in IndexReader(folder, hash_key=1).query(story)[0]]
    [41]
    """

    def __init__(self, folder: Path, hash_key: int) -> None:
        self._numbers: list[int] = []
        self._sketches: list[Sketch] = []
        self._lock = _locked(folder)
        try:
            super().__init__(folder, hash_key)
        except BaseException:
            self._lock.close()
            raise
        self._sweep()

    @classmethod
    def create(cls, folder: Path, hash_key: int) -> Self:
        """A new index in a folder. Raises UsageError where there is one already."""
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / manifest.NAME).exists():
            raise UsageError(f"{folder}: there is an index already", code="bad_config")
        manifest.publish(folder, ())
        return cls(folder, hash_key)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let another process write. What was not sealed is gone."""
        self._lock.close()

    def add(self, number: int, sketch: Sketch) -> None:
        """Add a document. Raises UsageError where the number is not above all others."""
        last = self._numbers[-1:] or [
            int(each.segment.part.numbers[-1]) for each in self._segments[-1:]
        ]
        if last and number <= last[0]:
            raise UsageError(f"document {number} comes after {last[0]}: numbers must rise")
        self._numbers.append(number)
        self._sketches.append(sketch)
        self._searcher = None

    def remove(self, number: int) -> None:
        """Take a document out. Raises UsageError where there is none of this number."""
        place = bisect_left(self._numbers, number)
        if number in self._numbers[place : place + 1]:
            del self._numbers[place], self._sketches[place]
        elif any(each.has(number) for each in self._segments):
            self._segments = tuple(
                each.without([number]) if each.has(number) else each for each in self._segments
            )
        else:
            raise UsageError(f"{number}: no such document", code="not_found")
        self._searcher = None

    def seal(self) -> None:
        """Put what was added into a segment of its own, and publish it with what was removed.

        Raises OutputError where it cannot be written; then nothing has changed.
        """
        live = tuple(each.live for each in self._segments)
        if self._numbers:
            live += (self._written(arrays_of(build(self._numbers, self._sketches))),)
        self._publish(live)
        self._numbers, self._sketches = [], []

    def merge(self, first: int = 0, stop: int | None = None) -> None:
        """Make one segment of those from ``first`` to before ``stop``, without what was removed;
        and publish it. The file is the one that their documents built anew would give.

        Raises OutputError as ``seal``, UsageError where they are too many documents for one.
        """
        chosen = self._segments[first:stop]
        live = [each.live for each in self._segments]
        if chosen:
            arrays = merged([each.segment.part for each in chosen], [each.gone for each in chosen])
            live[first:stop] = [self._written(arrays)] if any(map(len, chosen)) else []
        self._publish(tuple(live))

    def expire(self, before: int) -> None:
        """Drop the segments all of whose numbers are below ``before``, and publish the rest.

        Raises OutputError as ``seal``.
        """
        kept = [each for each in self._segments if each.segment.part.numbers[-1] >= before]
        self._publish(tuple(each.live for each in kept))

    def _asked(self) -> Searcher:
        if self._searcher is None and self._numbers:
            self._searcher = Searcher(
                [
                    *(each.segment.part for each in self._segments),
                    build(self._numbers, self._sketches),
                ],
                [*(each.gone for each in self._segments), None],
            )
        return super()._asked()

    def _written(self, arrays: Iterable[NDArray[Any]]) -> Live:
        return Live(write(arrays, self._folder, self._stamp), ())

    def _publish(self, live: tuple[Live, ...]) -> None:
        manifest.publish(self._folder, live)
        self.refresh()
        self._sweep()

    def _sweep(self) -> None:
        """Delete what is no part of the index, left by a merge or a crash. Who has it open, keeps
        it."""
        names = {each.segment.path.name for each in self._segments}
        for path in self._folder.iterdir():
            if path.suffix in (SUFFIX, TEMPORARY) and path.name not in names:
                path.unlink()


def _locked(folder: Path) -> ExitStack:
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open(folder / LOCK, "wb"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexUnusable(f"{folder}: another process writes", code="index_locked") from error
        except OSError as error:
            raise IndexUnusable(f"{folder}: {error.strerror}", code="index_missing") from error
        return stack.pop_all()
