"""One of several processes that change a corpus while others ask it.

    python -m tests.durability.keeper FILE TASK NUMBER SECONDS

``churn`` adds, changes and removes documents of its own, ``seal`` and ``rebuild`` do that to the
index. Prints as JSON how often it was done.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator

from detector.corpus.durable import DurableCorpus
from detector.errors import IndexUnusable
from tests.durability.newsroom import document
from tests.durability.work import seal_often


def main(url: str, task: str, number: int, seconds: float) -> None:
    """Do it and print."""
    seal_often()
    end, done = time.monotonic() + seconds, 0
    with DurableCorpus(url) as corpus:
        steps = churned(corpus, 1000 * (1 + number))
        tasks: dict[str, Callable[[], object]] = {
            "churn": lambda: next(steps),
            "seal": corpus.seal,
            "rebuild": corpus.rebuild,
        }
        while time.monotonic() < end or not done:
            with not_while_another_does():
                tasks[task]()
                done += 1
    print(json.dumps({"done": done}))


def churned(corpus: DurableCorpus, first: int) -> Iterator[None]:
    """Add documents, change some, remove most, for ever."""
    place = first
    while True:
        corpus.add(document(place))
        yield
        if place % 3 == 0:
            corpus.add(document(place, version=2))
            yield
        if place - first > 5 and place % 4:
            corpus.remove(document(place - 1).id)
            yield
        place += 1


@contextlib.contextmanager
def not_while_another_does() -> Iterator[None]:
    """The index has one writer at a time, and says so to whoever comes second."""
    try:
        yield
    except IndexUnusable as error:
        if error.code != "index_locked":
            raise
        time.sleep(0.01)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
