"""A folder's documents. Files are reached through open folders, never through paths: so no link put
in the way can lead out, and no path is too long."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from detector.errors import InputError, UsageError
from detector.ingest.files import SUFFIXES, Found, guarded, read_file, unreadable
from detector.ingest.table import Table
from detector.model import Skipped

_FOLDER = os.O_RDONLY | os.O_DIRECTORY


def read_folder(root: str, mapping: Mapping[str, str]) -> Found:
    """The documents of a folder and the folders in it: its own files first, all in sorted order.

    Ids are paths relative to ``root``. Hidden files and folders, README files and unknown suffixes
    are no documents.
    """
    ids: set[str] = set()
    pending = [""]
    while pending:
        below = pending.pop()
        try:
            with _opened(root, below) as folder:
                files, folders = _entries(folder)
                for name in files:
                    table = Table(below + name, mapping, ids)
                    yield from _without_usage_errors(_read_entry(root, name, folder, table), table)
        except OSError as error:
            yield unreadable(below.rstrip("/") or root, error)
            continue
        pending.extend(f"{below}{name}/" for name in reversed(folders))


def _read_entry(root: str, name: str, folder: int, table: Table) -> Found:
    if not stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        yield from read_file(name, folder, table)
    elif target := _target(root, table.name):
        yield from read_file(target, None, table)


def _without_usage_errors(found: Found, table: Table) -> Found:
    """In a folder, a table without a text column is one bad file among others."""
    try:
        yield from guarded(found, table.name)
    except UsageError as error:
        yield Skipped(table.name, "validation_failed", error.message)


@contextmanager
def _opened(root: str, below: str) -> Iterator[int]:
    """The open folder ``root/below``, reached one step at a time."""
    folder = os.open(root, _FOLDER)
    try:
        for part in below.split("/")[:-1]:
            inner = os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _entries(folder: int) -> tuple[list[str], list[str]]:
    """The names of the files to read, with links to folders, and of the folders to enter."""
    files, folders = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            elif _is_document(entry.name) or _is_link_to_folder(entry):
                files.append(entry.name)
    return sorted(files), sorted(folders)


def _is_document(name: str) -> bool:
    return name.lower().endswith(SUFFIXES) and not name.startswith("README")


def _is_link_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:  # a loop
        return False


def _target(root: str, name: str) -> str | None:
    """The file that a link means, or None for a folder that is walked under its own name."""
    root = os.path.realpath(root)
    target = os.path.realpath(os.path.join(root, name))
    is_inside = os.path.commonpath([root, target]) == root
    if os.path.isdir(target):
        if is_inside and "/." not in target[len(root) :]:
            return None
        raise InputError("a link to a folder is not followed", code="skipped_symlink")
    if not is_inside:
        raise InputError("a link that leads out of the folder", code="skipped_symlink")
    if not os.path.exists(target):
        raise InputError("a link to nothing", code="read_failed")
    return target
