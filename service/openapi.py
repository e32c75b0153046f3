"""``/openapi.json``: the calls as OpenAPI 3.1, made from the routes, the checks of their bodies and
:mod:`service.calls`; ``/docs``: the same to read, offline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, send_from_directory
from werkzeug.routing import Rule

from detector.version import VERSION
from service.body import JSON
from service.calls import CALLS, PARAMETERS, SCHEMAS, Call
from service.headers import REQUEST_ID
from service.problems import MEDIA_TYPE
from service.schema import COUNT, STRING, ref

_ABOUT = (
    "Finds which passages of a news text came from where, who had them first, and whether they"
    " were quoted and credited. Every answer has X-Request-Id; send your own to have it kept."
)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_VENDOR = Path(__file__).with_name("vendor")
_VARIABLE = re.compile(r"<(?:\w+:)?\w+>")
_FOLLOW = ("getDocument", "deleteDocument", "matchesOf", "putDocument")


def install(app: Flask) -> None:
    """Add both pages to ``app``, which must have all its other calls by now."""
    pages = Blueprint("openapi", __name__, static_folder="static", static_url_path="/docs/static")
    described: dict[str, Any] = {}

    @pages.get("/openapi.json")
    def schema() -> Response:
        return jsonify(described)

    @pages.get("/docs")
    def page() -> Response:
        response = pages.send_static_file("docs.html")
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    @pages.get("/docs/vendor/<path:name>")
    def vendored(name: str) -> Response:
        """Swagger UI from this package, so that the page asks nobody else."""
        return send_from_directory(_VENDOR, name)

    app.register_blueprint(pages)
    described.update(describe(app))


def describe(app: Flask) -> dict[str, Any]:
    """The calls of ``app`` as an OpenAPI document.

    >>> from service.app import create_app
    >>> sorted(describe(create_app())["paths"]["/v1/documents/{id}"])
    ['delete', 'get', 'parameters', 'put']
    """
    keyed = app.extensions["copydesk_keys"] is not None
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, call in _calls(app):
        path = paths.setdefault(_VARIABLE.sub("{id}", rule.rule), {})
        if rule.arguments:
            path["parameters"] = [
                _parameter("id", {"in": "path", "required": True, "schema": STRING})
            ]
        scope = getattr(app.view_functions[rule.endpoint], "scope", call.scope)
        path[method.lower()] = _operation(call, scope, keyed)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Copydesk", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {name: dict(schema) for name, schema in SCHEMAS.items()},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}} if keyed else {},
        },
    }


def _calls(app: Flask) -> Iterator[tuple[Rule, str, Call]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint in CALLS:
                yield rule, method, CALLS[rule.endpoint]


def _operation(call: Call, scope: str, keyed: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"operationId": call.name, "summary": call.summary}
    if call.takes:
        told["parameters"] = [_parameter(name, PARAMETERS[name]) for name in call.takes]
    if call.body:
        content: dict[str, dict[str, Any]] = {
            media: {"schema": schema} for media, schema in call.body.items()
        }
        if call.example is not None:
            next(iter(content.values()))["example"] = call.example
        told["requestBody"] = {"required": True, "content": content}
    if scope and keyed:
        told["security"] = [{"key": []}]
        told["description"] = f"Needs a key with the scope `{scope}`."
    refusals = _refusals(call, scope, keyed)
    told["responses"] = {
        **{str(status): _answer(call, status) for status in call.statuses},
        **{str(status): _refusal(status) for status in refusals},
    }
    return told


def _refusals(call: Call, scope: str, keyed: bool) -> list[int]:
    """What a call may answer instead of what was hoped for."""
    found = {414, 431, 500, *call.refusals}
    if call.takes or call.body:
        found |= {400}
    if call.body:
        found |= {408, 413, 415, 422}
    if scope:
        found |= {403, 503}
    if scope and keyed:
        found |= {401, 429}
    return sorted(found)


def _answer(call: Call, status: int) -> dict[str, Any]:
    told: dict[str, Any] = {"description": HTTPStatus(status).phrase, "headers": _HEADERS}
    if status == HTTPStatus.MULTI_STATUS:
        lines = {"type": "string", "description": "A LineAnswer for each line, in order."}
        told["content"] = {"application/x-ndjson": {"schema": lines}}
    elif status != HTTPStatus.NO_CONTENT:
        schema = ref(call.answer) if call.answer else {} if call.media == JSON else STRING
        told["content"] = {call.media: {"schema": schema}}
    if call.answer == "Added" and status != HTTPStatus.MULTI_STATUS:
        told["links"] = {
            name: {"operationId": name, "parameters": {"id": "$response.body#/id"}}
            for name in _FOLLOW
        }
    return told


def _refusal(status: int) -> dict[str, Any]:
    later = {"Retry-After": {"schema": COUNT}} if status in (429, 503) else {}
    return {
        "description": HTTPStatus(status).phrase,
        "headers": {**_HEADERS, **later},
        "content": {MEDIA_TYPE: {"schema": ref("Problem")}},
    }


def _parameter(name: str, rest: Mapping[str, object]) -> dict[str, object]:
    return {"name": name, **rest}


_HEADERS = {REQUEST_ID: {"schema": STRING}}
