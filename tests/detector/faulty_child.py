"""Stands for the process that reads documents: a document that names a fault has it, any other is
read as it should be."""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from detector.ingest import child
from detector.ingest.fields import Extract
from detector.sandbox import Limits


def spin() -> None:
    while True:
        pass


def eat() -> None:
    held = [bytearray(1 << 24)]
    while True:
        held.append(bytearray(1 << 24))


def exhaust_natively() -> None:
    ctypes.memset(ctypes.CDLL(None).malloc(1 << 32), 1, 1)  # no null pointer is looked for


def flood() -> None:
    while True:
        os.write(0, b"x" * (1 << 20))


def leave_the_output() -> None:
    os.close(0)
    time.sleep(60)


def say(answer: bytes) -> Callable[[], None]:
    def lie() -> None:
        os.write(0, answer)
        os._exit(0)

    return lie


STOPS: dict[str, Callable[[], object]] = {
    "hang": lambda: time.sleep(60),
    "spin": spin,
    "eat": eat,
    "exhaust": exhaust_natively,
    "segfault": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "silent": lambda: os._exit(0),
    "raise": lambda: 1 / 0,
    "flood": flood,
    "leave": leave_the_output,
    "noise": say(b"\xff"),
    "number": say(b"5"),
    "deep": say(b"[" * 100_000),
    "unknown field": say(b'{"text": "x", "about": {"status": "usable"}, "flags": []}'),
    "no text": say(b'{"text": 5, "about": {}, "flags": []}'),
}
"""Faults after which there is no text."""

CAUSES = {"hang": "timeout", "spin": "timeout", "leave": "timeout", "eat": "memory"}
"""What is said of them; of all others ``crash``."""

REACHES: dict[str, Callable[[], object]] = {
    "read": lambda: Path("/etc/passwd").read_text(),
    "write": lambda: Path("/tmp/copydesk-fault").write_text("x"),  # noqa: S108
    "list": lambda: os.listdir("/"),
    "socket": socket.socket,
    "pair": socket.socketpair,
    "pipe": os.pipe,
}
"""Ways out of the process, closed by limits alone."""

DEEDS: dict[str, Callable[[], object]] = {
    **REACHES,
    "fork": os.fork,
    "exec": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606
    "kill": lambda: os.kill(os.getppid(), 9),
    "unlink": lambda: os.unlink("/tmp/copydesk-nothing"),  # noqa: S108
    "mkdir": lambda: os.mkdir("/tmp/copydesk-fault"),  # noqa: S108
    "rename": lambda: os.rename("/tmp/copydesk-a", "/tmp/copydesk-b"),  # noqa: S108
}
"""What only the filter of system calls keeps it from."""


def faulty(reader: child.Reader) -> child.Reader:
    def read(data: bytes) -> Extract:
        fault = data.decode("utf-8", "replace")
        if fault in STOPS:
            STOPS[fault]()
        if fault in DEEDS:
            return Extract(f"{fault}: {outcome(DEEDS[fault])}", {})
        if fault == "secrets":
            return Extract(f"secrets: {dict(os.environ)}", {})
        return reader(data)

    return read


def outcome(deed: Callable[[], object]) -> str:
    try:
        deed()
    except OSError as error:
        return errno.errorcode[error.errno or 0]
    return "done"


READERS: Mapping[str, child.Reader] = {
    kind: faulty(reader) for kind, reader in child.READERS.items()
}


def main(limits: Limits) -> None:
    child.main(limits, READERS)
