"""The fields of a document, whatever format they come from, checked in one place."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from detector.errors import InputError, UsageError
from detector.fold import has_words
from detector.model import KINDS, STATUSES, Document

MAX_BYTES = 26_214_400  # one document
TOO_LARGE = f"larger than {MAX_BYTES} bytes"

_NOT_MAPPABLE = ("extra", "flags")
_CONTENT = ("id", "text", "html")
ALIASES = {"author": "byline", "date": "published_at"}
"""Other names that front matter and manifests have for a field."""
FILE_FLAGS = ("encoding_repaired", "hidden_text")
"""What the bytes or the markup of a file can show. An exported document still says so."""
MAPPABLE = (
    "html",
    *(f.name for f in dataclasses.fields(Document) if f.name not in _NOT_MAPPABLE),
)


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a document elsewhere than in it: fields, and what no field is for."""

    known: Mapping[str, str | None]
    extra: Mapping[str, Any]


NOTHING = About({}, {})


ABOUT = frozenset({"title", "outlet", "url", "byline", "language", "published_at"})
"""What a file may say about its text."""


class Extract(NamedTuple):
    """What is read out of a file that is more than text: its text, what it says about itself
    (fields of ``ABOUT``), and flags."""

    text: str
    about: dict[str, str]
    flags: tuple[str, ...] = ()


def make_document(
    id: str,
    text: str,
    known: Mapping[str, str | None],
    extra: Mapping[str, Any] | None = None,
    flags: tuple[str, ...] = (),
) -> Document:
    """A document from the fields that a format gave.

    A date or kind that the contract does not know goes to ``extra`` as given. Raises
    ``InputError``: ``no_text`` for a text without words; ``validation_failed`` or
    ``bad_timestamp`` for a status, embargo or end that cannot be read, since guessing would let out
    a withheld text.

    >>> make_document("x", "Hello", {"title": "T", "published_at": "last week"}).extra
    {'published_at': 'last week'}
    """
    if not has_words(text):
        raise InputError("no words in it", code="no_text")
    fields: dict[str, Any] = {name: value for name, value in known.items() if value}
    _check_release(fields)
    unknown = {
        name: fields.pop(name)
        for name, is_known in (("published_at", _is_date), ("kind", KINDS.__contains__))
        if name in fields and not is_known(fields[name])
    }
    extra = {**(extra or {}), **unknown}
    return Document(id=id, text=text, extra=extra, flags=flags, **fields)


def described(document: Document, about: About) -> Document:
    """The document with what is said of it elsewhere: that counts more than what it says itself.

    Raises ``InputError`` as ``make_document``.

    >>> said = About({"id": "wire-7", "title": None}, {"desk": "sport"})
    >>> described(Document("a.txt", "Hello", title="T"), said).id
    'wire-7'
    """
    said = {name: value for name, value in about.known.items() if value}
    own = {name: getattr(document, name) for name in MAPPABLE if name not in _CONTENT}
    extra = {name: value for name, value in document.extra.items() if name not in said}
    return make_document(
        said.pop("id", document.id),
        document.text,
        {**own, **said},
        {**extra, **about.extra},
        document.flags,
    )


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Refuse a mapping of fields that no document has, with ``UsageError``.

    >>> check_mapping({"txt": "body"})
    Traceback (most recent call last):
    ...
    detector.errors.UsageError: --map txt=body: a document has no field 'txt', only html, ...
    """
    for field, column in mapping.items():
        if field not in MAPPABLE:
            raise UsageError(
                f"--map {field}={column}: a document has no field {field!r}, "
                f"only {', '.join(MAPPABLE)}"
            )


def _check_release(fields: Mapping[str, str]) -> None:
    """Whether and when a text may be used must be understood or refused."""
    status = fields.get("status", "usable")
    if status not in STATUSES:
        raise InputError(f"status must be one of {', '.join(STATUSES)}", code="validation_failed")
    for name in ("embargoed_until", "expires_at"):
        if name in fields and not _is_date(fields[name]):
            raise InputError(f"{name} must be an ISO 8601 time", code="bad_timestamp")


def _is_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
