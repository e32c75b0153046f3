"""A text as bags of stems: its sentences or windows, weighed, and which of them agree."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain

from detector.gist import Gist
from detector.model import NormalText, TokenRange
from detector.prior import SPELLING_KEYS, stems

MAX_STEM_SENTENCES = 24
MAX_PARTNERS = 4
MIN_COMMON_STEMS = 2
MIN_PIECE_STEMS = 2
WINDOW_WORDS = 24
WINDOW_STEP = 8


@dataclass(frozen=True, slots=True)
class Text:
    """A text as this stage sees it beside another one. ``variants``: the misspellings that the pair
    forgives, in ``stems`` too: one for each token, "" without content."""

    gist: Gist
    variants: Mapping[str, str]
    stems: Sequence[str]

    @classmethod
    def of(cls, gist: Gist, variants: Mapping[str, str]) -> Text:
        """A text in a pair with these variants."""
        tokens = gist.normal.tokens
        if variants.keys().isdisjoint(tokens):
            return cls(gist, variants, gist.stems)
        return cls(gist, variants, stems([variants.get(token, token) for token in tokens]))

    @property
    def normal(self) -> NormalText:
        """The words with their places."""
        return self.gist.normal

    @property
    def bags(self) -> Sequence[frozenset[str]]:
        """The stems of each sentence."""
        is_as_given = self.stems is self.gist.stems
        return self.gist.bags if is_as_given else self.gist.bags_of(self.stems)

    def keys(self, where: TokenRange) -> list[str]:
        """One key for each token of a range, equal where the pair takes two words for one."""
        tokens = self.normal.tokens[where.first : where.last]
        return [SPELLING_KEYS[self.variants.get(token, token)] for token in tokens]

    def exact(self, where: TokenRange) -> list[str]:
        """The keys of a range with no misspelling forgiven."""
        tokens = self.normal.tokens[where.first : where.last]
        return list(map(SPELLING_KEYS.__getitem__, tokens))


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


def may_agree(a: Text, taken_a: list[TokenRange], b: Text, taken_b: list[TokenRange]) -> bool:
    """Whether what two texts have beside the ranges taken shares stems enough for one match: cheap
    to ask, and false where one of them is taken whole."""
    return len(_stems_left(a, taken_a) & _stems_left(b, taken_b)) >= MIN_COMMON_STEMS


def _stems_left(text: Text, taken: list[TokenRange]) -> set[str]:
    left = _outside(TokenRange(0, len(text.stems)), _disjoint(taken), 0)
    return {stem for low, high in left for stem in text.stems[low:high] if stem}


def cut_pieces(text: Text, taken: list[TokenRange]) -> list[Piece]:
    """The sentences of a text without the ranges taken; what is left with some content."""
    blocked = _disjoint(taken)
    ends = [last for _, last in blocked]
    pieces = []
    for sentence, bag in zip(text.gist.sentences, text.bags, strict=True):
        for low, high in _outside(sentence, blocked, bisect_right(ends, sentence.first)):
            is_whole = high - low == len(sentence)
            content = bag if is_whole else frozenset(filter(None, text.stems[low:high]))
            if len(content) >= MIN_PIECE_STEMS:
                pieces.append(Piece(TokenRange(low, high), content))
    return pieces


def cut_windows(found: Sequence[str]) -> list[Piece]:
    """Overlapping stretches of a text, whatever its sentences: shuffled words have none."""
    places = range(0, max(1, len(found) - WINDOW_WORDS + WINDOW_STEP), WINDOW_STEP)
    ranges = [TokenRange(at, min(len(found), at + WINDOW_WORDS)) for at in places]
    return [Piece(r, frozenset(filter(None, found[r.first : r.last]))) for r in ranges]


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
    pieces = [*pieces_a, *pieces_b]
    counts = Counter(chain.from_iterable(piece.stems for piece in pieces))
    idf = {count: math.log(1 + len(pieces) / count) for count in set(counts.values())}
    return {stem: idf[count] for stem, count in counts.items()}


def find_candidates(
    pieces_a: list[Piece],
    pieces_b: list[Piece],
    weights: dict[str, float],
    least: int,
    needed: Set[str] | None = None,
) -> list[Match]:
    """For each piece of b its best partners in a, and their scores. A piece of b is passed over
    where all of a has fewer than ``least`` of its stems, and a partner without one of ``needed``.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    wanted = set(chain.from_iterable(piece.stems for piece in pieces_b))
    for index, piece in enumerate(pieces_a):
        for stem in piece.stems & wanted:
            holders[stem].append(index)
    telling = {stem for stem, places in holders.items() if len(places) <= MAX_STEM_SENTENCES}
    totals: dict[int, float] = {}
    matches = []
    for index, piece in enumerate(pieces_b):
        found = piece.stems & telling
        if len(found) < least:
            continue
        shared: dict[int, list[float]] = defaultdict(list)
        for stem in sorted(found):
            for partner in holders[stem]:
                shared[partner].append(weights[stem])
        if needed is not None:
            close = set(chain.from_iterable(holders[stem] for stem in found & needed))
            shared = {partner: shared[partner] for partner in shared.keys() & close}
        scored = []
        total = _total(piece, weights)
        for partner, common in shared.items():
            if len(common) >= MIN_COMMON_STEMS:
                if partner not in totals:
                    totals[partner] = _total(pieces_a[partner], weights)
                score = _score(sum(common), totals[partner], total)
                scored.append(Match(partner, index, score, len(common)))
        scored.sort(key=lambda m: (-m.score, m.a))
        matches += scored[:MAX_PARTNERS]
    return matches


def _total(piece: Piece, weights: dict[str, float]) -> float:
    """What a piece weighs; added up in order, as the last bits of a sum depend on it."""
    return sum(sorted(weights[stem] for stem in piece.stems))


def _score(common: float, total_a: float, total_b: float) -> float:
    """Half overlap, half containment of the smaller: a summary is shorter than its source."""
    return common / (total_a + total_b) + 0.5 * common / min(total_a, total_b)
