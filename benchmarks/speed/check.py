"""How long ``Corpus.check`` takes for one text, against a corpus in memory.

Half of the questions are a document of the corpus with a tenth of its words changed, the others are
new; all are cut to one length. A check aligns the text with every candidate, so the candidates are
counted too: by an index of the same documents under a key of its own.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.quality.planting import change_words
from benchmarks.speed.archive import REWRITTEN, Archive
from benchmarks.speed.candidates import sketch_of
from benchmarks.speed.scale import Row, Scale
from detector import Corpus
from detector.index import Index
from detector.model import Document

WORDS = 600
NEAR, NEW = "near-copies", "new texts"


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
    return {"documents": rows, "questions": scale.questions, "words": WORDS}


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
    took: dict[str, list[float]] = {NEAR: [], NEW: []}
    candidates: dict[str, list[int]] = {NEAR: [], NEW: []}
    hits = 0
    for question in asked:
        kind = NEAR if question.source else NEW
        started = time.perf_counter()
        report = corpus.check(question.document)
        took[kind].append(1000 * (time.perf_counter() - started))
        candidates[kind].append(len(index.query(sketch_of(question.document.text))[0]))
        copied = {match.b.document.id for match in report.matches if match.relation.is_copying}
        hits += question.source in copied
    return {
        "build_s": round(build_s, 2),
        "ms": {kind: percentiles(values) for kind, values in took.items()},
        "candidates": {kind: percentiles(values) for kind, values in candidates.items()},
        "recall": round(hits / len(took[NEAR]), 4),
    }


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Half of the values are at most the first, 99 of 100 at most the second.

    >>> percentiles([1.0, 2.0, 3.0])
    {'p50': 2.0, 'p99': 2.98}
    """
    p50, p99 = np.percentile(values, [50, 99])
    return {"p50": round(float(p50), 2), "p99": round(float(p99), 2)}
