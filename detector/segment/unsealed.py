"""Documents of an index that are in memory only, asked as they come.

They stand in parts that are merged by the rule of ``neighbours``, so that one document more costs
no more than the logarithm of how many there are, on average.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.model import Sketch
from detector.segment.neighbours import to_merge
from detector.segment.part import Gone, Part, arrays_of, build, merged, part_of


@dataclass(frozen=True, slots=True, eq=False)
class LivePart:
    """A part and which of its documents are gone: bool[n], None for none of them. Its length is how
    many are left."""

    part: Part
    gone: Gone | None = None

    def __len__(self) -> int:
        gone = 0 if self.gone is None else int(self.gone.sum())
        return len(self.part.numbers) - gone

    @property
    def removed(self) -> tuple[int, ...]:
        """The numbers of those that are gone."""
        return () if self.gone is None else tuple(self.part.numbers[self.gone].tolist())

    def without(self, numbers: Sequence[int]) -> LivePart:
        """The same without these documents, which must be there. What asks the old one goes on."""
        if not numbers:
            return self
        mine = self.part.numbers
        gone = np.zeros(len(mine), np.bool_) if self.gone is None else self.gone.copy()
        gone[np.searchsorted(mine, numbers)] = True
        return LivePart(self.part, gone)

    def has(self, number: int) -> bool:
        """Whether a document is there."""
        row = int(np.searchsorted(self.part.numbers, number))
        found = number in self.part.numbers[row : row + 1]
        return found and not (self.gone is not None and self.gone[row])


def arrays_of_all(parts: Sequence[LivePart]) -> Iterator[NDArray[Any]]:
    """The arrays of one part over all documents that are left in some, as ``merged``."""
    if len(parts) == 1 and parts[0].gone is None:
        return arrays_of(parts[0].part)
    return merged([each.part for each in parts], [each.gone for each in parts])


class Unsealed:
    """Documents with rising numbers.

    >>> some, one = Unsealed(), np.arange(8, dtype=np.uint32)
    >>> for number in range(11):
    ...     some.add(number, Sketch(one, np.empty(0, np.uint64), np.empty(0, np.uint64)))
    ...     sizes = [len(part) for part in some.parts()]
    >>> sizes
    [8, 2, 1]
    """

    def __init__(self, parts: Sequence[LivePart] = ()) -> None:
        self._parts = list(parts)
        self._numbers: list[int] = []
        self._sketches: list[Sketch] = []

    def add(self, number: int, sketch: Sketch) -> None:
        """Add a document, whose number must be above all others."""
        self._numbers.append(number)
        self._sketches.append(sketch)

    def remove(self, number: int) -> bool:
        """Take a document out; whether there is one of this number."""
        for place, each in enumerate(self.parts()):
            if each.has(number):
                self._parts[place] = each.without([number])
                return True
        return False

    def parts(self) -> tuple[LivePart, ...]:
        """All documents. Those that came since the last call are sorted now, all at once."""
        if self._numbers:
            self._parts.append(LivePart(build(self._numbers, self._sketches)))
            self._numbers, self._sketches = [], []
            while chosen := to_merge([len(each) for each in self._parts]):
                first, stop = chosen
                whole = part_of(list(arrays_of_all(self._parts[first:stop])))
                self._parts[first:stop] = [LivePart(whole)]
        return tuple(self._parts)
