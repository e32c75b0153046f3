"""Simple detectors to compare with. None of them tells relations or directions; a story is what
their reported pairs connect. A word is a run of letters and digits in small letters."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import TypeVar

from datasketch import MinHash, MinHashLSH

from benchmarks.quality.cases import Answers, Case, Found
from detector.evaluate import SpanPair
from detector.model import Span

PERMUTATIONS = 128
GRAM_WORDS = 5
MAX_HOLDERS = 64
"""A 5-gram that more texts have nominates nothing, so that the work grows with the texts only."""
MIN_COMMON = 3
"""5-grams that a pair must share to be looked at."""
MAX_GAP_WORDS = 10
MIN_PASSAGE_WORDS = 12
MIN_REUSE_WORDS = 25
MIN_CONTAINMENT = 0.2

T = TypeVar("T")
Pairs = Iterable[tuple[str, str]]
Judgement = tuple[bool, float, tuple[SpanPair, ...]]
"""Whether a pair is reuse, its score, and its passages."""


@dataclass(frozen=True, slots=True)
class Grams:
    """A text as its words' places and its 5-grams, each with the number of its first word where
    it stands for the first time."""

    words: tuple[Span, ...]
    first: Mapping[str, int]


def minhash(case: Case, words: int, threshold: float) -> Answers:
    """MinHash (datasketch) over shingles of so many words, candidates by LSH; reported where
    the estimated Jaccard similarity reaches the threshold (Broder 1997)."""

    def judge(one: MinHash, other: MinHash) -> Judgement:
        similarity = one.jaccard(other)
        return similarity >= threshold, similarity, ()

    return _answer(
        case, partial(_signature, words=words), partial(_neighbours, threshold=threshold), judge
    )


def ngram_chain(case: Case) -> Answers:
    """Shared 5-grams chained across short gaps into passages, as the baselines of the PAN
    competitions do; reported where one passage is long enough."""
    return _answer(case, _grams, _sharing, _chained)


def containment(case: Case) -> Answers:
    """The exact share of the smaller set of 5-grams that the other text has too."""
    return _answer(case, _grams, _sharing, _contained)


DETECTORS: Mapping[str, Callable[[Case], Answers]] = {
    "minhash w3 .3": partial(minhash, words=3, threshold=0.3),
    "minhash w5 .5": partial(minhash, words=5, threshold=0.5),
    "5-gram chain": ngram_chain,
    "containment .2": containment,
}


def _answer(
    case: Case,
    prepare: Callable[[str], T],
    nominate: Callable[[Mapping[str, T]], Pairs],
    judge: Callable[[T, T], Judgement],
) -> Answers:
    """What every peer does: prepare each text once, look at nominated or at listed pairs."""
    started = time.perf_counter()
    texts = {d.id: prepare(d.text) for d in case.documents}
    listed = [(t.a, t.b) for t in case.truths]
    found = []
    for a, b in nominate(texts) if case.mode == "all" else listed:
        is_reuse, score, spans = judge(texts[a], texts[b])
        found.append(Found(a, b, is_reuse, score, spans=spans))
    clusters = connected((f.a, f.b) for f in found if f.is_reuse)
    return Answers(tuple(found), clusters, time.perf_counter() - started)


def connected(pairs: Pairs) -> tuple[frozenset[str], ...]:
    """Everything that pairs join, directly or through others.

    >>> [sorted(group) for group in connected([("a", "b"), ("c", "d"), ("b", "e")])]
    [['a', 'b', 'e'], ['c', 'd']]
    """
    groups: dict[str, set[str]] = {}
    for a, b in pairs:
        small, large = sorted((groups.get(a, {a}), groups.get(b, {b})), key=len)
        large |= small
        groups.update(dict.fromkeys(small, large))
        groups.update({a: large, b: large})
    return tuple(frozenset(group) for group in {id(g): g for g in groups.values()}.values())


def _words(text: str) -> list[re.Match[str]]:
    return list(re.finditer(r"\w+", text))


def _shingles(words: Sequence[re.Match[str]], size: int) -> list[str]:
    plain = [word[0].lower() for word in words]
    return [" ".join(plain[i : i + size]) for i in range(max(1, len(plain) - size + 1))]


def _signature(text: str, words: int) -> MinHash:
    signature = MinHash(num_perm=PERMUTATIONS)
    signature.update_batch([s.encode() for s in _shingles(_words(text), words)])
    return signature


def _neighbours(texts: Mapping[str, MinHash], threshold: float) -> Iterator[tuple[str, str]]:
    """The pairs that agree in a band of their signatures."""
    index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
    for name, signature in texts.items():
        yield from sorted((other, name) for other in index.query(signature))
        index.insert(name, signature)


def _grams(text: str) -> Grams:
    words = _words(text)
    first: dict[str, int] = {}
    for number, gram in enumerate(_shingles(words, GRAM_WORDS)):
        first.setdefault(gram, number)
    return Grams(tuple(Span(*word.span()) for word in words), first)


def _sharing(texts: Mapping[str, Grams]) -> Pairs:
    """The pairs that share enough 5-grams which few texts have."""
    holders: dict[str, list[str]] = defaultdict(list)
    for name, grams in texts.items():
        for gram in grams.first:
            holders[gram].append(name)
    common: Counter[tuple[str, str]] = Counter()
    for names in holders.values():
        if len(names) <= MAX_HOLDERS:
            common.update(combinations(names, 2))
    return sorted(pair for pair, number in common.items() if number >= MIN_COMMON)


def _contained(one: Grams, other: Grams) -> Judgement:
    shared = len(one.first.keys() & other.first.keys())
    share = shared / max(1, min(len(one.first), len(other.first)))
    return share >= MIN_CONTAINMENT, share, ()


def _chained(one: Grams, other: Grams) -> Judgement:
    """The passages of at least ``MIN_PASSAGE_WORDS`` words in both texts."""
    shared = one.first.keys() & other.first.keys()
    chains = chain(sorted((one.first[gram], other.first[gram]) for gram in shared))
    long = [c for c in chains if min(len(c[0]), len(c[1])) >= MIN_PASSAGE_WORDS]
    is_reuse = any(min(len(a), len(b)) >= MIN_REUSE_WORDS for a, b in long)
    shares = (
        sum(len(c[side]) for c in long) / max(1, len(text.words))
        for side, text in enumerate((one, other))
    )
    spans = tuple((_place(a, one), _place(b, other)) for a, b in long)
    return is_reuse, min(1.0, max(shares)), spans


def chain(places: Sequence[tuple[int, int]]) -> list[SpanPair]:
    """Shared 5-grams, as sorted places (word in one, word in the other), joined to stretches of
    words (counted in words) where the next begins at most ``MAX_GAP_WORDS`` after the last ends
    in both texts.

    >>> chain([(0, 7), (1, 8), (30, 9)])
    [(Span(start=0, end=6), Span(start=7, end=13)), (Span(start=30, end=35), Span(start=9, end=14))]
    """
    done: list[SpanPair] = []
    is_open: list[SpanPair] = []
    for i, j in places:
        near = [c for c in is_open if i - c[0].end <= MAX_GAP_WORDS]
        done += [c for c in is_open if c not in near]
        best = next((c for c in near if c[1].start <= j <= c[1].end + MAX_GAP_WORDS), None)
        grown = (Span(i, i + GRAM_WORDS), Span(j, j + GRAM_WORDS))
        if best:
            near.remove(best)
            end = max(best[1].end, grown[1].end)
            grown = (Span(best[0].start, grown[0].end), Span(best[1].start, end))
        is_open = [*near, grown]
    return sorted(done + is_open)


def _place(words: Span, text: Grams) -> Span:
    return Span(text.words[words.start].start, text.words[words.end - 1].end)
