"""Who took from whom, and what speaks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detector.model.phrase import Said
from detector.model.words import Credit, Path, Side


@dataclass(frozen=True, slots=True)
class Evidence:
    """One weighed reason for a direction. ``said`` is a plain sentence."""

    type: str
    weight: float
    said: Said

    @property
    def detail(self) -> str:
        """The sentence in English."""
        return str(self.said)

    def to_dict(self) -> dict[str, Any]:
        """The reason as the contract writes it."""
        return {"type": self.type, "weight": round(self.weight, 3), "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Upstream:
    """The original that two texts go back to: its outlet's name, and its id where the corpus
    has it."""

    name: str
    id: str | None = None

    def to_dict(self) -> dict[str, str | None]:
        """The original as the contract writes it."""
        return {"name": self.name, "id": self.id}


@dataclass(frozen=True, slots=True)
class Original:
    """A third text of the corpus that both texts of a pair take their shared words from, and the
    credit that both together give it."""

    upstream: Upstream
    credit: Credit


@dataclass(frozen=True, slots=True)
class Direction:
    """Who took from whom. ``source`` is None where nobody can tell: an honest answer."""

    source: Side | None
    confidence: float
    path: Path
    upstream: Upstream | None = None
    evidence: tuple[Evidence, ...] = ()

    def flip(self) -> Direction:
        """The same direction with the texts swapped."""
        source: Side | None = None
        if self.source is not None:
            source = "b" if self.source == "a" else "a"
        return Direction(source, self.confidence, self.path, self.upstream, self.evidence)

    def to_dict(self) -> dict[str, Any]:
        """The direction as the contract writes it."""
        return {
            "from": self.source,
            "confidence": round(self.confidence, 3),
            "path": str(self.path),
            "upstream": self.upstream.to_dict() if self.upstream else None,
            "evidence": [e.to_dict() for e in self.evidence],
        }
