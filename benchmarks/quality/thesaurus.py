"""Words that may stand for other words: small tables of synonyms, and words of one shape.

The tables ``thesaurus_en.txt`` and ``thesaurus_uk.txt`` were written for this project. Where they
have no row, a word may be replaced by one that looks alike: as long, with the same ending, from the
same texts. That keeps the part of speech more often than not, in any language with endings.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

WORD = re.compile(r"[^\W\d_]+(?:['’ʼ-][^\W\d_]+)*")
COMMON_WORDS = 120
"""So many of the most frequent words of a collection are grammar, not content."""
CONTENT_LETTERS = 4

Choices = Callable[[str], Sequence[str]]
"""What may stand for a word in small letters."""


@lru_cache
def synonyms(language: str) -> Mapping[str, tuple[str, ...]]:
    """What may stand for each word form of a language, "en" or "uk".

    >>> synonyms("en")["began"]
    ('started', 'commenced')
    """
    lines = Path(__file__).with_name(f"thesaurus_{language}.txt").read_text("utf-8").splitlines()
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for line in lines:
        if line and not line.startswith("#"):
            kind, *entries = line.split()
            for forms in zip(*(_forms(kind, entry) for entry in entries), strict=True):
                for form in forms:
                    found[form].update(dict.fromkeys(f for f in forms if f != form))
    return {form: tuple(others) for form, others in found.items()}


def _forms(kind: str, entry: str) -> list[str]:
    """A word in all its forms: x has one, n two, v five (infinitive, -s, past, participle, -ing).

    >>> _forms("v", "try/tried/tried")
    ['try', 'tries', 'tried', 'tried', 'trying']
    """
    given = entry.split("/")
    base = given[0]
    if kind == "n":
        return given if len(given) == 2 else [base, _with_s(base)]
    if kind == "v":
        past = given[1:] or [base + "d" if base.endswith("e") else base + "ed"] * 2
        return [base, _with_s(base), *past, _with_ing(base, past[0])]
    return [base]


def _with_s(word: str) -> str:
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if re.search(r"(?:s|x|z|ch|sh|[^aeiou]o)$", word) else "s")


def _with_ing(word: str, past: str) -> str:
    """The -ing form; a consonant is doubled where the past doubles it ("planned") and in short
    irregular verbs ("begin", "cut")."""
    if word.endswith("ie"):
        return word[:-2] + "ying"
    if re.search(r"[^eoy]e$", word):
        return word[:-1] + "ing"
    is_doubled = past.startswith(word + word[-1]) or (
        not past.startswith(word + "e") and re.search(r"(?:^|[^aeiou])[aeiou][bdgmnpt]$", word)
    )
    return word + (word[-1] if is_doubled else "") + "ing"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a collection: the ``common`` ones, and the others by their shape."""

    common: frozenset[str]
    alike: Mapping[tuple[int, str], tuple[str, ...]]

    @classmethod
    def of(cls, texts: Iterable[str], common_words: int = COMMON_WORDS) -> Vocabulary:
        """The vocabulary of ``texts``. A word that stands there once may be a slip: left out.

        >>> Vocabulary.of(["walking talking", "talking walking"], 0).words_like("working")
        ('talking', 'walking')
        """
        counts = Counter(w.lower() for text in texts for w in WORD.findall(text))
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        alike: dict[tuple[int, str], list[str]] = defaultdict(list)
        for word in sorted(w for w in ranked[common_words:] if counts[w] > 1):
            alike[_shape(word)].append(word)
        common = frozenset(ranked[:common_words])
        return cls(common, {shape: tuple(words) for shape, words in alike.items()})

    def is_content(self, word: str) -> bool:
        """Whether a word says what a text is about."""
        return len(word) >= CONTENT_LETTERS and word.lower() not in self.common

    def words_like(self, word: str) -> tuple[str, ...]:
        """Other words of the same shape."""
        return tuple(w for w in self.alike.get(_shape(word), ()) if w != word)


def _shape(word: str) -> tuple[int, str]:
    """How long a word is, in steps of three letters, and its last two letters."""
    return (len(word) // 3, word[-2:])


def swap(
    text: str, rate: float, rng: random.Random, vocabulary: Vocabulary, choices: Sequence[Choices]
) -> str:
    """``text`` with the share ``rate`` of its content words replaced. What the first of ``choices``
    knows is replaced first; a capital letter stays one. Fewer are replaced where all together know
    too few.

    >>> vocabulary = Vocabulary.of([], 0)
    >>> table = {"ferry": ["boat"], "sank": []}
    >>> swap("The Ferry sank.", 0.5, random.Random(1), vocabulary, [lambda w: table.get(w, [])])
    'The Boat sank.'
    """
    words = [w for w in WORD.finditer(text) if vocabulary.is_content(w[0])]
    left = round(rate * len(words))
    swapped: dict[int, str] = {}
    for known in choices:
        open_words = [w for w in words if w.start() not in swapped and known(w[0].lower())]
        for word in rng.sample(open_words, min(left, len(open_words))):
            other = rng.choice(known(word[0].lower()))
            swapped[word.start()] = other.capitalize() if word[0][0].isupper() else other
            left -= 1
    return WORD.sub(lambda word: swapped.get(word.start(), word[0]), text)
