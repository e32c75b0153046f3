"""What each call is for, what it takes and gives: the words of ``/openapi.json``.

What the code knows already is taken from it: addresses, methods and scopes from the routes, bodies
from the checks that read them, limits from where they are enforced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from detector.report.phrases import LANGUAGES
from service import answers, api, body, documents, fields, findings, options, uploads
from service.body import JSON, LINES
from service.paging import MAX_LIMIT
from service.schema import STRING, Schema, ref
from service.watches import query

HTML, METRICS = "text/html", "text/plain"
PDF = "application/pdf"
CSV = "text/csv"
SCHEMAS: Mapping[str, Schema] = {
    "Document": documents.SCHEMA,
    "DecisionRequest": fields.schema_of(findings.MEMBERS, required=findings.REQUIRED),
    "WatchRequest": fields.schema_of(query.MEMBERS, required=("name",)),
    **api.SCHEMAS,
    **answers.SCHEMAS,
}

_SHOWN = "What of the report is shown and counted, as in the options of a check."
_PRINTABLE = "^[!-~]([ -~]*[!-~])?$"  # HTTP takes spaces off both ends
PARAMETERS: Mapping[str, Mapping[str, object]] = {
    "limit": {
        "in": "query",
        "description": "How many items the page has at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": MAX_LIMIT},
    },
    "cursor": {
        "in": "query",
        "description": "`next` of the page before; of this list and no other.",
        "schema": STRING,
    },
    "Idempotency-Key": {
        "in": "header",
        "description": "The same request with the same key is carried out once.",
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": body.MAX_KEY,
            "pattern": _PRINTABLE,
        },
        "example": "order-17",
    },
    **{name: options.parameter(name) for name in options.CHECKS},
    "lang": {
        "in": "query",
        "description": "The language of the page.",
        "schema": {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]},
    },
    "day": {
        "in": "query",
        "description": "A day in UTC; today if not given.",
        "schema": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "example": "2026-01-31",
    },
    "If-Match": {
        "in": "header",
        "description": "ETags, one of which the stored document must have.",
        "schema": STRING,
    },
    "If-None-Match": {
        "in": "header",
        "description": "ETags that the stored document must not have; * for any.",
        "schema": STRING,
    },
}

_PAGE = ("limit", "cursor")
_REPORT: Mapping[str, Any] = {"refusals": (404, 410), "takes": tuple(options.CHECKS)}
_PAGED: Mapping[str, Any] = {**_REPORT, "takes": (*options.CHECKS, "lang")}
_PRINTED: Mapping[str, Any] = {**_PAGED, "refusals": (404, 410, 422, 501)}
_GUARD = ("If-Match", "If-None-Match")
_BYTES: Schema = {}  # no JSON: any bytes may be tried
_TEXTS: Mapping[str, Schema] = dict.fromkeys(uploads.FILES, _BYTES)
_MILL = "The paper mill at Ostrava Bend closed on Friday after ninety years."
_STORY = {"id": "bend/17", "text": _MILL, "outlet": "Bend Courier"}


@dataclass(frozen=True, slots=True)
class Call:
    """One method at one address. ``name`` is for programs. ``body``: what it reads, by media type;
    ``answer``: the schema of what it gives, of ``media``; ``statuses`` when all is well,
    ``refusals`` when it is not, beyond those that any such call can answer. ``scope``: of a call
    that asks for a key, but never waits in line."""

    name: str
    summary: str
    answer: str = ""
    media: str = JSON
    statuses: tuple[int, ...] = (200,)
    refusals: tuple[int, ...] = ()
    takes: tuple[str, ...] = ()
    body: Mapping[str, Schema] = field(default_factory=dict)
    example: object = None
    scope: str = ""


CALLS: Mapping[str, Call] = {
    "api.healthz": Call("health", "Whether the process answers.", "Health"),
    "api.readyz": Call("ready", "Whether it can serve.", "Ready", refusals=(503,)),
    "api.numbers": Call(
        "metrics",
        "What was counted, as Prometheus reads it; where there are keys, needs one that may admin.",
        media=METRICS,
        refusals=(503,),
        scope="admin",
    ),
    "api.check": Call(
        "check",
        "Check a text against the corpus; nothing of it is stored, unless a report is to be kept.",
        "Report",
        refusals=(507,),
        body={JSON: ref("CheckRequest"), **_TEXTS},
        example={"text": _MILL, "options": {"min_words": 4}},
    ),
    "api.compare": Call(
        "compare",
        "Compare two texts.",
        "Compared",
        refusals=(507,),
        body={JSON: ref("CompareRequest")},
        example={"a": _MILL, "b": {"text": "The mill closed on Friday.", "outlet": "Dock News"}},
    ),
    "reports.get": Call("getReport", "A report that is kept.", "KeptReport", **_REPORT),
    "reports.as_json": Call("reportAsJson", "The same.", "KeptReport", **_REPORT),
    "reports.as_csv": Call("reportAsCsv", "Its matches, one a line.", media=CSV, **_REPORT),
    "reports.as_html": Call("reportAsPage", "A page to read and send.", media=HTML, **_PAGED),
    "reports.as_pdf": Call("reportAsPdf", "The page on paper.", media=PDF, **_PRINTED),
    "archive.post": Call(
        "storeDocument",
        "Store a document, or many, one a line.",
        "Added",
        statuses=(200, 201, 207),
        refusals=(507,),
        takes=("Idempotency-Key",),
        body={JSON: ref("Document"), **_TEXTS, LINES: _BYTES},
        example=_STORY,
    ),
    "archive.put": Call(
        "putDocument",
        "Store a document under this id, or its next version.",
        "Added",
        statuses=(200, 201),
        refusals=(412, 507),
        takes=("Idempotency-Key", *_GUARD),
        body={JSON: ref("Document"), **_TEXTS},
        example={"text": _MILL, "outlet": "Bend Courier"},
    ),
    "archive.page": Call("listDocuments", "The stored documents.", "Documents", takes=_PAGE),
    "archive.get": Call("getDocument", "A stored document.", "Stored", refusals=(404,)),
    "archive.delete": Call(
        "deleteDocument",
        "Forget a document and its versions.",
        statuses=(204,),
        refusals=(404, 412, 507),
        takes=_GUARD,
    ),
    "archive.matches": Call(
        "matchesOf",
        "What a stored document shares with others.",
        "Matches",
        refusals=(404,),
        takes=(*_PAGE, *options.CHECKS),
    ),
    "archive.clusters": Call(
        "listClusters", "Stories that several texts tell.", "Clusters", takes=_PAGE
    ),
    "archive.cluster": Call("getCluster", "One story.", "Cluster", refusals=(404,)),
    "archive.changes": Call("listChanges", "What happened since.", "Changes", takes=_PAGE),
    "archive.status": Call("status", "How much is stored.", "Status"),
    "findings.post": Call(
        "decide",
        "Confirm or dismiss what two stored documents share, or take that back.",
        "Decision",
        statuses=(201,),
        refusals=(404, 409, 507),
        body={JSON: ref("DecisionRequest")},
        example={"a": "bend/17", "b": "dock/3", "decision": "dismissed", "reason": "licensed"},
    ),
    "findings.page": Call(
        "listDecisions", "What was decided, the latest first.", "Decisions", takes=_PAGE
    ),
    "batches.post": Call(
        "startBatch",
        "Compare many documents with each other, in the background.",
        "Batch",
        statuses=(202,),
        refusals=(429, 507),
        takes=("Idempotency-Key", "min_words"),
        body={LINES: _BYTES, "application/zip": _BYTES, uploads.FORM: _BYTES},
    ),
    "batches.page": Call("listBatches", "The batches.", "Batches", takes=_PAGE),
    "batches.get": Call("getBatch", "How far a batch is.", "Batch", refusals=(404,)),
    "batches.result": Call(
        "resultOf",
        "What came of a batch: a pair object a line.",
        media=LINES,
        refusals=(404, 409, 410),
    ),
    "batches.delete": Call(
        "purgeBatch", "End a batch and delete its result.", statuses=(204,), refusals=(404, 507)
    ),
    "watches.post": Call(
        "addWatch",
        "Be told of what arrives.",
        "Watch",
        statuses=(201,),
        refusals=(409, 507),
        body={JSON: ref("WatchRequest")},
        example={"name": "Who prints us", "outlet": ["Bend Courier"], "direction": "source"},
    ),
    "watches.page": Call("listWatches", "The watches.", "Watches"),
    "watches.get": Call("getWatch", "A watch and what it found.", "Watch", refusals=(404,)),
    "watches.day": Call(
        "hitsOf",
        "What a watch found on a day, as a table.",
        media=CSV,
        refusals=(404,),
        takes=("day",),
    ),
    "watches.delete": Call("deleteWatch", "Forget a watch.", statuses=(204,), refusals=(404, 507)),
    "openapi.schema": Call("openapi", "This description.", media=JSON),
    "openapi.page": Call("docs", "This description, to read.", media=HTML),
}
