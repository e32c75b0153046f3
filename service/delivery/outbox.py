"""The outbox: what is to be sent, written down in the transaction that caused it, sent until it
was taken.

Each event goes out at least once. It goes out twice only where the service dies between the
receiver's answer and our note of it; its ``id`` is the same then.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from service.background.ledger import Ledger
from service.delivery.post import Undeliverable

log = logging.getLogger("copydesk.delivery")

MAX_TRIES = 9
FIRST_PAUSE_SECONDS = 1.0
GROWTH = 5.0
MAX_PAUSE_SECONDS = 21_600.0
"""1 s, 5 s, 25 s, ... six hours: the last try comes about 17 hours after the first."""
MAX_WAITING = 10_000
"""With so much unsent, a tenant's documents are not looked at for more until some is gone."""
KEPT_DAYS = 30
_AT_ONCE = 4
Send = Callable[[str, Mapping[str, str], dict[str, Any]], None]
"""Sends an event to a tenant's target, or raises Undeliverable."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one target."""

    id: int
    tenant: str
    target: str
    event: str
    body: str
    tries: int


class Outbox:
    """What is to be sent, and who sends it: to each target one event after the other, to several
    targets at the same time."""

    def __init__(self, ledger: Ledger, send: Send) -> None:
        self._ledger, self._send = ledger, send
        self._pool = ThreadPoolExecutor(_AT_ONCE, "delivery")
        self._under_way: set[tuple[str, str]] = set()

    def begin_due(self) -> bool:
        """Begin to send what is due, where that is not under way; whether there was anything."""
        rows = self._ledger.asked(
            "SELECT DISTINCT tenant, target FROM delivery WHERE due_at <= ?", time.time()
        )
        waiting = [(tenant, target) for tenant, target in rows]
        begun = [each for each in waiting if each not in self._under_way]
        self._under_way.update(begun)
        for each in begun:
            self._pool.submit(self._drain, *each)
        return bool(begun)

    def _drain(self, tenant: str, target: str) -> None:
        try:
            while (delivery := self._next_due(tenant, target)) and self._was_taken(delivery):
                pass
        except Exception:  # nobody looks at what a pool's function raises
            log.exception("delivery failed; it is tried again")
        finally:
            self._under_way.discard((tenant, target))

    def _next_due(self, tenant: str, target: str) -> Delivery | None:
        rows = self._ledger.asked(
            "SELECT id, tenant, target, event, body, tries FROM delivery "
            "WHERE due_at <= ? AND tenant = ? AND target = ? ORDER BY due_at, id LIMIT 1",
            *(time.time(), tenant, target),
        )
        return Delivery(*rows[0]) if rows else None

    def _was_taken(self, delivery: Delivery) -> bool:
        event = {"id": delivery.id, "event": delivery.event, **json.loads(delivery.body)}
        try:
            self._send(delivery.tenant, json.loads(delivery.target), event)
        except Undeliverable as error:
            self._note_failure(delivery, str(error))
            return False
        except Exception as error:  # our own mistake, which must not be made without end
            log.exception("event %s cannot be sent", delivery.id)
            self._note_failure(delivery, type(error).__name__)
            return False
        self._ledger.changed(
            "UPDATE delivery SET status = 'sent', due_at = NULL, tries = tries + 1 WHERE id = ?",
            delivery.id,
        )
        return True

    def _note_failure(self, delivery: Delivery, why: str) -> None:
        tries = delivery.tries + 1
        log.warning("event %s was not taken (try %s): %s", delivery.id, tries, why)
        is_over = tries >= MAX_TRIES
        self._ledger.changed(
            "UPDATE delivery SET status = ?, due_at = ?, tries = ?, said = ? WHERE id = ?",
            "failed" if is_over else "waiting",
            None if is_over else time.time() + pause_after(tries),
            *(tries, why, delivery.id),
        )


def pause_after(tries: int) -> float:
    """Seconds until the next try.

    >>> [pause_after(tries) for tries in (1, 2, 3, 9)]
    [1.0, 5.0, 25.0, 21600.0]
    """
    return float(min(MAX_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * GROWTH ** (tries - 1)))


def put(
    ledger: Ledger,
    tenant: str,
    watch: str,
    target: Mapping[str, str],
    event: str,
    body: Mapping[str, Any],
    texts: tuple[int, int] | tuple[None, None] = (None, None),
) -> None:
    """Write down that an event is to be sent, inside a transaction. ``texts`` are the numbers of
    those that it is about."""
    ledger.changed(
        "INSERT INTO delivery (tenant, watch, target, event, body, one, other, at, due_at, status) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 'waiting')",
        *(tenant, watch, json.dumps(target), event, json.dumps(body), *texts, time.time()),
    )


def is_full(ledger: Ledger, tenant: str) -> bool:
    """Whether so much of a tenant is unsent that no more should come."""
    ((waiting,),) = ledger.asked(
        "SELECT count(*) FROM delivery WHERE due_at IS NOT NULL AND tenant = ?", tenant
    )
    return bool(waiting >= MAX_WAITING)


def sweep(ledger: Ledger, now: float) -> None:
    """Forget what was sent or given up long ago."""
    ledger.changed("DELETE FROM delivery WHERE due_at IS NULL AND at < ?", now - KEPT_DAYS * 86_400)
