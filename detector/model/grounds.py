"""What the numbers of an answer are counted from, so that they can be counted again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from detector.model.direction import Direction
from detector.model.fidelity import Fidelity
from detector.model.passage import AlignedPassage, Passage, TokenRange
from detector.model.words import Basis, Credit, Path, Side


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

    def flip(self) -> Marked:
        """The same passage with the texts swapped."""
        return replace(
            self, passage=self.passage.flip(), quoted_a=self.quoted_b, quoted_b=self.quoted_a
        )


@dataclass(frozen=True, slots=True)
class Trace:
    """``holder`` has ``form`` ``count`` times in shared words, the other text never there."""

    holder: Side
    form: str
    count: int

    def flip(self) -> Trace:
        """The same trace with the texts swapped."""
        return replace(self, holder=_other(self.holder))


@dataclass(frozen=True, slots=True)
class Exclusive:
    """``giver`` says that words which both texts quote were told to ``outlet``, which the other
    text does not name."""

    giver: Side
    outlet: str

    def flip(self) -> Exclusive:
        """The same with the texts swapped."""
        return replace(self, giver=_other(self.giver))


@dataclass(frozen=True, slots=True)
class Ground:
    """What the words of one text are, each as ranges in order that never touch.

    ``quoted``: inside quotation marks; ``attributed``: those of them whose origin the text names;
    ``furniture``: not of the story, ``captions`` among them; ``credited``: under a credit to the
    other text or to what both go back to.
    """

    quoted: tuple[TokenRange, ...] = ()
    attributed: tuple[TokenRange, ...] = ()
    furniture: tuple[TokenRange, ...] = ()
    captions: tuple[TokenRange, ...] = ()
    credited: tuple[TokenRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Grounds:
    """All that was found about a pair. ``marked`` are the passages as the rules see them,
    ``passages`` the same as people do, in the same order. ``is_same``: word for word one text.
    ``credit``: what both texts together give a third that they go back to."""

    a: Ground
    b: Ground
    marked: tuple[Marked, ...]
    passages: tuple[Passage, ...]
    direction: Direction
    traces: tuple[Trace, ...] = ()
    exclusive: Exclusive | None = None
    credit: Credit | None = None
    is_same: bool = False
    fidelity: Fidelity = Fidelity()  # noqa: RUF009 -- frozen, so that all may have the same

    def flip(self) -> Grounds:
        """The same with the texts swapped."""
        return replace(
            self,
            a=self.b,
            b=self.a,
            marked=tuple(m.flip() for m in self.marked),
            passages=tuple(p.flip() for p in self.passages),
            direction=self.direction.flip(),
            traces=tuple(t.flip() for t in self.traces),
            exclusive=self.exclusive and self.exclusive.flip(),
            fidelity=self.fidelity.flip(),
        )


def _other(side: Side) -> Side:
    return "b" if side == "a" else "a"


NOBODY = Direction(None, 0.0, Path.UNKNOWN)
"""The direction of two texts of which none took from the other."""
NO_GROUNDS = Grounds(Ground(), Ground(), (), (), NOBODY)
