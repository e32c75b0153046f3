"""Many processes write to one corpus: as if one after another, and each gets its turn."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from detector.corpus.durable import DurableCorpus
from tests.conftest import Note
from tests.durability import many
from tests.durability.shim import environment, run

pytestmark = pytest.mark.timeout(7200)
PROCESSES = many(4, 8)


@dataclass(frozen=True, slots=True)
class Put:
    """An acknowledged new version; times in nanoseconds."""

    id: str
    version: int
    digest: str
    begun: int
    acknowledged: int


def started(url: Path, name: str, puts: int, ids: int, said: Path) -> subprocess.Popen[bytes]:
    values = (str(url), name, str(puts), str(ids))
    command = [sys.executable, "-m", "tests.durability.writer", *values]
    with said.open("ab") as out, said.with_suffix(".errors").open("ab") as errors:
        return subprocess.Popen(command, env=environment(), stdout=out, stderr=errors)


def puts_in(said: Path) -> list[Put]:
    """What a process has acknowledged; a line that was cut off by a kill is none."""
    found = []
    for line in said.read_text("utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            name, version, digest, begun, acknowledged = line.split()
            found.append(Put(name, int(version), digest, int(begun), int(acknowledged)))
    return found


def test_puts_of_many_processes_are_as_if_done_one_after_another(
    tmp_path: Path, note: Note
) -> None:
    puts, ids = many(160, 16_000) // PROCESSES, many(20, 200)
    said = [tmp_path / f"{n}.said" for n in range(PROCESSES)]
    processes = [
        started(tmp_path / "news.db", f"w{n}", puts, ids, said[n]) for n in range(PROCESSES)
    ]
    assert [process.wait() for process in processes] == [0] * PROCESSES
    assert not any(path.with_suffix(".errors").read_text() for path in said)
    acknowledged = [put for path in said for put in puts_in(path)]
    assert len(acknowledged) == puts * PROCESSES
    with DurableCorpus(str(tmp_path / "news.db")) as corpus:
        check_order(corpus, acknowledged)
        assert corpus.verify() == []
    waits = sorted(put.acknowledged - put.begun for put in acknowledged)
    note(
        processes=PROCESSES,
        puts=len(acknowledged),
        ids=ids,
        median_wait_ms=round(waits[len(waits) // 2] / 1e6, 1),
        p99_wait_ms=round(waits[len(waits) * 99 // 100] / 1e6, 1),
        max_wait_ms=round(waits[-1] / 1e6, 1),
    )


def check_order(corpus: DurableCorpus, acknowledged: Sequence[Put]) -> None:
    """Versions of an id have no gaps, the last is in force, and one that was acknowledged before
    another was begun comes before it."""
    of_id = defaultdict(list)
    for put in acknowledged:
        of_id[put.id].append(put)
    for name, some in of_id.items():
        some.sort(key=lambda put: put.version)
        assert [put.version for put in some] == list(range(1, len(some) + 1))
        current = corpus.get(name)
        assert current is not None
        assert (current.version, current.document.digest) == (some[-1].version, some[-1].digest)
        latest = 0
        for put in some:
            assert put.acknowledged > latest
            latest = max(latest, put.begun)


def test_processes_may_be_killed_at_random_among_many(tmp_path: Path, note: Note) -> None:
    url = tmp_path / "news.db"
    kills = run("crew", url, PROCESSES, many(30, 1000), tmp_path)["kills"]
    said = sorted(tmp_path.glob("*.said"))
    assert not any(path.with_suffix(".errors").read_text() for path in said)
    acknowledged = sum(len(puts_in(path)) for path in said)
    assert acknowledged > kills
    start = time.monotonic()
    with DurableCorpus(str(url)) as corpus:
        for name, put in last_of_each(said).items():
            current = corpus.get(name)
            assert current is not None
            assert current.version >= put.version
            kept = corpus.get(f"{name}@{put.version}") or current
            assert kept.document.digest == put.digest
        seconds = time.monotonic() - start
        assert corpus.verify() == []
    note(kills=kills, acknowledged=acknowledged, lost=0, recovery_s=round(seconds, 2))


def last_of_each(said: Sequence[Path]) -> dict[str, Put]:
    """The newest version of each id that was acknowledged."""
    found: dict[str, Put] = {}
    for path in said:
        for put in puts_in(path):
            if put.id not in found or put.version > found[put.id].version:
                found[put.id] = put
    return found
