"""A text as bags of stems: its sentences or windows, weighed, and which of them agree."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from detector.model import NormalText, TokenRange
from detector.prior import spelling_key, stems
from detector.sentence import sentences

MAX_SENTENCE_WORDS = 500
"""A longer sentence is cut after every so many: a transcript without full stops, a table."""
MAX_STEM_SENTENCES = 24
MAX_PARTNERS = 4
MIN_PIECE_STEMS = 2
WINDOW_WORDS = 24
WINDOW_STEP = 8


@dataclass(frozen=True, slots=True)
class Text:
    """A text with one key and one stem for each token ("" without content), and its sentences as
    tokens, where they are asked for. ``exact`` are the keys without the misspellings that the pair
    forgives."""

    normal: NormalText
    keys: list[str]
    exact: list[str]
    stems: list[str]
    sentences: Sequence[TokenRange]

    @classmethod
    def of(
        cls, normal: NormalText, variants: Mapping[str, str], sentences: Sequence[TokenRange] = ()
    ) -> Text:
        """A text as this stage sees it; ``variants``: the misspellings that its pair forgives."""
        roots = [variants.get(token, token) for token in normal.tokens]
        keys = [spelling_key(root) for root in roots]
        exact = [spelling_key(token) for token in normal.tokens] if variants else keys
        return cls(normal, keys, exact, stems(roots), sentences)


def cut_sentences(normal: NormalText) -> list[TokenRange]:
    """The sentences of a text as tokens, endless ones in pieces."""
    starts = normal.starts.tolist()
    return [
        TokenRange(first, min(first + MAX_SENTENCE_WORDS, last))
        for s in sentences(normal.text)
        for last in [bisect_left(starts, s.end)]
        for first in range(bisect_left(starts, s.start), last, MAX_SENTENCE_WORDS)
    ]


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


def cut_pieces(text: Text, taken: Iterable[TokenRange]) -> list[Piece]:
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


def cut_windows(found: list[str]) -> list[Piece]:
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


def weigh(pieces_a: list[Piece], pieces_b: list[Piece]) -> dict[str, float]:
    """Idf of each stem over the pieces of both texts."""
    counts = Counter(stem for piece in [*pieces_a, *pieces_b] for stem in piece.stems)
    total = len(pieces_a) + len(pieces_b)
    return {stem: math.log(1 + total / count) for stem, count in counts.items()}


def find_candidates(
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


def _score(common: float, total_a: float, total_b: float) -> float:
    """Half overlap, half containment of the smaller: a summary is shorter than its source."""
    return common / (total_a + total_b) + 0.5 * common / min(total_a, total_b)
