"""Kill a writer at its calls, one after another, and look at what is left.

    LD_PRELOAD=shim.so python -m tests.durability.kills FOLDER DOCUMENTS EVERY

prints the figures as JSON: how many calls there are, at how many (each, or every so many) the
writer was killed, and what was wrong afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.durability.shim import Action, Shim
from tests.durability.work import Step, additions, seal_often, write, wrong_after


def main(folder: Path, documents: int, every: int) -> None:
    """Kill and look."""
    seal_often()
    work = list(additions(documents))
    _, calls = _written(_fresh(folder), work, 0)
    wrong: list[str] = []
    slowest = 0.0
    chosen = range(1, calls + 1, every)
    for call in chosen:
        place = _fresh(folder)
        acknowledged, _ = _written(place, work, call)
        start = time.monotonic()
        wrong += [f"call {call}: {each}" for each in wrong_after(place, work, acknowledged)]
        slowest = max(slowest, time.monotonic() - start)
    print(
        json.dumps(
            {
                "documents": documents,
                "calls": calls,
                "kills": len(chosen),
                "wrong": wrong,
                "slowest_recovery_ms": round(1000 * slowest),
            }
        )
    )


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _written(folder: Path, work: list[Step], call: int) -> tuple[int, int]:
    """Let a child work until it is killed at a call; how many steps it has acknowledged. With 0 for
    the call it is not killed; the second number is how many calls there were."""
    read, said = os.pipe()
    with tempfile.TemporaryFile() as counted:
        if child := os.fork():
            os.close(said)
            with open(read, "rb") as file:
                acknowledged = file.read().count(b"\n")
            os.waitpid(child, 0)
            counted.seek(0)
            return acknowledged, int(counted.read() or b"0")
        os.dup2(said, 1)
        shim = Shim(folder)
        shim.arm(call, Action.KILL)
        write(folder, work)
        os.write(counted.fileno(), str(shim.count).encode())
        os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
