"""The headers of every answer: what browsers may not do with it, and its request id."""

from __future__ import annotations

import random
import re

from flask import Flask, Response, g, request

REQUEST_ID = "X-Request-Id"
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'",
}

# Short and plain, so that a log line holds it whatever the client sends.
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)


def install(app: Flask) -> None:
    """Give every answer of ``app`` these headers, errors too."""
    app.after_request(_complete)


def request_id() -> str:
    """The id of the request under way: the client's own where it is well formed, else a new one."""
    if "request_id" not in g:
        g.request_id = given_or_new(request.headers.get(REQUEST_ID, ""))
    return str(g.request_id)


def given_or_new(given: str) -> str:
    """An id that a client gave, where it is well formed, else a new one."""
    return given if _GIVEN_ID.fullmatch(given) else new_request_id()


def new_request_id() -> str:
    """An id that no other request has. It is no secret, and under a flood asking the system for
    every one of them would cost a tenth of a refusal."""
    return f"{random.getrandbits(128):032x}"  # Python seeds it anew in each forked process


def _complete(response: Response) -> Response:
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)  # a page may need its own scripts and styles
    response.headers[REQUEST_ID] = request_id()
    return response
