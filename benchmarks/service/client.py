"""The service as it runs, and clients that ask it in a closed or an open loop."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import cycle

CLIENTS = 4
MOST_OPEN = 400  # connections at a time; a load that needs more could not be made here
LONGEST = 60.0  # seconds that an answer is waited for
TOO_LATE = -1
LATE = 4.0  # seconds; the service hangs up on who has said nothing for five


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


async def closed(asked: Asked, seconds: float) -> list[Answer]:
    """Clients that each wait for an answer before they ask again."""
    until, answers, bodies = time.monotonic() + seconds, list[Answer](), cycle(asked.bodies)

    async def client() -> None:
        while time.monotonic() < until:
            answers.append(await _ask(asked, next(bodies), time.monotonic()))

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return answers


async def opened(asked: Asked, per_s: float, seconds: float) -> list[Answer]:
    """Requests at fixed moments, each on a connection of its own."""
    places, bodies = asyncio.Semaphore(MOST_OPEN), cycle(asked.bodies)

    async def one(due: float) -> Answer:
        async with places:
            return await _ask(asked, next(bodies), due)

    begun, asking = time.monotonic(), list[asyncio.Task[Answer]]()
    for number in range(int(per_s * seconds)):
        due = begun + number / per_s
        await asyncio.sleep(due - time.monotonic())
        asking.append(asyncio.create_task(one(due)))
    return await asyncio.gather(*asking)


def run(asking: Coroutine[None, None, list[Answer]]) -> list[Answer]:
    """What was answered. In a thread of its own: whoever calls may have a loop already."""
    with ThreadPoolExecutor(1) as one:
        return one.submit(asyncio.run, asking).result()


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share does not exceed; 0 of none.

    >>> percentile([3.0, 1.0, 2.0], 0.5)
    2.0
    """
    ranked = sorted(values)
    return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))], 1) if ranked else 0.0


async def _ask(asked: Asked, body: bytes, due: float) -> Answer:
    head = (
        f"POST {asked.path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    status, retry_after = 0, False
    with socket.socket() as client, suppress(OSError, TimeoutError, IndexError):
        client.setblocking(False)
        async with asyncio.timeout(LONGEST):
            if await _send(client, asked.port, head.encode() + body) > LATE:
                status = TOO_LATE  # unless an answer comes all the same
            answer = await _received(client)
        lines = answer.partition(b"\r\n\r\n")[0].split(b"\r\n")
        status = int(lines[0].split()[1])
        retry_after = any(line.startswith(b"Retry-After:") for line in lines)
    return Answer(status, 1000 * (time.monotonic() - due), retry_after)


async def _send(client: socket.socket, port: int, request: bytes) -> float:
    """Ask; the seconds it took. Sockets, not streams: these would take as long as the service."""
    loop, begun = asyncio.get_running_loop(), time.monotonic()
    await loop.sock_connect(client, ("127.0.0.1", port))
    with suppress(ConnectionError):  # an answer may be there all the same
        await loop.sock_sendall(client, request)
    return time.monotonic() - begun


async def _received(client: socket.socket) -> bytes:
    """All that comes until the service hangs up."""
    loop, pieces = asyncio.get_running_loop(), []
    while piece := await loop.sock_recv(client, 1 << 16):
        pieces.append(piece)
    return b"".join(pieces)


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
