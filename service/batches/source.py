"""What may be sent as a batch: checked when it comes, read by the worker."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from flask import Request
from werkzeug.datastructures import FileStorage

from detector import ingest
from detector.model import Document, Skipped
from service.body import LINES, check_lines, read_body
from service.problems import Problem, unprocessable
from service.uploads import FORM, form_file

JSONL, ZIP = "jsonl", "zip"
MAX_ENTRIES = 10_000
MAX_UNPACKED_BYTES = 104_857_600
MAX_RATIO = 100
"""An archive that unpacks to so many times its size holds no news texts."""
SUFFIXES = (".txt", ".md", ".html", ".htm")
_OF_TYPE = {LINES: JSONL, "application/zip": ZIP, "application/x-zip-compressed": ZIP}
_OF_SUFFIX = {".jsonl": JSONL, ".ndjson": JSONL, ".zip": ZIP}
_DIRECTORY_ENTRY = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


def read_sent(request: Request) -> tuple[bytes, str]:
    """What a request sends as a batch, within the limits, and its form.

    Raises Problem: ``unsupported_media_type``, ``bad_multipart``, ``batch_too_large``,
    ``bad_archive``.
    """
    form = _OF_TYPE.get(request.mimetype)
    if form is None and request.mimetype != FORM:
        detail = f"Content-Type must be {', '.join((LINES, 'application/zip', FORM))}."
        raise Problem(415, "unsupported_media_type", detail)
    data = read_body(request)
    if form is None:
        return read_file(form_file(data))
    _check(data, form)
    return data, form


def read_file(sent: FileStorage) -> tuple[bytes, str]:
    """The same of a file of a form. Its name is asked for its suffix and forgotten."""
    suffix = PurePosixPath((sent.filename or "").lower()).suffix
    form = _OF_SUFFIX.get(suffix) or _OF_TYPE.get(sent.mimetype)
    if form is None:
        raise Problem(415, "unsupported_media_type", f"file must be {', '.join(_OF_SUFFIX)}.")
    data = sent.stream.read()
    _check(data, form)
    return data, form


def documents_in(path: Path) -> Iterator[Document | Skipped]:
    """The documents of a file that was sent; those that cannot be read as Skipped."""
    if path.suffix == f".{ZIP}":
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    yield from _entry_documents(archive, entry)
    else:
        yield from ingest.read(path.read_bytes(), f"batch.{JSONL}")


def _check(data: bytes, form: str) -> None:
    if form == JSONL:
        check_lines(data)
    else:
        check_archive(data)


def check_archive(data: bytes) -> None:
    """Refuse an archive that is damaged, hides something or is too large unpacked. What it claims
    about sizes is held against it again when it is read."""
    if data.count(_DIRECTORY_ENTRY) > MAX_ENTRIES:  # before a list of them is made
        raise _too_large(f"An archive may have {MAX_ENTRIES} files.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as error:
        raise _bad("File is no zip archive, or is damaged.") from error
    for entry in entries:
        if why := _wrong_with(entry):
            raise _bad(f"{entry.filename[:100]!a}: {why}.")
    size = sum(entry.file_size for entry in entries)
    if size > min(MAX_UNPACKED_BYTES, MAX_RATIO * len(data)):
        detail = (
            f"An archive may unpack to {MAX_UNPACKED_BYTES} bytes and {MAX_RATIO} times its size."
        )
        raise _too_large(detail)
    if len({entry.filename for entry in entries}) < len(entries):
        raise _bad("Two files have the same name.")


def _wrong_with(entry: zipfile.ZipInfo) -> str:
    path = PurePosixPath(entry.filename)
    if path.is_absolute() or "\\" in entry.filename or len(path.parts) != 1 or path.name == "..":
        return "an archive may hold files only, no folders or paths"
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if entry.compress_type not in _METHODS:
        return "is packed in another way than deflate"
    mode = entry.external_attr >> 16
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        return "is no ordinary file"
    if path.suffix.lower() not in SUFFIXES:
        return f"is none of {', '.join(SUFFIXES)}"
    return ""


def _entry_documents(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo
) -> Iterator[Document | Skipped]:
    try:
        with archive.open(entry) as file:
            data = file.read(min(entry.file_size, ingest.MAX_BYTES) + 1)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        yield Skipped(entry.filename, "read_failed", f"it is damaged: {error}")
        return
    yield from ingest.read(data, entry.filename)


def _bad(detail: str) -> Problem:
    return unprocessable("bad_archive", detail, ())


def _too_large(detail: str) -> Problem:
    return Problem(413, "batch_too_large", detail)
