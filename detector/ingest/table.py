"""JSON Lines and CSV: many documents in one file, read as a stream. One bad line costs one line."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TextIO

from detector.errors import InputError, UsageError
from detector.ingest.decode import SAMPLE_BYTES, charset_of
from detector.ingest.extraction import extract
from detector.ingest.fields import (
    FILE_FLAGS,
    MAPPABLE,
    MAX_BYTES,
    NOTHING,
    TOO_LARGE,
    About,
    make_document,
)
from detector.model import Document, Skipped
from detector.strictjson import loads

Stream = io.BytesIO | io.BufferedReader
_BOM = b"\xef\xbb\xbf"


class Table:
    """One file of documents: its name, which column means what, and the ids met so far.

    ``ids`` is shared by all files of one input, in which an id may stand only once. ``about``: what
    is said elsewhere of a file that is one document.
    """

    def __init__(
        self, name: str, mapping: Mapping[str, str], ids: set[str], about: About = NOTHING
    ) -> None:
        self.name = name
        self.ids = ids
        self.about = about
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

    def has_texts(self, columns: Iterable[str]) -> bool:
        """Whether one of these columns holds texts."""
        return not {self.column["text"], self.column["html"]}.isdisjoint(columns)

    def about_of(self, record: Mapping[str, Any]) -> About:
        """What a record says of a document that stands elsewhere."""
        known = {field: self._string(record, field) for field in MAPPABLE}
        extra = {name: value for name, value in self._extra(record).items() if value}
        return About(known, extra)

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
        if _are_flags(record.get("flags")):
            flags = tuple(dict.fromkeys((*flags, *record["flags"])))
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
        if _are_flags(record.get("flags")):
            used.add("flags")
        extra = {key: value for key, value in record.items() if key not in used}
        if isinstance(extra.get("extra"), dict):
            return {**extra.pop("extra"), **extra}
        return extra


def _are_flags(value: object) -> bool:
    """Whether this is what an export says that the file of a document showed."""
    return isinstance(value, list) and bool(value) and all(flag in FILE_FLAGS for flag in value)


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
    for row in csv_rows(stream, table, _check_header):
        yield row if isinstance(row, Skipped) else table.document(*row)


class Row(NamedTuple):
    """One row of a table by its columns, the line where it begins, and the flags of the file."""

    record: dict[str, str]
    line: int
    flags: tuple[str, ...]


def csv_rows(
    stream: Stream, table: Table, check_header: Callable[[list[str], Table], None]
) -> Iterator[Row | Skipped]:
    """The rows of a .csv stream, below a header that was checked.

    Raises what ``check_header`` does, ``UsageError`` for a column given twice, ``InputError`` where
    the file is no text.
    """
    records = _Records(stream)
    try:
        for number, row in enumerate(records):
            if number == 0:
                header = row
                _check_columns(header, table)
                check_header(header, table)
            elif len(row) > len(header):
                error = _invalid(f"it has {len(row)} fields, the header has {len(header)}")
                yield table.skipped(records.line, error)
            elif row:
                yield Row(dict(zip(header, row, strict=False)), records.line, records.flags)
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


def _check_columns(header: list[str], table: Table) -> None:
    columns = list(filter(None, header))
    if len(set(columns)) != len(columns):
        raise UsageError(f"{table.name}: a column name stands twice: {', '.join(columns)}")


def _check_header(header: list[str], table: Table) -> None:
    if not table.has_texts(header):
        raise UsageError(
            f"{table.name}: no column {table.column['text']!r} among "
            f"{', '.join(filter(None, header))}; --map text=NAME tells which one holds the text"
        )


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
