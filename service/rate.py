"""How many requests a second a key may make, counted for all processes of the service together.

One number a key is enough: the moment until which its requests so far have used up its rate (the
generic cell rate algorithm of ATM, ITU-T I.371). They stand in memory that the processes share
since before they were forked, under a lock that the system takes from a process that dies.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

KEYS = 4096  # whose rate is known at a time; the one least recently used makes room
BURST_SECONDS = 2  # somebody who was quiet may catch up that much
_ROW = struct.Struct("=Qd")  # the key, the moment
_PROBES = 16


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether a request may pass; how many more may now; seconds until one may again."""

    passes: bool
    remaining: int
    wait_s: float


class Rates:
    """The rates of all keys. Make it before the processes are forked.

    >>> rates = Rates(per_second=1, clock=lambda: 0.0)
    >>> [rates.ask("desk").passes for _ in range(3)]
    [True, True, False]
    """

    def __init__(self, per_second: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second = per_second
        self._clock = clock
        self._file = os.memfd_create("copydesk-rates")
        os.truncate(self._file, KEYS * _ROW.size)
        self._rows = mmap.mmap(self._file, KEYS * _ROW.size)
        self._lock = threading.Lock()
        weakref.finalize(self, os.close, self._file)

    def ask(self, key: str) -> Allowance:
        """Count a request of a key, if it may pass."""
        name = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big") or 1
        now, step = self._clock(), 1 / self.per_second
        with self._alone():
            at, used_until = self._find(name)
            after = max(used_until, now) + step
            spare = BURST_SECONDS - (after - now)
            if spare < -1e-9:
                return Allowance(False, 0, -spare)
            _ROW.pack_into(self._rows, at, name, after)
        return Allowance(True, int(spare * self.per_second + 1e-6), 0.0)

    def _find(self, name: int) -> tuple[int, float]:
        """Where the row of a key is or shall be, and until when its rate is used up."""
        places = [((name + i) % KEYS) * _ROW.size for i in range(_PROBES)]
        rows = [(at, *_ROW.unpack_from(self._rows, at)) for at in places]
        for at, owner, moment in rows:
            if owner == name:
                return at, moment
        at, _, _ = min(rows, key=lambda row: row[2])
        return at, 0.0

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock:  # among threads; the other is among processes
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
