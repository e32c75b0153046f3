"""What a corpus on disk keeps of its documents, and of what happened to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from detector.model.passage import Alignment
from detector.model.text import Document


@dataclass(frozen=True, slots=True)
class Stored:
    """One version of a document. ``number`` rises with each that is stored and is never used
    again: it tells who came first, whatever the clock said. ``version`` counts from 1 within one
    id. ``first_seen`` and ``superseded_at`` are our own clock, in RFC 3339; the latter is None for
    the version in force."""

    number: int
    document: Document
    version: int
    first_seen: str
    superseded_at: str | None = None

    @property
    def name(self) -> str:
        """What a finding calls it: the id, and for a version no longer in force its number too.

        >>> Stored(
        ...     7, Document("story", "x"), 2, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
        ... ).name
        'story@2'
        """
        return f"{self.document.id}@{self.version}" if self.superseded_at else self.document.id


class Status(StrEnum):
    """What became of a document that was given to a corpus."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Added:
    """The answer to an added document. ``cluster`` names the story it is part of, ``role`` what it
    is there: ``single``, ``representative`` or ``copy``. A corpus in memory says neither."""

    id: str
    status: Status
    version: int = 1
    cluster: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a corpus on disk holds. ``versions``: texts, old versions too; ``pending``: those of
    them not compared with the others yet; ``first``, ``last``: the earliest and latest stated
    time; ``stats_digest``: the statistics in force."""

    documents: int
    versions: int
    pending: int
    outlets: int
    first: str | None
    last: str | None
    size_bytes: int
    segments: int
    stats_digest: str

    def to_dict(self) -> dict[str, Any]:
        """The summary as JSON shows it."""
        return {
            "documents": self.documents,
            "versions": self.versions,
            "pending": self.pending,
            "outlets": self.outlets,
            "from": self.first,
            "to": self.last,
            "size_bytes": self.size_bytes,
            "segments": self.segments,
            "stats_digest": self.stats_digest,
        }


@dataclass(frozen=True, slots=True)
class Link:
    """Two stored texts that share passages, by number: ``first`` has the smaller digest, and is
    the alignment's first text. ``joins``: whether they are one story."""

    first: int
    second: int
    alignment: Alignment
    joins: bool

    def other(self, number: int) -> int:
        """The other text of the two."""
        return self.second if number == self.first else self.first


class EventKind(StrEnum):
    """What can happen in a corpus."""

    ADDED = "document.added"
    UPDATED = "document.updated"
    CHANGED = "document.fields_changed"
    REMOVED = "document.removed"
    JOINED = "cluster.joined"
    LEFT = "cluster.left"
    MERGED = "cluster.merged"
    SPLIT = "cluster.split"
    DECIDED = "finding.decided"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, by the sequence number ``seq`` that all events rise by. ``number``
    and ``id`` name the document; ``detail`` tells more, such as the cluster."""

    seq: int
    at: str
    kind: EventKind
    number: int
    id: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The event as a feed shows it."""
        return {
            "seq": self.seq,
            "at": self.at,
            "type": str(self.kind),
            "id": self.id,
            **self.detail,
        }


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report as a store has it. ``kind`` tells what ``body`` is; times are in microseconds since
    1970; ``is_brief``: it may go sooner than it was to, where room is needed."""

    id: str
    kind: str
    made_at: int
    expires_at: int
    is_brief: bool
    body: bytes


@dataclass(frozen=True, slots=True)
class Once:
    """A request that is carried out once however often it comes: the ``key`` that its sender gave
    it, and the digest of what was asked."""

    key: str
    request: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer that a request with an idempotency key got. ``request``: digest of what was
    asked."""

    key: str
    request: str
    answer: str
