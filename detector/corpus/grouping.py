"""Which stored texts are one story, kept as texts come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detector.cluster import regroup
from detector.model import Added, EventKind
from detector.store import Store

MAX_REGROUPED = 256
"""A larger cluster takes in one more copy without being formed anew."""


class Grouping:
    """The clusters of a store. What changes them is called inside a transaction."""

    def __init__(self, store: Store) -> None:
        self._store, self._kinship = store, store.kinship

    def told(self, added: Added) -> Added:
        """What became of a document, with the cluster that it is in now."""
        stored = self._store.current(added.id)
        name = self._kinship.cluster_of(stored.number) if stored else None
        if stored is None or name is None:
            return added
        members = self._kinship.members(name)
        role = "representative" if members[0] == stored.number else "copy"
        return replace(added, cluster=name, role="single" if len(members) == 1 else role)

    def join(self, number: int, copies: Sequence[int]) -> None:
        """Find a text its cluster among those of its copies, and mend these and its own."""
        own = self._kinship.cluster_of(number)
        names = {name for name in (own, *map(self._kinship.cluster_of, copies)) if name}
        members = {n for name in names for n in self._kinship.members(name)}
        if len(members) <= MAX_REGROUPED:
            self._form({number, *copies, *members})
        elif own is None:
            self._join_one(number, copies, names)

    def _join_one(self, number: int, copies: Sequence[int], names: set[str]) -> None:
        """Put a text in no cluster yet into the one whose head it is a copy of."""
        heads = {self._kinship.members(name)[0]: name for name in sorted(names)}
        name = next((heads[n] for n in copies if n in heads), None)
        if name is None:
            self._form({number})
        else:
            self._kinship.assign(name, [*self._kinship.members(name), number])
            self._log(EventKind.JOINED, number, cluster=name)

    def leave(self, number: int) -> None:
        """Take a text out of its cluster and form what is left anew."""
        name = self._kinship.cluster_of(number)
        if name is None:
            return
        rest = [n for n in self._kinship.members(name) if n != number]
        if len(rest) > MAX_REGROUPED:
            self._kinship.assign(name, rest)
        else:
            self._form(set(rest), also=name)

    def _form(self, numbers: set[int], also: str | None = None) -> None:
        """Form clusters of these texts anew, log what changed, and let names survive."""
        before = {n: name for n in numbers if (name := self._kinship.cluster_of(n))}
        for name in {*before.values(), *([also] if also else [])}:
            self._kinship.assign(name, [])
        kept: dict[str, int] = {}
        for known, group in regroup(sorted(numbers), self._kinship.joined(numbers), before):
            name = known or f"c-{self._store.last_seq()}-{group[0]}"
            self._kinship.assign(name, group)
            came = {before.get(n) for n in group} - {name, None}
            for number in group if len(group) > 1 else ():
                if before.get(number) != name:
                    self._log(EventKind.JOINED, number, cluster=name)
            kept[name] = group[0]
            for old in sorted(filter(None, came)):
                kind = EventKind.SPLIT if old in kept or known is None else EventKind.MERGED
                self._log(kind, group[0], cluster=name, other=old)

    def _log(self, kind: EventKind, number: int, **detail: object) -> None:
        stored = self._store.stored(number)
        self._store.log(kind, number, stored.document.id if stored else "", **detail)
