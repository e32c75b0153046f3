"""Requests made from ``/openapi.json``, sound ones and broken ones, against the running service:
every answer is one that the description promises, and never 500."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Note
from tests.counts import many
from tests.service.server import ROOT, running

SEEDS = range(1, many(2, 7))
"""Each run begins anew: the more a run has tried, the longer it looks for something new."""
PER_CALL = many(8, 300)
CASES = many(500, 50_000 // 6)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.timeout(many(300, 3600))
def test_whatever_the_description_allows_or_forbids_is_answered_as_it_says(
    folder: Path, tmp_path: Path, note: Note, seed: int
) -> None:
    with running(COPYDESK_AGAINST=str(folder), COPYDESK_INDEX=str(tmp_path / "news.db")) as (
        port,
        _,
    ):
        run = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli"),
                *("--config-file", "tests/service/schemathesis.toml"),
                *("run", f"http://127.0.0.1:{port}/openapi.json", "--checks", "all"),
                *("--max-examples", str(PER_CALL), "--seed", str(seed), "--continue-on-failure"),
                *("--suppress-health-check", "filter_too_much", "--no-color"),
                # With a database hypothesis improves on what it has found, for minutes a call.
                *("--generation-database", "none"),
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr
    found = re.search(r"([\d,]+) generated", run.stdout)
    assert found
    cases = int(found[1].replace(",", ""))
    note(cases=cases)
    assert cases >= CASES
