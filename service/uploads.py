"""A file as a request sends it: the whole body, or the one part of a form."""

from __future__ import annotations

import dataclasses
import io
import os

from flask import request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import MultiPartParser

from detector.model import Document
from service.documents import KINDS, PLAIN, from_bytes
from service.problems import Problem

FORM = "multipart/form-data"
FILES = (PLAIN, *KINDS, FORM)
MAX_PARTS = 10

_ARCHIVES = frozenset(
    "application/zip application/x-zip-compressed application/epub+zip application/gzip "
    "application/x-gzip application/x-tar application/x-bzip2 application/x-xz "
    "application/x-7z-compressed application/vnd.rar application/java-archive".split()
)
_ZIP = b"PK\x03\x04"
_PACKED = (_ZIP, b"\x1f\x8b")
_UNTOLD = ("", "application/octet-stream", "text/markdown")
"""What browsers call a file whose kind they do not know, and the text of .md."""
_BY_SUFFIX = {
    ".txt": PLAIN,
    ".md": PLAIN,
    ".html": "text/html",
    ".htm": "text/html",
    **{f".{kind}": media_type for media_type, kind in KINDS.items()},
}


def require_media_type(*accepted: str) -> None:
    """Refuse a request under way whose body is of another type."""
    _require(request.mimetype, accepted)


def sent_file(data: bytes) -> Document:
    """The document in ``data``, the body of the request under way, which is one of ``FILES``."""
    if request.mimetype == FORM:
        return _from_form(data)
    return _read(data, request.mimetype, request.mimetype_params.get("charset"))


def parse_form(data: bytes) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
    """The fields and the files of ``data``, a form that is the body of the request under way.

    Raises Problem (400, ``bad_multipart``).
    """
    boundary = request.mimetype_params.get("boundary", "")
    parser = MultiPartParser(_in_memory, max_form_memory_size=None, max_form_parts=MAX_PARTS)
    try:
        return parser.parse(io.BytesIO(data), boundary.encode(), len(data))
    except (ValueError, HTTPException) as error:
        raise Problem(400, "bad_multipart", "Body is no sound multipart/form-data.") from error


def form_file(data: bytes) -> FileStorage:
    """The one file of ``data``, a form that is the body of the request under way.

    Raises Problem (400, ``bad_multipart``).
    """
    fields, files = parse_form(data)
    found = [file for each in files.listvalues() for file in each]
    if len(found) != 1 or fields:
        raise Problem(400, "bad_multipart", "A form must be one file and nothing else.")
    return found[0]


def _from_form(data: bytes) -> Document:
    """The document of a form with one file."""
    return file_document(form_file(data))


def file_document(file: FileStorage) -> Document:
    """The document of a file of a form. The name of its file stays what a client says: it is kept
    in ``extra``, and where no type is given its suffix tells how to read the file."""
    name = file.filename or ""
    media_type = file.mimetype
    if media_type in _UNTOLD:
        media_type = _BY_SUFFIX.get(os.path.splitext(name.lower())[1], media_type)
    document = _read(file.stream.read(), media_type, file.mimetype_params.get("charset"))
    return dataclasses.replace(document, extra={**document.extra, "filename": name})


def _in_memory(*_: object, **__: object) -> io.BytesIO:
    """Where parts go: by default large ones would become files."""
    return io.BytesIO()


def _read(data: bytes, media_type: str, charset: str | None) -> Document:
    is_word = KINDS.get(media_type) == "docx" and data.startswith(_ZIP)
    if data.startswith(_PACKED) and not is_word:
        raise _is_archive()
    _require(media_type, (PLAIN, *KINDS))
    return from_bytes(data, media_type, charset)


def _require(media_type: str, accepted: tuple[str, ...]) -> None:
    if media_type in _ARCHIVES:
        raise _is_archive()
    if media_type not in accepted:
        detail = f"Content-Type must be {' or '.join(accepted)}."
        raise Problem(415, "unsupported_media_type", detail)


def _is_archive() -> Problem:
    return Problem(415, "unsupported_media_type", "Archives are not accepted.")
