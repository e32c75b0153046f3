"""A browser, and the service as it runs, with the demonstration corpus."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from detector.corpus.durable import DurableCorpus
from detector.ingest import read_path
from detector.keys import make_key, save_keys
from detector.model import Document
from tests.service.server import running

SEEDS = Path(__file__).parents[2] / "seeds"
# A violation of the page's own policy is told on the console as an error; so that none is missed,
# it is told in words of ours too.
_TELL = """document.addEventListener("securitypolicyviolation",
    (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs Debian's chromium")
    # Chromium's sandbox needs what root must not have.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@contextmanager
def serving(**environment: Any) -> Iterator[str]:
    """The address of a service with two processes."""
    with running(**environment) as (port, _):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
def site(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over the demonstration corpus."""
    index = str(tmp_path_factory.mktemp("browser") / "news.db")
    with DurableCorpus(index) as corpus:
        list(corpus.add_all(each for each in read_path(str(SEEDS)) if isinstance(each, Document)))
        corpus.relate()
    with serving(COPYDESK_INDEX=index) as address:
        yield address


@pytest.fixture(scope="session")
def locked(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A service that asks for a key, which checks against a folder; and the key."""
    folder = tmp_path_factory.mktemp("locked")
    key, secret = make_key("desk", "metro", ["read"])
    save_keys(folder / "keys.json", [key])
    with serving(COPYDESK_AGAINST=str(SEEDS), COPYDESK_KEYS=str(folder / "keys.json")) as address:
        yield address, secret


@dataclass
class Visit:
    """A tab, and what happened in it that should not."""

    tab: Any
    site: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tab.add_init_script(_TELL)
        self.tab.on("dialog", lambda dialog: self.wrong.append(f"dialog {dialog.message}"))
        self.tab.on("pageerror", lambda error: self.wrong.append(f"error {error}"))
        self.tab.on("console", self._hear)
        self.tab.on("request", self._see)

    def _hear(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.wrong.append(message.text)

    def _see(self, request: Any) -> None:
        if not request.url.startswith(f"{self.site}/"):
            self.wrong.append(f"asked for {request.url}")

    def go(self, path: str) -> None:
        self.tab.goto(f"{self.site}{path}")

    def check(self, text: str, **fields: str) -> None:
        """Paste a text and wait for what comes of it."""
        self.go("/")
        self.tab.fill("#text", text)
        for name, value in fields.items():
            self.tab.fill(f"#{name}", value)
        self.send()

    def send(self) -> None:
        self.tab.click("button.main")
        self.tab.wait_for_url("**/reports/*")

    def sentence(self) -> str:
        return str(self.tab.inner_text("#sentence"))


@contextmanager
def visiting(chromium: Any, site: str, **how: Any) -> Iterator[Visit]:
    """A tab of its own, in which nothing may go wrong."""
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **how})
    context.set_default_timeout(20_000)
    visit = Visit(context.new_page(), site)
    yield visit
    context.close()
    assert visit.wrong == []


@pytest.fixture
def visit(chromium: Any, site: str) -> Iterator[Visit]:
    with visiting(chromium, site) as visit:
        yield visit
