"""The calls on stored documents: put, get, list, delete; their matches, clusters and changes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.routing import PathConverter

from detector.corpus.durable import DurableCorpus
from detector.errors import CopydeskError
from detector.model import Added, Cluster, Document, Once, Status, Stored
from service import fields
from service.access import needs, tenant
from service.body import parse_json, read_body
from service.corpora import Corpora
from service.documents import Draft, from_bytes
from service.paging import Page, asked_page
from service.problems import Problem, of_error

JSON, LINES = "application/json", "application/x-ndjson"
TEXT = ("text/plain", "text/html")
MAX_LINES = 10_000
MAX_LINE_BYTES = 1 << 20
MAX_KEY = 200
SHORT_WORDS = 5
MATCHES = "/matches"
_NONE = "No such document."


class OwnAddress(PathConverter):
    """An id in an address. One that ends like the address of its matches would be hidden."""

    regex = f"(?s:(?!.*{MATCHES}\\Z).+)"  # an id may hold any character, line ends too


def blueprint(corpora: Corpora) -> Blueprint:
    """The calls on what the tenants have stored."""
    api = Blueprint("archive", __name__)

    def corpus() -> DurableCorpus:
        return corpora.stored(tenant())

    @api.post("/v1/documents")
    @needs("write")
    def post() -> Response:
        if request.mimetype == LINES:
            return _post_lines(corpus(), read_body(request))
        data = read_body(request)
        document = _document(data, None)
        added = corpus().add(document, once=_once(data))
        return _answer(corpus(), added)

    @api.put("/v1/documents/<id:name>")
    @needs("write")
    def put(name: str) -> Response:
        data = read_body(request)
        document = _document(data, name)
        added = corpus().add(document, _guard(), _once(data))
        return _answer(corpus(), added)

    @api.get("/v1/documents")
    @needs("read")
    def page() -> Response:
        asked = asked_page("documents", corpus().secret)
        found = corpus().page(asked.after, asked.limit)
        shown = [_card(stored) for name, _ in found if (stored := corpus().get(name))]
        return _paged("documents", shown, asked, found[-1][0] if found else "")

    @api.get("/v1/documents/<id:name>")
    @needs("read")
    def get(name: str) -> Response:
        stored = _existing(corpus(), name)
        answer = jsonify({**_card(stored), **_story(corpus(), stored), **_fields(stored)})
        answer.headers["ETag"] = _etag(stored)
        return answer

    @api.delete("/v1/documents/<id:name>")
    @needs("write")
    def delete(name: str) -> Response:
        guard = _guard()
        stored = _existing(corpus(), name)
        guard(stored)
        corpus().remove(stored.document.id)
        return Response(status=204)

    @api.get(f"/v1/documents/<path:name>{MATCHES}")
    @needs("read")
    def matches(name: str) -> Response:
        stored = _existing(corpus(), name)
        asked = asked_page(f"matches of {stored.name}", corpus().secret)
        found = corpus().matches_of(stored.name)
        first = int(asked.after or 0)
        stop = first + asked.limit
        shown = [c.to_dict() for c in found[first:stop]]
        following = asked.cursor(str(stop)) if stop < len(found) else None
        return jsonify(
            {"document": _card(stored), "matches": shown, "total": len(found), "next": following}
        )

    @api.get("/v1/clusters")
    @needs("read")
    def clusters() -> Response:
        asked = asked_page("clusters", corpus().secret)
        names = corpus().cluster_names(asked.after, asked.limit)
        shown = [_cluster(c) for name in names if (c := corpus().cluster(name))]
        return _paged("clusters", shown, asked, names[-1] if names else "")

    @api.get("/v1/clusters/<name>")
    @needs("read")
    def cluster(name: str) -> Response:
        found = corpus().cluster(name)
        if found is None:
            raise Problem(404, "not_found", "No such cluster.")
        return jsonify(_cluster(found))

    @api.get("/v1/changes")
    @needs("read")
    def changes() -> Response:
        asked = asked_page("changes", corpus().secret)
        events = corpus().events(int(asked.after or 0), asked.limit)
        last = str(events[-1].seq) if events else asked.after
        shown = [event.to_dict() for event in events]
        # Always a cursor: who comes back with it later is told what happened meanwhile.
        return jsonify({"changes": shown, "next": asked.cursor(last)})

    @api.get("/v1/status")
    @needs("read")
    def status() -> Response:
        return jsonify({"tenant": tenant(), **corpus().summary().to_dict()})

    return api


# -- what is sent


def _document(data: bytes, name: str | None) -> Document:
    """The document of a body. ``name`` is the id of its address, which one in the body must
    match; without any, its id comes from its text."""
    if request.mimetype in TEXT:
        charset = request.mimetype_params.get("charset")
        document = from_bytes(data, request.mimetype, charset)
        return dataclasses.replace(document, id=name or _own_id(document))
    if request.mimetype != JSON:
        detail = f"Content-Type must be {', '.join((JSON, LINES, *TEXT))}."
        raise Problem(415, "unsupported_media_type", detail)
    return _from_json(parse_json(data), name)


def _from_json(body: Any, name: str | None) -> Document:
    mistakes = fields.Mistakes()
    draft = Draft.read(body, (), "", mistakes)
    if not isinstance(body, dict):
        mistakes.note((), "must be an object.")
    if name is not None and draft.members.get("id", name) != name:
        mistakes.note(("id",), "is not the id of the address.")
    if str(draft.members.get("id")).endswith(MATCHES):
        mistakes.note(("id",), f"must not end in {MATCHES}: it would have no address.")
    mistakes.refuse_if_any()
    document = draft.document()
    return dataclasses.replace(document, id=document.id or name or _own_id(document))


def _own_id(document: Document) -> str:
    return f"d-{document.digest[:16]}"


def _once(data: bytes) -> Once | None:
    """The idempotency key of the request under way, with the digest of what it asks."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not (1 <= len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        detail = f"Idempotency-Key must be 1 to {MAX_KEY} printable ASCII characters."
        raise Problem(400, "bad_parameter", detail)
    asked = f"{request.method} {request.path} {request.content_type}\n".encode()
    return Once(key, hashlib.sha256(asked + data).hexdigest())


def _guard() -> Callable[[Stored | None], None]:
    """Refuses a change where ``If-Match`` or ``If-None-Match`` says so."""
    wanted, unwanted = request.headers.get("If-Match"), request.headers.get("If-None-Match")

    def guard(stored: Stored | None) -> None:
        tags = {"*", _etag(stored)} if stored else set[str]()
        if wanted is not None and not tags & _tags(wanted):
            raise Problem(412, "version_conflict", "Document has changed.")
        if unwanted is not None and tags & _tags(unwanted):
            raise Problem(412, "version_conflict", "Document exists.")

    return guard


def _tags(header: str) -> set[str]:
    return {tag.strip() for tag in header.split(",")}


def _post_lines(corpus: DurableCorpus, data: bytes) -> Response:
    """Many documents, one a line; an answer for each, in order."""
    lines = data.removeprefix(b"\xef\xbb\xbf").splitlines()
    if len(lines) > MAX_LINES or any(len(line) > MAX_LINE_BYTES for line in lines):
        detail = f"At most {MAX_LINES} lines of {MAX_LINE_BYTES} bytes."
        raise Problem(413, "batch_too_large", detail)
    answers: list[dict[str, Any]] = []
    for line in filter(bytes.strip, lines):
        try:
            answers.append(_said(corpus.add(_from_json(parse_json(line), None))))
        except (Problem, CopydeskError) as error:
            problem = of_error(error)
            if problem.status >= 500:
                raise
            answers.append(
                {"status": problem.status, "code": problem.code, "detail": problem.detail}
            )
    response = Response("".join(json.dumps(each) + "\n" for each in answers), 207)
    response.mimetype = LINES
    return response


# -- what is answered


def _answer(corpus: DurableCorpus, added: Added) -> Response:
    stored = corpus.get(added.id)
    warnings = []
    if stored and len(stored.document.text.split()) < SHORT_WORDS:
        warnings.append("too_short_to_match")
    response = jsonify({**_said(added), "warnings": warnings})
    response.status_code = 201 if added.status is Status.ADDED else 200
    if stored:
        response.headers["ETag"] = _etag(stored)
    return response


def _said(added: Added) -> dict[str, Any]:
    return {
        "id": added.id,
        "status": str(added.status),
        "version": added.version,
        "cluster_id": added.cluster,
        "role": added.role,
    }


def _existing(corpus: DurableCorpus, name: str) -> Stored:
    stored = corpus.get(name)
    if stored is None:
        raise Problem(404, "not_found", _NONE)
    return stored


def _card(stored: Stored) -> dict[str, Any]:
    """What a list shows of a document."""
    document = stored.document
    return {
        "id": stored.name,
        "title": document.title,
        "outlet": document.outlet,
        "published_at": document.published_at,
        "version": stored.version,
        "digest": document.digest,
        "first_seen": stored.first_seen,
        "superseded_at": stored.superseded_at,
    }


def _fields(stored: Stored) -> dict[str, Any]:
    """All that was given of it."""
    given = dataclasses.asdict(stored.document)
    given.pop("id")
    return {**given, "flags": list(stored.document.flags)}


def _story(corpus: DurableCorpus, stored: Stored) -> dict[str, Any]:
    told = corpus.story_of(stored)
    return {"cluster_id": told.cluster, "role": told.role}


def _cluster(cluster: Cluster) -> dict[str, Any]:
    return {"id": cluster.id, **cluster.to_dict()}


def _etag(stored: Stored) -> str:
    known = json.dumps([stored.version, dataclasses.asdict(stored.document)], sort_keys=True)
    return f'"{hashlib.sha256(known.encode("utf-8", "surrogatepass")).hexdigest()[:20]}"'


def _paged(name: str, shown: list[dict[str, Any]], asked: Page, last: str) -> Response:
    """A page that tells where the next begins, None at the end."""
    following = asked.cursor(last) if len(shown) == asked.limit else None
    return jsonify({name: shown, "next": following})
