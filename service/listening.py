"""The end of a socket that listens.

Whoever is connected when it is closed, and whom nobody has taken yet, loses his connection. So the
system is first told to make no new ones: it leaves unanswered who knocks, who knocks again a second
later, at the service's next run or at nothing. What is made by then can be taken in peace.
"""

from __future__ import annotations

import ctypes
import socket
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

_ATTACH_FILTER = 26  # SO_ATTACH_FILTER of Linux, which Python has no name for
_FLAGS_AT, _SYN = 13, 0x02  # the byte of flags in a TCP header; "may I connect?"
# Classic BPF (https://docs.kernel.org/networking/filter.html): code, jumps, operand.
_NO_SYN = (
    (0x30, 0, 0, _FLAGS_AT),  # load the byte
    (0x45, 0, 1, _SYN),  # on if the flag is set, else over the next
    (0x06, 0, 0, 0),  # drop
    (0x06, 0, 0, 0xFFFFFFFF),  # let through
)
_HANDSHAKE_SECONDS = 0.1


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("jump_true", ctypes.c_uint8),
        ("jump_false", ctypes.c_uint8),
        ("operand", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def take_no_more(listeners: Iterable[socket.socket]) -> None:
    """Have no new connections made, for whichever process the sockets listen, and wait for those
    under way. On systems other than Linux nothing changes."""
    if sys.platform != "linux":
        return
    instructions = (_Instruction * len(_NO_SYN))(*(_Instruction(*each) for each in _NO_SYN))
    program = bytes(_Program(len(_NO_SYN), instructions))
    for listener in listeners:
        with suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, program)
    time.sleep(_HANDSHAKE_SECONDS)
