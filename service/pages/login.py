"""``/login``: the key is pasted once, a cookie remembers it; ``/logout`` forgets."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request

from service.access import KeyRing
from service.body import read_body
from service.pages import shell
from service.pages.desk import Desk, Link
from service.pages.forms import read_form
from service.pages.session import COOKIE, SECONDS

LINKS: tuple[Link, ...] = ()


def add(pages: Blueprint, desk: Desk) -> None:
    """Add both addresses."""

    @pages.get("/login")
    def login() -> Response:
        return shell.page("login.html", next=own_path(request.args.get("next", "/")))

    @pages.post("/login")
    def log_in() -> Response:
        sent = read_form(read_body(request))
        after = own_path(sent.text("next"))
        ring: KeyRing | None = current_app.extensions["copydesk_keys"]
        key = ring.find(sent.text("key").strip()) if ring else None
        if key is None and ring is not None:
            return shell.page("login.html", status=403, next=after, refused=True)
        answer = shell.sent_to(after)
        if key is not None:
            secure = urlsplit(request.headers.get("Origin", "")).scheme == "https"
            answer.set_cookie(
                COOKIE, desk.sessions.cookie(key.digest), max_age=SECONDS,
                httponly=True, samesite="Strict", secure=secure,
            )  # fmt: skip
        return answer

    @pages.post("/logout")
    def log_out() -> Response:
        answer = shell.sent_to("/login")
        answer.delete_cookie(COOKIE, httponly=True, samesite="Strict")
        return answer


def own_path(given: str) -> str:
    r"""Where to go after, if it is one of our own addresses.

    >>> own_path("/compare?lang=uk"), own_path("//evil.example"), own_path("/\\evil.example")
    ('/compare?lang=uk', '/', '/')
    """
    plain = given.startswith("/") and given.isascii() and given.isprintable()
    return given if plain and "\\" not in given and not given.startswith("//") else "/"
