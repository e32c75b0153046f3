"""Words that two texts spell differently in the same place: OCR confusions, case endings, typing
errors, corrections.

Word runs break at every such word, so a noisy copy has hardly any. Its letters still agree in
stretches. Three steps, each linear in the lengths of the texts:

1. *letters*: the folded tokens without what stands between them, so that splits and joins of words
   change nothing;
2. *chains*: equal stretches of letters that follow each other on nearly one diagonal;
3. *words*: between two stretches the letters are aligned by edit distance (Hyyrö 2003, as rapidfuzz
   has it); two words whose letters mostly stand on each other are variants of one word.

Numbers are never variants: one digit makes another fact.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from detector import kernel
from detector.model import NormalText
from detector.prior import function_words, number_words
from detector.runs import common_runs

SEED_LETTERS = 8
MAX_SEED_COUNT = 4
MAX_GAP_LETTERS = 300
MAX_DRIFT = 0.25
"""How far two stretches may be off one diagonal, as a share of the gap between them."""
MIN_DRIFT_LETTERS = 12
MAX_OVERLAP_LETTERS = 2
MAX_OPEN_CHAINS = 16
MIN_CHAIN_LETTERS = 40
MIN_GAP_SHARE = 0.4
"""Of the letters in a gap so many must agree in order: of unrelated text it is about a quarter."""
MIN_WORD_LETTERS = 4
MIN_WORD_SHARE = 0.6
MIN_JOINED_SHARE = 0.75
MAX_PIECES = 3


_CHAIN_RULES = np.array(
    [
        *(MAX_GAP_LETTERS, MIN_DRIFT_LETTERS, round(1 / MAX_DRIFT), MAX_OVERLAP_LETTERS),
        MAX_OPEN_CHAINS,
    ],
    np.int64,
)
"""As ``chain_rules`` of ``detector/native/chain.h``."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """``length`` equal letters from ``a`` on in one text and from ``b`` on in the other."""

    a: int
    b: int
    length: int


@dataclass(frozen=True, slots=True, eq=False)
class Variants:
    """``words``: spellings with the one they count as here. ``joined``: what a text writes in
    pieces and the other as one word. ``places``: int64[n, 2], tokens that stand on each other."""

    words: Mapping[str, str] = field(default_factory=dict)
    joined: frozenset[str] = frozenset()
    places: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Letters:
    """A text as letters only, made once for all its pairs: uint32[n] code points; ``sizes[i]``:
    how many letters token i has; ``token_at``: int64[n], the token that each letter is in."""

    tokens: tuple[str, ...]
    line: str
    codes: NDArray[np.uint32]
    sizes: NDArray[np.int64]
    token_at: NDArray[np.int64]

    @classmethod
    def of(cls, text: NormalText) -> Letters:
        """The letters of a folded text.

        >>> from detector.normalise import normalise
        >>> letters = Letters.of(normalise("At sea."))
        >>> letters.line, letters.token_at.tolist()
        ('atsea', [0, 0, 1, 1, 1])
        """
        line = "".join(text.tokens)
        codes = np.frombuffer(line.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        sizes = np.fromiter(map(len, text.tokens), np.int64, len(text.tokens))
        return cls(text.tokens, line, codes, sizes, np.repeat(np.arange(len(sizes)), sizes))


def find_variants(a: Letters, b: Letters) -> Variants:
    """The words that ``a`` and ``b`` spell differently where their letters run alike.

    >>> from detector.normalise import normalise
    >>> a = "The prisoner was brought before the magistrate on Tuesday evening."
    >>> b = "The prisouer was bro ught before the magistrato on Tuesday evening."
    >>> found = find_variants(*(Letters.of(normalise(text)) for text in (a, b)))
    >>> found.words, found.joined
    ({'prisouer': 'prisoner', 'magistrato': 'magistrate'}, frozenset({'brought'}))
    """
    words: dict[str, str] = {}
    roots: set[str] = set()
    joined: set[str] = set()
    places = [Variants().places]
    for chain in letter_chains(a.codes, b.codes):
        meetings, letters = _meetings(chain, a, b)
        places.append(_standing(meetings, letters, a, b))
        for left, right in _spelt_otherwise(meetings, letters, a, b):
            joined.update("".join(pieces) for pieces in (left, right) if len(pieces) > 1)
            spelling, root = "".join(right), "".join(left)
            root = words.get(root, root)
            if spelling != root and spelling not in words and spelling not in roots:
                words[spelling] = root
                roots.add(root)
    return Variants(words, frozenset(joined), np.concatenate(places))


def letter_chains(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> list[list[Stretch]]:
    """The chains of equal stretches of two texts as letters, uint32[n] code points each."""
    if not kernel.is_compiled():
        return chains(stretches(a, b))
    rows = kernel.chains(a, b, SEED_LETTERS, MAX_SEED_COUNT, _CHAIN_RULES)
    number, length = rows[:, 0], rows[:, 3]
    is_long = (np.bincount(number) > 1) & (np.bincount(number, length) >= MIN_CHAIN_LETTERS)
    made: dict[int, list[Stretch]] = {chain: [] for chain in np.flatnonzero(is_long).tolist()}
    for chain, *stretch in rows[is_long[number]].tolist():
        made[chain].append(Stretch(*stretch))
    return list(made.values())


# -- equal stretches of letters


def stretches(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> list[Stretch]:
    """The equal stretches of letters that rare seeds make, by place in ``a``.

    >>> def codes(word):
    ...     return np.array([ord(c) for c in word], np.uint32)
    >>> stretches(codes("xmagistrate"), codes("magistratus"))
    [Stretch(a=1, b=0, length=9)]
    """
    rows, _ = common_runs(a, b, SEED_LETTERS, MAX_SEED_COUNT)
    return sorted((Stretch(*row) for row in rows.tolist()), key=lambda s: (s.a, s.b))


# -- chains


def chains(found: list[Stretch]) -> list[list[Stretch]]:
    """Stretches that follow each other at nearly the same distance in both texts, from two on.

    Of the chains that a stretch may go on, the nearest one is taken; only those that grew last are
    looked at.
    """
    closed: list[list[Stretch]] = []
    open_chains: deque[list[Stretch]] = deque(maxlen=MAX_OPEN_CHAINS)
    for stretch in found:
        gaps = [(_gap(chain[-1], stretch), i) for i, chain in enumerate(open_chains)]
        _, best = min(((gap, i) for gap, i in gaps if gap is not None), default=(0, None))
        if best is None:
            chain = [stretch]
            closed.append(chain)
        else:
            chain = open_chains[best]
            chain.append(_without_overlap(chain[-1], stretch))
            del open_chains[best]
        open_chains.append(chain)
    return [chain for chain in closed if _is_long(chain)]


def _gap(before: Stretch, after: Stretch) -> int | None:
    """How far ``after`` is from the end of ``before``; None where it does not follow it. The two
    may overlap a little: "occurred" and "occured" share one letter twice."""
    low, high = sorted(_gaps(before, after))
    if low <= -min(MAX_OVERLAP_LETTERS + 1, after.length) or high > MAX_GAP_LETTERS:
        return None
    return high if high - low <= max(MIN_DRIFT_LETTERS, MAX_DRIFT * high) else None


def _gaps(before: Stretch, after: Stretch) -> tuple[int, int]:
    return after.a - before.a - before.length, after.b - before.b - before.length


def _without_overlap(before: Stretch, after: Stretch) -> Stretch:
    """Cut the letters off ``after`` that the stretch before it already has in either text."""
    cut = max(0, -min(_gaps(before, after)))
    return Stretch(after.a + cut, after.b + cut, after.length - cut)


def _is_long(chain: list[Stretch]) -> bool:
    return len(chain) > 1 and sum(s.length for s in chain) >= MIN_CHAIN_LETTERS


# -- words


def _meetings(
    chain: list[Stretch], a: Letters, b: Letters
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The pairs of tokens of which letters stand on each other, int64[n, 2] in order, and how many
    letters: int64[n]."""
    blocks = sorted((s.a, s.b, s.length) for s in [*chain, *_between(chain, a.line, b.line)])
    first_a, first_b, length = np.array(blocks).T
    within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    at_a = a.token_at[np.repeat(first_a, length) + within]
    at_b = b.token_at[np.repeat(first_b, length) + within]
    # In order, as blocks follow each other in both texts: the same two tokens stand together.
    is_new = (at_a[1:] != at_a[:-1]) | (at_b[1:] != at_b[:-1])
    firsts = np.flatnonzero(np.append(True, is_new))
    return np.stack([at_a[firsts], at_b[firsts]], axis=1), np.diff(firsts, append=len(at_a))


def _between(chain: list[Stretch], a: str, b: str) -> Iterator[Stretch]:
    """The equal letters in the gaps of a chain, where enough of a gap is equal."""
    for before, after in pairwise(chain):
        start_a, start_b = before.a + before.length, before.b + before.length
        gap_a, gap_b = a[start_a : after.a], b[start_b : after.b]
        least = MIN_GAP_SHARE * max(len(gap_a), len(gap_b))
        if min(len(gap_a), len(gap_b)) < least:
            continue
        blocks = Levenshtein.editops(gap_a, gap_b).as_matching_blocks()
        if sum(k.size for k in blocks) >= least:
            yield from (Stretch(start_a + k.a, start_b + k.b, k.size) for k in blocks if k.size)


def _standing(
    meetings: NDArray[np.int64], letters: NDArray[np.int64], a: Letters, b: Letters
) -> NDArray[np.int64]:
    """The meetings of two tokens that mostly stand on each other."""
    sizes = np.maximum(a.sizes[meetings[:, 0]], b.sizes[meetings[:, 1]])
    standing: NDArray[np.int64] = meetings[letters >= MIN_WORD_SHARE * sizes]
    return standing


Pieces = tuple[str, ...]


def _spelt_otherwise(
    meetings: NDArray[np.int64], letters: NDArray[np.int64], a: Letters, b: Letters
) -> Iterator[tuple[Pieces, Pieces]]:
    """The differing words, or pieces of a word, that mostly stand on each other."""
    differing = [
        (i, j, count)
        for (i, j), count in zip(meetings.tolist(), letters.tolist(), strict=True)
        if a.tokens[i] != b.tokens[j]
    ]
    for i, j, count in differing:
        if _is_one_word(a.tokens[i], b.tokens[j], count, MIN_WORD_SHARE):
            yield (a.tokens[i],), (b.tokens[j],)
    for i, group in groupby(differing, key=itemgetter(0)):
        pieces, count = _in_pieces([(j, count) for _, j, count in group], b)
        if _is_one_word(a.tokens[i], "".join(pieces), count, MIN_JOINED_SHARE):
            yield (a.tokens[i],), pieces
    differing.sort(key=itemgetter(1, 0))
    for j, group in groupby(differing, key=itemgetter(1)):
        pieces, count = _in_pieces([(i, count) for i, _, count in group], a)
        if _is_one_word("".join(pieces), b.tokens[j], count, MIN_JOINED_SHARE):
            yield pieces, (b.tokens[j],)


def _is_one_word(one: str, other: str, equal: int, share: float) -> bool:
    size = max(len(one), len(other))
    if size < MIN_WORD_LETTERS or equal < share * size:
        return False
    if any(c.isdigit() for c in one + other):
        return False
    return not (_is_distinct(one) and _is_distinct(other))


def _is_distinct(word: str) -> bool:
    """Whether a word is only itself: "these" is no misspelt "the", nor "thirty" "thirteen"."""
    return word in function_words() or word in number_words()


def _in_pieces(parts: list[tuple[int, int]], text: Letters) -> tuple[Pieces, int]:
    """Neighbouring tokens that one word of the other text stands on, and how many letters agree;
    nothing where they are one token or too many."""
    numbers = [number for number, _ in parts]
    if not 2 <= len(parts) <= MAX_PIECES or numbers[-1] - numbers[0] != len(parts) - 1:
        return (), 0
    return tuple(text.tokens[n] for n in numbers), sum(count for _, count in parts)
