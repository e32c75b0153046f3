"""Reports that are kept for a while, in the same file as the documents whose words they show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from detector.errors import IndexUnusable
from detector.model import KeptReport

MOST_BYTES = 1 << 30
"""All reports of a store together."""
_COLUMNS = "id, kind, made_at, expires_at, is_brief, body"
_FULL = "reports take all the room there is for them; delete some, or keep them for fewer days"


class SqliteShelf:
    """The reports of a database; ``asked`` gives the rows of a statement. Times are in
    microseconds since 1970. What writes does so only inside the store's ``writing()``."""

    def __init__(self, asked: Callable[..., list[tuple[Any, ...]]]) -> None:
        self._asked = asked

    def get(self, report_id: str, now: int) -> KeptReport | None:
        """A report whose time is not over."""
        rows = self._asked(
            f"SELECT {_COLUMNS} FROM report WHERE id = ? AND expires_at > ?",  # noqa: S608
            (report_id, now),
        )
        if not rows:
            return None
        ((name, kind, made_at, expires_at, is_brief, body),) = rows
        return KeptReport(name, kind, made_at, expires_at, bool(is_brief), body)

    def all_ids(self) -> Sequence[str]:
        """The ids of all reports, in the order in which they came."""
        return [name for (name,) in self._asked("SELECT id FROM report ORDER BY number")]

    def put(self, report: KeptReport, texts: Iterable[tuple[str, str]]) -> None:
        """Keep a report that shows these texts, by id and digest. Brief ones make room for it.

        Raises IndexUnusable (``storage_full``) where that is not enough.
        """
        self._make_room(len(report.body))
        ((number,),) = self._asked(
            f"INSERT INTO report ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) RETURNING number",  # noqa: S608
            (report.id, report.kind, report.made_at, report.expires_at, report.is_brief,
             report.body),
        )  # fmt: skip
        for name, digest in sorted(set(texts)):
            self._asked(
                "INSERT INTO report_text (report, id, digest) VALUES (?, ?, ?)",
                (number, _bytes(name), bytes.fromhex(digest)),
            )

    def prolong(self, report_id: str, expires_at: int) -> None:
        """Keep a report until then; it is brief no more."""
        self._asked(
            "UPDATE report SET expires_at = ?, is_brief = 0 WHERE id = ?", (expires_at, report_id)
        )

    def drop(self, report_id: str) -> None:
        """Delete a report, if there is one of this id."""
        self._drop("SELECT number FROM report WHERE id = ?", (report_id,))

    def drop_expired(self, now: int) -> None:
        """Delete all whose time is over."""
        self._drop("SELECT number FROM report WHERE expires_at <= ?", (now,))

    def drop_showing(self, document_id: str, digests: Iterable[str]) -> None:
        """Delete all that show a text of this id, or one that has one of these digests."""
        self._drop("SELECT report FROM report_text WHERE id = ?", (_bytes(document_id),))
        for digest in digests:
            found = "SELECT report FROM report_text WHERE digest = ?"
            self._drop(found, (bytes.fromhex(digest),))

    def _drop(self, numbers: str, values: Sequence[Any]) -> None:
        for (number,) in self._asked(numbers, values):
            self._asked("DELETE FROM report WHERE number = ?", (number,))
            self._asked("DELETE FROM report_text WHERE report = ?", (number,))

    def _make_room(self, size_bytes: int) -> None:
        ((taken,),) = self._asked("SELECT coalesce(sum(length(body)), 0) FROM report")
        brief = "SELECT id, length(body) FROM report WHERE is_brief ORDER BY expires_at, number"
        for name, size in self._asked(brief) if taken + size_bytes > MOST_BYTES else ():
            self.drop(name)
            taken -= size
            if taken + size_bytes <= MOST_BYTES:
                return
        if taken + size_bytes > MOST_BYTES:
            raise IndexUnusable(_FULL, code="storage_full")


def _bytes(name: str) -> bytes:
    """An id, also one that is no sound Unicode."""
    return name.encode("utf-8", "surrogatepass")
