"""Documents on their way into a store: refused, or scanned."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from detector.errors import InputError
from detector.model import Document, Skipped
from detector.pipeline import Scan, check_words, scan
from detector.store import Store


def check_fields(document: Document) -> None:
    """Raise InputError for a document that cannot be kept."""
    check_words(document)
    try:
        json.dumps(replace(document, text="").to_dict(), ensure_ascii=False).encode()
        datetime.fromisoformat(document.expires_at or "1970-01-01")
    except UnicodeEncodeError as error:
        raise InputError(
            f"{document.id}: its name or a field has bytes that are no Unicode text",
            code="bad_unicode",
        ) from error
    except ValueError as error:
        raise InputError(
            f"{document.id}: expires_at must be an ISO 8601 time", code="bad_timestamp"
        ) from error


@dataclass(frozen=True, slots=True)
class Coming:
    """A document on its way, with its scan; None where it is probably stored as it is."""

    document: Document
    scanned: Scan | None


def with_known(store: Store, documents: Sequence[Document]) -> list[tuple[Document, bool]]:
    """Documents, and whether each is stored as it is."""
    stored = store.digests([document.id for document in documents])
    return [
        (document, document.id in stored and _is_known(store, document)) for document in documents
    ]


def _is_known(store: Store, document: Document) -> bool:
    stored = store.current(document.id)
    return stored is not None and stored.document == document


def scan_some(hash_key: int, given: Sequence[tuple[Document, bool]]) -> list[Coming | Skipped]:
    """Documents scanned, or refused; those that are known, as the bool says, are left as they
    are."""
    coming: list[Coming | Skipped] = []
    for document, is_known in given:
        try:
            check_fields(document)
        except InputError as error:
            coming.append(Skipped(document.id, error.code, error.message))
        else:
            coming.append(Coming(document, None if is_known else scan(document, hash_key)))
    return coming
