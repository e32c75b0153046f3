"""The calls on batches: send one, see how far it is, fetch what came of it, purge it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, request

from detector.settings import Settings
from detector.view import MOST_WORDS
from service.access import needs, tenant
from service.batches.rows import Batch, Batches, State
from service.batches.source import read_sent
from service.body import LINES, asked_once
from service.corpora import Corpora
from service.paging import asked_page
from service.problems import Problem
from service.times import said

_PIECE_BYTES = 1 << 16


def blueprint(batches: Batches, corpora: Corpora, settings: Settings) -> Blueprint:
    """The calls on the tenants' batches. ``settings`` are those of a batch without options."""
    api = Blueprint("batches", __name__)
    api.before_request(corpora.require_index)

    @api.post("/v1/batches")
    @needs("write")
    def post() -> Response:
        """Write a batch down for the worker and say where to ask for it."""
        min_words = _asked_min_words(settings)
        data, form = read_sent(request)
        batch = batches.add(tenant(), data, form, min_words, asked_once(data))
        answer = jsonify(batch_facts(batch))
        answer.status_code = 202
        answer.headers["Location"] = _url(batch)
        return answer

    @api.get("/v1/batches")
    @needs("read")
    def page() -> Response:
        asked = asked_page("batches", corpora.stored(tenant()).secret)
        found = batches.page(tenant(), asked.after, asked.limit)
        following = asked.following(found, lambda batch: batch.id)
        return jsonify({"batches": [batch_facts(each) for each in found], "next": following})

    @api.get("/v1/batches/<name>")
    @needs("read")
    def get(name: str) -> Response:
        return jsonify(batch_facts(existing_batch(batches, name)))

    @api.get("/v1/batches/<name>/result")
    @needs("read")
    def result(name: str) -> Response:
        """The pairs of a batch that is done."""
        batch = existing_batch(batches, name)
        return result_answer(batch, batches.result_file(batch), LINES)

    @api.delete("/v1/batches/<name>")
    @needs("write")
    def delete(name: str) -> Response:
        """Forget a batch with all it held; one that runs is stopped."""
        batches.purge(existing_batch(batches, name))
        return Response(status=204)

    return api


def batch_facts(batch: Batch) -> dict[str, Any]:
    """What is told of a batch, with the addresses of more."""
    return {
        "id": batch.id,
        "status": str(batch.state),
        "url": _url(batch),
        "html_url": f"/batches/{batch.id}",
        "progress": {"stage": batch.stage, "done": batch.done, "total": batch.total},
        **batch.detail,
        "result_url": f"{_url(batch)}/result" if batch.state is State.FINISHED else None,
        "made_at": said(batch.made_at),
        "ended_at": said(batch.ended_at),
        "expires_at": said(batch.expires_at),
    }


def _url(batch: Batch) -> str:
    return f"/v1/batches/{batch.id}"


def existing_batch(batches: Batches, name: str) -> Batch:
    """The caller's batch of this name. Raises Problem (404, ``not_found``)."""
    batch = batches.find(tenant(), name)
    if batch is None:
        raise Problem(404, "not_found", "No such batch.")
    return batch


def _asked_min_words(settings: Settings) -> int:
    return checked_min_words(request.args.get("min_words", str(settings.view.min_words)))


def checked_min_words(given: str) -> int:
    """The number that a client wrote. Raises Problem (400, ``bad_parameter``)."""
    if not (given.isascii() and given.isdecimal() and 1 <= int(given[:9]) <= MOST_WORDS):
        raise Problem(400, "bad_parameter", f"min_words must be 1 to {MOST_WORDS}.")
    return int(given)


def result_answer(batch: Batch, file: Path, media_type: str) -> Response:
    """A file of what came of a batch. Raises Problem (409, 410) where there is none."""
    if batch.state is State.PURGED:
        raise Problem(410, "purged", "The result was deleted.")
    if batch.state is State.FAILED:
        raise Problem(409, "batch_failed", "The batch failed; there is no result.")
    if batch.state is not State.FINISHED:
        detail = "The batch is not finished."
        raise Problem(409, "not_finished", detail, headers={"Retry-After": "5"})
    try:
        size = file.stat().st_size
    except FileNotFoundError as error:  # purged just now
        raise Problem(410, "purged", "The result was deleted.") from error
    response = Response(_pieces(file), mimetype=media_type)
    response.content_length = size
    return response


def _pieces(file: Path) -> Iterator[bytes]:
    with open(file, "rb") as opened:
        while piece := opened.read(_PIECE_BYTES):
            yield piece
