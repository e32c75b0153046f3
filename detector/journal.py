"""The answers of a long run, kept task by task, so that a run that was stopped goes on.

One file of lines, each a checksum (XXH3_64) and JSON: first the digest of what the run is about,
then the answers of one task after the other. A line that was cut or changed ends what is believed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from importlib.metadata import version
from types import TracebackType, UnionType
from typing import Any, Self, Union, get_args, get_origin, get_type_hints

import xxhash

from detector.errors import OutputError
from detector.model import Comparison, Document, PairSide
from detector.settings import Settings

FORMAT = 2
Answers = list[Comparison | None]


def run_digest(*given: Sequence[Document] | None, settings: Settings) -> str:
    """What a run is about: the same for the same documents, settings and version of Copydesk."""
    found = hashlib.sha256(f"{FORMAT} {version('copydesk')} {settings.digest}".encode())
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
        self._write([answer and _plain(answer) for answer in answers])
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
                self.known.append([row and self._answer(row) for row in content])
            elif content != {"run": run}:
                break
            believed += len(line)
        return believed

    def _answer(self, row: list[Any]) -> Comparison:
        sides = (_restored(PairSide, row[place], self._texts[place]) for place in (0, 1))
        rest = zip(_kinds(Comparison)[2:], row[2:], strict=True)
        return Comparison(*sides, *(_restored(kind, value, {}) for kind, value in rest))

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


def _checksum(body: bytes) -> bytes:
    return xxhash.xxh3_64_hexdigest(body).encode()


# -- answers as JSON and back, by the annotations of their classes


def _plain(value: Any) -> Any:
    """A value as JSON has it: an object as the list of its fields, a document as its id."""
    if isinstance(value, Document):
        return value.id
    if is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return dict(value) if isinstance(value, Mapping) else value


def _restored(kind: Any, value: Any, documents: Mapping[str, Document]) -> Any:
    """The value of a kind that JSON stands for."""
    if kind is Document:
        return documents[value]
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (each for each in get_args(kind) if each is not type(None))
        return None if value is None else _restored(kind, value, documents)
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        kinds = [inner[0]] * len(value) if inner[1:] == (...,) else inner
        return tuple(_restored(k, v, documents) for k, v in zip(kinds, value, strict=True))
    if isinstance(kind, type) and is_dataclass(kind):
        given = zip(_kinds(kind), value, strict=True)
        return kind(*(_restored(inner, each, documents) for inner, each in given))
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum) else value


@lru_cache
def _kinds(kind: type[Any]) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    return tuple(hints[field.name] for field in fields(kind))
