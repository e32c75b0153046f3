"""Takes from a process what it does not need to read one document: for a child about to parse bytes
that somebody else made.

Two layers. Resource limits hold on every POSIX system: time, memory, and no new descriptor, so no
file is opened and no connection made. On Linux (x86-64 and ARM64) a filter of system calls (seccomp
mode 2, as in Linux 3.5; no privilege needed) leaves only those that compute, on memory and on open
descriptors: no file, no network, no process, no signal, no way back even for root.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost: ``cpu_s`` and ``wall_s`` in seconds, ``address_bytes`` of address
    space.

    >>> Limits().address_bytes
    1073741824
    """

    cpu_s: int = 20
    wall_s: float = 22
    address_bytes: int = 1 << 30


# What the calls are called in Linux, and their numbers on x86-64 and ARM64. All others fail with
# EPERM, also those that Linux does not have yet.
_CALLS = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "getpid": (39, 172),
    "exit": (60, 93),
    "gettimeofday": (96, 169),
    "getrusage": (98, 165),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "futex": (202, 98),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "getrandom": (318, 278),
    "rseq": (334, 293),
}
_ARCHITECTURES = {  # machine: column above, AUDIT_ARCH, number of seccomp(2)
    "x86_64": (0, 0xC000003E, 317),
    "aarch64": (1, 0xC00000B7, 277),
}

_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # of classic BPF
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050000 | errno.EPERM, 0x7FFF0000
_SET_FILTER, _ALL_THREADS = 1, 1
_DIE_WITH_PARENT, _NO_NEW_PRIVILEGES = 1, 38


def confine(limits: Limits) -> None:
    """Confine this process for good. What it must import or open is imported and open already.

    Past the time limits the system kills it; beyond the memory limit allocation fails.
    """
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)  # before descriptors run out
        libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    signal.setitimer(signal.ITIMER_REAL, limits.wall_s)
    _limit(resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 1)
    _limit(resource.RLIMIT_AS, limits.address_bytes, limits.address_bytes)
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NOFILE):
        _limit(what, 0, 0)
    if sys.platform == "linux" and is_filtered():
        _filter_calls(libc)


def is_filtered() -> bool:
    """Whether system calls can be filtered on this machine.

    >>> isinstance(is_filtered(), bool)
    True
    """
    is_64_bit = struct.calcsize("P") == 8
    return sys.platform == "linux" and is_64_bit and platform.machine() in _ARCHITECTURES


def _limit(what: int, soft: int, hard: int) -> None:
    """Set a limit, but never above the one that holds."""
    _, most = resource.getrlimit(what)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(what, (soft, hard))


def _filter_calls(libc: ctypes.CDLL) -> None:
    """Install the filter in all threads, or die: half a sandbox is none."""
    column, architecture, seccomp = _ARCHITECTURES[platform.machine()]
    program = _program([numbers[column] for numbers in _CALLS.values()], architecture)
    code = ctypes.create_string_buffer(program, len(program))
    rules = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    )
    if (
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0
        or libc.syscall(seccomp, _SET_FILTER, _ALL_THREADS, rules) != 0
    ):
        error = ctypes.get_errno()
        if error not in (errno.ENOSYS, errno.EINVAL):  # a Linux without filters
            raise OSError(error, os.strerror(error))


def _program(allowed: list[int], architecture: int) -> bytes:
    """A filter as struct sock_filter: code, steps if true, steps if false, operand."""
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        *((_IF_EQUAL, len(allowed) - at, 0, number) for at, number in enumerate(allowed)),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
