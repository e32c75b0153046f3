"""Whose turn it is to write: first come, first served, among threads and processes.

Who comes takes a ticket, which is a lock on a byte of its own (of the open file, so that threads
are told apart), and waits until nobody holds an earlier one. The system takes the ticket back when
the file is closed, also where a process is killed. Polling for one common lock serves whoever looks
at the right moment: of eight writers some waited a hundred times as long as others.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time

_LOCK = struct.Struct("hhqqi0q")  # struct flock: type, whence, start, length, process
_NUMBERS = struct.Struct("<QQ")  # the next ticket, and the one whose turn it is
_PLACE = 64
"""Where these stand in the file."""
_GATE = 128
_TICKETS = 1 << 10
"""Bytes that are locked; the file need not have them."""
_MOST = 1 << 40
_POLL_SECONDS = 0.002
_MAX_POLL_SECONDS = 0.05


def wait_for_turn(file: int, most_seconds: float) -> bool:
    """Stand in line at a file that is open for reading and writing. False where it took too long.
    It is the next one's turn once the file is closed.

    Raises OSError where the file cannot be read or written.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as one, open(one.name, "r+b") as other:
    ...     wait_for_turn(one.fileno(), 1), wait_for_turn(other.fileno(), 0.01)
    (True, False)
    """
    end = time.monotonic() + most_seconds
    ticket = _ticket(file)
    while _is_held(file, _TICKETS, ticket):
        if time.monotonic() > end:
            return False
        _, served = _numbers(file)
        ahead = max(1, ticket - served)
        time.sleep(min(_MAX_POLL_SECONDS, ahead * _POLL_SECONDS))
    os.pwrite(file, ticket.to_bytes(8, "little"), _PLACE + 8)
    return True


def _ticket(file: int) -> int:
    _lock(file, fcntl.F_WRLCK, _GATE)
    ticket, _ = _numbers(file)
    os.pwrite(file, ((ticket + 1) % _MOST).to_bytes(8, "little"), _PLACE)
    _lock(file, fcntl.F_WRLCK, _TICKETS + ticket)
    _lock(file, fcntl.F_UNLCK, _GATE)
    return ticket


def _numbers(file: int) -> tuple[int, int]:
    ticket, served = _NUMBERS.unpack(os.pread(file, _NUMBERS.size, _PLACE).ljust(16, b"\0"))
    return ticket % _MOST, served


def _lock(file: int, kind: int, place: int) -> None:
    fcntl.fcntl(file, fcntl.F_OFD_SETLKW, _LOCK.pack(kind, os.SEEK_SET, place, 1, 0))


def _is_held(file: int, first: int, size: int) -> bool:
    """Whether another open file has a lock among these bytes."""
    if not size:  # a length of 0 would mean all that follow
        return False
    asked = _LOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, first, size, 0)
    kind, *_ = _LOCK.unpack(fcntl.fcntl(file, fcntl.F_OFD_GETLK, asked))
    return bool(kind != fcntl.F_UNLCK)
