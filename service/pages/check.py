"""``/``: paste a text, see what of it is elsewhere."""

from __future__ import annotations

from flask import Blueprint, Response

from service.access import needs
from service.pages import shell
from service.pages.desk import Desk, Link

LINKS = (Link("/", "Check"),)


def add(pages: Blueprint, desk: Desk) -> None:
    """Add the form and its answer."""

    @pages.get("/")
    @needs("read")
    def check() -> Response:
        return shell.page("check.html")
