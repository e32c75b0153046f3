"""Tokens as alignment sees them: titles dropped, spellings equal, "cease-fire" joined where the
other text writes "ceasefire"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import count, islice
from operator import add

import numpy as np
from numpy.typing import NDArray

from detector.model import NormalText
from detector.prior import SPELLING_KEYS, function_words, honorifics
from detector.variant import MAX_PIECES, Variants

# A line end is a paragraph's end where a sentence ends there too: wire text has hard line breaks.
_PARAGRAPH_END = re.compile(r"[.!?…][\"'”’»)\]]*+[ \t\r]*+\n|\n[ \t\r]*+\n")


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of a text by number, made once for all its pairs. ``numbers``: the number of each
    word, in the order in which they first stand; ``keys[i]``: the spelling key of word i;
    ``content[i]``: whether it carries news. ``each``: int64[n], the number of each token;
    ``paragraph``: int64[n], that of its paragraph. ``neighbours``: what each two tokens in a row
    would be as one."""

    tokens: tuple[str, ...]
    numbers: Mapping[str, int]
    keys: Sequence[str]
    content: NDArray[np.bool_]
    each: NDArray[np.int64]
    paragraph: NDArray[np.int64]
    neighbours: frozenset[str]

    @classmethod
    def of(cls, text: NormalText) -> Words:
        """The words of a folded text.

        >>> from detector.normalise import normalise
        >>> words = Words.of(normalise("The cease-fire held. The fire did not."))
        >>> words.each.tolist(), words.paragraph.tolist(), "ceasefire" in words.neighbours
        ([0, 1, 2, 3, 0, 2, 4, 5], [0, 0, 0, 0, 0, 0, 0, 0], True)
        """
        tokens = text.tokens
        numbers = {word: number for number, word in enumerate(dict.fromkeys(tokens))}
        breaks = [match.end() for match in _PARAGRAPH_END.finditer(text.text)]
        return cls(
            tokens,
            numbers,
            list(map(SPELLING_KEYS.__getitem__, numbers)),
            _content(numbers),
            np.fromiter(map(numbers.__getitem__, tokens), np.int64, len(tokens)),
            np.searchsorted(breaks, text.starts, "right"),
            frozenset(map(add, tokens, tokens[1:])),
        )


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


def make_units(a: Words, b: Words, variants: Variants) -> tuple[Units, Units]:
    """Both texts as units with common ids."""
    joined = _joinable(a, b) | variants.joined
    names: dict[str, int] = defaultdict(count().__next__)
    units_a = _units(a, joined, names, variants.words)
    return units_a, _units(b, joined, names, variants.words)


def _joinable(a: Words, b: Words) -> set[str]:
    """Words that one of the texts also writes as two: "ceasefire" beside "cease-fire"."""
    return {word for x in (a, b) for y in (a, b) for word in x.neighbours.intersection(y.numbers)}


def _units(
    text: Words, joined: Set[str], names: dict[str, int], variants: Mapping[str, str]
) -> Units:
    """``names`` gives each spelling key its id."""
    numbers, each, widths = _pieces(text, joined)
    more = list(islice(numbers, len(text.keys), None))
    keys = [*text.keys, *map(SPELLING_KEYS.__getitem__, more)]
    exact = np.fromiter(map(names.__getitem__, keys), np.int32, len(keys))
    ids, content = exact.copy(), np.concatenate([text.content, _content(more)])
    for word, root in variants.items():
        if word in numbers:
            ids[numbers[word]] = names[SPELLING_KEYS[root]]
            content[numbers[word]] = root not in function_words()
    is_title = np.zeros(len(numbers), bool)
    is_title[[numbers[title] for title in honorifics() & numbers.keys()]] = True
    first = np.flatnonzero((widths > 0) & ~is_title[each])
    of_unit = each[first]
    return Units(
        ids=ids[of_unit],
        exact=exact[of_unit],
        first=first,
        last=first + widths[first],
        content=content[of_unit],
        paragraph=text.paragraph[first],
    )


def _content(words: Iterable[str]) -> NDArray[np.bool_]:
    """Which words carry news."""
    empty = function_words()
    return np.array([word not in empty for word in words], bool)


def _pieces(
    text: Words, joined: Set[str]
) -> tuple[Mapping[str, int], NDArray[np.int64], NDArray[np.int64]]:
    """The numbers of the text's words and of those that were joined; the number of each unit by its
    first token, and how many tokens it is: int64[n] each, no tokens where one before has them."""
    numbers, each = dict(text.numbers), text.each.copy()
    widths = np.ones(len(each), np.int64)
    heads = {word[:size] for word in joined for size in range(1, len(word))}
    is_head = np.zeros(len(numbers), bool)
    is_head[[numbers[head] for head in heads & numbers.keys()]] = True
    free = 0
    for at in np.flatnonzero(is_head[each]).tolist():
        width = _width(text.tokens, at, joined) if at >= free else 1
        if width > 1:
            free = at + width
            each[at] = numbers.setdefault("".join(text.tokens[at:free]), len(numbers))
            widths[at:free] = 0
            widths[at] = width
    return numbers, each, widths


def _width(tokens: tuple[str, ...], at: int, joined: Set[str]) -> int:
    """How many tokens from ``at`` on are one unit."""
    for width in range(MAX_PIECES, 1, -1):
        if "".join(tokens[at : at + width]) in joined and at + width <= len(tokens):
            return width
    return 1
