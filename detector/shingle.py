"""Tokens -> 64-bit shingle hashes.

A shingle is ``SHINGLE_WORDS`` consecutive tokens (fewer if the text is shorter). Its hash is a
polynomial of its token hashes modulo 2^64, then the avalanche of XXH3, so that the top bits are as
good as the low ones. Token hashes are XXH3_64 with ``hash_key`` as seed: with a secret key nobody
outside can plant shingles that collide (the public functions use key 0).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import repeat

import numpy as np
import xxhash
from numpy.typing import NDArray

from detector import kernel

SHINGLE_WORDS = 5
SHINGLE_LETTERS = 9
_BASE = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd: a permutation of 64-bit numbers
_AVALANCHE = np.uint64(0x165667919E3779F9)  # XXH3's own multiplier


def token_hashes(tokens: Iterable[str], hash_key: int = 0) -> NDArray[np.uint64]:
    """XXH3_64 of each folded token: uint64[n].

    >>> token_hashes(["the", "the"]).tolist() == [xxhash.xxh3_64_intdigest(b"the")] * 2
    True
    """
    if kernel.is_compiled():
        return kernel.token_hashes(tuple(tokens), hash_key)
    encoded = [token.encode("utf-8", "surrogatepass") for token in tokens]
    hashes = map(xxhash.xxh3_64_intdigest, encoded, repeat(hash_key))
    return np.fromiter(hashes, np.uint64, len(encoded))


def letter_hashes(tokens: Iterable[str], hash_key: int = 0) -> NDArray[np.uint64]:
    """XXH3_64 of each letter of the tokens: uint64[m]. What stands between words is left out, so
    that a noisy copy with other splits has the same letters.

    >>> letter_hashes(["an", "n"]).tolist() == token_hashes(["a", "n", "n"]).tolist()
    True
    """
    if kernel.is_compiled():
        return kernel.letter_hashes(tuple(tokens), hash_key)
    line = "".join(tokens).encode("utf-32-le", "surrogatepass")
    letters, places = np.unique(np.frombuffer(line, dtype=np.uint32), return_inverse=True)
    return token_hashes(map(chr, letters.tolist()), hash_key)[places]


def shingle(words: NDArray[np.uint64], size: int = SHINGLE_WORDS) -> NDArray[np.uint64]:
    """The hash of every ``size`` consecutive hashes, in order: uint64[max(0, n - size + 1)]; one
    where 1 <= n < size. ``words`` are the token or letter hashes of a text.

    >>> len(shingle(token_hashes("the council voted to close the harbour".split())))
    3
    """
    size = min(size, len(words))
    if not size:
        return words
    if kernel.is_compiled():
        return kernel.shingle(words, size)
    count = len(words) - size + 1
    value = words[:count].copy()
    for step in range(1, size):
        value = value * _BASE + words[step : step + count]
    value ^= value >> np.uint64(37)
    value *= _AVALANCHE
    value ^= value >> np.uint64(32)
    return value


def upper_halves(hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The top 32 bits of shingle hashes, in order: what MinHash is fed with, which does not mind
    that some occur twice."""
    return (hashes >> np.uint64(32)).astype(np.uint32)


def top32(hashes: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The same, sorted and each once."""
    return np.unique(upper_halves(hashes))
