"""``/openapi.json`` says what the service does, no more and no less; ``/docs`` shows it offline."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, ValidationError
from werkzeug.routing import Rule

from detector.keys import make_key, save_keys
from service import fields
from service.app import create_app
from service.openapi import describe
from tests.service.described import validator

METHODS = {"get", "post", "put", "delete"}
FILES = {"openapi.static", "openapi.vendored"}


def is_for_people(rule: Rule) -> bool:
    """Whether an address is a web page or a file of one, and no call for programs."""
    return rule.endpoint in FILES or rule.endpoint.startswith("pages.")


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app()


def test_every_call_is_described_and_nothing_else(app: Flask) -> None:
    described = {
        (path, method)
        for path, item in describe(app)["paths"].items()
        for method in METHODS & set(item)
    }
    ours = {
        (re.sub(r"<(?:\w+:)?name>", "{id}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not is_for_people(rule)
    }
    assert described == ours


def test_schemas_are_sound_and_every_reference_leads_somewhere(app: Flask) -> None:
    described = describe(app)
    named = described["components"]["schemas"]
    for schema in named.values():
        Draft202012Validator.check_schema(schema)
    wanted = set(re.findall(r"#/components/schemas/(\w+)", repr(described)))
    assert wanted <= set(named)


def test_examples_are_of_their_schema(app: Flask) -> None:
    for item in describe(app)["paths"].values():
        for method in METHODS & set(item):
            for told in item[method].get("requestBody", {}).get("content", {}).values():
                if "example" in told:
                    validator(app, told["schema"]).validate(told["example"])


BODIES: list[tuple[str, str, Any]] = [
    ("/v1/check", "CheckRequest", {"text": "Rain fell.", "options": {"min_words": 4.0}}),
    ("/v1/check", "CheckRequest", {"text": None}),
    ("/v1/check", "CheckRequest", {"text": "x", "options": {"min_words": 0}}),
    ("/v1/check", "CheckRequest", {"text": "x", "options": {"min_words": True}}),
    ("/v1/check", "CheckRequest", {"text": "x", "document": {"text": "x"}}),
    ("/v1/check", "CheckRequest", {}),
    ("/v1/check", "CheckRequest", {"document": {"text": "x", "kind": None, "title": None}}),
    ("/v1/check", "CheckRequest", {"document": {"text": "x", "kind": "blog"}}),
    ("/v1/check", "CheckRequest", {"document": {"text": "x", "html": "<p>x"}}),
    ("/v1/check", "CheckRequest", {"document": {"text": "x", "id": ""}}),
    ("/v1/check", "CheckRequest", {"document": {"text": "x", "extra": None}}),
    ("/v1/check", "CheckRequest", {"text": "x", "texts": "x"}),
    ("/v1/compare", "CompareRequest", {"a": "x"}),
    ("/v1/compare", "CompareRequest", {"a": "x", "b": 5}),
    ("/v1/compare", "CompareRequest", {"a": "x", "b": {"text": "x"}}),
    ("/v1/compare", "CompareRequest", []),
]


@pytest.mark.parametrize(("url", "schema", "body"), BODIES)
def test_a_body_is_refused_exactly_where_its_schema_refuses_it(
    client: FlaskClient, url: str, schema: str, body: Any
) -> None:
    try:
        validator(client.application, {"$ref": f"#/components/schemas/{schema}"}).validate(body)
        sound = True
    except ValidationError:
        sound = False
    answer = client.post(url, json=body)
    assert (answer.status_code == 200) is sound, answer.text
    assert sound or answer.json["code"] == "validation_failed"  # type: ignore[index]


def test_a_schema_lists_the_members_that_are_checked() -> None:
    checks = {"n": fields.between(1, 9), "kind": fields.one_of("wire")}
    schema = fields.schema_of(checks, required=("n",))
    assert schema["properties"]["n"] == {"type": "integer", "minimum": 1, "maximum": 9}
    assert schema["properties"]["kind"] == {"enum": ["wire", None]}
    assert schema["required"] == ["n"]


def test_keys_are_asked_for_where_there_are_keys(tmp_path: Path) -> None:
    key, _ = make_key("desk", "default", ["read"])
    save_keys(tmp_path / "keys.json", [key])
    described = describe(create_app(keys=str(tmp_path / "keys.json")))["paths"]
    assert described["/v1/check"]["post"]["security"] == [{"key": []}]
    assert "401" in described["/v1/check"]["post"]["responses"]
    assert "security" not in described["/healthz"]["get"]
    assert "security" not in describe(create_app())["paths"]["/v1/check"]["post"]


def test_the_page_has_no_script_of_its_own_and_fetches_from_nowhere_else(
    client: FlaskClient,
) -> None:
    page = client.get("/docs")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "//" not in page.text
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\son\w+=|\sstyle=", page.text)
    for file in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        answer = client.get(f"/{file}")
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/docs/vendor/../app.py").status_code == 404
