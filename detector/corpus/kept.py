"""Reports that are kept for a while: beside the documents whose words they show, so that erasing
one of these erases them too."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from detector.checked import Checked, Compared
from detector.errors import IndexUnusable, UsageError
from detector.model import Document, KeptReport, Stored
from detector.settings import Settings
from detector.store import Store
from detector.store.record import pack_record, unpack_record

_ID_BYTES = 18
_NAMES: Mapping[type, str] = MappingProxyType({Checked: "check", Compared: "pair"})
_KINDS: Mapping[str, object] = MappingProxyType(
    {"check": tuple[Checked, Settings], "pair": tuple[Compared, Settings]}
)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that is kept, under an id that nobody can guess. ``settings``: those it was asked
    with. Times are ours, in RFC 3339; ``is_brief``: it may go before ``expires_at``."""

    id: str
    made_at: str
    expires_at: str
    is_brief: bool
    answer: Checked | Compared
    settings: Settings


class Reports:
    """The reports that a store keeps. ``stored`` finds a document of that store by the name that an
    answer calls it by; without, nothing in answers is of the store."""

    def __init__(self, store: Store, stored: Callable[[str], Stored | None] | None = None) -> None:
        self._store = store
        self._stored = stored

    def keep(
        self,
        answer: Checked | Compared,
        settings: Settings,
        seconds: float,
        is_brief: bool = False,
        is_found_here: bool = True,
    ) -> Kept:
        """Keep an answer for so long; what is brief makes room for others before.
        ``is_found_here``: whether its matches are documents of the store.

        Raises InputError (``report_too_large``), IndexUnusable (``storage_full``; ``index_busy``
        where a text of the answer was removed meanwhile).
        """
        now = time.time_ns() // 1000
        report = KeptReport(
            secrets.token_urlsafe(_ID_BYTES), _NAMES[type(answer)],
            now, now + int(seconds * 1e6), is_brief, pack_record((answer, settings)),
        )  # fmt: skip
        texts = [(document.id, document.digest) for document in answer.documents]
        with self._store.writing():
            # A text that was erased since it was found must not come back in a report.
            if isinstance(answer, Checked) and self._stored and is_found_here:
                _require_all(answer.documents[1:], self._stored, self._store)
            self._store.shelf.drop_expired(now)
            self._store.shelf.put(report, texts)
        return _told(report, answer, settings)

    def get(self, report_id: str) -> Kept | None:
        """A report whose time is not over. Raises UsageError (``report_outdated``) for one of a
        Copydesk that kept something else, IndexUnusable for a damaged one."""
        found = self._store.shelf.get(report_id, time.time_ns() // 1000)
        if found is None:
            return None
        answer, settings = unpack_record(_KINDS[found.kind], found.body)
        return _told(found, answer, settings)

    def prolong(self, report_id: str, seconds: float) -> None:
        """Keep a report for so long from now on."""
        with self._store.writing():
            self._store.shelf.prolong(report_id, time.time_ns() // 1000 + int(seconds * 1e6))

    def delete(self, report_id: str) -> None:
        """Delete a report, if there is one of this id."""
        with self._store.writing():
            self._store.shelf.drop(report_id)

    def expire(self, now: str | None = None) -> None:
        """Delete all whose time is over."""
        moment = datetime.fromisoformat(now) if now else datetime.now(UTC)
        with self._store.writing():
            self._store.shelf.drop_expired(int(moment.timestamp() * 1e6))

    def forget(self, document_id: str, versions: Iterable[Stored]) -> None:
        """Delete all that show a document that is being removed, or the same text under another
        name: what was checked as a draft is shown too. Inside a transaction."""
        self._store.shelf.drop_showing(document_id, {v.document.digest for v in versions})

    def problems(self) -> list[str]:
        """What is wrong with the reports, in words."""
        found = []
        for report_id in self._store.shelf.all_ids():
            try:
                self.get(report_id)
            except IndexUnusable as error:
                found.append(f"report {report_id}: {error.message}")
            except UsageError:
                continue  # sound, and of another Copydesk
        return found


def _require_all(
    documents: Iterable[Document], find: Callable[[str], Stored | None], store: Store
) -> None:
    for document in documents:
        stored = find(document.id)
        versions = store.versions(stored.document.id) if stored else ()
        if document.digest not in {version.document.digest for version in versions}:
            raise IndexUnusable("a text was removed just now; try again", code="index_busy")


def _told(report: KeptReport, answer: Checked | Compared, settings: Settings) -> Kept:
    made_at, expires_at = (
        datetime.fromtimestamp(micros / 1e6, UTC).isoformat(timespec="seconds")
        for micros in (report.made_at, report.expires_at)
    )
    return Kept(report.id, made_at, expires_at, report.is_brief, answer, settings)
