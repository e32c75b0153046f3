"""Two stretches that say the same as one passage: its edges, its kind, what it is joined with."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rapidfuzz.distance import LCSseq

from detector.model import AlignedPassage, Kind, NormalText, TokenRange
from detector.rewrite.text import Piece, Text

JOIN_WORDS = 24
MAX_MERGED_CELLS = 10**9
"""Words by words of the longest passage that is aligned again, one bit of memory for each."""
VERBATIM_RATIO = 0.97
EDITED_RATIO = 0.5
EDITED_RUN = 4
EDITED_RUN_SHARE = 0.2
UNMATCHED_COST = 0.3

Runs = tuple[tuple[int, int, int, int], ...]


def as_passage(
    a: Text,
    b: Text,
    piece_a: Piece,
    piece_b: Piece,
    weights: dict[str, float],
    held: list[AlignedPassage],
) -> AlignedPassage:
    """The parts of two matching pieces that say the same, with the passages they hold."""
    range_a = _core(a, piece_a.tokens, piece_b.stems, weights)
    range_b = _core(b, piece_b.tokens, piece_a.stems, weights)
    for passage in held:
        range_a, range_b = joined(range_a, passage.a), joined(range_b, passage.b)
    return _made(a, b, range_a, range_b)


def _made(a: Text, b: Text, range_a: TokenRange, range_b: TokenRange) -> AlignedPassage:
    """Two ranges as a passage, its kind read from the words they have in common."""
    runs = equal_runs(a, b, range_a, range_b)
    equal = sum(width for _, _, width, _ in runs)
    longest = max((width for _, _, width, _ in runs), default=0)
    ratio = 2 * count_exact(a, b, runs) / (len(range_a) + len(range_b))
    kind = kind_of(range_a, range_b, ratio, longest)
    return AlignedPassage(range_a, range_b, kind, equal, longest, ratio, runs)


def kind_of(range_a: TokenRange, range_b: TokenRange, ratio: float, longest: int) -> Kind:
    """Whether the words are the same, recognisably so, or others."""
    if ratio >= VERBATIM_RATIO:
        return Kind.VERBATIM
    run = max(EDITED_RUN, EDITED_RUN_SHARE * min(len(range_a), len(range_b)))
    return Kind.EDITED if ratio >= EDITED_RATIO or longest >= run else Kind.PARAPHRASE


def count_exact(a: Text, b: Text, runs: Runs) -> int:
    """How many words of matching runs are equal without any misspelling forgiven."""
    return sum(
        x == y
        for i, j, width, _ in runs
        for x, y in zip(
            a.exact(TokenRange(i, i + width)), b.exact(TokenRange(j, j + width)), strict=True
        )
    )


def equal_runs(a: Text, b: Text, range_a: TokenRange, range_b: TokenRange) -> Runs:
    """The longest common subsequence of two ranges, as runs."""
    blocks = LCSseq.editops(a.keys(range_a), b.keys(range_b)).as_matching_blocks()
    return tuple(
        (range_a.first + block.a, range_b.first + block.b, block.size, block.size)
        for block in blocks
        if block.size
    )


def _core(
    text: Text, tokens: TokenRange, wanted: frozenset[str], weights: dict[str, float]
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


def merge(a: Text, b: Text, passages: list[AlignedPassage]) -> tuple[AlignedPassage, ...]:
    """Passages that overlap in both texts made one: each stretch is reported once."""
    while True:
        merged = [p for group in _groups(passages) for p in _made_one(a, b, group)]
        if len(merged) == len(passages):
            return tuple(sorted(merged, key=place_of))
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
        return _Group(
            joined(self.a, other.a), joined(self.b, other.b), self.members + other.members
        )

    @property
    def is_verbatim(self) -> bool:
        return all(member.kind is Kind.VERBATIM for member in self.members)

    def belongs_to(self, other: _Group) -> bool:
        """Whether the two overlap in both texts, or little lies between two rewritten ones."""
        room = 0 if self.is_verbatim or other.is_verbatim else JOIN_WORDS
        return gap(self.a, other.a) < room and gap(self.b, other.b) < room


def _groups(passages: list[AlignedPassage]) -> list[list[AlignedPassage]]:
    """Passages that overlap in both texts, or nearly touch, together."""
    closed: list[_Group] = []
    growing: list[_Group] = []
    for passage in sorted(passages, key=place_of):
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


def gap(x: TokenRange, y: TokenRange) -> int:
    """How many words lie between two ranges; negative where they overlap."""
    return max(x.first - y.last, y.first - x.last)


def _made_one(a: Text, b: Text, group: list[AlignedPassage]) -> list[AlignedPassage]:
    """A group as one passage, or as several where one would be too long to be aligned again."""
    if len(group) == 1:
        return group
    whole: list[tuple[TokenRange, TokenRange]] = []
    for passage in sorted(group, key=place_of):
        range_a, range_b = passage.a, passage.b
        if whole:
            range_a, range_b = joined(whole[-1][0], range_a), joined(whole[-1][1], range_b)
            if len(range_a) * len(range_b) <= MAX_MERGED_CELLS or (range_a, range_b) == whole[-1]:
                whole[-1] = (range_a, range_b)
                continue
        whole.append((passage.a, passage.b))
    known = {(p.a, p.b): p for p in reversed(group)}
    return [known.get(ranges) or _with_stems(a, b, _made(a, b, *ranges), group) for ranges in whole]


def _with_stems(
    a: Text, b: Text, whole: AlignedPassage, group: list[AlignedPassage]
) -> AlignedPassage:
    """A passage with the stems that its parts have in common; parts overlap, so no more than both
    sides of it have."""
    in_a, in_b = (
        set(text.stems[place.first : place.last]) for text, place in ((a, whole.a), (b, whole.b))
    )
    of_parts = sum(p.stems for p in group if is_within(p.a, whole.a))
    return replace(whole, stems=min(len((in_a & in_b) - {""}), of_parts))


def place_of(passage: AlignedPassage) -> tuple[int, int, int, int]:
    """By where a passage begins, the longer first."""
    return (passage.a.first, passage.b.first, -passage.a.last, -passage.b.last)


def is_within(inner: TokenRange, outer: TokenRange) -> bool:
    """Whether one range lies inside another."""
    return outer.first <= inner.first and inner.last <= outer.last


def joined(x: TokenRange, y: TokenRange) -> TokenRange:
    """From the beginning of the first to the end of the last."""
    return TokenRange(min(x.first, y.first), max(x.last, y.last))
