"""Words that many texts have without taking them from each other: formulas, forms, common words."""

from __future__ import annotations

import numpy as np

from detector.classify.side import Side, count, share_of_both, shared
from detector.model import AlignedPassage, TokenRange

COMMON_SHARE = 0.5
COMMON_DOCUMENTS = 4
FORMULA_WORDS = 60
MIN_FACTS = 4
POPULAR_SHARE = 0.5
OWN_NAMES = 2
SLOT_WORDS = 40
FORM_RATIO = 0.7
FORM_WORDS = 150
"""No form is longer: what differs in a longer text that is otherwise the same was corrected."""
NAME_CHARS = 3
FORM_NUMBERS = 4
KEPT_NUMBERS = 0.5
KEPT_FACTS = 3
BULLETIN_SHARE = 0.5
BULLETIN_WORDS = 50
SHORT_WORDS = 40
LOOSE_RATIO = 0.6
LONG_RUN_WORDS = 16
RARE_WORDS = 2


def is_common(a: Side, b: Side, passage: AlignedPassage) -> bool:
    """Many other documents have the words: a formula, unless what stands around them is as common.
    Where nothing stands around, a story that many reprinted is known by its names, which are as
    common as the words: no more and no less."""
    if len(passage.a) > FORMULA_WORDS:
        return False
    runs = a.marks.run_frequency[passage.a.first : passage.a.last]
    if count(runs >= COMMON_DOCUMENTS) < COMMON_SHARE * len(runs):
        return False
    around = [side for side in (_around(a, passage.a), _around(b, passage.b)) if side is not None]
    if around:
        return not any(around)
    frequency = float(np.median(runs))
    own = {
        a.normal.tokens[i]
        for first, _, width, _ in passage.pairs
        for i in range(first, first + width)
        if a.marks.fact[i] and a.marks.word_frequency[i] <= frequency + 2
    }
    return len(own) < OWN_NAMES


def _around(side: Side, passage: TokenRange) -> bool | None:
    """Whether the rest of a text is as common, its names and numbers too: a story that many
    reprinted. Around a formula or a footer every text tells something of its own. None where the
    rest is too little to say."""
    runs = side.marks.run_frequency[passage.first : passage.last]
    facts = side.marks.fact[passage.first : passage.last]
    every = side.fact_frequencies
    total = len(every) - count(facts)
    if total < MIN_FACTS:
        return None
    least = max(2, float(np.median(runs)) / 2)
    common = len(every) - int(every.searchsorted(least)) - count(facts & (runs >= least))
    return common >= POPULAR_SHARE * total


def is_formula(a: Side, b: Side, passage: AlignedPassage) -> bool:
    """A form with other facts in its slots: filings, dividends, bond terms. Who copies a story
    keeps its names and numbers; who fills in the same form does not."""
    if max(len(passage.a), len(passage.b)) > FORM_WORDS and passage.closeness >= FORM_RATIO:
        return False
    if _has_other_numbers(a, b, passage):
        return True
    rewordings = 0
    filled = set()
    for before, after in zip(passage.pairs, passage.pairs[1:], strict=False):
        places = (before[0] + before[2], after[0]), (before[1] + before[3], after[1])
        if any(first >= last for first, last in places):
            continue  # a slot has words in both
        gap_a, gap_b = _facts(a, *places[0]), _facts(b, *places[1])
        common = gap_a & gap_b if passage.closeness < FORM_RATIO else frozenset()
        if gap_a - gap_b and gap_b - gap_a and not common:
            filled.add((gap_a - gap_b, gap_b - gap_a))  # a name changed throughout is one
        rewordings += _has_plain_words(a, *places[0]) and _has_plain_words(b, *places[1])
    if not filled:
        return False
    slots = len(filled)
    kept = shared(a, passage, a.rare_facts)
    words = max(len(passage.a), len(passage.b))
    if not kept and slots * BULLETIN_WORDS >= words and _is_bulletin(a, b, passage):
        return True
    if slots * SLOT_WORDS < words or slots <= rewordings:
        return False
    return kept < KEPT_FACTS * slots


def _is_bulletin(a: Side, b: Side, passage: AlignedPassage) -> bool:
    """Whether a passage is most of two texts of a known corpus: where none of its rare names and
    numbers is left, both are issues of one bulletin."""
    is_most = share_of_both(a, b, passage) >= BULLETIN_SHARE
    return is_most and a.is_of_corpus


def _has_other_numbers(a: Side, b: Side, passage: AlignedPassage) -> bool:
    """Whether most numbers of a passage are others in the other text: who tells a story again keeps
    its numbers, who fills in a form has none of them."""
    kept = shared(a, passage, a.marks.number)
    total = max(
        count(a.marks.number[passage.a.first : passage.a.last]),
        count(b.marks.number[passage.b.first : passage.b.last]),
    )
    is_short = max(len(passage.a), len(passage.b)) <= FORM_WORDS
    return is_short and total >= FORM_NUMBERS and kept < KEPT_NUMBERS * total


def _has_plain_words(side: Side, first: int, last: int) -> bool:
    """Whether some tokens carry news and are neither names nor numbers: who fills in a form leaves
    such words as they are."""
    return bool(side.plain[first:last].any())


def is_unremarkable(a: Side, passage: AlignedPassage) -> bool:
    """A short passage without a word that sets its story apart from the rest of the corpus."""
    is_short = len(passage.a) < SHORT_WORDS or passage.closeness < LOOSE_RATIO
    if not is_short or not a.is_of_corpus:
        return False
    rare = shared(a, passage, a.rare_news)
    runs = a.marks.run_frequency[passage.a.first : passage.a.last]
    if int(runs.max()) >= COMMON_DOCUMENTS:
        return rare < RARE_WORDS
    return rare == 0 and passage.longest < LONG_RUN_WORDS


def has_rare_words(a: Side, passage: AlignedPassage) -> bool:
    """Whether some words of a passage set its story apart, as far as the corpus is known."""
    return shared(a, passage, a.rare_news) >= RARE_WORDS


def _facts(side: Side, first: int, last: int) -> frozenset[str]:
    """The names and numbers among some tokens. A name counts by its first letters: a case ending
    or a corrected spelling makes no other name."""
    facts = np.flatnonzero(side.marks.fact[first:last]) + first
    tokens = [side.normal.tokens[i] for i in facts.tolist()]
    return frozenset(t if t.isdigit() else t[:NAME_CHARS] for t in tokens)
