"""Searching a text with a slow pattern only where, or only if, a fast look says that it may match.

``re`` finds a word, or the next of a set of characters, many times sooner than it finds out, place
by place, that none of a dozen alternatives begins there. Patterns that begin with a word or a set
are fast alone; this is for those that cannot be written so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

import numpy as np

T = TypeVar("T")
_MOST_WORDS = 1 << 16  # remembered at a time

# A Han character is a word of its own.
WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
_SIGNS = re.compile(r"[^\x00-\x7f\w]")
_ASCII_GAPS = bytes(code if chr(code).isalnum() else ord(" ") for code in range(128)).ljust(256)
_ANY = re.compile(r"ANY\(([^()]*)\)")
_CERTAIN = re.compile(r"(?:\[\w+\])?((?:(?:[\w /-]|\\\.)(?![?*{]))+)")


@dataclass(frozen=True, slots=True)
class Search:
    """A pattern, and what each of its matches has in it: one word of each of ``needs``."""

    pattern: re.Pattern[str]
    needs: tuple[tuple[str, ...], ...]

    def finditer(
        self, text: str, first: int = 0, last: int | None = None
    ) -> Iterator[re.Match[str]]:
        """The matches in ``text[first:last]``, as of ``re.Pattern.finditer``."""
        last = len(text) if last is None else last
        for words in self.needs:
            for word in words:
                if text.find(word, first, last) >= 0:
                    break
            else:
                return iter(())
        return self.pattern.finditer(text, first, last)


def search_for(pattern: str, flags: int = 0, needs: str = "") -> Search:
    r"""A search that does not even begin in a text without the words of the pattern's ANY.

    ``ANY(told|tells)`` is a group that each match must go through, without groups inside. A text is
    asked for what is certain of each alternative: "told" of "told", "riting" of "[Ww]riting".
    ``needs`` are such words, as they are, of a pattern that has no such group.

    >>> told = search_for(r"\bANY(told|tells) (?:us|them)")
    >>> told.needs, [m[0] for m in told.finditer("He told us.")]
    ((('told', 'tells'),), ['told us'])
    """
    groups = [map(_certain, group.split("|")) for group in _ANY.findall(pattern)]
    words = [*groups, needs.split("|")] if needs else groups
    plain = re.compile(pattern.replace("ANY(", "(?:"), flags)
    return Search(plain, tuple(map(_fewest, words)))


def _certain(alternative: str) -> str:
    """What an alternative has for certain."""
    match = _CERTAIN.match(alternative)
    return match[1].replace("\\", "") if match else ""


def _fewest(words: Iterable[str]) -> tuple[str, ...]:
    """The words without those in which another is found anyway."""
    found = list(dict.fromkeys(words))
    return tuple(
        word for word in found if not any(other in word for other in found if other != word)
    )


class Remembered(dict[str, T]):
    """What a function says of words, remembered for some. ``map(this.__getitem__, words)`` asks
    for most words of a text sooner than a ``lru_cache``.

    >>> sizes = Remembered(len)
    >>> list(map(sizes.__getitem__, ["a", "word", "a"])), dict(sizes)
    ([1, 4, 1], {'a': 1, 'word': 4})
    """

    def __init__(self, function: Callable[[str], T]) -> None:
        self._function = function

    def __missing__(self, word: str) -> T:
        if len(self) >= _MOST_WORDS:
            self.clear()
        found = self[word] = self._function(word)
        return found


def without_signs(text: str) -> str:
    """The text with a space for each sign that is not in ASCII, which leaves most texts in ASCII.

    >>> without_signs("“It’s 5 €.”")
    ' It s 5  . '
    """
    return text if text.isascii() else _SIGNS.sub(" ", text)


def words_of(text: str) -> list[str]:
    """The words of a text as it spells them; of one in ASCII much sooner.

    >>> words_of("It_is 9.30; 版权")
    ['It', 'is', '9', '30', '版', '权']
    """
    return _spaced(text).decode().split() if text.isascii() else WORD.findall(text)


def starts_of(text: str) -> list[int]:
    """Where each of the words of a text begins; of one in ASCII much sooner."""
    if not text.isascii():
        return [m.start() for m in WORD.finditer(text)]
    is_gap = np.frombuffer(b" " + _spaced(text), np.uint8) == ord(" ")
    starts: list[int] = np.flatnonzero(is_gap[:-1] & ~is_gap[1:]).tolist()
    return starts


def _spaced(text: str) -> bytes:
    """A text in ASCII with a blank for all that is of no word."""
    return text.encode().translate(_ASCII_GAPS)


def one_of(words: Iterable[str]) -> str:
    """A pattern for one of some plain words, by their first letters: at most places the first
    letter tells that there is none.

    >>> one_of(["told", "said", "says", "tells"])
    '(?:s(?:aid|ays)|t(?:ells|old))'
    """
    by_first = groupby(sorted(set(words)), key=lambda word: word[0])
    groups = (f"{first}(?:{'|'.join(word[1:] for word in rest)})" for first, rest in by_first)
    return f"(?:{'|'.join(groups)})"


def matches_from(
    starts: re.Pattern[str],
    pattern: re.Pattern[str],
    text: str,
    first: int = 0,
    last: int | None = None,
) -> Iterator[re.Match[str]]:
    r"""The matches of ``pattern`` in ``text[first:last]``, never overlapping, that begin where a
    match of ``starts`` does: all of them, where no other place can begin one.

    ``starts`` must match so little that it passes over no place: one character, a look around.

    >>> dates = re.compile(r"\d{1,2} May|May \d{1,2}")
    >>> [m[0] for m in matches_from(re.compile(r"[M\d]"), dates, "9 May or May 12")]
    ['9 May', 'May 12']
    """
    last = len(text) if last is None else last
    done = first
    for start in starts.finditer(text, first, last):
        if start.start() >= done and (found := pattern.match(text, start.start(), last)):
            done = found.end()
            yield found
