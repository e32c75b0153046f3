"""Requests under way over connections of their own, many at a time, from one thread.

Whoever asks shares the processors with the service, so asking must be cheap: with a task for each,
as asyncio has it, a request costs more than what refusing it costs the service.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle

LONGEST = 60.0  # seconds that an answer is waited for
TOO_LATE = -1
LATE = 4.0  # seconds; the service hangs up on who has said nothing for five
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Answer:
    """One request: its status (0 where none came, ``TOO_LATE`` where none came because this client
    was too long in asking), milliseconds since it was due, and whether a refusal said when to come
    back."""

    status: int
    elapsed_ms: float
    retry_after: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A call of the service: where it listens, its path, and JSON bodies to send in turn."""

    port: int
    path: str
    bodies: Sequence[bytes]

    def requests(self) -> list[bytes]:
        """What goes over the wire, for each body."""
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        )
        return [(head % len(body)).encode() + body for body in self.bodies]


@dataclass(slots=True, eq=False)
class _Flight:
    client: socket.socket
    due: float
    unsent: memoryview
    begun: float
    status: int = 0
    received: bytearray = field(default_factory=bytearray)


class Flights:
    """Requests that are sent when :meth:`begin` is called, and answers that :meth:`landed` finds.
    All of them have landed, or failed, before it is let go."""

    def __init__(self, asked: Asked) -> None:
        self._address = ("127.0.0.1", asked.port)
        self._requests = cycle(asked.requests())
        self._selector = selectors.DefaultSelector()
        self._open: dict[_Flight, None] = {}  # the oldest first

    def __len__(self) -> int:
        """How many are under way."""
        return len(self._open)

    def begin(self, due: float) -> None:
        """Ask once, at or after the moment ``due`` of the monotonic clock."""
        client = socket.socket()
        client.setblocking(False)
        flight = _Flight(client, due, memoryview(next(self._requests)), time.monotonic())
        client.connect_ex(self._address)  # whether it can, sending finds out
        self._open[flight] = None
        self._send(flight)
        event = selectors.EVENT_WRITE if flight.unsent else selectors.EVENT_READ
        self._selector.register(client, event, flight)

    def landed(self, wait_s: float) -> list[Answer]:
        """The answers that have come since, after waiting so long for one of them at most."""
        answers = []
        for key, _ in self._selector.select(wait_s):
            flight: _Flight = key.data
            if flight.unsent:
                self._send(flight)
                if not flight.unsent:
                    self._selector.modify(flight.client, selectors.EVENT_READ, flight)
            elif self._has_hung_up(flight):
                answers.append(self._end(flight))
        now = time.monotonic()
        while self._open and now - next(iter(self._open)).begun > LONGEST:
            answers.append(self._end(next(iter(self._open))))
        return answers

    def _send(self, flight: _Flight) -> None:
        try:
            flight.unsent = flight.unsent[flight.client.send(flight.unsent) :]
        except BlockingIOError:
            return
        except OSError:
            flight.unsent = flight.unsent[:0]  # an answer may be there all the same
        if not flight.unsent and time.monotonic() - flight.begun > LATE:
            flight.status = TOO_LATE  # unless one comes

    def _has_hung_up(self, flight: _Flight) -> bool:
        try:
            while piece := flight.client.recv(_PIECE):
                flight.received += piece
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def _end(self, flight: _Flight) -> Answer:
        self._selector.unregister(flight.client)
        flight.client.close()
        del self._open[flight]
        head = flight.received.partition(b"\r\n\r\n")[0]
        with suppress(ValueError, IndexError):
            flight.status = int(head.split(maxsplit=2)[1])
        elapsed_ms = 1000 * (time.monotonic() - flight.due)
        return Answer(flight.status, elapsed_ms, b"\r\nRetry-After:" in head)
