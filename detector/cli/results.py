"""Results as rows, and the level at which they fail a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec

from detector.cli.options import Format
from detector.cli.outfile import OutputFile, is_special
from detector.cli.screen import say, write
from detector.errors import UsageError
from detector.journal import Journal, run_digest
from detector.model import Cascade, Comparison, Document, Relation, Report, Severity
from detector.report import csv_header, csv_row, json_line
from detector.settings import Settings

Result = Comparison | Report
Level = Severity | Relation

_SUFFIXES = {
    ".jsonl": Format.JSON,
    ".csv": Format.CSV,
    ".html": Format.HTML,
    ".pdf": Format.PDF,
    ".parquet": Format.PARQUET,
}


def format_of(path: str) -> Format:
    """The format a result file has by its suffix; JSON for devices and pipes that have none.

    >>> str(format_of("pairs.csv"))
    'csv'
    """
    suffix = os.path.splitext(path)[1].lower()
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    if is_special(path):
        return Format.JSON
    raise UsageError(f"cannot write {path}: results can be {_listed()}")


def shown_form(form: Format | None, out: str | None) -> Format | None:
    """What is shown. Without a wish: text for people, or nothing where the result goes to a file.

    Raises UsageError for what no screen shows.
    """
    if form in (Format.PDF, Format.PARQUET):
        raise UsageError(f"{form} is no text to show: write it with -o OUT.{form}")
    return form or (None if out else Format.TEXT)


def _check_installed(form: Format) -> None:
    """Better now than after an hour's work."""
    needed = {Format.PDF: "weasyprint", Format.PARQUET: "pyarrow"}.get(form)
    if needed and find_spec(needed) is None:
        extra = {Format.PDF: "pdf-report", Format.PARQUET: "parquet"}[form]
        raise UsageError(f'{form} needs {needed}: pip install "copydesk[{extra}]"')


def _listed() -> str:
    *most, last = _SUFFIXES
    return f"{', '.join(most)} or {last}"


def result_file(path: str | None, *inputs: str | None) -> OutputFile | None:
    """The file of ``-o``, refused before any work is done if it could not be what is meant."""
    if path is None:
        return None
    _check_installed(format_of(path))
    if any(same_file(path, name) for name in inputs):
        raise UsageError(f"{path} is an input: its texts would be lost")
    return OutputFile(path)


def clusters_file(path: str | None, *inputs: str | None) -> OutputFile | None:
    """The file of ``--clusters``."""
    if path is not None and format_of(path) is not Format.JSON:
        raise UsageError(f"cannot write {path}: clusters can be .jsonl")
    return result_file(path, *inputs)


def save_clusters(file: OutputFile | None, stories: Iterable[Cascade]) -> None:
    """Write one cluster a line, with its cascade."""
    if file:
        with file:
            for story in stories:
                file.write(json_line(story))


def journal(
    out: str | None,
    texts: Sequence[Document],
    others: Sequence[Document] | None,
    settings: Settings,
) -> AbstractContextManager[Journal | None]:
    """What goes on with a run that was stopped: a file beside the result, as long as there is no
    result."""
    if out is None or is_special(out):
        return nullcontext()
    path = f"{out}.resume"
    run = run_digest(texts, others, settings=settings)
    found = Journal(path, run, texts, texts if others is None else others)
    if found.is_foreign:
        say(f"{path} is of another run, or damaged: starting from the beginning")
    elif found.known:
        say("going on where an earlier run was stopped")
    return found


def row_sinks(
    form: Format | None, file: OutputFile | None = None, with_rights: bool = False
) -> list[Callable[[Result], None]]:
    """What takes each result as rows: the screen, if they are to be shown, and the open file."""
    sinks = []
    if form in (Format.JSON, Format.CSV):
        sinks.append(rows(form, write, with_rights))
    if file and format_of(file.path) in (Format.JSON, Format.CSV):
        sinks.append(rows(format_of(file.path), file.write, with_rights))
    return sinks


def rows(
    form: Format, write: Callable[[str], None], with_rights: bool = False
) -> Callable[[Result], None]:
    """Start rows of JSON or CSV, with a column for rights or without; what comes back adds one
    result to them.

    >>> written = []
    >>> add = rows(Format.CSV, written.append)
    >>> written[0][:13]
    'a,b,relation,'
    """
    if form is Format.JSON:
        return lambda result: write(json_line(result))
    write(csv_header(with_rights))
    return lambda result: write("".join(csv_row(pair) for pair in _pairs(result)))


def parse_level(name: str | None) -> Level | None:
    """The level that ``--fail-on`` names.

    >>> parse_level("alert")
    <Severity.ALERT: 'alert'>
    """
    levels: Sequence[Level] = (Severity.REVIEW, Severity.ALERT, *Relation)
    for level in levels:
        if level == name:
            return level
    if name is None:
        return None
    raise UsageError(f"--fail-on takes one of {', '.join(levels)}, not {name}")


def reaches(level: Level | None, result: Result) -> bool:
    """Whether a result is of that level or stronger. Both scales go from weak to strong."""
    if level is None:
        return False
    found: list[Level] = [pair.relation for pair in _pairs(result)]
    if isinstance(level, Severity):
        found = [result.verdict.severity, *(pair.verdict.severity for pair in _pairs(result))]
    scale: list[Level] = list(type(level))
    return any(scale.index(one) >= scale.index(level) for one in found)


def same_file(path: str, name: str | None) -> bool:
    """Whether two names are of one file, so that writing the first would lose the second."""
    there = name is not None and os.path.isfile(name) and os.path.isfile(path)
    return there and os.path.samefile(name or "", path)


def _pairs(result: Result) -> Sequence[Comparison]:
    return result.matches if isinstance(result, Report) else (result,)
