"""What each token of a reading is: quoted, furniture, stock phrase, common in the corpus."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detector.model import CorpusStats, Hashes, NormalText, Reading
from detector.prior import (
    FIRST_SOLO,
    calendar_words,
    function_words,
    honorifics,
    stock_phrases,
)

Mask = NDArray[np.bool_]
Counts = NDArray[np.int32]


_EMPTY, _CALENDAR, _NUMBER, _SOLO, _OPENS_STOCK = 1, 2, 4, 8, 16  # what a token is by itself
_OPENS = ("", ".", "!", "?", "…", "\u201c", '"', "«", "„", ":")


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """bool[n] masks over the tokens of one reading, and int32[n] document frequencies: of the
    most common shingle that each token is in, and of the token itself. 0: not known.
    ``documents``: how many the frequencies were counted in. ``solo``: a character that is a token
    of its own. ``quotation``: int32[n], the number of the outer quotation that each token is in,
    -1 for none."""

    quoted: Mask
    furniture: Mask
    metadata: Mask
    stock: Mask
    content: Mask
    fact: Mask
    number: Mask
    solo: Mask
    run_frequency: Counts
    word_frequency: Counts
    documents: int
    quotation: Counts


def mark(reading: Reading, words: Hashes, shingles: Hashes, stats: CorpusStats) -> Marks:
    """All marks of one reading. ``words`` and ``shingles``: its hashes, in order."""
    normal = reading.normal
    kinds = np.fromiter(map(_kinds, normal.tokens), np.uint8, len(normal))
    return Marks(
        quoted=normal.mask(q.inner for q in reading.quotations),
        furniture=normal.mask(f.span for f in reading.furniture),
        metadata=normal.mask(f.span for f in reading.furniture if f.type == "front_matter"),
        stock=_stock(normal.tokens, kinds),
        content=kinds & _EMPTY == 0,
        fact=_facts(normal, kinds),
        number=kinds & _NUMBER != 0,
        solo=kinds & _SOLO != 0,
        run_frequency=_widest(_frequency(shingles, stats), len(normal)),
        word_frequency=_frequency(words, stats),
        documents=stats.documents,
        quotation=_quotations(reading),
    )


@lru_cache(maxsize=1 << 16)
def _kinds(token: str) -> int:
    """What a token is in whatever text it stands."""
    return (
        _EMPTY * (token in function_words() or token in honorifics())
        | _CALENDAR * (token in calendar_words())
        | _NUMBER * token[0].isdigit()
        | _SOLO * (len(token) == 1 and token >= FIRST_SOLO)
        | _OPENS_STOCK * (token in _stock_by_first())
    )


def _quotations(reading: Reading) -> Counts:
    numbers = np.full(len(reading.normal), -1, np.int32)
    for number, quotation in enumerate(reading.quotations):
        if quotation.depth == 1:
            first, last = reading.normal.tokens_in(quotation.inner)
            numbers[first:last] = number
    return numbers


def _facts(normal: NormalText, kinds: NDArray[np.uint8]) -> Mask:
    """Names and numbers: tokens with a digit or, inside a sentence, a capital letter. Names of
    months and days are left out: they change with the day a story is told."""
    text = normal.text
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<U1")[normal.starts]
    found = np.strings.isdigit(letters)
    names = np.strings.isupper(letters) & (kinds & (_EMPTY | _CALENDAR) == 0)
    for index in np.flatnonzero(names).tolist():
        start = int(normal.starts[index])
        found[index] = text[max(0, start - 2) : start].rstrip("\n ")[-1:] not in _OPENS
    return found


def _stock(tokens: tuple[str, ...], kinds: NDArray[np.uint8]) -> Mask:
    found = np.zeros(len(tokens), bool)
    for index in np.flatnonzero(kinds & _OPENS_STOCK).tolist():
        for phrase in _stock_by_first()[tokens[index]]:
            if tokens[index : index + len(phrase)] == phrase:
                found[index : index + len(phrase)] = True
    return found


@lru_cache(maxsize=1)
def _stock_by_first() -> Mapping[str, list[tuple[str, ...]]]:
    """The stock phrases under their first words."""
    phrases: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for phrase in stock_phrases():
        phrases[phrase[0]].append(phrase)
    return dict(phrases)


def _frequency(hashes: Hashes, stats: CorpusStats) -> Counts:
    """In how many documents of the corpus each hash stands; 0 where no corpus was learnt from."""
    if not len(stats.keys):
        return np.zeros(len(hashes), np.int32)
    at = np.minimum(np.searchsorted(stats.keys, hashes), len(stats.keys) - 1)
    return np.where(stats.keys[at] == hashes, stats.counts[at], 1).astype(np.int32)


def _widest(frequency: Counts, size: int) -> Counts:
    """For each token the highest frequency of the shingles it is in."""
    widest = np.zeros(size, np.int32)
    width = size - len(frequency) + 1
    for step in range(width if len(frequency) else 0):
        part = widest[step : step + len(frequency)]
        np.maximum(part, frequency, out=part)
    return widest
