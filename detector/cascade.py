"""Clusters and the pairs in them -> who took the story from whom, as a tree.

Each text gets one source at most. Claims are tried from the surest to the weakest, and one that
would close a circle is left out, as Kruskal (1956) grows a spanning tree. The best arborescence
(Edmonds 1967) may be surer in sum, but drops sure claims for it; here the surest always stands.
Stated times only sort what stands side by side.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from detector.model import (
    Branch,
    Cascade,
    Cluster,
    Comparison,
    PairSide,
    Path,
    Relation,
    Upstream,
    stated_order,
)

_NEAREST_FIRST = (Path.DIRECT, Path.UNKNOWN, Path.THROUGH_OTHER, Path.COMMON_UPSTREAM)
Rank = tuple[float, int, float, bool, str, str]


def cascades(clusters: Sequence[Cluster], comparisons: Iterable[Comparison]) -> tuple[Cascade, ...]:
    """The cascade of each cluster, from the pairs that its members are in; other pairs say nothing.

    The order of the pairs and of their sides changes nothing. Time grows with the number of pairs
    (and n log n for sorting). Raises KeyError where no pair has a member.

    >>> from detector.batch import compare_all
    >>> from detector.model import Document
    >>> story = "The ferry left Port Carrow at dawn with forty-one passengers and sacks of seed."
    >>> twice = compare_all([Document("x", story), Document("y", story)])
    >>> [link.source for link in cascades(twice.clusters, twice.comparisons)[0].links]
    [None, None]
    """
    home = {member: i for i, cluster in enumerate(clusters) for member in cluster.members}
    pairs: list[list[Comparison]] = [[] for _ in clusters]
    for c in comparisons:
        if c.relation.is_copying:
            for i in {home[s.document.id] for s in (c.a, c.b) if s.document.id in home}:
                pairs[i].append(c)
    return tuple(map(_cascade, clusters, pairs))


def _cascade(cluster: Cluster, pairs: Sequence[Comparison]) -> Cascade:
    members = frozenset(cluster.members)
    claims = sorted(
        (claim for c in pairs for claim in _claims(c, cluster, members)), key=itemgetter(0)
    )
    links = _forest(link for _, link in claims)
    documents = {side.document.id: side.document for c in pairs for side in (c.a, c.b)}
    relations = _relations(cluster, members, pairs)
    for member in members - links.keys():
        is_origin = member == cluster.origin
        links[member] = Branch(
            documents[member], True, None, None,
            path=None if is_origin else Path.UNKNOWN,
            confidence=0.0,
            relation=None if is_origin else relations[member],
            credit=None,
        )  # fmt: skip
    ordered = tuple(_in_order(links, cluster.origin))
    return Cascade(cluster, _upstream(cluster, links), ordered)


# -- what a pair says of where a text is from


def _claims(
    c: Comparison, cluster: Cluster, members: frozenset[str]
) -> Iterator[tuple[Rank, Branch]]:
    way = c.direction
    is_inside = c.a.document.id in members and c.b.document.id in members
    if is_inside and way.path is Path.COMMON_UPSTREAM:
        # An original among the members speaks for itself, in its own pairs.
        if way.upstream is None or way.upstream.id not in members:
            for side, other in ((c.a, c.b), (c.b, c.a)):
                link = _link(c, None, side, True)
                yield _rank(link, side, other, cluster), link
    elif way.source:
        source, target = (c.a, c.b) if way.source == "a" else (c.b, c.a)
        name = target.document.id
        if source.document.id in members and name != cluster.origin:
            link = _link(c, source.document.id, target, name in members)
            yield _rank(link, target, source, cluster), link


def _link(c: Comparison, source: str | None, target: PairSide, member: bool) -> Branch:
    way = c.direction
    return Branch(
        target.document, member, source, way.upstream, way.path, way.confidence, c.relation,
        c.verdict.credit,
    )  # fmt: skip


def _rank(link: Branch, target: PairSide, other: PairSide, cluster: Cluster) -> Rank:
    """What sorts claims. Those that differ by less than a percent are equals: then a text that
    nobody can tell from the origin does not come before it."""
    path = link.path or Path.UNKNOWN
    return (
        -round(link.confidence, 2),
        _NEAREST_FIRST.index(path),
        -round(target.coverage.share, 2),
        other.document.id != cluster.origin,
        other.document.id,
        target.document.id,
    )


def _relations(
    cluster: Cluster, members: frozenset[str], pairs: Sequence[Comparison]
) -> Mapping[str, Relation]:
    """For each member its relation to the origin, else the strongest that it has to a member."""
    found: dict[str, tuple[bool, float, Relation]] = {}
    for c in pairs:
        ids = (c.a.document.id, c.b.document.id)
        if members.issuperset(ids):
            strength = (cluster.origin in ids, c.weight, c.relation)
            for name in ids:
                found[name] = max(found.get(name, strength), strength)
    return {name: relation for name, (_, _, relation) in found.items()}


# -- the tree


def _forest(links: Iterable[Branch]) -> dict[str, Branch]:
    """The first link of each text, in the order given, that closes no circle."""
    kept: dict[str, Branch] = {}
    above: dict[str, str] = {}

    def top(name: str) -> str:
        """Where the tree of a text begins; halves the way for who asks next."""
        while (source := above.get(name)) is not None:
            above[name] = above.get(source, source)
            name = source
        return name

    for link in links:
        name = link.document.id
        if name in kept:
            continue
        if link.source is not None:
            if top(link.source) == name:
                continue
            above[name] = link.source
        kept[name] = link
    return kept


def _in_order(links: Mapping[str, Branch], origin: str | None) -> Iterator[Branch]:
    """Each link before those that come from its text; the origin first, then by stated time."""
    taken: dict[str | None, list[Branch]] = defaultdict(list)
    in_time = sorted(links.values(), key=lambda link: stated_order(link.document))
    for link in sorted(in_time, key=lambda link: link.document.id != origin):
        taken[link.source].append(link)
    waiting = taken[None][::-1]
    while waiting:
        link = waiting.pop()
        yield link
        waiting += taken[link.document.id][::-1]


def _upstream(cluster: Cluster, links: Mapping[str, Branch]) -> Upstream | None:
    """What the origin goes back to; without an origin, what most texts say they go back to."""
    if cluster.origin is not None:
        return links[cluster.origin].upstream
    named = Counter(
        link.upstream for link in links.values() if link.source is None and link.upstream
    )
    return min(named, key=lambda u: (-named[u], u.name, u.id or ""), default=None)
