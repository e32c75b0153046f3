"""A corpus that remembers: documents in a store, shared by processes, safe to kill."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from detector.check import candidates, in_order
from detector.classify import classify
from detector.cluster import JOINING, origin_of, regroup
from detector.corpus.archive import Archive
from detector.corpus.base import Corpus, Progress, check_words
from detector.errors import IndexUnusable, InputError, UsageError
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
    Skipped,
    Status,
    Stored,
    Summary,
)
from detector.parallel import each
from detector.pipeline import Scan, align_sides, digest_order, scan, view
from detector.settings import DEFAULT, Settings
from detector.store import open_store

MAX_LINKS = 64
"""A text is aligned with so many of the strongest candidates when it is added."""
MAX_REGROUPED = 256
"""A larger cluster takes in one more copy without being formed anew."""
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

    def close(self) -> None:
        """Let go of all files."""
        self._store.close()

    def __len__(self) -> int:
        return self._store.searched().documents

    # -- documents

    def add(self, document: Document) -> Added:
        """Add a document, durably: it is on the disk when this returns. The same text under the
        same id changes nothing, another text is its next version.

        Raises InputError without words or for a field that cannot be stored, IndexUnusable where
        nothing can be.
        """
        _check(document)
        if same := self._unchanged(document):
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

    def add_all(self, documents: Iterable[Document], workers: int = 1) -> Iterator[Added | Skipped]:
        """Add many documents, some with one commit: each is durable when its answer comes. What
        they share with others is found by :meth:`relate`, later. One that is refused gives a
        ``Skipped``; it and what is unchanged may overtake the others.

        Raises IndexUnusable as ``add``; what was answered stays.
        """
        given = iter(documents)
        parts = iter(lambda: list(islice(given, _SCANNED_AT_ONCE)), [])
        work = partial(_scan_some, self._store.hash_key)
        waiting: list[tuple[Document, Scan]] = []
        for answers, scanned in each(work, map(self._without_unchanged, parts), workers):
            yield from answers
            waiting += scanned
            if len(waiting) >= COMMITTED_AT_ONCE:
                yield from self._commit(waiting)
                waiting = []
        yield from self._commit(waiting)

    def remove(self, document_id: str) -> None:
        """Take a document out, with all its versions. Raises UsageError where there is none."""
        with self._store.writing():
            versions = self._store.versions(document_id)
            if not versions:
                raise UsageError(f"{document_id}: no such document", code="not_found")
            for stored in versions:
                self._leave(stored.number)
                self._store.delete(stored.number)
                self._store.log(EventKind.REMOVED, stored.number, document_id)

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
        done, (_, total) = 0, self._store.counts()
        while pending := self._store.unlinked(COMMITTED_AT_ONCE):
            self._archive.seal_if_due()
            for number in pending:
                self._relate_one(number)
                done += 1
                if progress:
                    progress("comparing", done, max(done, total))

    def clusters(self) -> tuple[Cluster, ...]:
        """Which documents are one story."""
        found, after = [], ""
        with self._library() as archive:
            while names := self._store.clusters(after, 100):
                found += [self._cluster(archive, name) for name in names]
                after = names[-1]
        return tuple(sorted(found, key=lambda c: c.members))

    def cluster(self, name: str) -> Cluster | None:
        """A cluster by its id."""
        with self._library() as archive:
            return self._cluster(archive, name) if self._store.members(name) else None

    # -- maintenance

    def seal(self) -> None:
        """Bring all that was added into the index on disk."""
        self._archive.refresh()
        self._archive.seal()

    def expire(self, now: str | None = None) -> list[str]:
        """Remove the documents whose ``expires_at`` has passed; their ids."""
        moment = now or datetime.now(UTC).isoformat()
        gone: list[str] = []
        while some := self._store.expired(moment, 100):
            for document_id in some:
                self.remove(document_id)
            gone += some
        return gone

    def erase(self, document_ids: Iterable[str] = ()) -> None:
        """Remove documents and leave nothing of them, nor of those removed before, in any file."""
        for document_id in document_ids:
            self.remove(document_id)
        self._store.scrub()
        self._archive.rebuild()

    def rebuild(self) -> None:
        """Make all that is derived anew: sketches that are damaged, and the index."""
        self._archive.rebuild()

    def verify(self) -> list[str]:
        """Read and recompute everything; what is wrong, in words. An empty list for a sound one."""
        return self.verify_store() or self.verify_index()

    def verify_store(self) -> list[str]:
        """What is wrong with the documents and what belongs to them: no command can mend that."""
        problems = list(self._store.check())
        if problems:
            return problems
        with self._store.reading():
            for number in self._numbers():
                problems += self._wrong_with(number)
        return problems

    def verify_index(self) -> list[str]:
        """What is wrong with what is derived from them: ``rebuild`` mends it."""
        with self._store.reading():
            return self._archive.wrong_with(self._numbers())

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

    def _numbers(self) -> list[int]:
        numbers: list[int] = []
        while some := self._store.numbers(numbers[-1] if numbers else 0, COMMITTED_AT_ONCE):
            numbers += some
        return numbers

    # -- one document

    def _unchanged(self, document: Document) -> Added | None:
        current = self._store.current(document.id)
        if current is None or current.document != document:
            return None
        return self._said(Added(document.id, Status.UNCHANGED, current.version), current.number)

    def _without_unchanged(
        self, documents: Sequence[Document]
    ) -> tuple[list[Added | Skipped], list[Document]]:
        """What is stored as it is has its answer already; and the others."""
        answers, others = list[Added | Skipped](), list[Document]()
        for document in documents:
            if same := self._unchanged(document):
                answers.append(same)
            else:
                others.append(document)
        return answers, others

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
        self._join(number, [link.other(number) for link in links if link.joins])

    # -- clusters

    def _join(self, number: int, copies: Sequence[int]) -> None:
        """Find a text its cluster among those of its copies, and mend these."""
        names = {name for name in map(self._store.cluster_of, copies) if name}
        members = {n for name in names for n in self._store.members(name)}
        if len(members) <= MAX_REGROUPED:
            self._form({number, *copies, *members})
            return
        heads = {self._store.members(name)[0]: name for name in sorted(names)}
        name = next((heads[n] for n in copies if n in heads), None)
        if name is None:
            self._form({number})
        else:
            self._store.assign(name, [*self._store.members(name), number])
            self._log(EventKind.JOINED, number, cluster=name)

    def _leave(self, number: int) -> None:
        """Take a text out of its cluster and form what is left anew."""
        name = self._store.cluster_of(number)
        if name is None:
            return
        rest = [n for n in self._store.members(name) if n != number]
        if len(rest) > MAX_REGROUPED:
            self._store.assign(name, rest)
        else:
            self._form(set(rest), also=name)

    def _form(self, numbers: set[int], also: str | None = None) -> None:
        """Form clusters of these texts anew, log what changed, and let names survive."""
        before = {n: name for n in numbers if (name := self._store.cluster_of(n))}
        for name in {*before.values(), *([also] if also else [])}:
            self._store.assign(name, [])
        kept: dict[str, int] = {}
        for known, group in regroup(sorted(numbers), self._store.joined(numbers), before):
            name = known or f"c-{self._store.last_seq() + 1}"
            self._store.assign(name, group)
            came = {before.get(n) for n in group} - {name, None}
            for number in group:
                if before.get(number) != name:
                    self._log(EventKind.JOINED, number, cluster=name)
            kept[name] = group[0]
            for old in sorted(filter(None, came)):
                kind = EventKind.SPLIT if old in kept or known is None else EventKind.MERGED
                self._log(kind, group[0], cluster=name, other=old)

    def _log(self, kind: EventKind, number: int, **detail: object) -> None:
        stored = self._store.stored(number)
        self._store.log(kind, number, stored.document.id if stored else "", **detail)

    def _cluster(self, archive: Archive, name: str) -> Cluster:
        """A cluster with its origin, from the pairs of its representative."""
        members = self._store.members(name)
        wanted = set(members)
        pairs = [
            self._judged(archive, link)
            for link in self._store.links(members[0])
            if link.joins and link.other(members[0]) in wanted
        ]
        names = [archive.document(number).id for number in members]
        return Cluster(name, tuple(sorted(names)), origin_of(pairs))

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


def _check(document: Document) -> None:
    """Raise InputError for a document that cannot be kept."""
    check_words(document)
    try:
        json.dumps(replace(document, text="").to_dict(), ensure_ascii=False).encode()
        datetime.fromisoformat(document.expires_at or "1970-01-01")
    except UnicodeEncodeError as error:
        raise InputError(
            f"{document.id}: its name or a field has bytes that are no Unicode text",
            code="bad_unicode",
        ) from error
    except ValueError as error:
        raise InputError(
            f"{document.id}: expires_at must be an ISO 8601 time", code="bad_timestamp"
        ) from error


def _scan_some(
    hash_key: int, given: tuple[list[Added | Skipped], list[Document]]
) -> tuple[list[Added | Skipped], list[tuple[Document, Scan]]]:
    """What can be kept of some documents, scanned; and the answers, with those to the others."""
    answers, scanned = list(given[0]), []
    for document in given[1]:
        try:
            _check(document)
        except InputError as error:
            answers.append(Skipped(document.id, error.code, error.message))
        else:
            scanned.append((document, scan(document, hash_key)))
    return answers, scanned
