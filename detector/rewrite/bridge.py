"""Passages that a cut or a few changed words set apart, made one again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from detector.model import AlignedPassage, Kind, TokenRange
from detector.rewrite.passage import count_exact, equal_runs, gap, joined, kind_of, place_of
from detector.rewrite.text import Text

TOUCH_WORDS = 3
ELIDED_WORDS = 60
_MARKS = frozenset('"“”„‟«»')


@dataclass(slots=True)
class _Chain:
    """Passages that follow each other in both texts, and the stretches that they reach over."""

    a: TokenRange
    b: TokenRange
    members: list[AlignedPassage] = field(default_factory=list)
    kinds: set[Kind] = field(default_factory=set)

    def append(self, passage: AlignedPassage) -> None:
        """Take in the next passage."""
        self.a, self.b = joined(self.a, passage.a), joined(self.b, passage.b)
        self.members.append(passage)
        self.kinds.add(passage.kind)

    def room(self, passage: AlignedPassage) -> int:
        """How many words may have been left out before the next passage."""
        if self.kinds == {passage.kind} == {Kind.VERBATIM}:
            return TOUCH_WORDS
        shortest = min(len(x) for x in (self.a, self.b, passage.a, passage.b))
        return max(TOUCH_WORDS, min(ELIDED_WORDS, shortest))

    def mixes_with(self, kind: Kind) -> bool:
        """Whether a kind may stand in one passage with those that are here."""
        return {*self.kinds, kind} != {Kind.VERBATIM, Kind.PARAPHRASE}


def bridge(a: Text, b: Text, passages: Iterable[AlignedPassage]) -> tuple[AlignedPassage, ...]:
    """Join passages that follow each other in both texts and touch in one of them.

    What lies between them in the other was left out: of a rewritten text no more than the smaller
    of the two is long. A gap in a literal copy is a cut that readers want to see, so literal
    passages are joined only where they touch in both; they stay apart from other words beside
    them, and a quotation from what stands outside its marks. Linear: passages are looked at in the
    order of ``a``, each beside those that ended not long before it.
    """
    closed: list[_Chain] = []
    near: list[_Chain] = []
    for passage in sorted(passages, key=place_of):
        closed += [c for c in near if c.a.last + ELIDED_WORDS < passage.a.first]
        near = [c for c in near if c.a.last + ELIDED_WORDS >= passage.a.first]
        chain = next((c for c in near if _goes_on(a, b, c, passage)), None)
        if chain is None:
            chain = _Chain(passage.a, passage.b)
            near.append(chain)
        chain.append(passage)
    return tuple(sorted((_whole(a, b, c) for c in closed + near), key=place_of))


def _goes_on(a: Text, b: Text, chain: _Chain, passage: AlignedPassage) -> bool:
    gap_a, gap_b = gap(chain.a, passage.a), gap(chain.b, passage.b)
    if min(gap_a, gap_b) < 0 or passage.b.first < chain.b.first:
        return False
    if min(gap_a, gap_b) > TOUCH_WORDS or max(gap_a, gap_b) > chain.room(passage):
        return False
    if not chain.mixes_with(passage.kind):
        return False
    return not (_is_marked(a, chain.a, passage.a) or _is_marked(b, chain.b, passage.b))


def _is_marked(text: Text, before: TokenRange, after: TokenRange) -> bool:
    """Whether a quotation begins or ends between two stretches."""
    normal = text.normal
    between = normal.text[int(normal.ends[before.last - 1]) : int(normal.starts[after.first])]
    return not _MARKS.isdisjoint(between)


def _whole(a: Text, b: Text, chain: _Chain) -> AlignedPassage:
    """A chain as one passage: what its members match, and what is equal between them."""
    if len(chain.members) == 1:
        return chain.members[0]
    between = [
        equal_runs(a, b, TokenRange(x.a.last, y.a.first), TokenRange(x.b.last, y.b.first))
        for x, y in pairwise(chain.members)
    ]
    bridges = tuple(run for runs in between for run in runs)
    exact = count_exact(a, b, bridges)
    exact += sum(round(m.ratio * (len(m.a) + len(m.b)) / 2) for m in chain.members)
    ratio = 2 * exact / (len(chain.a) + len(chain.b))
    longest = max(m.longest for m in chain.members)
    return AlignedPassage(
        a=chain.a,
        b=chain.b,
        kind=kind_of(chain.a, chain.b, ratio, longest),
        equal=sum(m.equal for m in chain.members) + sum(width for _, _, width, _ in bridges),
        longest=longest,
        ratio=ratio,
        pairs=tuple(sorted([*bridges, *(run for m in chain.members for run in m.pairs)])),
        stems=sum(m.stems for m in chain.members),
    )
