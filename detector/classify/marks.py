"""What each token of a reading is: quoted, furniture, stock phrase, common in the corpus."""

from __future__ import annotations

from dataclasses import dataclass

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
    empty = function_words() | honorifics()
    return Marks(
        quoted=normal.mask(q.inner for q in reading.quotations),
        furniture=normal.mask(f.span for f in reading.furniture),
        metadata=normal.mask(f.span for f in reading.furniture if f.type == "front_matter"),
        stock=_stock(normal),
        content=np.array([t not in empty for t in normal.tokens], bool),
        fact=_facts(normal),
        number=np.array([t[0].isdigit() for t in normal.tokens], bool),
        solo=np.array([len(t) == 1 and t >= FIRST_SOLO for t in normal.tokens], bool),
        run_frequency=_widest(_frequency(shingles, stats), len(normal)),
        word_frequency=_frequency(words, stats),
        documents=stats.documents,
        quotation=_quotations(reading),
    )


def _quotations(reading: Reading) -> Counts:
    numbers = np.full(len(reading.normal), -1, np.int32)
    for number, quotation in enumerate(reading.quotations):
        if quotation.depth == 1:
            first, last = reading.normal.tokens_in(quotation.inner)
            numbers[first:last] = number
    return numbers


def _facts(normal: NormalText) -> Mask:
    """Names and numbers: tokens with a digit or, inside a sentence, a capital letter. Names of
    months and days are left out: they change with the day a story is told."""
    empty = function_words() | honorifics() | calendar_words()
    found = np.zeros(len(normal), bool)
    for index, (token, start) in enumerate(zip(normal.tokens, normal.starts.tolist(), strict=True)):
        if normal.text[start].isdigit():
            found[index] = True
        elif normal.text[start].isupper() and token not in empty:
            found[index] = normal.text[max(0, start - 2) : start].rstrip("\n ")[-1:] not in _OPENS
    return found


def _stock(normal: NormalText) -> Mask:
    found = np.zeros(len(normal), bool)
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for phrase in stock_phrases():
        by_first.setdefault(phrase[0], []).append(phrase)
    for index, token in enumerate(normal.tokens):
        for phrase in by_first.get(token, ()):
            if normal.tokens[index : index + len(phrase)] == phrase:
                found[index : index + len(phrase)] = True
    return found


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
