"""A folded text -> what decides whether it can share anything telling with another: one code for
each word and each stem, the letters, and which words are rare in the corpus."""

from __future__ import annotations

import re
from functools import lru_cache
from operator import add

import numpy as np
import xxhash
from numpy.typing import NDArray

from detector import kernel
from detector.model import CorpusStats, NormalText, Outline
from detector.prior import (
    ENDINGS,
    FIRST_SOLO,
    function_words,
    honorifics,
    is_lone_letter,
    spelling_key,
    spelling_keys,
    stem,
    stems,
)
from detector.shingle import token_hashes

IS_CONTENT = 1
IS_QUOTED = 2
IS_RARE = 4
IS_RARE_STEM = np.uint32(1)
COMMON_END = " "
RARE_END = "!"
_TOKEN = re.compile(f"([^{COMMON_END}{RARE_END}]+)([{COMMON_END}{RARE_END}])")
_MARKS = "\"“”„‟«»‹›‚‛「」『』`'‘’"
_MARK = re.compile(f"[{_MARKS}]")
_APOSTROPHES = "'‘’"
LETTER_POINTS = 4 << 16
"""All letters and digits of Unicode are in its first four planes."""
_CONTENT = 1 << 32
_CODE = np.uint64(0xFFFFFFFF)
_TITLE = 0


def outline(normal: NormalText, stats: CorpusStats, hash_key: int = 0) -> Outline:
    """The outline of a folded text. ``stats`` are of a corpus with this ``hash_key``; where they
    are of none, every word that carries news is rare.

    >>> from detector.normalise import normalise
    >>> from detector.stats import PRIOR
    >>> texts = map(normalise, ("Mr. Yu organised it.", "Yu organized it"))
    >>> one, other = (outline(text, PRIOR) for text in texts)
    >>> bool((one.words == other.words).all()), one.kinds.tolist(), len(one.stems), one.letters
    (True, [5, 5, 0], 4, b'mr yu!organised!it ')
    """
    tokens = normal.tokens
    words = np.fromiter(map(_word, tokens), np.uint64, len(normal))
    kept = words != _TITLE
    is_news = words > _CODE
    rare = is_news & (stats.frequency(token_hashes(tokens, hash_key)) <= stats.rare_documents)
    kinds = is_news.astype(np.uint8) * np.uint8(IS_CONTENT)
    kinds[_quoted(normal)] |= IS_QUOTED
    kinds[rare] |= IS_RARE
    coded = np.fromiter(map(_stem, stems(tokens)), np.uint32, len(tokens))
    coded[rare & (coded > 0)] |= IS_RARE_STEM
    ends = (RARE_END if each else COMMON_END for each in rare.tolist())
    return Outline(
        words=(words & _CODE).astype(np.uint32)[kept],
        kinds=kinds[kept],
        stems=coded,
        letters="".join(map(add, tokens, ends)).encode("utf-8", "surrogatepass"),
    )


def tokens_of(outline: Outline) -> tuple[list[str], NDArray[np.bool_]]:
    """The tokens of an outlined text, and which are rare and carry news: bool[n]."""
    found = _TOKEN.findall(outline.letters.decode("utf-8", "surrogatepass"))
    rare = np.array([end == RARE_END for _, end in found], np.bool_)
    return [token for token, _ in found], rare


def _quoted(normal: NormalText) -> NDArray[np.bool_]:
    """The tokens from the first to the last mark of a line; of one mark alone, all of the line.
    Reading knows better which of them are quoted, and takes ten times as long."""
    text = normal.text
    spans: list[tuple[int, int]] = []
    first = stop = 0
    for match in _MARK.finditer(text):
        at = match.start()
        if _is_in_a_word(text, at):
            continue
        if at < stop:
            spans[-1] = (first, at)
        else:
            first, stop = at, _line_end(text, at)
            spans.append((text.rfind("\n", 0, at) + 1, stop))
    found = np.zeros(len(normal), bool)
    for low, high in np.searchsorted(normal.starts, np.array(spans).reshape(-1, 2)).tolist():
        found[low:high] = True
    return found


def _is_in_a_word(text: str, at: int) -> bool:
    beside = text[at - 1 : at], text[at + 1 : at + 2]
    return text[at] in _APOSTROPHES and all(map(str.isalnum, beside))


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return found if found >= 0 else len(text)


@lru_cache(maxsize=1 << 17)
def _word(token: str) -> int:
    """A code of 32 bits for a word however it is spelled, and whether it carries news."""
    if token in honorifics():
        return _TITLE
    return _code(spelling_key(token)) + (token not in function_words()) * _CONTENT


@lru_cache(maxsize=1 << 17)
def _stem(stem: str) -> int:
    return max(2, _code(stem) & ~int(IS_RARE_STEM)) if stem else 0


def _code(word: str) -> int:
    return max(1, xxhash.xxh3_64_intdigest(word.encode("utf-8", "surrogatepass")) >> 32)


# -- what the compiled kernel has to know to make the same

_IS_ALNUM, _IS_MARK, _IS_APOSTROPHE, _IS_LONE_LETTER = (np.uint8(1 << bit) for bit in range(4))


@lru_cache(maxsize=1)
def lexis() -> object:
    """The words and characters that have a rule of their own, for ``kernel.outline``."""
    return kernel.lexis(_characters(), _known_words(), list(ENDINGS.items()))


def _known_words() -> list[tuple[str, int, int, int]]:
    """Words, each with its code, its kind and the code of its stem."""
    words = sorted(function_words() | honorifics() | spelling_keys().keys())
    return [(word, *divmod(_word(word), _CONTENT)[::-1], _stem(stem(word))) for word in words]


def _characters() -> NDArray[np.uint8]:
    """What each character is, of the first ``LETTER_POINTS``."""
    every = list(map(chr, range(LETTER_POINTS)))
    kinds = np.fromiter(map(str.isalnum, every), np.uint8, len(every)) * _IS_ALNUM
    lone = np.fromiter(map(is_lone_letter, every[: ord(FIRST_SOLO)]), np.uint8)
    kinds[: len(lone)] |= lone * _IS_LONE_LETTER
    kinds[[ord(mark) for mark in _MARKS]] |= _IS_MARK
    kinds[[ord(mark) for mark in _APOSTROPHES]] |= _IS_APOSTROPHE
    return kinds
