"""docs/api.md: its examples run, its table names every code that the service can answer."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from tests.service.newsroom import MILL

ROOT = Path(__file__).resolve().parents[2]
API = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
CALLS = re.findall(r"```sh\n(curl .*?)```", API, re.DOTALL)


def as_request(call: str) -> dict[str, Any]:
    """What the command would send, with the text of the mill for the file it reads."""
    _, _, url, *options = shlex.split(call)
    given = dict(zip(options[::2], options[1::2], strict=True))
    data = given.get("--data-binary", given.get("-d"))
    return {
        "path": urlsplit(url).path,
        "method": "POST" if data else "GET",
        "data": MILL if data == "@story.txt" else data,
        "content_type": given.get("-H", "").removeprefix("Content-Type: ") or None,
    }


@pytest.mark.parametrize("call", CALLS)
def test_examples_run(client: FlaskClient, call: str) -> None:
    request = as_request(call)
    answer = client.open(**request)
    assert answer.status_code == 200, answer.text


def test_every_call_has_an_example() -> None:
    shown = {as_request(call)["path"] for call in CALLS}
    assert shown == {rule.rule for rule in create_app().url_map.iter_rules()}


def test_every_code_is_in_the_table() -> None:
    table = set(re.findall(r"^\| [\d, ]+ \| `(\w+)` \|", API, re.MULTILINE))
    source = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("service/*.py"))
    raised = set(re.findall(r'(?:Problem\(\s*\d+, |\d+: \(|unprocessable\()"(\w+)"', source))
    strict = (ROOT / "detector" / "strictjson.py").read_text(encoding="utf-8")
    raised |= (of_json := set(re.findall(r'code ?= ?"(\w+)"', strict)))
    assert of_json == {"bad_json", "bad_utf8", "bad_unicode", "duplicate_key"}
    assert raised <= table
