"""``/documents/{id}``: one document, its versions, and what it shares with others."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from detector.corpus.durable import DurableCorpus
from detector.corpus.findings import finding_digest
from detector.model import Stored
from detector.rights import add_rights
from service.access import needs, tenant
from service.findings import existing_document
from service.pages import pairs, shell
from service.pages.addresses import document_address, pair_address, readings
from service.pages.desk import Desk, Link
from service.paging import asked_page
from service.problems import Problem

LINKS: tuple[Link, ...] = ()
MATCHES_SHOWN = 40


def add(pages: Blueprint, desk: Desk) -> None:
    """Add the page, and that of two documents, whose address begins as this one's."""

    @pages.get("/documents/<id:path>")
    @needs("read")
    def document(path: str) -> Response:
        corpus = desk.corpora.stored(tenant())
        if stored := corpus.get(path):
            return _page(desk, corpus, stored)
        for name, other in readings(path):
            if corpus.get(name) and corpus.get(other):
                return pairs.page(desk, corpus, name, other)
        raise Problem(404, "not_found", "No such document.")

    @pages.get("/documents")
    @needs("read")
    def named_document() -> Response:
        corpus = desk.corpora.stored(tenant())
        name, other = request.args.get("id", ""), request.args.get("with")
        if other is not None:
            return pairs.page(desk, corpus, name, other)
        return _page(desk, corpus, existing_document(corpus, name))


def _page(desk: Desk, corpus: DurableCorpus, stored: Stored) -> Response:
    asked = asked_page(f"matches of {stored.name}", corpus.secret, MATCHES_SHOWN)
    found = corpus.matches_of(stored.name)
    some, following = asked.part(found)
    matches = [add_rights(pair, desk.corpora.partners) for pair in some]
    latest = corpus.findings.latest(matches)
    rows = [(pair, finding := finding_digest(pair), latest.get(finding)) for pair in matches]
    return shell.page(
        "document.html",
        stored=stored,
        document=stored.document,
        versions=corpus.versions(stored.document.id)[::-1],
        story=corpus.story_of(stored),
        rows=rows,
        total=len(found),
        following=following,
        may_write=g.key.may("write"),
        here_again=document_address(stored.name),
        document_address=document_address,
        pair_address=pair_address,
    )
