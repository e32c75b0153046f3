"""The calls: what each reads, whom it asks, what it answers."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from importlib.metadata import version

from flask import Blueprint, Response, current_app, jsonify, request

from detector.errors import UsageError
from detector.keys import DEFAULT_TENANT
from detector.model import Document
from detector.pipeline import compare as compare_documents
from detector.settings import Settings
from detector.strictjson import Json
from detector.view import KINDS, MOST_DAYS, MOST_WORDS, PRESETS, WORDS
from service import fields, metrics
from service.access import needs, require, tenant, tenants
from service.body import parse_json, read_body
from service.corpora import Corpora
from service.documents import Draft
from service.problems import Problem
from service.uploads import FILES, require_media_type, sent_file

JSON = "application/json"
_SOON = {"Retry-After": "5"}

_OPTIONS = {
    "preset": fields.one_of(*PRESETS),
    **{name: fields.one_of(*words) for name, words in WORDS.items()},
    "min_words": fields.between(1, MOST_WORDS),
    "window_days": fields.between(0, MOST_DAYS),
    "kinds": fields.some_of(*KINDS),
    "ignore": fields.strings,
}
_CHECK = {
    "text": fields.string,
    "document": fields.mapping_of("Document"),
    "options": fields.mapping_of("Options"),
}
_COMPARE = {
    "a": fields.string_or("Document"),
    "b": fields.string_or("Document"),
    "options": fields.mapping_of("Options"),
}
SCHEMAS = {
    "Options": fields.schema_of(_OPTIONS),
    "CheckRequest": fields.schema_of(_CHECK, either=("text", "document")),
    "CompareRequest": fields.schema_of(_COMPARE, required=("a", "b")),
}


def blueprint(corpora: Corpora, settings: Settings) -> Blueprint:
    """The calls that store nothing. ``settings`` are those of a request without options."""
    api = Blueprint("api", __name__)
    health = {"status": "ok", "version": version("copydesk")}

    @api.get("/healthz")
    def healthz() -> Response:
        """Looks at nothing: the process answers."""
        return jsonify(health)

    @api.get("/readyz")
    def readyz() -> Response:
        """Opens what a check would look into, so that it fails as one would."""
        if current_app.extensions.get("copydesk_draining"):
            raise Problem(503, "shutting_down", "Server is stopping.", headers=_SOON)
        len(corpora.to_check(DEFAULT_TENANT))
        return jsonify({"status": "ready"})

    @api.get("/metrics")
    def numbers() -> Response:
        """For who measures the service; they tell how much each tenant has."""
        require("admin")
        return metrics.page(corpora.sizes(tenants()))

    @api.post("/v1/check")
    @needs("read")
    def check() -> Response:
        """One text against the folder, or against what the tenant has stored."""
        corpus = corpora.to_check(tenant())
        document, chosen = _to_check(settings)
        report = corpus.check(document, at=_now(), settings=chosen)
        metrics.MATCHES.observe(report.total)
        return jsonify(report.to_dict())

    @api.post("/v1/compare")
    @needs("read")
    def compare() -> Response:
        """Two texts with each other; nothing stored is looked at."""
        require_media_type(JSON)
        a, b, chosen = _to_compare(parse_json(read_body(request)), settings)
        return jsonify(compare_documents(a, b, chosen).to_dict())

    return api


def _to_check(settings: Settings) -> tuple[Document, Settings]:
    """The document of a check, whichever way it was sent."""
    require_media_type(JSON, *FILES)
    data = read_body(request)
    if request.mimetype in FILES:
        return sent_file(data), settings
    return _from_check(parse_json(data), settings)


def _from_check(body: Json, settings: Settings) -> tuple[Document, Settings]:
    mistakes = fields.Mistakes()
    members = mistakes.members(body, (), _CHECK)
    mistakes.exactly_one(body, (), "text", "document")
    if "document" in members:
        draft = Draft.read(members["document"], ("document",), "text", mistakes)
    else:
        draft = Draft.read(members.get("text", ""), ("text",), "text", mistakes)
    chosen = _chosen(members, settings, mistakes)
    mistakes.refuse_if_any()
    return draft.document(), chosen


def _to_compare(body: Json, settings: Settings) -> tuple[Document, Document, Settings]:
    mistakes = fields.Mistakes()
    members = mistakes.members(body, (), _COMPARE)
    for side in ("a", "b"):
        if isinstance(body, dict) and side not in body:
            mistakes.note((side,), "is missing.")
    a, b = (Draft.read(members.get(side, ""), (side,), side, mistakes) for side in ("a", "b"))
    chosen = _chosen(members, settings, mistakes)
    mistakes.refuse_if_any()
    return a.document(), b.document(), chosen


def _chosen(members: dict[str, Json], settings: Settings, mistakes: fields.Mistakes) -> Settings:
    """``settings`` as the request's options change them."""
    options = mistakes.members(members.get("options", {}), ("options",), _OPTIONS)
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return dataclasses.replace(settings, view=settings.view.changed(given))
    except UsageError as error:  # all but the lines to ignore were checked
        mistakes.note(("options", "ignore"), f"{error.message}.")
        return settings


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
