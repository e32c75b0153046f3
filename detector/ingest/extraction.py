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
from collections.abc import Callable
from contextlib import suppress
from dataclasses import astuple

from detector.errors import InputError
from detector.ingest.child import MAX_ANSWER, MESSAGE_BYTES
from detector.ingest.fields import ABOUT, Extract
from detector.sandbox import Limits
from detector.strictjson import JsonError, loads

QUICK, SLOW = 3, 3
"""So many documents are parsed at a time that are quick, or may be yet, and so many that turned out
to be slow. One that hangs so holds up others for ``QUICK_S`` at most, however many hang."""

QUICK_S = 1.0
"""After so many seconds a document is slow: it goes on behind all other work, or is refused as
``overloaded`` where too many are slow already."""

PATIENCE_S = 2.0
"""How long a document waits for its turn before it is refused as ``overloaded``."""

_START = """
import importlib, json, sys
program, path, limits = json.loads(sys.argv[1])
sys.path[:] = path
from detector.sandbox import Limits
importlib.import_module(program).main(Limits(*limits))
"""
_START_S = 20  # for a process that is not yet warm
_GRACE_S = 1  # for a child to notice that its time is over
_PIECE = 1 << 20
_BEHIND = 10  # a priority that gives a tenth of the time that other work gets
_DEFAULT = Limits()
_PROCESSORS = os.sched_getaffinity(0) if sys.platform == "linux" else set[int]()


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

    ``program`` names the module that such a process runs: :mod:`detector.ingest.child`. ``quick_s``
    is ``QUICK_S``.
    """

    def __init__(
        self,
        program: str = "detector.ingest.child",
        limits: Limits = _DEFAULT,
        quick_s: float = QUICK_S,
    ) -> None:
        self._program = program
        self._limits = limits
        self._quick_s = quick_s
        self._idle: deque[_Warm] = deque()
        self._quick = threading.BoundedSemaphore(QUICK)
        self._slow = threading.BoundedSemaphore(SLOW)

    def extract(self, kind: str, data: bytes) -> Extract:
        """What :func:`extract` gives."""
        most_s = self._limits.wall_s + _GRACE_S
        # One that is slow keeps its process for long: have another ready for the next.
        with _Stay(self._quick, self._slow, self._quick_s, most_s, self.warm_up) as stay:
            why, answer = self._ask(f"{kind}\n".encode() + data, stay)
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

    def _ask(self, request: bytes, stay: _Stay) -> tuple[str, bytes]:
        warm = self._taken()
        try:
            answer = warm.ask(request, stay)
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


class _Stay:
    """The place of a document, a quick one until it turns out to be slow, and how long it may stay:
    ``most_s`` seconds, ``quick_s`` of them as a quick one; then ``when_slow`` is called.

    Raises ``InputError`` (``overloaded``) where there is no place for it, at first or later.
    """

    def __init__(
        self,
        quick: threading.BoundedSemaphore,
        slow: threading.BoundedSemaphore,
        quick_s: float,
        most_s: float,
        when_slow: Callable[[], object],
    ) -> None:
        self._places = (quick, slow)
        self._is_slow = False
        self._seconds = (quick_s, most_s)
        self._when_slow = when_slow
        self._until = (0.0, 0.0)
        if not quick.acquire(timeout=PATIENCE_S):
            raise _overloaded()

    def __enter__(self) -> _Stay:
        return self

    def __exit__(self, *_: object) -> None:
        self._places[self._is_slow].release()

    def begin(self) -> None:
        """From now on its time runs."""
        now = time.monotonic()
        self._until = (now + min(self._seconds), now + self._seconds[1])

    def received(self, line: socket.socket, most: int, child: int) -> bytes:
        """The next bytes of a line, as long as a child reads the document. Raises TimeoutError when
        its time is over."""
        while True:
            line.settimeout(max(0.01, self._until[self._is_slow] - time.monotonic()))
            try:
                return line.recv(most)
            except TimeoutError:
                if self._is_slow or time.monotonic() >= self._until[1]:
                    raise
                self._make_slow(child)

    def _make_slow(self, child: int) -> None:
        quick, slow = self._places
        if not slow.acquire(blocking=False):
            raise _overloaded()
        quick.release()
        self._is_slow = True
        with suppress(OSError):  # it has just ended
            os.setpriority(os.PRIO_PROCESS, child, _BEHIND)
        self._when_slow()


def _overloaded() -> InputError:
    return InputError("Too many documents are being read.", code="overloaded")


class _Warm:
    """A process of ``program``, as its user sees it."""

    def __init__(self, program: str, limits: Limits) -> None:
        path = [os.path.abspath(each) for each in sys.path]
        given = json.dumps([program, path, astuple(limits)])
        self._is_warm = False
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
        with suppress(OSError, AttributeError):  # who asks may keep to one processor, as a worker
            os.sched_setaffinity(self._process.pid, _PROCESSORS)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: bytes, stay: _Stay) -> tuple[str, bytes]:
        """How reading a document ended, and the answer. Without any this is of no more use and is
        ended."""
        ours, its_end = socket.socketpair()
        try:
            if not self._is_warm:
                self._heard()
                self._is_warm = True
            stay.begin()
            with ours:
                with its_end:
                    socket.send_fds(self._control, [b"+"], [its_end.fileno()])
                child = int(self._heard())
                answer = _exchanged(ours, request, stay, child)
            if why := stay.received(self._control, MESSAGE_BYTES, child):
                return why.decode().strip(), answer
        except TimeoutError:
            self.end()
            return "timeout", b""
        except OSError:
            pass
        self.end()
        return "crash", b""

    def _heard(self) -> bytes:
        self._control.settimeout(_START_S)
        if told := self._control.recv(MESSAGE_BYTES):
            return told
        raise ConnectionError("it ended")

    def end(self) -> None:
        self._control.close()
        self._process.kill()
        self._process.wait()


def _exchanged(line: socket.socket, request: bytes, stay: _Stay, child: int) -> bytes:
    """What comes back for a request until the other end closes; nothing where that is too much."""
    line.settimeout(_START_S)  # a child reads all before it looks at any of it
    with suppress(ConnectionError):  # it ended: how, will be told
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
    answer = bytearray()
    with suppress(ConnectionError):
        while len(answer) <= MAX_ANSWER:
            piece = stay.received(line, _PIECE, child)
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
