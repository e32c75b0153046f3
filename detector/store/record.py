"""Answers as bytes, and back. What is read may lack fields that were added since, if these have
defaults. Texts stand once, however often an answer names them."""

from __future__ import annotations

import json
import zlib
from typing import Any

from detector.errors import InputError, UsageError
from detector.model import Document
from detector.plain import members, plain, rebuilt, restored
from detector.store.blob import framed, unframed

VERSION = 2
"""To be raised when what is kept changes so that older bytes would be misread; patterns of phrases
are kept too."""
MOST_BYTES = 64 << 20
_MAGIC = b"CdRp"
_LEVEL = 6


def pack_record(value: Any) -> bytes:
    """A value of dataclasses, words, numbers and tuples of these as bytes.

    Raises InputError (``report_too_large``) where that would be too much to keep.

    >>> unpack_record(tuple[Document, int], pack_record((Document("x", "Rain."), 7)))[1]
    7
    """
    writer = _Writer()
    root = plain(value, writer.place_of, by_name=True)
    if writer.chars > MOST_BYTES:
        raise _too_large()
    told = {"version": VERSION, "documents": writer.documents, "value": root}
    data = json.dumps(told, allow_nan=False, separators=(",", ":")).encode()
    if len(data) > MOST_BYTES:
        raise _too_large()
    return framed(_MAGIC, zlib.compress(data, _LEVEL))


def unpack_record(kind: Any, data: bytes) -> Any:
    """The value of this type that bytes stand for.

    Raises IndexUnusable where they are damaged, UsageError (``report_outdated``) where a Copydesk
    wrote them that keeps something else.
    """
    told = json.loads(zlib.decompress(unframed(_MAGIC, data)))
    if told["version"] != VERSION:
        raise UsageError("the report was made by another Copydesk", code="report_outdated")
    documents = [rebuilt(Document, each, _no_document) for each in told["documents"]]
    return restored(kind, told["value"], documents.__getitem__)


class _Writer:
    """``documents`` as they come, ``chars``: how much text that is."""

    def __init__(self) -> None:
        self.documents: list[Any] = []
        self.chars = 0
        self._places: dict[str, int] = {}

    def place_of(self, document: Document) -> int:
        """Where a document stands among all, once for all times that it is named."""
        told = members(document, self.place_of, by_name=True)
        name = json.dumps(told)
        if name not in self._places:
            self._places[name] = len(self.documents)
            self.documents.append(told)
            self.chars += len(name)
        return self._places[name]


def _no_document(data: Any) -> Document:
    raise ValueError(f"a document names another: {data!r}")


def _too_large() -> InputError:
    return InputError("The report is too large to be kept.", code="report_too_large")
