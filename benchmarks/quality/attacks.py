"""Attacks on the hashes: vanishing from the index with few edits, and forging likeness.

Who knows the hash of an index can edit just the words that hold a text's sketch, and can plant
words that make unrelated texts look alike to it. An index therefore keys its hashes, and nothing
is reported that alignment has not proved.
"""

from __future__ import annotations

import hashlib
import heapq
import math
import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.index import Index
from detector.model import Document, Hashes, Sketch
from detector.normalise import normalise
from detector.pipeline import compare, scan, sketch_texts
from detector.shingle import SHINGLE_WORDS, shingle, token_hashes, top32
from detector.sketch import signature

VANISHING_TEXTS = 100
FORGED_PAIRS = 500
SMALL_TEXTS = 5
SMALL_PAIRS = 20
MAX_WORDS = 150
PUBLIC_KEY = 0
SECRET_KEY = random.Random("the key of an index").getrandbits(64)
POOL = 40_000
COLLIDING = 1_000_000
"""So many random shingles have about a hundred pairs with one 32-bit hash."""
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe".split()


@dataclass(frozen=True, slots=True)
class Attack:
    """What one attack came to. ``goal`` is in words, ``is_met`` whether it was kept from it."""

    name: str
    measures: Mapping[str, float]
    goal: str
    is_met: bool


def attacks(texts: Sequence[str], small: bool = False) -> Iterator[Attack]:
    """Both attacks on real texts."""
    yield vanishing(texts[: SMALL_TEXTS if small else VANISHING_TEXTS])
    count = SMALL_PAIRS if small else FORGED_PAIRS
    planted, colliding = planted_shingles(), colliding_shingles()
    yield forged("planted minima", texts, count, [(s, s) for s in planted])
    yield forged("32-bit collisions", texts, count, colliding)


# -- vanishing


def vanishing(texts: Sequence[str]) -> Attack:
    """How many words must be replaced until the index no longer finds the text they came from, by
    the median: words at random; those on which the most of the sketch hangs, for somebody who
    knows the program but not the key of the index; the same for somebody who knows the key."""
    edits: dict[str, list[int]] = {"at random": [], "by public hash": [], "by own hash": []}
    for number, text in enumerate(texts):
        tokens = normalise(text).tokens[:MAX_WORDS]
        rng = random.Random(f"vanishing {number}")
        orders = (
            rng.sample(range(len(tokens)), len(tokens)),
            _order_of_edits(tokens, PUBLIC_KEY, rng),
            _order_of_edits(tokens, SECRET_KEY, rng),
        )
        for counts, order in zip(edits.values(), orders, strict=True):
            counts.append(_edits_to_vanish(tokens, order))
    medians = {name: float(statistics.median(counts)) for name, counts in edits.items()}
    ratio = medians["by public hash"] / medians["at random"]
    measures = {**medians, "by public hash / at random": round(ratio, 3)}
    return Attack("whitebox_minima", measures, "ratio at least 0.9", ratio >= 0.9)


def _order_of_edits(tokens: Sequence[str], key: int, rng: random.Random) -> list[int]:
    """All words of a text, each time the one whose replacement takes the most from what the sketch
    still has in common with that of the text. What a word took when last tried is believed until
    it comes first: it rarely grows (lazy greedy; Minoux 1978)."""
    whole = _sketch(tokens, key)
    edited = list(tokens)
    left = _common(whole, whole)
    heap = [(-math.inf, rng.random(), place) for place in range(len(tokens))]
    heapq.heapify(heap)
    order: list[int] = []
    while heap and left:
        _, tie, place = heapq.heappop(heap)
        trial = _replaced(edited, [place])
        common = _common(whole, _sketch(trial, key))
        if heap and heap[0][0] < common - left:
            heapq.heappush(heap, (common - left, tie, place))
        else:
            edited, left = trial, common
            order.append(place)
    return order + [place for _, _, place in sorted(heap, key=lambda entry: entry[1])]


def _common(one: Sketch, other: Sketch) -> int:
    """How many minima and fingerprints two sketches share."""
    return int(
        (one.signature == other.signature).sum()
        + np.isin(one.fingerprints, other.fingerprints).sum()
        + np.isin(one.letters, other.letters).sum()
    )


def _edits_to_vanish(tokens: Sequence[str], order: Sequence[int]) -> int:
    """How many words must be replaced in this order until the index of the text finds it no more.
    An edit only takes from what the two have in common, so the number is found by halving."""
    index = Index([_sketch(tokens, SECRET_KEY)])
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        trial = _sketch(_replaced(tokens, order[:middle]), SECRET_KEY)
        low, high = (middle + 1, high) if index.query(trial)[0] else (low, middle)
    return low


def _replaced(tokens: Sequence[str], places: Sequence[int]) -> list[str]:
    """The words with those at ``places`` replaced by words that nobody else has."""
    edited = list(tokens)
    for place in places:
        edited[place] = hashlib.sha256(f"{place}".encode()).hexdigest()[:6]
    return edited


def _sketch(tokens: Sequence[str], key: int) -> Sketch:
    """Words as an index with this key hashes them."""
    return scan(Document("text", " ".join(tokens)), key).sketch


def _alone(hashes: Hashes) -> NDArray[np.uint32]:
    """The signature that each shingle has by itself: uint32[n, NUM_PERM]."""
    return np.stack([signature(top32(hashes[i : i + 1])) for i in range(len(hashes))])


# -- forging


def forged(name: str, texts: Sequence[str], count: int, pairs: Sequence[tuple[str, str]]) -> Attack:
    """How many of ``count`` pairs of unrelated texts are reported as copying after the first
    shingle of every pair was strewn over one text and the second over the other."""
    likeness = []
    reported = 0
    for number in range(count):
        rng = random.Random(f"{name} {number}")
        one, other = rng.sample(texts, 2)
        a = _strewn(one, [first for first, _ in pairs], rng)
        b = _strewn(other, [second for _, second in pairs], rng)
        if compare(one, other).relation.is_copying:
            continue  # the agency sent some stories more than once
        reported += compare(a, b).relation.is_copying
        likeness.append(np.equal(*sketch_texts([a, b])).mean())
    measures = {
        "pairs": len(likeness),
        "reported": reported,
        "likeness by public hash": round(float(np.mean(likeness)), 3),
    }
    return Attack(f"forged_similarity: {name}", measures, "none reported", not reported)


def _strewn(text: str, shingles: Sequence[str], rng: random.Random) -> str:
    """The shingles in any order, evenly among the words of the text."""
    words = text.split()
    parts: list[str] = []
    for number, planted in enumerate(rng.sample(shingles, len(shingles))):
        first, last = (len(words) * n // len(shingles) for n in (number, number + 1))
        parts += [*words[first:last], planted]
    return " ".join(parts)


def planted_shingles() -> list[str]:
    """Of many shingles of invented words, those that hold the minimum of a permutation by the
    public hash: any two texts that have them seem to be alike."""
    shingles, hashes = _invented(POOL)
    return [shingles(i) for i in np.unique(_alone(hashes).argmin(axis=0)).tolist()]


def colliding_shingles() -> list[tuple[str, str]]:
    """Pairs of different shingles of invented words that have one 32-bit hash in public."""
    shingles, hashes = _invented(COLLIDING)
    short = (hashes >> np.uint64(32)).astype(np.uint32)  # as top32, but one for each
    order = np.argsort(short, kind="stable")
    same = np.flatnonzero(short[order][1:] == short[order][:-1])
    return [(shingles(int(order[i])), shingles(int(order[i + 1]))) for i in same]


def _invented(count: int) -> tuple[Callable[[int], str], Hashes]:
    """So many random shingles of invented words: what gives each by its number, and their public
    hashes."""
    rng = np.random.default_rng(1)
    words = [f"{a}{b}{c}" for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES]
    chosen = rng.integers(0, len(words), size=(count, SHINGLE_WORDS))
    in_a_row = token_hashes(words, PUBLIC_KEY)[chosen].reshape(-1)
    hashes = shingle(in_a_row)[::SHINGLE_WORDS]
    return lambda number: " ".join(words[i] for i in chosen[number]), hashes
