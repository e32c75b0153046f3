"""Pairs as Parquet: the columns of CSV with their types, for tables larger than a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from detector.errors import UsageError
from detector.model import Comparison
from detector.report.as_csv import COLUMNS, row_values
from detector.report.visible import visible

_NUMBERS = ("confidence", "coverage_a", "coverage_b")
_COUNTS = ("longest_words", "passages")


def parquet_of(pairs: Sequence[Comparison]) -> bytes:
    """All pairs as one table, ``rights`` as its last column where pairs have them.

    Raises UsageError where pyarrow is not installed (the extra ``parquet``).
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise UsageError('Parquet needs pyarrow: pip install "copydesk[parquet]"') from error
    with_rights = any(pair.rights for pair in pairs)
    names = [*COLUMNS, *(["rights"] if with_rights else [])]
    types = [_type(name, pa) for name in names]
    rows = [[_stored(cell) for cell in row_values(pair)] for pair in pairs]
    columns = [pa.array([row[at] for row in rows], kind) for at, kind in enumerate(types)]
    file = io.BytesIO()
    pq.write_table(pa.table(columns, names=names), file)
    return file.getvalue()


def _stored(cell: str | float) -> str | float:
    """Text as UTF-8 can have it: the bytes of a file name that is not UTF-8 are written out."""
    return visible(cell) if isinstance(cell, str) else cell


def _type(name: str, pa: ModuleType) -> Any:
    if name in _NUMBERS:
        return pa.float64()
    return pa.int64() if name in _COUNTS else pa.string()
