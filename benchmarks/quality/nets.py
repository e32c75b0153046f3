"""Ways to nominate: the nets of the index, each alone, and others that could stand in their place.

Each net is a sketch with one part filled in, so that the index itself does the looking up, with
its caps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.model import Hashes, Sketch
from detector.shingle import (
    SHINGLE_LETTERS,
    SHINGLE_WORDS,
    letter_hashes,
    shingle,
    token_hashes,
    top32,
)
from detector.sketch import NUM_PERM, WINNOW_LETTERS, WINNOW_WORDS, signature, sketch, winnow

WINDOW_WORDS = 60
WINDOW_STEP = 30
WINDOW_VALUES = 32
FINGERPRINT_BYTES = 8
VALUE_BYTES = 4
IN_USE = "in use"
_NOTHING = np.empty(0, np.uint64)
_NO_SIGNATURE = signature(np.empty(0, np.uint32))


@dataclass(frozen=True, slots=True, eq=False)
class Hashed:
    """Shingle hashes of words and of letters, in order, and the MinHash of every window of words:
    uint32[windows, WINDOW_VALUES]."""

    words: Hashes
    letters: Hashes
    windows: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Net:
    """One way to nominate. ``size_bytes`` is what one sketch of it takes, without the numbers of
    the documents, which every net needs alike."""

    family: str
    sketch: Callable[[Hashed], Sketch]
    size_bytes: Callable[[Sketch], int]


def hashed(tokens: Sequence[str]) -> Hashed:
    """All that any net needs of a text."""
    words = shingle(token_hashes(tokens))
    return Hashed(words, shingle(letter_hashes(tokens), SHINGLE_LETTERS), _windows(words))


def _windows(words: Hashes) -> NDArray[np.uint32]:
    """The MinHash of each ``WINDOW_WORDS`` words, one every ``WINDOW_STEP``; the last may be
    shorter."""
    length = WINDOW_WORDS - SHINGLE_WORDS + 1
    last = max(1, len(words) - length + WINDOW_STEP)
    return np.array(
        [
            signature(top32(words[start : start + length]), WINDOW_VALUES)
            for start in range(0, last, WINDOW_STEP)
        ]
    )


def _of_words(window: int) -> Net:
    return Net(
        "words",
        lambda h: Sketch(_NO_SIGNATURE, winnow(h.words, window), _NOTHING),
        lambda s: FINGERPRINT_BYTES * len(s.fingerprints),
    )


def _of_letters(window: int) -> Net:
    return Net(
        "letters",
        lambda h: Sketch(_NO_SIGNATURE, _NOTHING, winnow(h.letters, window)),
        lambda s: FINGERPRINT_BYTES * len(s.letters),
    )


def _of_windows(values: int) -> Net:
    """A pair is nominated by one equal value of the same permutation, so that nothing is lost by
    putting values together; a value that neighbours share is counted once."""
    names = np.arange(values, dtype=np.uint64) << np.uint64(32)
    return Net(
        "windows",
        lambda h: Sketch(_NO_SIGNATURE, np.unique(h.windows[:, :values] | names), _NOTHING),
        lambda s: VALUE_BYTES * len(s.fingerprints),
    )


def _whole(h: Hashed) -> Sketch:
    return sketch(h.words, top32(h.words), h.letters)


NETS: Mapping[str, Net] = {
    IN_USE: Net(
        IN_USE,
        _whole,
        lambda s: (
            FINGERPRINT_BYTES * (len(s.fingerprints) + len(s.letters)) + VALUE_BYTES * NUM_PERM
        ),
    ),
    **{f"words {window}": _of_words(window) for window in (4, 8, 16)},
    **{f"letters {window}": _of_letters(window) for window in (8, 16, 32)},
    f"bands {NUM_PERM}": Net(
        "bands",
        lambda h: Sketch(signature(top32(h.words)), _NOTHING, _NOTHING),
        lambda _: VALUE_BYTES * NUM_PERM,
    ),
    **{f"windows {values}": _of_windows(values) for values in (8, 16, 32)},
}
"""By name: the family and its window, or its number of values."""

PARTS = (f"words {WINNOW_WORDS}", f"bands {NUM_PERM}", f"letters {WINNOW_LETTERS}")
"""The nets in use, each alone."""

TOGETHER = (
    ("words 4", "letters 16"),
    ("words 4", "letters 32"),
    ("words 8", "letters 16"),
    ("words 8", "letters 32"),
    ("words 8", "letters 8"),
)
"""Nets that could be used side by side."""
