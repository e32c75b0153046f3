"""The documents of a store as a library for checks: index, statistics, and what was read of them.

All of it is derived. The index of the folder goes up to some event of the store; what came after is
read from the store and held in memory, in every process for itself, until a writer seals it.
"""

from __future__ import annotations

import contextlib
import errno
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from detector.classify import Side
from detector.errors import IndexUnusable, OutputError, UsageError
from detector.model import (
    CorpusStats,
    Document,
    Event,
    EventKind,
    Hashes,
    Outline,
    Sketch,
    Stored,
)
from detector.outdated import SUPERSEDED
from detector.pipeline import outline_of, scan, view
from detector.segment.counts import read_stats, write_stats
from detector.segment.file import stamp
from detector.segment.folder import IndexReader, IndexWriter
from detector.segment.manifest import NAME as MANIFEST
from detector.segment.place import locked, take_over
from detector.stats import MIN_DOCUMENTS, PRIOR, Tally
from detector.store import Store

SEAL_AT = 2048
"""So many documents are held in memory before they become a segment."""
LEARNT_DOCUMENTS = 20_000
"""Statistics are of the latest so many: what is common is common among these."""
LEARN_AGAIN = 4
"""They are made again when the corpus is so many times as large, and by ``rebuild``."""
MEND_SECONDS = 600.0
"""So long is waited for another process that makes the index anew."""
_POLL_SECONDS = 0.1
MAX_READ = 512
"""So many documents are kept as they were read."""
_AT_ONCE = 1024
_COMING = (EventKind.ADDED, EventKind.UPDATED)


class Archive:
    """A :class:`detector.check.Library` over a store, shared by the threads of a process.

    Raises IndexUnusable where the index is in such a state that it cannot be made anew.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self.hash_key = store.hash_key
        self.stats: CorpusStats = PRIOR
        self._stamp = stamp(store.hash_key)
        self._lock = threading.RLock()
        self._index: IndexReader | None = None
        self._sound: frozenset[str] = frozenset()  # segments that were read as they were written
        self._applied = 0  # the last event that the index follows
        self._known = 0  # the last event that what is kept here follows
        self._revisions: Counter[int] = Counter()
        self._stored = lru_cache(2 * MAX_READ)(self._fetch)
        self._outlined = lru_cache(2 * MAX_READ)(self._outline)
        self._viewed = lru_cache(MAX_READ)(self._view)

    # -- the library

    def query(self, sketch: Sketch, common: Hashes) -> tuple[list[tuple[int, float]], bool]:
        """As ``Index.query``, without what was deleted meanwhile."""
        with self._lock:
            assert self._index is not None, "refresh() comes first"  # noqa: S101
            ranked, is_cut = self._index.query(sketch, common)
        return [(n, weight) for n, weight in ranked if self.stored(n) is not None], is_cut

    def stored(self, number: int) -> Stored | None:
        """A stored version of a document, unless it was removed."""
        return self._stored(number, self._revisions[number])

    def document(self, number: int) -> Document:
        """A version of a document, under the name that findings call it by."""
        found = self.stored(number)
        if found is None:
            raise IndexUnusable(f"text {number} was removed just now; try again", code="index_busy")
        document = found.document
        if found.superseded_at is None:
            return document
        flags = (*document.flags, SUPERSEDED)
        return replace(document, id=found.name, version_of=document.id, flags=flags)

    def outline(self, number: int) -> Outline:
        """Its outline."""
        return self._outlined(number, self._revisions[number])

    def side(self, number: int) -> Side:
        """It, read now or not long ago."""
        return self._viewed(number, self._revisions[number], self.stats.digest)

    def _fetch(self, number: int, _: int) -> Stored | None:
        return self._store.stored(number)

    def _outline(self, number: int, _: int) -> Outline:
        return outline_of(self.document(number))

    def _view(self, number: int, _: int, __: str) -> Side:
        return view(self.document(number), self.stats, self.hash_key)

    # -- up to date

    def refresh(self) -> None:
        """Look at what was committed and published meanwhile, and mend an index that cannot be
        used: its content is derived."""
        with self._lock:
            try:
                if self._index is None or self._index.is_outdated():
                    self._reopen()
            except IndexUnusable:
                self._mended()
            assert self._index is not None  # noqa: S101
            with self._store.reading():
                for event in self._events(min(self._applied, self._known)):
                    if event.seq > self._known:
                        self._forget(event)
                    if event.seq > self._applied:
                        _apply(self._index, self._store, event)
                        self._applied = event.seq

    @property
    def segments(self) -> int:
        """Of how many files the index consists; what is still in memory is in none."""
        assert self._index is not None, "refresh() comes first"  # noqa: S101
        return len(self._index.published.segments)

    def _reopen(self) -> None:
        index, stats, sound = self._published(but=self._sound)
        through = index.published.through
        if through > self._store.last_seq():
            raise IndexUnusable(f"{self._store.folder}: is of a later store; rebuild the index")
        self.stats, self._sound = stats, sound
        if self._index is None:
            self._known = through
        self._index, self._applied = index, through

    def _published(
        self, but: frozenset[str] = frozenset()
    ) -> tuple[IndexReader, CorpusStats, frozenset[str]]:
        """The index as it was published last, its statistics, and the segments that it was read
        from, of which those of some names are not read again."""
        index = IndexReader(self._store.folder, self.hash_key)
        while True:
            try:
                sound = index.verify(but)
                return index, self._read_stats(index.published.stats), sound
            except IndexUnusable:
                # Another process may have replaced it, and deleted the statistics, just now.
                if not index.is_outdated():
                    raise
                index.refresh()

    def _forget(self, event: Event) -> None:
        """Have what an event changed read again. What was removed stays for those who are looking
        at it; nobody else is led to it."""
        self._known = event.seq
        if event.kind is EventKind.CHANGED:
            self._revisions[event.number] += 1
        for number in event.detail.get("supersedes", ()):
            self._revisions[number] += 1

    def _read_stats(self, name: str) -> CorpusStats:
        return read_stats(self._store.folder, name, self._stamp) if name else PRIOR

    def _events(self, after: int) -> Iterator[Event]:
        while some := self._store.events(after, _AT_ONCE):
            yield from some
            after = some[-1].seq

    def problems(self) -> list[str]:
        """What is wrong with the index, given all that is stored. One that is not there yet is
        made when it is needed."""
        if not (self._store.folder / MANIFEST).exists():
            return []
        try:
            index, _, _ = self._published()
            with self._store.reading():  # begun later, so that the index is not ahead
                for event in self._events(index.published.through):
                    _apply(index, self._store, event)
                stored = set(self._numbers())
        except IndexUnusable as error:
            return [error.message]
        mine = set(index.numbers.tolist())
        lacks, extra = sorted(stored - mine), sorted(mine - stored)
        return [f"the index lacks text {number}" for number in lacks[:20]] + [
            f"the index has text {number}, which is gone" for number in extra[:20]
        ]

    # -- what a writer does

    def seal_if_due(self) -> None:
        """Make a segment of what the index lacks, where that is much. Where that cannot be done, or
        another process is about it, the documents are stored nevertheless, and the next that is
        added tries again."""
        if self._lacking() >= SEAL_AT:
            with contextlib.suppress(IndexUnusable):
                self._seal(learns=False)

    def learn_if_due(self) -> None:
        """Learn what is common in this corpus once it has become so much larger; as
        ``seal_if_due``."""
        if self._must_learn(self.stats.documents, self._store.last_number()):
            with contextlib.suppress(IndexUnusable):
                self.seal()

    def seal(self) -> None:
        """Make a segment of what the index lacks, and statistics where they are due. Raises
        IndexUnusable where another process is about that (``index_locked``), or it cannot be
        written."""
        self._seal(learns=True)

    def _lacking(self) -> int:
        """How many events the index does not know of, which need not be read for that."""
        with self._lock:
            if self._index is None:
                self.refresh()
            assert self._index is not None  # noqa: S101
            if self._store.last_seq() - self._index.published.through >= SEAL_AT:
                with contextlib.suppress(IndexUnusable):
                    if self._index.is_outdated():
                        self._reopen()
            return self._store.last_seq() - self._index.published.through

    def _seal(self, learns: bool) -> None:
        with _translated(), IndexWriter(self._store.folder, self.hash_key) as writer:
            through = writer.published.through
            with self._store.reading():
                for event in self._events(through):
                    through = event.seq
                    _apply(writer, self._store, event)
            known = self._read_stats(writer.published.stats).documents
            writer.seal(through, self._learnt(self._store.folder, known) if learns else None)
            writer.compact()

    def rebuild(self) -> None:
        """Make the index anew from what is stored, beside the old one, and put it in its place.
        Others use the old one until then.

        Raises IndexUnusable where another process is about that (``index_locked``), or it cannot be
        written.
        """
        folder = self._store.folder
        beside = folder / "new"
        with self._lock, _translated():
            folder.mkdir(parents=True, exist_ok=True)
            with locked(folder), IndexWriter.create(beside, self.hash_key, anew=True) as writer:
                with self._store.reading():
                    through, numbers = self._store.last_seq(), list(self._numbers())
                    for first in range(0, len(numbers), SEAL_AT):
                        for number in numbers[first : first + SEAL_AT]:
                            if (sketch := self._store.sketch(number)) is not None:
                                writer.add(number, sketch)
                        writer.seal()
                        writer.compact()
                    writer.seal(through, self._learnt(beside, 0))
                take_over(folder, beside)
            self._reopen()

    def _mended(self) -> None:
        """Rebuild, or wait for the process that does."""
        end = time.monotonic() + MEND_SECONDS
        while True:
            try:
                return self.rebuild()
            except IndexUnusable as error:
                if error.code != "index_locked" or time.monotonic() > end:
                    raise
            time.sleep(_POLL_SECONDS)
            with contextlib.suppress(IndexUnusable):
                return self._reopen()

    def _numbers(self, after: int = 0) -> Iterator[int]:
        while some := self._store.numbers(after, _AT_ONCE):
            yield from some
            after = some[-1]

    def _must_learn(self, known: int, last: int) -> bool:
        """Whether new statistics are due, where those in force know so many documents, and the last
        number is that."""
        return known < LEARNT_DOCUMENTS and last >= max(MIN_DOCUMENTS, LEARN_AGAIN * known)

    def _learnt(self, folder: Path, known: int) -> str | None:
        """The file of new statistics, where they are due. They teach what is common in this corpus;
        a small one teaches nothing."""
        last = self._store.last_number()
        if not self._must_learn(known, last):
            return None
        numbers = list(self._numbers(last - LEARNT_DOCUMENTS))
        if len(numbers) < MIN_DOCUMENTS:
            return None
        tally = Tally()
        for number in numbers:
            if found := self._store.stored(number):
                tally.add(scan(found.document, self.hash_key).hashes)
        return write_stats(tally.stats(), folder, self._stamp)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Why the index cannot be written, as the store says why it cannot."""
    try:
        yield
    except (OutputError, OSError) as error:
        cause = error if isinstance(error, OSError) else error.__cause__
        is_full = isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)
        code = "storage_full" if is_full else "storage_error"
        raise IndexUnusable(str(error), code=code) from error


def _apply(index: IndexReader, store: Store, event: Event) -> None:
    """Have an index follow an event, while the store is read as of one moment."""
    with contextlib.suppress(UsageError):  # came and went since
        if event.kind in _COMING:
            if (sketch := store.sketch(event.number)) is not None:
                index.add(event.number, sketch)
        elif event.kind is EventKind.REMOVED:
            index.remove(event.number)
