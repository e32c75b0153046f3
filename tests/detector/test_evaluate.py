"""Scores of reported passages, against counting characters one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.evaluate import SpanPair, passage_share
from detector.model import Span


def pairs_of(*rows: tuple[int, int, int, int]) -> list[SpanPair]:
    return [(Span(*row[:2]), Span(*row[2:])) for row in rows]


spans = st.tuples(st.integers(0, 30), st.integers(1, 12)).map(lambda s: Span(s[0], sum(s)))
span_pairs = st.lists(st.tuples(spans, spans), max_size=5)


def counted(wanted: list[SpanPair], given_: list[SpanPair]) -> float:
    total = found = 0
    for a, b in wanted:
        hits = [
            (x, y)
            for x, y in given_
            if set(range(x.start, x.end)) & set(range(a.start, a.end))
            and set(range(y.start, y.end)) & set(range(b.start, b.end))
        ]
        for part, side in ((a, 0), (b, 1)):
            for place in range(part.start, part.end):
                total += 1
                found += any(hit[side].start <= place < hit[side].end for hit in hits)
    return found / total if total else 1.0


@given(span_pairs, span_pairs)
def test_the_share_is_that_of_counting_every_character(
    wanted: list[SpanPair], reported: list[SpanPair]
) -> None:
    assert passage_share(wanted, reported) == pytest.approx(counted(wanted, reported))


@given(span_pairs)
def test_reporting_exactly_what_is_wanted_finds_all_of_it(wanted: list[SpanPair]) -> None:
    assert passage_share(wanted, wanted) == 1


@given(span_pairs, span_pairs, span_pairs)
def test_reporting_more_never_finds_less(
    wanted: list[SpanPair], reported: list[SpanPair], more: list[SpanPair]
) -> None:
    assert passage_share(wanted, reported + more) >= passage_share(wanted, reported)


@given(span_pairs, span_pairs)
def test_the_order_of_passages_changes_nothing(
    wanted: list[SpanPair], reported: list[SpanPair]
) -> None:
    backwards = passage_share(wanted[::-1], reported[::-1])
    assert backwards == passage_share(wanted, reported)


@given(span_pairs, span_pairs)
def test_swapping_the_texts_changes_nothing(
    wanted: list[SpanPair], reported: list[SpanPair]
) -> None:
    def swapped(pairs: list[SpanPair]) -> list[SpanPair]:
        return [(b, a) for a, b in pairs]

    assert passage_share(swapped(wanted), swapped(reported)) == passage_share(wanted, reported)


def test_nothing_wanted_is_all_found_and_nothing_reported_finds_nothing() -> None:
    assert passage_share([], []) == 1
    assert passage_share([], pairs_of((0, 5, 0, 5))) == 1
    assert passage_share(pairs_of((0, 5, 0, 5)), []) == 0


def test_a_passage_counts_only_with_both_of_its_offsets() -> None:
    wanted = pairs_of((0, 10, 50, 60))
    assert passage_share(wanted, pairs_of((0, 10, 0, 10))) == 0
    assert passage_share(wanted, pairs_of((0, 10, 0, 10), (70, 80, 50, 60))) == 0
    assert passage_share(wanted, pairs_of((0, 10, 59, 70))) == pytest.approx(11 / 20)


def test_a_passage_in_fragments_counts_in_full() -> None:
    wanted = pairs_of((0, 10, 50, 60))
    assert passage_share(wanted, pairs_of((0, 5, 50, 55), (5, 10, 55, 60))) == 1
