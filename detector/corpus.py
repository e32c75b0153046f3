"""The line with a memory: documents in, reports and clusters out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import combinations
from types import TracebackType

import numpy as np

from detector.classify import Side
from detector.cluster import cluster, originals
from detector.errors import InputError, UsageError
from detector.index import Index
from detector.model import (
    Cluster,
    Comparison,
    CorpusStats,
    Document,
    Reading,
    Relation,
    Report,
    Run,
    Searched,
)
from detector.pipeline import Prepared, compare_sides, prepare, read, view
from detector.settings import DEFAULT, Settings
from detector.stats import learn
from detector.union import report_verdict, unite

Progress = Callable[[str, int, int], None]
CHECKED = "\0checked"
MAX_EXPLAINED = 12
"""Of so many of the strongest matches every two are compared, to find what explains a pair."""


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """What is derived from the documents as they stand: index, statistics, marked readings.
    Documents are in the order of their digests, whatever order they came in."""

    prepared: tuple[Prepared, ...]
    sides: tuple[Side, ...]
    index: Index
    stats: CorpusStats
    hash_key: int


class Corpus:
    """A set of documents that texts are checked against, in memory.

    >>> story = "The ferry left Port Carrow at dawn with forty-one passengers and sacks of seed."
    >>> with Corpus.open("memory:") as corpus:
    ...     corpus.add(Document(id="first", text=story))
    ...     report = corpus.check(Document(id="mine", text=story))
    >>> report.matches[0].relation.label
    'Same text'
    """

    def __init__(self, settings: Settings = DEFAULT) -> None:
        self._settings = settings
        self._readings: dict[str, Reading] = {}
        self._derived: _View | None = None

    @classmethod
    def open(cls, url: str, settings: Settings = DEFAULT) -> Corpus:
        """A new corpus at ``url``. Only ``memory:`` is known so far.

        Raises UsageError for any other address.
        """
        if url != "memory:":
            raise UsageError(f"{url}: only 'memory:' can be opened as a corpus", code="bad_config")
        return cls(settings)

    @classmethod
    def of(
        cls,
        documents: Iterable[Document],
        settings: Settings = DEFAULT,
        progress: Progress | None = None,
    ) -> Corpus:
        """A corpus of these documents. ``progress`` is told (stage, done, total)."""
        corpus = cls(settings)
        given = list(documents)
        for done, document in enumerate(given, 1):
            corpus.add(document)
            if progress:
                progress("reading", done, len(given))
        return corpus

    def __enter__(self) -> Corpus:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._readings.clear()
        self._derived = None

    def __len__(self) -> int:
        return len(self._readings)

    def add(self, document: Document) -> None:
        """Add a document; one with the same id is replaced. Raises InputError without words."""
        self._readings[document.id] = _read(document)
        self._derived = None

    def remove(self, document_id: str) -> None:
        """Take a document out. Raises UsageError where there is none of this id."""
        if self._readings.pop(document_id, None) is None:
            raise UsageError(f"{document_id}: no such document", code="not_found")
        self._derived = None

    def check(
        self,
        document: Document,
        at: str | None = None,
        leave_out: str | None = None,
        settings: Settings | None = None,
    ) -> Report:
        """Check a text against all documents; it is not added.

        ``at`` is the time to put on the report, None for a report that is the same bytes whenever
        it is made. ``leave_out`` is the id of a document not to look at: the text's own file.
        ``settings`` are those of this check, by default the corpus's own.
        """
        settings = settings or self._settings
        reading = _read(document)
        derived = self._view()
        matches, truncated = _matches(reading, derived, settings, leave_out)
        side, share, sources = unite(reading, matches)
        searched = self._searched(leave_out)
        return Report(
            document=side,
            verdict=report_verdict(side, share, sources, matches, searched),
            coverage=share,
            sources=sources,
            matches=matches,
            total=len(matches),
            searched=searched,
            truncated=truncated,
            run=Run(
                version("copydesk"), settings.digest, derived.stats.digest, searched.documents, at
            ),
        )

    def matches(self, document: Document) -> tuple[Comparison, ...]:
        """The pair objects of a text (as a) with every document it shares text with.

        Raises InputError without words.
        """
        return _matches(_read(document), self._view(), self._settings)[0]

    def pairs(self, progress: Progress | None = None) -> tuple[Comparison, ...]:
        """All pairs inside the corpus that share text, ``a.id < b.id``, sorted by ids."""
        derived = self._view()
        found: list[Comparison] = []
        candidates = derived.index.pairs()
        for done, candidate in enumerate(candidates, 1):
            ends = sorted((derived.sides[candidate.a], derived.sides[candidate.b]), key=_id)
            answer = compare_sides(ends[0], ends[1], self._settings)
            if answer.relation is not Relation.INDEPENDENT:
                found.append(answer)
            if progress:
                progress("comparing", done, len(candidates))
        found.sort(key=lambda c: (c.a.document.id, c.b.document.id))
        return self._explained(found, derived)

    def clusters(self) -> tuple[Cluster, ...]:
        """Which documents are one story."""
        return cluster(self.pairs())

    def _explained(self, found: list[Comparison], derived: _View) -> tuple[Comparison, ...]:
        """Judge again the pairs that a third document of the corpus explains."""
        sides = {_id(side): side for side in derived.sides}
        common = originals(found)
        return tuple(
            compare_sides(
                sides[c.a.document.id], sides[c.b.document.id], self._settings, common[ids]
            )
            if (ids := (c.a.document.id, c.b.document.id)) in common
            else c
            for c in found
        )

    def _view(self) -> _View:
        if self._derived is None:
            readings = sorted(
                self._readings.values(), key=lambda r: (r.document.digest, r.document.id)
            )
            hash_key = _hash_key(readings)
            prepared = tuple(prepare(reading, hash_key) for reading in readings)
            stats = learn([np.concatenate([p.words, p.shingles]) for p in prepared])
            sides = tuple(view(p, stats) for p in prepared)
            index = Index([p.sketch for p in prepared])
            self._derived = _View(prepared, sides, index, stats, hash_key)
        return self._derived

    def _searched(self, leave_out: str | None) -> Searched:
        documents = [r.document for name, r in self._readings.items() if name != leave_out]
        dated = sorted((d.moment, d.published_at) for d in documents if d.moment is not None)
        return Searched(
            documents=len(documents),
            outlets=len({d.outlet for d in documents if d.outlet}),
            first=dated[0][1] if dated else None,
            last=dated[-1][1] if dated else None,
        )


def _read(document: Document) -> Reading:
    reading = read(document)
    if not reading.normal.tokens:
        raise InputError(f"{document.id}: no words in it", code="no_text")
    return reading


def _matches(
    reading: Reading, derived: _View, settings: Settings, leave_out: str | None = None
) -> tuple[tuple[Comparison, ...], bool]:
    prepared = prepare(reading, derived.hash_key)
    mine = view(prepared, derived.stats)
    candidates, truncated = derived.index.query(prepared.sketch)
    others = [derived.sides[number] for number, _ in candidates]
    answers = [compare_sides(mine, other, settings) for other in others if _id(other) != leave_out]
    found = [a for a in answers if a.relation is not Relation.INDEPENDENT]
    found.sort(key=lambda c: (-c.weight, c.b.document.id))
    return _with_originals(mine, found, derived, settings), truncated


def _with_originals(
    mine: Side, found: list[Comparison], derived: _View, settings: Settings
) -> tuple[Comparison, ...]:
    """Judge again the matches that share with the checked text only what both took from a
    third match: two outlets that used one press release."""
    sides = {_id(side): side for side in derived.sides}
    copying = [c for c in found if c.relation.is_copying][:MAX_EXPLAINED]
    partners = sorted(c.b.document.id for c in copying)
    between = [
        compare_sides(sides[one], sides[other], settings)
        for one, other in combinations(partners, 2)
    ]
    # The checked text is not of the corpus, so its id may be one of the corpus too.
    common = originals([_renamed(c) for c in copying] + between)
    judged = []
    for c in found:
        original = common.get((CHECKED, c.b.document.id))
        other = sides[c.b.document.id]
        judged.append(compare_sides(mine, other, settings, original) if original else c)
    return tuple(judged)


def _renamed(c: Comparison) -> Comparison:
    """A match with an id for the checked text that no document of the corpus can have."""
    return replace(c, a=replace(c.a, document=replace(c.a.document, id=CHECKED)))


def _id(side: Side) -> str:
    return side.reading.document.id


def _hash_key(readings: Sequence[Reading]) -> int:
    """A key that nobody knows before all documents are in: the same for the same documents."""
    digests = "".join(reading.document.digest for reading in readings)
    return int.from_bytes(hashlib.sha256(digests.encode()).digest()[:8], "little")
