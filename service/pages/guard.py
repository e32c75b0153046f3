"""Who may see a page, and from where a form may come. What is refused is told as a page."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, current_app, g, request

from detector.errors import CopydeskError
from service import access
from service.access import KeyRing
from service.pages import shell
from service.pages.desk import Desk
from service.pages.session import COOKIE
from service.problems import Problem, of_error

LOGIN = "/login"


def install(pages: Blueprint, desk: Desk) -> None:
    """Have every request of ``pages`` looked at before it is answered."""

    @pages.before_request
    def look() -> None:
        ring: KeyRing | None = current_app.extensions["copydesk_keys"]
        digest = desk.sessions.digest_of(request.cookies.get(COOKIE, "")) if ring else None
        g.visitor = ring.of_digest(digest) if ring and digest else None
        if request.method == "POST":
            _require_our_own_form()

    pages.register_error_handler(Problem, _told)
    pages.register_error_handler(CopydeskError, lambda error: _told(of_error(error)))


def _require_our_own_form() -> None:
    """A form of another site must do nothing in the name of who is logged in here. The cookie is
    not sent with it either (SameSite=Strict); without keys there is no cookie."""
    is_told = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    if not is_told or access.is_of_other_site():
        raise Problem(403, "forbidden", "This form was not sent from here.")


def _told(problem: Problem) -> Response:
    """A problem as a page; who is not logged in is led to where one can."""
    if problem.code == "unauthorized" and request.path != LOGIN:
        here = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return shell.sent_to(f"{LOGIN}?next={quote(here, safe='')}")
    response = shell.page("problem.html", status=problem.status, problem=problem)
    response.headers.update(problem.headers)
    return response
