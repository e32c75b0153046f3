"""A writer is killed, the power fails, the disk fails: nothing acknowledged is lost, nothing is
there by half, and the corpus can be used again at once."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from detector.errors import IndexUnusable
from tests.conftest import Note
from tests.durability import many, work
from tests.durability.disk import Call, cuts, read_trace
from tests.durability.shim import run

pytestmark = pytest.mark.timeout(7200)


def test_a_writer_may_be_killed_at_any_call(library: Path, tmp_path: Path, note: Note) -> None:
    found = run("kills", tmp_path / "corpus", many(6, 50), many(40, 1), library=library)
    note(**found)
    assert found["kills"] >= many(5, 1000)
    assert found["wrong"] == []


def test_a_disk_may_fail_or_be_full_at_any_call(library: Path, tmp_path: Path, note: Note) -> None:
    found = run("failures", tmp_path / "corpus", many(4, 12), many(60, 1), library=library)
    note(**found)
    assert found["wrong"] == []
    assert found["errors"]["storage_full"] > 0
    assert found["errors"]["storage_error"] > 0


def test_the_power_may_be_cut_at_any_moment(library: Path, tmp_path: Path, note: Note) -> None:
    calls, steps = traced(library, tmp_path, many(10, 50), sync="on")
    number = many(40, 5000)
    lost = lost_in_cuts(calls, steps, number, tmp_path)
    note(calls=len(calls), cuts=number, wrong=lost[:20])
    assert lost == []


def test_the_power_may_be_cut_after_syncs_that_failed(
    library: Path, tmp_path: Path, note: Note
) -> None:
    lost: list[str] = []
    rounds, number = range(100, 500, many(300, 10)), many(10, 20)
    for failing in rounds:
        calls, steps = traced(library, tmp_path, 16, sync="on", failing=failing)
        assert any(call.kind == "f" for call in calls)
        lost += lost_in_cuts(calls, steps, number, tmp_path)
    note(rounds=len(rounds), failed_syncs=3, cuts=len(rounds) * number, wrong=lost[:20])
    assert lost == []


def test_power_cuts_find_what_a_corpus_loses_that_does_not_wait_for_the_disk(
    library: Path, tmp_path: Path, note: Note
) -> None:
    calls, steps = traced(library, tmp_path, 16, sync="off")
    number = many(20, 500)
    lost = lost_in_cuts(calls, steps, number, tmp_path)
    note(cuts=number, wrong=len(lost))
    assert len(lost) > number // 2


def traced(
    library: Path, folder: Path, count: int, sync: str, failing: int = 0
) -> tuple[list[Call], list[work.Step]]:
    """The trace of so many steps, and these."""
    place, trace = folder / "corpus", folder / "trace"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    run("traced", place, trace, count, sync, failing, library=library)
    return read_trace(trace), list(work.steps(count))


def lost_in_cuts(
    calls: Sequence[Call], steps: Sequence[work.Step], number: int, folder: Path
) -> list[str]:
    """What is wrong after so many power cuts, a line for each that did harm."""
    top, place = folder / "corpus", folder / "after"
    lost = []
    for printed, files in cuts(calls, number, seed="power"):
        for path, content in files.items():
            file = place / Path(path).relative_to(top)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        place.mkdir(exist_ok=True)
        try:
            wrong = work.wrong_after(place, steps, printed)
        except IndexUnusable as error:
            wrong = [error.message]
        if wrong:
            lost.append(f"after {printed} steps: {wrong[0]}")
        shutil.rmtree(place)
    return lost
