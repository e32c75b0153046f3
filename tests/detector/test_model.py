"""The nouns: spans that can be trusted, and answers that swap sides and change nothing else."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector import model
from detector.model import (
    AlignedPassage,
    Attribution,
    Basis,
    Comparison,
    Coverage,
    Credit,
    Direction,
    Document,
    Evidence,
    Kind,
    PairSide,
    Passage,
    Relation,
    Report,
    Role,
    Run,
    Searched,
    Severity,
    SourceShare,
    Span,
    TokenRange,
    Upstream,
    Verdict,
    as_it_is,
)
from detector.normalise import normalise

numbers = st.integers(0, 50)
spans = st.tuples(numbers, numbers).map(lambda pair: Span(min(pair), max(pair)))
names = st.text(st.characters(categories=["L"]), max_size=5)
evidence = st.builds(Evidence, names, st.floats(0, 1), names)
passages = st.builds(
    Passage,
    id=names, a=spans, b=spans, kind=st.sampled_from(Kind), basis=st.sampled_from(Basis),
    words=numbers, ratio=st.floats(0, 1), quoted_a=st.booleans(), quoted_b=st.booleans(),
    attributed=st.booleans(), quote_origin=st.none() | names,
    flags=st.lists(names, max_size=2).map(tuple),
)  # fmt: skip
directions = st.builds(
    Direction,
    source=st.sampled_from(["a", "b", None]), confidence=st.floats(0, 1),
    path=st.sampled_from(model.Path),
    upstream=st.none() | st.builds(Upstream, names, st.none() | names),
    evidence=st.lists(evidence, max_size=2).map(tuple),
)  # fmt: skip
token_ranges = st.builds(TokenRange, numbers, numbers)
aligned_passages = st.builds(
    AlignedPassage,
    a=token_ranges, b=token_ranges, kind=st.sampled_from(Kind), equal=numbers, longest=numbers,
    ratio=st.floats(0, 1),
    pairs=st.lists(st.tuples(numbers, numbers, numbers, numbers), max_size=3).map(tuple),
)  # fmt: skip
attributions = st.builds(
    Attribution, spans, names, st.sampled_from(Role), st.none() | names,
    st.lists(spans, max_size=2).map(tuple),
)  # fmt: skip
coverages = st.builds(
    Coverage, numbers, numbers, st.dictionaries(st.sampled_from(list(Kind)), numbers),
    st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
sentences = st.lists(st.builds(as_it_is, names), max_size=2).map(tuple)


@st.composite
def pair_sides(draw: st.DrawFn, id_: str) -> PairSide:
    # Two texts have two ids, and what stands in a text depends on nothing but the text.
    document = Document(id=id_, text=draw(names), title=draw(st.none() | names))
    cues = tuple(draw(st.lists(attributions, max_size=2)))
    return PairSide(document, draw(numbers), document.digest, draw(coverages), cues)


comparisons = st.builds(
    Comparison,
    a=pair_sides("one"), b=pair_sides("other"), relation=st.sampled_from(Relation),
    direction=directions,
    verdict=st.builds(Verdict, sentences, st.sampled_from(Severity), st.sampled_from(Credit)),
    passages=st.lists(passages, max_size=3).map(tuple), longest_words=numbers,
    reasons=sentences, truncated=st.booleans(),
)  # fmt: skip

# The release, and the paper that printed part of it: written by hand, every field filled.
RELEASE = PairSide(
    document=Document(
        id="release",
        text="Ostbridge will close its harbour for two years. Works begin in May.",
        title="Harbour to close",
        outlet="City of Ostbridge",
        published_at="2026-03-02T08:00:00Z",
    ),
    words=12,
    digest="0f" * 32,
    coverage=Coverage(8, 12, {"verbatim": 8}, 0.66666666, 0.0),
    attributions=(Attribution(Span(0, 9), "byline", Role.OUTLET, None),),
    flags=("possible_release",),
)
PAPER = PairSide(
    document=Document(
        id="paper", text="Ostbridge will close its harbour for two years, the city says."
    ),
    words=11,
    digest="a1" * 32,
    coverage=Coverage(8, 11, {"verbatim": 8}, 0.72727272, 0.0),
    attributions=(
        Attribution(Span(47, 61), "says", Role.TEXT, "City of Ostbridge", (Span(0, 46),)),
    ),
)  # fmt: skip
PAIR = Comparison(
    a=PAPER,
    b=RELEASE,
    relation=Relation.EXCERPT,
    direction=Direction(
        "b", 0.87654, model.Path.DIRECT, Upstream("City of Ostbridge", "release"),
        (Evidence("credit", 0.5, as_it_is("It says so.")),),
    ),
    verdict=Verdict(
        (as_it_is("paper prints 8 words of City of Ostbridge."),), Severity.NOTE, Credit.CREDITED
    ),
    passages=(
        Passage(
            id="p1", a=Span(0, 46), b=Span(0, 46), kind=Kind.VERBATIM, basis=Basis.DERIVATION,
            words=8, ratio=1.0, quoted_a=False, quoted_b=True, attributed=True,
            quote_origin="public", flags=("second_hand_quote",),
        ),
    ),
    longest_words=8,
    reasons=(as_it_is("8 words in a row agree."),),
)  # fmt: skip


# Spans


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (4, 3), (-2, -1)])
def test_a_span_that_is_none_cannot_be_made(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"not a span: {start}..{end}"):
        Span(start, end)


@given(st.text(max_size=50), spans)
def test_a_span_cuts_out_as_many_characters_as_it_says(text: str, span: Span) -> None:
    padded = text.ljust(50, ".")
    assert len(span.slice(padded)) == len(span) == span.end - span.start


@given(spans, spans)
def test_spans_overlap_and_contain_as_their_characters_do(one: Span, other: Span) -> None:
    ours, theirs = set(range(one.start, one.end)), set(range(other.start, other.end))
    if ours and theirs:
        assert one.overlaps(other) == other.overlaps(one) == bool(ours & theirs)
        assert one.contains(other) == (theirs <= ours)
    assert one.contains(one)


def test_spans_sort_by_their_start() -> None:
    assert sorted([Span(2, 3), Span(0, 9), Span(0, 1)]) == [Span(0, 1), Span(0, 9), Span(2, 3)]


def test_words_of_a_text_have_one_span_from_the_first_to_the_last() -> None:
    normal = normalise("The old, old harbour!")
    assert normal.span(1, 4).slice(normal.text) == "old, old harbour"
    assert [normal.span(i, i + 1).slice(normal.text) for i in range(len(normal))] == [
        "The", "old", "old", "harbour",
    ]  # fmt: skip


@pytest.mark.parametrize(("first", "last"), [(0, 0), (2, 2), (3, 1), (-1, 1)])
def test_no_words_have_no_span(first: int, last: int) -> None:
    with pytest.raises(ValueError, match=f"not a range of tokens: {first}..{last}"):
        normalise("The old harbour").span(first, last)


# Documents and words for people


def test_a_digest_is_the_sha256_of_the_text_as_given() -> None:
    text = "Порт\r\nclosed\0 🙂"
    assert Document("x", text).digest == hashlib.sha256(text.encode()).hexdigest()
    assert len(Document("x", "\ud800").digest) == 64


def test_a_text_is_called_by_its_outlet_else_by_its_id() -> None:
    assert Document("x", "", outlet="Ostbridge Post").name == "Ostbridge Post"
    assert Document("x", "").name == "x"


def test_nouns_cannot_be_changed() -> None:
    nouns: list[Any] = [Span(0, 1), Document("x", ""), PAIR, PAIR.passages[0], PAIR.direction]
    for noun in nouns:
        field = dataclasses.fields(noun)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(noun, field, None)


def test_every_relation_has_the_label_of_the_contract() -> None:
    assert {relation.value: relation.label for relation in Relation} == {
        "independent": "No shared text found",
        "incidental": "Stock phrases only",
        "shared_quotes": "Shared quotations",
        "derived": "Summary or rewrite",
        "excerpt": "Excerpt",
        "revision": "Revision",
        "syndicated": "Reprint",
        "identical": "Same text",
    }


def test_only_relations_that_mean_copying_say_so() -> None:
    assert [relation.value for relation in Relation if not relation.is_copying] == [
        "independent", "incidental", "shared_quotes",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (Kind, "verbatim edited paraphrase translation"),
        (Basis, "derivation shared_quote boilerplate incidental"),
        (model.Path, "direct through_other common_upstream unknown"),
        (Severity, "none note review alert"),
        (Credit, "credited partly uncredited wrong_source not_needed"),
        (Role, "text photo person outlet"),
    ],
)
def test_words_are_those_of_the_contract(words: Any, values: str) -> None:
    assert [word.value for word in words] == values.split()


# Swapping the two texts


@given(st.one_of(passages, aligned_passages, directions, comparisons))
def test_swapping_twice_gives_back_the_same(noun: Any) -> None:
    assert noun.flip().flip() == noun


def test_a_swapped_passage_swaps_places_and_quotation_marks_only() -> None:
    (passage,) = PAIR.passages
    moved = dataclasses.replace(passage, a=Span(3, 5))
    expected = dataclasses.replace(moved, a=passage.b, b=Span(3, 5), quoted_a=True, quoted_b=False)
    assert moved.flip() == expected


def test_a_swapped_alignment_swaps_every_matching_run() -> None:
    passage = AlignedPassage(
        TokenRange(0, 5), TokenRange(7, 13), Kind.EDITED, 4, 3, 0.73, ((0, 7, 3, 3), (4, 11, 1, 2))
    )
    expected = AlignedPassage(
        TokenRange(7, 13), TokenRange(0, 5), Kind.EDITED, 4, 3, 0.73, ((7, 0, 3, 3), (11, 4, 2, 1))
    )
    assert passage.flip() == expected


@pytest.mark.parametrize(("source", "swapped"), [("a", "b"), ("b", "a"), (None, None)])
def test_a_swapped_direction_comes_from_the_other_side(source: Any, swapped: Any) -> None:
    direction = dataclasses.replace(PAIR.direction, source=source)
    assert direction.flip() == dataclasses.replace(direction, source=swapped)


def with_sides_swapped(pair: dict[str, Any]) -> dict[str, Any]:
    """The pair object with a and b exchanged by hand, and nothing else."""
    other = {"a": "b", "b": "a", None: None}

    def exchange(both: dict[str, Any]) -> dict[str, Any]:
        return {**both, "a": both["b"], "b": both["a"]}

    pair = exchange(pair)
    pair["direction"] = {**pair["direction"], "from": other[pair["direction"]["from"]]}
    for key in ("coverage", "coverage_detail"):
        pair[key] = exchange(pair[key])
    pair["passages"] = [exchange({**p, "quoted": exchange(p["quoted"])}) for p in pair["passages"]]
    pair["attribution"] = [{**cue, "in": other[cue["in"]]} for cue in pair["attribution"]]
    return pair


@given(comparisons)
def test_swapping_the_texts_swaps_a_and_b_and_changes_nothing_else(pair: Comparison) -> None:
    # As text, so that the order of keys and entries counts.
    assert json.dumps(pair.flip().to_dict()) == json.dumps(with_sides_swapped(pair.to_dict()))


# What programs read


def test_a_pair_object_is_the_contracts_word_for_word() -> None:
    expected = {
        "a": {
            "id": "paper", "title": None, "outlet": None, "published_at": None, "words": 11,
            "digest": "a1" * 32, "flags": [],
        },
        "b": {
            "id": "release", "title": "Harbour to close", "outlet": "City of Ostbridge",
            "published_at": "2026-03-02T08:00:00Z", "words": 12, "digest": "0f" * 32,
            "flags": ["possible_release"],
        },
        "relation": "excerpt",
        "direction": {
            "from": "b", "confidence": 0.877, "path": "direct",
            "upstream": {"name": "City of Ostbridge", "id": "release"},
            "evidence": [{"type": "credit", "weight": 0.5, "detail": "It says so."}],
        },
        "verdict": {
            "sentence": "paper prints 8 words of City of Ostbridge.", "severity": "note",
            "credit": "credited",
        },
        "coverage": {"a": 0.7273, "b": 0.6667},
        "coverage_detail": {
            "a": {
                "words": 8, "of_words": 11, "by_kind": {"verbatim": 8}, "outside_quotes": 0.7273,
                "unattributed": 0.0,
            },
            "b": {
                "words": 8, "of_words": 12, "by_kind": {"verbatim": 8}, "outside_quotes": 0.6667,
                "unattributed": 0.0,
            },
        },
        "longest_words": 8,
        "passages": [
            {
                "id": "p1", "a": {"start": 0, "end": 46}, "b": {"start": 0, "end": 46},
                "kind": "verbatim", "basis": "derivation", "words": 8, "ratio": 1.0,
                "quoted": {"a": False, "b": True}, "attributed": True, "quote_origin": "public",
                "flags": ["second_hand_quote"],
            },
        ],
        "attribution": [
            {
                "in": "b", "start": 0, "end": 9, "type": "byline", "role": "outlet",
                "source": None, "covers": [],
            },
            {
                "in": "a", "start": 47, "end": 61, "type": "says", "role": "text",
                "source": "City of Ostbridge", "covers": [{"start": 0, "end": 46}],
            },
        ],
        "explain": ["8 words in a row agree."],
        "fidelity": {"quotations": [], "statements": []},
        "credit_line": None,
    }  # fmt: skip
    # As text, so that the order of keys counts.
    assert json.dumps(PAIR.to_dict(), indent=1) == json.dumps(expected, indent=1)


def test_a_direction_that_nobody_knows_says_null() -> None:
    unknown = Direction(None, 0.0, model.Path.UNKNOWN).to_dict()
    assert (unknown["from"], unknown["upstream"], unknown["evidence"]) == (None, None, [])


def test_coverage_of_a_text_without_words_of_its_own_is_nothing() -> None:
    assert Coverage(0, 0, {}, 0.0, 0.0).share == 0.0


def test_stronger_relations_come_first_then_more_derived_words() -> None:
    def pair(relation: Relation, words: int) -> Comparison:
        side = dataclasses.replace(PAPER, coverage=Coverage(words, 10**7, {}, 0.0, 0.0))
        return dataclasses.replace(PAIR, a=side, relation=relation)

    weakest_first = [
        pair(relation, words) for relation in Relation for words in (10, 50, 5_000_000)
    ]
    assert sorted(weakest_first, key=lambda p: p.weight) == weakest_first


def test_a_report_has_the_contracts_keys_in_its_order() -> None:
    report = Report(
        document=PAPER,
        verdict=PAIR.verdict,
        coverage=0.727272,
        sources=(SourceShare("release", 0.727272, 0.5),),
        matches=(PAIR,),
        total=1,
        searched=Searched(4, 2, "2026-03-01", None),
        truncated=False,
        run=Run("0.1.0", "5e", "57", 4, None),
    ).to_dict()
    assert list(report) == (
        "document verdict coverage sources matches total next searched not_searched checked "
        "truncated run".split()
    )
    assert report["document"] == PAPER.to_dict()
    assert report["sources"] == [{"id": "release", "share": 0.7273, "exclusive_share": 0.5}]
    assert report["matches"] == [PAIR.to_dict()]
    assert report["searched"] == {
        "documents": 4, "outlets": 2, "from": "2026-03-01", "to": None,
    }  # fmt: skip
    assert report["not_searched"] == ["the web"]
    assert report["checked"] == {"paraphrase": True, "translation": False}
    assert list(report["run"]) == "version settings_digest stats_digest corpus_size at".split()


def test_a_stated_time_is_read_with_its_zone_and_nonsense_as_none() -> None:
    def moment(stated: str | None) -> float | None:
        return Document(id="x", text="x", published_at=stated).moment

    late, early = moment("2026-03-02T00:30:00+02:00"), moment("2026-03-01T23:00:00Z")
    assert late is not None
    assert early is not None
    assert late < early
    assert moment("2026-03-01") == moment("2026-03-01T00:00:00Z")
    for stated in (None, "", "last week", "2026-13-01"):
        assert moment(stated) is None
