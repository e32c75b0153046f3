"""Slow and obviously right twins of the fast stages: the reference that tests compare them with.

Each one is the definition written down as a plain loop over Python's own strings and integers.
Nothing here is clever, and nothing here may be made faster by being made clever.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Hashable, Sequence, Set
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import datasketch
import xxhash

FOLD_FILE = Path(__file__).resolve().parents[1] / "detector" / "fold.txt"
MAX_TOKEN_CHARS = 1000
SHINGLE_WORDS = 5
TWO_TO_64 = 2**64


@lru_cache(maxsize=1)
def fold_table() -> dict[str, tuple[str, str]]:
    """The reference reading of ``fold.txt``: character -> (kind, the letters it folds to).

    ``kind`` is "drop", "mark", "word", "solo" or "join"; a character that is not in the
    dictionary separates tokens.
    """
    table = {}
    for line in FOLD_FILE.read_text("ascii").splitlines():
        if line.startswith("#"):
            continue
        first, last, kind, *target = line.split(" ")
        for code_point in range(int(first, 16), int(last, 16) + 1):
            char = chr(code_point)
            if kind == "hangul":
                table[char] = ("word", unicodedata.normalize("NFD", char))
            elif kind in ("drop", "mark"):
                table[char] = (kind, "")
            elif target == ["="]:
                table[char] = (kind, char)
            else:
                table[char] = (kind, "".join(chr(int(code, 16)) for code in target[0].split("+")))
    return table


def normalise(text: str) -> list[tuple[str, int, int]]:
    """The reference tokens of ``text``, each with start and end, one character at a time."""
    table = fold_table()
    tokens: list[tuple[str, int, int]] = []
    is_open = False  # whether the last token may still grow
    is_solo = False  # whether its last letter, marks aside, is a token of its own
    chars = 0  # characters of the text that gave it its letters
    for place, char in enumerate(text):
        kind, letters = table.get(char, ("separator", ""))
        if kind == "drop":
            continue
        if kind == "mark":
            if tokens and tokens[-1][2] == place:  # directly after a token: an accent on it
                token, start, _ = tokens[-1]
                tokens[-1] = (token, start, place + 1)
            continue
        if kind == "separator":
            is_open = False
            continue
        if not is_open:
            begins = True
        elif kind == "join":
            begins = False
        else:
            begins = kind == "solo" or is_solo
        if begins or chars == MAX_TOKEN_CHARS:
            tokens.append((letters, place, place + 1))
            chars = 1
        else:
            token, start, _ = tokens[-1]
            tokens[-1] = (token + letters, start, place + 1)
            chars += 1
        if kind != "join" or not is_open:
            is_solo = kind == "solo"
        is_open = True
    return tokens


def token_hash(token: str, hash_key: int = 0) -> int:
    """The reference hash of one folded token: XXH3_64 of its UTF-8 with ``hash_key`` as seed."""
    return xxhash.xxh3_64_intdigest(token.encode("utf-8", "surrogatepass"), seed=hash_key)


def shingle(tokens: Sequence[str], hash_key: int = 0) -> list[int]:
    """The reference shingle hashes, in order, by Python integers modulo 2^64."""
    size = min(SHINGLE_WORDS, len(tokens))
    if size == 0:
        return []
    hashes = []
    for first in range(len(tokens) - size + 1):
        value = 0
        for token in tokens[first : first + size]:
            value = (value * 0x9E3779B97F4A7C15 + token_hash(token, hash_key)) % TWO_TO_64
        value = value ^ (value >> 37)
        value = (value * 0x165667919E3779F9) % TWO_TO_64
        value = value ^ (value >> 32)
        hashes.append(value)
    return hashes


def top32(hashes: Sequence[int]) -> list[int]:
    """The reference for what MinHash is fed with: the upper halves, each once, sorted."""
    return sorted({value >> 32 for value in hashes})


def signature(hashes: Sequence[int], num_perm: int, seed: int) -> list[int]:
    """The reference MinHash of 32-bit hashes: datasketch itself, one value at a time."""
    minhash = datasketch.MinHash(num_perm=num_perm, seed=seed, hashfunc=int)
    for value in hashes:
        minhash.update(value)
    return [int(value) for value in minhash.hashvalues]


def winnow(hashes: Sequence[int], window: int) -> list[int]:
    """The reference fingerprints: the smallest hash of every window, each once, sorted."""
    if not hashes:
        return []
    if len(hashes) < window:
        return [min(hashes)]
    chosen = set()
    for first in range(len(hashes) - window + 1):
        chosen.add(min(hashes[first : first + window]))
    return sorted(chosen)


def equal_runs(a: Sequence[int], b: Sequence[int], least: int) -> set[tuple[int, int, int]]:
    """The reference for all maximal equal runs of at least ``least`` items, as (place in a, place
    in b, length): every pair of places is tried."""
    found = set()
    for i in range(len(a)):
        for j in range(len(b)):
            if i > 0 and j > 0 and a[i - 1] == b[j - 1]:
                continue  # it began before
            length = 0
            while i + length < len(a) and j + length < len(b) and a[i + length] == b[j + length]:
                length += 1
            if length >= least:
                found.add((i, j, length))
    return found


def aligned_units(
    tokens: Sequence[str], other: Sequence[str], titles: Set[str], key: Callable[[str], str]
) -> list[tuple[str, int, int]]:
    """The reference for the words of a text as alignment sees them, each with the tokens it stands
    for: titles left out, two tokens one word where either text also writes them as one."""
    known = {*tokens, *other}
    written_as_two = set()
    for text in (tokens, other):
        for left, right in pairwise(text):
            if left + right in known:
                written_as_two.add(left + right)
    units = []
    at = 0
    while at < len(tokens):
        word, width = tokens[at], 1
        if at + 1 < len(tokens) and tokens[at] + tokens[at + 1] in written_as_two:
            word, width = tokens[at] + tokens[at + 1], 2
        if word not in titles:
            units.append((key(word), at, at + width))
        at += width
    return units


def candidates(
    fingerprints: Sequence[Set[int]],
    bands: Sequence[Set[Hashable]],
    max_postings: int,
    max_band_postings: int,
) -> dict[tuple[int, int], float]:
    """The reference for all pairs worth aligning, with their weights: each pair is looked at, and
    what both hold counts by its rarity unless too many hold it."""
    weights = {}
    for a in range(len(fingerprints)):
        for b in range(a + 1, len(fingerprints)):
            rarities = []
            for keys, most in ((fingerprints, max_postings), (bands, max_band_postings)):
                for key in keys[a] & keys[b]:
                    holders = sum(key in held for held in keys)
                    if holders <= most:
                        rarities.append(math.log(1 + len(keys) / holders))
            if rarities:
                weights[a, b] = sum(rarities)
    return weights


def stars(pairs: Sequence[tuple[str, str]], tie: Callable[[str], Any]) -> list[set[str]]:
    """The reference for joining by representatives: again and again the one with most partners
    left (``tie`` decides between equals) is taken out together with them."""
    left = list(pairs)
    groups = []
    while left:
        names = {name for pair in left for name in pair}
        partners = {n: {x for pair in left if n in pair for x in pair} - {n} for n in names}
        head = min(names, key=lambda n: (-len(partners[n]), tie(n)))
        group = {head} | partners[head]
        groups.append(group)
        left = [pair for pair in left if not group & set(pair)]
    return groups
