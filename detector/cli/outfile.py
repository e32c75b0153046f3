"""Result files: complete or not there at all."""

from __future__ import annotations

import os
import secrets
import shutil
from types import TracebackType
from typing import BinaryIO, Self

from detector.cli.screen import output_errors
from detector.errors import OutputError


class OutputFile:
    r"""A file that takes its name only when it is complete, as a context manager.

    It is written beside its target and renamed at the end, so an old report stays whole until the
    new one is. Devices and pipes (``/dev/stdout``) have no such beside: they are written directly.

    >>> import tempfile, pathlib
    >>> target = pathlib.Path(tempfile.mkdtemp()) / "pairs.csv"
    >>> with OutputFile(str(target)) as file:
    ...     file.write("a,b\n")
    ...     target.exists()
    False
    >>> target.read_text()
    'a,b\n'
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._direct = is_special(path)
        self._target = path if self._direct else os.path.realpath(path)
        folder = os.path.dirname(self._target)
        if not self._direct and not os.path.isdir(folder):  # better now than after an hour's work
            raise OutputError(f"cannot write report: {folder}: no such directory")
        self._written = self._target
        if not self._direct:
            self._written = os.path.join(folder, f".copydesk-{secrets.token_hex(4)}.tmp")

    def __enter__(self) -> Self:
        with output_errors():
            # Appending leaves alone what `>>` on the shell's side has before it.
            self._file: BinaryIO = open(self._written, "ab" if self._direct else "xb")
        return self

    def write(self, text: str) -> None:
        """Add some text."""
        self.write_bytes(text.encode())

    def write_bytes(self, data: bytes) -> None:
        """Add some bytes."""
        with output_errors():
            self._file.write(data)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with output_errors():
                self._file.close()
                if kind is None and not self._direct:
                    self._take_name()
        finally:
            if not self._direct and os.path.lexists(self._written):
                os.unlink(self._written)

    def _take_name(self) -> None:
        if os.path.exists(self._target):
            shutil.copymode(self._target, self._written)
        os.replace(self._written, self._target)


def is_special(path: str) -> bool:
    """Whether writing beside ``path`` and renaming would miss what the user means by it.

    >>> is_special("/dev/stdout")
    True
    """
    if path.startswith(("/dev/", "/proc/")):
        return True
    return os.path.exists(path) and not os.path.isfile(path)
