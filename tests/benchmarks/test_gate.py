"""The gate under the quality measures."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from benchmarks.quality import gate


def part(digest: str = "1", **floors: float) -> gate.Part:
    return {"digest": digest, "floors": floors}


def test_a_floor_holds_what_stands_on_it_and_breaks_below() -> None:
    floors = {"x": part(f1=0.9)}
    assert all(c.is_ok for c in gate.check(floors, {"x": part(f1=0.9, more=0.1)}))
    for worse in (
        part(f1=0.899),
        part(digest="2", f1=0.9),
        part(recall=1.0),
    ):
        assert sum(not c.is_ok for c in gate.check(floors, {"x": worse})) == 1
    assert not any(c.is_ok for c in gate.check(floors, {}))
    assert not any(c.is_ok for c in gate.check({}, {"x": part(f1=1.0)}))


def test_floors_only_rise_unless_one_is_named() -> None:
    floors = {"x": part(up=0.5, down=0.5, gone=0.5)}
    measured = {"x": part(digest="2", up=0.6789, down=0.4, new=0.25)}
    raised = gate.moved(floors, measured, ())["x"]
    assert raised == part("2", up=0.678, down=0.5, gone=0.5, new=0.25)
    lowered = gate.moved(floors, measured, ["x/down", "x/gone"])["x"]
    assert lowered == part("2", up=0.678, down=0.4, new=0.25)


def test_what_was_just_written_holds() -> None:
    measured = {"x": part(f1=0.56789, spearman=-0.12345)}
    assert all(c.is_ok for c in gate.check(gate.moved({}, measured, ()), measured))


def test_the_gate_on_the_projects_own_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    floors = tmp_path / "floors.json"
    floors.write_text("{}", "utf-8")
    monkeypatch.setattr(gate, "FLOORS", floors)
    absent = str(tmp_path / "absent")

    def run(*options: str) -> int:
        monkeypatch.setattr(sys, "argv", ["gate", absent, *options])
        return gate.main()

    assert run() == 1
    assert run("--write-floors") == 0
    assert run() == 0
    written = json.loads(floors.read_text("utf-8"))
    written["seeds"]["floors"]["recall"] = 1.001
    floors.write_text(json.dumps(written), "utf-8")
    assert run("--write-floors") == 1
    assert "BROKEN  seeds/recall  got 1.000, floor 1.001" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="no such floor: seeds/recal"):
        run("--lower", "seeds/recal")
    assert run("--lower", "seeds/recall") == 0
