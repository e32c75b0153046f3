"""How an index serves a stream of news: each document is looked for, then added.

::

    python -m benchmarks.speed.stream LABELLED --documents 1000000 [-o stream.json]

The documents are those of ``benchmarks.speed.index``. They come at fixed moments whether or not the
one before is done, so what one waits for another is counted: "since due". The same thread looks for
and adds all of them; another one seals, merges and expires. The index begins with segments of
``documents / SEGMENTS`` and two halves of one, so that the largest merge that the rule allows
happens among the questions, and the oldest segment is dropped half-way.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.batch_cost import machine
from benchmarks.speed.index import Writer, stock
from benchmarks.speed.signatures import versions
from detector.model import Sketch
from detector.net import MAX_DOCUMENTS
from detector.segment.folder import Change, IndexWriter

SEGMENTS = 10
SEAL_DOCUMENTS = 1000
PHASES = {"steady": (25, 120), "peak": (100, 60)}
"""Documents a second, and for how many seconds."""

Row = dict[str, Any]


# -- before the stream


def preload(index: IndexWriter, writer: Writer, most: int) -> Row:
    """Fill an index with segments of ``most`` documents, the last in two halves."""
    row = {"sketch_s": 0.0, "seal_and_merge_s": 0.0}
    gc.disable()  # it would look at half a million sketches again and again
    for first in range(0, writer.documents, most // 2):
        started = time.perf_counter()
        numbers = range(first, min(first + most // 2, writer.documents))
        sketches = [writer.sketch(number) for number in numbers]
        made = time.perf_counter()
        index.compact(most)
        for number, sketch in zip(numbers, sketches, strict=True):
            index.add(number, sketch)
        index.seal()
        row["sketch_s"] += made - started
        row["seal_and_merge_s"] += time.perf_counter() - made
        print(f"{numbers.stop} documents", file=sys.stderr)
    gc.enable()
    return {name: round(value, 1) for name, value in row.items()}


# -- the other thread


@dataclass
class Keeper:
    """Has the index sealed, merged and expired by another thread, one change at a time."""

    index: IndexWriter
    most: int
    expire_at: int
    unsealed: int = 0
    running: Future[Any] | None = None
    what: Row = field(default_factory=dict)
    changes: list[Row] = field(default_factory=list)
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))

    def tend(self, added: int) -> None:
        """End the change that is done, or begin one that is due after so many documents."""
        started = time.perf_counter()
        if self.running and self.running.done():
            change, segments, elapsed_s = self.running.result()
            replaced = self.index.finish(segments)
            self.running = None
            self.thread.submit(_let_go, [change, *replaced])
            del change, replaced
            self.changes.append(
                {**self.what, "elapsed_s": round(elapsed_s, 3), "end_ms": _ms_since(started)}
            )
        elif not self.running and (due := self._due(added)):
            name, begun = due
            self.running = self.thread.submit(_timed, begun)
            documents = sum(map(len, begun.parts))
            self.what = {"change": name, "documents": documents, "begin_ms": _ms_since(started)}

    def _due(self, added: int) -> tuple[str, Change] | None:
        if added >= self.expire_at:
            self.expire_at = sys.maxsize
            return "expire", self.index.begin_expire(self.most)
        if added - self.unsealed >= SEAL_DOCUMENTS:
            self.unsealed = added
            return "seal", self.index.begin_seal()
        change = self.index.begin_compact(self.most)
        return ("merge", change) if change else None


def _timed(change: Change) -> tuple[Change, Any, float]:
    started = time.perf_counter()
    return change, change.carry_out(), time.perf_counter() - started


def _let_go(held: list[object]) -> None:
    """To free a large file takes long: who has it last, does it."""
    held.clear()


def _ms_since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)


# -- the stream


def moments() -> Iterator[tuple[str, float]]:
    """When each document is due, in seconds, and in which phase."""
    begun = 0.0
    for phase, (rate, seconds) in PHASES.items():
        for i in range(rate * seconds):
            yield phase, begun + i / rate
        begun += seconds


@dataclass
class Times:
    """For each document: when it was looked for and added, in ms since it was due; how long looking
    took; whether a change was under way."""

    phase: list[str] = field(default_factory=list)
    checked: list[float] = field(default_factory=list)
    added: list[float] = field(default_factory=list)
    check: list[float] = field(default_factory=list)
    beside_change: list[bool] = field(default_factory=list)

    def facts(self) -> Row:
        """The spread in each phase, and beside changes and without."""
        columns = {
            "check_ms_since_due": np.array(self.checked),
            "check_and_add_ms_since_due": np.array(self.added),
            "check_ms": np.array(self.check),
        }
        beside = np.array(self.beside_change)
        chosen = {phase: np.array(self.phase) == phase for phase in PHASES}
        chosen |= {"beside a change": beside, "without one": ~beside}
        return {
            name: {
                "documents": int(some.sum()),
                **{column: tail(values[some]) for column, values in columns.items()},
            }
            for name, some in chosen.items()
            if some.any()
        }


def tail(values: Sequence[float] | np.ndarray[Any, Any]) -> Row:
    """Median, the slowest hundredth, the slowest."""
    names = ("p50", "p99", "max")
    return {
        name: round(float(value), 3)
        for name, value in zip(names, np.percentile(values, [50, 99, 100]), strict=True)
    }


def run(index: IndexWriter, first: int, sketches: Sequence[Sketch], keeper: Keeper) -> Row:
    """Look for each document at its moment and add it; the figures."""
    times, memory = Times(), {"anonymous": 0.0, "file": 0.0}
    begun = time.perf_counter()
    for i, (sketch, (phase, due)) in enumerate(zip(sketches, moments(), strict=True)):
        time.sleep(max(0.0, begun + due - time.perf_counter()))
        started = time.perf_counter()
        index.query(sketch)
        checked = time.perf_counter()
        index.add(first + i, sketch)
        times.phase.append(phase)
        times.check.append((checked - started) * 1000)
        times.checked.append((checked - begun - due) * 1000)
        times.added.append((time.perf_counter() - begun - due) * 1000)
        times.beside_change.append(keeper.running is not None)
        keeper.tend(i + 1)
        if i % 25 == 0:
            memory = {name: max(memory[name], mib) for name, mib in resident().items()}
    return {"times": times.facts(), "most_resident_mib": memory}


def resident() -> dict[str, float]:
    """Memory of this process, in MiB: its own, and pages of files that all processes share."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    rows = dict(line.split(":", 1) for line in lines)
    named = {"anonymous": "RssAnon", "file": "RssFile"}
    return {name: round(int(rows[row].split()[0]) / 1024, 1) for name, row in named.items()}


def measure(writer: Writer, folder: Path) -> Row:
    """All figures."""
    most = min(writer.documents // SEGMENTS, MAX_DOCUMENTS)
    count = len(list(moments()))
    with IndexWriter.create(folder / "index", 0) as index:
        row: Row = {"preload": preload(index, writer, most)}
        sketches = [writer.sketch(writer.documents + i) for i in range(count)]
        index.query(sketches[0])
        keeper = Keeper(index, most, expire_at=count // 2)
        row |= run(index, writer.documents, sketches, keeper)
        while keeper.running:
            keeper.running.result()
            keeper.tend(0)
        keeper.thread.shutdown()
        files = [path.stat().st_size for path in (folder / "index").glob("*.segment")]
        row |= {
            "changes": keeper.changes,
            "segments": len(files),
            "documents_at_end": len(index),
            "disk_mib": round(sum(files) / 2**20, 1),
        }
    return row


def main() -> None:
    """Measure, show and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", type=Path, help="the folder of labelled data")
    parser.add_argument("--documents", type=int, required=True, help="in the index at first")
    parser.add_argument("-o", "--output", type=Path, help="write the result as JSON")
    options = parser.parse_args()
    texts = stock(options.shared)
    writer = Writer(texts, options.documents, texts.different(options.documents))
    with tempfile.TemporaryDirectory() as folder:
        row = measure(writer, Path(folder))
    result = {
        "benchmark": "stream",
        "documents": options.documents,
        "documents_a_second": {phase: rate for phase, (rate, _) in PHASES.items()},
        "seal_documents": SEAL_DOCUMENTS,
        **row,
        "cores": len(os.sched_getaffinity(0)),
        "machine": machine(),
        "versions": versions(),
    }
    text = json.dumps(result, indent=1) + "\n"
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
