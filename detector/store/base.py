"""What any store of documents can do, whatever database is behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from detector.model import (
    Decision,
    Document,
    Event,
    EventKind,
    KeptReport,
    Link,
    Receipt,
    Ruling,
    Searched,
    Seen,
    Sketch,
    Stored,
)


class Shelf(Protocol):
    """Reports that are kept for a while. Times are in microseconds since 1970. What writes does so
    only inside the store's ``writing()``."""

    def get(self, report_id: str, now: int) -> KeptReport | None:
        """A report whose time is not over."""
        ...

    def all_ids(self) -> Sequence[str]:
        """The ids of all reports, in the order in which they came."""
        ...

    def put(self, report: KeptReport, texts: Iterable[tuple[str, str]]) -> None:
        """Keep a report that shows these texts, by id and digest. Brief ones make room for it.
        Raises IndexUnusable (``storage_full``) where that is not enough."""
        ...

    def prolong(self, report_id: str, expires_at: int) -> None:
        """Keep a report until then; it is brief no more."""
        ...

    def drop(self, report_id: str) -> None:
        """Delete a report, if there is one of this id."""
        ...

    def drop_expired(self, now: int) -> None:
        """Delete all whose time is over."""
        ...

    def drop_showing(self, document_id: str, digests: Iterable[str]) -> None:
        """Delete all that show a text of this id, or one that has one of these digests."""
        ...


class Decisions(Protocol):
    """What was decided about findings, numbered as it came. Nothing of it is ever changed or
    deleted."""

    def add(
        self, finding: str, sides: tuple[Seen, Seen], source: str | None, ruling: Ruling,
        reason: str, by: str,
    ) -> Decision:  # fmt: skip
        """Write one down, inside ``writing()``."""
        ...

    def latest(self, findings: Iterable[str]) -> Mapping[str, Decision]:
        """The last decision about each of these findings that has one."""
        ...

    def page(self, before: int | None, most: int) -> Sequence[Decision]:
        """Those that came before a number, None for all, the newest first."""
        ...

    def about(self, finding: str, most: int) -> Sequence[Decision]:
        """The last decisions about one finding, the newest first."""
        ...


class Kinship(Protocol):
    """What stored texts share, as links between their numbers, and the clusters that they form.
    What writes does so only inside the store's ``writing()``."""

    def unlinked(self, after: int, most: int) -> Sequence[int]:
        """The first numbers above ``after`` that nobody has looked for links of."""
        ...

    def links(self, number: int) -> Sequence[Link]:
        """What a text shares with others, by the other's number."""
        ...

    def joined(self, numbers: Iterable[int]) -> Sequence[tuple[int, int]]:
        """The pairs of these that are one story."""
        ...

    def cluster_of(self, number: int) -> str | None:
        """The cluster a text is in."""
        ...

    def members(self, cluster: str) -> Sequence[int]:
        """The numbers of the texts of a cluster, rising, the head first; none where it is none."""
        ...

    def clusters(self, after: str, most: int) -> Sequence[str]:
        """Clusters of two texts or more whose name comes after, by name."""
        ...

    def link(self, number: int, links: Iterable[Link]) -> None:
        """Store the links of a text; from then on it is not unlinked."""
        ...

    def assign(self, cluster: str, members: Sequence[int]) -> None:
        """Have a cluster of exactly these, head first; none of them is in another one. Without
        members there is no such cluster."""
        ...


class Store(Protocol):
    """Documents with what belongs to them, durable and shared by processes.

    What is written inside one ``writing()`` is there as a whole once the block ends without an
    error, also after the power is cut; or not at all. Reading never waits. Errors of all methods:
    IndexUnusable with the code ``index_corrupt``, ``index_busy`` (others write for too long),
    ``storage_full`` or ``storage_error``; the next call tries anew.
    """

    hash_key: int
    folder: Path
    """Where what is derived from the documents is kept."""
    kinship: Kinship
    shelf: Shelf
    decisions: Decisions

    def close(self) -> None:
        """Let go of all files."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """What is read inside is of one moment."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """What is written inside is one transaction; only one at a time."""
        ...

    def settle(self) -> None:
        """Have on the disk whatever can be read, also what a process wrote that was killed before
        its commit ended."""
        ...

    # -- reading

    def last_seq(self) -> int:
        """The sequence number of the last event."""
        ...

    def last_number(self) -> int:
        """The last number that was given; 0 for none."""
        ...

    def events(self, after: int, most: int) -> Sequence[Event]:
        """What happened after an event, in order."""
        ...

    def stored(self, number: int) -> Stored | None:
        """A version of a document, unless it was removed."""
        ...

    def sketch(self, number: int) -> Sketch | None:
        """The sketch of a stored version, unless it was removed."""
        ...

    def current(self, document_id: str) -> Stored | None:
        """The version of a document that is in force."""
        ...

    def digests(self, document_ids: Sequence[str]) -> Mapping[str, str]:
        """The digests of those of these documents that are stored, of the version in force."""
        ...

    def versions(self, document_id: str) -> Sequence[Stored]:
        """All versions of a document, oldest first."""
        ...

    def page(self, after: str, most: int) -> Sequence[tuple[str, str]]:
        """(id, digest) of documents in force whose id comes after, by id."""
        ...

    def cards(self, after: str, most: int) -> Sequence[tuple[str, str, str]]:
        """(id, title, outlet) of documents in force whose id comes after, by id; what is not known
        is empty."""
        ...

    def numbers(self, after: int, most: int) -> Sequence[int]:
        """The numbers of what is stored, old versions too, rising."""
        ...

    def counts(self) -> tuple[int, int]:
        """How many versions are stored, and of how many nobody has looked for links."""
        ...

    def size_bytes(self) -> int:
        """How much space all files take, those in ``folder`` too."""
        ...

    def expired(self, moment: str, most: int) -> Sequence[str]:
        """Ids of documents whose version in force says an ``expires_at`` that has passed."""
        ...

    def searched(self) -> Searched:
        """How many documents in force there are, of how many outlets and of which time."""
        ...

    def receipt(self, key: str) -> Receipt | None:
        """The answer that was given to a key."""
        ...

    # -- writing, only inside ``writing()``

    def insert(self, document: Document, sketch: Sketch, before: Stored | None = None) -> Stored:
        """Store a document, or its next version, and take the one before, which is in force until
        now, out of force."""
        ...

    def change_fields(self, stored: Stored, document: Document) -> None:
        """Replace all but the text of a version in force."""
        ...

    def delete(self, number: int) -> None:
        """Delete a version with its sketch and links. Its cluster is the caller's to mend."""
        ...

    def log(self, kind: EventKind, number: int, document_id: str, **detail: object) -> int:
        """Add an event; its sequence number."""
        ...

    def keep(self, receipt: Receipt) -> None:
        """Remember the answer to a key."""
        ...

    # -- maintenance

    def check(self) -> Sequence[str]:
        """What is damaged, in words: nothing for a sound store. Reads everything."""
        ...

    def scrub(self) -> None:
        """Leave nothing of deleted rows in any file of the store."""
        ...
