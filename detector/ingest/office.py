"""Word files (.docx): the text of their paragraphs, tables and text boxes, in order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from detector.errors import InputError
from detector.ingest.fields import Extract

MAX_UNPACKED_BYTES = 256 << 20

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SECOND_COPY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {
    "p": "\n",
    "br": "\n",
    "cr": "\n",
    "tab": "\t",
    "tc": "\t",
    "noBreakHyphen": "-",
    "softHyphen": "\N{SOFT HYPHEN}",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def extract_docx(data: bytes) -> Extract:
    """The text of a .docx file, one line for each paragraph, and its title. Headers, footers,
    notes, comments and deleted text are left out.

    Raises ``InputError``: ``extraction_failed`` for a damaged file and where python-docx is not
    installed, ``extraction_limit`` for one that unpacks to more than 256 MiB,
    ``document_encrypted``.

    >>> extract_docx(b"PK")
    Traceback (most recent call last):
    ...
    detector.errors.InputError: Document is damaged.
    """
    try:
        import docx
    except ImportError as error:
        raise InputError(
            "reading .docx needs one more package: pip install 'copydesk[office]'",
            code="extraction_failed",
        ) from error
    if data.startswith(_OLD_OFFICE) and _ENCRYPTED in data:
        raise InputError("Document is password-protected.", code="document_encrypted")
    try:
        _refuse_bomb(data)
        file = docx.Document(io.BytesIO(data))
        lines = (line.strip() for line in "".join(_texts(file.element.body)).split("\n"))
        title = " ".join(file.core_properties.title.split())
    except (InputError, MemoryError):
        raise
    except Exception as error:  # whatever a strange file does to these libraries
        raise InputError("Document is damaged.", code="extraction_failed") from error
    return Extract("\n".join(filter(None, lines)), {"title": title} if title else {})


def _refuse_bomb(data: bytes) -> None:
    """What a file says it unpacks to; more than that is not unpacked."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED_BYTES:
            raise InputError("Document unpacks to too much.", code="extraction_limit")


def _texts(body: Any) -> Iterator[str]:
    """The text below an element, with a line end before each paragraph. Inserted and linked text
    and text boxes are text like any other; deleted text has an element of its own."""
    from lxml import etree

    etree.strip_elements(body, _SECOND_COPY, with_tail=False)
    for element in body.iter(f"{_WORD}*"):
        name = element.tag.removeprefix(_WORD)
        if name == "t":
            yield element.text or ""
        elif name in _SIGNS:
            yield _SIGNS[name]
