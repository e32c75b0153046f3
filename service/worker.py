"""gunicorn's threaded worker, with this service's shape of error.

gunicorn answers what it cannot read as HTTP itself, in HTML, before any application is asked.
"""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from gunicorn.http.errors import (
    InvalidHeader,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.gthread import ThreadWorker

from service import headers
from service.problems import MEDIA_TYPE, Problem, unexpected

_LENGTH_HEADERS = ("CONTENT-LENGTH", "TRANSFER-ENCODING")


HEAD_SECONDS = 10.0
"""How long the headers of a request may take: a thread that waits for them serves nobody else."""


class ProblemWorker(ThreadWorker):  # type: ignore[misc]
    """A worker whose own refusals are problem+json too, that does not wait for headers for ever,
    and that says when it is stopping."""

    def init_process(self) -> None:
        """Before the first connection."""
        self.heads: dict[socket.socket, float] = {}
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """One request of a connection, from its first byte."""
        self.heads[conn.sock] = time.monotonic() + HEAD_SECONDS
        try:
            return super().handle(conn)
        finally:
            self.heads.pop(conn.sock, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """One request whose headers are there."""
        self.heads.pop(conn.sock, None)
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Hang up on who is too slow; called every second."""
        super().murder_pending()
        now = time.monotonic()
        for sock, deadline in list(self.heads.items()):
            if now > deadline:
                with suppress(OSError):  # it may have ended meanwhile
                    sock.shutdown(socket.SHUT_RDWR)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Begin or stop to take connections. One that stops for good first takes those that the
        system has made already, and lets go of the listening socket at once: while it finishes
        its work the system would go on making connections that nobody takes."""
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                self._take_all(listener)
                listener.close()

    def _take_all(self, listener: Any) -> None:
        taken = -1
        while taken != self.nr_conns:
            taken = self.nr_conns
            self.accept(listener)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Finish what was begun; /readyz says so meanwhile."""
        self.wsgi.extensions["copydesk_draining"] = True
        super().handle_exit(sig, frame)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer a request that never reached the application; gunicorn then hangs up."""
        problem = as_problem(exc)
        request_id = headers.new_request_id()
        if problem.status >= 500:
            self.log.exception("request %s failed in the server", request_id)
        else:
            self.log.warning("refused request %s: %s", request_id, type(exc).__name__)
        try:
            client.sendall(_as_http(problem, request_id))
        except OSError:
            self.log.debug("client of %s was gone", request_id)


def as_problem(error: Exception) -> Problem:
    """What to answer when gunicorn gave up on a request with ``error``.

    >>> as_problem(InvalidHeader("CONTENT-LENGTH")).detail
    'Conflicting message length.'
    """
    if isinstance(error, LimitRequestLine | LimitRequestHeaders):
        status = 414 if isinstance(error, LimitRequestLine) else 431
        return Problem(status, "headers_too_large", "Request headers are too large.")
    if isinstance(error, InvalidHeader) and error.hdr in _LENGTH_HEADERS:
        return Problem(400, "bad_framing", "Conflicting message length.")
    if isinstance(error, ParseException):
        return Problem(400, "bad_framing", "Request is not valid HTTP.")
    return unexpected()


def _as_http(problem: Problem, request_id: str) -> bytes:
    body = json.dumps(problem.to_dict(request_id)).encode()
    lines = {
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Connection": "close",
        headers.REQUEST_ID: request_id,
        **headers.SECURITY,
    }
    head = f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return head.encode("latin-1") + b"\r\n" + body
