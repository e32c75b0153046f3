"""Two sequences of codes -> the runs in which they agree.

A run is grown from *grams*, so many codes in a row, that both have and that are rare in both; it
is what alignment makes passages of, be the codes words or letters. Seeding with rare grams only
keeps the number of seeds linear, whatever is repeated (Li: Minimap2, 2018).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detector import kernel

Codes = NDArray[np.uint32]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_FILTER_BITS = 16


def common_runs(a: Codes, b: Codes, gram: int, most: int) -> tuple[NDArray[np.int64], bool]:
    """The runs of ``gram`` codes or more that both have, without those of grams that stand more
    than ``most`` times in one of them: rows (place in a, place in b, length), by diagonal, then
    by place, int64[k, 3]; and whether there were shared grams that stand too often.

    >>> def codes(word):
    ...     return np.array([ord(c) for c in word], np.uint32)
    >>> common_runs(codes("xmagistrate"), codes("magistratus"), gram=4, most=8)
    (array([[1, 0, 9]]), False)
    """
    if kernel.is_compiled():
        return kernel.common_runs(a, b, gram, most)
    left, right, is_cut = _seeds(a, b, gram, most)
    return joined(left, right, gram), is_cut


def _grams(codes: Codes, gram: int) -> NDArray[np.uint64]:
    count = max(0, len(codes) - gram + 1)
    value = np.zeros(count, np.uint64)
    for step in range(gram):
        value = value * _FACTOR + codes[step : step + count] + np.uint64(1)
    return value


def _seeds(
    a: Codes, b: Codes, gram: int, most: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], bool]:
    """The places (in a, in b) of shared grams that are rare enough in both."""
    grams_a, grams_b = _grams(a, gram), _grams(b, gram)
    at_a, at_b = _maybe_in(grams_a, grams_b), _maybe_in(grams_b, grams_a)  # few are left to sort
    grams_a, grams_b = grams_a[at_a], grams_b[at_b]
    order = np.argsort(grams_b, kind="stable")
    sorted_b = grams_b[order]
    low = np.searchsorted(sorted_b, grams_a, "left")
    count = np.searchsorted(sorted_b, grams_a, "right") - low
    _, inverse, counts = np.unique(grams_a, return_inverse=True, return_counts=True)
    is_rare = (count <= most) & (counts[inverse] <= most)
    places = np.flatnonzero((count > 0) & is_rare)
    repeat = count[places]
    left = np.repeat(places, repeat)
    within = np.arange(len(left)) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    left, right = at_a[left], at_b[order[np.repeat(low[places], repeat) + within]]
    # Equal polynomials are not yet equal codes.
    same = np.ones(len(left), bool)
    for step in range(gram):
        same &= a[left + step] == b[right + step]
    return left[same], right[same], bool(((count > 0) & ~is_rare).any())


def _maybe_in(grams: NDArray[np.uint64], others: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The places of grams whose top bits some other has: all that are shared, and few more."""
    known = np.zeros(1 << _FILTER_BITS, bool)
    known[others >> np.uint64(64 - _FILTER_BITS)] = True
    return np.flatnonzero(known[grams >> np.uint64(64 - _FILTER_BITS)])


def joined(left: NDArray[np.int64], right: NDArray[np.int64], gram: int) -> NDArray[np.int64]:
    """The runs of pairs of places with equal grams, int64[s] each: those that touch on one diagonal
    are one run. Rows as :func:`common_runs` has them.

    >>> joined(np.array([7, 2, 3]), np.array([1, 5, 6]), gram=1).tolist()
    [[2, 5, 2], [7, 1, 1]]
    """
    order = np.lexsort((left, left - right))
    left, right = left[order], right[order]
    begins = np.ones(len(left), bool)
    begins[1:] = (np.diff(left - right) != 0) | (np.diff(left) > gram)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(left))[: len(first)] - 1
    return np.stack([left[first], right[first], left[last] - left[first] + gram], axis=1)
