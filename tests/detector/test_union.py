"""Many matches of one text: what its sources give it together, in numbers and in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.model import (
    Basis,
    Comparison,
    Coverage,
    Credit,
    Direction,
    Document,
    Kind,
    PairSide,
    Passage,
    Path,
    Reading,
    Relation,
    Searched,
    Severity,
    Side,
    TokenRange,
    Upstream,
    Verdict,
    as_it_is,
    ranges_of,
)
from detector.pipeline import read
from detector.union import report_verdict, unite

WORDS = [f"word{i}" for i in range(100)]
TEXT = " ".join(WORDS)
MINE = Document(id="mine.txt", text=TEXT, outlet="The Dale Echo")
READING = read(MINE)

Places = Sequence[tuple[int, int]]
SIDES: list[Side | None] = ["a", "b", None]


def match(
    name: str | Document,
    places: Places = (),
    relation: Relation = Relation.EXCERPT,
    source: Side | None = "b",
    *,
    basis: Basis = Basis.DERIVATION,
    attributed: bool = False,
    severity: Severity = Severity.REVIEW,
    credit: Credit = Credit.UNCREDITED,
    upstream: Upstream | None = None,
    reading: Reading = READING,
) -> Comparison:
    """The answer about the checked text and another: the words in which they agree."""
    other = Document(id=name, text=name) if isinstance(name, str) else name
    taken = {word for first, last in places for word in range(first, last)}
    cover = Coverage(len(taken), 100, {}, 0.0, 0.1)
    passages = []
    for first, last in places:
        span = reading.normal.span(first, last)
        passages.append(
            Passage(
                f"{first}", span, span, Kind.VERBATIM, basis, last - first, 1.0,
                False, False, attributed, None,
            )
        )  # fmt: skip
    return Comparison(
        PairSide(reading.document, 100, reading.document.digest, cover, ()),
        PairSide(other, 100, other.digest, cover, ()),
        relation,
        Direction(source, 0.9 if source else 0.0, Path.UNKNOWN, upstream),
        Verdict((as_it_is(f"The pair with {other.id}."),), severity, credit),
        tuple(passages),
        10,
        (),
    )


def shares(matches: Sequence[Comparison], reading: Reading = READING) -> dict[str, float]:
    return {s.id: round(s.share, 4) for s in unite(reading, matches)[2]}


def exclusive(matches: Sequence[Comparison]) -> dict[str, float]:
    return {s.id: round(s.exclusive_share, 4) for s in unite(READING, matches)[2]}


# Shares


def test_no_match_gives_nothing() -> None:
    card, share, sources = unite(READING, [])
    assert (share, sources) == (0, ())
    assert (card.words, card.coverage.words, card.coverage.of_words) == (100, 0, 100)
    assert (card.document, card.digest) == (MINE, MINE.digest)


def test_one_source_gives_the_words_that_were_taken_from_it() -> None:
    card, share, _ = unite(READING, [match("a", [(10, 30), (50, 60)])])
    assert share == 0.3
    assert card.coverage.words == 30
    assert shares([match("a", [(10, 30), (50, 60)])]) == {"a": 0.3}


places = st.lists(
    st.tuples(st.integers(0, 99), st.integers(1, 40)).map(lambda p: (p[0], min(100, sum(p)))),
    max_size=4,
)
many_matches = st.lists(
    st.tuples(places, st.sampled_from(list(Relation)), st.sampled_from(SIDES)), max_size=6
).map(lambda rows: [match(f"s{i}", *row) for i, row in enumerate(rows)])


def naively(
    matches: Sequence[Comparison], lost: Sequence[Sequence[TokenRange]]
) -> tuple[int, int, dict[str, int]]:
    """Covered words, own words and the words of each source, word by word."""
    giving = [
        (m, {w for one in left for w in range(one.first, one.last)})
        for m, left in zip(matches, lost, strict=True)
        if m.relation.is_copying and m.direction.source != "a"
    ]
    shares = {m.b.document.id: 0 for m, _ in giving}
    own = 0
    for word in range(len(READING.normal)):
        place = READING.normal.span(word, word + 1)
        claims = [
            (-p.words, m.b.document.id)
            for m, left in giving
            for p in m.passages
            if p.a.contains(place) and word not in left
        ]
        own += not giving or any(word not in left for _, left in giving)
        if claims:
            shares[min(claims)[1]] += 1
    return sum(shares.values()), own, shares


left_out = st.lists(st.booleans(), min_size=100, max_size=100).map(
    lambda marks: ranges_of(np.array(marks))
)


@given(many_matches, st.data())
def test_words_left_out_are_in_no_share_of_a_report(
    matches: list[Comparison], data: st.DataObject
) -> None:
    lost = [data.draw(left_out) for _ in matches]
    card, _, sources = unite(READING, matches, lost)
    words, own, each = naively(matches, lost)
    assert (card.coverage.words, card.coverage.of_words) == (words, own)
    assert {s.id: round(s.share * max(own, 1)) for s in sources} == each


@given(many_matches)
def test_shares_add_up_to_the_coverage(matches: list[Comparison]) -> None:
    card, share, sources = unite(READING, matches)
    assert sum(s.share for s in sources) == pytest.approx(share)
    assert share == pytest.approx(card.coverage.share)
    assert 0 <= share <= 1
    assert sum(s.exclusive_share for s in sources) <= share + 1e-9
    assert all(0 <= s.exclusive_share <= 1 for s in sources)
    assert card.coverage.unattributed <= share + 1e-9


@given(many_matches)
def test_every_word_counts_once_for_the_longest_passage_then_the_smallest_id(
    matches: list[Comparison],
) -> None:
    giving = [m for m in matches if m.relation.is_copying and m.direction.source != "a"]
    counts = {m.b.document.id: 0 for m in giving}
    alone = dict(counts)
    for word in range(100):
        place = READING.normal.span(word, word + 1)
        claims = [
            (-p.words, m.b.document.id) for m in giving for p in m.passages if p.a.contains(place)
        ]
        if claims:
            counts[min(claims)[1]] += 1
        if len({name for _, name in claims}) == 1:
            alone[claims[0][1]] += 1
    assert shares(matches) == {name: count / 100 for name, count in counts.items()}
    assert exclusive(matches) == {name: count / 100 for name, count in alone.items()}


@given(many_matches, st.randoms())
def test_the_order_of_the_matches_changes_nothing(matches, rng) -> None:
    assert unite(READING, rng.sample(matches, len(matches))) == unite(READING, matches)


def test_sources_come_largest_first() -> None:
    matches = [match("a", [(0, 5)]), match("c", [(20, 60)]), match("b", [(70, 75)])]
    assert list(shares(matches)) == ["c", "a", "b"]


def test_words_that_two_sources_have_are_exclusive_to_none() -> None:
    matches = [match("a", [(0, 20)]), match("b", [(10, 40)])]
    assert shares(matches) == {"a": 0.1, "b": 0.3}
    assert exclusive(matches) == {"a": 0.1, "b": 0.2}


def test_a_source_all_of_whose_words_another_gives_is_still_listed() -> None:
    matches = [match("a", [(0, 40)]), match("b", [(10, 20)])]
    assert shares(matches) == {"a": 0.4, "b": 0}


def test_a_text_that_took_from_the_checked_one_is_no_source() -> None:
    matches = [match("taker", [(0, 40)], source="a"), match("giver", [(10, 20)])]
    assert shares(matches) == {"giver": 0.1}
    assert exclusive(matches) == {"giver": 0.1}


def test_a_text_whose_direction_nobody_knows_counts_as_a_source() -> None:
    assert shares([match("a", [(0, 40)], source=None)]) == {"a": 0.4}


def test_a_text_that_took_from_the_same_third_text_is_no_source() -> None:
    wire = match("wire", [(0, 40)])
    sibling = match("sibling", [(0, 45)], source=None, upstream=Upstream("Wire", "wire"))
    assert shares([wire, sibling]) == {"wire": 0.4}
    absent = match("sibling", [(0, 45)], source=None, upstream=Upstream("Wire"))
    assert shares([absent]) == {"sibling": 0.45}


@pytest.mark.parametrize("basis", [b for b in Basis if b is not Basis.DERIVATION])
def test_quotations_and_phrases_give_nothing(basis: Basis) -> None:
    assert shares([match("a", [(0, 40)], basis=basis)]) == {"a": 0}


def test_captions_and_footers_are_in_no_share() -> None:
    text = f"{' '.join(WORDS[:40]).capitalize()}.\n\n© 2026 The Dale Echo. All rights reserved."
    reading = read(Document(id="mine", text=text))
    assert reading.furniture
    card, share, _ = unite(reading, [match("a", [(20, 45)], reading=reading)])
    assert (card.coverage.words, card.coverage.of_words) == (20, 40)
    assert share == 0.5


def test_words_under_a_credit_in_any_match_are_credited() -> None:
    matches = [
        match("a", [(0, 30)]),
        match("b", [(20, 30), (40, 50)], attributed=True),
    ]
    card, _, _ = unite(READING, matches)
    assert card.coverage.unattributed == pytest.approx(0.2)
    quote = match("c", [(0, 20)], basis=Basis.SHARED_QUOTE, attributed=True)
    card, _, _ = unite(READING, [*matches, quote])
    assert card.coverage.unattributed == pytest.approx(0.2)


# The sentence

SEARCHED = Searched(12, 3, None, None)


def verdict_of(matches: Sequence[Comparison], searched: Searched = SEARCHED) -> Verdict:
    card, share, sources = unite(READING, matches)
    return report_verdict(card, share, sources, matches, searched)


def told(verdict: Verdict) -> tuple[str, Severity, Credit]:
    return verdict.sentence, verdict.severity, verdict.credit


def test_nothing_found_says_where_it_looked() -> None:
    assert told(verdict_of([])) == (
        "No shared text found between The Dale Echo and the 12 documents searched. The web was not "
        "searched.",
        Severity.NONE,
        Credit.NOT_NEEDED,
    )


def test_one_document_searched_is_not_called_documents() -> None:
    sentence = verdict_of([], Searched(1, 1, None, None)).sentence
    assert "the 1 document searched." in sentence


def test_a_shared_exclusive_without_credit_is_to_be_reviewed() -> None:
    quotes = match("a", [(0, 20)], Relation.SHARED_QUOTES, None, basis=Basis.SHARED_QUOTE)
    assert verdict_of([quotes]).severity is Severity.REVIEW
    assert verdict_of([quotes]).credit is Credit.UNCREDITED


def test_shared_quotations_are_no_copying() -> None:
    fine: dict[str, Any] = {"severity": Severity.NONE, "credit": Credit.NOT_NEEDED}
    quotes = match("a", [(0, 20)], Relation.SHARED_QUOTES, None, basis=Basis.SHARED_QUOTE, **fine)
    phrases = match("b", [(30, 36)], Relation.INCIDENTAL, None, basis=Basis.INCIDENTAL, **fine)
    assert told(verdict_of([quotes, phrases])) == (
        "No copying found in The Dale Echo. It shares quotations, stock phrases or boilerplate "
        "with 2 of the 12 documents searched. The web was not searched.",
        Severity.NONE,
        Credit.NOT_NEEDED,
    )


def test_one_source_is_told_as_the_pair_tells_it() -> None:
    quotes = match("a", [(0, 20)], Relation.SHARED_QUOTES, None, basis=Basis.SHARED_QUOTE)
    assert told(verdict_of([match("wire", [(10, 40)]), quotes])) == (
        "The pair with wire. The web was not searched.",
        Severity.REVIEW,
        Credit.UNCREDITED,
    )


def test_one_source_is_told_and_not_who_took_from_the_text() -> None:
    taker = match("taker", [(0, 90)], source="a", severity=Severity.ALERT)
    assert told(verdict_of([taker, match("wire", [(10, 40)])])) == (
        "The pair with wire. The web was not searched.",
        Severity.REVIEW,
        Credit.UNCREDITED,
    )


def test_many_sources_are_counted_and_the_largest_is_named_by_its_outlet() -> None:
    wire = Document(id="w/1.txt", text="x", outlet="Northern Wire")
    matches = [match(wire, [(10, 60)]), match("b", [(70, 90)], attributed=True)]
    assert verdict_of(matches).sentence == (
        "About 70 of the 100 words of The Dale Echo (70 %) are also in 2 of the 12 documents "
        "searched, most of them in Northern Wire. About 50 of them stand without credit. The web "
        "was not searched."
    )


def test_most_is_only_said_of_more_than_half() -> None:
    matches = [match("a", [(0, 20)]), match("b", [(30, 49)]), match("c", [(60, 79)])]
    sentence = verdict_of(matches).sentence
    assert "most of them" not in sentence
    assert "the largest part of them in a." in sentence


def test_the_largest_source_is_the_one_that_has_most_words_whoever_they_are_counted_for() -> None:
    matches = [match("a", [(0, 30)]), match("b", [(0, 29), (40, 60)])]
    assert shares(matches) == {"a": 0.3, "b": 0.2}
    assert "most of them in b." in verdict_of(matches).sentence


def test_small_numbers_are_given_as_they_are() -> None:
    sentence = verdict_of([match("a", [(0, 7)]), match("b", [(50, 55)])]).sentence
    assert sentence.startswith("12 of the 100 words of The Dale Echo (12 %)")
    assert "All of them stand without credit." in sentence


def test_sources_that_are_all_credited_are_a_note() -> None:
    matches = [match(name, [(i, i + 30)], attributed=True) for i, name in enumerate("ab")]
    verdict = verdict_of(matches)
    assert "All of them stand under a credit." in verdict.sentence
    assert verdict.severity is Severity.NOTE


def test_a_source_is_counted_even_if_another_has_all_of_its_words() -> None:
    matches = [match(name, [(0, 50)]) for name in "abc"]
    sentence = verdict_of(matches).sentence
    assert "are also in 3 of the 12 documents searched, all of them in a." in sentence


def test_a_text_that_others_took_from_comes_from_none() -> None:
    matches = [match(name, [(0, 50)], source="a") for name in "ab"]
    verdict = verdict_of(matches)
    assert verdict.sentence == (
        "The Dale Echo shares text with 2 of the 12 documents searched and seems to come from "
        "none. The web was not searched."
    )
    assert (verdict.severity, verdict.credit) == (Severity.NOTE, Credit.NOT_NEEDED)


def test_severity_is_the_worst_of_the_sources() -> None:
    matches = [
        match("a", [(0, 30)], severity=Severity.NOTE),
        match("b", [(40, 70)], severity=Severity.ALERT),
        match("c", [(80, 90)], Relation.SHARED_QUOTES, None, severity=Severity.NONE),
    ]
    assert verdict_of(matches).severity is Severity.ALERT


@pytest.mark.parametrize(
    ("credits", "together"),
    [
        ([Credit.CREDITED, Credit.CREDITED], Credit.CREDITED),
        ([Credit.UNCREDITED, Credit.UNCREDITED], Credit.UNCREDITED),
        ([Credit.CREDITED, Credit.UNCREDITED], Credit.PARTLY),
        ([Credit.CREDITED, Credit.NOT_NEEDED], Credit.CREDITED),
        ([Credit.NOT_NEEDED, Credit.NOT_NEEDED], Credit.NOT_NEEDED),
    ],
)
def test_the_credit_of_all_sources_is_one_word(credits: list[Credit], together: Credit) -> None:
    matches = [match(f"{i}", [(i, i + 30)], credit=c) for i, c in enumerate(credits)]
    assert verdict_of(matches).credit is together


@given(many_matches)
def test_any_verdict_says_what_was_not_searched_and_accuses_nobody(matches) -> None:
    sentence = verdict_of(matches).sentence
    assert sentence.endswith("The web was not searched.")
    for word in ("plagiar", "theft", "stole", "independent"):
        assert word not in sentence.lower()
