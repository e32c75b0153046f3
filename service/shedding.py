"""Refusals under a flood. While the line is full, who comes anew is told so before a thread,
gunicorn's parser and Flask spend on him what those who are served then lack."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from service import headers
from service.jsonline import Answered
from service.line import Line
from service.problems import as_http

MOST_BYTES = 1 << 16
"""Larger requests, and those that have not come whole, are refused by a thread as ever."""
KNOWN_CALLS = 1024
"""A flood is of few addresses: for so many it is remembered which call they are."""
# Calls of programs, which all stand in line; a page says no in words of its own.
_REQUEST = re.compile(
    rb"([A-Z]{3,7}) (/v1/[!->@-~]*)(?:\?[!-~]*)? HTTP/1\.1\r\n(.*?\r\n)\r\n", re.DOTALL
)
_LENGTH = re.compile(rb"(?im)^content-length: *([0-9]{1,6}) *\r$")
_ID = re.compile(rb"(?im)^x-request-id: *([A-Za-z0-9._-]{1,64}) *\r$")
_STRANGE = re.compile(rb"(?im)^(?:transfer-encoding|expect|upgrade) *:")

Tell = Callable[[Sequence[Answered]], None]


class Look(Enum):
    """What becomes of a new connection: a thread serves it, one whose request has come whole or
    another one; it is looked at again when something has come; or the one request that came was
    refused, and it is hung up on."""

    WHOLE, SERVE, WAIT, REFUSED = range(4)


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that has come whole."""

    method: str
    path: str
    request_id: str


class Shedding:
    """Looks at the new connections of one process.

    ``tell`` counts and logs refusals. It is given because this is loaded with the worker, before
    Prometheus has its folder.
    """

    def __init__(self, line: Line, calls: MapAdapter, tell: Tell) -> None:
        self._line = line
        self._route = lru_cache(KNOWN_CALLS)(lambda method, path: _route(calls, method, path))
        self._tell = tell
        self._refused: list[Answered] = []

    def look(self, client: socket.socket) -> tuple[Look, bytes]:
        """What to do about who has connected, and what was read of his request. Who is to be served
        with a request that is there counts as waiting until :meth:`is_served`."""
        begun = time.perf_counter()
        arrived = _arrived(client)
        if arrived is None:
            return Look.WAIT, b""
        seen = read_request(arrived)
        route = self._route(seen.method, seen.path) if seen else None
        if seen is None or route is None:
            return Look.SERVE, arrived
        problem = self._line.refusal()
        if problem is None:
            self._line.expect(1)
            return Look.WHOLE, arrived
        request_id = headers.given_or_new(seen.request_id)
        answer = as_http(problem, request_id)
        with suppress(OSError):  # he may be gone
            client.sendall(answer)
        ms = round(1000 * (time.perf_counter() - begun), 1)
        self._refused.append(
            Answered(request_id, None, seen.method, route, problem.status, ms, 0, len(answer))
        )
        return Look.REFUSED, b""

    def tell_refusals(self) -> None:
        """Count and log those since the last time, together: a line written costs as much as a
        refusal, because after every call of the system this process waits for its turn."""
        if self._refused:
            self._tell(self._refused)
            self._refused = []

    def is_served(self) -> None:
        """One that was found ``WHOLE`` has its thread."""
        self._line.expect(-1)


def _route(calls: MapAdapter, method: str, path: str) -> str | None:
    """The address of a call as it is written in the routes; None for what is no call."""
    with suppress(HTTPException, RequestRedirect):
        rule, _ = calls.match(path, method, return_rule=True)
        return str(rule.rule)
    return None


def _arrived(client: socket.socket) -> bytes | None:
    """What has come of a request; None where nothing has."""
    try:
        return client.recv(MOST_BYTES, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return None
    except OSError:
        return b""  # he is gone, which a thread finds out


def read_request(data: bytes) -> Seen | None:
    r"""The one request that these bytes are, whole and with nothing behind it; None for anything
    that wants a closer look.

    >>> read_request(b"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}").path
    '/v1/check'
    >>> read_request(b"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{}") is None
    True
    """
    found = _REQUEST.match(data)
    if not found or _STRANGE.search(found[3]):
        return None
    lengths = _LENGTH.findall(found[3])
    if len(lengths) > 1 or found.end() + int(lengths[0] if lengths else 0) != len(data):
        return None
    named = _ID.search(found[3])
    request_id = named[1].decode() if named else ""
    return Seen(found[1].decode(), found[2].decode(), request_id)
