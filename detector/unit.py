"""Tokens as alignment sees them: titles dropped, spellings equal, "cease-fire" joined where the
other text writes "ceasefire"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detector.model import NormalText
from detector.prior import function_words, honorifics, spelling_key
from detector.variant import MAX_PIECES, Variants

# A line end is a paragraph's end where a sentence ends there too: wire text has hard line breaks.
_PARAGRAPH_END = re.compile(r"[.!?…][\"'”’»)\]]*+[ \t\r]*+\n|\n[ \t\r]*+\n")


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """A text as alignment sees it: int32[u] ids, equal where the words count as one word, and the
    tokens ``first[i]:last[i]`` that unit i stands for. ``exact[i]``: ids that are equal only where
    no misspelling had to be forgiven; ``content[i]``: it carries news; ``paragraph[i]``: the
    number of its paragraph."""

    ids: NDArray[np.int32]
    exact: NDArray[np.int32]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    content: NDArray[np.bool_]
    paragraph: NDArray[np.int64]


def make_units(a: NormalText, b: NormalText, variants: Variants) -> tuple[Units, Units]:
    """Both texts as units with common ids."""
    joined = _joinable(a.tokens, b.tokens) | variants.joined
    names: dict[str, int] = {}
    units_a = _units(a, joined, names, variants.words)
    return units_a, _units(b, joined, names, variants.words)


def _joinable(a: tuple[str, ...], b: tuple[str, ...]) -> frozenset[str]:
    """Words that one of the texts also writes as two: "ceasefire" beside "cease-fire"."""
    known = set(a) | set(b)
    return frozenset(
        joined
        for tokens in (a, b)
        for left, right in pairwise(tokens)
        if (joined := left + right) in known
    )


def _units(
    text: NormalText, joined: frozenset[str], names: dict[str, int], variants: Mapping[str, str]
) -> Units:
    words, places = _pieces(text.tokens, joined)
    ids: dict[str, int] = {}
    exact: dict[str, int] = {}
    for word in dict.fromkeys(words):
        root = variants.get(word, word)
        ids[word] = exact[word] = names.setdefault(spelling_key(root), len(names))
        if root is not word:
            exact[word] = names.setdefault(spelling_key(word), len(names))
    news = {word: variants.get(word, word) not in function_words() for word in ids}
    where = np.array(places, dtype=np.int64).reshape(-1, 2)
    breaks = [match.end() for match in _PARAGRAPH_END.finditer(text.text)]
    return Units(
        ids=np.array([ids[word] for word in words], np.int32),
        exact=np.array([exact[word] for word in words], np.int32),
        first=where[:, 0],
        last=where[:, 1],
        content=np.array([news[word] for word in words], bool),
        paragraph=np.searchsorted(breaks, text.starts[where[:, 0]], "right"),
    )


def _pieces(
    tokens: tuple[str, ...], joined: frozenset[str]
) -> tuple[list[str], list[tuple[int, int]]]:
    """The words of the units, titles left out, and the tokens that each stands for."""
    titles = honorifics()
    heads = {word[:size] for word in joined for size in range(1, len(word))}
    words: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    while at < len(tokens):
        width = _width(tokens, at, joined) if tokens[at] in heads else 1
        word = tokens[at] if width == 1 else "".join(tokens[at : at + width])
        if word not in titles:
            words.append(word)
            places.append((at, at + width))
        at += width
    return words, places


def _width(tokens: tuple[str, ...], at: int, joined: frozenset[str]) -> int:
    """How many tokens from ``at`` on are one unit."""
    for width in range(MAX_PIECES, 1, -1):
        if "".join(tokens[at : at + width]) in joined and at + width <= len(tokens):
            return width
    return 1
