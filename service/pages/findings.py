"""``/findings``: what was decided about matches, by whom and why; other pages send to it."""

from __future__ import annotations

from flask import Blueprint, Response, request

from service.access import needs, tenant
from service.body import read_body
from service.findings import REQUIRED, decide, read_decision
from service.pages import shell
from service.pages.addresses import document_address, pair_address
from service.pages.desk import Desk, Link
from service.pages.forms import read_form
from service.pages.login import own_path
from service.paging import asked_page

LINKS = (Link("/findings", "Decisions", needs_index=True),)
ROWS = 50


def add(pages: Blueprint, desk: Desk) -> None:
    """Add the log, and where decisions are sent to."""

    @pages.get("/findings")
    @needs("read")
    def findings() -> Response:
        corpus = desk.corpora.stored(tenant())
        asked = asked_page("findings", corpus.secret, ROWS)
        found = corpus.findings.page(int(asked.after) if asked.after else None, asked.limit)
        there = {seen.id for each in found for seen in (each.a, each.b) if corpus.get(seen.id)}
        return shell.page(
            "findings.html",
            decisions=found,
            there=there,
            following=asked.following(found, lambda made: str(made.seq)),
            document_address=document_address,
            pair_address=pair_address,
        )

    @pages.post("/findings")
    @needs("write")
    def decide_here() -> Response:
        sent = read_form(read_body(request))
        names = (*REQUIRED, "reason", "finding")
        asked = {name: sent.text(name) for name in names if sent.text(name)}
        decide(desk.corpora.stored(tenant()), **read_decision(asked))
        return shell.sent_to(own_path(sent.text("next")))
