"""Answers as bytes: frozen dataclasses as JSON by the names of their fields, and back by their
annotations. Nothing in the bytes can name a type or run.

What is read may lack fields that were added since, if these have defaults. Texts stand once,
however often an answer names them.
"""

from __future__ import annotations

import json
import types
import zlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from detector.errors import InputError, UsageError
from detector.model import Document
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
    root = writer.plain(value)
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
    documents = [_restored(Document, each, []) for each in told["documents"]]
    return _restored(kind, told["value"], documents)


class _Writer:
    """Values as JSON has them; ``documents`` as they come, ``chars``: how much text that is."""

    def __init__(self) -> None:
        self.documents: list[Any] = []
        self.chars = 0
        self._places: dict[str, int] = {}

    def plain(self, value: Any) -> Any:
        if isinstance(value, Document):
            return self._place_of(value)
        if is_dataclass(value):
            return self._members(value)
        if isinstance(value, StrEnum):
            return str(value)
        if isinstance(value, tuple):
            return [self.plain(each) for each in value]
        if isinstance(value, frozenset):
            return sorted(self.plain(each) for each in value)
        if isinstance(value, Mapping):
            return {str(name): self.plain(each) for name, each in value.items()}
        return value

    def _members(self, value: Any) -> dict[str, Any]:
        return {each.name: self.plain(getattr(value, each.name)) for each in fields(value)}

    def _place_of(self, document: Document) -> int:
        members = self._members(document)
        name = json.dumps(members)
        if name not in self._places:
            self._places[name] = len(self.documents)
            self.documents.append(members)
            self.chars += len(name)
        return self._places[name]


def _restored(kind: Any, data: Any, documents: list[Document]) -> Any:
    if kind is Document and isinstance(data, int):
        return documents[data]
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        known = {n: _restored(hints[n], each, documents) for n, each in data.items() if n in hints}
        return kind(**known)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (some,) = (each for each in inner if each is not type(None))
        return None if data is None else _restored(some, data, documents)
    if origin is tuple:
        kinds = [inner[0]] * len(data) if inner[1:] == (...,) else inner
        pairs = zip(kinds, data, strict=True)
        return tuple(_restored(each, value, documents) for each, value in pairs)
    if origin is frozenset:
        return frozenset(_restored(inner[0], each, documents) for each in data)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {name: _restored(inner[1], each, documents) for name, each in data.items()}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(data)
    return data


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _too_large() -> InputError:
    return InputError("The report is too large to be kept.", code="report_too_large")
