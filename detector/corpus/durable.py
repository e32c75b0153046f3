"""A corpus that remembers: documents in a store, shared by processes, safe to kill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from detector.check import candidates, in_order
from detector.classify import classify
from detector.cluster import JOINING, origin_of
from detector.corpus.archive import Archive
from detector.corpus.base import Corpus, Progress, check_words
from detector.corpus.grouping import Grouping
from detector.errors import IndexUnusable, UsageError
from detector.model import (
    Added,
    Alignment,
    Cluster,
    Comparison,
    Document,
    EventKind,
    Link,
    Relation,
    Searched,
    Status,
    Stored,
)
from detector.parallel import each
from detector.pipeline import Scan, align_sides, digest_order, scan, view
from detector.settings import DEFAULT, Settings
from detector.store import open_store

MAX_LINKS = 64
"""A text is aligned with so many of the strongest candidates when it is added."""
COMMITTED_AT_ONCE = 256
_SCANNED_AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class _Kin:
    """What a text and a stored one share, in the order of their digests."""

    number: int
    alignment: Alignment
    joins: bool


class DurableCorpus(Corpus):
    """The corpus of a store.

    >>> import tempfile
    >>> story = "The ferry left Port Carrow at dawn with forty-one passengers and sacks of seed."
    >>> url = f"{tempfile.mkdtemp()}/news.db"
    >>> with Corpus.open(url) as corpus:
    ...     corpus.add(Document(id="first", text=story)).cluster
    'c-2'
    >>> with Corpus.open(url) as corpus:
    ...     corpus.check(Document(id="mine", text=story)).matches[0].relation.label
    'Same text'
    """

    def __init__(self, url: str, settings: Settings = DEFAULT, create: bool = True) -> None:
        super().__init__(settings)
        self._store = open_store(url, create)
        self._archive = Archive(self._store)
        self._grouping = Grouping(self._store)

    def close(self) -> None:
        """Let go of all files."""
        self._store.close()

    def __len__(self) -> int:
        return self._store.searched().documents

    # -- documents

    def add(self, document: Document) -> Added:
        """Add a document, durably: it is on the disk when this returns. The same text under the
        same id changes nothing, another text is its next version.

        Raises InputError without words, IndexUnusable where it cannot be stored.
        """
        check_words(document)
        if same := self._unchanged(document):
            self._store.settle()
            return same
        scanned = scan(document, self._store.hash_key)
        self._archive.refresh()
        ready = self._kin(document, scanned, {})
        with self._store.writing():
            self._archive.refresh()
            kin = self._kin(document, scanned, ready)
            added, stored = self._put(document, scanned)
            if stored:
                self._relate(stored.number, list(kin.values()))
                added = self._said(added, stored.number)
        self._archive.seal_if_due()
        return added

    def add_all(self, documents: Iterable[Document], workers: int = 1) -> Iterator[Added]:
        """Add many documents, some with one commit: each is durable when its answer comes. What
        they share with others is found by :meth:`relate`, later.

        Raises as ``add``; what was answered stays.
        """
        given = iter(documents)
        parts = iter(lambda: list(islice(given, _SCANNED_AT_ONCE)), [])
        waiting: list[tuple[Document, Scan]] = []
        for some in each(partial(_scan_some, self._store.hash_key), parts, workers):
            waiting += some
            if len(waiting) >= COMMITTED_AT_ONCE:
                yield from self._commit(waiting)
                waiting = []
        yield from self._commit(waiting)

    def remove(self, document_id: str) -> None:
        """Take a document out, with all its versions. Raises UsageError where there is none."""
        with self._store.writing():
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

    # -- what they are to each other

    def matches_of(self, name: str) -> tuple[Comparison, ...]:
        """What a stored document shares with others, from the alignments that were stored, judged
        by the statistics in force. Raises UsageError where there is none of this name."""
        with self._library() as archive:
            stored = self.get(name)
            if stored is None:
                raise UsageError(f"{name}: no such document", code="not_found")
            mine = archive.side(stored.number)
            sides, found = {}, []
            for link in self._store.links(stored.number):
                if archive.stored(link.other(stored.number)) is None:
                    continue  # removed meanwhile
                other = archive.side(link.other(stored.number))
                answer = self._judged(archive, link)
                if answer.a.document.id != mine.reading.document.id:
                    answer = answer.flip()
                sides[other.reading.document.id] = other
                found.append(answer)
            found = [c for c in found if c.relation is not Relation.INDEPENDENT]
            return in_order(mine, found, sides, self._settings)

    def relate(self, progress: Progress | None = None) -> None:
        """Find what documents added by ``add_all`` share with those before them, each in a commit
        of its own. ``progress`` is told (stage, done, total)."""
        done = 0
        while pending := self._store.unlinked(COMMITTED_AT_ONCE):
            self._archive.seal_if_due()
            for number in pending:
                self._relate_one(number)
                done += 1
                if progress:
                    progress("comparing", done, done + len(pending))

    def clusters(self) -> tuple[Cluster, ...]:
        """Which documents are one story."""
        found: list[Cluster] = []
        after = ""
        with self._library() as archive:
            while names := self._store.clusters(after, 100):
                found += filter(None, [self._cluster(archive, name) for name in names])
                after = names[-1]
        return tuple(sorted(found, key=lambda c: c.members))

    def cluster(self, name: str) -> Cluster | None:
        """A cluster by its id."""
        with self._library() as archive:
            return self._cluster(archive, name)

    # -- maintenance

    def seal(self) -> None:
        """Bring all that was added into the index on disk."""
        self._archive.refresh()
        self._archive.seal()

    def expire(self, now: str | None = None) -> list[str]:
        """Remove the documents whose ``expires_at`` has passed; their ids."""
        moment = now or datetime.now(UTC).isoformat()
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
        problems = list(self._store.check())
        if problems:
            return problems
        with self._store.reading():
            last = 0
            while some := self._store.numbers(last, COMMITTED_AT_ONCE):
                for number in some:
                    problems += self._wrong_with(number)
                last = some[-1]
        problems += self._archive.problems()
        return problems

    # -- one document

    def _unchanged(self, document: Document) -> Added | None:
        with self._store.reading():
            current = self._store.current(document.id)
            if current is None or current.document != document:
                return None
            return self._said(Added(document.id, Status.UNCHANGED, current.version), current.number)

    def _put(self, document: Document, scanned: Scan) -> tuple[Added, Stored | None]:
        """Store a document, inside a transaction, and log that; its new version, if it is one."""
        current = self._store.current(document.id)
        if current and current.document.text == document.text:
            status = Status.UNCHANGED
            if current.document != document:
                status = Status.UPDATED
                self._store.change_fields(current, document)
                self._store.log(EventKind.CHANGED, current.number, document.id)
            return self._said(Added(document.id, status, current.version), current.number), None
        stored = self._store.insert(document, scanned.sketch)
        kind, before = EventKind.ADDED, list[int]()
        if current:
            kind, before = EventKind.UPDATED, [current.number]
        self._store.log(kind, stored.number, document.id, version=stored.version, supersedes=before)
        status = Status.UPDATED if current else Status.ADDED
        return Added(document.id, status, stored.version), stored

    def _take_out(self, document_id: str) -> None:
        """Remove a document, inside a transaction."""
        versions = self._store.versions(document_id)
        if not versions:
            raise UsageError(f"{document_id}: no such document", code="not_found")
        for stored in versions:
            self._grouping.leave(stored.number)
            self._store.delete(stored.number)
            self._store.log(EventKind.REMOVED, stored.number, document_id)

    def _commit(self, some: Sequence[tuple[Document, Scan]]) -> list[Added]:
        if not some:
            return []
        with self._store.writing():
            added = [self._put(document, scanned)[0] for document, scanned in some]
        self._archive.seal_if_due()
        return added

    def _said(self, added: Added, number: int) -> Added:
        """The answer with the cluster, as it is now."""
        name = self._store.cluster_of(number)
        members = self._store.members(name) if name else ()
        role = None
        if name:
            role = "copy" if members[0] != number else "representative"
            role = "single" if len(members) == 1 else role
        return replace(added, cluster=name, role=role)

    # -- kin

    def _kin(
        self, document: Document, scanned: Scan, known: Mapping[int, _Kin | None]
    ) -> dict[int, _Kin]:
        """What a text shares with stored ones, by their numbers; ``known`` is not asked again."""
        archive = self._archive
        numbers, _ = candidates(document, scanned, archive, most=MAX_LINKS)
        mine = None
        found: dict[int, _Kin] = {}
        for number in numbers:
            kin = known.get(number)
            if kin is None:
                mine = mine or view(document, archive.stats, archive.hash_key)
                one, other = sorted((mine, archive.side(number)), key=digest_order)
                alignment = align_sides(one, other)
                relation = classify(one, other, alignment, self._settings).relation
                if relation is Relation.INDEPENDENT:
                    continue
                kin = _Kin(number, alignment, relation in JOINING)
            found[number] = kin
        return found

    def _relate_one(self, number: int) -> None:
        """Link a text that was added without, with those before it."""
        self._archive.refresh()
        stored = self._archive.stored(number)
        if stored is None:
            return
        document = self._archive.document(number)
        kin = self._kin(document, scan(document, self._store.hash_key), {})
        with self._store.writing():
            if self._store.stored(number) is None:
                return
            earlier = [k for k in kin.values() if k.number < number and self._is_there(k.number)]
            self._relate(number, earlier)

    def _is_there(self, number: int) -> bool:
        return self._store.stored(number) is not None

    def _relate(self, number: int, kin: Sequence[_Kin]) -> None:
        """Store what a text shares with others, and its cluster, inside a transaction."""
        stored = self._store.stored(number)
        assert stored is not None  # noqa: S101
        links = []
        for each_kin in kin:
            other = self._store.stored(each_kin.number)
            if other is None:
                continue
            digests = stored.document.digest, other.document.digest
            first, second = sorted(zip(digests, (number, other.number), strict=True))
            links.append(Link(first[1], second[1], each_kin.alignment, each_kin.joins))
        self._store.link(number, links)
        self._grouping.join(number, [link.other(number) for link in links if link.joins])

    # -- clusters

    def _cluster(self, archive: Archive, name: str) -> Cluster | None:
        """A cluster with its origin, from the pairs of its representative."""
        with self._store.reading():
            members = self._store.members(name)
            links = self._store.links(members[0]) if members else ()
        there = {n: archive.document(n).id for n in members if archive.stored(n)}
        pairs = [
            self._judged(archive, link)
            for link in links
            if link.joins and link.first in there and link.second in there
        ]
        return Cluster(name, tuple(sorted(there.values())), origin_of(pairs)) if there else None

    def _judged(self, archive: Archive, link: Link) -> Comparison:
        one, other = archive.side(link.first), archive.side(link.second)
        return classify(one, other, link.alignment, self._settings)

    # -- the library

    @contextmanager
    def _library(self) -> Iterator[Archive]:
        self._archive.refresh()
        yield self._archive

    def _searched(self, leave_out: str | None) -> Searched:
        searched = self._store.searched()
        if leave_out is not None and self._store.current(leave_out):
            searched = replace(searched, documents=searched.documents - 1)
        return searched

    def _wrong_with(self, number: int) -> list[str]:
        try:
            stored = self._store.stored(number)
            if stored is None:
                return [f"text {number} is gone"]
            sketch = self._store.sketch(number)
            again = scan(stored.document, self._store.hash_key).sketch
            for one, other in (
                (sketch.signature, again.signature),
                (sketch.fingerprints, again.fingerprints),
                (sketch.letters, again.letters),
            ):
                if one.tobytes() != other.tobytes():
                    return [f"{stored.name}: its sketch is not that of its text"]
            for link in self._store.links(number):
                if self._store.stored(link.other(number)) is None:
                    return [f"{stored.name}: is linked with a text that is gone"]
        except IndexUnusable as error:
            return [error.message]
        return []


def _scan_some(hash_key: int, documents: Sequence[Document]) -> list[tuple[Document, Scan]]:
    for document in documents:
        check_words(document)
    return [(document, scan(document, hash_key)) for document in documents]
