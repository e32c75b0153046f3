"""An archive on disk as a library that texts are checked against: the texts in one file, the index
in segments, and the statistics of a part of it in memory."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np

from detector.classify import Side
from detector.model import CorpusStats, Document, Hashes, Outline, Sketch
from detector.parallel import each
from detector.pipeline import Scan, outline_of, scan, view
from detector.segment.file import Segment, stamp, write
from detector.segment.part import arrays_of, build
from detector.segment.query import Searcher
from detector.stats import Tally

HASH_KEY = 0x5EED
STAMP = stamp(HASH_KEY)
SEGMENT_DOCUMENTS = 100_000
SCANNED_AT_ONCE = 64
LEARNT_DOCUMENTS = 20_000
"""The statistics are of the first so many documents: what is common is common among these."""
OPEN_DOCUMENTS = 64
"""So many documents are held as they were read: those of one check or two."""


class Shelf:
    """The library of documents put on it, numbered in their order. ``segments``: their files."""

    def __init__(self, folder: Path, documents: Iterable[Document], workers: int) -> None:
        self.hash_key = HASH_KEY
        tally = Tally()
        edges, sketches, self.segments = [0], list[Sketch](), list[Path]()
        with open(folder / "texts", "wb") as file:
            for number, (fields, scanned) in enumerate(_scanned(documents, workers), 1):
                edges.append(edges[-1] + file.write(fields))
                sketches.append(scanned.sketch)
                if number <= LEARNT_DOCUMENTS:
                    tally.add(scanned.hashes)
                if len(sketches) == SEGMENT_DOCUMENTS:
                    self._seal(folder, number, sketches)
            if sketches:
                self._seal(folder, len(edges) - 1, sketches)
        self.stats: CorpusStats = tally.stats()
        self._edges = np.array(edges)
        with open(folder / "texts", "rb") as texts:
            self._texts = mmap.mmap(texts.fileno(), 0, access=mmap.ACCESS_READ)
        parts = [Segment(path, STAMP).part for path in self.segments]
        self._searcher = Searcher(parts, [None] * len(parts))
        self.document = lru_cache(OPEN_DOCUMENTS)(self._document)

    def query(self, sketch: Sketch, common: Hashes) -> tuple[list[tuple[int, float]], bool]:
        """As ``Index.query``."""
        return self._searcher.query(sketch, common)

    def outline(self, number: int) -> Outline:
        """The outline of a document, made now."""
        return outline_of(self.document(number))

    def side(self, number: int) -> Side:
        """A document, read now."""
        return view(self.document(number), self.stats, self.hash_key)

    def _document(self, number: int) -> Document:
        fields = json.loads(self._texts[self._edges[number] : self._edges[number + 1]])
        return Document(**fields)

    def _seal(self, folder: Path, stop: int, sketches: list[Sketch]) -> None:
        part = build(range(stop - len(sketches), stop), sketches)
        self.segments.append(folder / write(arrays_of(part), folder, STAMP))
        sketches.clear()


def _scanned(documents: Iterable[Document], workers: int) -> Iterator[tuple[bytes, Scan]]:
    """Each document as a line of JSON, and what scanning tells."""
    for some in each(_scan_some, _in_parts(documents), workers):
        yield from some


def _in_parts(documents: Iterable[Document]) -> Iterator[Sequence[Document]]:
    given = iter(documents)
    while some := list(islice(given, SCANNED_AT_ONCE)):
        yield some


def _scan_some(documents: Sequence[Document]) -> list[tuple[bytes, Scan]]:
    return [
        (json.dumps({"id": d.id, "text": d.text, "outlet": d.outlet}).encode(), scan(d, HASH_KEY))
        for d in documents
    ]
