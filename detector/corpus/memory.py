"""A corpus in memory: all pairs of a collection, or texts against it, and nothing is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

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
class _View:
    """What is derived from the documents as they stand: index and statistics. Documents are in the
    order of their digests, whatever order they came in. It is a library for checks."""

    documents: tuple[Document, ...]
    index: Index
    searcher: Searcher
    stats: CorpusStats
    hash_key: int
    read: Callable[[int], Side]
    look: Callable[[int], Outline]

    @classmethod
    def of(cls, documents: Sequence[Document], workers: int, progress: Progress | None) -> _View:
        """The view of documents in the order of their digests."""
        hash_key = _hash_key(documents)
        tally = Tally()
        sketches: list[Sketch] = []
        firsts = range(0, len(documents), SCANNED_AT_ONCE)
        parts = (documents[first : first + SCANNED_AT_ONCE] for first in firsts)
        for scans in each_by_threads(partial(_scan_some, hash_key), parts, workers):
            for scanned in scans:
                tally.add(scanned.hashes)
                sketches.append(scanned.sketch)
            if progress:
                progress("hashing", len(sketches), len(documents))
        stats = tally.stats()
        index = Index(sketches)
        size = len(documents)
        part = Part(np.arange(size), np.empty((size, 0), np.uint32), *index.nets)
        return cls(
            tuple(documents),
            index,
            Searcher([part], [None]),
            stats,
            hash_key,
            lru_cache(MAX_READ)(lambda number: view(documents[number], stats, hash_key)),
            lru_cache(MAX_READ)(lambda number: outline_of(documents[number], stats, hash_key)),
        )

    def query(self, sketch: Sketch, common: Hashes) -> tuple[list[tuple[int, float]], bool]:
        """As the index, from its nets."""
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
        documents = [d for name, d in self._documents.items() if name != leave_out]
        dated = sorted((d.moment, d.published_at) for d in documents if d.moment is not None)
        return Searched(
            documents=len(documents),
            outlets=len({d.outlet for d in documents if d.outlet}),
            first=dated[0][1] if dated else None,
            last=dated[-1][1] if dated else None,
        )


def _scan_some(hash_key: int, documents: Sequence[Document]) -> list[Scan]:
    return [scan(document, hash_key) for document in documents]


def _screened(derived: _View, workers: int) -> list[tuple[int, int]]:
    """The pairs of a corpus worth aligning, by place."""
    outline = partial(outline_of, stats=derived.stats, hash_key=derived.hash_key)
    outlines = list(each_by_threads(outline, derived.documents, workers))
    common = partial(common_fingerprints, stats=derived.stats, hash_key=derived.hash_key)
    pairs, _ = derived.index.nominated(each_by_threads(common, outlines, workers))
    kept = pairs[screen(outlines, pairs, workers)]
    return [(one, other) for one, other in kept.tolist()]


def _hash_key(documents: Sequence[Document]) -> int:
    """A key that nobody knows before all documents are in: the same for the same documents."""
    digests = "".join(document.digest for document in documents)
    return int.from_bytes(hashlib.sha256(digests.encode()).digest()[:8], "little")
