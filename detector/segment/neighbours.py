"""Which parts of an index to merge, so that few are asked and none is merged often.

The logarithmic method (Bentley and Saxe 1980, Decomposable searching problems I): parts are merged
with their elders until each has at least twice the documents of the next. Then there are no more
than the logarithm of all documents, and each document was merged about as many times.
"""

from __future__ import annotations

from collections.abc import Sequence

from detector.net import MAX_DOCUMENTS


def to_merge(sizes: Sequence[int], most: int = MAX_DOCUMENTS) -> tuple[int, int] | None:
    """The newest neighbours of like size, as the first and behind the last; None when there are
    none, or they would have more than ``most`` documents together.

    >>> to_merge([8, 2, 1, 1]), to_merge([9, 4, 2]), to_merge([5, 9, 2]), to_merge([7, 5], most=10)
    ((1, 4), None, (0, 2), None)
    """
    for stop in range(len(sizes), 1, -1):
        first, size = stop - 1, sizes[stop - 1]
        while first and sizes[first - 1] < 2 * size and sizes[first - 1] + size <= most:
            first -= 1
            size += sizes[first]
        if first < stop - 1:
            return first, stop
    return None
