"""The folder of an index: who may write to it, and what lies in it."""

from __future__ import annotations

import fcntl
import shutil
from contextlib import ExitStack
from pathlib import Path

from detector.errors import IndexUnusable
from detector.segment import manifest
from detector.segment.file import STATS_SUFFIX, SUFFIX, TEMPORARY, sync_folder
from detector.segment.manifest import Manifest

LOCK = "writer.lock"


def locked(folder: Path) -> ExitStack:
    """The right to write to a folder, until it is closed.

    Raises IndexUnusable where another process has it (``index_locked``), or there is no such folder
    (``index_missing``).
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open(folder / LOCK, "wb"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexUnusable(f"{folder}: another process writes", code="index_locked") from error
        except OSError as error:
            raise IndexUnusable(f"{folder}: {error.strerror}", code="index_missing") from error
        return stack.pop_all()


def sweep(folder: Path, published: Manifest) -> None:
    """Delete what is no part of the index, left by a merge or a crash. Who has it open, keeps
    it."""
    for path in folder.iterdir():
        if path.suffix in (SUFFIX, STATS_SUFFIX, TEMPORARY) and path.name not in published.files:
            path.unlink()


def take_over(folder: Path, beside: Path) -> None:
    """Put the index of one folder in the place of that of another, for whoever has the lock of
    both. Readers see the old one or the new one.

    Raises OutputError or OSError where it cannot be written; then the old one is still there.
    """
    made = manifest.read(beside)
    for name in made.files:
        (beside / name).replace(folder / name)
    sync_folder(folder)
    manifest.publish(folder, made)
    shutil.rmtree(beside)
    sweep(folder, made)
