"""``copydesk index add``: texts into an index, with an answer for each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NoReturn

from detector.cli.inputs import MANY_TEXTS, Inputs, worker_count
from detector.cli.screen import Tick, write
from detector.corpus.durable import DurableCorpus
from detector.ingest.watch import Watched
from detector.model import Document, Skipped, Status
from detector.report import json_line, visible

LOOK_SECONDS = 1.0
Row = Callable[[str, str, str | None], None]


def add_all(
    corpus: DurableCorpus,
    found: Inputs,
    documents: Iterable[Document],
    workers: int | None,
    tick: Tick | None,
    row: Row,
) -> Counter[Status]:
    """Add texts, then find what they share with others: also what an earlier run was stopped in.
    ``row`` is told (id, status, reason) of each once it is durable. How many came to what."""
    counts: Counter[Status] = Counter()
    texts, processes = _with_workers(iter(documents), workers)
    for answer in corpus.add_all(texts, processes):
        if isinstance(answer, Skipped):
            found.skip(answer)
            continue
        counts[answer.status] += 1
        row(answer.id, answer.status, None)
        if tick:
            tick("adding", counts.total(), 0)
    if tick:
        tick("adding", counts.total(), counts.total())
    corpus.relate(tick, processes)
    return counts


def watch(
    corpus: DurableCorpus, found: Inputs, folders: Sequence[str], workers: int | None, row: Row
) -> NoReturn:
    """Add what comes into folders, as it comes, until a signal ends it."""
    watched = [Watched(folder, found.mapping) for folder in folders]
    while True:
        texts = found.taken(chain.from_iterable(each.look() for each in watched))
        add_all(corpus, found, texts, workers, None, row)
        time.sleep(LOOK_SECONDS)


def json_row(name: str, status: str, reason: str | None) -> None:
    """What became of a text, for programs."""
    write(json_line({"id": name, "status": status, "reason": reason}))


def text_row(name: str, status: str, reason: str | None) -> None:
    """What became of a text that came in, for people: what was skipped has been said already."""
    if status in (Status.ADDED, Status.UPDATED):
        write(f"{status:<8} {visible(name)}\n")


def no_row(name: str, status: str, reason: str | None) -> None:
    """Nothing: a summary follows."""


def _with_workers(
    documents: Iterator[Document], workers: int | None
) -> tuple[Iterable[Document], int]:
    """The texts, and by how many threads to read them and processes to relate them."""
    if workers:
        return documents, workers
    first = list(islice(documents, MANY_TEXTS))
    return chain(first, documents), worker_count(len(first))
