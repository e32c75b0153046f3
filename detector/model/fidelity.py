"""What one text says otherwise than the text it shares words with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from detector.model.text import Span


class Difference(StrEnum):
    """How a shared quotation or statement differs, quotations first."""

    WORDS = "words_differ"
    ELISION = "silent_elision"
    PROSE = "prose_as_quotation"
    HEDGE = "hedge_missing"
    NUMBER = "number_differs"
    VERB = "verb_differs"
    ANONYMITY = "anonymity_condition_missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where two texts differ. ``a`` and ``b`` are what stands in each; of an elision,
    what one text leaves out and the joint in the other. ``detail`` is a plain sentence."""

    type: Difference
    a: Span
    b: Span
    detail: str

    def flip(self) -> Finding:
        """The same place with the texts swapped."""
        return Finding(self.type, self.b, self.a, self.detail)

    def to_dict(self) -> dict[str, Any]:
        """The finding as the pair object has it."""
        spans = {"a": self.a.to_dict(), "b": self.b.to_dict()}
        return {"type": str(self.type), **spans, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Fidelity:
    """Where quotations and statements that two texts share differ, in the order of the text that
    took them. Which of them is right is not said: nobody compared either with what happened."""

    quotations: tuple[Finding, ...] = ()
    statements: tuple[Finding, ...] = ()

    def flip(self) -> Fidelity:
        """The same with the texts swapped."""
        return Fidelity(_flipped(self.quotations), _flipped(self.statements))

    def to_dict(self) -> dict[str, Any]:
        """Both lists as the pair object has them."""
        return {
            "quotations": [finding.to_dict() for finding in self.quotations],
            "statements": [finding.to_dict() for finding in self.statements],
        }


def _flipped(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(finding.flip() for finding in findings)
