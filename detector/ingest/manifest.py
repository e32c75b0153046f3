"""``manifest.csv``: what whoever delivers files says of each, one row a file."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from detector.errors import InputError, UsageError
from detector.ingest.fields import ALIASES, About
from detector.ingest.table import Stream, Table, csv_rows
from detector.model import Skipped

NAME = "manifest.csv"
_FILE = "file"


def read_manifest(stream: Stream, table: Table) -> tuple[dict[str, About], list[Skipped]]:
    r"""What is said of each file, by its path from the manifest's folder, and the rows that cannot
    be read. Columns have the names of a document's fields, also ``date`` and ``author``; any other
    goes to ``extra``.

    Raises UsageError for a table that is no manifest: without a column ``file`` or with one of
    texts. InputError where the file is no text.

    >>> import io
    >>> rows = io.BytesIO(b"file,outlet,date\na.txt,The Post,2026-03-02\n")
    >>> read_manifest(rows, Table(NAME, {}, set()))[0]["a.txt"].known["published_at"]
    '2026-03-02'
    """
    files: dict[str, About] = {}
    skipped = []
    for row in csv_rows(stream, table, _check_header):
        if isinstance(row, Skipped):
            skipped.append(row)
            continue
        try:
            path, about = _entry(table, row.record)
            if path in files:
                raise InputError(f"{path} has a row already", code="bad_id")
        except InputError as error:
            skipped.append(table.skipped(row.line, error))
        else:
            files[path] = about
    return files, skipped


def _entry(table: Table, record: Mapping[str, str]) -> tuple[str, About]:
    named = {ALIASES.get(column, column): value for column, value in record.items()}
    fields = {**named, **{column: record[column] for column in record.keys() & named.keys()}}
    path = fields.pop(_FILE, "").strip()
    if not path:
        raise InputError("it names no file", code="validation_failed")
    return posixpath.normpath(path), table.about_of(fields)


def _check_header(columns: list[str], table: Table) -> None:
    if _FILE not in columns or table.has_texts(columns):
        raise UsageError(f"{table.name}: is no manifest")
