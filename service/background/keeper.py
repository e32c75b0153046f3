"""What gunicorn's master starts the worker with, and starts it again when it dies."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from typing import Any

_MODULE = "service.background.worker"
_LOOK_SECONDS = 0.2
_FIRST_PAUSE_SECONDS = 0.5
_MAX_PAUSE_SECONDS = 30.0
_STOP_SECONDS = 10.0


class Keeper:
    """Keeps one process running, from a thread of its own; it is told the process id of this one.
    ``log`` is gunicorn's; of ``sockets``, by their numbers, the process gets none: the system makes
    connections as long as anybody has a socket that listens, whether or not he would take them."""

    def __init__(self, log: Any, sockets: Iterable[int]) -> None:
        self._log = log
        self._closing = [(os.POSIX_SPAWN_CLOSE, number) for number in sockets]
        self._ending = threading.Event()
        self._is_asked = False  # whether it is to begin anew
        self._pid: int | None = None  # never that of a process that has ended
        self._thread = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def start(self) -> None:
        """Start the process."""
        self._thread.start()

    def restart(self) -> None:
        """Have the process end and begin anew, to read its configuration again."""
        self._is_asked = True
        self._signal(signal.SIGTERM)

    def stop(self) -> None:
        """End the process, and wait until it has ended."""
        self._ending.set()
        self._thread.join()

    def _keep(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self._ending.is_set():
            begun = time.monotonic()
            # Not subprocess: it waits for the end of a pipe, which a process that gunicorn forks
            # just then would hold open for ever.
            command = (sys.executable, "-m", _MODULE, str(os.getpid()))
            self._pid = os.posix_spawn(
                sys.executable, command, os.environ, file_actions=self._closing
            )
            while self._is_alive() and not self._ending.wait(_LOOK_SECONDS):
                pass
            if self._ending.is_set():
                break
            if self._is_asked:
                self._is_asked, pause = False, _FIRST_PAUSE_SECONDS
                continue
            # One that dies at once has a reason that will not be gone at once.
            lived_long = time.monotonic() - begun > _MAX_PAUSE_SECONDS
            pause = _FIRST_PAUSE_SECONDS if lived_long else min(_MAX_PAUSE_SECONDS, 2 * pause)
            self._log.error("Background worker ended; the next starts in %s s", pause)
            self._ending.wait(pause)
        self._end()

    def _is_alive(self) -> bool:
        if self._pid is None:
            return False
        try:
            if os.waitpid(self._pid, os.WNOHANG)[0] == 0:
                return True
        except ChildProcessError:
            pass  # gunicorn reaps whatever has ended
        self._pid = None
        return False

    def _end(self) -> None:
        self._signal(signal.SIGTERM)
        end = time.monotonic() + _STOP_SECONDS
        while self._is_alive():
            if time.monotonic() > end:
                self._signal(signal.SIGKILL)
            time.sleep(_LOOK_SECONDS)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._pid is not None:
                os.kill(self._pid, number)
