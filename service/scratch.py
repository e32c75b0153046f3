"""A folder for what the pages keep for an hour where no corpus is stored, gone with the service."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import weakref
from pathlib import Path

_PREFIX = "copydesk-pages-"
_BEGUN = "copydesk-begun-"  # not yet held, so that nobody takes it for abandoned
_LOCK = "held"


class Scratch:
    """A new folder of the system's folder for passing files, which only its owner may read. Make it
    before processes are forked: they share it, and the one that made it deletes it at its end.
    Folders that killed services left are deleted first.

    >>> scratch = Scratch()
    >>> scratch.folder.is_dir()
    True
    """

    def __init__(self) -> None:
        root = Path(tempfile.gettempdir())
        for left in root.glob(f"{_PREFIX}*"):
            _remove_if_abandoned(left)
        begun = Path(tempfile.mkdtemp(prefix=_BEGUN))
        lock = os.open(begun / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        self.folder = begun.rename(root / begun.name.replace(_BEGUN, _PREFIX))
        weakref.finalize(self, _end, self.folder, lock, os.getpid())


def _end(folder: Path, lock: int, owner: int) -> None:
    if os.getpid() == owner:  # a process that was forked leaves it to the others
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _remove_if_abandoned(folder: Path) -> None:
    """Delete a folder of ours that no living process holds."""
    with contextlib.suppress(OSError):  # somebody else's, held, or gone by now
        if folder.lstat().st_uid != os.geteuid():
            return
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
