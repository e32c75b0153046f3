"""What every test may use: how hard hypothesis tries, the slow marker, the five real articles,
and where figures are written."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.counts import LONG

ROOT = Path(__file__).resolve().parents[1]
Note = Callable[..., None]

# The short run tries the same examples every time, so that it fails for a change and never by
# chance. The long run looks for new ones, except on a build server.
settings.register_profile(
    "short",
    max_examples=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "long",
    max_examples=2000,
    derandomize="CI" in os.environ,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("long" if LONG else "short")

# Who is begun in the background of a script is deaf to Ctrl-C, and so are its children: the
# commands under test must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--figures", type=Path, help="a JSON file into which the tests write what they measured"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if LONG:
        return
    skip = pytest.mark.skip(reason="slow: runs with COPYDESK_LONG=1")
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder with the real articles and the labelled corpora, which may not be published."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs ../shared, which is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def real_articles(shared_folder: Path) -> dict[str, str]:
    """The five real articles by id ("000" to "004"), as Copydesk counts their code points."""
    articles = {}
    for path in sorted(shared_folder.glob("seeds/*.txt")):
        with path.open(encoding="utf-8", newline="") as file:
            articles[path.name[:3]] = file.read().removeprefix("\ufeff")
    return articles


@pytest.fixture(scope="session")
def real_truth(shared_folder: Path) -> dict[str, Any]:
    """What people found in the five real articles."""
    truth: dict[str, Any] = json.loads(
        (shared_folder / "seeds" / "truth.json").read_text(encoding="utf-8")
    )
    return truth


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
