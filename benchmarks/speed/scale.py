"""How large and how often each benchmark measures; and how several ways take turns."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of one run. ``rounds`` of what takes turns, ``runs`` of whole commands; ``texts`` of
    the signatures; ``slow_s``: a doubling ends with a size that took longer than this."""

    rounds: int
    runs: int
    texts: int
    index_documents: tuple[int, ...]
    batch_documents: int
    candidate_documents: int
    check_documents: tuple[int, ...]
    disk_documents: tuple[int, ...]
    questions: int
    growth_documents: tuple[int, ...]
    text_kib: tuple[int, ...]
    slow_s: float
    pairs: int
    attacked_documents: int
    attackers: int
    page_words: int
    page_passages: int
    page_documents: int


SHORT = Scale(
    rounds=1,
    runs=1,
    texts=20,
    index_documents=(200,),
    batch_documents=24,
    candidate_documents=200,
    check_documents=(20,),
    disk_documents=(40,),
    questions=4,
    growth_documents=(100, 200),
    text_kib=(8, 16),
    slow_s=1.0,
    pairs=20,
    attacked_documents=60,
    attackers=30,
    page_words=2_000,
    page_passages=30,
    page_documents=24,
)
USUAL = Scale(
    rounds=5,
    runs=3,
    texts=1000,
    index_documents=(10_000, 100_000),
    batch_documents=10_000,
    candidate_documents=10_000,
    check_documents=(1000, 10_000),
    disk_documents=(100_000,),
    questions=100,
    growth_documents=(1000, 2000, 4000, 8000, 16_000),
    text_kib=(64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384),
    slow_s=6.0,
    pairs=1000,
    attacked_documents=1000,
    attackers=1000,
    page_words=20_000,
    page_passages=300,
    page_documents=1_000,
)
FULL = Scale(
    rounds=9,
    runs=1,
    texts=1000,
    index_documents=(10_000, 100_000, 1_000_000),
    batch_documents=100_000,
    candidate_documents=100_000,
    check_documents=(1000, 10_000),
    disk_documents=(100_000, 1_000_000),
    questions=400,
    growth_documents=(1000, 2000, 4000, 8000, 16_000, 32_000, 64_000),
    text_kib=(64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384),
    slow_s=60.0,
    pairs=4000,
    attacked_documents=10_000,
    attackers=10_000,
    page_words=20_000,
    page_passages=300,
    page_documents=1_000,
)


def elapsed_s(do: Callable[[], object]) -> float:
    """How long it took, in seconds."""
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def by_turns(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each way in each round. In a round each has its turn, so that whatever else the
    machine does slows all of them alike.

    >>> {name: len(took) for name, took in by_turns({"nothing": lambda: None}, 3).items()}
    {'nothing': 3}
    """
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            gc.collect()
            took[name].append(elapsed_s(way))
    return took
