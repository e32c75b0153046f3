"""A small grammar that writes sentences: rules with alternatives, from the text files in language/.

A rule is a line that starts at the margin; each indented line below it is one alternative. Lines
that start with ``#`` are comments. In an alternative

- ``{rule}`` is replaced by a random alternative of that rule, ``{=rule}`` by the same one
  everywhere in a text;
- ``{one|or another}`` by one of the choices, of which one may be empty;
- ``{3..40}`` by a number, with a comma from 10,000 on: what is smaller may be a year.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

Rules = Mapping[str, tuple[str, ...]]

_FOLDER = Path(__file__).parent / "language"
_SLOT = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d+)\.\.(\d+)\Z")
_DEPTH = 40
COMMA_FROM = 10_000


@cache
def load(*names: str) -> Rules:
    """The rules of the files ``names`` (without suffix) together.

    >>> sorted(rule for rule in load("newsroom") if rule.startswith("week"))
    ['weekday']
    """
    rules: dict[str, tuple[str, ...]] = {}
    for name in names:
        rules |= parse((_FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    return rules


def parse(text: str) -> Rules:
    r"""The rules written in ``text``. Raises ValueError where an alternative has no rule.

    >>> parse("day\n  Monday\n  Friday")
    {'day': ('Monday', 'Friday')}
    """
    rules: dict[str, list[str]] = {}
    alternatives: list[str] | None = None
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            alternatives = rules.setdefault(line.strip(), [])
        elif alternatives is None:
            raise ValueError(f"no rule above: {line.strip()}")
        else:
            alternatives.append(line.strip())
    return {name: tuple(lines) for name, lines in rules.items()}


def compose(
    rules: Rules, rng: random.Random, pattern: str, known: dict[str, str] | None = None
) -> str:
    """``pattern`` with every slot filled. ``known`` holds what ``{=rule}`` stands for in this text
    and is added to. Raises KeyError for a rule that does not exist.

    >>> rules = {"day": ("Monday",), "when": ("on {day}", "late on {day}")}
    >>> compose(rules, random.Random(1), "They met {when} and {=day} {again|again}.")
    'They met on Monday and Monday again.'
    """
    return _tidy(_expand(rules, rng, pattern, {} if known is None else known))


def deal(alternatives: Sequence[str], name: str, number: int) -> str:
    """The alternative that falls to the user ``number``, 0 and up: as of shuffled cards, nobody
    gets one a second time before everybody got each once.

    >>> sorted(deal("abc", "deck", n) for n in range(3))
    ['a', 'b', 'c']
    """
    turn, place = divmod(number, len(alternatives))
    cards = list(alternatives)
    random.Random(f"{name} {turn}").shuffle(cards)
    return cards[place]


def _expand(rules: Rules, rng: random.Random, pattern: str, known: dict[str, str]) -> str:
    """Innermost slots first, so that a choice may hold slots."""
    for _ in range(_DEPTH):
        filled = _SLOT.sub(lambda slot: _fill(rules, rng, slot[1], known), pattern)
        if filled == pattern:
            break
        pattern = filled
    return pattern


def _fill(rules: Rules, rng: random.Random, slot: str, known: dict[str, str]) -> str:
    if "|" in slot:
        return rng.choice(slot.split("|"))
    if span := _RANGE.match(slot):
        number = rng.randint(int(span[1]), int(span[2]))
        return f"{number:,}" if number >= COMMA_FROM else str(number)
    if not slot.startswith("="):
        return rng.choice(rules[slot])
    name = slot[1:]
    if name not in known:
        known[name] = _expand(rules, rng, rng.choice(rules[name]), known)
    return known[name]


def _tidy(text: str) -> str:
    """Without the doubled spaces that an empty choice leaves, and with a capital letter."""
    text = re.sub(r" {2,}", " ", text).replace(" ,", ",").replace(" .", ".").strip()
    return text[:1].upper() + text[1:]
