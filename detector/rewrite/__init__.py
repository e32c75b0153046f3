"""Sentences that say the same in other words, found around what is proven word for word.

Word runs prove copying; this stage finds the rewritten sentences between them. What survives a
rewrite is content: names, numbers, rare words. So each sentence is a bag of stems, weighed by how
few sentences of the two texts have them (idf inside the pair: the topic itself weighs little), and
two sentences match where their bags agree. A weak match counts only in order: between the proven
passages before and after it in both texts. The time is linear in the number of sentences, because
common stems nominate nothing and each sentence keeps only its best few partners.

The idf-weighted overlap is that of Metzler et al. (Similarity measures for tracking information
flow, CIKM 2005); the order constraint follows monotone sentence alignment (Gale and Church 1993).
"""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections import defaultdict

from detector.gist import Gist
from detector.model import AlignedPassage, Alignment
from detector.rewrite.bridge import bridge
from detector.rewrite.passage import JOIN_WORDS, as_passage, is_within, merge
from detector.rewrite.retold import RETOLD_STEMS, find_retold
from detector.rewrite.text import (
    MIN_COMMON_STEMS,
    Match,
    Piece,
    Text,
    cut_pieces,
    find_candidates,
    may_agree,
    weigh,
)

__all__ = ["JOIN_WORDS", "RETOLD_STEMS", "find_retold", "find_rewrites"]

SOLID_WORDS = 16
SOLID_RATIO = 0.7
ROUNDS = 2
ALONE_SCORE = 0.55
ALONE_STEMS = 4
SURE_SCORE = 0.8
SURE_STEMS = 6
NEAR_WORDS = 120
ORDERED_SCORE = 0.30
ORDERED_STEMS = 3
BETWEEN_SCORE = 0.4
BETWEEN_WORDS = 90
HELD_SCORE = 0.15


def find_rewrites(a: Gist, b: Gist, proven: Alignment) -> Alignment:
    """``proven`` with the rewritten sentences added, and its loose passages widened to them.

    A text pair without any proven passage comes back as it is: sameness of topic is not reuse.
    The second round looks at what the first left over: one sentence may retell two.
    """
    if not proven.passages:
        return proven
    text_a, text_b = Text.of(a, proven.variants), Text.of(b, proven.variants)
    solid = [p for p in proven.passages if _is_solid(p)]
    loose = [p for p in proven.passages if not _is_solid(p)]
    found: list[AlignedPassage] = []
    for _ in range(ROUNDS):
        more = _round(text_a, text_b, [*solid, *found], loose)
        if not more:
            break
        found += more
    merged = merge(text_a, text_b, [*proven.passages, *found])
    whole = merge(text_a, text_b, list(bridge(text_a, text_b, merged)))
    return Alignment(whole, proven.truncated, proven.variants)


def _round(
    a: Text, b: Text, taken: list[AlignedPassage], loose: list[AlignedPassage]
) -> list[AlignedPassage]:
    """One pass over all that no passage of ``taken`` covers."""
    taken_a, taken_b = [p.a for p in taken], [p.b for p in taken]
    if not may_agree(a, taken_a, b, taken_b):
        return []
    pieces_a, pieces_b = cut_pieces(a, taken_a), cut_pieces(b, taken_b)
    weights = weigh(pieces_a, pieces_b)
    held = _holding(loose, pieces_a, pieces_b)
    matches = find_candidates(pieces_a, pieces_b, weights, MIN_COMMON_STEMS)
    known = [*taken, *loose]
    anchors = [(p.b.first, p.a.first) for p in known]
    anchors += [(p.b.last, p.a.last) for p in known]
    return [
        as_passage(a, b, pieces_a[m.a], pieces_b[m.b], weights, held.get((m.a, m.b), []))
        for m in _choose(matches, held, pieces_a, pieces_b, anchors)
    ]


Held = dict[tuple[int, int], list[AlignedPassage]]


def _is_solid(passage: AlignedPassage) -> bool:
    return passage.equal >= SOLID_WORDS and passage.closeness >= SOLID_RATIO


def _holding(loose: list[AlignedPassage], pieces_a: list[Piece], pieces_b: list[Piece]) -> Held:
    """The pairs of pieces that hold short proven passages between them."""
    firsts_a = [p.tokens.first for p in pieces_a]
    firsts_b = [p.tokens.first for p in pieces_b]
    held: Held = defaultdict(list)
    for passage in loose:
        at_a = bisect_right(firsts_a, passage.a.first) - 1
        at_b = bisect_right(firsts_b, passage.b.first) - 1
        if (
            min(at_a, at_b) >= 0
            and is_within(passage.a, pieces_a[at_a].tokens)
            and is_within(passage.b, pieces_b[at_b].tokens)
        ):
            held[at_a, at_b].append(passage)
    return held


def _choose(
    matches: list[Match],
    held: Held,
    pieces_a: list[Piece],
    pieces_b: list[Piece],
    anchors: list[tuple[int, int]],
) -> list[Match]:
    """Strong matches, then weaker ones that stand in order between what is accepted."""
    anchors = sorted(anchors)
    used_a: set[int] = set()
    used_b: set[int] = set()
    accepted: list[Match] = []
    for match in sorted(matches, key=lambda m: (-m.score, m.b, m.a)):
        if match.a in used_a or match.b in used_b:
            continue
        alone = match.score >= ALONE_SCORE and match.stems >= ALONE_STEMS
        ordered = match.score >= ORDERED_SCORE and match.stems >= ORDERED_STEMS
        ordered |= match.score >= HELD_SCORE and (match.a, match.b) in held
        place = (pieces_b[match.b].tokens.first, pieces_a[match.a].tokens.first)
        ordered |= match.score >= BETWEEN_SCORE and _is_between(place, anchors)
        sure = match.score >= SURE_SCORE and match.stems >= SURE_STEMS
        if sure or (
            _is_near(place, anchors) and (alone or (ordered and _in_order(place, anchors)))
        ):
            accepted.append(match)
            insort(anchors, place)
            used_a.add(match.a)
            used_b.add(match.b)
    return accepted


def _in_order(place: tuple[int, int], anchors: list[tuple[int, int]]) -> bool:
    """Whether the nearest anchors before and after in b (anchors are sorted by it) are so in a."""
    at = bisect_right(anchors, (place[0], math.inf))
    before = anchors[at - 1][1] if at else -1
    after = anchors[at][1] if at < len(anchors) else math.inf
    return before <= place[1] <= after


def _is_between(place: tuple[int, int], anchors: list[tuple[int, int]]) -> bool:
    """Whether there is little room in both texts between the anchors before and after: what stands
    there in one can hardly come from anywhere else in the other."""
    at = bisect_right(anchors, (place[0], math.inf))
    if at in (0, len(anchors)):
        return False
    room = [y - x for x, y in zip(anchors[at - 1], anchors[at], strict=True)]
    return min(room) >= 0 and max(room) <= BETWEEN_WORDS


def _is_near(place: tuple[int, int], anchors: list[tuple[int, int]]) -> bool:
    """Whether something accepted stands close by in both texts: far from it, two sentences that
    agree are about one topic."""
    at = bisect_right(anchors, (place[0], math.inf))
    return any(
        max(abs(x - place[0]), abs(y - place[1])) <= NEAR_WORDS
        for x, y in anchors[max(0, at - 2) : at + 2]
    )
