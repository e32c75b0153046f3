"""The service as it runs, and clients that ask it in a closed or an open loop."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.service.flights import Answer, Asked, Flights

CLIENTS = 4
MOST_OPEN = 400  # connections at a time; a load that needs more could not be made here


def closed(asked: Asked, seconds: float) -> list[Answer]:
    """Clients that each wait for an answer before they ask again."""
    flights, answers, until = Flights(asked), list[Answer](), time.monotonic() + seconds
    for _ in range(CLIENTS):
        flights.begin(time.monotonic())
    while flights:
        for answer in flights.landed(1.0):
            answers.append(answer)
            if (now := time.monotonic()) < until:
                flights.begin(now)
    return answers


def opened(asked: Asked, per_s: float, seconds: float) -> list[Answer]:
    """Requests at fixed moments, each on a connection of its own."""
    flights, answers, begun = Flights(asked), list[Answer](), time.monotonic()
    dues = [begun + number / per_s for number in range(int(per_s * seconds))]
    number = 0
    while len(answers) < len(dues):
        now = time.monotonic()
        while number < len(dues) and dues[number] <= now and len(flights) < MOST_OPEN:
            flights.begin(dues[number])
            number += 1
        may_begin = number < len(dues) and len(flights) < MOST_OPEN
        answers += flights.landed(max(0.0, dues[number] - now) if may_begin else 1.0)
    return answers


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share does not exceed; 0 of none.

    >>> percentile([3.0, 1.0, 2.0], 0.5)
    2.0
    """
    ranked = sorted(values)
    return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))], 1) if ranked else 0.0


@contextmanager
def service(**environment: str) -> Iterator[int]:
    """The port of a service with these settings."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environ = {"COPYDESK_BIND": f"127.0.0.1:{port}", **environment}
    command = ["-m", "gunicorn", "-c", "python:service.gunicorn_conf", "service.app:create_app()"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(
        [sys.executable, *command], env=os.environ | environ, stderr=quiet
    ) as run:
        try:
            _wait(port)
            yield port
        finally:
            run.terminate()


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the service does not answer")
