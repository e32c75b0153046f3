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
from detector.scan import Remembered

Mask = NDArray[np.bool_]
Counts = NDArray[np.int32]


_EMPTY, _CALENDAR, _NUMBER, _SOLO, _OPENS_STOCK = 1, 2, 4, 8, 16  # what a token is by itself
_OPENS = frozenset(["", ".", "!", "?", "…", "\u201c", '"', "«", "„", ":"])


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """bool[n] masks over the tokens of one reading, and int32[n] document frequencies: of the
    most common shingle that each token is in, and of the token itself. 0: not known.
    ``rare_documents``: in so many a rare word stands at most. ``solo``: a character that is a token
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
    rare_documents: int
    quotation: Counts


def mark(reading: Reading, words: Hashes, shingles: Hashes, stats: CorpusStats) -> Marks:
    """All marks of one reading. ``words`` and ``shingles``: its hashes, in order."""
    normal = reading.normal
    kinds = np.frombuffer(bytes(map(_KINDS.__getitem__, normal.tokens)), np.uint8)
    quoted, quotation = _quoted(reading)
    return Marks(
        quoted=quoted,
        furniture=normal.mask(f.span for f in reading.furniture),
        metadata=normal.mask(f.span for f in reading.furniture if f.type == "front_matter"),
        stock=_stock(normal.tokens, kinds),
        content=kinds & _EMPTY == 0,
        fact=_facts(normal, kinds),
        number=kinds & _NUMBER != 0,
        solo=kinds & _SOLO != 0,
        run_frequency=_widest(stats.frequency(shingles), len(normal)),
        word_frequency=stats.frequency(words),
        rare_documents=stats.rare_documents,
        quotation=quotation,
    )


def _kinds(token: str) -> int:
    """What a token is in whatever text it stands."""
    return (
        _EMPTY * (token in function_words() or token in honorifics())
        | _CALENDAR * (token in calendar_words())
        | _NUMBER * token[0].isdigit()
        | _SOLO * (len(token) == 1 and token >= FIRST_SOLO)
        | _OPENS_STOCK * (token in _stock_openers())
    )


_KINDS = Remembered(_kinds)


def _quoted(reading: Reading) -> tuple[Mask, Counts]:
    """Which tokens are quoted, and the number of the outer quotation that each is in."""
    quoted = np.zeros(len(reading.normal), bool)
    numbers = np.full(len(reading.normal), -1, np.int32)
    for number, quotation in enumerate(reading.quotations):
        first, last = reading.normal.tokens_in(quotation.inner)
        quoted[first:last] = True
        if quotation.depth == 1:
            numbers[first:last] = number
    return quoted, numbers


def _facts(normal: NormalText, kinds: NDArray[np.uint8]) -> Mask:
    """Names and numbers: tokens with a digit or, inside a sentence, a capital letter. Names of
    months and days are left out: they change with the day a story is told."""
    text = normal.text
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<U1")[normal.starts]
    found = np.strings.isdigit(letters)
    names = np.strings.isupper(letters) & (kinds & (_EMPTY | _CALENDAR) == 0)
    starts = normal.starts[names].tolist()
    found[names] = [text[max(0, s - 2) : s].rstrip("\n ")[-1:] not in _OPENS for s in starts]
    return found


def _stock(tokens: tuple[str, ...], kinds: NDArray[np.uint8]) -> Mask:
    found = np.zeros(len(tokens), bool)
    for index in np.flatnonzero(kinds & _OPENS_STOCK).tolist():
        for phrase in _stock_by_opening().get(tokens[index : index + 2], ()):
            if tokens[index : index + len(phrase)] == phrase:
                found[index : index + len(phrase)] = True
    return found


@lru_cache(maxsize=1)
def _stock_by_opening() -> Mapping[tuple[str, ...], list[tuple[str, ...]]]:
    """The stock phrases under their first two words: none has fewer."""
    phrases: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for phrase in stock_phrases():
        phrases[phrase[:2]].append(phrase)
    return dict(phrases)


@lru_cache(maxsize=1)
def _stock_openers() -> frozenset[str]:
    return frozenset(phrase[0] for phrase in stock_phrases())


def _widest(frequency: Counts, size: int) -> Counts:
    """For each token the highest frequency of the shingles it is in."""
    widest = np.zeros(size, np.int32)
    width = size - len(frequency) + 1
    for step in range(width if len(frequency) else 0):
        part = widest[step : step + len(frequency)]
        np.maximum(part, frequency, out=part)
    return widest
