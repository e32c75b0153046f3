"""A folded text -> what decides whether it can share anything telling with another: one code for
each word and each stem, and the letters."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import xxhash
from numpy.typing import NDArray

from detector.model import NormalText, Outline
from detector.prior import function_words, honorifics, spelling_key, stems

IS_CONTENT = 1
IS_QUOTED = 2
_MARK = re.compile(r"[\"“”„‟«»‹›‚‛「」『』`]|(?<!\w)['‘’]|['‘’](?!\w)")
_CONTENT = 1 << 32
_CODE = np.uint64(0xFFFFFFFF)
_TITLE = 0


def outline(normal: NormalText) -> Outline:
    """The outline of a folded text.

    >>> from detector.normalise import normalise
    >>> one, other = (outline(normalise(t)) for t in ("Mr. Yu organised it.", "Yu organized it"))
    >>> bool((one.words == other.words).all()), one.kinds.tolist(), len(one.stems)
    (True, [1, 1, 0], 4)
    """
    words = np.fromiter(map(_word, normal.tokens), np.uint64, len(normal))
    kept = words != _TITLE
    kinds = (words > _CODE).astype(np.uint8) * np.uint8(IS_CONTENT)
    kinds[_quoted(normal)] |= IS_QUOTED
    found = stems(normal.tokens)
    return Outline(
        words=(words & _CODE).astype(np.uint32)[kept],
        kinds=kinds[kept],
        stems=np.fromiter(map(_stem, found), np.uint32, len(found)),
        letters="".join(normal.tokens).encode("utf-8", "surrogatepass"),
    )


def _quoted(normal: NormalText) -> NDArray[np.bool_]:
    """The tokens from the first to the last mark of a line; of one mark alone, all of the line.
    Reading knows better which of them are quoted, and takes a hundred times as long."""
    found = np.zeros(len(normal), bool)
    for line in re.finditer(r"[^\n]+", normal.text):
        marks = [mark.start() for mark in _MARK.finditer(normal.text, *line.span())]
        if marks:
            low, high = (marks[0], marks[-1]) if len(marks) > 1 else line.span()
            first, last = np.searchsorted(normal.starts, (low, high))
            found[first:last] = True
    return found


@lru_cache(maxsize=1 << 17)
def _word(token: str) -> int:
    """A code of 32 bits for a word however it is spelled, and whether it carries news."""
    if token in honorifics():
        return _TITLE
    return _code(spelling_key(token)) + (token not in function_words()) * _CONTENT


@lru_cache(maxsize=1 << 17)
def _stem(stem: str) -> int:
    return _code(stem) if stem else 0


def _code(word: str) -> int:
    return max(1, xxhash.xxh3_64_intdigest(word.encode("utf-8", "surrogatepass")) >> 32)
