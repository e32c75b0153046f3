"""Work on a corpus while every call to the disk is recorded.

    LD_PRELOAD=shim.so python -m tests.durability.traced FOLDER TRACE STEPS SYNC FAILING

``SYNC`` is ``on``, or ``off`` to see what becomes of a corpus that does not wait for the disk.
With a number for ``FAILING`` the first three syncs from that call on fail, and each
step is tried until it succeeds. Prints how many calls there
were, and how many steps failed.
"""

from __future__ import annotations

import json
import sys
from errno import EIO
from pathlib import Path

from detector.corpus.durable import DurableCorpus
from detector.errors import IndexUnusable, UsageError
from detector.store import database
from tests.durability import work
from tests.durability.shim import Action, Shim


def main(folder: Path, trace: Path, count: int, sync: str, failing: int) -> None:
    """Record."""
    work.seal_often()
    if sync == "off":
        database.PRAGMAS = tuple(
            "synchronous=OFF" if each.startswith("synchronous") else each
            for each in database.PRAGMAS
        )
    shim = Shim(folder)
    shim.trace(trace)
    shim.arm(failing, Action.FAIL_SYNCS if failing else Action.NOTHING, EIO)
    failed = 0
    with DurableCorpus(str(folder / work.NAME)) as corpus:
        for step in work.steps(count):
            while True:
                try:
                    work.carry_out(corpus, step)
                    break
                except IndexUnusable:
                    failed += 1
                except UsageError:  # removed by the commit whose sync failed
                    break
            print(step.id, flush=True)
    shim.trace(Path("/dev/null"))
    print(json.dumps({"calls": shim.count, "failed": failed}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
