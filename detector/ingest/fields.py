"""The fields of a document, whatever format they come from, checked in one place."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from detector.errors import InputError, UsageError
from detector.fold import has_words
from detector.model import KINDS, STATUSES, Document

MAX_BYTES = 26_214_400  # one document
TOO_LARGE = f"larger than {MAX_BYTES} bytes"

_NOT_MAPPABLE = ("extra", "flags")
MAPPABLE = (
    "html",
    *(f.name for f in dataclasses.fields(Document) if f.name not in _NOT_MAPPABLE),
)


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
    ``bad_timestamp`` for a status or embargo that cannot be read, since guessing would let out a
    withheld text.

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
    if "embargoed_until" in fields and not _is_date(fields["embargoed_until"]):
        raise InputError("embargoed_until must be an ISO 8601 time", code="bad_timestamp")


def _is_date(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True
