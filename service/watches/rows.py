"""Watches on the list of work, and their hits."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.background.ledger import Ledger
from service.problems import Problem
from service.watches.query import Query

MAX_WATCHES = 100
"""So many a tenant may have."""
HIT_DAYS = 90
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Watch:
    """A saved query. ``asked`` is what was sent; ``seen`` the last event of the corpus that it has
    dealt with; times are seconds since 1970."""

    id: str
    asked: Mapping[str, Any]
    query: Query
    seen: int
    made_at: float


class Watches:
    """The watches of all tenants."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def add(self, tenant: str, asked: Mapping[str, Any], seen: int) -> Watch:
        """Keep a watch on what comes after the event ``seen``. Raises Problem (409,
        ``too_many_watches``)."""
        watch = Watch(f"w-{secrets.token_hex(8)}", asked, Query.of(asked), seen, time.time())
        with self.ledger.writing():
            if len(self.of(tenant)) >= MAX_WATCHES:
                detail = f"There are {MAX_WATCHES} watches; delete one."
                raise Problem(409, "too_many_watches", detail)
            self.ledger.changed(
                "INSERT INTO watch (id, tenant, asked, seen, made_at) VALUES (?, ?, ?, ?, ?)",
                *(watch.id, tenant, json.dumps(asked), seen, watch.made_at),
            )
        return watch

    def of(self, tenant: str) -> Sequence[Watch]:
        """A tenant's watches, the oldest first."""
        return self._some("tenant = ? ORDER BY made_at, id", tenant)

    def find(self, tenant: str, name: str) -> Watch | None:
        """A tenant's watch; another's is not there."""
        found = self._some("tenant = ? AND id = ?", tenant, name)
        return found[0] if found else None

    def delete(self, watch: Watch) -> None:
        """Delete a watch, with its hits and what was not sent yet."""
        self.ledger.changed("DELETE FROM watch WHERE id = ?", watch.id)

    def counts(self, watch: Watch) -> dict[str, Any]:
        """How many hits there were lately, and what became of sending."""
        ((hits,),) = self.ledger.asked("SELECT count(*) FROM hit WHERE watch = ?", watch.id)
        rows = self.ledger.asked(
            "SELECT status, count(*) FROM delivery WHERE watch = ? GROUP BY status", watch.id
        )
        said = self.ledger.asked(
            "SELECT said FROM delivery WHERE watch = ? AND status <> 'sent' AND said <> '' "
            "ORDER BY id DESC LIMIT 1",
            watch.id,
        )
        sent = dict.fromkeys(("waiting", "sent", "failed"), 0) | dict(rows)
        return {"hits": hits, "deliveries": sent, "last_failure": said[0][0] if said else None}

    # -- hits, inside a transaction

    def hit(self, watch: Watch, one: int, other: int, told: Mapping[str, Any]) -> bool:
        """Note that a watch found a pair of texts, by their numbers; False where it did before."""
        return bool(
            self.ledger.changed(
                "INSERT OR IGNORE INTO hit (watch, one, other, told, at) VALUES (?, ?, ?, ?, ?)",
                *(watch.id, min(one, other), max(one, other), json.dumps(told), time.time()),
            )
        )

    def forget_text(self, tenant: str, number: int) -> None:
        """Leave nothing of a text that was removed, not even what was to be sent about it."""
        for table in ("hit", "delivery"):
            self.ledger.changed(
                f"DELETE FROM {table} WHERE (one = ?1 OR other = ?1) "  # noqa: S608
                "AND watch IN (SELECT id FROM watch WHERE tenant = ?2)",
                *(number, tenant),
            )

    def have_seen(self, watches: Sequence[Watch], seq: int) -> None:
        """Note that these have dealt with all events up to one."""
        for watch in watches:
            self.ledger.changed(
                "UPDATE watch SET seen = ?1 WHERE id = ?2 AND seen < ?1", seq, watch.id
            )

    def hits_between(
        self,
        watch: Watch,
        first: float,
        last: float,
        after: tuple[int, int] = (0, 0),
        most: int = 500,
    ) -> Sequence[tuple[tuple[int, int], float, dict[str, Any]]]:
        """Some hits from one time to before another: (texts, when, what was told), by texts."""
        rows = self.ledger.asked(
            "SELECT one, other, at, told FROM hit WHERE watch = ? AND at >= ? AND at < ? "
            "AND (one, other) > (?, ?) ORDER BY one, other LIMIT ?",
            *(watch.id, first, last, *after, most),
        )
        return [((one, other), at, json.loads(told)) for one, other, at, told in rows]

    def sweep(self, now: float) -> None:
        """Forget old hits."""
        self.ledger.changed("DELETE FROM hit WHERE at < ?", now - HIT_DAYS * _DAY)

    def _some(self, where: str, *values: Any) -> list[Watch]:
        rows = self.ledger.asked(
            f"SELECT id, asked, seen, made_at FROM watch WHERE {where}",  # noqa: S608
            *values,
        )
        return [
            Watch(name, given := json.loads(asked), Query.of(given), seen, made_at)
            for name, asked, seen, made_at in rows
        ]
