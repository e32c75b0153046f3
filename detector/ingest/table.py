"""JSON Lines and CSV: many documents in one file, read as a stream. One bad line costs one line."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from detector.errors import InputError, UsageError
from detector.ingest.decode import SAMPLE_BYTES, charset_of
from detector.ingest.extraction import extract
from detector.ingest.fields import MAPPABLE, MAX_BYTES, TOO_LARGE, make_document
from detector.model import Document, Skipped
from detector.strictjson import loads

Stream = io.BytesIO | io.BufferedReader
_BOM = b"\xef\xbb\xbf"


class Table:
    """One file of many documents: its name, which column means what, and the ids met so far.

    ``ids`` is shared by all files of one input, in which an id may stand only once.
    """

    def __init__(self, name: str, mapping: Mapping[str, str], ids: set[str]) -> None:
        self.name = name
        self.ids = ids
        self.column = {field: mapping.get(field, field) for field in MAPPABLE}

    def claim(self, id: str) -> None:
        """Take an id for a document of this input, or raise ``InputError`` (``bad_id``)."""
        if id in self.ids:
            raise InputError(f"the id {id[:80]!r} appears a second time", code="bad_id")
        self.ids.add(id)

    def document(
        self, record: Mapping[str, Any], line: int, flags: tuple[str, ...] = ()
    ) -> Document | Skipped:
        """The document of one line, with the flags of the file's bytes, or why there is none."""
        try:
            return self._document(record, line, flags)
        except InputError as error:
            return self.skipped(line, error)

    def skipped(self, line: int, error: InputError) -> Skipped:
        """What to say about a line that gives no document."""
        return Skipped(f"{self.name}:{line}", error.code, f"line {line}: {error.message}")

    def _document(self, record: Mapping[str, Any], line: int, flags: tuple[str, ...]) -> Document:
        known = {field: self._string(record, field) for field in MAPPABLE}
        id, text, html = known.pop("id"), known.pop("text"), known.pop("html")
        if not text and html is not None:
            # The mark keeps a charset that the markup declares from being believed.
            text, about, of_page = extract("html", ("\ufeff" + html).encode())
            flags = (*flags, *of_page)
            known = {**about, **{field: value for field, value in known.items() if value}}
        if text is None:
            raise _invalid(f"it has no {self.column['text']!r}; --map text=NAME tells where it is")
        document = make_document(
            id or f"{self.name}:{line}", text, known, self._extra(record), flags
        )
        self.claim(document.id)
        return document

    def _string(self, record: Mapping[str, Any], field: str) -> str | None:
        value = record.get(self.column[field])
        if value is None or isinstance(value, str):
            return value
        raise _invalid(f"{self.column[field]} must be a string")

    def _extra(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """What the contract has no field for, as given."""
        used = set(self.column.values())
        extra = {key: value for key, value in record.items() if key not in used}
        if isinstance(extra.get("extra"), dict):
            return {**extra.pop("extra"), **extra}
        return extra


def read_jsonl(stream: io.BufferedIOBase, table: Table) -> Iterator[Document | Skipped]:
    """The documents of a .jsonl stream. Blank lines are none."""
    line = 0
    try:
        for line, raw in enumerate(_lines(stream), start=1):
            if raw is None:
                yield table.skipped(line, InputError(TOO_LARGE, code="too_large"))
            elif raw.strip():
                yield _json_document(raw.removeprefix(_BOM) if line == 1 else raw, table, line)
    except (OSError, EOFError, zlib.error) as error:
        yield table.skipped(line + 1, _stopped(error))


def read_csv(stream: Stream, table: Table) -> Iterator[Document | Skipped]:
    """The documents of a .csv stream with a header row; commas, semicolons or tabs.

    Raises ``UsageError`` where no column holds the text, ``InputError`` where the file is no text.
    """
    records = _Records(stream)
    try:
        for number, row in enumerate(records):
            if number == 0:
                header = _checked_header(row, table)
            elif len(row) > len(header):
                error = _invalid(f"it has {len(row)} fields, the header has {len(header)}")
                yield table.skipped(records.line, error)
            elif row:
                record = dict(zip(header, row, strict=False))
                yield table.document(record, records.line, records.flags)
    except (csv.Error, UnicodeDecodeError, OSError, InputError) as error:
        yield table.skipped(records.line, _stopped(error))


def _lines(stream: io.BufferedIOBase) -> Iterator[bytes | None]:
    """Each line, or None for one over the limit, which is passed over in pieces."""
    while line := stream.readline(MAX_BYTES + 1):
        if len(line) <= MAX_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(SAMPLE_BYTES)
        yield None


def _json_document(raw: bytes, table: Table, line: int) -> Document | Skipped:
    try:
        record = loads(raw.rstrip(b"\r\n"), "It", line)
        if not isinstance(record, dict):
            raise _invalid("it must be a JSON object")
    except InputError as error:
        return table.skipped(line, error)
    return table.document(record, line)


class _Records:
    """The records of a CSV stream. ``line`` is where the record being read begins, ``flags`` are
    those of the file's bytes."""

    def __init__(self, stream: Stream) -> None:
        csv.field_size_limit(MAX_BYTES)  # the module has one limit for the whole process
        self._text, delimiter, self.flags = _decoded(stream)
        self._reader = csv.reader(self._lines(), delimiter=delimiter, strict=True)
        self._used = 0
        self.line = 1

    def __iter__(self) -> Iterator[list[str]]:
        for row in self._reader:
            yield row
            self._used = 0
            self.line = self._reader.line_num + 1

    def _lines(self) -> Iterator[str]:
        """The lines of the file, as long as the record they belong to stays within the limit: a
        missing quotation mark must not pull the whole file into memory."""
        while line := self._text.readline(MAX_BYTES + 1 - self._used):
            self._used += len(line)
            if self._used > MAX_BYTES:
                raise InputError(TOO_LARGE, code="too_large")
            yield line


def _decoded(stream: Stream) -> tuple[TextIO, str, tuple[str, ...]]:
    """The stream as text, the delimiter its first line has most of, and flags."""
    sample = stream.read(SAMPLE_BYTES)
    codec, flags = charset_of(sample)
    stream.seek(0)
    text = io.TextIOWrapper(stream, codec, newline="")
    if text.read(1) != "\ufeff":
        text.seek(0)
    header = sample.decode(codec, "ignore").partition("\n")[0]
    return text, max(",;\t", key=header.count), flags


def _checked_header(header: list[str], table: Table) -> list[str]:
    columns = [name for name in header if name]
    if len(set(columns)) != len(columns):
        raise UsageError(f"{table.name}: a column name stands twice: {', '.join(columns)}")
    if not {table.column["text"], table.column["html"]} & set(columns):
        raise UsageError(
            f"{table.name}: no column {table.column['text']!r} among {', '.join(columns)}; "
            "--map text=NAME tells which one holds the text"
        )
    return header


def _stopped(error: Exception) -> InputError:
    """An error in the middle of a file, after which nothing more of it is read."""
    code = "read_failed"
    if isinstance(error, InputError):
        code = error.code
    elif isinstance(error, UnicodeDecodeError):
        code = "bad_encoding"
    elif isinstance(error, csv.Error):
        code = "validation_failed"
    return InputError(f"{error}; the rest of the file is not read", code=code)


def _invalid(message: str) -> InputError:
    return InputError(message, code="validation_failed")
