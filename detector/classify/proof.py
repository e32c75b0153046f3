"""Which passages hang together, and whether they can only come from one text."""

from __future__ import annotations

from collections import defaultdict

from detector.classify.side import Marked
from detector.model import AlignedPassage, TokenRange

PROOF_WORDS = 16
PROOF_CONTENT = 5
PROOF_TOTAL = 24
TELLING_TOTAL = 20
TELLING_CONTENT = 10
RUN_WORDS = 6
RUN_GAP_WORDS = 60
NEIGHBOURS = 16
NEXT_WORDS = 8


def together(derived: list[Marked]) -> list[list[Marked]]:
    """Passages in the order of ``b``, in groups that stand close to each other in both texts."""
    group = list(range(len(derived)))
    for n, m in enumerate(derived):
        for k in range(max(0, n - NEIGHBOURS), n):
            if _are_near(m, derived[k]):
                _join(group, n, k)
    groups: dict[int, list[Marked]] = defaultdict(list)
    for n, m in enumerate(derived):
        groups[_root(group, n)].append(m)
    return list(groups.values())


def proves(group: list[Marked]) -> bool:
    """Whether passages that hang together can only come from one text: one long passage, or several
    that are long together, of which less is needed where they tell much. Of shuffled words some
    stand alone in order; they do not count."""
    in_order = [(m, min(m.equal, _in_runs(m.passage))) for m in group]
    longest = max((words for m, words in in_order if m.content >= PROOF_CONTENT), default=0)
    total = words_in_order(group)
    is_telling = len(group) > 1 and sum(m.content for m in group) >= TELLING_CONTENT
    return longest >= PROOF_WORDS or total >= (TELLING_TOTAL if is_telling else PROOF_TOTAL)


def words_in_order(group: list[Marked]) -> int:
    """How many words of some passages are equal beside an equal neighbour."""
    return sum(min(m.equal, _in_runs(m.passage)) for m in group)


def _in_runs(passage: AlignedPassage) -> int:
    """The equal words that have an equal neighbour; of passages without one run of six, half: an
    attacker can plant five words at a time."""
    words = sum(width for _, _, width, _ in passage.pairs if width > 1)
    return words if passage.longest >= RUN_WORDS else words // 2


def _root(group: list[int], at: int) -> int:
    while group[at] != at:
        group[at] = group[group[at]]
        at = group[at]
    return at


def _join(group: list[int], one: int, other: int) -> None:
    group[_root(group, one)] = _root(group, other)


def _are_near(one: Marked, other: Marked) -> bool:
    """Whether two passages stand close together in both texts, in whatever order, or follow each
    other in both and are neighbours in one."""
    low, high = sorted(
        (distance(one.passage.a, other.passage.a), distance(one.passage.b, other.passage.b))
    )
    return high <= RUN_GAP_WORDS or (low <= NEXT_WORDS and same_order(one, other))


def same_order(one: Marked, other: Marked) -> bool:
    """Whether both texts have two passages in one order."""
    before_a = one.passage.a.first <= other.passage.a.first
    return before_a == (one.passage.b.first <= other.passage.b.first)


def distance(x: TokenRange, y: TokenRange) -> int:
    """How many words lie between two ranges; 0 where they overlap."""
    return max(x.first - y.last, y.first - x.last, 0)
