"""The calls on findings: what somebody decides about a pair of stored texts, and the log of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from detector.corpus.durable import DurableCorpus
from detector.corpus.findings import MAX_REASON_CHARS, finding_digest
from detector.errors import UsageError
from detector.model import Comparison, Decision, Ruling, Stored
from service import fields
from service.access import needs, tenant
from service.body import JSON, parse_json, read_body
from service.corpora import Corpora
from service.paging import asked_page
from service.problems import Problem
from service.uploads import require_media_type

MEMBERS = {
    "a": fields.name,
    "b": fields.name,
    "decision": fields.required_of(*Ruling),
    "reason": fields.at_most(MAX_REASON_CHARS),
    "finding": fields.string,
}
REQUIRED = ("a", "b", "decision")


def blueprint(corpora: Corpora) -> Blueprint:
    """The calls on what the tenants decide."""
    api = Blueprint("findings", __name__)

    def corpus() -> DurableCorpus:
        return corpora.stored(tenant())

    @api.post("/v1/findings")
    @needs("write")
    def post() -> Response:
        require_media_type(JSON)
        made = decide(corpus(), **read_decision(parse_json(read_body(request))))
        answer = jsonify(made.to_dict())
        answer.status_code = 201
        return answer

    @api.get("/v1/findings")
    @needs("read")
    def page() -> Response:
        asked = asked_page("findings", corpus().secret)
        found = corpus().findings.page(int(asked.after) if asked.after else None, asked.limit)
        following = asked.following(found, lambda made: str(made.seq))
        return jsonify({"findings": [each.to_dict() for each in found], "next": following})

    return api


def decide(
    corpus: DurableCorpus, a: str, b: str, decision: str, reason: str = "", finding: str = ""
) -> Decision:
    """Write down what the caller says of a pair. ``finding`` is the digest that was looked at.

    Raises Problem: 404 ``not_found`` where the two share nothing, 409 ``finding_changed`` where
    they share something else by now.
    """
    pair = existing_pair(corpus, a, b)
    if finding and finding != finding_digest(pair):
        detail = "The texts share something else by now; look again."
        raise Problem(409, "finding_changed", detail)
    sides = existing_document(corpus, a), existing_document(corpus, b)
    return corpus.findings.decide(pair, sides, Ruling(decision), reason, g.key.name)


def existing_document(corpus: DurableCorpus, name: str) -> Stored:
    """A stored document, by its id or as findings call an old version. Raises Problem (404)."""
    found = corpus.get(name)
    if found is None:
        raise Problem(404, "not_found", "No such document.")
    return found


def existing_pair(corpus: DurableCorpus, a: str, b: str) -> Comparison:
    """What two stored texts share, the first as a. Raises Problem (404, ``not_found``)."""
    try:
        found = corpus.matches_of(a)
    except UsageError:
        found = ()
    for pair in found:
        if (pair.a.document.id, pair.b.document.id) == (a, b):
            return pair
    raise Problem(404, "not_found", "There are no such two texts that share anything.")


def with_decisions(corpus: DurableCorpus, pairs: Sequence[Comparison]) -> list[dict[str, Any]]:
    """Pairs as answers have them, each with what was decided about it."""
    latest = corpus.findings.latest(pairs)
    shown = []
    for pair in pairs:
        digest = finding_digest(pair)
        made = latest.get(digest)
        told = {"finding": digest, "decision": made.to_dict() if made else None}
        shown.append({**pair.to_dict(), **told})
    return shown


def read_decision(body: Any) -> dict[str, str]:
    """What :func:`decide` is to be given, checked. Raises Problem (422)."""
    mistakes = fields.Mistakes()
    members = mistakes.members(body, (), MEMBERS)
    mistakes.require(body, REQUIRED)
    mistakes.refuse_if_any()
    return members
