"""What stored texts are to each other, judged when it is asked: alignments are stored, what they
mean depends on settings and on the statistics in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from detector.cascade import cascades
from detector.check import in_order
from detector.cluster import origin_of, originals
from detector.corpus.archive import Archive
from detector.model import Cascade, Cluster, Comparison, Link, Original, Relation, Stored
from detector.outdated import name_in_force, outdated_holders
from detector.pipeline import judge_aligned
from detector.settings import Settings
from detector.store import Store

MEMBERS_ASKED = 12
"""Of so many texts of a story every two are judged to tell which is its origin."""
MEMBERS_DRAWN = 60
PAIRS_DRAWN = 240
"""So many texts of a story, and pairs of them, are judged to tell who took it from whom."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A story as a tree. ``is_cut``: it has more texts or pairs than were looked at."""

    cascade: Cascade
    is_cut: bool


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
        for link in self.store.kinship.links(number):
            other = self.store.stored(link.other(number))
            if other is not None:
                yield other, self._of(number, link)

    def clusters(self) -> tuple[Cluster, ...]:
        """All clusters of several documents."""
        found: list[Cluster] = []
        after = ""
        while names := self.store.kinship.clusters(after, 100):
            found += filter(None, map(self.cluster, names))
            after = names[-1]
        several = [c for c in found if len(c.members) > 1]  # not versions of one document only
        return tuple(sorted(several, key=lambda c: c.members))

    def cluster(self, name: str) -> Cluster | None:
        """A cluster with its origin, from the pairs of its first members; None where there is none
        of this name."""
        with self.store.reading():
            members = self.store.kinship.members(name)
            some = set(members[:MEMBERS_ASKED])
            links = [
                link
                for number in members[:MEMBERS_ASKED]
                for link in self.store.kinship.links(number)
                if link.joins and link.first == number and link.second in some
            ]
        there = {n: self.archive.document(n) for n in members if self.archive.stored(n)}
        pairs = self._all_of(k for k in links if k.first in there and k.second in there)
        names = {document.id: name_in_force(document) for document in there.values()}
        found = tuple(sorted(set(names.values())))
        return Cluster(name, found, names.get(origin_of(pairs) or "")) if there else None

    def cascade(self, name: str) -> Drawn | None:
        """A cluster as a tree of who took it from whom, from the pairs of its members: those with
        its representative first; None where there is none of this name."""
        cluster = self.cluster(name)
        if cluster is None:
            return None
        with self.store.reading():
            numbers = self._in_force(self.store.kinship.members(name))
            found = {
                (link.first, link.second): link
                for number in numbers[:MEMBERS_DRAWN]
                for link in self.store.kinship.links(number)
                if self.archive.stored(link.other(number))
            }
        links = list(found.values())
        pairs = self._all_of(links[:PAIRS_DRAWN])
        there = {side.document.id for c in pairs for side in (c.a, c.b)}
        names = [self.archive.document(n).id for n in numbers]
        members = tuple(sorted(there.intersection(names)))
        if not members:
            return None
        (drawn,) = cascades([replace(cluster, members=members)], pairs)
        is_cut = len(links) > PAIRS_DRAWN or len(members) < len(names)
        return Drawn(drawn, is_cut)

    def _in_force(self, numbers: Sequence[int]) -> list[int]:
        """Those of some texts of which there is no later version among them, in the order given."""
        latest: dict[str, Stored] = {}
        for number in numbers:
            if stored := self.archive.stored(number):
                known = latest.setdefault(stored.document.id, stored)
                latest[stored.document.id] = max(known, stored, key=lambda each: each.version)
        return [each.number for each in latest.values()]

    def _matches_of(self, number: int) -> tuple[Comparison, ...]:
        mine = self.archive.side(number)
        sides, found = {}, list[Comparison]()
        for link in self.store.kinship.links(number):
            if self.archive.stored(link.other(number)) is None:
                continue  # removed meanwhile
            answer = self._of(number, link)
            if answer.relation is not Relation.INDEPENDENT:
                other = self.archive.side(link.other(number))
                found.append(answer)
                sides[other.document.id] = other
        return in_order(mine, found, sides, self.settings)

    def _all_of(self, links: Iterable[Link]) -> list[Comparison]:
        """The pairs of some links; of those that another text of them explains, with that."""
        asked = list(links)
        pairs = [self._of(link.first, link) for link in asked]
        common = originals(pairs)
        explained = [common.get((c.a.document.id, c.b.document.id)) for c in pairs]
        return [
            self._of(link.first, link, original) if original else c
            for link, c, original in zip(asked, pairs, explained, strict=True)
        ]

    def _of(self, number: int, link: Link, original: Original | None = None) -> Comparison:
        """The pair of a link, with the text of this number as a."""
        one, other = self.archive.side(link.first), self.archive.side(link.second)
        answer = judge_aligned(one, other, link.alignment, self.settings, original)
        return answer if link.first == number else answer.flip()
