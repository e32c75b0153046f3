"""Pairs of texts -> those that may share more than stock phrases.

Nomination asks little: one rare run of words makes a candidate, and of two long texts many have one
by accident. Before such a pair is read and aligned, which takes milliseconds, it is asked in
microseconds what alignment could find at most. A pair stays where

* *words*: its common runs, joined across small gaps, hold a passage long enough to prove copying,
  or several that are so together, or one that both quote, or half of the shorter text; or
* *stems*: a window of one text retells one of the other in other words or another order; or
* *letters*: equal stretches follow each other closely over the length of such a passage, so that
  the words between may be the same, misread.

Words that are common in the corpus count less: a short quotation of them is no reason to stay, nor
are some short runs, a window that is retold, or stretches of letters that are not close. The larger
a corpus is, the more texts happen to have such words in common.

The rules are those of alignment and of proof, taken generously: a pair that this stage drops shares
stock phrases at best. The kernel gives the same answers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, compress

import numpy as np
from numpy.typing import NDArray

from detector import kernel, variant
from detector.align import (
    MAX_GAP_WORDS,
    MAX_OPEN_CHAINS,
    MAX_OVERLAP_WORDS,
    MAX_SEED_COUNT,
    MIN_CONTENT_WORDS,
    MIN_EQUAL_WORDS,
    SEED_WORDS,
)
from detector.classify.form import SHORT_WORDS
from detector.classify.proof import PROOF_WORDS, TELLING_TOTAL
from detector.classify.spread import WEAK_CONTENT, WEAK_WORDS
from detector.model import Outline
from detector.outline import IS_CONTENT, IS_QUOTED, IS_RARE, IS_RARE_STEM, tokens_of
from detector.parallel import each_by_threads
from detector.rewrite.retold import RETOLD_SCORE, RETOLD_STEMS, RULES
from detector.rewrite.text import cut_windows, find_candidates, weigh
from detector.runs import common_runs
from detector.variant import (
    MAX_GAP_LETTERS,
    MAX_OVERLAP_LETTERS,
    MIN_CHAIN_LETTERS,
    MIN_DRIFT_LETTERS,
    SEED_LETTERS,
    Stretch,
    chains,
    stretches,
)

PROOF_LETTERS = 5 * PROOF_WORDS
RARE_LETTERS = 6
"""So many letters of rare words are in the stretches: of a name all, or parts of several."""
MIN_STRETCHES = 4
"""Fewer are a long name and a word beside it; where misread letters cut a text, they are more."""
LETTER_DENSITY = 4
"""Of so many letters one is in an equal stretch of eight, even where a quarter is misread."""
PLAIN_DENSITY = 2
"""The same where the stretches have no rare word in them."""
PAIRS_AT_ONCE = 4096

_RULES = np.array(
    [
        *(SEED_WORDS, MAX_SEED_COUNT, MAX_GAP_WORDS, MAX_OVERLAP_WORDS, MAX_OPEN_CHAINS),
        *(WEAK_WORDS, WEAK_CONTENT, MIN_EQUAL_WORDS, MIN_CONTENT_WORDS),
        *(PROOF_WORDS, TELLING_TOTAL, SHORT_WORDS),
        *(SEED_LETTERS, variant.MAX_SEED_COUNT, MIN_STRETCHES, MIN_CHAIN_LETTERS, PROOF_LETTERS),
        *(LETTER_DENSITY, RARE_LETTERS, PLAIN_DENSITY),
        *(MAX_GAP_LETTERS, MIN_DRIFT_LETTERS, round(1 / variant.MAX_DRIFT), MAX_OVERLAP_LETTERS),
        *(variant.MAX_OPEN_CHAINS, *RULES),
    ],
    np.int64,
)
"""In the order of ``screen_rules`` of ``detector/native/screen.h``."""


def screen(
    outlines: Sequence[Outline], pairs: NDArray[np.int32], workers: int = 1
) -> NDArray[np.bool_]:
    """Which of some pairs of texts may share more than stock phrases: bool[p] for int32[p, 2],
    places in ``outlines``. Pairs of one text are best kept together. ``workers`` threads.

    >>> from detector.normalise import normalise
    >>> from detector.outline import outline
    >>> lead = "The council voted on Monday to close the old harbour bridge for two years of work"
    >>> texts = [lead, f"He wrote: {lead}, at last.", "Nobody voted on Monday, it was said again."]
    >>> from detector.stats import PRIOR
    >>> outlines = [outline(normalise(text), PRIOR) for text in texts]
    >>> screen(outlines, np.array([[0, 1], [1, 2]], np.int32)).tolist()
    [True, False]
    """
    if not kernel.is_compiled():
        asked = pairs.tolist()
        return np.array([_may_share(outlines[i], outlines[j]) for i, j in asked], np.bool_)
    firsts = range(0, len(pairs), PAIRS_AT_ONCE)
    parts = [pairs[first : first + PAIRS_AT_ONCE] for first in firsts]
    answers = list(each_by_threads(partial(_screened, outlines), parts, workers))
    return np.concatenate([np.empty(0, np.bool_), *answers])


def _screened(outlines: Sequence[Outline], pairs: NDArray[np.int32]) -> NDArray[np.bool_]:
    names, numbers = np.unique(pairs, return_inverse=True)
    chosen = [outlines[place] for place in names.tolist()]
    return _asked(chosen, numbers.reshape(-1, 2).astype(np.int64))


def _asked(outlines: Sequence[Outline], pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    words, word_edges = _laid([each.words for each in outlines])
    stems, stem_edges = _laid([each.stems for each in outlines])
    return kernel.screen(
        words,
        np.concatenate([each.kinds for each in outlines]),
        word_edges,
        b"".join(each.letters for each in outlines),
        np.array([0, *accumulate(len(each.letters) for each in outlines)], np.int64),
        stems,
        stem_edges,
        _RULES,
        pairs,
    )


def _laid(arrays: Sequence[NDArray[np.uint32]]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Arrays end to end, and where each begins; then the end."""
    return np.concatenate(arrays), np.array([0, *accumulate(map(len, arrays))], np.int64)


def _may_share(a: Outline, b: Outline) -> bool:
    return _share_words(a, b) or _share_stems(a, b) or _share_letters(a, b)


# -- words


@dataclass(slots=True)
class _Block:
    """Runs that follow each other across a few words: how many words they have, how many of these
    carry news, how many both texts quote, how many are rare to both, and where the last run ends, a
    place too far."""

    words: int = 0
    content: int = 0
    quoted: int = 0
    rare: int = 0
    end_a: int = 0
    end_b: int = 0

    def add(self, a: Outline, b: Outline, at_a: int, at_b: int, length: int) -> None:
        """Take in a run; words that an earlier one had are not counted again."""
        cut = max(0, self.end_a - at_a, self.end_b - at_b) if self.words else 0
        kinds_a, kinds_b = (
            side.kinds[at + cut : at + length] for side, at in ((a, at_a), (b, at_b))
        )
        self.words += max(0, length - cut)
        self.content += int((kinds_a & IS_CONTENT).sum())
        self.quoted += int((kinds_a & kinds_b & IS_QUOTED > 0).sum())
        self.rare += int((kinds_a & kinds_b & IS_RARE > 0).sum())
        self.end_a, self.end_b = at_a + length, at_b + length


def _share_words(a: Outline, b: Outline) -> bool:
    shortest = min(len(a.words), len(b.words))
    if max(_head(a, b, 1), _head(a, b, -1)) >= min(PROOF_WORDS, shortest):
        return True
    blocks = list(_blocks(a, b))
    strong = list(filter(_is_strong, blocks))
    total = TELLING_TOTAL if any(x.rare for x in strong) else SHORT_WORDS
    return (
        max((x.words for x in strong), default=0) >= PROOF_WORDS
        or sum(x.words for x in strong) >= total
        or any(map(_is_quotation, blocks))
        or 2 * sum(x.words for x in blocks) >= shortest
    )


def _is_quotation(block: _Block) -> bool:
    enough = block.words >= MIN_EQUAL_WORDS and block.content >= MIN_CONTENT_WORDS
    is_telling = block.rare > 0 or _is_strong(block)
    return enough and is_telling and 2 * block.quoted >= block.words


def _is_strong(block: _Block) -> bool:
    return block.words >= WEAK_WORDS and block.content >= WEAK_CONTENT


def _head(a: Outline, b: Outline, step: int) -> int:
    """How many words both texts begin with, or with step -1 end with."""
    size = min(len(a.words), len(b.words))
    differ = np.flatnonzero(a.words[::step][:size] != b.words[::step][:size])
    return int(differ[0]) if len(differ) else size


def _blocks(a: Outline, b: Outline) -> Iterator[_Block]:
    open_blocks: deque[_Block] = deque()
    rows, _ = common_runs(a.words, b.words, SEED_WORDS, MAX_SEED_COUNT)
    for at_a, at_b, length in sorted({_grown(a, b, *row) for row in rows.tolist()}):
        block = next((x for x in reversed(open_blocks) if _follows(x, at_a, at_b)), None)
        if block:
            open_blocks.remove(block)
        else:
            block = _Block()
            if len(open_blocks) == MAX_OPEN_CHAINS:
                yield open_blocks.popleft()
        block.add(a, b, at_a, at_b, length)
        open_blocks.append(block)
    yield from open_blocks


def _grown(a: Outline, b: Outline, at_a: int, at_b: int, length: int) -> tuple[int, int, int]:
    """A run with the equal words on both of its sides, which may be too common to be seeds."""
    while at_a and at_b and a.words[at_a - 1] == b.words[at_b - 1]:
        at_a, at_b, length = at_a - 1, at_b - 1, length + 1
    room = min(len(a.words) - at_a, len(b.words) - at_b)
    while length < room and a.words[at_a + length] == b.words[at_b + length]:
        length += 1
    return at_a, at_b, length


def _follows(block: _Block, at_a: int, at_b: int) -> bool:
    gaps = (at_a - block.end_a, at_b - block.end_b)
    return min(gaps) >= -MAX_OVERLAP_WORDS and max(gaps) <= MAX_GAP_WORDS


# -- stems


def _share_stems(a: Outline, b: Outline) -> bool:
    (stems_a, rare_a), (stems_b, rare_b) = map(_stems, (a, b))
    pieces_a, pieces_b = cut_windows(stems_a), cut_windows(stems_b)
    weights = weigh(pieces_a, pieces_b)
    return any(
        match.stems >= RETOLD_STEMS and match.score >= RETOLD_SCORE - 1e-9
        for match in find_candidates(pieces_a, pieces_b, weights, RETOLD_STEMS, rare_a & rare_b)
    )


def _stems(text: Outline) -> tuple[list[str], set[str]]:
    """The stems of a text by name, "" for none; and those of a rare word."""
    names = [str(stem) if stem else "" for stem in (text.stems & ~IS_RARE_STEM).tolist()]
    return names, set(compress(names, (text.stems & IS_RARE_STEM).tolist()))


# -- letters


def _share_letters(a: Outline, b: Outline) -> bool:
    (codes_a, rare_a), (codes_b, rare_b) = map(_letters, (a, b))
    found = stretches(codes_a, codes_b)
    if any(s.length >= PROOF_LETTERS for s in found):
        return True
    return any(_is_close(chain, rare_a, rare_b) for chain in chains(found))


def _letters(text: Outline) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """The letters of a text, and which of them are of rare words."""
    tokens, rare = tokens_of(text)
    letters = "".join(tokens).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(letters, dtype=np.uint32), np.repeat(rare, list(map(len, tokens)))


def _is_close(chain: list[Stretch], rare_a: NDArray[np.bool_], rare_b: NDArray[np.bool_]) -> bool:
    """Whether a chain is long, close and telling, or was before it went on."""
    letters = rare = 0
    for count, s in enumerate(chain, 1):
        letters += s.length
        of_both = rare_a[s.a : s.a + s.length], rare_b[s.b : s.b + s.length]
        rare += min(int(np.count_nonzero(part)) for part in of_both)
        span = s.a + s.length - chain[0].a
        has_rare = rare >= RARE_LETTERS
        least = MIN_CHAIN_LETTERS if has_rare else PROOF_LETTERS
        density = LETTER_DENSITY if has_rare else PLAIN_DENSITY
        is_long = letters >= least and span >= PROOF_LETTERS
        if count >= MIN_STRETCHES and is_long and letters * density >= span:
            return True
    return False
