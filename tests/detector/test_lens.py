"""What of an answer is shown and counted, as the desk, a wire service or a reader asks for it."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import lru_cache
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.corpus import Corpus
from detector.folding import fold_document
from detector.lens import look, look_at_matches, lost_words, narrow
from detector.model import (
    Basis,
    Comparison,
    Document,
    Kind,
    Relation,
    Severity,
    TokenRange,
    mask_of,
    ranges_of,
)
from detector.normalise import tokens_of
from detector.pipeline import compare
from detector.settings import DEFAULT, Settings
from detector.view import EVERYTHING, KINDS, PRESETS, Ignored, Quotes, Shown, View
from tests import oracles
from tests.detector import stories
from tests.detector.stories import document, paragraphs, prose

CAPTION = "The dam at Tarnhollow seen from the north bank. (Photo: Ivo Brandt)"
NEWSROOM = {
    **stories.STORIES,
    "dam_promoted": stories.DAM_REWRITE.replace("Soldiers", "“Soldiers", 1),
    "with_caption": paragraphs(stories.CHESS, CAPTION),
    "dam_with_caption": paragraphs(stories.DAM, CAPTION),
}
FAR = View(window_days=36_500)  # another view than the default that leaves nothing out


def seen_with(view: View) -> Settings:
    return replace(DEFAULT, view=view)


@lru_cache(maxsize=1)
def pairs() -> tuple[Comparison, ...]:
    """All pairs of the test stories that share anything, some of one outlet or owner."""
    rng = random.Random("newsroom")
    documents = [
        Document(
            id=name,
            text=text,
            outlet=rng.choice(["Fell Mail", "Dale Echo", None]),
            owner=rng.choice(["Northern Press", None, None]),
            url=f"https://www.{name.replace('_', '-')}.example/story",
            published_at=f"2026-03-{rng.randint(1, 28):02}",
        )
        for name, text in NEWSROOM.items()
    ]
    found = [compare(one, other) for one, other in combinations(documents, 2)]
    return tuple(c for c in found if c.relation is not Relation.INDEPENDENT)


lines = st.sampled_from(
    [
        "outlet: fell mail",
        "id: dam*",
        "domain: mill.example",
        "the dam",
        "on Tuesday",
        stories.FOOTER,
    ]
)
views = st.builds(
    View,
    quotes=st.sampled_from(Quotes),
    boilerplate=st.sampled_from(Shown),
    captions=st.sampled_from(Shown),
    min_words=st.integers(1, 40),
    kinds=st.sets(st.sampled_from(KINDS), min_size=1).map(frozenset),
    min_relation=st.sampled_from(Relation),
    window_days=st.none() | st.integers(0, 30),
    same_owner=st.sampled_from(Shown),
    ignore=st.lists(lines, max_size=2).map(Ignored.parse),
)
# Views that leave out passages and words, not whole pairs: more of the pairs remain.
inner_views = views.map(
    lambda v: replace(
        v,
        min_relation=Relation.INDEPENDENT,
        window_days=None,
        same_owner=Shown.SHOW,
        ignore=v.ignore.only_phrases,
    )
)
any_pair = st.integers(0, 10**6).map(lambda number: pairs()[number % len(pairs())])


# -- what holds for every view


def test_the_newsroom_has_pairs_of_every_kind() -> None:
    assert {c.relation for c in pairs()} >= set(Relation) - {
        Relation.INDEPENDENT,
        Relation.IDENTICAL,
    }
    assert {p.basis for c in pairs() for p in c.passages} == set(Basis)


def test_the_view_of_everything_changes_nothing() -> None:
    assert all(look(c, DEFAULT) is c for c in pairs())


def test_numbers_counted_again_are_those_that_were_found() -> None:
    assert FAR != EVERYTHING
    for c in pairs():
        assert look(c, seen_with(FAR)) == c
        assert narrow(c.flip(), seen_with(FAR)).to_dict() == c.flip().to_dict()


@given(any_pair, views | inner_views)
def test_swapping_the_texts_swaps_what_is_seen(c: Comparison, view: View) -> None:
    assert narrow(c.flip(), seen_with(view)) == narrow(c, seen_with(view)).flip()


@given(any_pair, views | inner_views)
def test_looking_twice_is_looking_once(c: Comparison, view: View) -> None:
    once = narrow(c, seen_with(view))
    assert narrow(once, seen_with(view)) == once


@given(any_pair, views | inner_views)
def test_the_last_view_wins(c: Comparison, view: View) -> None:
    """Nothing is lost by looking: all is counted from what was found."""
    assert narrow(narrow(c, seen_with(view)), seen_with(FAR)) == narrow(c, seen_with(FAR))


@given(any_pair, inner_views)
def test_words_left_out_are_in_neither_number(c: Comparison, view: View) -> None:
    seen = narrow(c, seen_with(view))
    shown = {p.id for p in seen.passages}
    marked = [m for m, p in zip(c.grounds.marked, c.grounds.passages, strict=True) if p.id in shown]
    for letter in ("a", "b"):
        side = seen.a if letter == "a" else seen.b
        ground = c.grounds.a if letter == "a" else c.grounds.b
        tokens = fold_document(side.document)[0].tokens
        left_out = words_of(ground.furniture)
        if view.quotes is not Quotes.NONE:
            left_out |= words_of(ground.quoted if view.quotes is Quotes.ALL else ground.attributed)
        left_out |= oracles.phrase_places(tokens, [*map(tokens_of, view.ignore.phrases)])
        places = [(m.passage.a if letter == "a" else m.passage.b, m.basis) for m in marked]
        ranges = {
            basis: [range(w.first, w.last) for w, b in places if b is basis] for basis in Basis
        }
        derived, boilerplate = ranges[Basis.DERIVATION], ranges[Basis.BOILERPLATE]
        counted = oracles.covered(len(tokens), derived, boilerplate, left_out)
        assert (side.coverage.words, side.coverage.of_words) == counted
        assert sum(side.coverage.by_kind.values()) == side.coverage.words


def words_of(ranges: tuple[TokenRange, ...]) -> set[int]:
    return {word for one in ranges for word in range(one.first, one.last)}


@given(any_pair, views | inner_views)
def test_what_is_seen_was_found(c: Comparison, view: View) -> None:
    seen = narrow(c, seen_with(view))
    assert set(seen.passages) <= set(c.passages)
    assert seen.longest_words == max((p.words for p in seen.passages), default=0)
    assert (seen.relation is Relation.INDEPENDENT) == (not seen.passages)
    assert all(p.kind in view.kinds for p in seen.passages)
    assert all(p.words >= view.min_words for p in seen.passages) or c.grounds.is_same
    assert seen.relation is Relation.INDEPENDENT or (
        list(Relation).index(seen.relation) >= list(Relation).index(view.min_relation)
    )
    assert len(c.passages) == len(seen.passages) or "Left out as asked:" in seen.verdict.sentence


@given(st.lists(st.booleans(), max_size=40))
def test_ranges_are_the_marked_stretches(marks: list[bool]) -> None:
    mask = mask_of(
        [TokenRange(i, i + 1) for i, is_marked in enumerate(marks) if is_marked], len(marks)
    )
    assert mask.tolist() == marks
    ranges = ranges_of(mask)
    assert mask_of(ranges, len(marks)).tolist() == marks
    assert all(one.last < other.first for one, other in pairwise(ranges))


phrases = st.lists(st.sampled_from("a b ab".split()), min_size=0, max_size=4).map(tuple)


@given(st.lists(st.sampled_from("a b ab".split()), min_size=1, max_size=12), st.sets(phrases))
def test_phrases_are_found_wherever_they_stand(
    words: list[str], wanted: set[tuple[str, ...]]
) -> None:
    c = compare(Document("x", " ".join(words)), Document("y", " ".join(words)))
    view = View(ignore=Ignored(frozenset(" ".join(phrase) for phrase in wanted)))
    found = words_of(lost_words(c, view))
    assert found == oracles.phrase_places(words, sorted(wanted))


# -- what people ask for

WIRE = document(stories.DAM, "wire", outlet="Northern Wire", published_at="2026-03-02T06:00:00Z")
REPRINT = document(
    stories.DAM_REPRINT, "reprint", outlet="Dale Echo", published_at="2026-03-03T06:00:00Z"
)
SUMMARY = document(stories.DAM_SUMMARY, "summary", outlet="Fell Mail")


def asked(one: Document, other: Document, **options: object) -> Comparison:
    return compare(one, other, seen_with(EVERYTHING.changed(options)))


def test_the_desk_sees_no_quotation_whose_speaker_is_named() -> None:
    one, two = document(stories.QUOTE_ONE, "one"), document(stories.QUOTE_TWO, "two")
    assert compare(one, two).relation is Relation.SHARED_QUOTES
    seen = asked(one, two, preset="desk")
    assert (seen.passages, seen.relation) == ((), Relation.INDEPENDENT)
    assert seen.verdict.sentence == (
        "Nothing that one and two share is shown. Left out as asked: attributed quotations."
    )


def test_the_desk_still_sees_an_exclusive_without_credit() -> None:
    told = document(stories.QUOTE_TOLD, "one", outlet="Lowmoor Courier")
    silent = document(stories.QUOTE_UNTOLD, "two", outlet="Fell Mail")
    assert asked(told, silent, quotes="attributed").verdict.severity is Severity.REVIEW
    assert asked(told, silent, quotes="all").verdict.severity is Severity.NONE


def test_quotations_left_out_are_no_words_of_a_reprint_either() -> None:
    seen, whole = asked(WIRE, REPRINT, quotes="all"), compare(WIRE, REPRINT)
    assert seen.relation is whole.relation is Relation.SYNDICATED
    for side, before in ((seen.a, whole.a), (seen.b, whole.b)):
        assert side.coverage.of_words == before.coverage.of_words - 39
        assert side.coverage.share == pytest.approx(before.coverage.outside_quotes)
    assert "39 words of Northern Wire left out as asked." in seen.explain


def test_a_retelling_around_long_quotations_is_no_reprint_without_them() -> None:
    told, quoted = prose(120, 1).split(), prose(150, 2)
    retold = [word if number % 4 else f"other{number}" for number, word in enumerate(told)]
    one = document(paragraphs(" ".join(told), f"“{quoted}”"), "one")
    two = document(paragraphs(" ".join(retold), f"“{quoted}”"), "two")
    assert compare(one, two).relation is Relation.SYNDICATED
    assert asked(one, two, quotes="all").relation is Relation.DERIVED


def test_prose_that_the_taker_puts_in_quotation_marks_is_a_quotation() -> None:
    lifted = f"“{stories.DAM_BLOCK}” the Northern Wire reported."
    taker = document(stories.CHESS_WITH_BLOCK.replace(stories.DAM_BLOCK, lifted), "taker")
    found = compare(WIRE, taker)
    assert (found.direction.source, found.passages[0].quoted_a) == ("a", False)
    seen = asked(WIRE, taker, quotes="attributed")
    assert seen.passages == ()
    assert seen.a.coverage.of_words == found.a.coverage.of_words - 39  # what it quotes itself


def test_all_of_a_text_is_never_too_short() -> None:
    again = replace(WIRE, id="again")
    assert asked(WIRE, again, min_words=900).relation is Relation.IDENTICAL
    assert asked(WIRE, again, ignore=WIRE.text.splitlines()).passages == ()


def test_a_wire_service_sees_reprints_with_their_quotations_and_nothing_less() -> None:
    assert asked(WIRE, REPRINT, preset="licensing").passages == compare(WIRE, REPRINT).passages
    less = asked(WIRE, SUMMARY, preset="licensing")
    assert less.relation is Relation.INDEPENDENT
    assert less.explain[-1] == "Left out as asked: what is weaker than “Reprint”."
    ours = replace(REPRINT, owner="Northern"), replace(WIRE, owner="Northern")
    assert asked(*ours, preset="licensing").explain[-1].endswith("what texts of one owner share.")


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ({"outlet": "The Dale Echo"}, {"outlet": "Dale  Echo"}, True),
        ({"outlet": "Dale Echo", "owner": "Fell"}, {"outlet": "Mail", "owner": "Fell"}, True),
        ({"outlet": "Dale Echo", "owner": "Fell"}, {"outlet": "Mail", "owner": "Dale"}, False),
        ({"outlet": "Dale Echo"}, {}, False),
        ({}, {}, False),
        ({}, {"version_of": "one"}, True),
    ],
)
def test_texts_of_one_owner_can_be_hidden(
    one: dict[str, str], other: dict[str, str], is_one: bool
) -> None:
    pair = document(stories.DAM, "one", **one), document(stories.DAM_REPRINT, "two", **other)
    assert asked(*pair, same_owner="hide").passages == (() if is_one else compare(*pair).passages)


def test_an_aggregator_sees_near_copies_only() -> None:
    assert asked(WIRE, REPRINT, preset="aggregator").relation is Relation.SYNDICATED
    corrected = document(stories.DAM_CORRECTED, "corrected", outlet="Northern Wire")
    assert asked(WIRE, corrected, preset="aggregator").relation is Relation.REVISION
    assert not asked(WIRE, SUMMARY, preset="aggregator").passages


def test_what_is_said_explicitly_wins_over_the_preset() -> None:
    assert PRESETS["desk"].min_words != 30
    assert EVERYTHING.changed({"min_words": 30, "preset": "desk"}) == replace(
        PRESETS["desk"], min_words=30
    )


def test_kinds_not_asked_for_are_left_out() -> None:
    assert {p.kind for p in compare(WIRE, SUMMARY).passages} == {Kind.VERBATIM, Kind.EDITED}
    seen = asked(WIRE, SUMMARY, kinds=["verbatim"])
    assert {p.kind for p in seen.passages} == {Kind.VERBATIM}
    assert set(seen.b.coverage.by_kind) == {"verbatim"}
    assert "Left out as asked: two passages of a kind not asked for." in seen.verdict.sentence


def test_a_window_leaves_out_what_is_older_and_says_what_it_cannot_tell() -> None:
    assert asked(WIRE, REPRINT, window_days=1).passages
    late = replace(REPRINT, published_at="2026-03-03T06:00:01Z")
    assert asked(WIRE, late, window_days=1).explain == (
        "Left out as asked: what lies more than one day apart.",
    )
    undated = asked(WIRE, SUMMARY, window_days=1)
    assert undated.passages
    assert undated.explain[-1] == (
        "Nobody can tell whether they lie within one day: not both state a time."
    )


def test_captions_and_boilerplate_can_be_hidden() -> None:
    one = document(paragraphs(stories.CHESS, CAPTION), "one")
    two = document(paragraphs(stories.BEES, CAPTION), "two")
    assert [p.basis for p in compare(one, two).passages] == [Basis.BOILERPLATE]
    assert asked(one, two, boilerplate="hide").passages  # a caption is no boilerplate
    assert asked(one, two, captions="hide").explain == ("Left out as asked: one caption.",)


def test_a_template_is_in_no_count() -> None:
    one, two = document(stories.DAM, "one"), document(stories.CHESS_WITH_BLOCK, "two")
    whole, size = compare(one, two), len(tokens_of(stories.DAM_BLOCK))
    assert whole.a.coverage.words == size
    seen = asked(one, two, ignore=["# ours", stories.DAM_BLOCK.upper()])
    assert (seen.passages, seen.a.coverage.words) == ((), 0)
    assert seen.a.coverage.of_words == whole.a.coverage.of_words - size


# -- reports


def library(*documents: Document) -> Corpus:
    return Corpus.of(documents)


def test_a_report_is_made_of_what_is_shown() -> None:
    corpus = library(WIRE, REPRINT, SUMMARY)
    draft = document(stories.DAM_REPRINT, "draft", outlet="Own Paper")
    whole = corpus.check(draft)
    seen = corpus.check(draft, settings=seen_with(EVERYTHING.changed({"ignore": ["id: wire"]})))
    assert {m.b.document.id for m in whole.matches} - {m.b.document.id for m in seen.matches} == {
        "wire"
    }
    assert seen.total == len(seen.matches) == whole.total - 1
    assert "1 match left out as asked." in seen.verdict.sentence
    assert sum(s.share for s in seen.sources) == pytest.approx(seen.coverage)
    assert seen.run.settings_digest != whole.run.settings_digest


def test_the_text_that_is_asked_about_is_never_ignored() -> None:
    corpus = library(WIRE, SUMMARY)
    view = seen_with(EVERYTHING.changed({"ignore": ["outlet: Dale Echo"]}))
    assert corpus.check(REPRINT, settings=view).matches
    assert look(compare(WIRE, REPRINT), view) is None


def test_a_report_counts_no_quotations_where_none_are_asked_for() -> None:
    corpus = library(WIRE)
    seen = corpus.check(REPRINT, settings=seen_with(View(quotes=Quotes.ALL)))
    cover = seen.matches[0].a.coverage
    card = seen.document.coverage
    assert (card.words, card.of_words) == (cover.words, cover.of_words)
    assert seen.coverage == pytest.approx(cover.share)


def test_a_report_of_which_nothing_is_shown_says_so() -> None:
    seen = library(WIRE).check(SUMMARY, settings=seen_with(PRESETS["aggregator"]))
    assert seen.verdict.sentence == (
        "Nothing that Fell Mail shares with the 1 document searched is shown. "
        "1 match left out as asked. The web was not searched."
    )


@given(views)
def test_the_matches_of_a_view_are_the_strongest_first(view: View) -> None:
    matches = [replace(c, b=replace(c.b)) for c in pairs()]
    seen = look_at_matches(matches, seen_with(view))
    assert [c.weight for c in seen] == sorted((c.weight for c in seen), reverse=True)
    assert not any(view.ignore.has(c.b.document) for c in seen)
