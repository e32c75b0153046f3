"""Holds answers against ``/openapi.json``."""

from __future__ import annotations

import json
import re
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from service.openapi import describe

_WHERE = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def assert_described(app: Flask, answer: TestResponse) -> None:
    """Whether the answer is one that its call may give, with a body of the shape it may have."""
    adapter = app.url_map.bind("127.0.0.1")
    method = answer.request.method
    if answer.status_code in (404, 405) and not adapter.test(answer.request.path, method):
        return  # no call at all
    rule, _ = adapter.match(answer.request.path, method, return_rule=True)
    calls = _described(app)["paths"]
    path = re.sub(r"<(?:\w+:)?name>", "{id}", rule.rule)
    if path not in calls:
        return  # files of the page
    told = calls[path][method.lower()]["responses"].get(str(answer.status_code))
    assert told, f"{method} {path} must not answer {answer.status_code}: {answer.text}"
    if "content" not in told:
        assert not answer.data
        return
    assert answer.mimetype in told["content"]
    if answer.status_code == HTTPStatus.MULTI_STATUS:
        for line in answer.text.splitlines():
            assert_valid(app, {"$ref": "#/components/schemas/LineAnswer"}, json.loads(line))
    elif answer.is_json:
        assert_valid(app, told["content"][answer.mimetype]["schema"], answer.json)


def assert_valid(app: Flask, schema: dict[str, Any], value: Any) -> None:
    """Whether ``value`` is of the schema."""
    wrong = [
        f"{each.json_path}: {each.message}" for each in validator(app, schema).iter_errors(value)
    ]
    assert not wrong


def validator(app: Flask, schema: dict[str, Any]) -> Draft202012Validator:
    """Of values of this schema, with the schemas that ``app`` names."""
    components = _described(app)["components"]
    return Draft202012Validator({**_WHERE, **schema, "components": components})


@cache
def _described(app: Flask) -> dict[str, Any]:
    return json.loads(json.dumps(describe(app)))
