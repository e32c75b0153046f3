"""Pairs of documents -> what they are to each other, by one process or several."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from detector.model import Comparison, CorpusStats, Document
from detector.parallel import each
from detector.pipeline import match_sides, view
from detector.settings import Settings

PAIRS_AT_ONCE = 32
Pair = tuple[int, int]
Answers = list[Comparison | None]


def judge(
    documents: Sequence[Document],
    pairs: Sequence[Pair],
    stats: CorpusStats,
    hash_key: int,
    settings: Settings,
    workers: int = 1,
    skip: int = 0,
) -> Iterator[Answers]:
    """What pairs of documents, given as places, are to each other, None for nothing, ``a.id <
    b.id``: for some pairs at once, in no special order, but always the same one. The first
    ``skip`` of these answers are known already and left out.

    Raises CopydeskError where a worker process was killed.
    """
    tasks = list(_tasks(pairs))[skip:]
    given = ([documents[i] for i in _places(task)] for task in tasks)
    numbered = zip(given, map(_renumbered, tasks), strict=True)
    with tempfile.TemporaryDirectory() as folder:
        held = _saved(stats, Path(folder)) if workers > 1 else stats
        work = partial(_judge_some, held, hash_key, settings)
        for task, answers in zip(tasks, each(work, numbered, workers), strict=True):
            own = {documents[i].id: documents[i] for i in _places(task)}
            yield [c and _with_own(c, own) for c in answers]


# -- tasks: pairs that have documents in common are kept together, so that each is read once


def _tasks(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    stories: dict[int, list[Pair]] = defaultdict(list)
    joined = _joined(pairs)
    for pair in pairs:
        stories[joined[pair[0]]].append(pair)
    task: list[Pair] = []
    for story in stories.values():
        for pair in story:
            if len(task) == PAIRS_AT_ONCE:
                yield task
                task = []
            task.append(pair)
    if task:
        yield task


def _joined(pairs: Sequence[Pair]) -> dict[int, int]:
    """For each document a number that all have that pairs lead to from it."""
    parent: dict[int, int] = {}

    def root(place: int) -> int:
        """Union-find; halves the way for who asks next."""
        while (above := parent.setdefault(place, place)) != place:
            parent[place] = parent[above]
            place = above
        return place

    for one, other in pairs:
        parent[root(one)] = root(other)
    return {place: root(place) for place in parent}


def _places(task: Sequence[Pair]) -> list[int]:
    return sorted({place for pair in task for place in pair})


def _renumbered(task: Sequence[Pair]) -> list[Pair]:
    """The pairs by the places of their documents among those of the task."""
    numbers = {place: number for number, place in enumerate(_places(task))}
    return [(numbers[one], numbers[other]) for one, other in task]


# -- in a worker


@dataclass(frozen=True, slots=True)
class _Saved:
    """Statistics in a folder, which all workers map into memory."""

    folder: Path
    documents: int
    digest: str


def _saved(stats: CorpusStats, folder: Path) -> _Saved:
    np.save(folder / "keys.npy", stats.keys)
    np.save(folder / "counts.npy", stats.counts)
    return _Saved(folder, stats.documents, stats.digest)


@lru_cache(maxsize=1)
def _mapped(saved: _Saved) -> CorpusStats:
    keys, counts = (np.load(saved.folder / f"{n}.npy", mmap_mode="r") for n in ("keys", "counts"))
    return CorpusStats(saved.documents, keys, counts, saved.digest)


def _judge_some(
    held: CorpusStats | _Saved,
    hash_key: int,
    settings: Settings,
    task: tuple[Sequence[Document], Sequence[Pair]],
) -> Answers:
    documents, pairs = task
    stats = _mapped(held) if isinstance(held, _Saved) else held
    sides = [view(document, stats, hash_key) for document in documents]
    answers: Answers = []
    for pair in pairs:
        a, b = sorted((sides[place] for place in pair), key=lambda s: s.document.id)
        answers.append(match_sides(a, b, settings))
    return answers


def _with_own(c: Comparison, own: dict[str, Document]) -> Comparison:
    """The same about the documents that this process has already."""
    a, b = (replace(side, document=own[side.document.id]) for side in (c.a, c.b))
    return replace(c, a=a, b=b)
