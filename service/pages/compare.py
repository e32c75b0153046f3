"""``/compare``: two texts, side by side."""

from __future__ import annotations

from flask import Blueprint, Response, request

from detector.errors import CopydeskError
from service.access import needs
from service.body import read_body
from service.keeping import compared
from service.pages import shell
from service.pages.desk import Desk, Link
from service.pages.forms import NOTHING, read_form, refused
from service.problems import Problem

LINKS = (Link("/compare", "Compare"),)
SIDES = ("a", "b")


def add(pages: Blueprint, desk: Desk) -> None:
    """Add the form and its answer."""

    @pages.get("/compare")
    @needs("read")
    def compare() -> Response:
        return refused("compare.html", NOTHING, None)

    @pages.post("/compare")
    @needs("read")
    def both() -> Response:
        sent = NOTHING
        try:
            sent = read_form(read_body(request))
            a, b = (sent.document(f"{side}_", f"text {side.upper()}") for side in SIDES)
            kept = desk.keeping.keep_briefly(compared(a, b, desk.settings), desk.settings)
        except (Problem, CopydeskError) as error:
            return refused("compare.html", sent, shell.as_problem(error))
        return shell.sent_to(f"/reports/{kept.id}")
