"""A corpus that remembers: documents in a store, shared by processes, safe to kill."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from detector.corpus.archive import Archive
from detector.corpus.audit import audit
from detector.corpus.base import Corpus, Progress
from detector.corpus.findings import Findings
from detector.corpus.grouping import Grouping
from detector.corpus.intake import (
    Coming,
    answered,
    check_fields,
    is_new_text,
    put,
    scan_some,
    with_known,
)
from detector.corpus.kept import Reports
from detector.corpus.kin import Kin, find_kin, kin_by_worker, kin_of_some, links_of
from detector.corpus.lookup import Hits, search
from detector.corpus.relations import Drawn, Relations
from detector.errors import UsageError
from detector.lens import look, look_at_matches
from detector.model import (
    Added,
    Cluster,
    Comparison,
    Document,
    Event,
    EventKind,
    Once,
    Receipt,
    Searched,
    Skipped,
    Status,
    Stored,
    Summary,
)
from detector.parallel import each, each_by_threads
from detector.pipeline import Scan, scan
from detector.settings import DEFAULT, Settings
from detector.store import open_store

COMMITTED_AT_ONCE = 256
_SCANNED_AT_ONCE = 32
_RELATED_AT_ONCE = 16
Guard = Callable[[Stored | None], None]
"""Is shown the version in force of a document, and raises to refuse what would change it."""


class DurableCorpus(Corpus):
    """The corpus of a store.

    >>> import tempfile
    >>> story = "The ferry left Port Carrow at dawn with forty-one passengers and sacks of seed."
    >>> url = f"{tempfile.mkdtemp()}/news.db"
    >>> with Corpus.open(url) as corpus:
    ...     corpus.add(Document(id="first", text=story)).cluster
    'c-1-1'
    >>> with Corpus.open(url) as corpus:
    ...     corpus.check(Document(id="mine", text=story)).matches[0].relation.label
    'Same text'
    """

    def __init__(self, url: str, settings: Settings = DEFAULT, create: bool = True) -> None:
        super().__init__(settings)
        self._url = url
        self._store = open_store(url, create)
        self._archive = Archive(self._store)
        self._grouping = Grouping(self._store)
        self.reports = Reports(self._store, self.get)
        self.findings = Findings(self._store)

    def close(self) -> None:
        """Let go of all files."""
        self._store.close()

    def __len__(self) -> int:
        return self._store.searched().documents

    # -- documents

    def add(
        self, document: Document, guard: Guard | None = None, once: Once | None = None
    ) -> Added:
        """Add a document, durably: it is on the disk when this returns. The same text under the
        same id changes nothing, another text is its next version.

        ``guard`` is shown the version in force before anything is written, and may raise. What was
        added ``once`` gets the first answer again; UsageError (``idempotency_mismatch``) where its
        key came with another request. Raises InputError without words or for a field that cannot
        be stored, IndexUnusable where nothing can be.
        """
        check_fields(document)
        scanned = scan(document, self._store.hash_key)
        self._archive.refresh()
        # Outside the transaction, where others do not wait for it; what came between is added then.
        ready = self._kin(document, scanned, {}) if is_new_text(self._store, document) else {}
        with self._store.writing():
            added = answered(self._store, once) if once else None
            if added is None:
                if guard:
                    guard(self._store.current(document.id))
                added = self._add(document, scanned, ready)
                if once:
                    self._store.keep(Receipt(once.key, once.request, json.dumps(asdict(added))))
        if added.status is Status.UNCHANGED or once:
            self._store.settle()  # what was found may be of a process killed before it was durable
        self._keep_up()
        return added

    def _add(self, document: Document, scanned: Scan, ready: Mapping[int, Kin]) -> Added:
        """Store a document with its links, inside a transaction."""
        kin: dict[int, Kin] = {}
        if is_new_text(self._store, document):
            self._archive.refresh()
            kin = self._kin(document, scanned, ready)
        added, number = put(self._store, document, scanned)
        if number is not None:
            self._relate(number, kin.values())
        return self._grouping.told(added)

    def add_all(self, documents: Iterable[Document], workers: int = 1) -> Iterator[Added | Skipped]:
        """Add many documents, some with one commit: each is durable when its answer comes. What
        they share with others is found by :meth:`relate`, later. Answers come in order; a document
        that is refused gives a ``Skipped``.

        Raises IndexUnusable as ``add``; what was answered stays.
        """
        given = iter(documents)
        parts = iter(lambda: list(islice(given, _SCANNED_AT_ONCE)), [])
        work = partial(scan_some, self._store.hash_key)
        waiting: list[Coming | Skipped] = []
        for some in each_by_threads(work, map(partial(with_known, self._store), parts), workers):
            waiting += some
            if len(waiting) >= COMMITTED_AT_ONCE:
                yield from self._commit(waiting)
                waiting = []
        yield from self._commit(waiting)

    def remove(self, document_id: str, guard: Guard | None = None) -> None:
        """Take a document out, with all its versions. ``guard`` as in ``add``. Raises UsageError
        where there is none."""
        with self._store.writing():
            if guard:
                guard(self._store.current(document_id))
            self._take_out(document_id)

    def get(self, name: str) -> Stored | None:
        """A document by its id, or an old version by the name that findings call it by."""
        found = self._store.current(name)
        if found is None and "@" in name:
            document_id, _, version = name.rpartition("@")
            some = [v for v in self._store.versions(document_id) if str(v.version) == version]
            found = some[0] if some else None
        return found

    def page(self, after: str = "", most: int = 100) -> Sequence[tuple[str, str]]:
        """(id, digest) of documents in force whose id comes after, by id."""
        return self._store.page(after, most)

    def versions(self, document_id: str) -> Sequence[Stored]:
        """All versions of a document, oldest first; none where there is no such document."""
        return self._store.versions(document_id)

    def search(self, words: str, after: str = "", most: int = 100) -> Hits:
        """The documents that have words in their id, title or outlet, by id."""
        return search(self._store, words, after, most)

    @property
    def secret(self) -> bytes:
        """A secret of this corpus alone, to sign with what is handed out and must come back."""
        return hashlib.sha256(f"copydesk {self._store.hash_key}".encode()).digest()

    def story_of(self, stored: Stored) -> Added:
        """Which cluster a stored document is in, and what it is there."""
        return self._grouping.told(Added(stored.document.id, Status.UNCHANGED, stored.version))

    def cluster_names(self, after: str = "", most: int = 100) -> Sequence[str]:
        """The names of clusters of several texts that come after a name, in order."""
        return self._store.kinship.clusters(after, most)

    def last_event(self) -> int:
        """The sequence number of the last event, 0 for none."""
        return self._store.last_seq()

    def events(self, after: int = 0, most: int = 1000) -> Sequence[Event]:
        """What happened after an event, by its sequence number, in order."""
        return self._store.events(after, most)

    # -- what they are to each other

    def matches_of(self, name: str, settings: Settings | None = None) -> tuple[Comparison, ...]:
        """What a stored document shares with others, from the alignments that were stored, judged
        by the statistics in force and seen as ``settings`` ask, by default the corpus's own; then
        who holds a copy of an old version of it, which is a in these. Raises UsageError where there
        is none of this name."""
        settings = settings or self._settings
        with self._related(settings) as relations:
            stored = self.get(name)
            if stored is None:
                raise UsageError(f"{name}: no such document", code="not_found")
            found = relations.matches_of(stored)
        seen = look_at_matches(found, settings)
        return tuple(sorted(seen, key=lambda c: c.a.document.id != stored.name))

    def pairs_of(self, number: int) -> Sequence[tuple[Stored, Comparison]]:
        """What a stored text, by the number that its event has, shares with others, as the settings
        ask: each of these, and the pair, in which the text is a. Nothing where it was removed."""
        with self._related() as relations:
            pairs = relations.pairs_of(number)
            return [(other, seen) for other, c in pairs if (seen := look(c, self._settings))]

    def first_unrelated(self) -> int | None:
        """The number of the first text that :meth:`relate` has yet to see."""
        return next(iter(self._store.kinship.unlinked(0, 1)), None)

    def relate(self, progress: Progress | None = None, workers: int = 1) -> None:
        """Find what documents added by ``add_all`` share with those before them, each in a commit
        of its own; ``workers`` processes look, and the answer does not depend on them. ``progress``
        is told (stage, done, total).

        Raises CopydeskError where a worker process was killed; what was found stays.
        """
        self._keep_up()
        done, (_, total) = 0, self._store.counts()
        work = partial(kin_by_worker, self._url, self._settings)
        if workers == 1:
            work = partial(kin_of_some, self._archive, self._settings)
        for some in each(work, self._unlinked(), workers):
            for number, kin in some:
                with self._store.writing():
                    if self._store.stored(number) is not None:
                        self._relate(number, kin)
                done += 1
                if progress:
                    progress("comparing", done, max(done, total))
            self._keep_up()

    def _unlinked(self) -> Iterator[Sequence[int]]:
        """The numbers of texts that nobody has looked at, some at once."""
        after = 0
        while some := self._store.kinship.unlinked(after, _RELATED_AT_ONCE):
            yield some
            after = some[-1]

    def clusters(self) -> tuple[Cluster, ...]:
        """Which documents are one story."""
        with self._related() as relations:
            return relations.clusters()

    def cluster(self, name: str) -> Cluster | None:
        """A cluster by its id."""
        with self._related() as relations:
            return relations.cluster(name)

    def cascade(self, name: str) -> Drawn | None:
        """A cluster by its id, as a tree of who took the story from whom; of a very large one as
        much as can be told quickly."""
        with self._related() as relations:
            return relations.cascade(name)

    # -- maintenance

    def seal(self) -> None:
        """Bring all that was added into the index on disk."""
        self._archive.refresh()
        self._archive.seal()

    def expire(self, now: str | None = None) -> list[str]:
        """Remove the documents whose ``expires_at`` has passed, and reports; the documents' ids."""
        moment = now or datetime.now(UTC).isoformat()
        self.reports.expire(moment)
        gone: list[str] = []
        while True:
            with self._store.writing():
                some = self._store.expired(moment, COMMITTED_AT_ONCE)
                for document_id in some:
                    self._take_out(document_id)
            if not some:
                return gone
            gone += some

    def erase(self, document_ids: Iterable[str] = ()) -> None:
        """Remove documents and leave nothing of them, nor of those removed before, in any file."""
        for document_id in document_ids:
            self.remove(document_id)
        self._store.scrub()
        self._archive.rebuild()

    def rebuild(self) -> None:
        """Make the index anew from what is stored."""
        self._archive.rebuild()

    def verify(self) -> list[str]:
        """Read and recompute everything; what is wrong, in words. An empty list for a sound one."""
        return self.verify_store() or self.verify_index()

    def verify_store(self) -> list[str]:
        """What is wrong with the documents and what belongs to them: no command can mend that."""
        return audit(self._store) or self.reports.problems()

    def verify_index(self) -> list[str]:
        """What is wrong with what is derived from them: ``rebuild`` mends it."""
        return self._archive.problems()

    def summary(self) -> Summary:
        """What it holds, and what that takes."""
        with self._library() as archive, self._store.reading():
            found, (versions, pending) = self._store.searched(), self._store.counts()
            return Summary(
                documents=found.documents,
                versions=versions,
                pending=pending,
                outlets=found.outlets,
                first=found.first,
                last=found.last,
                size_bytes=self._store.size_bytes(),
                segments=archive.segments,
                stats_digest=archive.stats.digest,
            )

    def _keep_up(self) -> None:
        """Have the index and the statistics follow what was added, where that is much."""
        self._archive.seal_if_due()
        self._archive.learn_if_due()

    # -- one document

    def _take_out(self, document_id: str) -> None:
        """Remove a document, inside a transaction."""
        versions = self._store.versions(document_id)
        if not versions:
            raise UsageError(f"{document_id}: no such document", code="not_found")
        self.reports.forget(document_id, versions)
        for stored in versions:
            self._grouping.leave(stored.number)
            self._store.delete(stored.number)
            self._store.log(EventKind.REMOVED, stored.number, document_id)

    def _commit(self, some: Sequence[Coming | Skipped]) -> list[Added | Skipped]:
        if not some:
            return []
        with self._store.writing():
            answers = [
                each if isinstance(each, Skipped) else self._store_one(each) for each in some
            ]
        self._store.settle()  # what was found may be of a process killed before it was durable
        self._archive.seal_if_due()
        return answers

    def _store_one(self, coming: Coming) -> Added:
        scanned = coming.scanned or scan(coming.document, self._store.hash_key)
        added, number = put(self._store, coming.document, scanned)
        return added if number is not None else self._grouping.told(added)

    # -- kin

    def _kin(self, document: Document, scanned: Scan, known: Mapping[int, Kin]) -> dict[int, Kin]:
        return find_kin(document, scanned, self._archive, self._settings, known)

    def _relate(self, number: int, kin: Iterable[Kin]) -> None:
        """Store what a text shares with others, and its cluster, inside a transaction."""
        links = links_of(self._store, number, kin)
        self._store.kinship.link(number, links)
        self._grouping.join(number, [link.other(number) for link in links if link.joins])

    # -- the library

    @contextmanager
    def _library(self) -> Iterator[Archive]:
        self._archive.refresh()
        yield self._archive

    @contextmanager
    def _related(self, settings: Settings | None = None) -> Iterator[Relations]:
        with self._library() as archive:
            yield Relations(self._store, archive, settings or self._settings)

    def _searched(self, leave_out: str | None) -> Searched:
        searched = self._store.searched()
        if leave_out is not None and self._store.current(leave_out):
            searched = replace(searched, documents=searched.documents - 1)
        return searched
