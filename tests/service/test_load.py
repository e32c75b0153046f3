"""More than can be served: what is not served is refused as documented, nothing is lost."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from benchmarks.service import flights
from benchmarks.service.client import opened, percentile
from benchmarks.service.flights import TOO_LATE, Asked
from benchmarks.service.load import Result, measure
from tests.service.server import ROOT


def test_what_cannot_be_served_is_refused_with_the_time_to_come_back() -> None:
    result = measure(seconds=2, times=6)
    assert result.failed == 0
    assert result.refused > 0
    assert result.sent - result.refused > 0


def test_who_was_himself_too_late_to_ask_is_not_counted_against_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        asked = Asked(deaf.getsockname()[1], "/", [b""])
        threading.Thread(target=lambda: deaf.accept()[0].close(), daemon=True).start()
        assert [a.status for a in opened(asked, 1, 1)] == [0]
        monkeypatch.setattr(flights, "LATE", 0.0)  # however quick it was
        threading.Thread(target=lambda: deaf.accept()[0].close(), daemon=True).start()
        assert [a.status for a in opened(asked, 1, 1)] == [TOO_LATE]


def test_a_percentile_is_a_value_that_occurred() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([1.0], 0.99) == 1.0
    assert percentile([], 0.99) == 0.0
    assert Result(10.0, 40.0, 8.0, 0, 0, 0, 0, 0.0, 0.0).served_share == 0.8


def test_checks_of_a_large_archive_are_measured(shared_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "service.json"
    sizes = ["--documents", "200", "--seconds", "2", "-o", str(file)]
    command = [sys.executable, "-m", "benchmarks.service", str(shared_folder), *sizes]
    subprocess.run(command, cwd=ROOT, check=True)
    found = json.loads(file.read_text("utf-8"))
    assert found["checks"]["checks_per_s"] > 0
    assert found["checks"]["ms"]["p50"] <= found["checks"]["ms"]["p99"]
    assert found["overload"]["failed"] == 0
