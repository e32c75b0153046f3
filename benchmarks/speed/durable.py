"""What a corpus on disk costs: adding in bulk with durable commits, bytes a document, opening,
checking, and adding one by one.

The documents are those of ``archive.py``. To add one finds what it shares with the others; to add
many at once leaves that for later.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from benchmarks.speed.archive import Archive
from benchmarks.speed.check import percentiles, questions, timed
from benchmarks.speed.scale import Row, Scale
from detector.corpus.durable import DurableCorpus
from detector.model import Document

ALL_CORES = os.sched_getaffinity(0)


def measure(shared: Path, scale: Scale) -> Row:
    """All figures, by how many documents the corpus has."""
    rows = {str(count): _kept(shared, count, scale.questions) for count in scale.disk_documents}
    return {"documents": rows, "questions": scale.questions, "cores_of_adding": len(ALL_CORES)}


def _kept(shared: Path, count: int, number: int) -> Row:
    archive = Archive.of(shared)
    made = [document for document, _ in archive.documents(count + 4 * number)]
    documents, new = made[:count], made[count:]
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "news.db")
        row = _added(url, documents)
        row["bytes_per_document"] = round(_size_bytes(Path(folder)) / count)
        started = time.perf_counter()
        with DurableCorpus(url) as corpus:
            corpus.summary()  # the index is open now, and looked at
            row["open_ms"] = round(1000 * (time.perf_counter() - started), 1)
            row["check"] = timed(questions(documents, new, number), corpus.check)
            row["add_ms"] = percentiles([_one(corpus, document) for document in new[:number]])
    return row


def _added(url: str, documents: list[Document]) -> Row:
    """How fast documents come in, with all cores."""
    os.sched_setaffinity(0, ALL_CORES)
    try:
        with DurableCorpus(url) as corpus:
            started = time.perf_counter()
            for _ in corpus.add_all(documents, len(ALL_CORES)):
                pass
            took_s = time.perf_counter() - started
            corpus.seal()
            return {"added_per_s": round(len(documents) / took_s)}
    finally:
        os.sched_setaffinity(0, {max(ALL_CORES)})


def _one(corpus: DurableCorpus, document: Document) -> float:
    started = time.perf_counter()
    corpus.add(document)
    return 1000 * (time.perf_counter() - started)


def _size_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
