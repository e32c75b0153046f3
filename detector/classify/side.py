"""What the rules of this package look at: a reading with its marks, a passage with its basis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detector.classify.marks import Marks, Mask
from detector.classify.release import cites_release, is_release
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


@dataclass(frozen=True)
class Side:
    """A reading with its marks: what the rules of this package look at. ``credits`` are the cues
    that credit words to another outlet. What only copies are asked for is found out when first
    asked, and kept for the other pairs of the text: hence no slots."""

    reading: Reading
    marks: Marks
    credits: tuple[Attribution, ...]

    @cached_property
    def gist(self) -> Gist:
        """The stems and the sentences of the text."""
        return Gist(self.reading.normal)

    @cached_property
    def is_release(self) -> bool:
        """Whether the text is a press release."""
        return is_release(self.reading.document)

    @cached_property
    def cites_release(self) -> bool:
        """Whether the text says that it uses a press release or a statement."""
        return cites_release(self.reading.document.text)


def count(mask: Mask) -> int:
    """How many tokens are marked."""
    return int(np.count_nonzero(mask))


def share(mask: Mask, where: TokenRange) -> float:
    """The share of some tokens that is marked."""
    return count(mask[where.first : where.last]) / len(where) if len(where) else 0.0


def shared(a: Side, passage: AlignedPassage, wanted: Mask) -> int:
    """How many of the equal words of a passage are in ``wanted``."""
    return sum(count(wanted[first : first + width]) for first, _, width, _ in passage.pairs)


def share_of_both(a: Side, b: Side, passage: AlignedPassage) -> float:
    """How much of the text that it covers less of a passage is."""
    return min(len(passage.a) / len(a.reading.normal), len(passage.b) / len(b.reading.normal))
