"""``/compare``: two texts, side by side."""

from __future__ import annotations

from flask import Blueprint, Response

from service.access import needs
from service.pages import shell
from service.pages.desk import Desk, Link

LINKS = (Link("/compare", "Compare"),)


def add(pages: Blueprint, desk: Desk) -> None:
    """Add the form and its answer."""

    @pages.get("/compare")
    @needs("read")
    def compare() -> Response:
        return shell.page("compare.html")
