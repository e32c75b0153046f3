"""``/reports/{id}``: what came of a check or a comparison, seen as one likes."""

from __future__ import annotations

from flask import Blueprint, Response

from service.access import needs, tenant
from service.keeping import DAY_SECONDS
from service.pages import shell
from service.pages.desk import Desk, Link
from service.pages.result import result_values
from service.printing import FORMS, printed
from service.problems import Problem

LINKS: tuple[Link, ...] = ()


def add(pages: Blueprint, desk: Desk) -> None:
    """Add the page, the report in other forms, and what can be done with it."""

    @pages.get("/reports/<plain:name>")
    @needs("read")
    def report(name: str) -> Response:
        kept = desk.keeping.find(name)
        return shell.page(
            "result.html",
            keep_days=desk.keeping.most_days if desk.corpora.index else 0,
            forms=FORMS,
            **result_values(kept, desk.viewing(kept.settings)),
        )

    @pages.get("/reports/<plain:name>.<plain:form>")
    @needs("read")
    def report_as(name: str, form: str) -> Response:
        if form not in FORMS:
            raise Problem(404, "not_found", f"Reports come as {', '.join(FORMS)}.")
        kept = desk.keeping.find(name)
        return printed(kept, form, desk.viewing(kept.settings), shell.language())

    @pages.post("/reports/<plain:name>/keep")
    @needs("read")
    def keep(name: str) -> Response:
        days = desk.keeping.most_days if desk.corpora.index else 0
        if not days:
            raise Problem(403, "forbidden", "This service keeps no reports for days.")
        kept = desk.keeping.find(name)
        desk.corpora.reports(tenant()).prolong(kept.id, days * DAY_SECONDS)
        return shell.sent_to(f"/reports/{kept.id}")

    @pages.post("/reports/<plain:name>/delete")
    @needs("read")
    def delete(name: str) -> Response:
        desk.corpora.reports(tenant()).delete(desk.keeping.find(name).id)
        return shell.sent_to("/")
