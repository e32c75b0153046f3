"""``copydesk index``: the commands that keep an archive."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import nullcontext
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from detector.cli import options
from detector.cli.against import open_index
from detector.cli.screen import progress, say, show, write
from detector.errors import IndexUnusable, UsageError

if TYPE_CHECKING:
    from detector.corpus.durable import DurableCorpus

DONE, SKIPPED, UNUSABLE = 0, 3, 4
_ADVICE = "; run `copydesk index verify`"
_COPY_MENDS = (
    "bring back a copy, or save what can be read with `copydesk index export` and add it to a new "
    "index"
)

app = typer.Typer(no_args_is_help=True, help="Keep an archive, to check texts against.")


class Lines(StrEnum):
    """How a list is shown."""

    TEXT = "text"
    JSON = "json"


Index = Annotated[
    str | None, typer.Option(metavar="URL", help="The index: a path. COPYDESK_INDEX if not given.")
]
Sources = Annotated[
    list[str], typer.Argument(metavar="INPUT...", help="Directories, .jsonl, .csv, text files.")
]
Names = Annotated[list[str], typer.Argument(metavar="ID...", help="The ids of documents.")]
Removed = Annotated[
    list[str] | None, typer.Argument(metavar="ID...", help="Documents to remove first.")
]
Shown = Annotated[Lines, typer.Option("-f", "--format", help="For people, or a JSON row each.")]
Watch = Annotated[
    bool, typer.Option("--watch", help="Go on, and add what comes into the directories.")
]
Out = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write FILE.jsonl.")
]


@app.command()
def add(
    sources: Sources,
    index: Index = None,
    mapping: options.Mapping = None,
    workers: options.Workers = None,
    form: Shown = Lines.TEXT,
    watched: Watch = False,
) -> int:
    """Add texts; those under a known id are the next version."""
    from detector.cli import inputs
    from detector.cli.add import add_all, json_row, no_row, text_row, watch

    _check_sources(sources, watched)
    row = json_row if form is Lines.JSON else text_row if watched else no_row
    found = inputs.Inputs(
        inputs.parse_mapping(mapping), lambda skipped: row(skipped.name, "skipped", skipped.reason)
    )
    with open_index(index, create=True) as corpus:
        if watched:
            say(f"watching {', '.join(sources)}; Ctrl-C ends it")
            watch(corpus, found, sources, workers, row)
        with progress(above_rows=form is Lines.JSON) as tick:
            texts = found.documents_of_each(sources)
            counts = add_all(corpus, found, texts, workers, tick, row)
        done = ", ".join(f"{number:,} {status}" for status, number in sorted(counts.items()))
        summary = f"{done or 'nothing to add'}; {_amount(len(corpus))} in the index"
    (say if form is Lines.JSON else _print)(summary)
    return _ended(found.summary())


@app.command()
def rm(names: Names, index: Index = None) -> int:
    """Take documents out, with all their versions."""
    with open_index(index) as corpus:
        missing = _remove(corpus, names)
    if len(missing) == len(names):
        raise UsageError("; ".join(missing), code="not_found")
    _print(f"{_amount(len(names) - len(missing))} removed")
    return _ended(missing)


@app.command()
def ls(index: Index = None, form: Shown = Lines.TEXT) -> None:
    """List the documents, by id."""
    from detector.report import json_line, visible

    with open_index(index) as corpus:
        for name, digest in _page_by_page(corpus):
            if form is Lines.JSON:
                write(json_line({"id": name, "digest": digest}))
            else:
                _print(visible(name))


@app.command()
def stats(index: Index = None, form: Shown = Lines.TEXT) -> None:
    """Show what the index holds."""
    from detector.report import json_line, summary_view

    with open_index(index) as corpus:
        summary = corpus.summary()
    if form is Lines.JSON:
        write(json_line(summary))
    else:
        show(summary_view(summary))


@app.command()
def verify(index: Index = None) -> int:
    """Read and recompute everything, and say what is damaged."""
    amount, problems, mends = "", [], _COPY_MENDS
    try:
        with open_index(index) as corpus:
            problems = corpus.verify_store()
            if not problems:
                problems, mends = corpus.verify_index(), "run `copydesk index rebuild`"
            if not problems:
                amount = _amount(len(corpus))
    except IndexUnusable as error:
        if error.code != IndexUnusable.default_code:
            raise
        problems = [error.message]
    for problem in dict.fromkeys(problems):
        say(problem.removesuffix(_ADVICE))
    if problems:
        say(f"the index is damaged; {mends}")
        return UNUSABLE
    _print(f"{amount}, nothing is damaged")
    return DONE


@app.command()
def rebuild(index: Index = None) -> None:
    """Make anew what is derived from the documents."""
    with open_index(index) as corpus:
        corpus.rebuild()
        _print(f"rebuilt from {_amount(len(corpus))}")


@app.command()
def expire(index: Index = None) -> None:
    """Remove the documents whose expires_at has passed."""
    with open_index(index) as corpus:
        gone = corpus.expire()
    _print(f"{_amount(len(gone))} removed")


@app.command()
def erase(names: Removed = None, index: Index = None) -> int:
    """Leave nothing of removed documents in any file."""
    with open_index(index) as corpus:
        missing = _remove(corpus, names or [])
        corpus.erase()
    _print(f"{_amount(len(names or []) - len(missing))} removed, nothing is left of what was")
    return _ended(missing)


@app.command()
def export(index: Index = None, out: Out = None) -> int:
    """Write every document with all its fields, one a line."""
    from detector.cli.results import clusters_file
    from detector.report import json_line

    file = clusters_file(out)
    lost = 0
    with open_index(index) as corpus, file or nullcontext():
        for name, _ in _page_by_page(corpus):
            try:
                stored = corpus.get(name)
            except IndexUnusable as error:
                say(f"skipped {name}: {error.message.removesuffix(_ADVICE)}")
                lost += 1
                continue
            if stored:
                (file.write if file else write)(json_line(stored.document))
    if lost:
        say(f"{_amount(lost)} could not be read")
    return UNUSABLE if lost else DONE


def _check_sources(sources: list[str], watched: bool) -> None:
    """Refuse what is not there, before an index is made for it."""
    for path in sources:
        if path == "-":
            raise UsageError("standard input has no id to be kept under; give a file or .jsonl")
        if not os.path.lexists(path):
            raise UsageError(f"{path}: no such file or directory", code="not_found")
        if watched and not os.path.isdir(path):
            raise UsageError(f"{path}: no directory; --watch takes directories")


def _remove(corpus: DurableCorpus, names: list[str]) -> list[str]:
    """Remove documents; what to say of those that could not be."""
    missing = []
    for name in names:
        try:
            corpus.remove(name)
        except UsageError as error:
            missing.append(error.message)
    return missing


def _page_by_page(corpus: DurableCorpus) -> Iterator[tuple[str, str]]:
    after = ""
    while page := corpus.page(after):
        yield from page
        after = page[-1][0]


def _amount(number: int) -> str:
    from detector.report import count

    return count(number, "document")


def _print(line: str) -> None:
    write(f"{line}\n")


def _ended(sentences: list[str]) -> int:
    for sentence in sentences:
        say(sentence)
    return SKIPPED if sentences else DONE
