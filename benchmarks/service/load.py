"""The service at more than it can serve: ``python -m benchmarks.service.load --seconds 20``.

First its capacity, with as many clients as keep it busy and each waiting for its answer; then an
open loop: requests at fixed moments, ``--times`` the capacity, whatever becomes of those before
(a closed loop would slow down with the service and hide that it is late). Latency counts from the
moment a request was due. Capacity and load come from one run, on one machine that also makes the
load, so only their ratio means something.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

_WORDS = [f"{a}{b}{c}" for a in ("ba", "ke", "lo", "mi") for b in ("r", "st", "n") for c in "aeiou"]
CLIENTS = 4
MOST_OPEN = 400  # connections at a time; a load that needs more could not be made here


@dataclass(frozen=True, slots=True)
class Answer:
    """One request: its status (0 where none came), milliseconds since it was due, and whether a
    refusal said when to come back."""

    status: int
    elapsed_ms: float
    retry_after: bool


@dataclass(frozen=True, slots=True)
class Result:
    """``capacity_per_s`` was served in a closed loop; of ``sent`` requests at ``offered_per_s``,
    ``served_per_s`` were. Percentiles in milliseconds; ``failed``: neither served nor refused as
    documented."""

    capacity_per_s: float
    offered_per_s: float
    served_per_s: float
    sent: int
    refused: int
    failed: int
    served_p99_ms: float
    refused_p99_ms: float

    @property
    def served_share(self) -> float:
        """How much of the capacity was still served under the load."""
        return self.served_per_s / self.capacity_per_s


def measure(seconds: float, times: float) -> Result:
    """Start a service over a made-up archive, find its capacity, then overload it."""
    chance = random.Random("load")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "one.txt").write_text(_text(chance, 50), encoding="utf-8")
        with service(Path(folder)) as port:
            return _loaded(port, chance, seconds, times)


def _loaded(port: int, chance: random.Random, seconds: float, times: float) -> Result:
    body = json.dumps({"a": _text(chance, 600), "b": _text(chance, 600)}).encode()
    _closed(port, body, min(2.0, seconds))  # the first requests load and learn
    capacity = len(_closed(port, body, seconds)) / seconds
    answers = _open(port, body, capacity * times, seconds)
    served = [a.elapsed_ms for a in answers if a.status == 200]
    refused = [a.elapsed_ms for a in answers if a.status in (429, 503) and a.retry_after]
    return Result(
        round(capacity, 1),
        round(capacity * times, 1),
        round(len(served) / seconds, 1),
        len(answers),
        len(refused),
        len(answers) - len(served) - len(refused),
        _percentile(served, 0.99),
        _percentile(refused, 0.99),
    )


def _percentile(values: Sequence[float], share: float) -> float:
    """The value that this share does not exceed; 0 of none."""
    ranked = sorted(values)
    return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))], 1) if ranked else 0.0


def _closed(port: int, body: bytes, seconds: float) -> list[Answer]:
    """Clients that each wait for an answer before they ask again: who is answered with 200."""
    until, answers = time.monotonic() + seconds, list[Answer]()

    def client() -> None:
        while time.monotonic() < until:
            answers.append(_ask(port, body, time.monotonic()))

    _run([threading.Thread(target=client) for _ in range(CLIENTS)])
    return [answer for answer in answers if answer.status == 200]


def _open(port: int, body: bytes, per_s: float, seconds: float) -> list[Answer]:
    """Requests at fixed moments, each on a connection of its own."""
    begun, answers, open_now = time.monotonic(), list[Answer](), threading.Semaphore(MOST_OPEN)

    def one(due: float) -> None:
        try:
            answers.append(_ask(port, body, due))
        finally:
            open_now.release()

    threads = []
    for number in range(int(per_s * seconds)):
        due = begun + number / per_s
        time.sleep(max(0.0, due - time.monotonic()))
        open_now.acquire()
        threads.append(threading.Thread(target=one, args=(due,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return answers


def _run(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _ask(port: int, body: bytes, due: float) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Content-Type": "application/json", "Connection": "close"}
        connection.request("POST", "/v1/compare", body, headers)
        answer = connection.getresponse()
        answer.read()
        status, retry_after = answer.status, "Retry-After" in answer.headers
    except (OSError, HTTPException):
        status, retry_after = 0, False
    finally:
        connection.close()
    return Answer(status, 1000 * (time.monotonic() - due), retry_after)


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(words)) + "."


@contextmanager
def service(folder: Path) -> Iterator[int]:
    """The port of a service that checks against the texts of a folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environ = {"COPYDESK_BIND": f"127.0.0.1:{port}", "COPYDESK_AGAINST": str(folder)}
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


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--times", type=float, default=4.0)
    given = parser.parse_args()
    result = measure(given.seconds, given.times)
    told = {name: getattr(result, name) for name in Result.__dataclass_fields__}
    print(json.dumps({**told, "served_share": round(result.served_share, 3)}))


if __name__ == "__main__":
    main()
