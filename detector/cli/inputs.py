"""What the user names as input, read; what cannot be read, named."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from detector.cli.screen import say
from detector.errors import CopydeskError, UsageError
from detector.ingest import read_path
from detector.model import Document, Skipped
from detector.report import count

MANY_TEXTS = 500

MAX_IGNORE_CHARS = 4_000_000
# What to say of one skipped input, and of several.
_CAUSES = {
    "read_failed": ("{n} file could not be read", "{n} files could not be read"),
    "changed_during_read": (
        "{n} file changed while it was read",
        "{n} files changed while they were read",
    ),
    "too_large": ("{n} file skipped: {reason}", "{n} files skipped: {reason}"),
}
_ANY_CAUSE = ("{n} input skipped: {reason}", "{n} inputs skipped: {reason}")


class Inputs:
    """Reads inputs, counts them, and says on standard error what was skipped and why.

    >>> inputs = Inputs()
    >>> inputs.read, inputs.skipped
    (0, [])
    """

    def __init__(
        self,
        mapping: Mapping[str, str] | None = None,
        on_skip: Callable[[Skipped], None] = lambda _: None,
    ) -> None:
        self.mapping = mapping or {}
        self.on_skip = on_skip
        self.read = 0
        self.skipped: list[Skipped] = []

    def skip(self, skipped: Skipped) -> None:
        """Name and count what is left out."""
        reason = skipped.reason.removeprefix(f"{skipped.name}: ")  # named once is enough
        self.skipped.append(replace(skipped, reason=reason))
        say(f"skipped {skipped.name}: {reason}")
        self.on_skip(self.skipped[-1])

    def documents(self, path: str) -> Iterator[Document]:
        """The texts of one input. An input that is not there at all is the user's mistake."""
        return self.taken(read_path(path, mapping=self.mapping))

    def taken(self, found: Iterable[Document | Skipped]) -> Iterator[Document]:
        """What of all that was found is a text."""
        for each in found:
            if isinstance(each, Skipped):
                self.skip(each)
            else:
                self.read += 1
                yield each

    def documents_of_each(self, paths: Iterable[str]) -> Iterator[Document]:
        """The texts of several inputs; one that cannot be read does not stop the others."""
        for path in paths:
            try:
                yield from self.documents(path)
            except CopydeskError as error:
                self.skip(Skipped(path, error.code, error.message))

    def amount(self, path: str) -> str:
        """How much was read: files of a directory, else the texts that a file holds.

        >>> Inputs().amount("/")
        '0 files'
        """
        return count(self.read, "file" if os.path.isdir(path) else "text")

    def summary(self) -> list[str]:
        """What was skipped, in one sentence per cause."""
        causes = defaultdict(list)
        for skipped in self.skipped:
            causes[skipped.code].append(skipped.reason)
        return [_cause(code, reasons) for code, reasons in sorted(causes.items())]


def two_documents(path_a: str, path_b: str) -> tuple[Document, Document]:
    """The two texts of a comparison."""
    at_most_one_stdin(path_a, path_b)
    return _only_document(path_a), _only_document(path_b)


def id_inside(folder: str, path: str) -> str:
    """The id that a file has among the texts of a folder, if it lies in it.

    >>> id_inside("archive", "archive/may/ferry.txt")
    'may/ferry.txt'
    """
    return os.path.relpath(os.path.realpath(path), os.path.realpath(folder))


def parse_mapping(text: str | None) -> dict[str, str]:
    """What ``--map`` says: the name a field has in the input, by the name it has here.

    >>> parse_mapping("text=body,id=guid")
    {'text': 'body', 'id': 'guid'}
    """
    pairs = [part.partition("=") for part in text.split(",")] if text else []
    if not all(ours and equals and theirs for ours, equals, theirs in pairs):
        raise UsageError(f"--map takes pairs such as text=body,id=guid, not {text!r}")
    return {ours: theirs for ours, _, theirs in pairs}


def worker_count(texts: int) -> int:
    """As many as there are cores, where there is enough to do to be worth starting them.

    >>> worker_count(26)
    1
    """
    return os.cpu_count() or 1 if texts >= MANY_TEXTS else 1


def ignore_lines(path: str) -> list[str]:
    """The lines of ``--ignore``. Raises UsageError where the file cannot be read."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read(MAX_IGNORE_CHARS + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", code="bad_config") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8", code="bad_config") from error
    if len(text) > MAX_IGNORE_CHARS:
        raise UsageError(f"{path}: too long to be a list to ignore", code="bad_config")
    return text.split("\n")


def at_most_one_stdin(*paths: str | None) -> None:
    """Refuse to read standard input twice.

    >>> at_most_one_stdin("-", "-")
    Traceback (most recent call last):
    ...
    detector.errors.UsageError: only one input can be - (standard input)
    """
    if paths.count("-") > 1:
        raise UsageError("only one input can be - (standard input)")


def _only_document(path: str) -> Document:
    """The one text of a file; anything else is nothing to compare."""
    first, *others = list(islice(read_path(path), 2)) or [Skipped(path, "no_text", "no text in it")]
    if isinstance(first, Skipped):
        raise UsageError(f"{first.name}: {first.reason}", code=first.code)
    if others:
        raise UsageError(f"{path}: more than one text; compare takes one, batch takes many")
    return first


def _cause(code: str, reasons: list[str]) -> str:
    one, several = _CAUSES.get(code, _ANY_CAUSE)
    reason = reasons[0] if len(set(reasons)) == 1 else code.replace("_", " ")
    return (one if len(reasons) == 1 else several).format(n=f"{len(reasons):,}", reason=reason)
