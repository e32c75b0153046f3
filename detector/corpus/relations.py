"""What stored texts are to each other, judged when it is asked: alignments are stored, what they
mean depends on settings and on the statistics in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detector.check import in_order
from detector.cluster import origin_of
from detector.corpus.archive import Archive
from detector.model import Cluster, Comparison, Document, Link, Relation, Stored
from detector.outdated import SUPERSEDED, outdated_holders
from detector.pipeline import judge_aligned
from detector.settings import Settings
from detector.store import Store


@dataclass(frozen=True, slots=True)
class Relations:
    """The links of a store, judged with what its archive has read."""

    store: Store
    archive: Archive
    settings: Settings

    def matches_of(self, stored: Stored) -> tuple[Comparison, ...]:
        """What a text (as a) shares with others, strongest first; then who holds a copy of an old
        version of it, which is a in these."""
        matches = self._matches_of(stored.number)
        holders = [
            c
            for old in self.store.versions(stored.document.id)
            if old.version < stored.version
            for c in outdated_holders(matches, self._matches_of(old.number))
        ]
        return (*matches, *holders)

    def pairs_of(self, number: int) -> Iterator[tuple[Stored, Comparison]]:
        """Those that a text shares something with and are still there, and the pairs, in which it
        is a."""
        for link in self.store.links(number):
            other = self.store.stored(link.other(number))
            if other is not None:
                yield other, self._of(number, link)

    def cluster(self, name: str) -> Cluster | None:
        """A cluster with its origin, from the pairs of its representative; None where there is none
        of this name."""
        with self.store.reading():
            members = self.store.members(name)
            links = self.store.links(members[0]) if members else ()
        there = {n: self.archive.document(n) for n in members if self.archive.stored(n)}
        pairs = [
            self._of(members[0], link)
            for link in links
            if link.joins and link.first in there and link.second in there
        ]
        names = {document.id: _current_name(document) for document in there.values()}
        found = tuple(sorted(set(names.values())))
        return Cluster(name, found, names.get(origin_of(pairs) or "")) if there else None

    def _matches_of(self, number: int) -> tuple[Comparison, ...]:
        mine = self.archive.side(number)
        sides, found = {}, list[Comparison]()
        for link in self.store.links(number):
            if self.archive.stored(link.other(number)) is None:
                continue  # removed meanwhile
            answer = self._of(number, link)
            if answer.relation is not Relation.INDEPENDENT:
                other = self.archive.side(link.other(number))
                found.append(answer)
                sides[other.document.id] = other
        return in_order(mine, found, sides, self.settings)

    def _of(self, number: int, link: Link) -> Comparison:
        """The pair of a link, with the text of this number as a."""
        one, other = self.archive.side(link.first), self.archive.side(link.second)
        answer = judge_aligned(one, other, link.alignment, self.settings)
        return answer if link.first == number else answer.flip()


def _current_name(document: Document) -> str:
    """The id of the document that a version, old or not, is of."""
    return document.version_of or "" if SUPERSEDED in document.flags else document.id
