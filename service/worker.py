"""gunicorn's threaded worker, with this service's shape of error.

gunicorn answers what it cannot read as HTTP itself, in HTML, before any application is asked.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.http.errors import (
    InvalidHeader,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.workers.gthread import TConn, ThreadWorker

from service import headers
from service.problems import Problem, as_http, unexpected
from service.shedding import Look, Shedding

_LENGTH_HEADERS = ("CONTENT-LENGTH", "TRANSFER-ENCODING")


ACCEPTED_AT_ONCE = 16
HEAD_SECONDS = 10.0
"""How long the headers of a request may take: a thread that waits for them serves nobody else."""


class ProblemWorker(ThreadWorker):  # type: ignore[misc]
    """A worker whose own refusals are problem+json too, that does not wait for headers for ever,
    and that says when it is stopping."""

    sockets: list[Any]

    def init_process(self) -> None:
        """Before the first connection."""
        self.heads: dict[socket.socket, float] = {}
        self.expected: set[Any] = set()
        super().init_process()

    def load_wsgi(self) -> None:
        """Load the application, whose line tells when it is full."""
        super().load_wsgi()
        self.shedding: Shedding = self.wsgi.extensions["copydesk_shedding"]

    def accept(self, listener: Any) -> bool:
        """Take some of those who want to connect; whether there were any. Who is refused costs
        little: after every call of the system the loop waits for a turn among all that compute."""
        taken = 0
        while taken < ACCEPTED_AT_ONCE and self._take(listener):
            taken += 1
        self.shedding.tell_refusals()
        return taken > 0

    def _take(self, listener: Any) -> bool:
        """Take one who wants to connect; whether there was one."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return False
        look, arrived = self._look(client)
        if look is Look.REFUSED:
            client.close()
            return True
        self.nr_conns += 1
        conn = TConn(self.cfg, client, address, listener.getsockname())
        self._admit(conn, look, arrived)
        return True

    def on_pending_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """Look at who has connected before he had something to say."""
        self.poller.unregister(client)
        self.pending_conns.remove(conn)
        conn.data_ready = True
        look, arrived = self._look(client)
        if look is Look.REFUSED:
            self.nr_conns -= 1
            conn.close()
            self.shedding.tell_refusals()
        else:
            self._admit(conn, look, arrived)

    def _look(self, client: socket.socket) -> tuple[Look, bytes]:
        """What to do about who has connected; what comes over TLS is for a thread to read."""
        return (Look.SERVE, b"") if self.cfg.is_ssl else self.shedding.look(client)

    def _admit(self, conn: Any, look: Look, arrived: bytes) -> None:
        """Have a thread answer who said something; wait for who did not."""
        if look is Look.WAIT:
            conn.timeout = time.monotonic() + self.cfg.keepalive
            self.pending_conns.append(conn)
            readable = partial(self.on_pending_socket_readable, conn)
            self.poller.register(conn.sock, selectors.EVENT_READ, readable)
            return
        if look is Look.WHOLE:
            self.expected.add(conn)
        if arrived:
            conn.init()
            conn.parser.unreader.unread(arrived)
        self.enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """One request of a connection, from its first byte."""
        if conn in self.expected:
            self.expected.remove(conn)
            self.shedding.is_served()
        self.heads[conn.sock] = time.monotonic() + HEAD_SECONDS
        try:
            stays = super().handle(conn)
        finally:
            self.heads.pop(conn.sock, None)
        if not stays:
            # Left to gunicorn's loop, it would stand still until the client hangs up too, or 2 s.
            conn.close(graceful=True)
        return stays

    def finish_request(self, conn: Any, fs: Any) -> None:
        """After a thread has answered."""
        if conn.sock.fileno() < 0:  # it has hung up
            self.nr_conns -= 1
        else:
            super().finish_request(conn, fs)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """One request whose headers are there."""
        self.heads.pop(conn.sock, None)
        return super().handle_request(req, conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Hang up on who has asked nothing more; called every second."""
        self._read_before_hanging_up(self.keepalived_conns)
        super().murder_keepalived(force)

    def murder_pending(self) -> None:
        """Hang up on who is too slow; called every second."""
        self._read_before_hanging_up(self.pending_conns)
        super().murder_pending()
        now = time.monotonic()
        for sock, deadline in list(self.heads.items()):
            if now > deadline:
                with suppress(OSError):  # it may have ended meanwhile
                    sock.shutdown(socket.SHUT_RDWR)

    def _read_before_hanging_up(self, waiting: Sequence[Any]) -> None:
        """Somebody's time is over: if this process got no turn meanwhile, he may well have spoken
        within it."""
        if waiting and waiting[0].timeout <= time.monotonic():
            self.wait_for_and_dispatch_events(0)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Begin or stop to take connections. One that stops for good first takes those that the
        system has made already, and lets go of the listening socket at once: while it finishes
        its work the system would go on making connections that nobody takes."""
        super().set_accept_enabled(enabled)
        if not self.alive and not enabled:
            for listener in self.sockets:
                self._take_all(listener)
                listener.close()
            self.sockets = []

    def _take_all(self, listener: Any) -> None:
        while self.accept(listener):
            pass

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
            client.sendall(as_http(problem, request_id))
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
