"""Sketches <-> candidates: which pairs of documents are worth aligning.

Three nets, all set rules, so that the order of documents changes nothing:

* *fingerprints*: pairs that share a winnowed fingerprint which at most ``MAX_POSTINGS`` documents
  have. Any run of ``window + 4`` equal words makes a pair a candidate, however long the texts.
* *bands*: the signature cut into bands of ``ROWS`` values; pairs that agree in a whole band
  (Broder 1997; Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, chapter 3). This keeps
  near-copies of a text so widely reprinted that all its fingerprints are common.
* *letters*: pairs that share ``MIN_LETTERS`` winnowed fingerprints of letters, or more of them
  where many documents have them. This keeps copies with so many misread or misspelt words that no
  run of equal words is left.

Of fingerprints without a rare word two are needed where one would do: the larger a corpus is, the
more texts share a run of common words by accident. Which these are is for the caller to say, who
knows what is common.

The arrays are sorted once; a query is a binary search in each.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from detector.model import Candidate, Sketch
from detector.net import ROW_BITS, ROW_MASK, Keys, Net, check_count, entries_of, net_of, spread

ROWS = 4
"""128 values in 32 bands of 4: half of the pairs with Jaccard .36 meet, 99 % of those with .6."""
MAX_POSTINGS = 64
MAX_BAND_POSTINGS = 512
MAX_LETTER_POSTINGS = 64
RARE_LETTER_POSTINGS = 16
MIN_FINGERPRINTS = 1.0
MIN_LETTERS = 3.0
COMMON_SHARE = 0.5
"""So much a fingerprint counts without a rare word in it."""
PAIRS_AT_ONCE = 1 << 18
ENTRIES_AT_ONCE = 1 << 20
SKETCHES_AT_ONCE = 1024
MAX_CANDIDATES = 2000
CROWD_HOLDERS = 8
_PLACE_BITS = np.uint64(32)


class Index:
    """Document and passage index of a fixed list of sketches, in memory.

    >>> from detector.sketch import sketch
    >>> from detector.shingle import letter_hashes, shingle, token_hashes, top32
    >>> def of(text):
    ...     hashes = shingle(token_hashes(text.split()))
    ...     return sketch(hashes, top32(hashes), shingle(letter_hashes(text.split()), 9))
    >>> lead = "the council voted on monday to close the old harbour bridge"
    >>> index = Index(
    ...     [of(lead), of("nothing of the kind was ever said"), of("he wrote that " + lead)]
    ... )
    >>> [(c.a, c.b) for c in index.pairs()]
    [(0, 2)]
    """

    def __init__(self, sketches: Iterable[Sketch]) -> None:
        self.size, (fingerprints, bands, letters) = nets_of(sketches)
        self._fingerprints = _Postings(fingerprints, self.size, MAX_POSTINGS)
        self._bands = _Postings(bands, self.size, MAX_BAND_POSTINGS)
        self._letters = _Postings(letters, self.size, MAX_LETTER_POSTINGS)

    def query(
        self, sketch: Sketch, common: Keys | None = None
    ) -> tuple[list[tuple[int, float]], bool]:
        """The documents worth aligning with ``sketch``, strongest first, as (number, weight);
        and whether some that share as much were left out. ``common``: which of its
        fingerprints are.

        Of what too many documents have, a few holders are looked at all the same: a story that a
        hundred outlets reprinted is found in some of them. That the others are left out is told
        where most of the text is such a story; of a common formula it need not be.
        """
        nets = self._fingerprints, self._bands, self._letters
        return nominate(sketch, *nets, self.size, common)

    @property
    def nets(self) -> tuple[Net, Net, Net]:
        """Fingerprints, bands and letters."""
        return self._fingerprints.net, self._bands.net, self._letters.net

    def pairs(self, common: Iterable[Keys] = ()) -> list[Candidate]:
        """All pairs worth aligning, by place; ``common``: which fingerprints of each are."""
        places, weights = self.nominated(common)
        rows = zip(places.tolist(), weights.tolist(), strict=True)
        return [Candidate(a, b, weight) for (a, b), weight in rows]

    def nominated(
        self, common: Iterable[Keys] = ()
    ) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """The same as arrays, int32[p, 2] and float64[p], for collections that have millions."""
        fingerprints, bands, letters = (
            net.shared() for net in (self._fingerprints, self._bands, self._letters)
        )
        given = iter(common)
        while some := list(islice(given, SKETCHES_AT_ONCE)):
            fingerprints.mark(np.concatenate(some))
        strengths = (full_strength, full_strength, strength_of)
        nets = list(zip((fingerprints, bands, letters), strengths, least_shared(), strict=True))
        found = [
            _Sums.together(
                [
                    self._sums(*net.pairs(first, stop), strength).at_least(least)
                    for net, strength, least in nets
                ]
            )
            for first, stop in pairwise(_blocks((fingerprints, bands, letters), self.size))
        ]
        names = np.concatenate([np.empty(0, np.int64), *(sums.names for sums in found)])
        places = np.stack(np.divmod(names, max(1, self.size)), axis=1).astype(np.int32)
        return places, np.concatenate([np.empty(0), *(sums.rarity for sums in found)])

    def _sums(
        self,
        names: NDArray[np.int64],
        frequencies: NDArray[np.uint16],
        shares: NDArray[np.float64],
        strength: Callable[[int], float],
    ) -> _Sums:
        """What shared keys come to, from one name of a pair for each, how many hold the key, and
        how much of its strength it counts."""
        most = int(frequencies.max(initial=0)) + 1
        strong = np.array([0.0, *(strength(f) for f in range(1, most))])
        rare = np.array([0.0, *(rarity_of(f, self.size) for f in range(1, most))])
        return _Sums.together([_Sums(names, shares * strong[frequencies], rare[frequencies])])


def _blocks(nets: Sequence[_Shared], size: int) -> list[int]:
    """Where to cut the documents so that those of a block share about ``PAIRS_AT_ONCE`` keys with
    later ones: a story that many printed does not fill the memory."""
    cost = np.cumsum(np.sum([net.cost(size) for net in nets], axis=0, dtype=np.int64))
    cuts = np.searchsorted(cost, np.arange(PAIRS_AT_ONCE, cost[-1:].sum(), PAIRS_AT_ONCE))
    return sorted({0, *cuts.tolist(), size})


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Pairs as ``first * documents + second``, int64[p], with the strength and the rarity of what
    they share, float64[p] each."""

    names: NDArray[np.int64]
    strength: NDArray[np.float64]
    rarity: NDArray[np.float64]

    @classmethod
    def together(cls, parts: Sequence[_Sums]) -> _Sums:
        """One for all, each pair once, rising."""
        names = np.concatenate([part.names for part in parts])
        order = np.argsort(names, kind="stable")
        names = names[order]
        firsts = np.flatnonzero(np.append(True, names[1:] != names[:-1])[: len(names)])

        def summed(values: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
            """The values of each pair added up, in the order of ``firsts``."""
            in_order = np.concatenate(values)[order]
            return np.add.reduceat(in_order, firsts) if len(firsts) else in_order

        return cls(
            names[firsts],
            summed([part.strength for part in parts]),
            summed([part.rarity for part in parts]),
        )

    def at_least(self, strength: float) -> _Sums:
        """The pairs that share so much."""
        kept = self.strength >= strength
        return _Sums(self.names[kept], self.strength[kept], self.rarity[kept])


class _Postings:
    """A net of some documents, and how many may hold a key of it for the key to count."""

    def __init__(self, net: Net, count: int, cap: int) -> None:
        self.net, self._count, self._cap = net, count, cap

    def holders_of(self, keys: Keys) -> Iterator[Posting]:
        """As :class:`Holders`."""
        starts, stops = self.net.runs(spread(keys))
        for number, (i, j) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
            if i < j:
                shown = j - i if j - i <= self._cap else min(CROWD_HOLDERS, self._cap)
                yield number, (self.net.entries[i : i + shown] & ROW_MASK).tolist(), j - i

    def shared(self) -> _Shared:
        """What of it several documents have, and not too many."""
        entries = self.net.entries
        blocks = [entries[first:stop] for first, stop in pairwise(_key_edges(entries))]
        keys, sizes, rows = zip(_EMPTY, *map(self._shared_of, blocks), strict=True)
        size, row = np.concatenate(sizes), np.concatenate(rows)
        # Sorted as one number, document and place, which takes half the room of an argsort.
        placed = row.astype(np.uint64)
        placed <<= _PLACE_BITS
        placed |= np.arange(len(row), dtype=np.uint64)
        placed.sort()
        return _Shared(
            row,
            np.repeat(np.arange(len(size), dtype=np.uint32), size),
            np.concatenate(keys),
            np.zeros(len(size), np.bool_),
            size,
            np.cumsum(size, dtype=np.int64),
            placed.astype(np.uint32),
            np.searchsorted(placed, np.arange(self._count + 1, dtype=np.uint64) << _PLACE_BITS),
        )

    def _shared_of(self, entries: NDArray[np.uint64]) -> _Block:
        """The keys of some entries that several documents have, how many of them, and which."""
        starts = np.flatnonzero(
            np.append(True, (entries[1:] ^ entries[:-1]) > ROW_MASK)[: len(entries)]
        )
        sizes = np.diff(np.append(starts, len(entries)))
        is_shared = (sizes > 1) & (sizes <= self._cap)
        rows = entries[np.repeat(is_shared, sizes)] & ROW_MASK
        keys = entries[starts[is_shared]] >> np.uint64(ROW_BITS)
        return keys, sizes[is_shared].astype(np.uint16), rows.astype(np.uint32)


_Block = tuple[Keys, NDArray[np.uint16], NDArray[np.uint32]]
_EMPTY: _Block = np.empty(0, np.uint64), np.empty(0, np.uint16), np.empty(0, np.uint32)


def _key_edges(entries: NDArray[np.uint64]) -> list[int]:
    """Where to cut entries between two keys, about ``ENTRIES_AT_ONCE`` apart."""
    last = entries[ENTRIES_AT_ONCE - 1 :: ENTRIES_AT_ONCE]
    cuts = np.searchsorted(entries, last | ROW_MASK, "right")
    return sorted({0, *cuts.tolist(), len(entries)})


@dataclass(frozen=True, slots=True, eq=False)
class _Shared:
    """Postings of keys that several documents have, key after key, the documents of each rising:
    of each posting the document and the number of its key. ``keys``: spread, rising; which of them
    are common, how many documents hold each, and where its postings end. ``order`` has the
    postings by document; those of document i start at ``edges[i]``."""

    rows: NDArray[np.uint32]
    numbers: NDArray[np.uint32]
    keys: Keys
    is_common: NDArray[np.bool_]
    sizes: NDArray[np.uint16]
    ends: NDArray[np.int64]
    order: NDArray[np.uint32]
    edges: NDArray[np.int64]

    def mark(self, common: Keys) -> None:
        """Let keys (not spread) count less."""
        wanted = np.sort(spread(common))  # neighbours are found in less time
        at = np.searchsorted(self.keys, wanted)
        at, wanted = at[at < len(self.keys)], wanted[at < len(self.keys)]
        self.is_common[at[self.keys[at] == wanted]] = True

    def cost(self, size: int) -> NDArray[np.int64]:
        """For each document how many keys it shares with later ones, one counted for each."""
        cost = np.zeros(size)
        for first in range(0, len(self.rows), ENTRIES_AT_ONCE):
            some = slice(first, first + ENTRIES_AT_ONCE)
            ends = self.ends[self.numbers[some]]
            later = ends - np.arange(first + 1, first + 1 + len(ends))
            cost += np.bincount(self.rows[some], later, minlength=size)
        return cost.astype(np.int64)

    def pairs(
        self, first: int, stop: int
    ) -> tuple[NDArray[np.int64], NDArray[np.uint16], NDArray[np.float64]]:
        """The pairs of some documents with later ones, once for each key that they share, as
        ``first * documents + second``, int64[p]; how many hold the key, uint16[p]; and how much of
        its strength it counts, float64[p]."""
        at = self.order[self.edges[first] : self.edges[stop]].astype(np.int64)
        later = self.ends[self.numbers[at]] - at - 1
        one = np.repeat(at, later)
        within = np.arange(len(one)) - np.repeat(np.cumsum(later) - later, later)
        names = self.rows[one] * np.int64(len(self.edges) - 1) + self.rows[one + 1 + within]
        of_key = self.numbers[one]
        return names, self.sizes[of_key], np.where(self.is_common[of_key], COMMON_SHARE, 1.0)


Posting = tuple[int, list[int], int]


class Holders(Protocol):
    """Something that knows which documents hold a key of one net."""

    def holders_of(self, keys: Keys) -> Iterator[Posting]:
        """The number of each key that has some, its documents, and how many they are: of too many
        only the first few."""
        ...


def nominate(
    sketch: Sketch,
    fingerprints: Holders,
    band_holders: Holders,
    letters: Holders,
    size: int,
    common: Keys | None = None,
) -> tuple[list[tuple[int, float]], bool]:
    """The answer of ``Index.query`` from three nets over ``size`` documents, wherever they are
    kept. ``nominate`` of ``detector/native`` gives the same, bit for bit."""
    weights: dict[int, float] = defaultdict(float)
    crowds: Counter[int] = Counter()
    largest = 0
    is_common = np.isin(sketch.fingerprints, [] if common is None else common)
    shares = np.where(is_common, COMMON_SHARE, 1.0)
    asked: Sequence[tuple[Holders, Keys, Callable[[int, int], float]]] = (
        (fingerprints, sketch.fingerprints, lambda key, _: float(shares[key])),
        (band_holders, bands(sketch.signature), lambda _, __: 1.0),
        (letters, sketch.letters, lambda _, frequency: strength_of(frequency)),
    )
    for (net, keys, strength), least in zip(asked, least_shared(), strict=True):
        postings = list(net.holders_of(keys))
        for document, weight in _enough(postings, strength, least, size):
            weights[document] += weight
        for _, holders, frequency in postings:
            if frequency > len(holders) and net is not letters:
                crowds.update(holders)
                largest = max(largest, frequency)
    common_to_many = sorted(crowds, key=lambda number: (-crowds[number], number))
    few = {number: weights.get(number, 0.0) for number in common_to_many[:CROWD_HOLDERS]}
    ranked = sorted({**few, **weights}.items(), key=lambda item: (-item[1], item[0]))
    is_crowd = 2 * max(crowds.values(), default=0) > len(sketch.fingerprints)
    is_cut = is_crowd and len(ranked) < largest
    return ranked[:MAX_CANDIDATES], is_cut or len(ranked) > MAX_CANDIDATES


def _enough(
    postings: Sequence[Posting],
    strength: Callable[[int, int], float],
    least: float,
    size: int,
) -> Iterator[tuple[int, float]]:
    """The documents that share enough of one net, with their weight."""
    strengths: dict[int, float] = defaultdict(float)
    weights: dict[int, float] = defaultdict(float)
    for number, holders, frequency in postings:
        if frequency == len(holders):
            for document in holders:
                strengths[document] += strength(number, frequency)
                weights[document] += rarity_of(frequency, size)
    return ((document, weights[document]) for document, s in strengths.items() if s >= least)


def least_shared() -> tuple[float, float, float]:
    """How much of fingerprints, bands and letters each makes a candidate."""
    return MIN_FINGERPRINTS, 0.0, MIN_LETTERS


def rarity_of(frequency: int, size: int) -> float:
    """How much a shared key adds to the weight of a pair, of ``size`` documents.

    >>> rarity_of(1, size=100) > rarity_of(2, size=100)
    True
    """
    return math.log(1 + size / frequency)


def strength_of(frequency: int) -> float:
    """How much a shared letter fingerprint counts: a rare one fully, a common one less.

    >>> strength_of(2), strength_of(64)
    (1.0, 0.25)
    """
    return min(1.0, RARE_LETTER_POSTINGS / frequency)


def full_strength(_: int) -> float:
    """How much a shared fingerprint of words or a band counts, whoever has it."""
    return 1.0


def bands(signature: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """One key for each band of a signature; none for a text without shingles.

    >>> len(bands(np.arange(128, dtype=np.uint32))), len(bands(np.full(128, 2**32 - 1, np.uint32)))
    (32, 0)
    """
    keys, are_kept = bands_of_all(signature[None])
    return keys[0] if are_kept[0] else np.empty(0, np.uint64)


def nets_of(sketches: Iterable[Sketch]) -> tuple[int, tuple[Net, Net, Net]]:
    """How many sketches there are, and their nets: fingerprints, bands and letters. A sketch is
    held for a moment only.

    Raises UsageError for more documents or entries than a net can number.
    """
    count = 0
    gathered: tuple[list[NDArray[np.uint64]], ...] = [], [], []
    given = iter(sketches)
    while some := list(islice(given, SKETCHES_AT_ONCE)):
        rows = np.arange(count, count + len(some))
        count += len(some)
        check_count(count)
        for blocks, keys in zip(gathered, _keys_of_each(some), strict=True):
            of_each = np.repeat(rows, list(map(len, keys)))
            blocks.append(entries_of(np.concatenate(keys), of_each))
    fingerprints, bands, letters = map(_net_of_blocks, gathered)
    return count, (fingerprints, bands, letters)


def _keys_of_each(sketches: Sequence[Sketch]) -> Iterator[list[Keys]]:
    yield [s.fingerprints for s in sketches]
    rows, are_kept = bands_of_all(np.stack([s.signature for s in sketches]))
    yield [row if kept else row[:0] for row, kept in zip(rows, are_kept, strict=True)]
    yield [s.letters for s in sketches]


def _net_of_blocks(blocks: list[NDArray[np.uint64]]) -> Net:
    """The net of entries, whose blocks are let go of before it is made."""
    entries = np.concatenate([np.empty(0, np.uint64), *blocks])
    blocks.clear()
    return net_of(entries)


def bands_of_all(
    signatures: NDArray[np.uint32],
) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """The keys of the bands of many signatures: uint64[n, bands]; and which rows count, those of
    texts with shingles: bool[n]. ``find.c`` of ``detector/native`` makes the same."""
    count = signatures.shape[1] // ROWS
    rows = signatures[:, : count * ROWS].reshape(-1, count, ROWS)
    key = np.tile(np.arange(count, dtype=np.uint64) + np.uint64(1), (len(signatures), 1))
    for column in range(ROWS):
        key ^= rows[:, :, column]
        key *= np.uint64(0x9E3779B97F4A7C15)
        key ^= key >> np.uint64(29)
    return key, (signatures != np.uint32(0xFFFFFFFF)).any(axis=1)
