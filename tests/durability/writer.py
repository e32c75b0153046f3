"""One of several processes that write to a corpus.

    python -m tests.durability.writer FILE NAME PUTS IDS

puts new versions of documents, chosen at random, and prints a line for each: its id, version and
digest, when it was begun and when it was acknowledged (nanoseconds of one clock for all processes).
"""

from __future__ import annotations

import random
import sys
import time
from dataclasses import replace

from detector.corpus import archive
from detector.corpus.durable import DurableCorpus
from tests.durability.newsroom import document
from tests.durability.work import seal_often


def main(url: str, name: str, puts: int, ids: int) -> None:
    """Put and print."""
    seal_often()
    archive.LEARNT_DOCUMENTS = 0  # to learn what is common is a pause, not a wait for others
    rng = random.Random(name)
    base = document(3)
    with DurableCorpus(url) as corpus:
        for number in range(puts):
            chosen = f"id{rng.randrange(ids)}"
            given = replace(base, id=chosen, text=f"{chosen} {name} {number} {rng.random()}")
            begun = time.monotonic_ns()
            version = corpus.add(given).version
            print(chosen, version, given.digest, begun, time.monotonic_ns(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
