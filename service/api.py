"""The calls: what each reads, whom it asks, what it answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from detector.corpus.kept import Kept
from detector.keys import DEFAULT_TENANT
from detector.model import Document
from detector.settings import Settings
from detector.strictjson import Json
from detector.version import VERSION
from service import fields, metrics, options
from service.access import needs, require, tenant, tenants
from service.body import JSON, parse_json, read_body
from service.corpora import Corpora
from service.documents import Draft
from service.keeping import Keeping, compared, now
from service.printing import of_report
from service.problems import Problem
from service.uploads import FILES, require_media_type, sent_file
from service.viewing import Viewing

_SOON = {"Retry-After": "5"}

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
    "Options": fields.schema_of(options.CHECKS),
    "CheckRequest": fields.schema_of(_CHECK, either=("text", "document")),
    "CompareRequest": fields.schema_of(_COMPARE, required=("a", "b")),
}


def blueprint(corpora: Corpora, settings: Settings, keeping: Keeping) -> Blueprint:
    """The calls that store no text; they keep a report where they are asked to. ``settings`` are
    those of a request without options."""
    api = Blueprint("api", __name__)
    _add_health(api, corpora)

    @api.post("/v1/check")
    @needs("read")
    def check() -> Response:
        """One text against the folder, or against what the tenant has stored."""
        corpus = corpora.to_check(tenant())
        document, chosen, asked = _to_check(settings)
        found, reading = corpus.find(document, now(), settings=chosen)
        report = Viewing(chosen, corpora.partners).report(found, reading)
        metrics.MATCHES.observe(report.total)
        days = keeping.days_for(asked)
        kept = keeping.keep(found, chosen, days) if days else None
        return _answer(report.to_dict(), kept)

    @api.post("/v1/compare")
    @needs("read")
    def compare() -> Response:
        """Two texts with each other; nothing stored is looked at."""
        require_media_type(JSON)
        a, b, chosen, asked = _to_compare(parse_json(read_body(request)), settings)
        found = compared(a, b, chosen)
        days = keeping.days_for(asked)
        kept = keeping.keep(found, chosen, days) if days else None
        seen = Viewing(chosen, corpora.partners).pair(found.pair)
        return _answer(seen.to_dict(), kept)

    return api


def _add_health(api: Blueprint, corpora: Corpora) -> None:
    """The calls of whoever runs the service."""
    health = {"status": "ok", "version": VERSION}

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


def _answer(told: dict[str, Any], kept: Kept | None) -> Response:
    """An answer, with where the report is that is kept of it, if one is."""
    if kept is None:
        return jsonify(told)
    response = jsonify({**told, **of_report(kept)})
    response.headers["Content-Location"] = f"/v1/reports/{kept.id}"
    return response


def _to_check(settings: Settings) -> tuple[Document, Settings, float | None]:
    """The document of a check, whichever way it was sent; its settings; for how many days it asks
    its report to be kept, None if it does not say."""
    require_media_type(JSON, *FILES)
    data = read_body(request)
    if request.mimetype in FILES:
        return sent_file(data), settings, None
    return _from_check(parse_json(data), settings)


def _from_check(body: Json, settings: Settings) -> tuple[Document, Settings, float | None]:
    mistakes = fields.Mistakes()
    members = mistakes.members(body, (), _CHECK)
    mistakes.exactly_one(body, (), "text", "document")
    if "document" in members:
        draft = Draft.read(members["document"], ("document",), "text", mistakes)
    else:
        draft = Draft.read(members.get("text", ""), ("text",), "text", mistakes)
    chosen, days = options.of_body(members.get("options", {}), settings, mistakes)
    mistakes.refuse_if_any()
    return draft.document(), chosen, days


def _to_compare(
    body: Json, settings: Settings
) -> tuple[Document, Document, Settings, float | None]:
    mistakes = fields.Mistakes()
    members = mistakes.members(body, (), _COMPARE)
    mistakes.require(body, ("a", "b"))
    a, b = (Draft.read(members.get(side, ""), (side,), side, mistakes) for side in ("a", "b"))
    chosen, days = options.of_body(members.get("options", {}), settings, mistakes)
    mistakes.refuse_if_any()
    return a.document(), b.document(), chosen, days
