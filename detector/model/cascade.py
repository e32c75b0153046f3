"""How one story went from text to text."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from detector.model.answer import Cluster
from detector.model.direction import Upstream
from detector.model.text import Document
from detector.model.words import Credit, Path, Relation


@dataclass(frozen=True, slots=True)
class Branch:
    """How one text came by a story.

    ``source`` is the id of the text it was taken from, None where it is the first or where nobody
    can tell; ``upstream`` the original that it goes back to instead, which is none of the members.
    ``path`` is None for the origin: it took no way. ``relation`` is to the source, else to the
    origin, else to the text of the story that it has most in common with. ``member`` is false for
    a text that uses the story and is not a copy of it.
    """

    document: Document
    member: bool
    source: str | None
    upstream: Upstream | None
    path: Path | None
    confidence: float
    relation: Relation | None
    credit: Credit | None

    def to_dict(self) -> dict[str, Any]:
        """The link for JSON, with the words that a direction has in a pair object."""
        return {
            "id": self.document.id,
            "outlet": self.document.outlet,
            "published_at": self.document.published_at,
            "member": self.member,
            "from": self.source,
            "path": self.path and str(self.path),
            "confidence": round(self.confidence, 3),
            "upstream": self.upstream.to_dict() if self.upstream else None,
            "relation": self.relation and str(self.relation),
            "credit": self.credit and str(self.credit),
        }


@dataclass(frozen=True, slots=True)
class Cascade:
    """A cluster as a tree of who took from whom.

    ``links`` has every member once, and the texts that use one; a source stands before those who
    took from it. ``upstream`` is the original that the story as a whole goes back to, where that
    is none of the members.
    """

    cluster: Cluster
    upstream: Upstream | None
    links: tuple[Branch, ...]

    @property
    def timeline(self) -> tuple[Document, ...]:
        """The texts by their stated times; those that state none come last."""
        documents = (link.document for link in self.links)
        return tuple(sorted(documents, key=stated_order))

    def to_dict(self) -> dict[str, Any]:
        """The cluster as the contract writes it, then the cascade. The tree is a flat list, so that
        no long chain is deeper than readers of JSON allow."""
        return {
            **self.cluster.to_dict(),
            "upstream": self.upstream.to_dict() if self.upstream else None,
            "tree": [link.to_dict() for link in self.links],
            "timeline": [{"id": d.id, "published_at": d.published_at} for d in self.timeline],
        }


def stated_order(document: Document) -> tuple[float, str]:
    """What sorts texts by their stated times, then ids; those that state none come last.

    >>> stated_order(Document("x", "Hello"))
    (inf, 'x')
    """
    moment = document.moment
    return (math.inf if moment is None else moment), document.id
