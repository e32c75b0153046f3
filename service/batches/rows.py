"""Batches on the list of work: from queued to finished, failed or purged."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from detector.errors import IndexUnusable, UsageError
from detector.model import Once
from detector.report.phrases import LANGUAGES
from detector.store.database import translated
from service.background.ledger import Ledger
from service.problems import Problem

MAX_WAITING = 20
"""So many batches of one tenant may wait or run."""
MAX_TRIES = 3
"""A batch that the worker died of so often is not begun again."""
RESULT_DAYS = 7
FORGOTTEN_DAYS = 90
"""After so long nothing says any more that there was such a batch."""
_DAY = 86_400
_COLUMNS = "id, tenant, status, form, min_words, stage, done, total, detail, made_at, ended_at"


class State(StrEnum):
    """What becomes of a batch."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    FAILED = "failed"
    PURGED = "purged"


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch. ``form`` is what was sent, jsonl or zip; ``detail`` what came of it: numbers of
    documents, pairs and clusters, what was skipped, or why it failed. Times in seconds since
    1970."""

    id: str
    tenant: str
    state: State
    form: str
    min_words: int
    stage: str
    done: int
    total: int
    detail: dict[str, Any]
    made_at: float
    ended_at: float | None

    @property
    def expires_at(self) -> float | None:
        """When its result is deleted."""
        return None if self.ended_at is None else self.ended_at + RESULT_DAYS * _DAY


class Batches:
    """The batches of all tenants.

    >>> import tempfile
    >>> batches = Batches(Ledger(Path(tempfile.mkdtemp()) / "jobs.db"))
    >>> made = batches.add("default", b'{"text": "Rain fell."}', "jsonl", min_words=4)
    >>> batches.claim().id == made.id, batches.claim() is None
    (True, True)
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def sent_file(self, batch: Batch) -> Path:
        """What was sent, until the batch is over."""
        return self.ledger.folder / f"{batch.id}.{batch.form}"

    def journal_file(self, batch: Batch) -> Path:
        """What is known of its pairs, while it runs."""
        return self.ledger.folder / f"{batch.id}.resume"

    def result_file(self, batch: Batch) -> Path:
        """The result, once it is finished."""
        return self.ledger.folder / f"{batch.id}.result.jsonl"

    def page_file(self, batch: Batch, language: str) -> Path:
        """The result as a page in a language."""
        return self.ledger.folder / f"{batch.id}.result.{language}.html"

    # -- as the calls see them

    def add(
        self, tenant: str, data: bytes, form: str, min_words: int, once: Once | None = None
    ) -> Batch:
        """Put a batch on the list, durably. What was asked ``once`` gets the batch of the first
        time.

        Raises UsageError (``idempotency_mismatch``) where its key came with another request,
        Problem (429, ``overloaded``) where too many of the tenant wait already.
        """
        now = time.time()
        name = f"b-{int(now * 1000):012x}{secrets.token_hex(4)}"
        batch = Batch(name, tenant, State.QUEUED, form, min_words, "", 0, 0, {}, now, None)
        with self.ledger.writing():
            if once and (known := self._known(tenant, once)):
                return known
            self._refuse_if_full(tenant)
            keep_file(self.sent_file(batch), data)  # without its row it is swept away later
            self.ledger.changed(
                "INSERT INTO batch (id, tenant, status, form, min_words, made_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                *(name, tenant, State.QUEUED, form, min_words, now),
            )
            if once:
                self.ledger.changed(
                    "INSERT INTO receipt (tenant, key, request, batch) VALUES (?, ?, ?, ?)",
                    *(tenant, once.key, once.request, name),
                )
        return batch

    def find(self, tenant: str, name: str) -> Batch | None:
        """A tenant's batch; another's is not there."""
        found = self._some("tenant = ? AND id = ?", tenant, name)
        return found[0] if found else None

    def page(self, tenant: str, before: str, most: int) -> Sequence[Batch]:
        """A tenant's batches, the newest first; ``before`` is the last that was seen, or ""."""
        where = "tenant = ? AND (? = '' OR id < ?) ORDER BY id DESC LIMIT ?"
        return self._some(where, tenant, before, before, most)

    def purge(self, batch: Batch) -> None:
        """Cancel a batch, or forget what came of it. The files of one that runs are the worker's,
        which deletes them when it sees that nobody wants the batch any more."""
        with self.ledger.writing():
            before = self.find(batch.tenant, batch.id)
            self.ledger.changed(
                "UPDATE batch SET status = ?, detail = '{}', ended_at = ? WHERE id = ?",
                *(State.PURGED, time.time(), batch.id),
            )
        if before and before.state is not State.RUNNING:
            self.clear(batch)

    # -- as the worker sees them

    def take_up_again(self) -> None:
        """Put what a worker was doing when it ended back into the queue."""
        self.ledger.changed(
            "UPDATE batch SET status = ? WHERE status = ?", State.QUEUED, State.RUNNING
        )

    def claim(self) -> Batch | None:
        """The next batch to run, which then counts as running; None where none waits. Of several
        tenants it is that whose last batch ended longest ago."""
        with self.ledger.writing():
            found = self._some(
                "status = ? ORDER BY coalesce((SELECT max(ended_at) FROM batch AS b "
                "WHERE b.tenant = batch.tenant), 0), made_at LIMIT 1",
                State.QUEUED,
            )
            if found:
                self.ledger.changed(
                    "UPDATE batch SET status = ?, tries = tries + 1 WHERE id = ?",
                    *(State.RUNNING, found[0].id),
                )
        return found[0] if found else None

    def tries(self, batch: Batch) -> int:
        """How often it was begun."""
        ((tries,),) = self.ledger.asked("SELECT tries FROM batch WHERE id = ?", batch.id)
        return int(tries)

    def put_back(self, batch: Batch) -> None:
        """Leave a batch to the next worker; that it was begun is not held against it."""
        self.ledger.changed(
            "UPDATE batch SET status = ?, tries = tries - 1 WHERE id = ? AND status = ?",
            *(State.QUEUED, batch.id, State.RUNNING),
        )

    def is_wanted(self, batch: Batch, stage: str, done: int, total: int) -> bool:
        """Note how far it is; whether anybody still wants it."""
        return bool(
            self.ledger.changed(
                "UPDATE batch SET stage = ?, done = ?, total = ? WHERE id = ? AND status = ?",
                *(stage, done, total, batch.id, State.RUNNING),
            )
        )

    def end(self, batch: Batch, state: State, detail: dict[str, Any]) -> bool:
        """Say what became of it, inside a transaction; False where it was purged meanwhile. How far
        it was noted to be last is chance: now all of its documents are done."""
        documents = detail.get("documents", 0)
        return bool(
            self.ledger.changed(
                "UPDATE batch SET status = ?, detail = ?, ended_at = ?, stage = '', done = ?, "
                "total = ? WHERE id = ? AND status = ?",
                *(state, json.dumps(detail), time.time(), documents, documents),
                *(batch.id, State.RUNNING),
            )
        )

    def clear(self, batch: Batch, keep_result: bool = False) -> None:
        """Delete the files of a batch, all or all but the result."""
        for file in (self.sent_file(batch), self.journal_file(batch)):
            file.unlink(missing_ok=True)
        if not keep_result:
            pages = (self.page_file(batch, language) for language in LANGUAGES)
            for file in (self.result_file(batch), *pages):
                file.unlink(missing_ok=True)

    def sweep(self, now: float) -> None:
        """Purge results whose time is over, forget old batches, delete files of none."""
        old = self._some("ended_at < ? AND status <> ?", now - RESULT_DAYS * _DAY, State.PURGED)
        for batch in old:
            self.purge(batch)
        self.ledger.changed("DELETE FROM batch WHERE ended_at < ?", now - FORGOTTEN_DAYS * _DAY)
        live = {
            name for (name,) in self.ledger.asked("SELECT id FROM batch WHERE status <> 'purged'")
        }
        for file in self.ledger.folder.iterdir():
            if file.name.partition(".")[0] not in live and file.stat().st_mtime < now - _DAY:
                file.unlink(missing_ok=True)

    # -- rows

    def _known(self, tenant: str, once: Once) -> Batch | None:
        rows = self.ledger.asked(
            "SELECT request, batch FROM receipt WHERE tenant = ? AND key = ?", tenant, once.key
        )
        if not rows:
            return None
        if rows[0][0] != once.request:
            raise UsageError("Key was used with a different request.", code="idempotency_mismatch")
        return self.find(tenant, rows[0][1])

    def _refuse_if_full(self, tenant: str) -> None:
        ((waiting,),) = self.ledger.asked(
            "SELECT count(*) FROM batch WHERE tenant = ? AND status IN (?, ?)",
            *(tenant, State.QUEUED, State.RUNNING),
        )
        if waiting >= MAX_WAITING:
            detail = f"{waiting} batches are waiting; try again when one is finished."
            raise Problem(429, "overloaded", detail, headers={"Retry-After": "60"})

    def _some(self, where: str, *values: Any) -> list[Batch]:
        rows = self.ledger.asked(f"SELECT {_COLUMNS} FROM batch WHERE {where}", *values)  # noqa: S608
        return [_batch(*row) for row in rows]


def keep_file(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read; it is on the disk, under its name, when this
    returns. Raises IndexUnusable (``storage_full``, ``storage_error``), and leaves nothing then."""
    try:
        with translated(path):
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(file, "wb") as opened:
                opened.write(data)
                opened.flush()
                os.fsync(file)
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
    except IndexUnusable:
        path.unlink(missing_ok=True)
        raise


def _batch(name: str, tenant: str, status: str, *rest: Any) -> Batch:
    form, min_words, stage, done, total, detail, made_at, ended_at = rest
    return Batch(
        *(name, tenant, State(status), form, min_words, stage, done, total),
        *(json.loads(detail), made_at, ended_at),
    )
