"""A corpus in memory: all pairs of a collection, or texts against it, and nothing is kept."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from detector import kernel
from detector.classify import Side
from detector.cluster import cluster, originals
from detector.corpus.base import Corpus, Progress
from detector.errors import UsageError
from detector.index import Index
from detector.journal import Answers, Journal
from detector.judge import judge
from detector.model import (
    Added,
    Cluster,
    Comparison,
    CorpusStats,
    Document,
    Hashes,
    Outline,
    Searched,
    Sketch,
    Status,
)
from detector.parallel import each_by_threads
from detector.pipeline import (
    Scan,
    check_words,
    common_fingerprints,
    compare_sides,
    outline_of,
    scan,
    view,
)
from detector.screen import screen
from detector.segment.part import Part
from detector.segment.query import Searcher
from detector.settings import DEFAULT, Settings
from detector.stats import Tally

SCANNED_AT_ONCE = 64
MAX_READ = 1024
"""So many documents are kept as they were read; the others are read again when they are needed."""


@dataclass(frozen=True, slots=True, eq=False)
class _Stated:
    """What the documents of a corpus state: how many name each outlet, and the stated times in
    order. A check is told of it without a look at each document."""

    documents: int
    outlets: Mapping[str, int]
    times: Sequence[tuple[float, str | None]]

    @classmethod
    def of(cls, documents: Sequence[Document]) -> _Stated:
        """What these documents state."""
        outlets = Counter(d.outlet for d in documents if d.outlet)
        times = sorted(time for d in documents if (time := _time_of(d)))
        return cls(len(documents), outlets, times)

    def without(self, left_out: Document | None) -> Searched:
        """Where a check looks that leaves out one of the documents, or none."""
        documents, outlets = self.documents, len(self.outlets)
        earliest, latest = list(self.times[:2]), list(self.times[-2:])
        if left_out is not None:
            documents -= 1
            outlets -= self.outlets.get(left_out.outlet or "") == 1
            for ends in (earliest, latest):
                if (time := _time_of(left_out)) in ends:
                    ends.remove(time)
        first = earliest[0][1] if earliest else None
        return Searched(documents, outlets, first, latest[-1][1] if latest else None)


def _time_of(document: Document) -> tuple[float, str | None] | None:
    moment = document.moment
    return None if moment is None else (moment, document.published_at)


@dataclass(slots=True, eq=False)
class _View:
    """What is derived from the documents as they stand: index and statistics. Documents are in the
    order of their digests, whatever order they came in. It is a library for checks."""

    documents: tuple[Document, ...]
    stated: _Stated
    stats: CorpusStats
    hash_key: int
    read: Callable[[int], Side]
    look: Callable[[int], Outline]
    index: Index | None = None
    searcher: Searcher | None = None

    @classmethod
    def of(cls, documents: Sequence[Document], workers: int, progress: Progress | None) -> _View:
        """The view of documents in the order of their digests."""
        hash_key = _hash_key(documents)
        tally = Tally()
        index = Index(_counted(documents, hash_key, tally, workers, progress))
        stats = tally.stats()
        return cls(
            tuple(documents),
            _Stated.of(documents),
            stats,
            hash_key,
            lru_cache(MAX_READ)(lambda number: view(documents[number], stats, hash_key)),
            lru_cache(MAX_READ)(lambda number: outline_of(documents[number], stats, hash_key)),
            index,
        )

    def indexed(self) -> Index:
        """The index, made anew where it was let go of."""
        if self.index is None:
            self.index = Index(scan(each, self.hash_key).sketch for each in self.documents)
        return self.index

    def let_index_go(self) -> None:
        """Give back the memory that only candidates need; a check later makes the index anew."""
        self.index = self.searcher = None
        kernel.give_back_memory()

    def query(self, sketch: Sketch, common: Hashes) -> tuple[list[tuple[int, float]], bool]:
        """As the index, from its nets."""
        if self.searcher is None:
            size = len(self.documents)
            part = Part(np.arange(size), np.empty((size, 0), np.uint32), *self.indexed().nets)
            self.searcher = Searcher([part], [None])
        return self.searcher.query(sketch, common)

    def document(self, number: int) -> Document:
        """A document by its place."""
        return self.documents[number]

    def outline(self, number: int) -> Outline:
        """Its outline."""
        return self.look(number)

    def side(self, number: int) -> Side:
        """The document, read now or not long ago."""
        return self.read(number)


class MemoryCorpus(Corpus):
    """A set of documents that texts are checked against, in memory."""

    def __init__(self, settings: Settings = DEFAULT) -> None:
        super().__init__(settings)
        self._documents: dict[str, Document] = {}
        self._derived: _View | None = None

    def close(self) -> None:
        """Forget all documents."""
        self._documents.clear()
        self._derived = None

    def __len__(self) -> int:
        return len(self._documents)

    def add(self, document: Document) -> Added:
        """Add a document; one with the same id is replaced. Raises InputError without words."""
        check_words(document)
        before = self._documents.get(document.id)
        if before == document:
            return Added(document.id, Status.UNCHANGED)
        self._documents[document.id] = document
        self._derived = None
        return Added(document.id, Status.UPDATED if before else Status.ADDED)

    def remove(self, document_id: str) -> None:
        """Take a document out. Raises UsageError where there is none of this id."""
        if self._documents.pop(document_id, None) is None:
            raise UsageError(f"{document_id}: no such document", code="not_found")
        self._derived = None

    def pairs(
        self,
        progress: Progress | None = None,
        workers: int = 1,
        journal: Journal | None = None,
    ) -> tuple[Comparison, ...]:
        """All pairs inside the corpus that share text, ``a.id < b.id``, sorted by ids: the same
        whatever the number of worker processes. ``progress`` is told (stage, done, total); what
        ``journal`` knows already is not asked again."""
        derived = self._view(workers, progress)
        found: list[Comparison] = []
        candidates = _screened(derived, workers)
        done = 0
        for answers in self._answers(derived, candidates, workers, journal):
            found += [c for c in answers if c]
            done += len(answers)
            if progress:
                progress("comparing", done, len(candidates))
        found.sort(key=lambda c: (c.a.document.id, c.b.document.id))
        return self._explained(found, derived)

    def clusters(self) -> tuple[Cluster, ...]:
        """Which documents are one story."""
        return cluster(self.pairs())

    def _answers(
        self,
        derived: _View,
        candidates: Sequence[tuple[int, int]],
        workers: int,
        journal: Journal | None,
    ) -> Iterator[Answers]:
        known = journal.known if journal else []
        yield from known
        given = derived.documents, candidates, derived.stats, derived.hash_key, self._settings
        for answers in judge(*given, workers, skip=len(known)):
            if journal:
                journal.add(answers)
            yield answers

    def _explained(self, found: list[Comparison], derived: _View) -> tuple[Comparison, ...]:
        """Judge again the pairs that a third document of the corpus explains."""
        numbers = {document.id: number for number, document in enumerate(derived.documents)}
        common = originals(found)
        return tuple(
            compare_sides(
                derived.side(numbers[c.a.document.id]),
                derived.side(numbers[c.b.document.id]),
                self._settings,
                common[ids],
            )
            if (ids := (c.a.document.id, c.b.document.id)) in common
            else c
            for c in found
        )

    @contextmanager
    def _library(self) -> Iterator[_View]:
        yield self._view()

    def _view(self, workers: int = 1, progress: Progress | None = None) -> _View:
        if self._derived is None:
            documents = sorted(self._documents.values(), key=lambda d: (d.digest, d.id))
            self._derived = _View.of(documents, workers, progress)
        return self._derived

    def _searched(self, leave_out: str | None) -> Searched:
        left_out = self._documents.get(leave_out) if leave_out is not None else None
        return self._view().stated.without(left_out)


def _counted(
    documents: Sequence[Document],
    hash_key: int,
    tally: Tally,
    workers: int,
    progress: Progress | None,
) -> Iterator[Sketch]:
    """The sketch of each document, whose hashes are counted in ``tally``."""
    firsts = range(0, len(documents), SCANNED_AT_ONCE)
    parts = (documents[first : first + SCANNED_AT_ONCE] for first in firsts)
    done = 0
    for scans in each_by_threads(partial(_scan_some, hash_key), parts, workers):
        for scanned in scans:
            tally.add(scanned.hashes)
            yield scanned.sketch
        done += len(scans)
        if progress:
            progress("hashing", done, len(documents))


def _scan_some(hash_key: int, documents: Sequence[Document]) -> list[Scan]:
    return [scan(document, hash_key) for document in documents]


def _screened(derived: _View, workers: int) -> list[tuple[int, int]]:
    """The pairs of a corpus worth aligning, by place. Each step gives back the memory that it took
    before the next one begins, for which texts are outlined twice."""

    def outlined(document: Document) -> Outline:
        return outline_of(document, derived.stats, derived.hash_key)

    def common(document: Document) -> Hashes:
        return common_fingerprints(outlined(document), derived.stats, derived.hash_key)

    kernel.give_back_memory()  # of the sketches
    pairs, _ = derived.indexed().nominated(each_by_threads(common, derived.documents, workers))
    derived.let_index_go()
    outlines = list(each_by_threads(outlined, derived.documents, workers))
    kept = pairs[screen(outlines, pairs, workers)]
    del outlines
    kernel.give_back_memory()
    return [(one, other) for one, other in kept.tolist()]


def _hash_key(documents: Sequence[Document]) -> int:
    """A key that nobody knows before all documents are in: the same for the same documents."""
    digests = "".join(document.digest for document in documents)
    return int.from_bytes(hashlib.sha256(digests.encode()).digest()[:8], "little")
