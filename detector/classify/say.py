"""Counts and lists as a person says them."""

from __future__ import annotations

from collections.abc import Sequence

_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


def number(count: int) -> str:
    """A small number in words.

    >>> number(3), number(30)
    ('three', '30')
    """
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def counted(count: int, noun: str) -> str:
    """So many of something.

    >>> counted(1, "block"), counted(2, "block")
    ('one block', 'two blocks')
    """
    return f"{number(count)} {noun}{'' if count == 1 else 's'}"


def percent(share: float) -> str:
    """A share as people write it.

    >>> percent(0.823)
    '82 %'
    """
    return f"{share * 100:.0f} %"


def about(words: int) -> int:
    """A count as a person says it: to the nearest ten once it is over twenty."""
    return words if words <= 20 else round(words / 10) * 10


def listed(parts: Sequence[str]) -> str:
    """Several things in one sentence.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)


def article(words: str) -> str:
    """``words`` behind the indefinite article.

    >>> article("excerpt")
    'an excerpt'
    """
    return f"{'an' if words[:1].lower() in 'aeiou' else 'a'} {words}" if words else "a"
