"""The service as it runs: gunicorn on a port of its own, and plain requests to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from types import MappingProxyType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
GUNICORN = [sys.executable, "-m", "gunicorn", "-c", "python:service.gunicorn_conf"]
APP = "service.app:create_app()"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(
    *more: str,
    before: Sequence[str] = (),
    app: str = APP,
    stderr: int = subprocess.PIPE,
    sockets: Sequence[int] = (),
    **environment: str,
) -> subprocess.Popen[str]:
    """A server of ``app``; ``more`` is said to gunicorn, ``before`` is a command that starts it,
    ``sockets`` are handed over to it by their numbers."""
    given = {name: value for name, value in os.environ.items() if "COPYDESK" not in name}
    return subprocess.Popen(
        [*before, *GUNICORN, *more, app],
        cwd=ROOT,
        env=given | environment,
        stderr=stderr,
        pass_fds=sockets,
        text=True,
    )


def wait_until_ready(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server did not start"
        try:
            assert ask(port, "GET", "/healthz")[0] == 200
        except ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not answer")


def children(pid: int) -> dict[int, bytes]:
    """The commands of the processes that one has started, by their ids."""
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    pids = {int(child) for each in listed for child in each.read_text().split()}
    found = {}
    for child in pids:
        with suppress(OSError):  # it has ended meanwhile
            found[child] = Path(f"/proc/{child}/cmdline").read_bytes()
    return found


def end(process: subprocess.Popen[str]) -> str:
    """Stop a server gracefully, if it has not ended yet; what it wrote, where that is kept."""
    process.terminate()
    try:
        return process.communicate(timeout=60)[1] or ""
    except subprocess.TimeoutExpired:
        process.kill()
        raise


@contextmanager
def running(
    port: int | None = None,
    before: Sequence[str] = (),
    app: str = APP,
    stderr: int = subprocess.DEVNULL,
    sockets: Sequence[int] = (),
    **environment: str,
) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A server with these settings, stopped gracefully at the end if the test has not done so."""
    port = port or free_port()
    # A line is logged for every request: a pipe that nobody reads would fill and stop the server.
    address = f"127.0.0.1:{port}"
    process = start(
        before=before, app=app, stderr=stderr, sockets=sockets, COPYDESK_BIND=address, **environment
    )
    try:
        wait_until_ready(port, process)
        yield port, process
    finally:
        end(process)


def ask(
    port: int,
    method: str,
    path: str,
    body: Any = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> tuple[int, dict[str, Any]]:
    """Status and JSON of an answer, over a connection of its own."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    data = None if body is None else json.dumps(body)
    connection.request(method, path, data, {"Content-Type": "application/json", **headers})
    answer = connection.getresponse()
    told = json.loads(answer.read() or b"null")
    connection.close()
    return answer.status, told
