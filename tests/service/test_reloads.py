"""Reloads and stops while clients ask without pause.

A request is accepted when its connection was made and it was sent whole: over a new connection, or
over a kept one within a second of the answer before. Each such request must be answered. Who is
refused a connection while nothing listens has not been accepted.
"""

from __future__ import annotations

import json
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from tests.conftest import Note
from tests.counts import many
from tests.service.newsroom import MILL
from tests.service.server import children, free_port, running, start

TIMES = many(3, 100)
CLIENTS = 8
BODY = json.dumps({"text": MILL})
CALLS = (("GET", "/healthz", None), ("POST", "/v1/check", BODY), ("GET", "/v1/documents", None))


class Crowd:
    """Clients that ask without pause: half of them over new connections, half over kept ones."""

    def __init__(self, port: int) -> None:
        self.answered: Counter[int] = Counter()
        self.not_accepted = 0
        self.failed: list[str] = []
        self._port = port
        self._ending = threading.Event()
        self._threads = [
            threading.Thread(target=self._ask, args=(number % 2 == 1,)) for number in range(CLIENTS)
        ]

    @contextmanager
    def asking(self) -> Iterator[None]:
        for each in self._threads:
            each.start()
        try:
            yield
        finally:
            self.end()

    def end(self) -> None:
        self._ending.set()
        for each in self._threads:
            each.join()

    def _ask(self, keeps: bool) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        while not self._ending.is_set():
            for call in CALLS:
                if self._is_connected(connection):
                    self._one(connection, *call)
                if not keeps:
                    connection.close()
        connection.close()

    def _is_connected(self, connection: HTTPConnection) -> bool:
        try:
            if connection.sock is None:
                connection.connect()
        except ConnectionError:  # nothing listens just now
            self.not_accepted += 1
            time.sleep(0.02)
            return False
        return True

    def _one(self, connection: HTTPConnection, method: str, path: str, body: str | None) -> None:
        begun = time.monotonic()
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            self.answered[answer.status] += 1
        except (OSError, HTTPException) as error:
            after = round(time.monotonic() - begun, 3)
            self.failed.append(f"{error!r} after {after} s of {method} {path}")
            connection.close()


def handing_over(number: int) -> list[str]:
    """A command that starts another as systemd does, with a socket that listens already."""
    return ["bash", "-c", f'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@" 3<&{number}', "bash"]


@pytest.mark.timeout(7200)
def test_no_accepted_request_fails_when_the_service_is_reloaded(tmp_path: Path, note: Note) -> None:
    with running(COPYDESK_INDEX=str(tmp_path / "news.db")) as (port, process):
        crowd = Crowd(port)
        with crowd.asking():
            for _ in range(TIMES):
                before = children(process.pid)
                process.send_signal(signal.SIGHUP)
                while not before.keys().isdisjoint(children(process.pid)):
                    time.sleep(0.1)
    note(reloads=TIMES, answered=crowd.answered.total(), failed=len(crowd.failed))
    assert crowd.failed == []
    assert crowd.not_accepted == 0
    assert {*crowd.answered} <= {200, 503}
    assert crowd.answered[200] > 5 * TIMES


@pytest.mark.timeout(7200)
def test_no_accepted_request_fails_when_the_service_stops_and_starts(
    tmp_path: Path, note: Note
) -> None:
    port = free_port()
    crowd = Crowd(port)
    codes = list[int]()
    with crowd.asking():
        for _ in range(TIMES):
            with running(port, COPYDESK_INDEX=str(tmp_path / "news.db")) as (_, process):
                time.sleep(1)
            codes.append(process.returncode)
    note(
        stops=TIMES,
        answered=crowd.answered.total(),
        not_accepted=crowd.not_accepted,
        failed=len(crowd.failed),
    )
    assert crowd.failed == []
    assert {*codes} == {0}
    assert {*crowd.answered} <= {200, 503}
    assert crowd.answered[200] > 5 * TIMES


@pytest.mark.timeout(7200)
def test_where_the_socket_outlives_the_service_nobody_is_even_refused(
    tmp_path: Path, note: Note
) -> None:
    """As systemd hands it over: connections that come between two services wait for the second."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        port, number = listening.getsockname()[1], listening.fileno()
        crowd = Crowd(port)
        with crowd.asking():
            for time_left in reversed(range(TIMES)):
                with running(
                    port,
                    before=handing_over(number),
                    sockets=[number],
                    COPYDESK_INDEX=str(tmp_path / "news.db"),
                ):
                    time.sleep(1)
                    if not time_left:
                        crowd.end()  # who asks after the last one would wait for ever
    note(stops=TIMES, answered=crowd.answered.total(), failed=len(crowd.failed))
    assert crowd.failed == []
    assert crowd.not_accepted == 0
    assert {*crowd.answered} <= {200, 503}


def test_without_keys_no_socket_is_taken_over_that_others_could_reach() -> None:
    with socket.create_server(("0.0.0.0", 0)) as listening:  # noqa: S104 - which is refused
        number = listening.fileno()
        process = start(before=handing_over(number), sockets=[number])
        _, told = process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    assert "without keys only a loopback address may be served" in told
