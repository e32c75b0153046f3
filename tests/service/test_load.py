"""More than can be served: what is not served is refused as documented, nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from benchmarks.service.client import percentile
from benchmarks.service.load import Result, measure
from tests.service.server import ROOT


def test_what_cannot_be_served_is_refused_with_the_time_to_come_back() -> None:
    result = measure(seconds=2, times=6)
    assert result.failed == 0
    assert result.refused > 0
    assert result.sent - result.refused > 0


def test_a_percentile_is_a_value_that_occurred() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([1.0], 0.99) == 1.0
    assert percentile([], 0.99) == 0.0
    assert Result(10.0, 40.0, 8.0, 0, 0, 0, 0.0, 0.0).served_share == 0.8


def test_checks_of_a_large_archive_are_measured(shared_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "service.json"
    sizes = ["--documents", "200", "--seconds", "2", "-o", str(file)]
    command = [sys.executable, "-m", "benchmarks.service", str(shared_folder), *sizes]
    subprocess.run(command, cwd=ROOT, check=True)
    found = json.loads(file.read_text("utf-8"))
    assert found["checks"]["checks_per_s"] > 0
    assert found["checks"]["ms"]["p50"] <= found["checks"]["ms"]["p99"]
    assert found["overload"]["failed"] == 0
