"""How gunicorn serves Copydesk: ``gunicorn -c python:service.gunicorn_conf``.

The configuration (:mod:`detector.config`) says where, and how many processes. The names below are
gunicorn's settings.
"""

from __future__ import annotations

import os
from typing import Any

from detector import loopback
from detector.config import read_config
from service.body import PATIENCE


def on_starting(server: Any) -> None:
    """Refuse what ``--bind`` or GUNICORN_CMD_ARGS made of the address, too."""
    if not desk.keys:
        loopback.require(",".join(server.cfg.settings["bind"].get()))


desk = read_config(os.environ)
bind = desk.bind
if not desk.keys:
    loopback.require(bind)

workers = desk.workers  # each is one document compared at a time, more or less
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
