"""How many checks a second the service answers against a large archive, and how long each takes.

The archive and the questions are those of ``benchmarks.speed``: half of the questions are
near-copies. Clients wait for each answer before they ask again, as many as keep two cores busy;
they and the service share the machine.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from benchmarks.service.client import closed, percentile, service
from benchmarks.service.flights import Asked
from benchmarks.speed.archive import Archive
from benchmarks.speed.check import WORDS, questions
from benchmarks.speed.scale import Row
from detector.corpus.durable import DurableCorpus
from detector.store import open_store

QUESTIONS = 400


def measure(shared: Path, documents: int, seconds: float) -> Row:
    """Store an archive of so many documents, then ask about it for so long."""
    made = [one for one, _ in Archive.of(shared).documents(documents + 4 * QUESTIONS)]
    asked = questions(made[:documents], made[documents:], QUESTIONS)
    bodies = [json.dumps({"text": each.document.text}).encode() for each in asked]
    with tempfile.TemporaryDirectory() as folder:
        index = str(Path(folder) / "news.db")
        with DurableCorpus(index) as corpus:
            for _ in corpus.add_all(made[:documents], 2):
                pass
            corpus.seal()
        _settle(index, documents)
        with service(COPYDESK_INDEX=index) as port:
            calls = Asked(port, "/v1/check", bodies)
            closed(calls, 5.0)  # the first requests open the index and learn
            answers = closed(calls, seconds)
    took = [answer.elapsed_ms for answer in answers if answer.status == 200]
    return {
        "documents": documents,
        "words": WORDS,
        "checks_per_s": round(len(took) / seconds, 1),
        "ms": {"p50": percentile(took, 0.5), "p99": percentile(took, 0.99)},
        "refused": len(answers) - len(took),
    }


def _settle(index: str, documents: int) -> None:
    """Say of all texts that they have been related: the service's worker would do that meanwhile,
    for an hour, on one of the two cores."""
    store = open_store(index, create=False)
    with store.writing():
        for number in store.kinship.unlinked(0, documents):
            store.kinship.link(number, [])
    store.close()
