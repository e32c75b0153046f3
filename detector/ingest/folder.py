"""A folder's documents. Files are reached through open folders, never through paths: so no link put
in the way can lead out, and no path is too long."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from detector.errors import InputError, UsageError
from detector.ingest import manifest
from detector.ingest.fields import NOTHING, About
from detector.ingest.files import SUFFIXES, Found, guarded, read_file, read_notes, unreadable
from detector.ingest.table import Table
from detector.model import Skipped

_FOLDER = os.O_RDONLY | os.O_DIRECTORY


Chosen = Callable[[str], bool]


def read_folder(root: str, mapping: Mapping[str, str], chosen: Chosen | None = None) -> Found:
    """The documents of a folder and the folders in it: its own files first, all in sorted order.

    Ids are paths relative to ``root``, unless a ``manifest.csv`` beside a file or in a folder above
    it says otherwise. Hidden files and folders, README files and unknown suffixes are no documents.
    ``chosen`` tells which of the files to read, all if not given.
    """
    ids: set[str] = set()
    notes: dict[str, About] = {}
    met: set[str] = set()
    for below, folder, files in walk(root):
        if isinstance(folder, OSError):
            yield unreadable(below.rstrip("/") or root, folder)
            continue
        if manifest.NAME in files and (found := _notes(below, folder, mapping)):
            files.remove(manifest.NAME)
            notes |= {posixpath.normpath(below + path): said for path, said in found[0].items()}
            yield from found[1]
        met.update(below + name for name in files if below + name in notes)
        for name in files:
            if chosen is None or chosen(below + name):
                table = Table(below + name, mapping, ids, notes.get(below + name, NOTHING))
                yield from _without_usage_errors(_read_entry(root, name, folder, table), table)
    if chosen is None:
        yield from (_not_there(path) for path in notes if path not in met)


def walk(root: str) -> Iterator[tuple[str, int, list[str]] | tuple[str, OSError, list[str]]]:
    """The folders under a root: the path of each from the root, with "/" at its end, the open
    folder, and the names of the files to read; or why it cannot be."""
    pending = [""]
    while pending:
        below = pending.pop()
        try:
            with _opened(root, below) as folder:
                files, folders = _entries(folder)
                yield below, folder, files
        except OSError as error:
            yield below, error, []
            continue
        pending.extend(f"{below}{name}/" for name in reversed(folders))


def _notes(
    below: str, folder: int, mapping: Mapping[str, str]
) -> tuple[dict[str, About], list[Skipped]] | None:
    """What the manifest of a folder says; None where the file of that name is a table of texts."""
    name = below + manifest.NAME
    try:
        return read_notes(folder, Table(name, mapping, set()))
    except UsageError:
        return None
    except InputError as error:
        return {}, [Skipped(name, error.code, error.message)]
    except OSError as error:
        return {}, [unreadable(name, error)]


def _not_there(path: str) -> Skipped:
    return Skipped(path, "not_found", f"{manifest.NAME} names it, and it is not there")


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
