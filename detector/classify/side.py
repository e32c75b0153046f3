"""What the rules of this package look at: a reading with its marks, a passage with its basis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detector.classify.marks import Marks, Mask
from detector.gist import Gist
from detector.model import AlignedPassage, Attribution, Basis, Reading, TokenRange


@dataclass(frozen=True, slots=True)
class Marked:
    """An aligned passage with its basis and what was read at it. ``quoted_a``, ``quoted_b``:
    share of its words inside quotation marks. ``equal``, ``content`` and ``stems``: how many of
    its words agree, carry news, and are in both in whatever order; a character that is a token of
    its own counts as half a word."""

    passage: AlignedPassage
    basis: Basis
    quoted_a: float
    quoted_b: float
    equal: int
    content: int
    stems: int
    speaker: str | None = None
    second_hand: bool = False
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """A reading with its marks: what the rules of this package look at. ``credits`` are the cues
    that credit words to another outlet; ``gist`` is what rewriting goes by."""

    reading: Reading
    marks: Marks
    credits: tuple[Attribution, ...]
    gist: Gist


def share(mask: Mask, where: TokenRange) -> float:
    """The share of some tokens that is marked."""
    return float(np.mean(mask[where.first : where.last])) if len(where) else 0.0


def shared(a: Side, passage: AlignedPassage, wanted: Mask) -> int:
    """How many of the equal words of a passage are in ``wanted``."""
    return sum(int(wanted[first : first + width].sum()) for first, _, width, _ in passage.pairs)


def share_of_both(a: Side, b: Side, passage: AlignedPassage) -> float:
    """How much of the text that it covers less of a passage is."""
    return min(len(passage.a) / len(a.reading.normal), len(passage.b) / len(b.reading.normal))
