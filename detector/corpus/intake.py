"""Documents on their way into a store: refused, or scanned and written down."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from detector.errors import InputError, UsageError
from detector.model import Added, Document, EventKind, Once, Skipped, Status
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


# -- inside a transaction


def answered(store: Store, once: Once) -> Added | None:
    """The answer that a request got when it came first. Raises UsageError
    (``idempotency_mismatch``) where its key came with another request."""
    receipt = store.receipt(once.key)
    if receipt is None:
        return None
    if receipt.request != once.request:
        raise UsageError("Key was used with a different request.", code="idempotency_mismatch")
    known = json.loads(receipt.answer)
    return Added(**{**known, "status": Status(known["status"])})


def is_new_text(store: Store, document: Document) -> bool:
    """Whether a document is new, or its text is another than that in force."""
    current = store.current(document.id)
    return current is None or current.document.text != document.text


def put(store: Store, document: Document, scanned: Scan) -> tuple[Added, int | None]:
    """Store a document and log that; the number of a new text."""
    current = store.current(document.id)
    if current and current.document.text == document.text:
        status = Status.UNCHANGED
        if current.document != document:
            status = Status.UPDATED
            store.change_fields(current, document)
            store.log(EventKind.CHANGED, current.number, document.id)
        return Added(document.id, status, current.version), None
    stored = store.insert(document, scanned.sketch, current)
    kind, before = EventKind.ADDED, list[int]()
    if current:
        kind, before = EventKind.UPDATED, [current.number]
    store.log(kind, stored.number, document.id, version=stored.version, supersedes=before)
    status = Status.UPDATED if current else Status.ADDED
    return Added(document.id, status, stored.version), stored.number
