"""How gunicorn serves Copydesk: ``gunicorn -c python:service.gunicorn_conf``.

The configuration (:mod:`detector.config`) says where, and how many processes. The names below are
gunicorn's settings.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import Any

from detector import loopback
from detector.config import read_config
from detector.ingest import extraction
from service.background.keeper import Keeper
from service.body import PATIENCE
from service.listening import take_no_more
from service.processors import keep_to, least_used


def pre_fork(server: Any, worker: Any) -> None:
    """Choose a processor for a process that begins."""
    others = (each.processor for each in server.WORKERS.values())
    worker.processor = least_used(others, server.num_workers)


def post_worker_init(worker: Any) -> None:
    """Let the first file not wait for the process that parses it, which may run anywhere."""
    extraction.warm_up()
    keep_to(worker.processor)


def on_starting(server: Any) -> None:
    """Before the service stops for good, have no connection made that nobody would take. A socket
    that outlives it, systemd's or that of its successor, goes on."""
    stop = server.stop

    def stop_in_peace(*args: Any, **kwargs: Any) -> None:
        if server.reexec_pid == server.master_pid == 0 and not server.systemd:
            take_no_more(server.LISTENERS)
        stop(*args, **kwargs)

    server.stop = stop_in_peace


def when_ready(server: Any) -> None:
    """Refuse what ``--bind``, GUNICORN_CMD_ARGS or a socket that was handed over made of the
    address, too. Start the worker that runs batches, watches and sends; it needs an index."""
    if not desk.keys:
        loopback.require(",".join(str(each).rpartition("://")[2] for each in server.LISTENERS))
    if desk.index:
        keepers.append(Keeper(server.log, [each.fileno() for each in server.LISTENERS]))
        keepers[-1].start()


def on_reload(server: Any) -> None:
    """Have the worker read its configuration again, as the processes that answer do."""
    for keeper in keepers:
        keeper.restart()


def child_exit(server: Any, worker: Any) -> None:
    """What a process that ended was doing is not under way any more."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """End the worker with the service."""
    for keeper in keepers:
        keeper.stop()


def counts_of_this_run() -> str:
    """A folder that goes when this process ends, however it does but by SIGKILL."""
    folder, creator = tempfile.mkdtemp(prefix="copydesk-metrics-"), os.getpid()

    def take_away() -> None:
        if os.getpid() == creator:  # those that it forks end too
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(take_away)
    return folder


keepers: list[Keeper] = []
desk = read_config(os.environ)
bind = desk.bind
if not desk.keys:
    loopback.require(bind)

workers = desk.workers  # each is one document compared at a time, more or less
# Each process counts in files of its own, /metrics adds them up. Set before the service is loaded.
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={counts_of_this_run()}"]
worker_class = "service.worker.ProblemWorker"
threads = 32  # most of them read, wait or refuse: service.line lets few work at once
preload_app = True  # the corpus is read once and shared

# A worker answers while its threads work, so this only ends one that hangs altogether.
timeout = 60
graceful_timeout = int(PATIENCE)  # a body on its way when the service stops may still arrive
keepalive = 5

limit_request_line = 4094
limit_request_fields = 100
limit_request_field_size = 8190
forwarder_headers = ""  # no proxy may rewrite the path: nothing here needs it

accesslog = None  # service.logs writes a line for each request
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "service.jsonline.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {
        name: {"level": level, "handlers": [], "propagate": True}
        for name, level in (
            ("gunicorn.error", "INFO"),
            ("gunicorn.access", "WARNING"),  # where it can log it does, addresses with ids too
            ("copydesk", "INFO"),
        )
    },
}
control_socket_disable = True  # nobody steers a running service from outside
