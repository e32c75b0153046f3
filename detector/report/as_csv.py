"""Pairs as CSV (RFC 4180) that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from detector.model import Comparison
from detector.report.visible import visible

COLUMNS = (
    "a", "b", "relation", "label", "from", "path", "confidence", "coverage_a", "coverage_b",
    "longest_words", "severity", "credit", "sentence", "passages",
)  # fmt: skip

# What makes a spreadsheet take a cell for a formula, also in full width.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def csv_header(with_rights: bool = False) -> str:
    """The first line; ``with_rights`` for pairs that have them.

    >>> csv_header()[:20]
    'a,b,relation,label,f'
    """
    return csv_line([*COLUMNS, *(["rights"] if with_rights else [])])


def csv_row(pair: Comparison) -> str:
    """One pair as one line. ``passages`` is their number; the passages themselves are in JSON.

    >>> from detector.pipeline import compare
    >>> from detector.model import Document
    >>> csv_row(compare(Document("a.txt", "Rain fell."), Document("b.txt", "Snow lay.")))[:47]
    'a.txt,b.txt,independent,No shared text found,,u'
    """
    return csv_line(row_values(pair))


def row_values(pair: Comparison) -> tuple[str | float, ...]:
    """What stands in the columns of a pair, the status of its rights last where it has them."""
    facts = pair.to_dict()
    direction, coverage, verdict = facts["direction"], facts["coverage"], facts["verdict"]
    return (
        pair.a.document.id,
        pair.b.document.id,
        facts["relation"],
        pair.relation.label,
        direction["from"] or "",
        direction["path"],
        direction["confidence"],
        coverage["a"],
        coverage["b"],
        facts["longest_words"],
        verdict["severity"],
        verdict["credit"],
        verdict["sentence"],
        len(pair.passages),
        *([facts["rights"]["status"]] if pair.rights else []),
    )


def csv_line(cells: Iterable[str | float]) -> str:
    r"""One line of CSV. A cell that a spreadsheet would run starts with an apostrophe.

    >>> csv_line(["=1+1", 2])
    "'=1+1,2\r\n"
    """
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(
        [_harmless(cell) if isinstance(cell, str) else cell for cell in cells]
    )
    return line.getvalue()


def _harmless(cell: str) -> str:
    apostrophe = "'" if cell.startswith(_FORMULA_STARTS) else ""
    return apostrophe + visible(cell)
