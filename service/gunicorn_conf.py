"""How gunicorn serves Copydesk: ``gunicorn -c python:service.gunicorn_conf``.

COPYDESK_BIND says where, COPYDESK_WORKERS (or WEB_CONCURRENCY) how many processes. The names below
are gunicorn's settings.
"""

from __future__ import annotations

import os
from typing import Any

from detector import loopback
from detector.errors import UsageError
from detector.ingest import extraction
from service.background.keeper import Keeper
from service.body import PATIENCE


def worker_count() -> int:
    """How many processes to start; each is one document compared at a time, more or less."""
    name = "COPYDESK_WORKERS" if "COPYDESK_WORKERS" in os.environ else "WEB_CONCURRENCY"
    value = os.environ.get(name, "2")
    if not (value.isdecimal() and 1 <= int(value) <= 256):
        message = f"{name} must be a whole number from 1 to 256, not {value!r}"
        raise UsageError(message, code="bad_config")
    return int(value)


def on_starting(server: Any) -> None:
    """Refuse what ``--bind`` or GUNICORN_CMD_ARGS made of the address, too."""
    if not has_keys:
        loopback.require(",".join(server.cfg.settings["bind"].get()))


def post_worker_init(worker: Any) -> None:
    """Let the first file not wait for the process that parses it."""
    extraction.warm_up()


def when_ready(server: Any) -> None:
    """Start the worker that runs batches, watches and sends; it needs an index."""
    if os.environ.get("COPYDESK_INDEX"):
        keepers.append(Keeper(server.log))
        keepers[-1].start()


def on_reload(server: Any) -> None:
    """Have the worker read its configuration again, as the processes that answer do."""
    for keeper in keepers:
        keeper.restart()


def on_exit(server: Any) -> None:
    """End the worker with the service."""
    for keeper in keepers:
        keeper.stop()


keepers: list[Keeper] = []
bind = os.environ.get("COPYDESK_BIND", loopback.DEFAULT)
has_keys = bool(os.environ.get("COPYDESK_KEYS"))
if not has_keys:
    loopback.require(bind)

workers = worker_count()
worker_class = "service.worker.ProblemWorker"
threads = 4
preload_app = True  # the corpus is read once and shared

# A worker answers while its threads work, so this only ends one that hangs altogether.
timeout = 60
graceful_timeout = int(PATIENCE)  # a body on its way when the service stops may still arrive
keepalive = 5

limit_request_line = 4094
limit_request_fields = 100
limit_request_field_size = 8190
forwarder_headers = ""  # no proxy may rewrite the path: nothing here needs it

accesslog = None  # would need a line per request without any text; errors go to stderr
control_socket_disable = True  # nobody steers a running service from outside
