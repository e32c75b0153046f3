"""Tokens as alignment sees them: titles dropped, spellings equal, "cease-fire" joined where the
other text writes "ceasefire"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from operator import add

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


def _joinable(a: tuple[str, ...], b: tuple[str, ...]) -> set[str]:
    """Words that one of the texts also writes as two: "ceasefire" beside "cease-fire"."""
    return {*map(add, a, a[1:]), *map(add, b, b[1:])} & {*a, *b}


def _units(
    text: NormalText, joined: Set[str], names: dict[str, int], variants: Mapping[str, str]
) -> Units:
    words, first, last = _pieces(text.tokens, joined)
    numbers = {word: number for number, word in enumerate(dict.fromkeys(words))}
    roots = [variants.get(word, word) for word in numbers]
    ids = [names.setdefault(spelling_key(root), len(names)) for root in roots]
    exact = [
        number if root is word else names.setdefault(spelling_key(word), len(names))
        for number, root, word in zip(ids, roots, numbers, strict=True)
    ]
    empty = function_words()
    each = np.fromiter(map(numbers.__getitem__, words), np.int64, len(words))
    breaks = [match.end() for match in _PARAGRAPH_END.finditer(text.text)]
    return Units(
        ids=np.array(ids, np.int32)[each],
        exact=np.array(exact, np.int32)[each],
        first=first,
        last=last,
        content=np.array([root not in empty for root in roots], bool)[each],
        paragraph=np.searchsorted(breaks, text.starts[first], "right"),
    )


def _pieces(
    tokens: tuple[str, ...], joined: Set[str]
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """The words of the units, titles left out, and the tokens that each stands for: int64[u], from
    one on and to before the other."""
    words, widths = list(tokens), np.ones(len(tokens), np.int64)
    heads = {word[:size] for word in joined for size in range(1, len(word))}
    free = 0
    for at in [at for at, token in enumerate(tokens) if token in heads]:
        width = _width(tokens, at, joined) if at >= free else 1
        if width > 1:
            free = at + width
            words[at] = "".join(tokens[at:free])
            widths[at:free] = 0
            widths[at] = width
    titles = honorifics()
    is_unit = widths > 0
    is_unit[[at for at, word in enumerate(words) if word in titles]] = False
    first = np.flatnonzero(is_unit)
    return [words[at] for at in first.tolist()], first, first + widths[first]


def _width(tokens: tuple[str, ...], at: int, joined: Set[str]) -> int:
    """How many tokens from ``at`` on are one unit."""
    for width in range(MAX_PIECES, 1, -1):
        if "".join(tokens[at : at + width]) in joined and at + width <= len(tokens):
            return width
    return 1
