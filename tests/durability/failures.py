"""Let the disk fail a writer at its calls, one after another, and see how it goes on.

    LD_PRELOAD=shim.so python -m tests.durability.failures FOLDER STEPS EVERY

prints the figures as JSON. Each call fails once, and in another round it and all that follow,
until there is space again: with EIO and with ENOSPC.
"""

from __future__ import annotations

import errno
import json
import shutil
import sys
from collections import Counter
from pathlib import Path

from detector.corpus.durable import DurableCorpus
from detector.errors import IndexUnusable
from tests.durability.newsroom import question
from tests.durability.shim import Action, Shim
from tests.durability.work import NAME, Step, carry_out, seal_often, state_of, states, steps

CODES = {errno.EIO: {"storage_error"}, errno.ENOSPC: {"storage_full", "storage_error"}}
"""SQLite calls a full disk by its name only where it writes, not where it syncs or cuts a file."""


def main(folder: Path, count: int, every: int) -> None:
    """Fail and look."""
    seal_often()
    work = list(steps(count))
    shim = Shim(folder)
    calls = _calls(folder, work, shim)
    wrong: list[str] = []
    codes: Counter[str] = Counter()
    rounds = 0
    for call in range(1, calls + 1, every):
        for action in (Action.FAIL_ONCE, Action.FAIL_ON):
            for error in CODES:
                rounds += 1
                _fresh(folder)
                shim.arm(call, action, error)
                said = _interrupted(folder, work, shim, CODES[error], codes)
                name = f"call {call}, {action.name}, {errno.errorcode[error]}"
                wrong += [f"{name}: {each}" for each in said]
    print(
        json.dumps(
            {
                "steps": count,
                "calls": calls,
                "rounds": rounds,
                "errors": dict(sorted(codes.items())),
                "wrong": wrong,
            }
        )
    )


def _fresh(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()


def _calls(folder: Path, work: list[Step], shim: Shim) -> int:
    _fresh(folder)
    shim.arm(0, Action.NOTHING)
    with DurableCorpus(str(folder / NAME)) as corpus:
        for step in work:
            carry_out(corpus, step)
        return shim.count


def _interrupted(
    folder: Path, work: list[Step], shim: Shim, allowed: set[str], codes: Counter[str]
) -> list[str]:
    """Do the work while a call fails, each step again until it is done; what is wrong then."""
    wrong: list[str] = []
    corpus: DurableCorpus | None = None
    done = 0
    while done < len(work):
        try:
            corpus = corpus or DurableCorpus(str(folder / NAME))
            carry_out(corpus, work[done])
            done += 1
        except IndexUnusable as error:
            codes[error.code] += 1
            if error.code not in allowed:
                wrong.append(f"step {done}: {error.code}: {error.message}")
            if corpus and done:
                wrong += _reading(corpus, work, done)
            shim.arm(0, Action.NOTHING)
            done += corpus is not None and _is_there(corpus, work, done)
    shim.arm(0, Action.NOTHING)
    assert corpus is not None
    if state_of(corpus) != states(work)[-1]:
        wrong.append("what is there is not what was acknowledged")
    wrong += corpus.verify()
    corpus.close()
    with DurableCorpus(str(folder / NAME)) as later:
        if state_of(later) != states(work)[-1]:
            wrong.append("it is not there any more after opening it again")
    return wrong


def _reading(corpus: DurableCorpus, work: list[Step], done: int) -> list[str]:
    """What is wrong with reading in the same process while the disk fails."""
    try:
        now = state_of(corpus)
        corpus.check(question())
    except IndexUnusable as error:
        return [f"step {done}: reading failed: {error.message}"]
    return [] if now in states(work)[done : done + 2] else [f"step {done}: lost what was there"]


def _is_there(corpus: DurableCorpus, work: list[Step], done: int) -> bool:
    """Whether a step that was not acknowledged was done nevertheless."""
    expected = states(work)
    return expected[done] != expected[done + 1] == state_of(corpus)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
