"""What a command costs: time, processor time and memory, of its children too."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_REST = 20  # a look at the memory is followed by a rest so many times as long
_SHORTEST_REST_S = 0.05


@dataclass(frozen=True, slots=True)
class Usage:
    """What one run took. ``peak_mib`` is the most that the processes held together when looked at,
    memory that several share counted once."""

    elapsed_s: float
    cpu_s: float
    peak_mib: float


ALL_CORES = frozenset(os.sched_getaffinity(0))
"""Those of this process when it began, which may since have kept itself to one."""


def watch(command: Sequence[str]) -> Usage:
    """Run a command to its end on all cores; what it says goes nowhere.

    Raises CalledProcessError where it fails.

    >>> import sys
    >>> watch([sys.executable, "-c", "print(1)"]).cpu_s > 0
    True
    """
    is_over = threading.Event()
    peaks: list[float] = []
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.sched_setaffinity(process.pid, ALL_CORES)
    watcher = threading.Thread(target=_look, args=(process.pid, is_over, peaks))
    watcher.start()
    # Not process.wait(), which does not tell what the children used.
    _, status, used = os.wait4(process.pid, 0)
    elapsed_s = time.perf_counter() - started
    is_over.set()
    watcher.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Usage(elapsed_s, used.ru_utime + used.ru_stime, max(peaks, default=0.0))


def _look(root: int, is_over: threading.Event, peaks: list[float]) -> None:
    rest_s = 0.0
    while not is_over.wait(rest_s):
        started = time.perf_counter()
        peaks.append(sum(map(_held_mib, _family(root))))
        rest_s = max(_SHORTEST_REST_S, _REST * (time.perf_counter() - started))


def _family(process: int) -> Iterator[int]:
    """A process and all that come from it, as far as they still are."""
    yield process
    try:
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from _family(int(child))
    except OSError:
        return


def _held_mib(process: int) -> float:
    """The memory of a process, its part of what it shares; 0 where it is over."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
