"""The full names of people whom a text also calls by their surname."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

# Inside a sentence, a capital word before a surname is a first name if it is no title.
_NAMED = re.compile(r"(?<=[\w,] )([^\W\d_a-z][\w’'-]+) (?=(\S+))")
_EDGE = re.compile(r"\b")
TITLES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday president mr mrs ms dr sir lord lady "
    "miss minister secretary senator sen governor gov judge justice king queen prince princess "
    "general gen colonel captain mayor councillor professor pope chancellor ambassador former us "
    "the and but when by president-elect "
    "президент президента міністр прем'єр пан пані голова депутат генерал".split()
)


def full_names(texts: Iterable[str], speakers: Iterable[str]) -> Mapping[str, str]:
    """The name that each speaker has in one of the texts with a first name before the surname, the
    most frequent one; what he is called where there is none. In time linear in the texts.

    >>> full_names(["On Monday Jane Doe left. The mayor, Doe said."], ["Ms. Doe", "Roe"])
    {'Ms. Doe': 'Jane Doe', 'Roe': 'Roe'}
    """
    surnames = {speaker: speaker.split()[-1] for speaker in speakers}
    wanted = set(surnames.values())
    first_names: dict[str, Counter[str]] = defaultdict(Counter)
    for text in texts:
        for name, surname in _named(text, wanted):
            if name.casefold() not in TITLES and name[0].isupper():
                first_names[surname][name] += 1
    return {
        speaker: _full_name(first_names[surname], surname) or speaker
        for speaker, surname in surnames.items()
    }


def _full_name(first_names: Counter[str], surname: str) -> str | None:
    best = min(first_names, key=lambda name: (-first_names[name], name), default=None)
    return best and f"{best} {surname}"


def _named(text: str, surnames: Set[str]) -> Iterator[tuple[str, str]]:
    """The words before these surnames: each place where one stands, none overlapping another of
    the same surname."""
    longest = max(map(len, surnames), default=0)
    ends: dict[str, int] = defaultdict(int)
    for match in _NAMED.finditer(text) if surnames else ():
        start, word = match.start(2), match[2]
        for size in range(1, min(longest, len(word)) + 1):
            surname = word[:size]
            if (
                surname in surnames
                and match.start() >= ends[surname]
                and _EDGE.match(text, start + size)
            ):
                ends[surname] = start + size
                yield match[1], surname
