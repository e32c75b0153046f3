"""``copydesk serve``: becomes gunicorn. The service is only ever named here, never imported."""

from __future__ import annotations

import os
import socket
import sys
import time
import webbrowser
from collections.abc import Mapping
from pathlib import Path

from detector import loopback
from detector.config import PREFIX, read_config
from detector.errors import UsageError
from detector.keys import read_keys
from detector.partners import read_partners_file

_PATIENCE = 30.0  # seconds for the service to read its texts and answer


def become_the_service(given: Mapping[str, str | int | None], open_page: bool) -> None:
    """Start the service in place of this process, with the options ``given`` over what the
    environment and the configuration file say. Returns only by an error."""
    options = {f"{PREFIX}{name.upper()}": str(each) for name, each in given.items() if each}
    environ = {**os.environ, **options}
    config = read_config(environ)
    host, port = (loopback.parts if config.keys else loopback.host_and_port)(config.bind)
    if not 1 <= port <= 65535:
        raise UsageError(f"--bind takes HOST:PORT, not {config.bind}", code="bad_config")
    if config.keys:
        read_keys(Path(config.keys))  # refuses a file that others may read
    read_partners_file(config.partners)  # refuses one that cannot be understood
    if config.against is not None and not os.path.exists(config.against):
        raise UsageError(f"{config.against}: no such file or directory", code="not_found")
    if open_page:
        _open_page_when_ready(host, port, f"http://{config.bind}/")
    gunicorn = [sys.executable, "-m", "gunicorn"]
    service = ["-c", "python:service.gunicorn_conf", "service.app:create_app()"]
    os.execvpe(sys.executable, gunicorn + service, environ)  # noqa: S606 - no shell is wanted


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
