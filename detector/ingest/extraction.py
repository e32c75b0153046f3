"""What is no plain text is parsed in another process: HTML, PDF and Office files. No document can
crash this one, hang it, eat its memory, or reach files and network.

A warm process (:mod:`detector.ingest.child`) forks a confined child for each document. Children are
slower to start than a page is to read; a fork of a warm one is not.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import astuple

from detector.errors import InputError
from detector.ingest.child import MAX_ANSWER
from detector.ingest.fields import ABOUT, Extract
from detector.sandbox import Limits
from detector.strictjson import JsonError, loads

AT_ONCE = 3
"""So many documents are parsed at a time: one fewer than a worker of the service has threads, so
that three that hang leave one for other requests."""

PATIENCE_S = 0.5
"""How long a document waits for its turn before it is refused as ``overloaded``."""

_START = """
import importlib, json, sys
program, path, limits = json.loads(sys.argv[1])
sys.path[:] = path
from detector.sandbox import Limits
importlib.import_module(program).main(Limits(*limits))
"""
_GRACE_S = 2  # for a process that is not yet warm; a longer start takes from the document's time
_PIECE = 1 << 20
_DEFAULT = Limits()


def extract(kind: str, data: bytes) -> Extract:
    """The text of a document, parsed where it cannot hurt. ``kind`` is ``html``, ``pdf`` or
    ``docx``.

    Raises ``InputError``: what the reader of its kind raises; ``extraction_failed`` where it takes
    too much time or memory or crashes; ``overloaded`` where others hold all places.

    >>> extract("html", b"<p>Rain fell on the hills.</p>").text
    'Rain fell on the hills.'
    """
    return _EXTRACTOR.extract(kind, data)


def warm_up() -> None:
    """Start what will parse the first document, for who will be asked to hurry."""
    _EXTRACTOR.warm_up()


class Extractor:
    """A few warm processes that start when they are needed. Threads may share it.

    ``program`` names the module that such a process runs: :mod:`detector.ingest.child`.
    """

    def __init__(self, program: str = "detector.ingest.child", limits: Limits = _DEFAULT) -> None:
        self._program = program
        self._limits = limits
        self._idle: deque[_Warm] = deque()
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def extract(self, kind: str, data: bytes) -> Extract:
        """What :func:`extract` gives."""
        if not self._places.acquire(timeout=PATIENCE_S):
            raise InputError("Too many documents are being read.", code="overloaded")
        try:
            why, answer = self._ask(f"{kind}\n".encode() + data)
        finally:
            self._places.release()
        told = _understood(answer) if why == "ok" else None
        if told is None:
            why = "crash" if why == "ok" else why
            raise InputError(f"Text extraction stopped ({why}).", code="extraction_failed")
        return told

    def warm_up(self) -> None:
        """Start a process before it is needed."""
        self._idle.append(self._taken())

    def close(self) -> None:
        """End all processes that are not at work."""
        with suppress(IndexError):
            while True:
                self._idle.popleft().end()

    def _ask(self, request: bytes) -> tuple[str, bytes]:
        warm = self._taken()
        try:
            answer = warm.ask(request)
        except BaseException:
            warm.end()
            raise
        # A new one gets warm while nobody waits for it.
        self._idle.append(warm if warm.is_alive() else _Warm(self._program, self._limits))
        return answer

    def _taken(self) -> _Warm:
        with suppress(IndexError):  # other threads take, too
            while True:
                warm = self._idle.popleft()  # the last one may still be getting warm
                if warm.is_alive():
                    return warm
                warm.end()
        return _Warm(self._program, self._limits)


class _Warm:
    """A process of ``program``, as its user sees it."""

    def __init__(self, program: str, limits: Limits) -> None:
        path = [os.path.abspath(each) for each in sys.path]
        given = json.dumps([program, path, astuple(limits)])
        self._patience_s = limits.wall_s + _GRACE_S
        self._control, its_end = socket.socketpair()
        with its_end:
            self._process = subprocess.Popen(  # noqa: S603 - this Python, no word of a document
                [sys.executable, "-I", "-B", "-X", "utf8", "-c", _START, given],
                stdin=its_end.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"OPENBLAS_NUM_THREADS": "1"},  # none of ours; with threads none can fork
                start_new_session=True,  # Ctrl-C is for who asked
            )

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: bytes) -> tuple[str, bytes]:
        """How reading a document ended, and the answer. Without any this is of no more use and is
        ended."""
        deadline = time.monotonic() + self._patience_s
        ours, its_end = socket.socketpair()
        try:
            with ours:
                with its_end:
                    socket.send_fds(self._control, [b"+"], [its_end.fileno()])
                answer = _exchanged(ours, request, deadline)
            self._control.settimeout(max(0.1, deadline - time.monotonic()))
            if why := self._control.recv(20):
                return why.decode(), answer
        except TimeoutError:
            self.end()
            return "timeout", b""
        except OSError:
            pass
        self.end()
        return "crash", b""

    def end(self) -> None:
        self._control.close()
        self._process.kill()
        self._process.wait()


def _exchanged(line: socket.socket, request: bytes, deadline: float) -> bytes:
    """What comes back for a request until the other end closes; nothing where that is too much."""
    line.settimeout(max(0.1, deadline - time.monotonic()))
    with suppress(ConnectionError):  # it ended: how, will be told
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
    answer = bytearray()
    with suppress(ConnectionError):
        while len(answer) <= MAX_ANSWER:
            line.settimeout(max(0.1, deadline - time.monotonic()))
            piece = line.recv(_PIECE)
            if not piece:
                return bytes(answer)
            answer += piece
    return b""


def _understood(answer: bytes) -> Extract | None:
    """What a child says, which may be anything: a document may have taken it over.

    Raises ``InputError`` where it says why there is no text.
    """
    try:
        told = loads(answer)
    except JsonError:
        return None
    if isinstance(told, dict) and {"code", "message"} == told.keys():
        raise InputError(str(told["message"]), code=str(told["code"]))
    match told:
        case {"text": str(text), "about": dict(about), "flags": list(flags)} if ABOUT.issuperset(
            about
        ) and all(isinstance(each, str) for each in [*about.values(), *flags]):
            return Extract(text, about, tuple(flags))
    return None


_EXTRACTOR = Extractor()
atexit.register(_EXTRACTOR.close)
os.register_at_fork(before=_EXTRACTOR.close)  # two processes must not share its sockets
