"""Measures, against counting characters and pairs one by one."""

from __future__ import annotations

import math
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.evaluate import (
    Score,
    SpanPair,
    macro_accuracy,
    passage_share,
    plagdet,
    rand_index,
    set_score,
)
from detector.model import Span
from tests import oracles


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


def ranges(pairs: list[SpanPair]) -> list[oracles.SpanPair]:
    return [(range(a.start, a.end), range(b.start, b.end)) for a, b in pairs]


text_pairs = st.lists(st.tuples(span_pairs, span_pairs), max_size=4)


@given(text_pairs)
def test_plagdet_is_that_of_counting_every_character(
    pairs: list[tuple[list[SpanPair], list[SpanPair]]],
) -> None:
    got = plagdet(pairs)
    assert (
        got.micro.precision,
        got.micro.recall,
        got.macro.precision,
        got.macro.recall,
        got.granularity,
    ) == pytest.approx(oracles.plagdet([(ranges(w), ranges(r)) for w, r in pairs]))


@given(text_pairs)
def test_what_is_wanted_itself_is_found_with_all_its_characters(
    pairs: list[tuple[list[SpanPair], list[SpanPair]]],
) -> None:
    got = plagdet((wanted, wanted) for wanted, _ in pairs)
    assert got.micro == got.macro == Score(1.0, 1.0)


def test_each_passage_counts_alike_in_macro_and_each_character_in_micro() -> None:
    wanted = pairs_of((0, 10, 0, 10), (20, 110, 20, 110))
    got = plagdet([(wanted, pairs_of((0, 10, 0, 10)))])
    assert (got.micro.recall, got.macro.recall) == (0.1, 0.5)


def test_reporting_in_pieces_costs() -> None:
    wanted = pairs_of((0, 9, 0, 9))
    thirds = pairs_of((0, 3, 0, 3), (3, 6, 3, 6), (6, 9, 6, 9))
    got = plagdet([(wanted, thirds)])
    assert got.granularity == 3
    assert got.micro_plagdet == got.macro_plagdet == pytest.approx(1 / math.log2(4))


def test_a_passage_in_the_wrong_pair_of_texts_is_no_find() -> None:
    spans_ = pairs_of((0, 5, 0, 5))
    got = plagdet([(spans_, []), ([], spans_)])
    assert got.micro == got.macro == Score(0.0, 0.0)
    assert got.micro_plagdet == 0


labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=14)


def clusters_of(labelling: list[int]) -> list[set[int]]:
    groups: dict[int, set[int]] = defaultdict(set)
    for thing, label in enumerate(labelling):
        groups[label].add(thing)
    return [group for group in groups.values() if len(group) > 1]


@given(labels)
def test_the_rand_index_is_that_of_looking_at_every_two(rows: list[tuple[int, int]]) -> None:
    one, other = [a for a, _ in rows], [b for _, b in rows]
    got = rand_index(clusters_of(one), clusters_of(other), len(rows))
    assert got == pytest.approx(oracles.rand_index(one, other))


def test_the_rand_index_of_a_known_table() -> None:
    # Labels [0, 0, 1, 1] and [0, 0, 1, 2]: 1 pair in common, 2 and 1 pairs, 6 in all.
    assert rand_index([{1, 2}, {3, 4}], [{1, 2}], items=4) == pytest.approx(4 / 7)


def test_a_rare_relation_counts_as_much_as_a_frequent_one() -> None:
    answers = [("syndicated", "syndicated")] * 9 + [("excerpt", "derived")]
    assert macro_accuracy(answers) == 0.5
    assert macro_accuracy([("excerpt", None)]) == 0


@given(st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_precision_one_way_is_recall_the_other_way(one: set[int], other: set[int]) -> None:
    there, back = set_score(one, other), set_score(other, one)
    assert (there.precision, there.recall) == (back.recall, back.precision)
    assert there.f1 == back.f1


def test_f1_lies_nearer_to_the_smaller() -> None:
    assert set_score({1, 2, 3, 4}, {1}).f1 == pytest.approx(0.4)
    assert set_score({1}, {2}).f1 == 0


def test_nothing_reported_is_not_wrong_but_finds_nothing() -> None:
    assert set_score({1}, set()) == Score(precision=1.0, recall=0.0)
    assert set_score(set(), set()).f1 == 1
