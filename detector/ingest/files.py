"""One file's documents, and how a file is opened: only regular files, and never half of one."""

from __future__ import annotations

import gzip
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from detector.errors import InputError
from detector.ingest.decode import decode_flagged
from detector.ingest.extraction import extract
from detector.ingest.fields import (
    MAX_BYTES,
    NOTHING,
    TOO_LARGE,
    About,
    described,
    make_document,
)
from detector.ingest.manifest import NAME, read_manifest
from detector.ingest.table import Stream, Table, read_csv, read_jsonl
from detector.ingest.text import read_markdown, read_text
from detector.model import Document, Skipped

_TABLES = (".jsonl", ".jsonl.gz", ".csv")
_PARSED = {".html": "html", ".htm": "html", ".pdf": "pdf", ".docx": "docx"}
SUFFIXES = (".txt", ".md", *_PARSED, *_TABLES)

Found = Iterator[Document | Skipped]

# A file that is replaced by a pipe or a link just before it is opened must do no harm.
_READ_ONLY = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW


def read_bytes(data: bytes, table: Table) -> Found:
    """The documents in the bytes of one file, whose name is the table's.

    Raises ``InputError`` where none of it can be read, ``UsageError`` as ``read_csv`` does.
    """
    if table.name.lower().endswith(_TABLES):
        yield from _read_table(io.BytesIO(data), table)
    else:
        yield _read_whole(data, table)


def read_file(path: str, folder: int | None, table: Table) -> Found:
    """The documents in a file. ``path`` is no link; it is relative to the open ``folder``.

    Raises ``InputError`` and ``UsageError`` as ``read_bytes`` does, and ``OSError``.
    """
    with _opened(path, folder) as file:
        if table.name.lower().endswith(_TABLES):
            with _unchanging(file) as stream:
                yield from _read_table(stream, table)
        else:
            yield _read_whole(_content(file, os.fstat(file)), table)


def read_notes(folder: int, table: Table) -> tuple[dict[str, About], list[Skipped]]:
    """What the manifest of an open folder says of its files, as ``read_manifest``; raises as it
    does, and ``OSError``."""
    with _opened(NAME, folder) as file, _unchanging(file) as stream:
        return read_manifest(stream, table)


@contextmanager
def _opened(path: str, folder: int | None) -> Iterator[int]:
    if not stat.S_ISREG(os.stat(path, dir_fd=folder, follow_symlinks=False).st_mode):
        raise InputError(
            "a pipe, device or socket is not read; - reads standard input", code="skipped_special"
        )
    file = os.open(path, _READ_ONLY, dir_fd=folder)
    try:
        yield file
    finally:
        os.close(file)


@contextmanager
def _unchanging(file: int) -> Iterator[io.BufferedReader]:
    """An open file as a stream. Raises InputError where it changed meanwhile."""
    before = os.fstat(file)
    with open(file, "rb", closefd=False) as stream:
        yield stream
    _refuse_changed(file, before)


def guarded(found: Found, name: str) -> Found:
    """What is found, with a ``Skipped`` in place of an error."""
    try:
        yield from found
    except InputError as error:
        yield Skipped(name, error.code, error.message)
    except OSError as error:
        yield unreadable(name, error)


def unreadable(name: str, error: OSError) -> Skipped:
    """A file or folder that the system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return Skipped(name, "changed_during_read", "it went away before it was read")
    return Skipped(name, "read_failed", (error.strerror or str(error)).lower())


def _read_table(stream: Stream, table: Table) -> Found:
    name = table.name.lower()
    if name.endswith(".csv"):
        yield from read_csv(stream, table)
    elif name.endswith(".gz"):
        with gzip.GzipFile(fileobj=stream) as unpacked:
            yield from read_jsonl(unpacked, table)
    else:
        yield from read_jsonl(stream, table)


def _read_whole(data: bytes, table: Table) -> Document:
    """The one document that a file is. A name without a known suffix is taken for plain text."""
    if len(data) > MAX_BYTES:
        raise InputError(TOO_LARGE, code="too_large")
    name = table.name.lower()
    kind = _PARSED.get(os.path.splitext(name)[1])
    if kind:
        text, about, flags = extract(kind, data)
        document = make_document(table.name, text, about, flags=flags)
    else:
        text, _, flags = decode_flagged(data)
        reader = read_markdown if name.endswith(".md") else read_text
        document = reader(text, table.name, flags)
    if table.about is not NOTHING:
        document = described(document, table.about)
    table.claim(document.id)
    return document


def _content(file: int, before: os.stat_result) -> bytes:
    """All bytes of an open file, or none where it changes meanwhile."""
    if before.st_size > MAX_BYTES:
        raise InputError(TOO_LARGE, code="too_large")
    with open(file, "rb", closefd=False) as stream:
        data = stream.read(before.st_size + 1)
    _refuse_changed(file, before, len(data))
    return data


def _refuse_changed(file: int, before: os.stat_result, size: int | None = None) -> None:
    after = os.fstat(file)
    states = {(s.st_size, s.st_mtime_ns) for s in (before, after)}
    if len(states) > 1 or size not in (None, before.st_size):
        raise InputError("it changed while it was read", code="changed_during_read")
