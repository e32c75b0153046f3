"""The calls on watches: keep a query, see what it found, delete it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request

from detector.model import Partners
from detector.report import csv_line
from service import fields
from service.access import needs, tenant
from service.body import JSON, parse_json, read_body
from service.corpora import Corpora
from service.delivery.config import Targets, origin_of
from service.problems import Problem, unprocessable
from service.times import said
from service.uploads import require_media_type
from service.watches.query import MEMBERS
from service.watches.rows import Watch, Watches

_COLUMNS = (
    "at", "id_a", "id_b", "url_a", "url_b", "source", "relation", "words", "severity", "rights",
    "sentence",
)  # fmt: skip
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def blueprint(watches: Watches, corpora: Corpora, targets: Targets) -> Blueprint:
    """The calls on the tenants' watches, which may tell ``targets`` only."""
    api = Blueprint("watches", __name__)
    api.before_request(corpora.require_index)

    @api.post("/v1/watches")
    @needs("write")
    def post() -> Response:
        """Keep a watch; it looks at what comes from now on."""
        corpus = corpora.stored(tenant())
        require_media_type(JSON)
        asked = _read(parse_json(read_body(request)), targets, corpora.partners)
        watch = watches.add(tenant(), asked, corpus.last_event())
        answer = jsonify(_told(watch, watches))
        answer.status_code = 201
        answer.headers["Location"] = f"/v1/watches/{watch.id}"
        return answer

    @api.get("/v1/watches")
    @needs("read")
    def page() -> Response:
        return jsonify({"watches": [_told(watch, watches) for watch in watches.of(tenant())]})

    @api.get("/v1/watches/<plain:name>")
    @needs("read")
    def get(name: str) -> Response:
        return jsonify(_told(_existing(watches, name), watches))

    @api.get("/v1/watches/<plain:name>.csv")
    @needs("read")
    def day(name: str) -> Response:
        """What a watch found on one day, as rows."""
        watch = _existing(watches, name)
        first = _asked_day()
        return Response(_rows(watches, watch, first), mimetype="text/csv")

    @api.delete("/v1/watches/<plain:name>")
    @needs("write")
    def delete(name: str) -> Response:
        """Forget a watch with all it found."""
        watches.delete(_existing(watches, name))
        return Response(status=204)

    return api


def _read(body: Any, targets: Targets, licences: Partners | None) -> Mapping[str, Any]:
    """A watch as it was sent, once nothing is wrong with it."""
    mistakes = fields.Mistakes()
    asked = mistakes.members(body, (), MEMBERS)
    mistakes.require(body, ("name",))
    mistakes.refuse_if_any()
    if "rights" in asked and licences is None:
        raise _not_configured("rights", "the service has no partners file to ask.")
    for kind, known in (("slack", targets.slack), ("email", targets.email)):
        if kind in asked and (tenant(), asked[kind]) not in known:
            raise _not_configured(kind, "is not configured under this name.")
    if "webhook" in asked:
        _check_webhook(asked["webhook"], targets)
    return asked


def _not_configured(member: str, what: str) -> Problem:
    return unprocessable("not_configured", f"{member}: {what}", (member,))


def _check_webhook(url: str, targets: Targets) -> None:
    try:
        is_known = (tenant(), origin_of(url)) in targets.webhooks
    except ValueError as error:
        raise unprocessable("url_not_allowed", f"webhook: {error}.", ("webhook",)) from error
    if not is_known:
        detail = "webhook: this origin is not on the service's list."
        raise unprocessable("url_not_allowed", detail, ("webhook",))


def _existing(watches: Watches, name: str) -> Watch:
    watch = watches.find(tenant(), name)
    if watch is None:
        raise Problem(404, "not_found", "No such watch.")
    return watch


def _told(watch: Watch, watches: Watches) -> dict[str, Any]:
    return {
        "id": watch.id,
        "url": f"/v1/watches/{watch.id}",
        "csv_url": f"/v1/watches/{watch.id}.csv",
        **watch.asked,
        "made_at": said(watch.made_at),
        **watches.counts(watch),
    }


def _asked_day() -> datetime:
    given = request.args.get("day", datetime.now(UTC).date().isoformat())
    try:
        if _DAY.fullmatch(given):
            return datetime.fromisoformat(given).replace(tzinfo=UTC)
    except ValueError:
        pass
    raise Problem(400, "bad_parameter", "day must be a day such as 2026-01-31.")


def _rows(watches: Watches, watch: Watch, day: datetime) -> Iterator[str]:
    """The hits of a day, in UTC, as CSV."""
    yield csv_line(_COLUMNS)
    first, last = day.timestamp(), (day + timedelta(days=1)).timestamp()
    after = (0, 0)
    while some := watches.hits_between(watch, first, last, after):
        after = some[-1][0]
        for _, at, told in some:
            yield csv_line(
                (
                    said(at) or "",
                    *told["ids"],
                    *(url or "" for url in told["urls"]),
                    told["source"] or "",
                    told["relation"],
                    told["words"],
                    told["severity"],
                    told["rights"] or "",
                    told["sentence"],
                )
            )
