"""The library that fails calls of the C library, and where figures are written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.durability import shim

Note = Callable[..., None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--figures", type=Path, help="a JSON file into which the tests write what they measured"
    )


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``shim.c``, compiled."""
    return shim.build(tmp_path_factory.mktemp("library"))


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Note:
    """Tells a test's figures to ``--figures``, under the name of the test."""

    def write(**figures: Any) -> None:
        path = request.config.getoption("--figures", default=None)
        if path:
            known = json.loads(path.read_text("utf-8")) if path.exists() else {}
            known[request.node.name.removeprefix("test_")] = figures
            path.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")

    return write
