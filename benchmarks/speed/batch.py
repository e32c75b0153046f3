"""A whole ``copydesk batch`` of an archive, as a user runs it, from a file of JSON lines and from a
folder; and finding its candidates on one core, beside peers.

One document in ten is a copy (``archive.py``): a reprint of .4 to .8 of the source, an excerpt of
60 to 150 words in another story, or a rewrite with a tenth of the words changed. ``recall`` is the
share of these that is found. The archive is made of real news, so that more is found than was
planted: agencies repeat themselves.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.speed.archive import Archive, Copy, save
from benchmarks.speed.candidates import DOCUMENT_NET, Pairs, Way, ways
from benchmarks.speed.process import watch
from benchmarks.speed.scale import Row, Scale, by_turns
from benchmarks.speed.signatures import spread
from detector.model import Document, Relation

Ids = frozenset[str]


def measure(shared: Path, scale: Scale) -> Row:
    """All figures, the commands and the candidates."""
    archive = Archive.of(shared)
    return {
        "commands": commands(archive, scale.batch_documents, scale.runs),
        "candidates": candidates(archive, scale.candidate_documents, scale.rounds),
    }


# -- the command


def commands(archive: Archive, count: int, runs: int) -> Row:
    """What ``copydesk batch`` of so many documents takes and finds, by the kind of input."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inputs = {"jsonl": folder / "archive.jsonl", "folder": folder / "texts"}
        copies = save(archive.documents(count), inputs["jsonl"])
        save_folder((document for document, _ in archive.documents(count)), inputs["folder"])
        usages: dict[str, list[dict[str, float]]] = {kind: [] for kind in inputs}
        rows: Row = {
            "documents": count,
            "runs": runs,
            "planted": dict(Counter(copy.way for copy in copies)),
        }
        for _ in range(runs):
            for kind, path in inputs.items():
                usages[kind].append(asdict(watch(batch_command(path, folder / f"{kind}.jsonl"))))
        for kind, some in usages.items():
            rows[kind] = {name: spread([usage[name] for usage in some]) for name in some[0]}
            rows[kind] |= found(folder / f"{kind}.jsonl", copies)
    return rows


def batch_command(path: Path, output: Path) -> list[str]:
    """The command line of a batch."""
    return [sys.executable, "-m", "detector.cli", "batch", str(path), "-o", str(output)]


def save_folder(documents: Iterable[Document], folder: Path) -> None:
    """Write each document as a file of its own, named by its id."""
    folder.mkdir()
    for document in documents:
        (folder / f"{document.id}.txt").write_text(document.text, encoding="utf-8")


def found(output: Path, copies: Sequence[Copy]) -> Row:
    """What a batch wrote: all pairs, those that are copying, and which copies are among them."""
    relations: Counter[str] = Counter()
    copying: set[Ids] = set()
    with open(output, encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            relations[row["relation"]] += 1
            if Relation(row["relation"]).is_copying:
                copying.add(frozenset(_stem(row[side]["id"]) for side in "ab"))
    return {
        "pairs": relations.total(),
        "pairs_of_copying": len(copying),
        "relations": dict(sorted(relations.items())),
        "recall": recall(copies, copying),
    }


def recall(copies: Sequence[Copy], pairs: Collection[Ids]) -> dict[str, float]:
    """The share of the copies that is among the pairs of ids, by how they were made.

    >>> recall([Copy("3", "1", "reprint"), Copy("4", "1", "reprint")], [frozenset("13")])
    {'reprint': 0.5}
    """
    planted = Counter(copy.way for copy in copies)
    hits = Counter(c.way for c in copies if frozenset((c.source, c.target)) in pairs)
    return {way: round(hits[way] / count, 4) for way, count in sorted(planted.items())}


def _stem(document_id: str) -> str:
    return os.path.splitext(os.path.basename(document_id))[0]


# -- candidates


def candidates(archive: Archive, count: int, rounds: int) -> Row:
    """From texts to candidate pairs on one core: microseconds a document of each way, its pairs
    and recall, and how many times faster the document net is than each."""
    made = list(archive.documents(count))
    texts = [document.text for document, _ in made]
    ids = [document.id for document, _ in made]
    copies = [copy for _, copy in made if copy]
    pairs: dict[str, Pairs] = {}

    def turn(name: str, way: Way) -> Callable[[], None]:
        return lambda: pairs.update({name: way(texts)})

    took = by_turns({name: turn(name, way) for name, way in ways().items()}, rounds)
    rows = {}
    for name, seconds in took.items():
        named = {frozenset((ids[a], ids[b])) for a, b in pairs[name]}
        ratios = [theirs / ours for theirs, ours in zip(seconds, took[DOCUMENT_NET], strict=True)]
        rows[name] = {
            "us_per_document": spread([1e6 * each / count for each in seconds]),
            "times_document_net": spread(ratios),
            "pairs": len(named),
            "recall": recall(copies, named),
        }
    return {"documents": count, "rounds": rounds, "ways": rows}
