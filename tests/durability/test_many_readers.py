"""Many processes ask while others add, remove, seal and rebuild: right answers and no errors."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from detector.corpus.durable import DurableCorpus
from tests.conftest import Note
from tests.durability import many
from tests.durability.newsroom import documents
from tests.durability.reader import KEPT
from tests.durability.shim import environment

pytestmark = pytest.mark.timeout(3600)
READERS = 3
TASKS = ("churn", "churn", "seal", "rebuild")


def test_readers_get_right_answers_while_others_add_seal_and_rebuild(
    tmp_path: Path, note: Note
) -> None:
    url, seconds = str(tmp_path / "news.db"), many(3, 60)
    with DurableCorpus(url) as corpus:
        for each in documents(KEPT):
            corpus.add(each)
    readers = [started("reader", url, seconds) for _ in range(READERS)]
    others = [started("keeper", url, task, n, seconds) for n, task in enumerate(TASKS)]
    said = [process.communicate() for process in (*readers, *others)]
    assert [errors for _, errors in said if errors] == []
    found = [json.loads(out) for out, _ in said]
    asked, done = found[:READERS], found[READERS:]
    assert [each["wrong"] for each in asked] == [[]] * READERS
    assert all(each["asked"] for each in asked)
    assert all(each["done"] for each in done)
    with DurableCorpus(url) as corpus:
        assert corpus.verify() == []
    counts = {
        f"{task} {n}": each["done"] for n, (task, each) in enumerate(zip(TASKS, done, strict=True))
    }
    note(seconds=seconds, questions=sum(each["asked"] for each in asked), **counts)


def started(module: str, *values: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", f"tests.durability.{module}", *map(str, values)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
