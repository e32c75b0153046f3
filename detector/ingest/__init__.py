"""Ingest: files of any kind to documents. One bad document never stops the others.

``read`` takes the bytes of one file, ``read_path`` a file, a folder or standard input, ``decode``
turns bytes to text. Nothing is normalised or repaired: offsets count in the text as given.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from detector.errors import UsageError
from detector.ingest.decode import decode, decode_flagged
from detector.ingest.extraction import extract
from detector.ingest.fields import MAX_BYTES, check_mapping
from detector.ingest.files import SUFFIXES, guarded, read_bytes, read_file, unreadable
from detector.ingest.folder import read_folder
from detector.ingest.table import Table
from detector.model import Document, Skipped

AS_NAMED: Mapping[str, str] = MappingProxyType({})

__all__ = ["MAX_BYTES", "SUFFIXES", "decode", "decode_flagged", "extract", "read", "read_path"]


def read(
    data: bytes, name: str, *, mapping: Mapping[str, str] = AS_NAMED
) -> Iterator[Document | Skipped]:
    """The documents in the bytes of one file. The suffix of ``name`` chooses how to read them.

    ``mapping`` gives the column of a contract field, as ``{"text": "body"}``. A document that
    cannot be read gives a ``Skipped``. Raises ``UsageError`` for a mapping that makes no sense and
    for a CSV file without a text column.

    >>> next(read(b"The bridge was closed.", "a.txt")).text
    'The bridge was closed.'
    """
    check_mapping(mapping)
    return _read(data, name, mapping)


def _read(data: bytes, name: str, mapping: Mapping[str, str]) -> Iterator[Document | Skipped]:
    table = Table(name, mapping, set())
    yield from guarded(read_bytes(data, table), name)


def read_path(
    path: str | os.PathLike[str], *, mapping: Mapping[str, str] = AS_NAMED
) -> Iterator[Document | Skipped]:
    """The documents under a path: a file, a folder, or "-" for a text on standard input.

    The id of a single text is the path as given, in a folder the path relative to it. Raises
    ``UsageError``: ``not_found`` for a path that does not exist, otherwise as ``read`` does.

    >>> read_path("/no/such/folder")
    Traceback (most recent call last):
    ...
    detector.errors.UsageError: /no/such/folder: no such file or directory
    """
    check_mapping(mapping)
    name = os.fspath(path)
    if name == "-":
        return _read(sys.stdin.buffer.read(MAX_BYTES + 1), name, mapping)
    try:
        is_folder = stat.S_ISDIR(os.stat(name).st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise UsageError(f"{name}: no such file or directory", code="not_found") from None
    except OSError as error:
        return iter([unreadable(name, error)])
    if is_folder:
        return read_folder(name, mapping)
    return guarded(read_file(os.path.realpath(name), None, Table(name, mapping, set())), name)
