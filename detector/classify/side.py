"""What the rules of this package look at: a reading with its marks, a passage with its basis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from detector.classify.marks import Marks, Mask
from detector.classify.outlet import text_credits
from detector.classify.release import cites_release, is_release
from detector.gist import Gist
from detector.model import (
    AlignedPassage,
    Attribution,
    Basis,
    Document,
    NormalText,
    Reading,
    TokenRange,
)


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


@dataclass(frozen=True, eq=False)
class Side:
    """A document as the rules of this package look at it. Only its words are known at once: of two
    texts that share none nothing else is asked. The rest is found out when it is first asked for,
    by ``read`` and ``mark``, and kept for the other pairs of the text: hence no slots."""

    document: Document
    normal: NormalText
    read: Callable[[], Reading]
    mark: Callable[[Reading], Marks]

    @cached_property
    def gist(self) -> Gist:
        """The words, letters, stems and sentences of the text."""
        return Gist(self.normal)

    @cached_property
    def reading(self) -> Reading:
        """What stands in the text beside its words."""
        return self.read()

    @cached_property
    def marks(self) -> Marks:
        """What each of its words is."""
        return self.mark(self.reading)

    @cached_property
    def credits(self) -> tuple[Attribution, ...]:
        """The cues that credit words to another outlet."""
        return text_credits(self.reading)

    @cached_property
    def is_release(self) -> bool:
        """Whether the text is a press release."""
        return is_release(self.document)

    @cached_property
    def cites_release(self) -> bool:
        """Whether the text says that it uses a press release or a statement."""
        return cites_release(self.document.text)


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
    return min(len(passage.a) / len(a.normal), len(passage.b) / len(b.normal))
