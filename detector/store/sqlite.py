"""The embedded store: documents, events and what belongs to them as rows of one SQLite file.

The rows of documents are sealed: whoever reads one compares a checksum over all of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, cast

import xxhash

from detector.errors import IndexUnusable
from detector.model import (
    Document,
    Event,
    EventKind,
    Receipt,
    Searched,
    Sketch,
    Stored,
)
from detector.store.base import Decisions, Kinship, Shelf
from detector.store.blob import pack_sketch, unpack_sketch
from detector.store.clock import micros, now, said
from detector.store.database import Database, Row
from detector.store.decisions import DecisionLog
from detector.store.kinship import KinshipRows
from detector.store.schema import APPLICATION_ID, MIGRATIONS
from detector.store.shelf import SqliteShelf

_ROW = "number, id, version, digest, first_seen, superseded_at, expires_at, moment, fields, seal"


class SqliteStore:
    """A :class:`detector.store.Store` in a file, with what is derived in ``<file>.index``.

    Raises IndexUnusable where the file cannot be opened, is none of ours, or is newer than this
    Copydesk.
    """

    def __init__(self, path: Path, create: bool = True) -> None:
        self.path = path
        self.folder = path.with_name(f"{path.name}.index")
        self._database = Database(path, self.folder, create)
        self._asked = self._database.asked
        self.kinship: Kinship = KinshipRows(self._asked)
        self.shelf: Shelf = SqliteShelf(self._asked)
        self.decisions: Decisions = DecisionLog(self._asked)
        if self._asked("PRAGMA user_version")[0][0] < len(MIGRATIONS):
            self._migrate()
        if lost := self._database.lost():
            raise IndexUnusable(lost)
        ((key,),) = self._asked("SELECT value FROM meta WHERE name = 'hash_key'")
        self.hash_key = int.from_bytes(key, "little")

    def close(self) -> None:
        """Let go of all files."""
        self._database.close()

    def reading(self) -> AbstractContextManager[None]:
        """What is read inside is of one moment."""
        return self._database.reading()

    def writing(self) -> AbstractContextManager[None]:
        """What is written inside is one transaction; only one at a time."""
        return self._database.writing()

    def settle(self) -> None:
        """Have on the disk whatever can be read."""
        self._database.settle()

    # -- reading

    def last_seq(self) -> int:
        """The sequence number of the last event."""
        return self._database.last_event()

    def last_number(self) -> int:
        """The last number that was given; 0 for none."""
        rows = self._asked("SELECT seq FROM sqlite_sequence WHERE name = 'text'")
        return rows[0][0] if rows else 0

    def events(self, after: int, most: int) -> Sequence[Event]:
        """What happened after an event, in order."""
        rows = self._asked(
            "SELECT seq, at, kind, number, id, detail FROM event "
            "WHERE seq > ? ORDER BY seq LIMIT ?",
            (after, most),
        )
        return [
            Event(seq, said(at), EventKind(kind), number, name, json.loads(detail))
            for seq, at, kind, number, name, detail in rows
        ]

    def stored(self, number: int) -> Stored | None:
        """A version of a document, unless it was removed."""
        return self._one("number = ?", number)

    def sketch(self, number: int) -> Sketch | None:
        """The sketch of a stored version, unless it was removed."""
        rows = self._asked(
            f"SELECT {_ROW}, sketch FROM text LEFT JOIN content USING (number) WHERE number = ?",  # noqa: S608
            (number,),
        )
        return unpack_sketch(self._sealed(*rows[0])) if rows else None

    def current(self, document_id: str) -> Stored | None:
        """The version of a document that is in force."""
        return self._one("id = ? AND superseded_at IS NULL", document_id)

    def digests(self, document_ids: Sequence[str]) -> Mapping[str, str]:
        """The digests of those of these documents that are stored, of the version in force."""
        rows = self._asked(
            "SELECT id, digest FROM text WHERE superseded_at IS NULL "
            "AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(document_ids),),
        )
        return {name: digest.hex() for name, digest in rows}

    def versions(self, document_id: str) -> Sequence[Stored]:
        """All versions of a document, oldest first."""
        return self._some("id = ? ORDER BY version", document_id)

    def page(self, after: str, most: int) -> Sequence[tuple[str, str]]:
        """(id, digest) of documents in force whose id comes after, by id."""
        rows = self._asked(
            "SELECT id, digest FROM text WHERE superseded_at IS NULL AND id > ? "
            "ORDER BY id LIMIT ?",
            (after, most),
        )
        return [(name, digest.hex()) for name, digest in rows]

    def cards(self, after: str, most: int) -> Sequence[tuple[str, str, str]]:
        """(id, title, outlet) of documents in force whose id comes after, by id; what is not known
        is empty."""
        rows = self._asked(
            "SELECT id, fields FROM text WHERE superseded_at IS NULL AND id > ? "
            "ORDER BY id LIMIT ?",
            (after, most),
        )
        known = [(name, json.loads(fields)) for name, fields in rows]
        return [(name, each.get("title", ""), each.get("outlet", "")) for name, each in known]

    def numbers(self, after: int, most: int) -> Sequence[int]:
        """The numbers of what is stored, old versions too, rising."""
        rows = self._asked(
            "SELECT number FROM text WHERE number > ? ORDER BY number LIMIT ?", (after, most)
        )
        return [number for (number,) in rows]

    def counts(self) -> tuple[int, int]:
        """How many versions are stored, and of how many nobody has looked for links."""
        asked = (
            "SELECT (SELECT count(*) FROM text), (SELECT count(*) FROM text WHERE NOT is_linked)"
        )
        ((stored, unlinked),) = self._asked(asked)
        return stored, unlinked

    def size_bytes(self) -> int:
        """How much space all files take, those in ``folder`` too."""
        own = [self.path, self.path.with_name(f"{self.path.name}-wal")]
        size = 0
        for file in [*own, *(self.folder.iterdir() if self.folder.is_dir() else ())]:
            with contextlib.suppress(FileNotFoundError):  # merged just now
                size += file.stat().st_size
        return size

    def expired(self, moment: str, most: int) -> Sequence[str]:
        """Ids of documents whose ``expires_at`` has passed."""
        rows = self._asked(
            "SELECT id FROM text WHERE superseded_at IS NULL AND expires_at <= ? "
            "ORDER BY expires_at, id LIMIT ?",
            (micros(moment), most),
        )
        return [name for (name,) in rows]

    def searched(self) -> Searched:
        """How many documents in force there are, of how many outlets and of which time."""
        named = self._asked(
            "SELECT coalesce(sum(documents), 0), coalesce(sum(name <> ''), 0) FROM outlet"
        )
        ((documents, outlets),) = named
        dated = "SELECT fields FROM text WHERE superseded_at IS NULL AND moment IS NOT NULL "
        ends = [
            self._asked(dated + "ORDER BY moment, id LIMIT 1"),
            self._asked(dated + "ORDER BY moment DESC, id DESC LIMIT 1"),
        ]
        first, last = (json.loads(rows[0][0])["published_at"] if rows else None for rows in ends)
        return Searched(documents, outlets, first, last)

    def receipt(self, key: str) -> Receipt | None:
        """The answer that was given to a key."""
        rows = self._asked("SELECT request, answer FROM receipt WHERE key = ?", (key,))
        return Receipt(key, *rows[0]) if rows else None

    # -- writing

    def insert(self, document: Document, sketch: Sketch, before: Stored | None = None) -> Stored:
        """Store a document, or its next version, and take the one before, which is in force until
        now, out of force."""
        at, number = now(), self.last_number() + 1
        version = before.version + 1 if before else 1
        if before:
            self._asked("UPDATE text SET superseded_at = ? WHERE number = ?", (at, before.number))
            self._reseal(before.number)
            self._count(before.document, -1)
        self._count(document, +1)
        body, packed = document.text.encode("utf-8", "surrogatepass"), pack_sketch(sketch)
        row = (
            *(number, document.id, version, hashlib.sha256(body).digest(), at, None),
            *(micros(document.expires_at), document.moment, _fields(document)),
        )
        self._asked(
            f"INSERT INTO text ({_ROW}, is_linked) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",  # noqa: S608
            (*row, _seal(row, packed)),
        )
        self._asked(
            "INSERT INTO content (number, body, sketch) VALUES (?, ?, ?)", (number, body, packed)
        )
        return Stored(number, document, version, said(at))

    def change_fields(self, stored: Stored, document: Document) -> None:
        """Replace all but the text of a version in force."""
        self._count(stored.document, -1)
        self._count(document, +1)
        self._asked(
            "UPDATE text SET fields = ?, expires_at = ?, moment = ? WHERE number = ?",
            (_fields(document), micros(document.expires_at), document.moment, stored.number),
        )
        self._reseal(stored.number)

    def delete(self, number: int) -> None:
        """Delete a version with its sketch and links. Its cluster is the caller's to mend."""
        stored = self.stored(number)
        if stored is not None and stored.superseded_at is None:
            self._count(stored.document, -1)
        for statement in (
            "DELETE FROM text WHERE number = ?1",
            "DELETE FROM content WHERE number = ?1",
            "DELETE FROM link WHERE first = ?1",
            "DELETE FROM link WHERE second = ?1",
        ):
            self._asked(statement, (number,))

    def log(self, kind: EventKind, number: int, document_id: str, **detail: object) -> int:
        """Add an event; its sequence number."""
        ((seq,),) = self._asked(
            "INSERT INTO event (at, kind, number, id, detail) VALUES (?, ?, ?, ?, ?) RETURNING seq",
            (now(), str(kind), number, document_id, json.dumps(detail, sort_keys=True)),
        )
        return int(seq)

    def keep(self, receipt: Receipt) -> None:
        """Remember the answer to a key."""
        self._asked(
            "INSERT INTO receipt (key, request, answer, at) VALUES (?, ?, ?, ?)",
            (receipt.key, receipt.request, receipt.answer, now()),
        )

    # -- maintenance

    def check(self) -> Sequence[str]:
        """What is damaged, in words: nothing for a sound store. Reads everything."""
        try:
            lost = self._database.lost()
            found = [text for (text,) in self._asked("PRAGMA integrity_check(20)") if text != "ok"]
        except IndexUnusable as error:
            return [error.message]
        return [lost, *found] if lost else found

    def scrub(self) -> None:
        """Leave nothing of deleted rows in any file of the store."""
        with self._database.alone():
            self._asked("VACUUM")
            ((is_busy, *_),) = self._asked("PRAGMA wal_checkpoint(TRUNCATE)")
        if is_busy:
            raise IndexUnusable(
                f"{self.path}: others are reading, so that the log with what was deleted stays; "
                "try again",
                code="index_busy",
            )

    # -- rows

    def _one(self, where: str, value: int | str) -> Stored | None:
        found = self._some(where, value)
        return found[0] if found else None

    def _some(self, where: str, value: int | str) -> Sequence[Stored]:
        try:
            rows = self._asked(
                f"SELECT {_ROW}, body, sketch FROM text LEFT JOIN content USING (number) "  # noqa: S608
                f"WHERE {where}",
                (value,),
            )
        except UnicodeEncodeError:  # half a surrogate pair: nothing is stored under such a name
            return []
        return [self._read(row[:-2], *row[-2:]) for row in rows]

    def _read(self, row: Row, body: bytes | None, sketch: bytes | None) -> Stored:
        self._sealed(*row, sketch)
        number, name, version, digest, first_seen, superseded_at, *_, fields, _ = row
        if body is None or hashlib.sha256(body).digest() != digest:
            raise self._damaged(f"text {number} is not what was stored")
        known = json.loads(fields)
        flags = tuple(known.pop("flags", ()))
        text = body.decode("utf-8", "surrogatepass")
        document = Document(id=name, text=text, flags=flags, **known)
        ended = None if superseded_at is None else said(superseded_at)
        return Stored(number, document, version, said(first_seen), ended)

    def _sealed(self, *row: Any) -> bytes:
        """The sketch at the end of a row, whose seal stands before it."""
        *content, seal, sketch = row
        if sketch is None or seal != _seal(tuple(content), sketch):
            raise self._damaged(f"the row of text {content[0]} is damaged")
        return cast(bytes, sketch)

    def _reseal(self, number: int) -> None:
        ((*row, _),) = self._asked(f"SELECT {_ROW} FROM text WHERE number = ?", (number,))  # noqa: S608
        ((sketch,),) = self._asked("SELECT sketch FROM content WHERE number = ?", (number,))
        self._asked(
            "UPDATE text SET seal = ? WHERE number = ?", (_seal(tuple(row), sketch), number)
        )

    def _count(self, document: Document, change: int) -> None:
        self._asked(
            "INSERT INTO outlet (name, documents) VALUES (?1, ?2) "
            "ON CONFLICT (name) DO UPDATE SET documents = documents + ?2",
            (document.outlet or "", change),
        )
        if change < 0:
            self._asked("DELETE FROM outlet WHERE documents = 0")

    def _damaged(self, what: str) -> IndexUnusable:
        return IndexUnusable(f"{self.path}: {what}; run `copydesk index verify`")

    def _migrate(self) -> None:
        with self.writing():
            ((version,),) = self._asked("PRAGMA user_version")
            for steps in MIGRATIONS[version:]:
                self._asked(steps)
            if not version:
                self._asked(f"PRAGMA application_id = {APPLICATION_ID}")
                key = secrets.token_bytes(8)
                self._asked("INSERT INTO meta (name, value) VALUES ('hash_key', ?)", (key,))
            self._asked(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _seal(row: Row, sketch: bytes) -> bytes:
    """The checksum of a row of ``text``, with its sketch; the text has a digest in it."""
    content = repr(row).encode("utf-8", "surrogatepass") + sketch
    return xxhash.xxh3_64_digest(content)


def _fields(document: Document) -> str:
    known = document.to_dict()
    del known["id"], known["text"]
    return json.dumps(known, ensure_ascii=False, sort_keys=True)
