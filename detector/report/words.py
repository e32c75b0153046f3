"""Which words two passages share, for marking those that differ."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rapidfuzz.distance import Indel

_HAN_KANA = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(f"[{_HAN_KANA}]|[^\\s{_HAN_KANA}]+")
_EDGE = re.compile(r"^\W+|\W+$")
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")

# The word table of the alignment grows with the product of both lengths: 50 MB here. Longer
# passages are shown without marks.
_MOST_WORD_PAIRS = 400_000_000


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a passage as it stands there. ``start``: its place in the passage. ``spaced``:
    white space stands before it.

    ``changed``: the other passage has no such word in this place.
    """

    text: str
    start: int
    spaced: bool
    changed: bool = False


def mark_changes(a: str, b: str) -> tuple[list[Word], list[Word]]:
    """The words of both passages, each knowing whether the other side has it too.

    Case and the punctuation around a word make no difference.

    >>> a, b = mark_changes("“Talks failed,” he said.", "Talks failed, said he.")
    >>> [word.text for word in b if word.changed]
    ['he.']
    """
    if b < a:  # always the same order, so that swapping the texts moves no mark
        marked_b, marked_a = mark_changes(b, a)
        return marked_a, marked_b
    words_a, words_b = _split(a), _split(b)
    if len(words_a) * len(words_b) > _MOST_WORD_PAIRS:
        return words_a, words_b
    keys_a, keys_b = [_key(w) for w in words_a], [_key(w) for w in words_b]
    for step in Indel.opcodes(keys_a, keys_b):
        if step.tag != "equal":
            _mark(words_a, keys_a, step.src_start, step.src_end)
            _mark(words_b, keys_b, step.dest_start, step.dest_end)
    return words_a, words_b


def _split(text: str) -> list[Word]:
    """Words at white space; Han and kana characters, written without it, stand alone."""
    return [
        Word(
            match[0], match.start(), spaced=match.start() > 0 and text[match.start() - 1].isspace()
        )
        for match in _WORD.finditer(text)
    ]


def _key(word: Word) -> str:
    return _EDGE.sub("", word.text).casefold().translate(_APOSTROPHES)


def _mark(words: list[Word], keys: list[str], first: int, last: int) -> None:
    for i in range(first, last):
        if keys[i]:  # a dash on its own is no word
            words[i] = replace(words[i], changed=True)
