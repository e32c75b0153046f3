"""``/batches``: many texts sent at once; ``/batches/{id}``: how far one is, and what came of it."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from detector.errors import CopydeskError
from service.access import needs, tenant
from service.background.ledger import JOBS, Ledger
from service.batches.calls import checked_min_words, existing_batch, result_answer
from service.batches.rows import RESULT_DAYS, Batches, State
from service.batches.source import MAX_ENTRIES, read_file
from service.body import LINES, MAX_LINES, read_body
from service.corpora import beside
from service.pages import shell
from service.pages.desk import Desk, Link
from service.pages.forms import NOTHING, Sent, read_form, refused
from service.paging import asked_page
from service.printing import confined
from service.problems import Problem, unprocessable
from service.times import said

LINKS = (Link("/batches", "Batches", needs_index=True),)
ROWS = 20
GOING = (State.QUEUED, State.RUNNING)


def add(pages: Blueprint, desk: Desk) -> None:
    """Add the form with the list, and the page of each batch with what can be fetched."""
    batches = Batches(Ledger(beside(desk.corpora.index or "", JOBS)))

    def form(sent: Sent = NOTHING, error: Problem | None = None) -> Response:
        asked = asked_page("batches", desk.corpora.stored(tenant()).secret, ROWS)
        found = batches.page(tenant(), asked.after, asked.limit)
        following = asked.following(found, lambda batch: batch.id)
        return refused(
            "batches.html", sent, error, batches=found, following=following, said=said,
            min_words=desk.settings.view.min_words, may_write=g.key.may("write"),
            most_lines=MAX_LINES, most_files=MAX_ENTRIES,
        )  # fmt: skip

    @pages.get("/batches")
    @needs("read")
    def all_batches() -> Response:
        return form()

    @pages.post("/batches")
    @needs("write")
    def send_batch() -> Response:
        desk.corpora.require_index()
        sent = NOTHING
        try:
            sent = read_form(read_body(request))
            made = batches.add(tenant(), *_sent_batch(sent))
        except (Problem, CopydeskError) as error:
            return form(sent, shell.as_problem(error))
        return shell.sent_to(f"/batches/{made.id}")

    @pages.get("/batches/<plain:name>")
    @needs("read")
    def batch(name: str) -> Response:
        desk.corpora.require_index()
        found = existing_batch(batches, name)
        return shell.page(
            "batch_run.html", batch=found, is_going=found.state in GOING, said=said,
            has_page=batches.page_file(found, shell.language()).exists(), result_days=RESULT_DAYS,
            may_write=g.key.may("write"),
        )  # fmt: skip

    @pages.post("/batches/<plain:name>/delete")
    @needs("write")
    def purge_batch(name: str) -> Response:
        desk.corpora.require_index()
        batches.purge(existing_batch(batches, name))
        return shell.sent_to(f"/batches/{name}")

    _add_results(pages, desk, batches)


def _add_results(pages: Blueprint, desk: Desk, batches: Batches) -> None:
    """Add what came of a batch, to look at and to fetch."""

    @pages.get("/batches/<plain:name>.jsonl")
    @needs("read")
    def batch_lines(name: str) -> Response:
        desk.corpora.require_index()
        found = existing_batch(batches, name)
        answer = result_answer(found, batches.result_file(found), LINES)
        answer.headers["Content-Disposition"] = f"attachment; filename={name}.jsonl"
        return answer

    @pages.get("/batches/<plain:name>.html")
    @needs("read")
    def batch_report(name: str) -> Response:
        desk.corpora.require_index()
        found = existing_batch(batches, name)
        file = batches.page_file(found, shell.language())
        return confined(result_answer(found, file, "text/html"))


def _sent_batch(sent: Sent) -> tuple[bytes, str, int]:
    """The file of a form, what it is, and the least words of a passage."""
    file = sent.files.get("file")
    if file is None or not file.filename:
        raise unprocessable("no_text", "Choose a file.", ("file",))
    min_words = checked_min_words(sent.text("min_words"))
    return *read_file(file), min_words
