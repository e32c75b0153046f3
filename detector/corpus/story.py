"""Clusters of stored texts, kept as texts come and go, inside the transaction that changes them.

A text joins those that are one story with it; where that changes what belongs together, the texts
concerned are grouped anew, each with the representative of its cluster, and names survive.
"""

from __future__ import annotations

from collections.abc import Sequence

from detector.cluster import regroup
from detector.model import EventKind
from detector.store import Store

MAX_REGROUPED = 256
"""A larger cluster takes in one more copy without being formed anew."""


def join(store: Store, number: int, copies: Sequence[int]) -> None:
    """Find a text its cluster among those of its copies, and mend these."""
    names = {name for name in map(store.cluster_of, copies) if name}
    members = {n for name in names for n in store.members(name)}
    if len(members) <= MAX_REGROUPED:
        _form(store, {number, *copies, *members})
        return
    heads = {store.members(name)[0]: name for name in sorted(names)}
    name = next((heads[n] for n in copies if n in heads), None)
    if name is None:
        _form(store, {number})
    else:
        store.assign(name, [*store.members(name), number])
        _log(store, EventKind.JOINED, number, cluster=name)


def leave(store: Store, number: int) -> None:
    """Take a text out of its cluster and form what is left anew."""
    name = store.cluster_of(number)
    if name is None:
        return
    rest = [n for n in store.members(name) if n != number]
    if len(rest) > MAX_REGROUPED:
        store.assign(name, rest)
    else:
        _form(store, set(rest), also=name)


def _form(store: Store, numbers: set[int], also: str | None = None) -> None:
    """Form clusters of these texts anew, log what changed, and let names survive."""
    before = {n: name for n in numbers if (name := store.cluster_of(n))}
    for name in {*before.values(), *([also] if also else [])}:
        store.assign(name, [])
    kept: dict[str, int] = {}
    for known, group in regroup(sorted(numbers), store.joined(numbers), before):
        name = known or f"c-{store.last_seq()}-{group[0]}"
        store.assign(name, group)
        came = {before.get(n) for n in group} - {name, None}
        for number in group if len(group) > 1 else ():
            if before.get(number) != name:
                _log(store, EventKind.JOINED, number, cluster=name)
        kept[name] = group[0]
        for old in sorted(filter(None, came)):
            kind = EventKind.SPLIT if old in kept or known is None else EventKind.MERGED
            _log(store, kind, group[0], cluster=name, other=old)


def _log(store: Store, kind: EventKind, number: int, **detail: object) -> None:
    stored = store.stored(number)
    store.log(kind, number, stored.document.id if stored else "", **detail)
