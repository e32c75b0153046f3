"""One SQLite file that threads and processes share: every commit on the disk, every page checked.

Readers see the last commit and never wait. Writers stand in line at a lock file, as ``turn`` tells;
SQLite's own lock would let the impatient starve the others. SQLite comes with
the ``apsw`` package, since older ones can lose commits when a log is reset (fixed in 3.51.3); so
does its extension that gives every page a checksum (https://sqlite.org/cksumvfs.html).

SQLite takes the first damaged frame of its log for the end of the log. So that commits are not lost
unnoticed, the lock file says up to which event the database was brought to the disk.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import threading
import zlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from weakref import WeakSet

import apsw
import apsw.sqlite_extra

from detector.errors import CopydeskError, IndexUnusable
from detector.store.schema import APPLICATION_ID, MIGRATIONS
from detector.store.turn import wait_for_turn

OLDEST_SQLITE = (3, 51, 3)
BUSY_SECONDS = 30.0
"""So long a writer waits for others."""
PRAGMAS: tuple[str, ...] = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "cache_size=-16384",
)
_MAGIC = b"SQLite format 3\0"
_CHECKSUM_BYTES = 8
_PIECE_BYTES = 1 << 20
_SYNCED = re.compile(rb"pid ([0-9]+), event ([0-9]+) is synced, ([0-9a-f]{8})\n")
_SYNCED_BYTES = 61
_LAST_EVENT = "SELECT seq FROM sqlite_sequence WHERE name = 'event'"
_FULL = {errno.ENOSPC, errno.EDQUOT}
Row = tuple[Any, ...]


class Database:
    """A database with the tables of ``schema``.

    ``folder``: what is derived from it, which must not outlive it. ``writing`` is one transaction
    and only one at a time, ``reading`` sees one moment. Errors of all methods are IndexUnusable
    with the code ``index_corrupt``, ``index_busy``, ``storage_full`` or ``storage_error``.
    """

    def __init__(self, path: Path, folder: Path, create: bool) -> None:
        if tuple(map(int, apsw.sqlite_lib_version().split("."))) < OLDEST_SQLITE:
            raise IndexUnusable(f"SQLite {apsw.sqlite_lib_version()} is too old; update apsw")
        self.path, self.folder = path, folder
        self._may_create = create
        self._local = threading.local()
        self._opened = WeakSet[apsw.Connection]()  # a thread that ends lets go of its own
        self._has_doubtful_log = True

    def close(self) -> None:
        """Let go of all files."""
        for connection in list(self._opened):
            with contextlib.suppress(apsw.Error):
                connection.close()
        self._opened.clear()
        self._local = threading.local()

    def asked(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """The rows that a statement gives."""
        with translated(self.path):
            return self._connection().execute(statement, values).fetchall()

    # -- transactions

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """What is read inside is of one moment; inside a transaction it is anyway."""
        with translated(self.path):
            connection = self._connection()
        if connection.in_transaction:
            yield
            return
        self.asked("BEGIN")
        try:
            yield
        finally:
            with contextlib.suppress(apsw.Error):
                connection.execute("COMMIT")

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """What is written inside is one transaction; only one at a time."""
        with translated(self.path):
            self._connection()
        with self.alone() as lock:
            try:
                self._settle_log()
                self.asked("BEGIN IMMEDIATE")
                yield
                self.asked("COMMIT")
            except BaseException as error:
                self._give_up(error)
                raise
            with contextlib.suppress(IndexUnusable):  # it is on the disk, whether we say so or not
                self._sign(lock, self.last_event())

    @contextlib.contextmanager
    def alone(self) -> Iterator[int]:
        """As the only writer, once others are done; gives the lock file, open."""
        with translated(self.path):
            lock = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            with translated(self.path):
                self._wait_for(lock)
            self._sign(lock, self._synced())
            yield lock
        finally:
            os.close(lock)

    def settle(self) -> None:
        """Have on the disk whatever can be read. It is, but for the end of a log that a killed
        process left, or whose sync failed."""
        if self._has_doubtful_log:
            with self.alone():
                self._settle_log()

    def _settle_log(self) -> None:
        """Bring a log to the disk before adding to it: with an end that is lost when the power
        goes, what comes after it would be lost too. To sync it again is not enough, since the
        system takes for written what a failed sync has left (Rebello and others 2020, Can
        applications recover from fsync failures?). To bring it into the database is none either: of
        the log a beginning would be left, older than that."""
        if self._has_doubtful_log:
            self._connection()  # as long as it is open, nobody deletes the log
            with translated(self.path), contextlib.suppress(FileNotFoundError):
                _write_again(self.path.with_name(f"{self.path.name}-wal"))
            self._has_doubtful_log = False

    def _give_up(self, error: BaseException) -> None:
        """Undo what was begun. After a failure of the disk nothing that this connection holds is
        trusted any more: what a failed sync left in memory may never reach the disk."""
        connection = self._connection()
        if not isinstance(error, CopydeskError) or error.code != "storage_error":
            with contextlib.suppress(apsw.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                return
        self._has_doubtful_log = True
        with contextlib.suppress(apsw.Error):
            connection.close(True)
        self._opened.discard(connection)
        self._local.connection = None

    def _wait_for(self, lock: int) -> None:
        if not wait_for_turn(lock, BUSY_SECONDS):
            said = self._said()
            raise IndexUnusable(
                f"{self.path}: others have been writing for more than {BUSY_SECONDS:g} s, now "
                f"process {int(said[1]) if said else 'unknown'}; try again later",
                code="index_busy",
            )

    # -- what was brought to the disk

    @property
    def _lock_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.lock")

    def lost(self) -> str | None:
        """In words, what the database has lost since it was written; None for nothing."""
        with translated(self.path):
            synced = self._synced()
        last = self.last_event()
        if synced <= last:
            return None
        return (
            f"{self.path}: its latest changes are lost, events {last + 1} to {synced}; add again "
            f"what came last. To go on without, delete {self._lock_path}"
        )

    def last_event(self) -> int:
        """The sequence number of the last event."""
        rows = self.asked(_LAST_EVENT)
        return rows[0][0] if rows else 0

    def _sign(self, lock: int, synced: int) -> None:
        """Say who writes, and up to which event all is on the disk. That this is said may be lost
        with the power, what it says may not."""
        said = b"pid %010d, event %018d is synced, " % (os.getpid(), synced)
        with translated(self.path):
            os.pwrite(lock, said + b"%08x\n" % zlib.crc32(said), 0)

    def _said(self) -> re.Match[bytes] | None:
        with contextlib.suppress(FileNotFoundError):
            with open(self._lock_path, "rb") as file:
                said = file.read(_SYNCED_BYTES)
            found = _SYNCED.fullmatch(said)
            if found and int(found[3], 16) == zlib.crc32(said[: found.start(3)]):
                return found
        return None

    def _synced(self) -> int:
        said = self._said()
        return int(said[2]) if said else 0

    # -- connections

    def _connection(self) -> apsw.Connection:
        """The connection of this thread; never one that came through a fork."""
        if getattr(self._local, "owner", None) != os.getpid():
            self._local.owner, self._local.connection = os.getpid(), None
        if self._local.connection is None:
            self._local.connection = self._connected()
            self._opened.add(self._local.connection)
        found: apsw.Connection = self._local.connection
        return found

    def _connected(self) -> apsw.Connection:
        self._check_file()
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
        connection = apsw.Connection(str(self.path), flags, _checking_vfs())
        connection.set_busy_timeout(int(1000 * BUSY_SECONDS))
        if _is_empty(connection):
            with self.alone():
                if _is_empty(connection):  # no other process has made it by now
                    connection.reserve_bytes(reserve=_CHECKSUM_BYTES)
                    connection.execute("PRAGMA journal_mode=WAL").fetchall()
        self._check_ours(connection)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").fetchall()
        return connection

    def _check_file(self) -> None:
        """Refuse what SQLite would take for an empty database and write over."""
        try:
            with open(self.path, "rb") as file:
                start = file.read(len(_MAGIC))
        except FileNotFoundError:
            start = b""
        logs = (self.path.with_name(f"{self.path.name}-{kind}") for kind in ("wal", "journal"))
        if start == _MAGIC or any(log.exists() for log in logs):
            return
        if start:
            raise IndexUnusable(f"{self.path}: is no index, but a file of another kind")
        if self.folder.exists():
            raise IndexUnusable(f"{self.path}: is gone or empty, and {self.folder} is left of it")
        if not self._may_create:
            raise IndexUnusable(
                f"{self.path}: no index there; `copydesk index add` makes one", code="index_missing"
            )

    def _check_ours(self, connection: apsw.Connection) -> None:
        """Refuse the database of another program or of a newer Copydesk, before it is touched."""
        names = ("application_id", "user_version", "schema_version")
        with connection:  # of one moment: another process may be making its tables
            ours, version, schema = map(connection.pragma, names)
        is_new = not ours and not version and not schema
        if not is_new and ours != APPLICATION_ID:
            raise IndexUnusable(f"{self.path}: is another program's database")
        if int(version) > len(MIGRATIONS):
            raise IndexUnusable(
                f"{self.path}: has format {version}, this Copydesk knows {len(MIGRATIONS)}; "
                "use a newer one",
                code="index_newer",
            )
        if connection.reserve_bytes() != _CHECKSUM_BYTES:
            raise IndexUnusable(f"{self.path}: is damaged, its pages have no checksums")


def _is_empty(connection: apsw.Connection) -> bool:
    return not connection.pragma("page_count")


@lru_cache(maxsize=1)
def _checking_vfs() -> str:
    """The name under which SQLite checks its pages."""
    apsw.sqlite_extra.load(apsw.Connection(":memory:"), "cksumvfs")
    return "cksmvfs"


def _write_again(path: Path) -> None:
    """Bring a file to the disk with its name, whatever was said of it before."""
    with open(path, "r+b", buffering=0) as file:
        while piece := os.pread(file.fileno(), _PIECE_BYTES, file.tell()):
            file.write(piece)
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Errors of the database and of its files in our own words."""
    try:
        yield
    except apsw.FullError as error:
        raise IndexUnusable(f"{path}: no space left on the disk", code="storage_full") from error
    except apsw.BusyError as error:
        raise IndexUnusable(f"{path}: others are writing; try again", code="index_busy") from error
    except (apsw.Error, OSError) as error:
        if _is_damage(error):
            raise IndexUnusable(
                f"{path}: is damaged; bring back a copy, or save what can be read with "
                "`copydesk index export`"
            ) from error
        is_full = isinstance(error, OSError) and error.errno in _FULL
        code = "storage_full" if is_full else "storage_error"
        raise IndexUnusable(f"{path}: cannot be read or written: {error}", code=code) from error


def _is_damage(error: apsw.Error | OSError) -> bool:
    if isinstance(error, apsw.CorruptError | apsw.NotADBError):
        return True
    of_page = (apsw.SQLITE_IOERR_DATA, apsw.SQLITE_IOERR_CORRUPTFS)
    return isinstance(error, apsw.IOError) and getattr(error, "extendedresult", None) in of_page
