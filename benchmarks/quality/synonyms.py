"""Which words may stand for a word, in the same form: a table and the rules of English endings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from benchmarks.quality.grammar import load

Speech = Literal["verb", "noun", "word"]

_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What may replace one form of one word. ``form`` is "base", "s", "past", "participle" or
    "ing"; of nouns "base" or "s"."""

    speech: Speech
    form: str
    others: tuple[str, ...]


@cache
def table() -> Mapping[str, tuple[Synonyms, ...]]:
    """Synonyms by word or phrase, in small letters. A form of several words has several entries.

    >>> [s.others for s in table()["acquired"] if s.form == "past"]
    [('bought', 'purchased')]
    >>> [s.others for s in table()["as well as"]]
    [('along with',)]
    """
    rules = load("synonyms")
    found: dict[str, list[Synonyms]] = defaultdict(list)
    speeches: Sequence[Speech] = ("verb", "noun", "word")
    for speech in speeches:
        for line in rules[speech]:
            rows = [inflections(word, speech) for word in line.split()]
            for row in rows:
                for form, word in row.items():
                    others = tuple(r[form] for r in rows if r is not row and r[form] != word)
                    found[word].append(Synonyms(speech, form, others))
    return {word: tuple(entries) for word, entries in found.items()}


def inflections(word: str, speech: Speech) -> dict[str, str]:
    """The forms of a word or phrase by name. Of a verb phrase its first word is inflected, of a
    noun phrase the last.

    >>> inflections("carry_on", "verb")["past"]
    'carried on'
    >>> inflections("price_growth", "noun")
    {'base': 'price growth', 's': 'price growths'}
    """
    if speech == "word":
        return {"base": _spaced(word)}
    if speech == "noun":
        return {"base": _spaced(word), "s": _spaced(_plurals().get(word) or _plus_s(word))}
    head, *rest = word.split("_")
    past, participle = _irregular().get(head, (_past(head),) * 2)
    forms = {"s": _plus_s(head), "past": past, "participle": participle, "ing": _ing(head)}
    tail = "".join(f" {part}" for part in rest)
    return {"base": _spaced(word)} | {name: form + tail for name, form in forms.items()}


def _spaced(word: str) -> str:
    return word.replace("_", " ")


@cache
def _irregular() -> Mapping[str, tuple[str, str]]:
    rows = (line.split() for line in load("synonyms")["irregular"])
    return {base: (past, participle) for base, past, participle in rows}


@cache
def _plurals() -> Mapping[str, str]:
    return dict(line.split() for line in load("synonyms")["plural"])


def _plus_s(word: str) -> str:
    if word == "be":
        return "is"
    if word.endswith(("s", "x", "z", "ch", "sh")) or word in ("go", "do"):
        return word + "es"
    if word.endswith("y") and word[-2] not in _VOWELS:
        return word[:-1] + "ies"
    return word + "s"


def _past(word: str) -> str:
    if word.endswith("e"):
        return word + "d"
    if word.endswith("y") and word[-2] not in _VOWELS:
        return word[:-1] + "ied"
    return _doubled(word) + "ed"


def _ing(word: str) -> str:
    if word in ("lie", "vie"):
        return word[:-2] + "ying"
    if word.endswith("e") and not word.endswith(("ee", "oe")) and word != "be":
        return word[:-1] + "ing"
    return _doubled(word) + "ing"


def _doubled(word: str) -> str:
    return word + word[-1] if word in load("synonyms")["doubling"] else word
