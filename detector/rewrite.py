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
from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz.distance import LCSseq

from detector.model import AlignedPassage, Alignment, Kind, NormalText, TokenRange
from detector.prior import spelling_key, stems
from detector.sentence import sentences

MAX_SENTENCE_WORDS = 500
"""A longer sentence is cut after every so many: a transcript without full stops, a table."""
JOIN_WORDS = 24
MAX_MERGED_CELLS = 10**9
"""Words by words of the longest passage that is aligned again, one bit of memory for each."""
SOLID_WORDS = 16
SOLID_RATIO = 0.7
MAX_STEM_SENTENCES = 24
MAX_PARTNERS = 4
MIN_PIECE_STEMS = 2
ROUNDS = 2
ALONE_SCORE = 0.55
ALONE_STEMS = 4
SURE_SCORE = 0.8
SURE_STEMS = 6
WINDOW_WORDS = 24
WINDOW_STEP = 8
RETOLD_SCORE = 0.75
RETOLD_STEMS = 8
DENSE_SHARE = 0.6
NEAR_WORDS = 120
ORDERED_SCORE = 0.30
ORDERED_STEMS = 3
HELD_SCORE = 0.15
VERBATIM_RATIO = 0.97
EDITED_RATIO = 0.5
EDITED_RUN = 4
EDITED_RUN_SHARE = 0.2
UNMATCHED_COST = 0.3


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with one key and one stem for each token ("" without content), and its sentences as
    tokens. ``exact`` are the keys without the misspellings that the pair forgives."""

    normal: NormalText
    keys: list[str]
    exact: list[str]
    stems: list[str]
    sentences: list[TokenRange]

    @classmethod
    def of(cls, normal: NormalText, variants: Mapping[str, str]) -> _Text:
        roots = [variants.get(token, token) for token in normal.tokens]
        keys = [spelling_key(root) for root in roots]
        exact = [spelling_key(token) for token in normal.tokens] if variants else keys
        starts = normal.starts.tolist()
        ranges = [
            TokenRange(first, min(first + MAX_SENTENCE_WORDS, last))
            for s in sentences(normal.text)
            for last in [bisect_left(starts, s.end)]
            for first in range(bisect_left(starts, s.start), last, MAX_SENTENCE_WORDS)
        ]
        return cls(normal, keys, exact, stems(roots), ranges)


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or what is left of it beside proven passages: tokens and weighed stems."""

    tokens: TokenRange
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Match:
    """Two pieces with what their stems agree in. ``score`` is 0 to 1."""

    a: int
    b: int
    score: float
    stems: int


def find_rewrites(a: NormalText, b: NormalText, proven: Alignment) -> Alignment:
    """``proven`` with the rewritten sentences added, and its loose passages widened to them.

    A text pair without any proven passage comes back as it is: sameness of topic is not reuse.
    The second round looks at what the first left over: one sentence may retell two.
    """
    if not proven.passages:
        return proven
    text_a, text_b = _Text.of(a, proven.variants), _Text.of(b, proven.variants)
    solid = [p for p in proven.passages if _is_solid(p)]
    loose = [p for p in proven.passages if not _is_solid(p)]
    found: list[AlignedPassage] = []
    for _ in range(ROUNDS):
        found += _round(text_a, text_b, [*solid, *found], loose)
    merged = _merged(text_a, text_b, [*proven.passages, *found])
    return Alignment(merged, proven.truncated, proven.variants)


def find_retold(a: NormalText, b: NormalText, alignment: Alignment) -> Alignment:
    """``alignment`` with the stretches added that agree in nearly all their content: they prove
    reuse where the order of the words, or every fourth of them, was changed."""
    if not _may_retell(a, b):
        return alignment
    text_a, text_b = _Text.of(a, alignment.variants), _Text.of(b, alignment.variants)
    pieces_a, pieces_b = _windows(text_a.stems), _windows(text_b.stems)
    weights = _weights(pieces_a, pieces_b)
    matches = [
        match
        for match in _candidates(pieces_a, pieces_b, weights)
        if match.score >= RETOLD_SCORE and match.stems >= RETOLD_STEMS
    ]
    found = [
        replace(
            _passage(text_a, text_b, pieces_a[match.a], pieces_b[match.b], weights, []),
            stems=match.stems,
        )
        for match in _best_partners(matches)
    ]
    return replace(alignment, passages=(*alignment.passages, *found))


def _may_retell(a: NormalText, b: NormalText) -> bool:
    """Whether both texts have a stretch whose content the other mostly has somewhere: cheap to ask,
    and of two texts that share but a topic seldom true."""
    stems_a, stems_b = stems(a.tokens), stems(b.tokens)
    common = (set(stems_a) & set(stems_b)) - {""}
    return len(common) >= RETOLD_STEMS and all(
        _is_dense(found, common) for found in (stems_a, stems_b)
    )


def _is_dense(found: list[str], common: set[str]) -> bool:
    content = np.cumsum([0, *(s != "" for s in found)])
    shared = np.cumsum([0, *(s in common for s in found)])
    width = min(WINDOW_WORDS, len(found))
    of_content, of_shared = (c[width:] - c[:-width] for c in (content, shared))
    return bool(((of_shared >= RETOLD_STEMS) & (of_shared >= DENSE_SHARE * of_content)).any())


def _best_partners(matches: list[Match]) -> list[Match]:
    """The strongest matches, each piece once."""
    used_a: set[int] = set()
    used_b: set[int] = set()
    chosen = []
    for match in sorted(matches, key=lambda m: (-m.score, m.b, m.a)):
        if match.a not in used_a and match.b not in used_b:
            used_a.add(match.a)
            used_b.add(match.b)
            chosen.append(match)
    return chosen


def _merged(a: _Text, b: _Text, passages: list[AlignedPassage]) -> tuple[AlignedPassage, ...]:
    """Passages that overlap in both texts made one: each stretch is reported once."""
    while True:
        merged = [p for group in _groups(passages) for p in _made_one(a, b, group)]
        if len(merged) == len(passages):
            return tuple(sorted(merged, key=_place))
        passages = merged  # what has grown may have come to overlap with another


@dataclass(frozen=True, slots=True)
class _Group:
    """Passages that are one, and the stretches of both texts that they reach over."""

    a: TokenRange
    b: TokenRange
    members: tuple[AlignedPassage, ...]

    @classmethod
    def of(cls, passage: AlignedPassage) -> _Group:
        return cls(passage.a, passage.b, (passage,))

    def __add__(self, other: _Group) -> _Group:
        return _Group(_join(self.a, other.a), _join(self.b, other.b), self.members + other.members)

    @property
    def is_verbatim(self) -> bool:
        return len(self.members) == 1 and self.members[0].kind is Kind.VERBATIM

    def belongs_to(self, other: _Group) -> bool:
        """Whether the two overlap in both texts, or little lies between two rewritten ones."""
        room = 0 if self.is_verbatim or other.is_verbatim else JOIN_WORDS
        return _gap(self.a, other.a) < room and _gap(self.b, other.b) < room


def _groups(passages: list[AlignedPassage]) -> list[list[AlignedPassage]]:
    """Passages that overlap in both texts, or nearly touch, together."""
    closed: list[_Group] = []
    growing: list[_Group] = []
    for passage in sorted(passages, key=_place):
        group = _Group.of(passage)
        others = []
        for other in growing:
            if other.a.last + JOIN_WORDS <= passage.a.first:
                closed.append(other)
            elif other.belongs_to(group):
                group = other + group
            else:
                others.append(other)
        growing = [*others, group]
    return [list(group.members) for group in closed + growing]


def _gap(x: TokenRange, y: TokenRange) -> int:
    """How many words lie between two ranges; negative where they overlap."""
    return max(x.first - y.last, y.first - x.last)


def _made_one(a: _Text, b: _Text, group: list[AlignedPassage]) -> list[AlignedPassage]:
    """A group as one passage, or as several where one would be too long to be aligned again."""
    if len(group) == 1:
        return group
    whole: list[tuple[TokenRange, TokenRange]] = []
    for passage in sorted(group, key=_place):
        range_a, range_b = passage.a, passage.b
        if whole:
            range_a, range_b = _join(whole[-1][0], range_a), _join(whole[-1][1], range_b)
            if len(range_a) * len(range_b) <= MAX_MERGED_CELLS or (range_a, range_b) == whole[-1]:
                whole[-1] = (range_a, range_b)
                continue
        whole.append((passage.a, passage.b))
    known = {(p.a, p.b): p for p in reversed(group)}
    return [known.get(ranges) or _with_stems(_made(a, b, *ranges), group) for ranges in whole]


def _with_stems(whole: AlignedPassage, group: list[AlignedPassage]) -> AlignedPassage:
    return replace(whole, stems=sum(p.stems for p in group if _within(p.a, whole.a)))


def _place(passage: AlignedPassage) -> tuple[int, int, int, int]:
    return (passage.a.first, passage.b.first, -passage.a.last, -passage.b.last)


def _overlap(x: TokenRange, y: TokenRange) -> bool:
    return x.first < y.last and y.first < x.last


def _round(
    a: _Text, b: _Text, taken: list[AlignedPassage], loose: list[AlignedPassage]
) -> list[AlignedPassage]:
    """One pass over all that no passage of ``taken`` covers."""
    pieces_a = _pieces(a, [p.a for p in taken])
    pieces_b = _pieces(b, [p.b for p in taken])
    weights = _weights(pieces_a, pieces_b)
    held = _holding(loose, pieces_a, pieces_b)
    matches = _candidates(pieces_a, pieces_b, weights)
    known = [*taken, *loose]
    anchors = [(p.b.first, p.a.first) for p in known]
    anchors += [(p.b.last, p.a.last) for p in known]
    return [
        _passage(a, b, pieces_a[m.a], pieces_b[m.b], weights, held.get((m.a, m.b), []))
        for m in _choose(matches, held, pieces_a, pieces_b, anchors)
    ]


Held = dict[tuple[int, int], list[AlignedPassage]]


# -- stems and pieces


def _is_solid(passage: AlignedPassage) -> bool:
    return passage.equal >= SOLID_WORDS and passage.closeness >= SOLID_RATIO


def _pieces(text: _Text, taken: Iterable[TokenRange]) -> list[Piece]:
    """The sentences of a text without the ranges taken; what is left with some content."""
    blocked = _disjoint(taken)
    ends = [last for _, last in blocked]
    pieces = []
    for sentence in text.sentences:
        for low, high in _outside(sentence, blocked, bisect_right(ends, sentence.first)):
            content = frozenset(s for s in text.stems[low:high] if s)
            if len(content) >= MIN_PIECE_STEMS:
                pieces.append(Piece(TokenRange(low, high), content))
    return pieces


def _windows(found: list[str]) -> list[Piece]:
    """Overlapping stretches of a text, whatever its sentences: shuffled words have none."""
    places = range(0, max(1, len(found) - WINDOW_WORDS + WINDOW_STEP), WINDOW_STEP)
    ranges = [TokenRange(at, min(len(found), at + WINDOW_WORDS)) for at in places]
    return [Piece(r, frozenset(s for s in found[r.first : r.last] if s)) for r in ranges]


def _disjoint(ranges: Iterable[TokenRange]) -> list[tuple[int, int]]:
    """Ranges in order, overlapping ones joined."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted((r.first, r.last) for r in ranges):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _outside(
    sentence: TokenRange, blocked: list[tuple[int, int]], at: int
) -> Iterator[tuple[int, int]]:
    """What is left of a sentence beside the blocked ranges, the ``at``-th on."""
    first = sentence.first
    while at < len(blocked) and blocked[at][0] < sentence.last:
        low, high = blocked[at]
        if low > first:
            yield (first, low)
        first = max(first, high)
        at += 1
    if first < sentence.last:
        yield (first, sentence.last)


def _weights(pieces_a: list[Piece], pieces_b: list[Piece]) -> dict[str, float]:
    """Idf of each stem over the pieces of both texts."""
    counts = Counter(stem for piece in [*pieces_a, *pieces_b] for stem in piece.stems)
    total = len(pieces_a) + len(pieces_b)
    return {stem: math.log(1 + total / count) for stem, count in counts.items()}


# -- matching


def _candidates(
    pieces_a: list[Piece], pieces_b: list[Piece], weights: dict[str, float]
) -> list[Match]:
    """For each piece of b its best partners in a, and their scores."""
    holders: dict[str, list[int]] = defaultdict(list)
    for index, piece in enumerate(pieces_a):
        for word in piece.stems:
            holders[word].append(index)
    totals = [sum(sorted(weights[s] for s in p.stems)) for p in pieces_a]
    matches = []
    for index, piece in enumerate(pieces_b):
        shared: dict[int, list[float]] = defaultdict(list)
        for word in sorted(piece.stems):
            if len(holders[word]) <= MAX_STEM_SENTENCES:
                for partner in holders[word]:
                    shared[partner].append(weights[word])
        total = sum(sorted(weights[s] for s in piece.stems))
        scored = [
            Match(partner, index, _score(sum(common), totals[partner], total), len(common))
            for partner, common in shared.items()
            if len(common) >= 2
        ]
        scored.sort(key=lambda m: (-m.score, m.a))
        matches += scored[:MAX_PARTNERS]
    return matches


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
            and _within(passage.a, pieces_a[at_a].tokens)
            and _within(passage.b, pieces_b[at_b].tokens)
        ):
            held[at_a, at_b].append(passage)
    return held


def _score(common: float, total_a: float, total_b: float) -> float:
    """Half overlap, half containment of the smaller: a summary is shorter than its source."""
    return common / (total_a + total_b) + 0.5 * common / min(total_a, total_b)


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


def _is_near(place: tuple[int, int], anchors: list[tuple[int, int]]) -> bool:
    """Whether something accepted stands close by in both texts: far from it, two sentences that
    agree are about one topic."""
    at = bisect_right(anchors, (place[0], math.inf))
    return any(
        max(abs(x - place[0]), abs(y - place[1])) <= NEAR_WORDS
        for x, y in anchors[max(0, at - 2) : at + 2]
    )


# -- passages


def _passage(
    a: _Text,
    b: _Text,
    piece_a: Piece,
    piece_b: Piece,
    weights: dict[str, float],
    held: list[AlignedPassage],
) -> AlignedPassage:
    """The parts of two matching pieces that say the same, with the passages they hold."""
    range_a = _core(a, piece_a.tokens, piece_b.stems, weights)
    range_b = _core(b, piece_b.tokens, piece_a.stems, weights)
    for passage in held:
        range_a, range_b = _join(range_a, passage.a), _join(range_b, passage.b)
    return _made(a, b, range_a, range_b)


def _made(a: _Text, b: _Text, range_a: TokenRange, range_b: TokenRange) -> AlignedPassage:
    """Two ranges as a passage, its kind read from the words they have in common."""
    runs = _equal_runs(a, b, range_a, range_b)
    equal = sum(width for _, _, width, _ in runs)
    longest = max((width for _, _, width, _ in runs), default=0)
    exact = sum(
        a.exact[i + step] == b.exact[j + step] for i, j, width, _ in runs for step in range(width)
    )
    ratio = 2 * exact / (len(range_a) + len(range_b))
    if ratio >= VERBATIM_RATIO:
        kind = Kind.VERBATIM
    else:
        run = max(EDITED_RUN, EDITED_RUN_SHARE * min(len(range_a), len(range_b)))
        is_edited = ratio >= EDITED_RATIO or longest >= run
        kind = Kind.EDITED if is_edited else Kind.PARAPHRASE
    return AlignedPassage(range_a, range_b, kind, equal, longest, ratio, runs)


def _equal_runs(
    a: _Text, b: _Text, range_a: TokenRange, range_b: TokenRange
) -> tuple[tuple[int, int, int, int], ...]:
    """The longest common subsequence of two ranges, as runs."""
    keys_a = a.keys[range_a.first : range_a.last]
    keys_b = b.keys[range_b.first : range_b.last]
    blocks = LCSseq.editops(keys_a, keys_b).as_matching_blocks()
    return tuple(
        (range_a.first + block.a, range_b.first + block.b, block.size, block.size)
        for block in blocks
        if block.size
    )


def _core(
    text: _Text, tokens: TokenRange, wanted: frozenset[str], weights: dict[str, float]
) -> TokenRange:
    """The stretch of a piece that is worth its length: matched stems earn their weight, others
    cost a share of theirs (maximum-sum segment, Kadane), then out to the next punctuation."""
    best, best_range = 0.0, tokens
    total, start = 0.0, tokens.first
    for index in range(tokens.first, tokens.last):
        stem = text.stems[index]
        if not stem:
            continue
        weight = weights[stem]
        if total <= 0:
            total, start = 0.0, index
        total += weight if stem in wanted else -UNMATCHED_COST * weight
        if total > best:
            best, best_range = total, TokenRange(start, index + 1)
    return _to_clause(best_range, tokens, text.normal)


def _to_clause(core: TokenRange, tokens: TokenRange, text: NormalText) -> TokenRange:
    """Widen to the punctuation on both sides, as far as the piece goes."""
    first, last = core.first, core.last
    while first > tokens.first and not _punctuated(text, first - 1):
        first -= 1
    while last < tokens.last and not _punctuated(text, last - 1):
        last += 1
    return TokenRange(first, last)


def _punctuated(text: NormalText, index: int) -> bool:
    """Whether a clause ends after token ``index``."""
    between = text.text[int(text.ends[index]) : int(text.starts[index + 1])]
    return any(mark in between for mark in ',;:–—()“”«»"')


def _within(inner: TokenRange, outer: TokenRange) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _join(x: TokenRange, y: TokenRange) -> TokenRange:
    return TokenRange(min(x.first, y.first), max(x.last, y.last))
