"""The list of work: batches, watches and what is to be sent, in ``<index>.jobs.db``.

A file of its own, so that it can be thrown away without a text being lost, and so that writing in
it waits for nobody who adds documents. Whatever is written down here survives a crash; what a
worker was doing when it died is still on the list.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw

from detector.errors import IndexUnusable
from detector.store.database import translated

JOBS = "jobs.db"
"""What the file is called beside its index."""
APPLICATION_ID = 0x4350444A
"""Says to ``file`` and to us that a database is this list: "CPDJ"."""
_BUSY_MS = 30_000
_VERSION = 1
_TABLES = f"""
    CREATE TABLE batch (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        status TEXT NOT NULL,
        form TEXT NOT NULL,           -- jsonl or zip: what was sent
        min_words INTEGER NOT NULL,
        stage TEXT NOT NULL DEFAULT '',
        done INTEGER NOT NULL DEFAULT 0,
        total INTEGER NOT NULL DEFAULT 0,
        tries INTEGER NOT NULL DEFAULT 0,
        detail TEXT NOT NULL DEFAULT '{{}}',  -- what came of it, as JSON
        made_at REAL NOT NULL,        -- seconds since 1970, as all times
        ended_at REAL
    ) WITHOUT ROWID;
    CREATE INDEX batch_status ON batch (status, made_at);
    CREATE INDEX batch_tenant ON batch (tenant, id);
    CREATE TABLE receipt (
        tenant TEXT NOT NULL,
        key TEXT NOT NULL,
        request TEXT NOT NULL,
        batch TEXT NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
        PRIMARY KEY (tenant, key)
    ) WITHOUT ROWID;
    CREATE INDEX receipt_batch ON receipt (batch);
    CREATE TABLE watch (
        id TEXT PRIMARY KEY,
        tenant TEXT NOT NULL,
        asked TEXT NOT NULL,          -- the watch as it was sent, as JSON
        seen INTEGER NOT NULL,        -- the last event of the corpus that it has dealt with
        made_at REAL NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX watch_tenant ON watch (tenant, id);
    CREATE TABLE hit (
        watch TEXT NOT NULL REFERENCES watch (id) ON DELETE CASCADE,
        one INTEGER NOT NULL,         -- the numbers of the two texts, the smaller first
        other INTEGER NOT NULL,
        told TEXT NOT NULL,           -- what is sent of it, as JSON
        at REAL NOT NULL,
        PRIMARY KEY (watch, one, other)
    ) WITHOUT ROWID;
    CREATE INDEX hit_at ON hit (watch, at);
    CREATE TABLE delivery (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        tenant TEXT NOT NULL,
        watch TEXT NOT NULL REFERENCES watch (id) ON DELETE CASCADE,
        target TEXT NOT NULL,         -- where to, as JSON
        event TEXT NOT NULL,
        body TEXT NOT NULL,           -- what to say, as JSON
        one INTEGER,                  -- the texts it is about, for when one is removed
        other INTEGER,
        tries INTEGER NOT NULL DEFAULT 0,
        at REAL NOT NULL,             -- when it was written down
        due_at REAL,                  -- null: it is over
        status TEXT NOT NULL,         -- waiting, sent or failed
        said TEXT NOT NULL DEFAULT '' -- what became of the last try
    );
    CREATE INDEX delivery_due ON delivery (due_at) WHERE due_at IS NOT NULL;
    CREATE INDEX delivery_watch ON delivery (watch);
    PRAGMA application_id = {APPLICATION_ID};
    PRAGMA user_version = {_VERSION};
"""


class Ledger:
    """The list of work of an index. Threads and forked processes may share one; each gets a
    connection of its own.

    All methods raise IndexUnusable where the file cannot be read or written.

    >>> import tempfile
    >>> ledger = Ledger(Path(tempfile.mkdtemp()) / "news.db.jobs.db")
    >>> ledger.asked("SELECT count(*) FROM batch")
    [(0,)]
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    @property
    def folder(self) -> Path:
        """Where files of batches are kept: what was sent, and results. Made where there is none."""
        folder = self.path.with_suffix("")
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """What is run inside is one transaction, on the disk when the block ends."""
        with translated(self.path):
            self._connection().execute("BEGIN IMMEDIATE")
        try:
            yield
            with translated(self.path):
                self._connection().execute("COMMIT")
        except BaseException:
            with contextlib.suppress(apsw.Error):
                if self._connection().in_transaction:
                    self._connection().execute("ROLLBACK")
            raise

    def asked(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows that a statement gives."""
        with translated(self.path):
            return self._connection().execute(statement, values).fetchall()

    def changed(self, statement: str, *values: Any) -> int:
        """How many rows a statement changed."""
        with translated(self.path):
            connection = self._connection()
            connection.execute(statement, values)
            return connection.changes()

    def _connection(self) -> apsw.Connection:
        """The connection of this thread; never one that came through a fork."""
        if getattr(self._local, "owner", None) != os.getpid():
            self._local.connection, self._local.owner = self._opened(), os.getpid()
        found: apsw.Connection = self._local.connection
        return found

    def _opened(self) -> apsw.Connection:
        with translated(self.path):
            connection = apsw.Connection(str(self.path))
            connection.set_busy_timeout(_BUSY_MS)
            _run_each(
                connection,
                "journal_mode=WAL synchronous=FULL secure_delete=ON trusted_schema=OFF "
                "foreign_keys=ON",
            )
            connection.execute("BEGIN IMMEDIATE")  # only one makes the tables
            try:
                self._prepare(connection)
            finally:
                connection.execute("COMMIT")
        return connection

    def _prepare(self, connection: apsw.Connection) -> None:
        ours, version = connection.pragma("application_id"), connection.pragma("user_version")
        if not connection.pragma("schema_version"):
            connection.execute(_TABLES)
        elif ours != APPLICATION_ID:
            raise IndexUnusable(f"{self.path}: is another program's database")
        elif version != _VERSION:
            raise IndexUnusable(
                f"{self.path}: has format {version}, this Copydesk knows {_VERSION}",
                code="index_newer",
            )


def _run_each(connection: apsw.Connection, pragmas: str) -> None:
    for pragma in pragmas.split():
        connection.execute(f"PRAGMA {pragma}").fetchall()
