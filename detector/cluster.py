"""Relations -> which texts are one story, and which third text explains a pair."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

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

JOINING = (Relation.IDENTICAL, Relation.SYNDICATED, Relation.REVISION)
EXPLAINED_SHARE = 0.7
MIN_CONFIDENCE = 0.4


def cluster(comparisons: Sequence[Comparison]) -> tuple[Cluster, ...]:
    """Join texts that are one story: each to the representative of its cluster, never by chains,
    so that a story does not drift from copy to copy. The representative is the text with most
    copies; ties go to the earlier stated date, then the smaller id.
    """
    joined = [c for c in comparisons if c.relation in JOINING]
    neighbours: dict[str, set[str]] = defaultdict(set)
    documents: dict[str, Document] = {}
    for c in joined:
        one, other = c.a.document, c.b.document
        neighbours[one.id].add(other.id)
        neighbours[other.id].add(one.id)
        documents.update({one.id: one, other.id: other})
    clusters = []
    while neighbours:
        head = min(
            neighbours,
            key=lambda i: (-len(neighbours[i]), documents[i].published_at or "~", i),
        )
        members = {head, *neighbours[head]}
        clusters.append(_cluster(head, members, joined))
        neighbours = _without(neighbours, members)
    return tuple(sorted(clusters, key=lambda c: c.members))


def _without(neighbours: dict[str, set[str]], members: set[str]) -> dict[str, set[str]]:
    left = {i: others - members for i, others in neighbours.items() if i not in members}
    return {i: others for i, others in left.items() if others}


def _cluster(head: str, members: set[str], joined: Sequence[Comparison]) -> Cluster:
    name = hashlib.sha256(head.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return Cluster(f"c-{name}", tuple(sorted(members)), _origin(members, joined))


def _origin(members: set[str], joined: Sequence[Comparison]) -> str | None:
    """The member that others come from and that comes from none."""
    given: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for c in joined:
        if c.direction.source and {c.a.document.id, c.b.document.id} <= members:
            source, target = (c.a, c.b) if c.direction.source == "a" else (c.b, c.a)
            given[source.document.id] += 1
            taken[target.document.id] += 1
    heads = sorted((i for i in given if not taken[i]), key=lambda i: (-given[i], i))
    return heads[0] if heads else None


def originals(comparisons: Sequence[Comparison]) -> Mapping[tuple[str, str], Original]:
    """For each pair of ids, the third text that both take their shared words from, if any.

    The third text must be the source of both, and most of what the pair shares must be shared
    with it too: otherwise one of them stands nearer to the other.
    """
    sources: dict[str, dict[str, Comparison]] = defaultdict(dict)
    for c in comparisons:
        if c.direction.source and c.direction.confidence >= MIN_CONFIDENCE:
            source, target = (c.a, c.b) if c.direction.source == "a" else (c.b, c.a)
            sources[target.document.id][source.document.id] = c
    found = {}
    for c in comparisons:
        ids = (c.a.document.id, c.b.document.id)
        if not c.relation.is_copying or c.relation is Relation.REVISION:
            continue
        both = sorted(sources[ids[0]].keys() & sources[ids[1]].keys())
        explained = [(_explained(c, sources[ids[0]][i], sources[ids[1]][i]), i) for i in both]
        best = max(explained, key=lambda item: (item[0], item[1]), default=(0.0, ""))
        if best[0] >= EXPLAINED_SHARE:
            first, second = (sources[i][best[1]] for i in ids)
            document = _side_of(first, best[1]).document
            credits = {first.verdict.credit, second.verdict.credit}
            credit = credits.pop() if len(credits) == 1 else Credit.PARTLY
            found[ids] = Original(Upstream(document.name, document.id), credit)
    return found


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
