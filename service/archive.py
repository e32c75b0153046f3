"""The calls on stored documents: put, get, list, delete; their matches, clusters and changes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable
from functools import partial
from operator import itemgetter
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.routing import PathConverter

from detector.corpus.durable import DurableCorpus
from detector.errors import CopydeskError, InputError
from detector.model import Added, Cluster, Document, Skipped, Status, Stored
from detector.pipeline import check_words
from detector.rights import add_rights
from service import fields, options
from service.access import needs, tenant
from service.body import JSON, LINES, asked_once, check_lines, parse_json, read_body
from service.corpora import Corpora
from service.documents import Draft
from service.findings import existing_document, with_decisions
from service.paging import asked_page
from service.problems import Problem, of_error
from service.uploads import FILES, require_media_type, sent_file

SHORT_WORDS = 5
RELATED_AT_ONCE = 20
"""Of so many documents in one request each answer has its cluster; of more none has."""
MATCHES = "/matches"


class OwnAddress(PathConverter):
    """An id in an address. One that ends like the address of its matches would be hidden."""

    regex = f"(?s:(?!.*{MATCHES}\\Z).+)"  # an id may hold any character, line ends too


def blueprint(corpora: Corpora) -> Blueprint:
    """The calls on what the tenants have stored."""
    api = Blueprint("archive", __name__)

    def corpus() -> DurableCorpus:
        """The stored documents of who asks."""
        return corpora.stored(tenant())

    @api.post("/v1/documents")
    @needs("write")
    def post() -> Response:
        """One document, whose id may come from its text, or many as lines."""
        if request.mimetype == LINES:
            return _post_lines(corpus(), read_body(request))
        data = read_body(request)
        document = _document(data, None)
        added = corpus().add(document, once=asked_once(data))
        return _answer(corpus(), added)

    @api.put("/v1/documents/<id:name>")
    @needs("write")
    def put(name: str) -> Response:
        """A document under its id; what is there must be as the request assumes."""
        data = read_body(request)
        document = _document(data, name)
        added = corpus().add(document, _guard(), asked_once(data))
        return _answer(corpus(), added)

    @api.delete("/v1/documents/<id:name>")
    @needs("write")
    def delete(name: str) -> Response:
        """Take a document out; it must be as the request assumes."""
        corpus().remove(existing_document(corpus(), name).document.id, _guard())
        return Response(status=204)

    _add_documents(api, corpus)
    _add_matches(api, corpora, corpus)
    _add_stories(api, corpus)
    return api


def _add_documents(api: Blueprint, corpus: Callable[[], DurableCorpus]) -> None:
    """The calls that show what is stored."""

    @api.get("/v1/documents")
    @needs("read")
    def page() -> Response:
        """Those removed since the page was looked up are left out."""
        asked = asked_page("documents", corpus().secret)
        found = corpus().page(asked.after, asked.limit)
        shown = [_card(stored) for name, _ in found if (stored := corpus().get(name))]
        following = asked.following(found, itemgetter(0))
        return jsonify({"documents": shown, "next": following})

    @api.get("/v1/documents/<id:name>")
    @needs("read")
    def get(name: str) -> Response:
        """A document with its story; its ETag guards a later change."""
        stored = existing_document(corpus(), name)
        answer = jsonify({**_card(stored), **_story(corpus(), stored), **_fields(stored)})
        answer.headers["ETag"] = _etag(stored)
        return answer


def _add_matches(api: Blueprint, corpora: Corpora, corpus: Callable[[], DurableCorpus]) -> None:
    """The call on what a document shares with others."""

    @api.get(f"/v1/documents/<path:name>{MATCHES}")
    @needs("read")
    def matches(name: str) -> Response:
        """What a stored document shares with others, as found when they were added."""
        stored = existing_document(corpus(), name)
        seen_as = options.of_address(corpora.settings)
        asked = asked_page(f"matches of {stored.name} {seen_as.digest}", corpus().secret)
        found = corpus().matches_of(stored.name, seen_as)
        some, following = asked.part(found)
        shown = with_decisions(corpus(), [add_rights(c, corpora.partners) for c in some])
        return jsonify(
            {"document": _card(stored), "matches": shown, "total": len(found), "next": following}
        )


def _add_stories(api: Blueprint, corpus: Callable[[], DurableCorpus]) -> None:
    """The calls on what the documents are together."""

    @api.get("/v1/clusters")
    @needs("read")
    def clusters() -> Response:
        """Stories in the order of their names, a page at a time."""
        asked = asked_page("clusters", corpus().secret)
        names = corpus().cluster_names(asked.after, asked.limit)
        shown = [_cluster(c) for name in names if (c := corpus().cluster(name))]
        return jsonify({"clusters": shown, "next": asked.following(names, str)})

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
        """What happened since a cursor, oldest first."""
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


# -- what is sent


def _document(data: bytes, name: str | None) -> Document:
    """The document of a body. ``name`` is the id of its address, which one in the body must
    match; without any, its id comes from its text."""
    require_media_type(JSON, LINES, *FILES)
    if request.mimetype in FILES:
        document = sent_file(data)
        return dataclasses.replace(document, id=name or _own_id(document))
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


def _guard() -> Callable[[Stored | None], None]:
    """Refuses a change where ``If-Match`` or ``If-None-Match`` says so."""
    wanted, unwanted = request.headers.get("If-Match"), request.headers.get("If-None-Match")

    def guard(stored: Stored | None) -> None:
        """Raise Problem unless what is stored is what the headers assume."""
        tags = {"*", _etag(stored)} if stored else set[str]()
        if wanted is not None and not tags & _tags(wanted):
            raise Problem(412, "version_conflict", "Document has changed.")
        if unwanted is not None and tags & _tags(unwanted):
            raise Problem(412, "version_conflict", "Document exists.")

    return guard


def _tags(header: str) -> set[str]:
    return {tag.strip() for tag in header.split(",")}


def _post_lines(corpus: DurableCorpus, data: bytes) -> Response:
    """Many documents, one a line; an answer for each, in order. What many share with others is
    found by the worker, later; few are added as one is."""
    read = [_line_document(line) for line in check_lines(data) if line.strip()]
    documents = [each for each in read if isinstance(each, Document)]
    add = corpus.add_all if len(documents) > RELATED_AT_ONCE else partial(map, corpus.add)
    added = iter(add(documents))
    answers = (_line_answer(next(added)) if isinstance(each, Document) else each for each in read)
    response = Response("".join(json.dumps(each) + "\n" for each in answers), 207)
    response.mimetype = LINES
    return response


def _line_document(line: bytes) -> Document | dict[str, Any]:
    """The document of a line, or what is wrong with it."""
    try:
        document = _from_json(parse_json(line), None)
        check_words(document)
    except (Problem, CopydeskError) as error:
        return _refusal(error)
    return document


def _line_answer(added: Added | Skipped) -> dict[str, Any]:
    if isinstance(added, Skipped):
        return _refusal(InputError(added.reason, code=added.code))
    return _said(added)


def _refusal(error: Problem | CopydeskError) -> dict[str, Any]:
    problem = of_error(error)
    if problem.status >= 500:
        raise error
    return {"status": problem.status, "code": problem.code, "detail": problem.detail}


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
