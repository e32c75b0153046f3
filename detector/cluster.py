"""Relations -> which texts are one story, and which third text explains a pair."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from heapq import heappop, heappush
from typing import Any, TypeVar

from detector.model import (
    Basis,
    Cluster,
    Comparison,
    Credit,
    Document,
    Original,
    PairSide,
    Relation,
    Side,
    Span,
    Upstream,
)

T = TypeVar("T", int, str)
JOINING = (Relation.IDENTICAL, Relation.SYNDICATED, Relation.REVISION)
EXPLAINED_SHARE = 0.7
EXPLAINED_SAME_SHARE = 0.98
MIN_CONFIDENCE = 0.4


def cluster(comparisons: Sequence[Comparison]) -> tuple[Cluster, ...]:
    """Join texts that are one story: each to the representative of its cluster, never by chains,
    so that a story does not drift from copy to copy. The representative is the text with most
    copies; ties go to the earlier stated date, then the smaller id.
    """
    joined: dict[str, list[Comparison]] = defaultdict(list)
    neighbours: dict[str, set[str]] = defaultdict(set)
    documents: dict[str, Document] = {}
    for c in comparisons:
        if c.relation in JOINING:
            one, other = c.a.document, c.b.document
            joined[one.id].append(c)
            neighbours[one.id].add(other.id)
            neighbours[other.id].add(one.id)
            documents.update({one.id: one, other.id: other})

    def tie(i: str) -> tuple[float, str]:
        """The earlier text first; those without a time last."""
        moment = documents[i].moment
        return (math.inf if moment is None else moment, i)

    clusters = [_cluster(head, members, joined) for head, members in groups(neighbours, tie)]
    return tuple(sorted(clusters, key=lambda c: c.members))


def groups(
    neighbours: Mapping[T, AbstractSet[T]], tie: Callable[[T], Any]
) -> Iterator[tuple[T, frozenset[T]]]:
    """Items with all their neighbours, each item in one group: again and again the one with most
    neighbours left, ties by the smaller ``tie``. Items without neighbours are in none.

    >>> pairs = {1: {2, 3}, 2: {1, 4}, 3: {1}, 4: {2}}
    >>> [(head, sorted(members)) for head, members in groups(pairs, lambda i: i)]
    [(1, [1, 2, 3])]
    """
    left: dict[T, set[T]] = {item: set(others) for item, others in neighbours.items()}

    def rank(item: T) -> tuple[int, Any, T]:
        return (-len(left[item]), tie(item), item)

    heap = sorted(map(rank, left))
    while heap:
        ranked = heappop(heap)
        head: T = ranked[-1]
        if not left.get(head):
            continue
        if ranked != rank(head):  # some of its copies have gone to other groups
            heappush(heap, rank(head))
            continue
        members: frozenset[T] = frozenset(left[head] | {head})
        yield head, members
        for member in members:
            for other in left.pop(member) - members:
                left[other].discard(member)


def regroup(
    numbers: Iterable[int], joined: Iterable[tuple[int, int]], before: Mapping[int, str]
) -> list[tuple[str | None, list[int]]]:
    """Stored texts grouped anew where something changed among them, head first, with the name of
    the cluster that most of each were in ``before``; None for a new one. Texts alone are groups
    of one. The texts that came first stand at the head, where several have as many copies.

    >>> regroup([1, 2, 3, 9], [(1, 9), (2, 9)], before={1: "c1", 2: "c2", 3: "c2"})
    [('c1', [9, 1, 2]), ('c2', [3])]
    """
    neighbours: dict[int, set[int]] = {number: set() for number in numbers}
    for one, other in joined:
        neighbours[one].add(other)
        neighbours[other].add(one)
    found = [[head, *sorted(members - {head})] for head, members in groups(neighbours, int)]
    alone = neighbours.keys() - {number for group in found for number in group}
    found += [[number] for number in sorted(alone)]
    claims = sorted(
        (-count, name, place)
        for place, group in enumerate(found)
        for name, count in Counter(before[n] for n in group if n in before).items()
    )
    names: dict[int, str] = {}
    taken: set[str] = set()
    for _, name, place in claims:
        if place not in names and name not in taken:
            names[place] = name
            taken.add(name)
    return [(names.get(place), group) for place, group in enumerate(found)]


def _cluster(
    head: str, members: AbstractSet[str], joined: Mapping[str, Sequence[Comparison]]
) -> Cluster:
    name = hashlib.sha256(head.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    inside = [c for i in members for c in joined.get(i, ()) if c.b.document.id in members]
    return Cluster(f"c-{name}", tuple(sorted(members)), origin_of(inside))


def origin_of(inside: Sequence[Comparison]) -> str | None:
    """The member that others come from and that comes from none."""
    given: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for c in inside:
        if c.direction.source:
            source, target = (c.a, c.b) if c.direction.source == "a" else (c.b, c.a)
            given[source.document.id] += 1
            taken[target.document.id] += 1
    return min((i for i in given if not taken[i]), key=lambda i: (-given[i], i), default=None)


def originals(comparisons: Sequence[Comparison]) -> Mapping[tuple[str, str], Original]:
    """For each pair of ids, the third text that both take their shared words from, if any.

    The third text must be the source of both, and most of what the pair shares must be shared
    with it too: otherwise one of them stands nearer to the other. Of several that explain about
    as much, it is the one that the others come from.
    """
    sources: dict[str, dict[str, Comparison]] = defaultdict(dict)
    for c in comparisons:
        if source := _source(c):
            target = c.b if source is c.a else c.a
            sources[target.document.id][source.document.id] = c
    found = {}
    for c in comparisons:
        ids = (c.a.document.id, c.b.document.id)
        if not c.relation.is_copying or c.relation is Relation.REVISION:
            continue
        # The same text twice is nearer to itself than to anything that has a part of it.
        is_same = c.relation is Relation.IDENTICAL
        wanted = EXPLAINED_SAME_SHARE if is_same else EXPLAINED_SHARE
        both = sources[ids[0]].keys() & sources[ids[1]].keys()
        explained = {
            i: share
            for i in both
            if (share := _explained(c, sources[ids[0]][i], sources[ids[1]][i])) >= wanted
        }
        if explained:
            best = min(
                explained,
                key=lambda i: (-round(explained[i], 1), len(both & sources[i].keys()), i),
            )
            first, second = (sources[i][best] for i in ids)
            document = _side_of(first, best).document
            credits = {first.verdict.credit, second.verdict.credit}
            credit = credits.pop() if len(credits) == 1 else Credit.PARTLY
            found[ids] = Original(Upstream(document.name, document.id), credit)
    return found


def _source(c: Comparison) -> PairSide | None:
    """The side that the other comes from. Of two same texts it is the one with the earlier date:
    nothing is said to have been copied, but a text that took from one took from both."""
    if c.direction.source and c.direction.confidence >= MIN_CONFIDENCE:
        return c.a if c.direction.source == "a" else c.b
    if c.relation is Relation.IDENTICAL:
        first, second = c.a.document.moment, c.b.document.moment
        if first is not None and second is not None and first != second:
            return c.a if first < second else c.b
    return None


def _side_of(c: Comparison, document_id: str) -> PairSide:
    return c.a if c.a.document.id == document_id else c.b


def _explained(pair: Comparison, first: Comparison, second: Comparison) -> float:
    """How much of what a pair shares each of its texts also shares with the third; the less."""
    shares = []
    for letter, third in (("a", first), ("b", second)):
        document_id = (pair.a if letter == "a" else pair.b).document.id
        mine = _derived(pair, "a" if letter == "a" else "b")
        theirs = _derived(third, "a" if third.a.document.id == document_id else "b")
        total = sum(len(s) for s in mine)
        common = sum(
            max(0, min(x.end, y.end) - max(x.start, y.start)) for x in mine for y in theirs
        )
        shares.append(common / total if total else 0.0)
    return min(shares)


def _derived(c: Comparison, side: Side) -> list[Span]:
    """The derived stretches of one text, merged so that no character counts twice."""
    spans = sorted(p.a if side == "a" else p.b for p in c.passages if p.basis is Basis.DERIVATION)
    merged: list[Span] = []
    for span in spans:
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
