"""House-style traces: forms that one text keeps and the other does not, inside shared words.

A text that keeps "Mr." or "cease-fire" where the other has neither was hardly taken from it: a
writer who copies drops such forms, or changes them all, but does not put them back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from detector.classify.side import Marked, Side
from detector.model import Basis, TokenRange
from detector.model import Side as Letter
from detector.prior import honorifics

MIN_RATIO = 0.8
MIN_TITLES = 2


@dataclass(frozen=True, slots=True)
class Trace:
    """``holder`` has ``form`` ``count`` times in shared words, the other text never there."""

    holder: Letter
    form: str
    count: int


def find_traces(a: Side, b: Side, marked: Sequence[Marked]) -> tuple[Trace, ...]:
    """Titles and hyphenated words that only one side has in passages of nearly equal words."""
    titles: Counter[tuple[Letter, str]] = Counter()
    splits: Counter[tuple[Letter, str]] = Counter()
    for m in marked:
        if m.basis is not Basis.DERIVATION or m.passage.closeness < MIN_RATIO:
            continue
        for letter, side, mine, other in (
            ("a", a, m.passage.a, (b, m.passage.b)),
            ("b", b, m.passage.b, (a, m.passage.a)),
        ):
            theirs = _tokens(other[0], other[1])
            for form in _titles(side, mine):
                titles[letter, form] += 1  # type: ignore[index]
            for form in _splits(side, mine, theirs):
                splits[letter, form] += 1  # type: ignore[index]
    found = [
        Trace(letter, form, count)
        for (letter, form), count in titles.items()
        if count >= MIN_TITLES and not titles[("b" if letter == "a" else "a"), form]
    ]
    found += [Trace(letter, form, count) for (letter, form), count in splits.items()]
    return tuple(sorted(found, key=lambda t: (-t.count, t.form, t.holder)))


def _tokens(side: Side, where: TokenRange) -> frozenset[str]:
    return frozenset(side.reading.normal.tokens[where.first : where.last])


def _titles(side: Side, where: TokenRange) -> list[str]:
    normal = side.reading.normal
    forms = []
    for index in range(where.first, where.last):
        if normal.tokens[index] in honorifics():
            word = normal.span(index, index + 1)
            dot = normal.text[word.end : word.end + 1] == "."
            forms.append(word.slice(normal.text) + ("." if dot else ""))
    return forms


def _splits(side: Side, where: TokenRange, theirs: frozenset[str]) -> list[str]:
    """Two words with a hyphen that the other text writes as one: "cease-fire"."""
    normal = side.reading.normal
    forms = []
    for index in range(where.first, where.last - 1):
        joined = normal.tokens[index] + normal.tokens[index + 1]
        between = normal.text[int(normal.ends[index]) : int(normal.starts[index + 1])]
        if between in ("-", "‑") and joined in theirs:
            forms.append(normal.span(index, index + 2).slice(normal.text))
    return forms
