"""Proof without a run of equal words: stretches whose content mostly agrees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from detector import kernel
from detector.gist import Gist
from detector.model import Alignment
from detector.rewrite.passage import as_passage, merge
from detector.rewrite.text import (
    MAX_STEM_SENTENCES,
    WINDOW_STEP,
    WINDOW_WORDS,
    Match,
    Text,
    cut_windows,
    find_candidates,
    weigh,
)

RETOLD_SCORE = 0.75
RETOLD_STEMS = 8
DENSE_SHARE = 0.6

RULES = np.array(
    [RETOLD_STEMS, round(1000 * RETOLD_SCORE), WINDOW_WORDS, WINDOW_STEP, MAX_STEM_SENTENCES],
    np.int64,
)
"""As ``stem_rules`` of ``detector/native/stems.h``."""


def find_retold(a: Gist, b: Gist, alignment: Alignment) -> Alignment:
    """``alignment`` with the stretches added that agree in nearly all their content: they prove
    reuse where the order of the words, or every sixth of them, was changed."""
    text_a, text_b = Text.of(a, alignment.variants), Text.of(b, alignment.variants)
    if not (_may_retell(text_a, text_b) and _are_dense(a, b)):
        return alignment
    pieces_a, pieces_b = cut_windows(text_a.stems), cut_windows(text_b.stems)
    weights = weigh(pieces_a, pieces_b)
    matches = [
        match
        for match in find_candidates(pieces_a, pieces_b, weights, RETOLD_STEMS)
        if match.score >= RETOLD_SCORE and match.stems >= RETOLD_STEMS
    ]
    found = [
        replace(
            as_passage(text_a, text_b, pieces_a[match.a], pieces_b[match.b], weights, []),
            stems=match.stems,
        )
        for match in _best_partners(matches)
    ]
    if not found:
        return alignment
    merged = merge(text_a, text_b, [*alignment.passages, *found])
    return replace(alignment, passages=merged)


def _may_retell(a: Text, b: Text) -> bool:
    """False where no windows of the two agree enough: the kernel knows at once."""
    return not kernel.is_compiled() or kernel.retells(*_numbered(a.stems, b.stems), RULES)


def _numbered(a: Sequence[str], b: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The stems of two texts as numbers, 0 for none: uint32[n] of each. All are odd, as of rare
    words: proof asks for these later."""
    numbers: dict[str, int] = defaultdict(count(3, 2).__next__, {"": 0})
    in_a = np.fromiter(map(numbers.__getitem__, a), np.uint32, len(a))
    return in_a, np.fromiter(map(numbers.__getitem__, b), np.uint32, len(b))


def _are_dense(a: Gist, b: Gist) -> bool:
    """Whether both texts have a stretch whose content the other mostly has somewhere: cheap to ask,
    and of two texts that share but a topic seldom true."""
    common = (set(a.stems) & set(b.stems)) - {""}
    return len(common) >= RETOLD_STEMS and all(_is_dense(x.stems, common) for x in (a, b))


def _is_dense(found: Sequence[str], common: set[str]) -> bool:
    content = np.cumsum([0, *map(bool, found)])
    shared = np.cumsum([0, *map(common.__contains__, found)])
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
