"""Scores -> ordered levels, with thresholds that never saw the item they are used on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence


def leave_one_out_accuracy(scores: Sequence[float], levels: Sequence[int]) -> float:
    """The share of items whose level is right when thresholds are picked on all other items.

    >>> leave_one_out_accuracy([0.0, 0.1, 0.8, 0.9], [0, 0, 1, 1])
    1.0
    """
    right = 0
    for place, (score, level) in enumerate(zip(scores, levels, strict=True)):
        rest = [i for i in range(len(scores)) if i != place]
        known = monotone_levels([scores[i] for i in rest], [levels[i] for i in rest])
        nearest = min(known, key=lambda other: (abs(other - score), other))
        right += known[nearest] == level
    return right / len(scores)


def monotone_levels(scores: Sequence[float], levels: Sequence[int]) -> Mapping[float, int]:
    """A level for every score that occurs, never falling as scores rise and right for as many
    items as possible. Between two scores the nearer one counts: a threshold half-way.

    Dynamic programming over the sorted scores; of equally good answers the lowest levels.

    >>> monotone_levels([0.1, 0.2, 0.3, 0.4], [0, 2, 1, 2])
    {0.1: 0, 0.2: 0, 0.3: 1, 0.4: 2}
    """
    order = sorted(set(levels))
    values = sorted(set(scores))
    items = Counter(zip(scores, levels, strict=True))
    best: dict[int, tuple[int, list[int]]] = {level: (0, []) for level in order}
    for value in values:
        before = best
        best = {}
        for level in order:
            lower = [before[x] for x in order if x <= level]
            right, path = max(lower, key=lambda found: found[0])
            best[level] = (right + items[value, level], [*path, level])
    _, path = max(best.values(), key=lambda found: found[0])
    return dict(zip(values, path, strict=True))
