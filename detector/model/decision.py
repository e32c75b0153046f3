"""What people decided about findings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from detector.model.words import Side


class Ruling(StrEnum):
    """What a person says of a finding; ``open`` takes back what was said before."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Seen:
    """One of the two documents of a finding, in the version that was decided about."""

    id: str
    version: int

    def to_dict(self) -> dict[str, Any]:
        """The document as JSON shows it."""
        return {"id": self.id, "version": self.version}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about a finding. ``finding`` is the digest of both ids and of the words that
    they share, ``source`` the side that the other took from, where that was known. ``by`` is the
    name of a key, ``at`` our own clock in RFC 3339."""

    finding: str
    a: Seen
    b: Seen
    source: Side | None
    ruling: Ruling
    reason: str
    by: str
    at: str
    seq: int

    def to_dict(self) -> dict[str, Any]:
        """The decision as JSON shows it, with the words of a pair object."""
        return {
            "seq": self.seq,
            "at": self.at,
            "by": self.by,
            "decision": str(self.ruling),
            "reason": self.reason,
            "finding": self.finding,
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "from": self.source,
        }
