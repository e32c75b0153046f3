"""Passages that a cut or a few changed words set apart are told as one."""

from __future__ import annotations

import pytest
from hypothesis import given

from detector.align import align
from detector.gist import Gist
from detector.model import AlignedPassage, Kind, TokenRange
from detector.normalise import normalise
from detector.rewrite.bridge import bridge
from detector.rewrite.text import Text
from tests.detector.test_rewrite import WORDS, related_texts


def bridged(
    gap_a: int, gap_b: int, kinds: tuple[Kind, Kind], between: str = " "
) -> list[tuple[int, int, int, int]]:
    """Two passages of twenty words, so many other words after the first in each text; in ``b`` the
    second stands after ``between``."""
    a = " ".join([*WORDS[:20], *WORDS[100 : 100 + gap_a], *WORDS[20:40]])
    b = " ".join([*WORDS[:20], *WORDS[200 : 200 + gap_b]]) + between + " ".join(WORDS[20:40])
    passages = [
        AlignedPassage(
            TokenRange(at_a, at_a + 20),
            TokenRange(at_b, at_b + 20),
            kind,
            equal=20 if kind is Kind.VERBATIM else 16,
            longest=16,
            ratio=1.0 if kind is Kind.VERBATIM else 0.8,
            pairs=((at_a, at_b, 16, 16),),
        )
        for at_a, at_b, kind in ((0, 0, kinds[0]), (20 + gap_a, 20 + gap_b, kinds[1]))
    ]
    found = bridge(Text.of(Gist(normalise(a)), {}), Text.of(Gist(normalise(b)), {}), passages)
    return [(p.a.first, p.a.last, p.b.first, p.b.last) for p in found]


COPIED = (Kind.VERBATIM, Kind.VERBATIM)
EDITED = (Kind.VERBATIM, Kind.EDITED)


def test_a_few_changed_words_do_not_cut_a_copied_passage_in_two() -> None:
    assert bridged(1, 3, COPIED) == [(0, 41, 0, 43)]


def test_a_cut_between_copied_passages_stays_in_sight() -> None:
    assert bridged(0, 12, COPIED) == [(0, 20, 0, 20), (20, 40, 32, 52)]


def test_what_an_edited_summary_left_out_does_not_cut_it_in_two() -> None:
    assert bridged(0, 12, EDITED) == [(0, 40, 0, 52)]


def test_more_than_a_passage_left_out_cuts_even_an_edited_summary() -> None:
    assert len(bridged(0, 21, EDITED)) == 2


def test_own_words_in_both_texts_keep_passages_apart() -> None:
    assert len(bridged(8, 8, EDITED)) == 2


def test_copied_words_stay_apart_from_other_words_beside_them() -> None:
    assert len(bridged(0, 0, (Kind.VERBATIM, Kind.PARAPHRASE))) == 2


@pytest.mark.parametrize("between", [" “", "” ", " «", ' "'])
def test_a_quotation_stays_apart_from_the_prose_beside_it(between: str) -> None:
    assert len(bridged(1, 1, COPIED, between)) == 2


@given(related_texts())
def test_bridging_keeps_every_word_that_was_matched(texts: tuple[str, str]) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    proven = align(Gist(a), Gist(b))
    found = bridge(
        Text.of(Gist(a), proven.variants), Text.of(Gist(b), proven.variants), proven.passages
    )
    assert {run for p in proven.passages for run in p.pairs} <= {r for p in found for r in p.pairs}
    for p in set(found) - set(proven.passages):
        members = [m for m in proven.passages if is_inside(m, p)]
        assert p.equal >= sum(m.equal for m in members)
        assert is_in_order(p)


def is_inside(part: AlignedPassage, whole: AlignedPassage) -> bool:
    return set(part.pairs) <= set(whole.pairs)


def is_in_order(p: AlignedPassage) -> bool:
    """Whether the runs of a passage follow each other in both texts and lie inside it."""
    at_a, at_b = p.a.first, p.b.first
    for first_a, first_b, width_a, width_b in p.pairs:
        if first_a < at_a or first_b < at_b:
            return False
        at_a, at_b = first_a + width_a, first_b + width_b
    return at_a <= p.a.last and at_b <= p.b.last
