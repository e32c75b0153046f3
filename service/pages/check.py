"""``/``: paste a text, see what of it is elsewhere."""

from __future__ import annotations

from flask import Blueprint, Response, request

from detector.errors import CopydeskError
from service import metrics
from service.access import needs, tenant
from service.body import read_body
from service.keeping import now
from service.pages import shell
from service.pages.desk import Desk, Link
from service.pages.forms import NOTHING, Sent, read_form, refused
from service.problems import Problem

LINKS = (Link("/", "Check"),)


def add(pages: Blueprint, desk: Desk) -> None:
    """Add the form and its answer."""

    def form(sent: Sent = NOTHING, error: Problem | None = None) -> Response:
        searched = desk.corpora.searched(tenant())
        return refused("check.html", sent, error, searched=searched)

    @pages.get("/")
    @needs("read")
    def check() -> Response:
        return form()

    @pages.post("/")
    @needs("read")
    def checked() -> Response:
        sent = NOTHING
        try:
            sent = read_form(read_body(request))
            document = sent.document("", "the pasted text")
            corpus = desk.corpora.to_check(tenant())
            found, _ = corpus.find(document, now(), settings=desk.settings)
            kept = desk.keeping.keep_briefly(found, desk.settings)
        except (Problem, CopydeskError) as error:
            return form(sent, shell.as_problem(error))
        metrics.MATCHES.observe(len(found.matches))
        return shell.sent_to(f"/reports/{kept.id}")
