"""How fast the index on disk is built, opened and asked, beside datasketch's MinHashLSH.

::

    python -m benchmarks.speed.index LABELLED [-o index.json] [--full] [--rounds 9]

The documents have as many sentences as real ones, drawn from real news; after ``USES`` uses on
average a sentence is hashed with another key, as though it were another sentence, so that a large
collection has no smaller vocabulary than a small one. A tenth are near-copies of an earlier one.
Half of the questions are near-copies of documents of the index, the others new. Both indexes get
the same signatures and the same bands, and their answers are compared; they take turns within each
round. datasketch is left out above ``PEER_DOCUMENTS``: it would need 10 GB of memory for a million.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from datasketch import MinHashLSH
from numpy.typing import NDArray

from benchmarks.batch_cost import machine
from benchmarks.speed.signatures import spread, versions
from detector.index import ROWS
from detector.ingest import read_path
from detector.model import Document, Sketch
from detector.normalise import tokens_of
from detector.segment.file import Segment, stamp, write
from detector.segment.part import arrays_of, build, merged
from detector.segment.query import Searcher
from detector.sentence import sentences
from detector.shingle import SHINGLE_LETTERS, letter_hashes, shingle, token_hashes, upper_halves
from detector.sketch import NUM_PERM, sketch, to_datasketch

COLLECTIONS = ("reuters21578", "bbc")
SIZES = (10_000, 100_000)
FULL_SIZES = (*SIZES, 1_000_000)
PEER_DOCUMENTS = 100_000
CHUNK_DOCUMENTS = 100_000
USES = 3
NEAR_COPIES = 0.1
QUESTIONS = 2000
AT_ONCE = (1, 20)
STAMP = stamp(0)

Hashes = NDArray[np.uint64]
Row = dict[str, Any]


# -- documents


@dataclass(frozen=True, slots=True)
class Stock:
    """Sentences as hashes of their tokens and of their letters; how many real documents have."""

    sentences: tuple[tuple[Hashes, Hashes], ...]
    lengths: tuple[int, ...]

    def different(self, documents: int) -> int:
        """How many different sentences so many documents are made of."""
        return 1 + documents * sum(self.lengths) // (len(self.lengths) * USES)


def stock(shared: Path) -> Stock:
    """The sentences of the news collections."""
    made: list[tuple[Hashes, Hashes]] = []
    lengths = []
    for name in COLLECTIONS:
        file = next((shared / "corpora" / name).glob("docs.jsonl*"))
        for document in read_path(file):
            if not isinstance(document, Document):
                continue
            some = [tokens_of(span.slice(document.text)) for span in sentences(document.text)]
            hashed = [(token_hashes(words), letter_hashes(words)) for words in some if words]
            made += hashed
            lengths.append(len(hashed))
    return Stock(tuple(made), tuple(length for length in lengths if length))


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes the same document whenever it is asked for the same number."""

    stock: Stock
    documents: int
    different: int

    def sketch(self, number: int, edition: str = "") -> Sketch:
        """The sketch of a document; another edition has one sentence more."""
        drawn = self._draw(number)
        if edition:
            drawn.append(self._sentence(random.Random(f"{edition} of {number}")))
        words = shingle(np.concatenate([tokens for tokens, _ in drawn]))
        letters = shingle(np.concatenate([letters for _, letters in drawn]), SHINGLE_LETTERS)
        return sketch(words, upper_halves(words), letters)

    def _draw(self, number: int) -> list[tuple[Hashes, Hashes]]:
        rng = random.Random(f"document {number}")
        if number and rng.random() < NEAR_COPIES:
            return [*self._draw(rng.randrange(number)), self._sentence(rng)]
        return [self._sentence(rng) for _ in range(rng.choice(self.stock.lengths))]

    def _sentence(self, rng: random.Random) -> tuple[Hashes, Hashes]:
        language, place = divmod(rng.randrange(self.different), len(self.stock.sentences))
        tokens, letters = self.stock.sentences[place]
        other = np.uint64(language * 0x9E3779B97F4A7C15 % 2**64)
        return tokens ^ other, letters ^ other


def questions(writer: Writer) -> list[Sketch]:
    """New documents and near-copies, in turn."""
    rng = random.Random("questions")
    numbers = [rng.randrange(writer.documents) for _ in range(QUESTIONS)]
    return [
        writer.sketch(number, "copy") if i % 2 else writer.sketch(writer.documents + number)
        for i, number in enumerate(numbers)
    ]


# -- building


def build_file(writer: Writer, folder: Path) -> tuple[Path, Row]:
    """The segment of all documents, and what making it took."""
    parts, row = [], {"build_s": 0.0, "write_s": 0.0}
    for first in range(0, writer.documents, CHUNK_DOCUMENTS):
        numbers = range(first, min(first + CHUNK_DOCUMENTS, writer.documents))
        sketches = [writer.sketch(number) for number in numbers]
        started = time.perf_counter()
        part = build(numbers, sketches)
        built = time.perf_counter()
        parts.append(folder / write(arrays_of(part), folder, STAMP))
        row["build_s"] += built - started
        row["write_s"] += time.perf_counter() - built
    path = parts[0]
    if len(parts) > 1:
        started = time.perf_counter()
        path = folder / write(_merged(parts), folder, STAMP)
        row["merge_and_write_s"] = time.perf_counter() - started
        for each in parts:
            each.unlink()
    return path, {name: round(value, 2) for name, value in row.items()}


def _merged(paths: Sequence[Path]) -> Iterator[NDArray[Any]]:
    parts = [Segment(path, STAMP).part for path in paths]
    return merged(parts, [None] * len(parts))


def file_facts(path: Path, rounds: int) -> Row:
    """How long opening and verifying take, and bytes a document of each kind of array."""
    segment = Segment(path, STAMP)
    part, count = segment.part, len(segment.part.numbers)
    nets = {
        name: round((net.entries.nbytes + net.directory.nbytes) / count, 1)
        for name, net in zip(("fingerprints", "bands", "letters"), part.nets, strict=True)
    }
    signature = part.signatures.nbytes // count
    return {
        "open_ms": spread([elapsed_us(lambda: opened(path)) / 1000 for _ in range(rounds)]),
        "verify_s": round(elapsed_us(segment.verify) / 1e6, 2),
        "bytes_per_document": {
            "file": round(segment.size_bytes / count, 1),
            "signature": signature,
            "number": part.numbers.itemsize,
            **nets,
        },
    }


# -- asking


def drop_pages(path: Path) -> None:
    """Have nothing of a file in memory."""
    with open(path, "rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def opened(path: Path) -> Searcher:
    """A searcher that has seen nothing yet."""
    return Searcher([Segment(path, STAMP).part], [None])


def elapsed_us(do: Callable[[], object]) -> float:
    """How long it took, in microseconds."""
    started = time.perf_counter()
    do()
    return (time.perf_counter() - started) * 1e6


def first_touch(path: Path, asked: Sequence[Sketch], at_once: int, is_cold: bool) -> Row:
    """All questions, so many at once, each for the first time since the file was opened: how long
    one takes. Cold: nothing of the file is in memory either."""
    some = [asked[first : first + at_once] for first in range(0, len(asked), at_once)]
    signatures = [np.array([one.signature for one in few]) for few in some]
    row: Row = {}
    for name in ("document net", "all nets"):
        if is_cold:
            drop_pages(path)
        searcher = opened(path)
        searcher.query_signatures(np.zeros((1, NUM_PERM), np.uint32))  # the code itself is warm
        took = []
        for few, rows in zip(some, signatures, strict=True):
            started = time.perf_counter()
            if name == "document net":
                searcher.query_signatures(rows)
            else:
                searcher.query_all(few)
            took.append((time.perf_counter() - started) / len(few) * 1e6)
        p50, p99 = np.percentile(took, [50, 99])
        row[name] = {"p50_us": round(float(p50), 1), "p99_us": round(float(p99), 1)}
    return row


@dataclass(frozen=True, slots=True)
class Peer:
    """datasketch's index of the same signatures."""

    lsh: MinHashLSH

    @classmethod
    def of(cls, signatures: NDArray[np.uint32]) -> Peer:
        """With the same bands."""
        lsh = MinHashLSH(num_perm=NUM_PERM, params=(NUM_PERM // ROWS, ROWS))
        with lsh.insertion_session() as session:
            for number, row in enumerate(signatures):
                session.insert(number, to_datasketch(row))
        return cls(lsh)

    def ask(self, minhashes: Sequence[Any]) -> list[list[int]]:
        """The candidates of each."""
        return [self.lsh.query(each) for each in minhashes]


def batches(path: Path, asked: Sequence[Sketch], rounds: int, peer: Peer | None) -> Row:
    """All questions at once, by turns with the peer: microseconds for one."""
    searcher = opened(path)
    signatures = np.array([one.signature for one in asked])
    minhashes = [to_datasketch(row) for row in signatures] if peer else []
    if peer:
        compare(searcher, signatures, peer.ask(minhashes))
    turns: dict[str, Callable[[], object]] = {
        "document net": lambda: searcher.query_signatures(signatures),
        "all nets": lambda: searcher.query_all(asked),
    }
    if peer:
        turns["datasketch"] = lambda: peer.ask(minhashes)
    took: dict[str, list[float]] = {name: [] for name in turns}
    for _ in range(rounds):
        for name, turn in turns.items():
            gc.collect()
            took[name].append(elapsed_us(turn) / len(asked))
    row: Row = {"us_per_question": {name: spread(values) for name, values in took.items()}}
    if peer:
        pairs = zip(took["datasketch"], took["document net"], strict=True)
        row["times_faster_than_datasketch"] = spread([theirs / us for theirs, us in pairs])
    return row


def compare(searcher: Searcher, signatures: NDArray[np.uint32], theirs: list[list[int]]) -> None:
    """Stop where the two name other candidates; a crowd is cut by ours only."""
    answers = searcher.query_signatures(signatures)
    for i, others in enumerate(theirs):
        mine = {number for number, _ in answers.of(i)[0]}
        assert mine == set(others) or (mine < set(others) and answers.is_cut[i])


def measure(writer: Writer, rounds: int, folder: Path) -> Row:
    """All figures of one size."""
    path, row = build_file(writer, folder)
    asked = questions(writer)
    row |= file_facts(path, rounds)
    row["candidates_per_question"] = round(
        len(opened(path).query_all(asked).numbers) / len(asked), 2
    )
    for at_once in AT_ONCE:
        for name, is_cold in (("cold file", True), ("file in memory", False)):
            row[f"{at_once} at once, {name}"] = first_touch(path, asked, at_once, is_cold)
    peer = None
    if writer.documents <= PEER_DOCUMENTS:
        started = time.perf_counter()
        peer = Peer.of(np.array(Segment(path, STAMP).part.signatures))
        row["datasketch_build_s"] = round(time.perf_counter() - started, 2)
    row |= batches(path, asked, rounds, peer)
    path.unlink()
    return row


def main() -> None:
    """Measure, show and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", type=Path, help="the folder of labelled data")
    parser.add_argument("-o", "--output", type=Path, help="write the result as JSON")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--full", action="store_true", help="also a million documents")
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    texts = stock(options.shared)
    rows = {}
    for count in FULL_SIZES if options.full else SIZES:
        writer = Writer(texts, count, texts.different(count))
        with tempfile.TemporaryDirectory() as folder:
            rows[str(count)] = measure(writer, options.rounds, Path(folder))
        print(count, json.dumps(rows[str(count)], indent=1), file=sys.stderr)
    result = {
        "benchmark": "index",
        "documents": rows,
        "questions": QUESTIONS,
        "rounds": options.rounds,
        "machine": machine(),
        "versions": versions(),
    }
    text = json.dumps(result, indent=1) + "\n"
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
