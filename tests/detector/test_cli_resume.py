"""A batch that was stopped goes on, and its result is the one of a batch that was not."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from detector import judge, pipeline
from detector.corpus.memory import MemoryCorpus
from tests.detector.test_cli import COPY, OTHER, WIRE, environment, run

PAIRS = 20 * 19 // 2


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twenty copies of one story, and one of another: three tasks of pairs."""
    monkeypatch.chdir(tmp_path)
    texts = {f"{n:02}": f"{COPY if n % 2 else WIRE} Edition {n}." for n in range(20)}
    rows = [json.dumps({"id": id, "text": text}) for id, text in ({**texts, "x": OTHER}).items()]
    (tmp_path / "news.jsonl").write_text("\n".join(rows) + "\n")
    return tmp_path


def stopped_after(monkeypatch: pytest.MonkeyPatch, pairs: int) -> list[int]:
    """Have SIGTERM come after so many pairs; the list grows with each that is judged."""
    judged: list[int] = []

    def counted(*given: object) -> object:
        if len(judged) == pairs:
            raise SystemExit(143)
        judged.append(1)
        return pipeline.match_sides(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(judge, "match_sides", counted)
    return judged


@pytest.mark.parametrize("out", ["pairs.jsonl", "pairs.csv"])
def test_what_was_judged_is_not_judged_again(
    desk: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    whole = run("batch", "news.jsonl", "-o", f"whole-{out}", "--clusters", "whole.clusters.jsonl")
    assert whole.returncode == 0, whole.stderr
    with monkeypatch.context() as patch, suppress(SystemExit):
        stopped_after(patch, 140)
        run("batch", "news.jsonl", "-o", out)
    assert not (desk / out).exists()
    assert (desk / f"{out}.resume").exists()
    with monkeypatch.context() as patch:
        judged = stopped_after(patch, 1000)
        done = run("batch", "news.jsonl", "-o", out, "--clusters", "clusters.jsonl")
    assert done.returncode == 0, done.stderr
    assert "copydesk: going on where an earlier run was stopped\n" in done.stderr
    assert len(judged) == PAIRS - 2 * judge.PAIRS_AT_ONCE
    assert (desk / out).read_bytes() == (desk / f"whole-{out}").read_bytes()
    clusters = (desk / "clusters.jsonl").read_bytes()
    assert clusters == (desk / "whole.clusters.jsonl").read_bytes()
    assert not (desk / f"{out}.resume").exists()


def test_other_settings_or_texts_start_from_the_beginning(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for change in ("settings", "texts"):
        with monkeypatch.context() as patch, suppress(SystemExit):
            stopped_after(patch, 140)
            run("batch", "news.jsonl", "-o", "pairs.csv")
        options = ["--min-words", "6"] if change == "settings" else []
        if change == "texts":
            text = (desk / "news.jsonl").read_text()
            (desk / "news.jsonl").write_text(text.replace("Edition 3.", "Edition III."))
        done = run("batch", "news.jsonl", "-o", "pairs.csv", *options)
        assert "pairs.csv.resume is of another run, or damaged" in done.stderr
        run("batch", "news.jsonl", "-o", "fresh.csv", *options)
        assert (desk / "pairs.csv").read_bytes() == (desk / "fresh.csv").read_bytes()


def test_a_batch_with_a_reference_goes_on_too(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["batch", "news.jsonl", "--reference", "news.jsonl"]
    run(*arguments, "-o", "whole.csv")
    asked: list[str] = []
    real = MemoryCorpus.matches

    def counted(self: MemoryCorpus, document: object) -> object:
        if len(asked) == 5:
            raise SystemExit(143)
        asked.append("one")
        return real(self, document)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, suppress(SystemExit):
        patch.setattr(MemoryCorpus, "matches", counted)
        run(*arguments, "-o", "pairs.csv")
    assert not (desk / "pairs.csv").exists()
    asked = ["again"] * 6  # never 5, so it is not stopped
    with monkeypatch.context() as patch:
        patch.setattr(MemoryCorpus, "matches", counted)
        run(*arguments, "-o", "pairs.csv")
    assert len(asked) == 6 + 16
    assert (desk / "pairs.csv").read_bytes() == (desk / "whole.csv").read_bytes()


def test_a_killed_batch_goes_on_with_another_number_of_workers(desk: Path) -> None:
    run("batch", "news.jsonl", "-o", "whole.jsonl")
    command = [sys.executable, "-m", "detector.cli", "batch", "news.jsonl", "-o", "pairs.jsonl"]
    batch = subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL)
    journal, end = desk / "pairs.jsonl.resume", time.monotonic() + 60
    while not (journal.exists() and journal.read_bytes().count(b"\n") > 1):
        assert batch.poll() is None
        assert time.monotonic() < end
        time.sleep(0.005)
    batch.kill()
    batch.wait(60)
    done = run("batch", "news.jsonl", "-o", "pairs.jsonl", "--workers", "2")
    assert "going on where" in done.stderr
    assert (desk / "pairs.jsonl").read_bytes() == (desk / "whole.jsonl").read_bytes()
