"""How long checking one text takes, against a corpus in memory and against an archive on disk.

Half of the questions are a document of the corpus with a tenth of its words changed, the others are
new; all are cut to one length. In memory a check aligns the text with every candidate that the
screen lets through; candidates are counted by an index of the same documents under a key of its
own. On disk the ``MOST`` strongest are aligned, read from the archive: folding, hashing and reading
the text, nomination, screening, alignment and verdict are all in the time.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.quality.planting import change_words
from benchmarks.speed.archive import REWRITTEN, Archive
from benchmarks.speed.candidates import sketch_of
from benchmarks.speed.scale import Row, Scale
from benchmarks.speed.shelf import Shelf
from detector import Corpus
from detector.check import Found, find
from detector.index import Index
from detector.model import Document, Report
from detector.settings import DEFAULT

WORDS = 600
MOST = 20
NEAR, NEW = "near-copies", "new texts"
ALL_CORES = os.sched_getaffinity(0)


@dataclass(frozen=True, slots=True)
class Question:
    """A text to check, and the id of the document it was made from."""

    document: Document
    source: str | None


def measure(shared: Path, scale: Scale) -> Row:
    """All figures, by how many documents the corpus has."""
    most = max(scale.check_documents)
    made = [document for document, _ in Archive.of(shared).documents(most + 4 * scale.questions)]
    rows = {
        str(count): checks(made[:count], questions(made[:count], made[most:], scale.questions))
        for count in scale.check_documents
    }
    on_disk = {str(n): disk_checks(shared, n, scale.questions) for n in scale.disk_documents}
    return {
        "documents": rows,
        "on_disk": on_disk,
        "aligned_at_most": MOST,
        "questions": scale.questions,
        "words": WORDS,
    }


def disk_checks(shared: Path, count: int, number: int) -> Row:
    """All figures of an archive of so many documents on disk."""
    archive = Archive.of(shared)
    made = (document for document, _ in archive.documents(count + 4 * number))
    some = [document for document, _ in archive.documents(min(count, 1000))]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        os.sched_setaffinity(0, ALL_CORES)
        shelf = Shelf(Path(folder), islice(made, count), len(ALL_CORES))
        os.sched_setaffinity(0, {max(ALL_CORES)})
        build_s = time.perf_counter() - started
        size_bytes = sum(path.stat().st_size for path in shelf.segments)
        return {
            "build_s": round(build_s, 1),
            "index_bytes_per_document": round(size_bytes / count),
            **timed(
                questions(some, list(made), number), lambda d: find(d, shelf, DEFAULT, most=MOST)
            ),
        }


def questions(documents: Sequence[Document], new: Sequence[Document], count: int) -> list[Question]:
    """So many texts of ``WORDS`` words, in turn a near-copy of a document of as many words and
    one from ``new``."""
    rng = random.Random("questions")
    fresh = iter(_joined(new))
    long = [document for document in documents if len(document.text.split()) >= WORDS]
    made = []
    for number in range(count):
        words, source = next(fresh).split(), None
        if number % 2:
            taken = rng.choice(long)
            words, source = change_words(taken.text.split(), REWRITTEN, rng, words), taken.id
        text = " ".join(words[:WORDS])
        made.append(Question(Document(f"question {number}", text), source))
    return made


def _joined(documents: Sequence[Document]) -> list[str]:
    """Texts of at least ``WORDS`` words, each of one or more documents."""
    texts, text = [], ""
    for document in documents:
        text = f"{text} {document.text}"
        if len(text.split()) >= WORDS:
            texts.append(text)
            text = ""
    return texts


def checks(documents: Sequence[Document], asked: Sequence[Question]) -> Row:
    """What building the corpus and checking each text took; of the near-copies, the share whose
    source is called a source."""
    started = time.perf_counter()
    corpus = Corpus.of(documents)
    corpus.check(asked[0].document)
    build_s = time.perf_counter() - started
    index = Index([sketch_of(document.text) for document in documents])
    candidates: dict[str, list[int]] = {NEAR: [], NEW: []}
    for question in asked:
        kind = NEAR if question.source else NEW
        candidates[kind].append(len(index.query(sketch_of(question.document.text))[0]))
    return {
        "build_s": round(build_s, 2),
        **timed(asked, corpus.check),
        "candidates": {kind: percentiles(values) for kind, values in candidates.items()},
    }


def timed(asked: Sequence[Question], check: Callable[[Document], Report | Found]) -> Row:
    """Milliseconds of each check; of the near-copies, the share whose source is called one."""
    took: dict[str, list[float]] = {NEAR: [], NEW: []}
    hits = 0
    for question in asked:
        started = time.perf_counter()
        answer = check(question.document)
        took[NEAR if question.source else NEW].append(1000 * (time.perf_counter() - started))
        copied = {match.b.document.id for match in answer.matches if match.relation.is_copying}
        hits += question.source in copied
    every = took[NEAR] + took[NEW]
    return {
        "ms": {kind: percentiles(values) for kind, values in (*took.items(), ("all", every))},
        "recall": round(hits / len(took[NEAR]), 4),
    }


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Half of the values are at most the first, 99 of 100 at most the second.

    >>> percentiles([1.0, 2.0, 3.0])
    {'p50': 2.0, 'p99': 2.98}
    """
    p50, p99 = np.percentile(values, [50, 99])
    return {"p50": round(float(p50), 2), "p99": round(float(p99), 2)}
