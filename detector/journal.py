"""The answers of a long run, kept task by task, so that a run that was stopped goes on.

One file of lines, each a checksum (XXH3_64) and JSON: first the digest of what the run is about,
then the answers of one task after the other. A line that was cut or changed ends what is believed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import xxhash

from detector.errors import OutputError
from detector.model import Comparison, Document
from detector.plain import plain, rebuilt
from detector.settings import Settings
from detector.version import VERSION

FORMAT = 2
Answers = list[Comparison | None]


def run_digest(*given: Sequence[Document] | None, settings: Settings) -> str:
    """What a run is about: the same for the same documents, settings and version of Copydesk."""
    found = hashlib.sha256(f"{FORMAT} {VERSION} {settings.digest}".encode())
    for documents in given:
        found.update(b"\0")
        for document in documents or ():
            found.update(json.dumps(document.to_dict(), sort_keys=True).encode() + b"\n")
    return found.hexdigest()


class Journal:
    """The file, as a context manager: it is deleted at the end, unless an error or a signal comes
    after a task was done.

    ``a`` and ``b``: the documents that the sides of an answer are from. ``known``: the answers of
    the tasks that are done. ``is_foreign``: there was a file of another run, or none of ours.

    Raises OutputError where it cannot be written, or another process writes it.

    >>> import tempfile
    >>> from detector.pipeline import compare
    >>> texts = [Document("x", "The ferry left at dawn."), Document("y", "The ferry left at six.")]
    >>> path = tempfile.mkdtemp() + "/pairs.csv.resume"
    >>> try:
    ...     with Journal(path, "run", texts, texts) as journal:
    ...         journal.add([compare(*texts), None])
    ...         raise KeyboardInterrupt
    ... except KeyboardInterrupt:
    ...     with Journal(path, "run", texts, texts) as journal:
    ...         journal.known == [[compare(*texts), None]]
    True
    """

    def __init__(self, path: str, run: str, a: Sequence[Document], b: Sequence[Document]) -> None:
        self.path = path
        self._texts = ({d.id: d for d in a}, {d.id: d for d in b})
        self.known: list[Answers] = []
        with self._errors():
            self._file = open(path, "a+b")  # noqa: SIM115 - closed by __exit__
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._file.seek(0)
                believed = self._read(run)
                self.is_foreign = not believed and os.fstat(self._file.fileno()).st_size > 0
                self._file.truncate(believed)
            except BaseException:
                self._file.close()
                raise
        self._has_answers = bool(self.known)
        if not believed:
            self._write({"run": run})

    def add(self, answers: Answers) -> None:
        """Keep the answers of one more task."""
        self._write([plain(answer, _name_of, by_name=False) for answer in answers])
        self._has_answers = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None or not self._has_answers:
            os.unlink(self.path)
        self._file.close()

    def _read(self, run: str) -> int:
        """Take over what is there of this run; how many bytes that are."""
        believed = 0
        for line in self._file:
            checksum, _, body = line.partition(b" ")
            if line[-1:] != b"\n" or checksum != _checksum(body[:-1]):
                break
            content = json.loads(body)
            if believed:
                self.known.append([self._answer(row) for row in content])
            elif content != {"run": run}:
                break
            believed += len(line)
        return believed

    def _answer(self, row: Any) -> Comparison | None:
        if row is None:
            return None
        # An answer names two documents, that of side a first; both may have the same id.
        texts = iter(self._texts)
        answer: Comparison = rebuilt(Comparison, row, lambda name: next(texts)[name])
        return answer

    def _write(self, content: object) -> None:
        body = json.dumps(content, separators=(",", ":")).encode()
        with self._errors():
            self._file.write(_checksum(body) + b" " + body + b"\n")
            self._file.flush()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except BlockingIOError as error:
            raise OutputError(f"{self.path}: another run writes the same result") from error
        except OSError as error:
            raise OutputError(f"cannot write {self.path}: {error.strerror}") from error


def _name_of(document: Document) -> str:
    return document.id


def _checksum(body: bytes) -> bytes:
    return xxhash.xxh3_64_hexdigest(body).encode()
