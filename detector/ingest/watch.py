"""A folder into which files keep coming: what has come to rest since the last look."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress

from detector.ingest.files import Found
from detector.ingest.folder import read_folder, walk
from detector.ingest.manifest import NAME

Mark = tuple[int, ...]


class Watched:
    """Looks at a folder again and again, and reads each file once it has rested from one look to
    the next, and again when it, or a manifest that tells of it, is another. No clock decides.

    What is read is that of ``read_folder``: no hidden files, no suffixes such as ``.part``.

    >>> import tempfile, pathlib
    >>> folder = tempfile.mkdtemp()
    >>> watched = Watched(folder, {})
    >>> _ = pathlib.Path(folder, "a.txt").write_text("The bridge was closed.")
    >>> [[found.id for found in watched.look()] for _ in range(3)]
    [[], ['a.txt'], []]
    """

    def __init__(self, root: str, mapping: Mapping[str, str]) -> None:
        self._root = root
        self._mapping = mapping
        self._seen: dict[str, Mark] = {}
        self._read: dict[str, Mark] = {}

    def look(self) -> Found:
        """The documents of files that came to rest, and what of them was skipped."""
        now = dict(_marks(self._root))
        rested = {name: mark for name, mark in now.items() if self._seen.get(name) == mark}
        ready = {name for name, mark in rested.items() if self._read.get(name) != mark}
        known = {name: mark for name, mark in self._read.items() if name in now}
        self._seen, self._read = now, {**known, **{name: rested[name] for name in ready}}
        if ready:
            yield from read_folder(self._root, self._mapping, ready.__contains__)


def _marks(root: str) -> Iterator[tuple[str, Mark]]:
    """Every file, with what is another number when it or what is told of it has changed."""
    notes: dict[str, Mark] = {}
    for below, folder, files in walk(root):
        if isinstance(folder, OSError):  # gone just now, or not for us
            continue
        own = {name: mark for name in files if (mark := _mark(name, folder))}
        above = "".join(below.rpartition("/")[0].rpartition("/")[:2])
        notes[below] = (*notes.get(above, ()), *own.get(NAME, ())) if below else own.get(NAME, ())
        for name, mark in own.items():
            yield below + name, (*mark, *notes[below])


def _mark(name: str, folder: int) -> Mark:
    with suppress(OSError):
        status = os.stat(name, dir_fd=folder)
        return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
    return ()
