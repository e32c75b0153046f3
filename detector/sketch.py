"""Shingle hashes -> sketch: a MinHash signature and winnowed fingerprints.

The signature is bit for bit the one of ``datasketch.MinHash(num_perm, seed, hashfunc=int)`` with
its ``affine32`` scheme: each 32-bit hash is mixed once by MurmurHash3's finaliser, then
``a * h + b mod 2^32`` with odd ``a`` for every permutation, and the minimum is kept (Broder 1997;
the parameters are those of datasketch).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detector import kernel
from detector.model import Sketch

if TYPE_CHECKING:
    from datasketch import MinHash

NUM_PERM = 128
SEED = 1
WINNOW_WORDS = 4
WINNOW_LETTERS = 16
_EMPTY = np.uint32(0xFFFFFFFF)
_CHUNK = 4096  # shingles at once: 2 MB of products, which stay in the cache


@lru_cache(maxsize=8)
def permutations(num_perm: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The parameters a and b of datasketch's permutations: uint32[num_perm] each.

    >>> bool((permutations(128, 1)[0] % 2 == 1).all())
    True
    """
    # Drawn as datasketch draws them: to import it for this would take a second.
    draw = np.random.RandomState(seed)
    a = draw.randint(0, 1 << 31, num_perm, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    b = draw.randint(0, 1 << 32, num_perm, dtype=np.uint32)
    return a, b


def signature(
    hashes: NDArray[np.uint32], num_perm: int = NUM_PERM, seed: int = SEED
) -> NDArray[np.uint32]:
    """The MinHash of 32-bit shingle hashes: uint32[num_perm], all 2^32-1 where there are none.

    >>> import datasketch
    >>> theirs = datasketch.MinHash(num_perm=128, seed=1, hashfunc=int)
    >>> theirs.update_batch([7, 11])
    >>> bool((signature(np.array([7, 11], dtype=np.uint32)) == theirs.hashvalues).all())
    True
    """
    a, b = permutations(num_perm, seed)
    if kernel.is_compiled():
        return kernel.min_hash(hashes, a, b)
    lowest = np.full(num_perm, _EMPTY, dtype=np.uint32)
    mixed = _mix(hashes)
    for start in range(0, len(mixed), _CHUNK):
        products = mixed[start : start + _CHUNK, None] * a + b
        np.minimum(lowest, products.min(axis=0), out=lowest)
    return lowest


def _mix(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's 32-bit finaliser (Appleby 2011)."""
    h: NDArray[np.uint32] = hashes ^ (hashes >> np.uint32(16))
    h = h * np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h = h * np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    return h


def winnow(hashes: NDArray[np.uint64], window: int) -> NDArray[np.uint64]:
    """The fingerprints of a sequence of shingle hashes: the smallest of every ``window``
    consecutive ones, sorted and unique.

    Two texts that share ``window + 4`` words in a row share a fingerprint, whatever surrounds
    them (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003).

    >>> winnow(np.array([5, 1, 9, 9, 9, 3], dtype=np.uint64), window=4).tolist()
    [1, 3]
    """
    if kernel.is_compiled():
        return kernel.winnow(hashes, min(window, max(1, len(hashes))))
    if len(hashes) <= window:
        return np.unique(hashes.min(keepdims=True)) if len(hashes) else hashes
    return np.unique(np.lib.stride_tricks.sliding_window_view(hashes, window).min(axis=1))


def sketch(
    hashes: NDArray[np.uint64], halves: NDArray[np.uint32], letters: NDArray[np.uint64]
) -> Sketch:
    """All that is kept of a document to find candidates, from its shingle hashes of words, their
    upper ``halves``, and the shingle hashes of ``letters``."""
    return Sketch(signature(halves), winnow(hashes, WINNOW_WORDS), winnow(letters, WINNOW_LETTERS))


def to_datasketch(values: NDArray[np.uint32], seed: int = SEED) -> MinHash:
    """One signature as a ``datasketch.MinHash``, for use with datasketch's own indexes.

    >>> to_datasketch(signature(np.array([7], dtype=np.uint32))).jaccard(
    ...     to_datasketch(signature(np.array([7], dtype=np.uint32)))
    ... )
    1.0
    """
    from datasketch import MinHash

    return MinHash(
        num_perm=len(values), seed=seed, hashfunc=int, hashvalues=values, scheme="affine32"
    )


def from_datasketch(minhash: MinHash) -> NDArray[np.uint32]:
    """The signature of a ``datasketch.MinHash`` made with ``hashfunc=int`` and ``affine32``.

    Raises ValueError for another scheme: such values cannot be compared.
    """
    if minhash.scheme != "affine32":
        raise ValueError(f"signature has scheme {minhash.scheme!r}, not 'affine32'")
    return np.asarray(minhash.hashvalues, dtype=np.uint32)
