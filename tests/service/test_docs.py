"""docs/api.md: its examples run, its table names every code that the service can answer."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from detector.settings import DEFAULT
from service.app import create_app
from service.background.ledger import JOBS, Ledger
from service.background.worker import Worker
from service.corpora import Corpora, beside
from service.delivery.config import NOBODY
from tests.service.newsroom import HARBOUR, MILL
from tests.service.test_openapi import is_for_people
from tests.tinypdf import column, pdf

ROOT = Path(__file__).resolve().parents[2]
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
LINES = "".join(json.dumps({"text": text}) + "\n" for text in (MILL, HARBOUR))
FILES = {
    "@story.txt": MILL,
    "@story.pdf": pdf([column(textwrap.wrap(MILL, 60))]),
    "@stories.jsonl": LINES,
}
_BLOCKS = "\n".join(re.findall(r"```sh\n(curl .*?)```", API, re.DOTALL))
CALLS = re.findall(r"^curl .*?(?=^curl |\Z)", _BLOCKS, re.DOTALL | re.MULTILINE)


def as_request(call: str) -> dict[str, Any]:
    """What the command would send, with the text of the mill for a file it reads."""
    _, *words = shlex.split(call)
    url = next(word for word in words if word.startswith("http://"))
    given: dict[str, list[str]] = {}
    for option, value in pairwise(words):
        if option.startswith("-") and option != "-s":
            given.setdefault(option, []).append(value)
    data = next(iter(given.get("--data-binary", given.get("-d", []))), None)
    headers = dict(header.split(": ", 1) for header in given.get("-H", []))
    parts = urlsplit(url)
    return {
        "path": parts.path,
        "query_string": parts.query,
        "method": given.get("-X", ["POST" if data else "GET"])[0],
        "data": FILES.get(data or "", data),
        "content_type": headers.pop("Content-Type", None),
        "headers": headers,
    }


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    index = str(tmp_path_factory.mktemp("docs") / "news.db")
    app = create_app(index=index)
    app.testing = True
    ledger = Ledger(beside(index, JOBS))
    app.extensions["worker"] = Worker(Corpora(DEFAULT, index=index), ledger, NOBODY)
    return app.test_client()


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The ids that the examples so far were given, by the names that later ones call them by."""
    return {}


@pytest.mark.parametrize("call", CALLS)
def test_examples_run(desk: FlaskClient, made: dict[str, str], call: str) -> None:
    for name, value in made.items():
        call = call.replace(name, value)
    answer = desk.open(**as_request(call))
    assert answer.status_code in (200, 201, 202, 204, 207), answer.text
    if where := answer.headers.get("Location") or answer.headers.get("Content-Location"):
        kind, name = where.split("/")[-2:]
        made[{"batches": "$BATCH", "watches": "$WATCH", "reports": "$REPORT"}[kind]] = name
        desk.application.extensions["worker"].run_batch()


def test_every_call_has_an_example() -> None:
    rules = create_app().url_map
    matcher = rules.bind("127.0.0.1")
    shown = set()
    for request in map(as_request, CALLS):
        rule, _ = matcher.match(request["path"], request["method"], return_rule=True)
        shown.add((rule.rule, request["method"]))
    ours = {
        (rule.rule, method)
        for rule in rules.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not is_for_people(rule)
    }
    assert shown == ours


def test_every_code_is_in_the_table() -> None:
    table = set(re.findall(r"^\| [\d, ]+ \| `(\w+)` \|", API, re.MULTILINE))
    source = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("service/**/*.py"))
    raised = set(re.findall(r'(?:Problem\(\s*\d+, |\d+: \(|unprocessable\()"(\w+)"', source))
    strict = (ROOT / "detector" / "strictjson.py").read_text(encoding="utf-8")
    raised |= (of_json := set(re.findall(r'code ?= ?"(\w+)"', strict)))
    assert of_json == {"bad_json", "bad_utf8", "bad_unicode", "duplicate_key"}
    assert raised <= table
