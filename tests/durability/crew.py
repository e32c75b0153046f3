"""Writers of one corpus that are killed at random moments, and others that take their places.

    python -m tests.durability.crew FILE WRITERS KILLS FOLDER

What the writers acknowledge stands in files of the folder, as ``writer`` prints it. They are
forked, so that each has written something before its turn to be killed comes.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from tests.durability import writer

IDS = 200


def main(url: str, writers: int, kills: int, folder: Path) -> None:
    """Let them write, and kill."""
    rng = random.Random("kills")
    crew = [_forked(url, f"{place}", folder) for place in range(writers)]
    for number in range(kills):
        time.sleep(rng.uniform(0.02, 0.3))
        place = rng.randrange(writers)
        _kill(crew[place])
        crew[place] = _forked(url, f"{place}-{number}", folder)
    for process in crew:
        _kill(process)
    print(json.dumps({"kills": kills + writers}))


def _forked(url: str, name: str, folder: Path) -> int:
    if process := os.fork():
        return process
    with (
        (folder / f"{name}.said").open("wb") as said,
        (folder / f"{name}.errors").open("wb") as bad,
    ):
        os.dup2(said.fileno(), 1)
        os.dup2(bad.fileno(), 2)
        writer.main(url, name, puts=10**6, ids=IDS)
    os._exit(1)


def _kill(process: int) -> None:
    """Kill one that has not ended by itself, which would be an error."""
    os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    assert os.WIFSIGNALED(status)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
