"""An index in a folder: segments in the order of their documents' numbers, which any number of
processes read while one writes.

Numbers rise as documents come, so segments follow time: the oldest can be dropped whole. A document
that changes is removed and added under a new number. What was added or removed since the last
``seal`` is in the writer's memory only; whoever keeps the documents adds it again after a crash.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from detector.errors import IndexUnusable, UsageError
from detector.model import Hashes, Sketch
from detector.net import MAX_DOCUMENTS
from detector.segment import manifest
from detector.segment.file import (
    Segment,
    stamp,
    write,
)
from detector.segment.manifest import Live, Manifest
from detector.segment.neighbours import to_merge
from detector.segment.place import locked, sweep
from detector.segment.query import Answers, Searcher
from detector.segment.unsealed import LivePart, Unsealed, arrays_of_all


@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    """A segment in use, and what is left of its part."""

    segment: Segment
    left: LivePart

    @property
    def live(self) -> Live:
        return Live(self.segment.path.name, self.left.removed)

    def without(self, numbers: Sequence[int]) -> _Open:
        """The same without these documents, which must be there."""
        return _Open(self.segment, self.left.without(numbers))


class IndexReader:
    """The index of a folder as it was published last, when opened or at the last ``refresh``, and
    what this process adds to it in its own memory.

    ``published``: what the folder said of itself. Raises IndexUnusable where there is no index, or
    it cannot be used.
    """

    def __init__(self, folder: Path, hash_key: int) -> None:
        self.folder = folder
        self._stamp = stamp(hash_key)
        self._segments: tuple[_Open, ...] = ()
        self._unsealed = Unsealed()
        self._searcher: Searcher | None = None
        self.refresh()

    def refresh(self) -> None:
        """See what was published meanwhile, and forget what was added or removed in memory: what
        came after ``published.through`` has to be told again. Raises IndexUnusable as when
        opened."""
        wanted = manifest.read(self.folder)
        while True:
            try:
                self._segments = tuple(self._opened(live) for live in wanted.segments)
            except IndexUnusable:
                # A writer may have merged and deleted a file that the list still named.
                before, wanted = wanted, manifest.read(self.folder)
                if wanted == before:
                    raise
            else:
                break
        self.published = wanted
        self._unsealed, self._searcher = Unsealed(), None
        ends = [int(each.segment.part.numbers[-1]) for each in self._segments]
        self._last = ends[-1] if ends else None

    def is_outdated(self) -> bool:
        """Whether another process has published since. Raises IndexUnusable as when opened."""
        return manifest.read(self.folder) != self.published

    def add(self, number: int, sketch: Sketch) -> None:
        """Add a document. Raises UsageError where the number is not above all others."""
        if self._last is not None and number <= self._last:
            raise UsageError(f"document {number} comes after {self._last}: numbers must rise")
        self._unsealed.add(number, sketch)
        self._last = number
        self._searcher = None

    def remove(self, number: int) -> None:
        """Take a document out. Raises UsageError where there is none of this number."""
        if not self._removes(number):
            raise UsageError(f"{number}: no such document", code="not_found")

    def __len__(self) -> int:
        return self._asked().size

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The numbers of its documents, rising: int64[n]."""
        parts = self._parts()
        mine = [p.part.numbers if p.gone is None else p.part.numbers[~p.gone] for p in parts]
        return np.concatenate([np.empty(0, np.int64), *mine])

    def query(
        self, sketch: Sketch, common: Hashes | None = None
    ) -> tuple[list[tuple[int, float]], bool]:
        """As ``Index.query``, over the documents under their own numbers.

        Raises IndexUnusable where a file turns out to be damaged.
        """
        return self._asked().query(sketch, common)

    def query_all(self, sketches: Sequence[Sketch]) -> Answers:
        """The answers for many sketches, which is faster than one after another.

        Raises IndexUnusable where a file turns out to be damaged.
        """
        return self._asked().query_all(sketches)

    def verify(self, but: Container[str] = ()) -> frozenset[str]:
        """Read all segments but those of some names; the names of all. Raises IndexUnusable where
        a byte is not what was written."""
        for each in self._segments:
            if each.segment.path.name not in but:
                each.segment.verify()
        return frozenset(each.segment.path.name for each in self._segments)

    def _opened(self, live: Live) -> _Open:
        known = {each.segment.path.name: each.segment for each in self._segments}
        segment = known.get(live.name) or Segment(self.folder / live.name, self._stamp)
        return _Open(segment, LivePart(segment.part)).without(live.removed)

    def _asked(self) -> Searcher:
        if self._searcher is None:
            parts = self._parts()
            self._searcher = Searcher([p.part for p in parts], [p.gone for p in parts])
        return self._searcher

    def _parts(self) -> tuple[LivePart, ...]:
        return (*(each.left for each in self._segments), *self._unsealed.parts())

    def _removes(self, number: int) -> bool:
        for place, each in enumerate(self._segments):
            if each.left.has(number):
                gone = each.without([number])
                self._segments = (*self._segments[:place], gone, *self._segments[place + 1 :])
                break
        else:
            if not self._unsealed.remove(number):
                return False
        self._searcher = None
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What an index becomes: the segments ``before`` and ``after``, and between them one of all
    documents that are left in ``parts``, if there are any. ``published``: what else is said."""

    folder: Path
    stamp: int
    published: Manifest
    before: tuple[_Open, ...]
    parts: tuple[LivePart, ...]
    after: tuple[_Open, ...]

    def carry_out(self) -> tuple[_Open, ...]:
        """Write and publish it, and delete what is no longer used. Most of the time is spent where
        other threads can run: sorting, check sums, waiting for the disk.

        Raises OutputError where it cannot be written; then nothing has changed. Raises UsageError
        where they are too many documents for one segment.
        """
        made: tuple[_Open, ...] = ()
        if any(map(len, self.parts)):
            name = write(arrays_of_all(self.parts), self.folder, self.stamp)
            segment = Segment(self.folder / name, self.stamp)
            made = (_Open(segment, LivePart(segment.part)),)
        segments = (*self.before, *made, *self.after)
        manifest.publish(self.folder, self.publishing(segments))
        sweep(self.folder, self.publishing(segments))
        return segments

    def publishing(self, segments: tuple[_Open, ...]) -> Manifest:
        """What the folder says of itself with these segments."""
        return replace(self.published, segments=tuple(each.live for each in segments))


class IndexWriter(IndexReader):
    """The one process that changes the index of a folder, as a context manager.

    Raises IndexUnusable where there is none, it cannot be used, or another process writes.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> import numpy as np
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
        self._sealing = Unsealed()
        self._change: Change | None = None
        self._removed: list[int] = []
        self._lock = locked(folder)
        try:
            super().__init__(folder, hash_key)
        except BaseException:
            self._lock.close()
            raise
        sweep(folder, self.published)

    @classmethod
    def create(cls, folder: Path, hash_key: int, anew: bool = False) -> Self:
        """A new index in a folder, with ``anew`` in the place of any that is there. Raises
        UsageError where there is one already, IndexUnusable where another process writes."""
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / manifest.NAME).exists() and not anew:
            raise UsageError(f"{folder}: there is an index already", code="bad_config")
        with locked(folder):
            manifest.publish(folder, Manifest())
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

    def remove(self, number: int) -> None:
        """Take a document out. Raises UsageError where there is none of this number."""
        super().remove(number)
        if self._change:
            self._removed.append(number)

    def seal(self, through: int | None = None, stats: str | None = None) -> None:
        """Put what was added into a segment of its own, and publish it with what was removed; and,
        where given, up to which change of its source the index goes now, and the statistics in
        force.

        Raises OutputError where it cannot be written; then nothing has changed.
        """
        self._carry_out(self.begin_seal(through, stats))

    def merge(self, first: int = 0, stop: int | None = None) -> None:
        """Make one segment of those from ``first`` to before ``stop``, without what was removed;
        and publish it. The file is the one that their documents built anew would give.

        Raises OutputError as ``seal``, UsageError where they are too many documents for one.
        """
        self._carry_out(self.begin_merge(first, stop))

    def compact(self, most: int = MAX_DOCUMENTS) -> None:
        """Merge neighbours of like size until ``to_merge`` names none: however often was sealed, so
        many segments are left as the logarithm of that, and two for each ``most`` documents. A
        smaller ``most`` lets ``expire`` drop the oldest sooner, and has more segments asked.

        Raises OutputError as ``seal``.
        """
        while change := self.begin_compact(most):
            self._carry_out(change)

    def expire(self, before: int) -> None:
        """Drop the segments all of whose numbers are below ``before``, and publish the rest.

        Raises OutputError as ``seal``.
        """
        self._carry_out(self.begin_expire(before))

    # In two steps, of which another thread takes the long one: what ``begin_...`` gives is carried
    # out there, and ``finish`` (or ``give_up``, where that failed) ends it here. Meanwhile
    # documents can be looked for, added and removed; no other change can begin.

    def begin_seal(self, through: int | None = None, stats: str | None = None) -> Change:
        """``seal`` of what was added so far. Raises UsageError while another change is under
        way."""
        change = self._begun(self._segments, self._unsealed.parts(), (), through, stats)
        self._sealing, self._unsealed = self._unsealed, Unsealed()
        return change

    def begin_merge(self, first: int = 0, stop: int | None = None) -> Change:
        """``merge``. Raises UsageError while another change is under way."""
        first, stop, _ = slice(first, stop).indices(len(self._segments))
        chosen = tuple(each.left for each in self._segments[first:stop])
        return self._begun(self._segments[:first], chosen, self._segments[max(first, stop) :])

    def begin_compact(self, most: int = MAX_DOCUMENTS) -> Change | None:
        """The next merge of ``compact``, if there is one."""
        chosen = to_merge([len(each.left) for each in self._segments], most)
        return self.begin_merge(*chosen) if chosen else None

    def begin_expire(self, before: int) -> Change:
        """``expire``. Raises UsageError while another change is under way."""
        kept = [each for each in self._segments if each.segment.part.numbers[-1] >= before]
        return self._begun((), (), tuple(kept))

    def finish(self, segments: tuple[_Open, ...]) -> tuple[_Open, ...]:
        """Take over what a change has made. The answer are the segments before it: to free a large
        file takes long, and whoever has the last reference to it (the change is another) does."""
        if self._change:
            self.published = self._change.publishing(segments)
        replaced, self._segments = self._segments, segments
        self._sealing = Unsealed()
        self._end()
        for number in self._removed:
            self._removes(number)
        self._removed = []
        return replaced

    def give_up(self) -> None:
        """Stay with what was before a change that failed."""
        self._unsealed = Unsealed((*self._sealing.parts(), *self._unsealed.parts()))
        self._sealing = Unsealed()
        self._removed = []
        self._end()

    def _begun(
        self,
        before: tuple[_Open, ...],
        parts: tuple[LivePart, ...],
        after: tuple[_Open, ...],
        through: int | None = None,
        stats: str | None = None,
    ) -> Change:
        if self._change:
            raise UsageError("another change of the index is under way", code="index_locked")
        published = replace(
            self.published,
            through=self.published.through if through is None else through,
            stats=stats or self.published.stats,
        )
        self._change = Change(self.folder, self._stamp, published, before, parts, after)
        return self._change

    def _carry_out(self, change: Change) -> None:
        try:
            segments = change.carry_out()
        except BaseException:
            self.give_up()
            raise
        self.finish(segments)

    def _end(self) -> None:
        self._change = self._searcher = None

    def _removes(self, number: int) -> bool:
        return super()._removes(number) or self._sealing.remove(number)

    def _parts(self) -> tuple[LivePart, ...]:
        # Those being sealed are older than those in memory.
        sealed = tuple(each.left for each in self._segments)
        return (*sealed, *self._sealing.parts(), *self._unsealed.parts())
