"""Shares and counts as a person says them."""

from __future__ import annotations


def percent(share: float) -> str:
    """A share as people write it.

    >>> percent(0.823)
    '82 %'
    """
    return f"{share * 100:.0f} %"


def about(words: int) -> int:
    """A count as a person says it: to the nearest ten once it is over twenty."""
    return words if words <= 20 else round(words / 10) * 10
