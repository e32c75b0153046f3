"""What texts are checked against: a folder, read now, or an index that was kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from detector.cli.screen import progress
from detector.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from detector.cli.inputs import Inputs
    from detector.corpus.durable import DurableCorpus
    from detector.model import Document, Report
    from detector.settings import Settings

    Check = Callable[[Document], Report]

VARIABLE = "COPYDESK_INDEX"


@contextmanager
def checker(
    against: str | None, index: str | None, settings: Settings, found: Inputs
) -> Iterator[Check]:
    """What checks a text against a folder or an index; a text that stands there already is not
    held against itself."""
    if against and index:
        raise UsageError("--against or --index, not both")
    if not against:
        if not (index or os.environ.get(VARIABLE)):
            raise UsageError(f"--against DIR or --index URL (or {VARIABLE}) must say where to look")
        with open_index(index, settings=settings) as corpus:
            yield lambda text: corpus.check(text, leave_out=_kept(corpus, text))
        return
    from detector.cli.inputs import id_inside
    from detector.corpus import Corpus

    archive = {document.id: document for document in found.documents(against)}
    with progress() as tick:
        memory = Corpus.of(archive.values(), settings, tick)

    def check(text: Document) -> Report:
        itself = archive.get(id_inside(against, text.id))
        return memory.check(text, leave_out=itself.id if itself else None)

    yield check


def open_index(
    url: str | None, create: bool = False, settings: Settings | None = None
) -> DurableCorpus:
    """The index at ``--index``, else at ``COPYDESK_INDEX``. Raises UsageError for no address or one
    of another kind, IndexUnusable where it cannot be opened."""
    from detector.corpus.base import MEMORY
    from detector.corpus.durable import DurableCorpus
    from detector.settings import DEFAULT

    address = url or os.environ.get(VARIABLE)
    if not address:
        raise UsageError(f"--index URL or {VARIABLE} must say where the index is")
    if address == MEMORY:
        raise UsageError("an index in memory would be forgotten at once: give a path")
    return DurableCorpus(address, settings or DEFAULT, create)


def _kept(corpus: DurableCorpus, text: Document) -> str | None:
    """The id under which a text is kept itself: its own, or for a file the end of its path, as it
    was added with a folder. A text that differs in a letter is not itself, but a find."""
    names = [text.id]
    if os.path.isfile(text.id):
        parts = os.path.realpath(text.id).split("/")
        names += ["/".join(parts[first:]) for first in range(1, len(parts))]
    for name in names:
        stored = corpus.get(name)
        if stored and stored.document.text == text.text:
            return stored.document.id
    return None
