"""Results that are written as a whole: pages, PDF, tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from detector.cli.options import Format
from detector.cli.outfile import OutputFile
from detector.cli.results import format_of, same_file
from detector.cli.screen import write
from detector.errors import UsageError
from detector.model import Cascade, Comparison, Document, Report, Run
from detector.settings import Settings
from detector.version import VERSION

_WHOLE = (Format.HTML, Format.PDF, Format.PARQUET)


def are_wanted(form: Format | None, file: OutputFile | None) -> bool:
    """Whether anything is to be written as a whole, so that results have to be kept for it.

    >>> are_wanted(Format.HTML, None), are_wanted(Format.CSV, None)
    (True, False)
    """
    return form in _WHOLE or (file is not None and format_of(file.path) in _WHOLE)


def save(
    pairs: Sequence[Comparison],
    form: Format | None,
    file: OutputFile | None,
    page: Callable[[], str],
) -> None:
    """Show the page if it is to be shown, and write the file if it is written as a whole."""
    if form is Format.HTML:
        write(page())
    kind = format_of(file.path) if file else None
    if file and kind is Format.HTML:
        file.write(page())
    elif file and kind is Format.PDF:
        from detector.report.as_pdf import pdf_of

        file.write_bytes(pdf_of(page()))
    elif file and kind is Format.PARQUET:
        from detector.report.as_parquet import parquet_of

        file.write_bytes(parquet_of(pairs))


def of_pair(pair: Comparison, settings: Settings, language: str) -> str:
    """The page of two texts."""
    from detector.report.as_html import pair_page
    from detector.stats import PRIOR

    return pair_page(pair, run(settings, PRIOR.digest, 2), language)


def of_reports(reports: Sequence[Report], language: str) -> str:
    """The page of some checked texts."""
    from detector.report.as_html import reports_page

    dated = [replace(r, run=replace(r.run, at=_now())) for r in reports]
    return reports_page(dated, language)


def of_batch(
    pairs: Sequence[Comparison], stories: Sequence[Cascade], made: Run, language: str
) -> str:
    """The page of a collection."""
    from detector.report.batch_page import batch_page

    return batch_page(pairs, stories, made, language)


def run(settings: Settings, stats_digest: str, size: int) -> Run:
    """What is needed to reproduce a page, with the time at which it is made."""
    return Run(VERSION, settings.digest, stats_digest, size, _now())


def evidence_file(path: str | None, *inputs: str) -> OutputFile | None:
    """The file of ``--evidence``. Raises UsageError where it could not be what is meant."""
    if path is None:
        return None
    if not path.lower().endswith(".zip"):
        raise UsageError(f"cannot write {path}: evidence can be .zip")
    if any(same_file(path, name) for name in inputs):
        raise UsageError(f"{path} is an input: its texts would be lost")
    return OutputFile(path)


def save_evidence(
    file: OutputFile | None,
    texts: tuple[Document, Document],
    paths: tuple[str, str],
    settings: Settings,
    language: str,
) -> None:
    """Write the archive of two texts, with the files that they came in."""
    if file is None:
        return
    from detector.evidence import Exhibit, evidence_zip

    a, b = (
        Exhibit(
            document, Path(path).read_bytes() if Path(path).is_file() else None, Path(path).name
        )
        for document, path in zip(texts, paths, strict=True)
    )
    with file:
        file.write_bytes(evidence_zip(a, b, settings.view, _now(), language))


def _now() -> str:
    """The time, to the minute; that of SOURCE_DATE_EPOCH where it is set, for the same bytes."""
    stated = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(stated), UTC) if stated.isdigit() else datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%MZ")
