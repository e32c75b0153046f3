"""What every corpus can do, in memory or on disk."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from detector.check import Library, find
from detector.checked import Checked
from detector.lens import look_at_matches
from detector.model import Added, Cluster, Comparison, Document, Reading, Report, Run, Searched
from detector.pipeline import check_words
from detector.settings import DEFAULT, Settings
from detector.version import VERSION

if TYPE_CHECKING:
    from detector.corpus.memory import MemoryCorpus

Progress = Callable[[str, int, int], None]
MEMORY = "memory:"


class Corpus(ABC):
    """A set of documents that texts are checked against.

    >>> story = "The ferry left Port Carrow at dawn with forty-one passengers and sacks of seed."
    >>> with Corpus.open("memory:") as corpus:
    ...     corpus.add(Document(id="first", text=story)).status.value
    ...     report = corpus.check(Document(id="mine", text=story))
    'added'
    >>> report.matches[0].relation.label
    'Same text'
    """

    def __init__(self, settings: Settings = DEFAULT) -> None:
        self._settings = settings

    @staticmethod
    def open(url: str, settings: Settings = DEFAULT, create: bool = True) -> Corpus:
        """The corpus at ``url``: ``memory:`` for a new one that is forgotten at the end, or the
        path of a file that keeps it (also ``sqlite:///path``), made where there is none unless
        ``create`` is False.

        Raises UsageError for any other address, IndexUnusable where it cannot be opened.
        """
        if url == MEMORY:
            from detector.corpus.memory import MemoryCorpus

            return MemoryCorpus(settings)
        from detector.corpus.durable import DurableCorpus

        return DurableCorpus(url, settings, create)

    @staticmethod
    def of(
        documents: Iterable[Document],
        settings: Settings = DEFAULT,
        progress: Progress | None = None,
    ) -> MemoryCorpus:
        """A corpus of these documents, in memory. ``progress`` is told (stage, done, total)."""
        from detector.corpus.memory import MemoryCorpus

        corpus = MemoryCorpus(settings)
        given = list(documents)
        for done, document in enumerate(given, 1):
            corpus.add(document)
            if progress:
                progress("reading", done, len(given))
        return corpus

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Let go of what is open."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def add(self, document: Document) -> Added:
        """Add a document; one with the same id is replaced. Raises InputError without words."""

    @abstractmethod
    def remove(self, document_id: str) -> None:
        """Take a document out. Raises UsageError where there is none of this id."""

    @abstractmethod
    def clusters(self) -> tuple[Cluster, ...]:
        """Which documents are one story."""

    def check(
        self,
        document: Document,
        at: str | None = None,
        leave_out: str | None = None,
        settings: Settings | None = None,
    ) -> Report:
        """Check a text against all documents; it is not added.

        ``at`` is the time to put on the report, None for a report that is the same bytes whenever
        it is made. ``leave_out`` is the id of a document not to look at: the text's own file.
        ``settings`` are those of this check, by default the corpus's own; their view decides what
        of the matches is shown and counted.
        """
        settings = settings or self._settings
        checked, reading = self.find(document, at, leave_out, settings)
        return checked.seen(settings, reading)

    def find(
        self,
        document: Document,
        at: str | None = None,
        leave_out: str | None = None,
        settings: Settings | None = None,
    ) -> tuple[Checked, Reading]:
        """All that :meth:`check` would make its report of, for any view; and the text, read."""
        check_words(document)
        settings = settings or self._settings
        with self._library() as library:
            found = find(document, library, settings, leave_out)
            searched = self._searched(leave_out)
        run = Run(VERSION, settings.digest, library.stats.digest, searched.documents, at)
        reading = found.mine.reading
        return Checked(reading.document, found.matches, searched, found.is_cut, run), reading

    @property
    def stats_digest(self) -> str:
        """Which statistics its answers rest on."""
        with self._library() as library:
            return library.stats.digest

    def matches(self, document: Document) -> tuple[Comparison, ...]:
        """The pair objects of a text (as a) with every document it shares text with.

        Raises InputError without words.
        """
        check_words(document)
        with self._library() as library:
            found = find(document, library, self._settings).matches
        return look_at_matches(found, self._settings)

    def searched(self) -> Searched:
        """How many documents there are, and of which time."""
        return self._searched(None)

    @abstractmethod
    def _library(self) -> AbstractContextManager[Library]:
        """The documents as they are now."""

    @abstractmethod
    def _searched(self, leave_out: str | None) -> Searched:
        """How many documents there are, and of which time."""
