"""Running one batch: what ``copydesk batch`` does with a file, by the worker."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from detector.batch import compare_all
from detector.cascade import cascades
from detector.errors import CopydeskError
from detector.journal import Journal, run_digest
from detector.model import Document, Run, Skipped
from detector.report import json_line
from detector.report.batch_page import batch_page
from detector.report.phrases import LANGUAGES
from detector.rights import add_rights
from detector.version import VERSION
from service.background.stop import Stopped
from service.batches.rows import MAX_TRIES, Batch, Batches, State, keep_file
from service.batches.source import documents_in
from service.corpora import Corpora
from service.times import said

log = logging.getLogger("copydesk.batches")

MAX_SKIPPED_TOLD = 100
_NOTED_EVERY_SECONDS = 0.5
Announce = Callable[[Batch], None]
"""Is told of each batch that is over, inside the transaction that says so."""


class _Unwanted(Exception):
    """The batch under way was purged."""


def run_next(
    batches: Batches, corpora: Corpora, is_stopping: Callable[[], bool], announce: Announce
) -> bool:
    """Run the next batch, if one waits; whether there was one. ``corpora`` have the settings and
    the licences on file.

    Raises Stopped where the worker is to end: the batch is put back.
    """
    batch = batches.claim()
    if batch is None:
        return False
    if batches.tries(batch) > MAX_TRIES:
        why = f"The service ended {MAX_TRIES} times while it was running."
        _end(batches, batch, State.FAILED, {"error": why}, announce)
        return True
    try:
        detail = _compare(batches, batch, corpora, is_stopping)
    except _Unwanted:
        log.info("batch %s was purged while it was running", batch.id)
        batches.clear(batch)
    except Stopped:
        batches.put_back(batch)
        raise
    except CopydeskError as error:
        _end(batches, batch, State.FAILED, {"error": error.message}, announce)
    except Exception:
        log.exception("batch %s failed", batch.id)
        _end(batches, batch, State.FAILED, {"error": "Something broke here."}, announce)
    else:
        _end(batches, batch, State.FINISHED, detail, announce)
    return True


def _compare(
    batches: Batches, batch: Batch, corpora: Corpora, is_stopping: Callable[[], bool]
) -> dict[str, Any]:
    """Write the result of a batch; the numbers to tell of it."""
    note = _Progress(batches, batch, is_stopping)
    documents, skipped = _read(batches.sent_file(batch), note)
    view = corpora.settings.view.changed({"min_words": batch.min_words})
    settings = replace(corpora.settings, view=view)
    digest = run_digest(documents, settings=settings)
    # Kept while it runs, so that whoever takes the batch up again goes on where it was.
    with Journal(str(batches.journal_file(batch)), digest, documents, documents) as journal:
        result = compare_all(documents, settings=settings, progress=note, journal=journal)
    pairs = [add_rights(pair, corpora.partners) for pair in result.comparisons]
    keep_file(batches.result_file(batch), "".join(map(json_line, pairs)).encode())
    stories, at = cascades(result.clusters, result.found), said(time.time())
    run = Run(VERSION, settings.digest, result.stats_digest, len(documents), at)
    for language in LANGUAGES:
        page = batch_page(pairs, stories, run, language)
        keep_file(batches.page_file(batch, language), page.encode("utf-8", "replace"))
    return {
        "documents": len(documents),
        "pairs": len(pairs),
        "clusters": len(result.clusters),
        "skipped": len(skipped),
        "skipped_first": [
            {"name": each.name, "code": each.code, "detail": each.reason}
            for each in skipped[:MAX_SKIPPED_TOLD]
        ],
    }


def _read(file: Path, note: _Progress) -> tuple[list[Document], list[Skipped]]:
    """The documents of a file that was sent, and what of it cannot be read."""
    documents: list[Document] = []
    skipped: list[Skipped] = []
    for found in documents_in(file):
        note("reading", len(documents) + len(skipped), 0)
        if isinstance(found, Skipped):
            skipped.append(found)
        else:
            documents.append(found)
    return documents, skipped


def _end(
    batches: Batches, batch: Batch, state: State, detail: dict[str, Any], announce: Announce
) -> None:
    with batches.ledger.writing():
        is_wanted = batches.end(batch, state, detail)
        ended = batches.find(batch.tenant, batch.id)
        if is_wanted and ended:
            announce(ended)
    batches.clear(batch, keep_result=is_wanted)


class _Progress:
    """Notes how far a batch is, not too often, and ends it where it should go no further."""

    def __init__(self, batches: Batches, batch: Batch, is_stopping: Callable[[], bool]) -> None:
        self._batches, self._batch, self._is_stopping = batches, batch, is_stopping
        self._noted_at = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._is_stopping():
            raise Stopped
        if time.monotonic() - self._noted_at < _NOTED_EVERY_SECONDS:
            return
        self._noted_at = time.monotonic()
        if not self._batches.is_wanted(self._batch, stage, done, total):
            raise _Unwanted
