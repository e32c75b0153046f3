"""What of an answer is shown and counted, as the desk, a wire service or a reader asks for it."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import lru_cache
from itertools import combinations

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
    assert all(one.last < other.first for one, other in zip(ranges, ranges[1:], strict=False))


phrases = st.lists(st.sampled_from("a b ab".split()), min_size=0, max_size=4).map(tuple)


@given(st.lists(st.sampled_from("a b ab".split()), min_size=1, max_size=12), st.sets(phrases))
def test_phrases_are_found_wherever_they_stand(
    words: list[str], wanted: set[tuple[str, ...]]
) -> None:
    c = compare(Document("x", " ".join(words)), Document("y", " ".join(words)))
    view = View(ignore=Ignored(frozenset(" ".join(phrase) for phrase in wanted)))
    found = words_of(lost_words(c, view))
    assert found == oracles.phrase_places(words, sorted(wanted))
