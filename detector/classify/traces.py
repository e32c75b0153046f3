"""House-style traces: forms that one text keeps and the other does not, inside shared words.

A text that keeps "Mr." or "cease-fire" where the other has neither was hardly taken from it: a
writer who copies drops such forms, or changes them all, but does not put them back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from detector.classify.side import Marked, Side
from detector.model import Basis, TokenRange, Trace
from detector.model import Side as Letter
from detector.prior import honorifics

MIN_RATIO = 0.8
MIN_TITLES = 2
_HYPHEN = re.compile("[-‑]")


def find_traces(a: Side, b: Side, marked: Sequence[Marked]) -> tuple[Trace, ...]:
    """Titles and hyphenated words that only one side has in passages of nearly equal words."""
    titles: Counter[tuple[Letter, str]] = Counter()
    splits: Counter[tuple[Letter, str]] = Counter()
    for m in marked:
        if m.basis is not Basis.DERIVATION or m.passage.closeness < MIN_RATIO:
            continue
        texts: list[tuple[Letter, Side, TokenRange]]
        texts = [("a", a, m.passage.a), ("b", b, m.passage.b)]
        for (letter, side, mine), (_, other, theirs) in (texts, texts[::-1]):
            titles.update((letter, form) for form in _titles(side, mine))
            splits.update((letter, form) for form in _splits(side, mine, other, theirs))
    found = [
        Trace(letter, form, count)
        for (letter, form), count in titles.items()
        if count >= MIN_TITLES and not titles[("b" if letter == "a" else "a"), form]
    ]
    found += [Trace(letter, form, count) for (letter, form), count in splits.items()]
    return tuple(sorted(found, key=lambda t: (-t.count, t.form, t.holder)))


def _titles(side: Side, where: TokenRange) -> list[str]:
    normal, titles = side.normal, honorifics()
    forms = []
    for index, token in enumerate(normal.tokens[where.first : where.last], where.first):
        if token in titles:
            word = normal.span(index, index + 1)
            dot = normal.text[word.end : word.end + 1] == "."
            forms.append(word.slice(normal.text) + ("." if dot else ""))
    return forms


def _splits(side: Side, where: TokenRange, other: Side, place: TokenRange) -> Iterator[str]:
    """Two words with a hyphen that the other text writes as one: "cease-fire"."""
    normal = side.normal
    theirs = frozenset(other.normal.tokens[place.first : place.last])
    span = normal.span(where.first, where.last)
    for hyphen in _HYPHEN.finditer(normal.text, span.start, span.end):
        after = int(np.searchsorted(normal.starts, hyphen.end()))
        before = after - 1
        if (
            after < where.last
            and (normal.ends[before], normal.starts[after]) == hyphen.span()
            and normal.tokens[before] + normal.tokens[after] in theirs
        ):
            yield normal.span(before, after + 1).slice(normal.text)
