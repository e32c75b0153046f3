"""``copydesk serve``: becomes gunicorn. The service is only ever named here, never imported."""

from __future__ import annotations

import os
import socket
import sys
import time
import webbrowser

from detector import loopback
from detector.errors import UsageError

_PATIENCE = 30.0  # seconds for the service to read its texts and answer


def become_the_service(
    against: str | None, bind: str, workers: int | None, open_page: bool
) -> None:
    """Start the service in place of this process. Returns only by an error."""
    host, port = loopback.host_and_port(bind)
    if not 1 <= port <= 65535:
        raise UsageError(f"--bind takes HOST:PORT, not {bind}", code="bad_config")
    os.environ["COPYDESK_BIND"] = bind
    if against is not None:
        if not os.path.exists(against):
            raise UsageError(f"{against}: no such file or directory", code="not_found")
        os.environ["COPYDESK_AGAINST"] = against
    if workers is not None:
        os.environ["COPYDESK_WORKERS"] = str(workers)
    if open_page:
        _open_page_when_ready(host, port, f"http://{bind}/")
    gunicorn = [sys.executable, "-m", "gunicorn"]
    service = ["-c", "python:service.gunicorn_conf", "service.app:create_app()"]
    os.execvp(sys.executable, gunicorn + service)  # noqa: S606 - no shell is wanted


def _open_page_when_ready(host: str, port: int, url: str) -> None:
    """Leave a child behind that opens the page once the service answers: exec ends all else."""
    if os.fork():
        return
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            webbrowser.open(url)
            break
    os._exit(0)
