"""The library ``shim.c`` in a process that was started with it, and how to start one."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).with_name("shim.c")


class Action(IntEnum):
    """What happens at the chosen call."""

    NOTHING = 0
    KILL = 1
    FAIL_ONCE = 2
    FAIL_ON = 3  # from then on
    FAIL_SYNCS = 4  # the first three syncs from then on


class Shim:
    """The calls of this process that write below a folder."""

    def __init__(self, folder: Path) -> None:
        self._library = ctypes.CDLL(None)
        self._library.shim_watch(os.fsencode(folder.resolve()))
        self._library.shim_count.restype = ctypes.c_long

    def arm(self, call: int, action: Action, error: int = 0) -> None:
        """Count from here; at this call, 1 for the next, do this."""
        self._library.shim_arm(ctypes.c_long(call), int(action), error)

    @property
    def count(self) -> int:
        """The calls since ``arm``."""
        return int(self._library.shim_count())

    def trace(self, path: Path) -> None:
        """Record all calls from now on, and what is printed."""
        self._library.shim_trace(os.fsencode(path))


def build(folder: Path) -> Path:
    """The library, compiled; without gcc the test is skipped."""
    gcc = shutil.which("gcc")
    if not gcc or not sys.platform.startswith("linux"):
        pytest.skip("needs Linux and gcc, to fail calls of the C library")
    built = folder / "shim.so"
    flags = ("-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
    subprocess.run([gcc, *flags, "-o", built, SOURCE, "-ldl"], check=True)
    return built


def environment(library: Path | None = None) -> dict[str, str]:
    """What a process of these tests is started with."""
    found = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    return {**found, "LD_PRELOAD": str(library)} if library else found


def run(module: str, *values: object, library: Path | None = None) -> Any:
    """What a module of this folder prints as its last line, in JSON; run with the library."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.durability.{module}", *map(str, values)],
        env=environment(library),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])
