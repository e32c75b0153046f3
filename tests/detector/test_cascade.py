"""Who took a story from whom: trees made of answers about pairs."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.cascade import cascades
from detector.cluster import cluster
from detector.model import (
    Branch,
    Cascade,
    Cluster,
    Comparison,
    Credit,
    Document,
    Path,
    Relation,
    Upstream,
)
from tests import oracles
from tests.detector.pairs import pair

AGENCY = Upstream("Northern Wire")


def told(*pairs: Comparison) -> Cascade:
    """The one cascade of these pairs."""
    (found,) = cascades(cluster(pairs), pairs)
    return found


def sources(story: Cascade) -> dict[str, str | None]:
    return {link.document.id: link.source for link in story.links}


def link(story: Cascade, name: str) -> Branch:
    (found,) = (link for link in story.links if link.document.id == name)
    return found


def dated(name: str, at: str | None) -> Document:
    return Document(id=name, text=name, published_at=at)


# Who took from whom


def test_each_text_hangs_below_the_one_it_was_taken_from() -> None:
    story = told(
        pair("wire", "b", source="a", path=Path.DIRECT, credit=Credit.CREDITED),
        pair("a", "wire", Relation.REVISION, source="b", confidence=0.8),
        pair("a", "b"),
    )
    assert sources(story) == {"wire": None, "a": "wire", "b": "wire"}
    document = link(story, "b").document
    assert link(story, "b") == Branch(
        document, True, "wire", None, Path.DIRECT, 0.9, Relation.SYNDICATED, Credit.CREDITED
    )
    assert link(story, "a").confidence == 0.8
    assert link(story, "a").relation is Relation.REVISION


def test_the_origin_came_from_nowhere_that_is_known() -> None:
    story = told(pair("wire", "b", source="a"))
    first = story.links[0]
    assert story.cluster.origin == first.document.id == "wire"
    assert (first.source, first.path, first.relation, first.credit) == (None, None, None, None)


def test_what_is_a_rewrite_by_another_pair_does_not_take_the_origin_from_its_cluster() -> None:
    story = told(
        pair("o", "head", source="a"), pair("head", "x"),
        pair("x", "o", Relation.DERIVED, source="a"),
    )  # fmt: skip
    assert story.cluster.origin == "o"
    assert sources(story) == {"o": None, "head": "o", "x": None}


def test_the_origin_stands_first_whatever_time_others_state() -> None:
    early, wire = dated("early", "2026-03-01"), dated("wire", "2026-03-02")
    story = told(pair(wire, "b", source="a"), pair(early, wire))
    assert [x.document.id for x in story.links] == ["wire", "b", "early"]


def test_the_surest_source_is_taken() -> None:
    story = told(
        pair("a", "c", source="a", confidence=0.8),
        pair("b", "c", source="a", confidence=0.9),
        pair("a", "b"),
    )
    assert link(story, "c").source == "b"


def test_of_sources_as_sure_the_direct_one_then_the_fuller_one_then_the_smaller_id() -> None:
    direct = pair("b", "c", source="a", path=Path.DIRECT, words=5)
    more = pair("b", "c", source="a", words=11)
    less, joined = pair("a", "c", source="a"), pair("a", "b")
    assert link(told(less, direct, joined), "c").source == "b"
    assert link(told(less, more, joined), "c").source == "b"
    assert link(told(less, pair("b", "c", source="a"), joined), "c").source == "a"


def test_of_sources_that_nobody_can_tell_apart_the_origin_is_taken() -> None:
    story = told(
        pair("wire", "b", source="a"), pair("copy", "wire", Relation.IDENTICAL),
        pair("wire", "c", source="a", confidence=0.814),
        pair("copy", "c", source="a", confidence=0.812),
    )  # fmt: skip
    assert link(story, "c").source == "wire"
    assert link(story, "c").confidence == 0.814


def test_a_chain_stays_a_chain() -> None:
    story = told(
        pair("a", "b", source="a"), pair("b", "c", source="a"),
        pair("a", "c", source="a", confidence=0.8),
    )  # fmt: skip
    assert list(sources(story).items()) == [("a", None), ("b", "a"), ("c", "b")]


def test_where_sources_go_round_in_a_circle_the_least_sure_is_dropped() -> None:
    story = told(
        pair("a", "b", source="a", confidence=0.7),
        pair("b", "c", source="a", confidence=0.8),
        pair("a", "c", source="b", confidence=0.9),
    )
    assert sources(story) == {"b": None, "c": "b", "a": "c"}
    assert story.cluster.origin is None
    assert link(story, "b").path is Path.UNKNOWN


def test_the_same_text_everywhere_shows_no_source() -> None:
    pairs = [
        pair(dated(x, "2026-03-01"), dated(y, "2026-03-02"), Relation.IDENTICAL)
        for x, y in itertools.combinations("abc", 2)
    ]
    story = told(*pairs)
    assert sources(story) == dict.fromkeys("abc")
    assert story.upstream is None
    assert {link.path for link in story.links} == {Path.UNKNOWN}
    assert {link.relation for link in story.links} == {Relation.IDENTICAL}
    assert {link.credit for link in story.links} == {None}


def test_a_text_without_a_source_is_told_by_what_it_is_to_the_origin() -> None:
    story = told(
        pair("wire", "a", source="a"), pair("wire", "b", Relation.REVISION),
        pair("a", "b", Relation.IDENTICAL),
    )  # fmt: skip
    assert link(story, "b").source is None
    assert link(story, "b").relation is Relation.REVISION


# Originals that are none of the members


@pytest.mark.parametrize("source", [None, "a"])
def test_two_texts_of_an_absent_original_hang_below_it_and_not_below_each_other(source) -> None:
    story = told(pair("a", "b", source=source, path=Path.COMMON_UPSTREAM, upstream=AGENCY))
    assert sources(story) == {"a": None, "b": None}
    assert {link.upstream for link in story.links} == {AGENCY}
    assert {link.path for link in story.links} == {Path.COMMON_UPSTREAM}
    assert story.upstream == AGENCY
    assert story.cluster.origin == source
    assert story.to_dict()["upstream"] == {"name": "Northern Wire", "id": None}


def test_what_most_texts_go_back_to_is_the_original_where_no_member_is() -> None:
    other, beyond = Upstream("A Blog"), Path.COMMON_UPSTREAM
    story = told(
        pair("a", "b", path=beyond, upstream=AGENCY), pair("a", "c", path=beyond, upstream=AGENCY),
        pair("d", "e", path=beyond, upstream=other), pair("a", "d"), pair("a", "e"),
    )  # fmt: skip
    assert story.upstream == AGENCY
    assert link(story, "e").upstream == other


def test_what_some_texts_go_back_to_is_not_the_original_of_a_story_that_began_here() -> None:
    story = told(
        pair("wire", "a", source="a"), pair("wire", "b"), pair("wire", "c"),
        pair("b", "c", path=Path.COMMON_UPSTREAM, upstream=AGENCY),
    )  # fmt: skip
    assert story.cluster.origin == "wire"
    assert story.upstream is None
    assert link(story, "b").upstream == AGENCY


def test_an_original_that_is_a_member_speaks_for_itself() -> None:
    story = told(
        pair("wire", "a", source="a"), pair("wire", "b", Relation.IDENTICAL),
        pair("a", "b", path=Path.COMMON_UPSTREAM, upstream=Upstream("Wire", "wire")),
    )  # fmt: skip
    assert sources(story) == {"wire": None, "a": "wire", "b": None}
    assert link(story, "b").path is Path.UNKNOWN


# Texts that use the story


def test_a_summary_or_an_excerpt_of_a_member_hangs_below_it() -> None:
    story = told(
        pair("wire", "reprint", source="a"),
        pair("summary", "wire", Relation.DERIVED, source="b", confidence=0.8),
        pair("reprint", "summary", Relation.DERIVED, source="a", confidence=0.7),
        pair("excerpt", "reprint", Relation.EXCERPT, source="b"),
    )
    assert sources(story) == {
        "wire": None, "reprint": "wire", "excerpt": "reprint", "summary": "wire",
    }  # fmt: skip
    assert [link.member for link in story.links] == [True, True, False, False]


def test_what_a_member_used_and_what_nobody_can_tell_is_left_out() -> None:
    story = told(
        pair("wire", "reprint", source="a"),
        pair("older", "wire", Relation.EXCERPT, source="a"),
        pair("unknown", "wire", Relation.DERIVED),
        pair("quotes", "wire", Relation.SHARED_QUOTES),
    )
    assert sources(story) == {"wire": None, "reprint": "wire"}


def test_a_text_may_use_two_stories() -> None:
    pairs = [
        pair("a", "b", source="a"), pair("x", "y", source="a"),
        pair("a", "mosaic", Relation.EXCERPT, "a"), pair("x", "mosaic", Relation.EXCERPT, "a"),
    ]  # fmt: skip
    found = cascades(cluster(pairs), pairs)
    assert [sources(story)["mosaic"] for story in found] == ["a", "x"]


# Times


def test_the_timeline_follows_the_stated_times_and_ends_with_those_that_state_none() -> None:
    wire, early, late, none = (
        dated("wire", "2026-03-01T12:00:00+02:00"),
        dated("z", "2026-03-01T11:00:00Z"),
        dated("a", "2026-03-02"),
        dated("b", None),
    )
    story = told(*(pair(wire, other, source="a") for other in (none, late, early)))
    assert [d.id for d in story.timeline] == ["wire", "z", "a", "b"]
    assert story.to_dict()["timeline"][-1] == {"id": "b", "published_at": None}
    assert [x.document.id for x in story.links] == ["wire", "z", "a", "b"]


def test_a_date_that_cannot_be_read_is_none() -> None:
    story = told(pair(dated("a", "last week"), dated("b", "2026-03-02")))
    assert [d.id for d in story.timeline] == ["b", "a"]


# As JSON


def test_the_keys_of_the_cluster_stay() -> None:
    story = told(pair("wire", "b", source="a"), pair("wire", "c", source="a"))
    facts = story.to_dict()
    assert list(facts.items())[:3] == list(story.cluster.to_dict().items())
    assert list(facts)[3:] == ["upstream", "tree", "timeline"]
    assert [entry["from"] for entry in facts["tree"]] == [None, "wire", "wire"]
    assert facts["tree"][1]["path"] == "unknown"


def test_a_chain_of_thousands_is_told_and_written() -> None:
    names = [f"{n:04}" for n in range(3000)]
    pairs = [pair(x, y, source="a") for x, y in itertools.pairwise(names)]
    (story,) = cascades([Cluster("c", tuple(names), names[0])], pairs[::-1])
    assert sources(story) == dict(zip(names, [None, *names], strict=False))
    assert len(json.dumps(story.to_dict())) > 3000


# Any pairs


@st.composite
def many_pairs(draw: st.DrawFn) -> list[Comparison]:
    names = [dated(n, draw(st.sampled_from([None, "2026-03-01", "2026-03-02"]))) for n in "abcdefg"]
    chosen = draw(st.lists(st.sampled_from(list(itertools.combinations(names, 2))), unique_by=repr))
    upstreams = [None, AGENCY, Upstream("a", "a"), Upstream("far", "far")]
    return [
        pair(
            *ends,
            draw(st.sampled_from(list(Relation))),
            draw(st.sampled_from([None, "a", "b"])),
            confidence=draw(st.sampled_from([0.6, 0.8, 0.99])),
            path=draw(st.sampled_from(Path)),
            upstream=draw(st.sampled_from(upstreams)),
            words=draw(st.sampled_from([5, 10])),
        )
        for ends in chosen
    ]


@given(many_pairs())
def test_every_member_once_below_its_source_and_without_circles(pairs) -> None:
    for story in cascades(cluster(pairs), pairs):
        names = [link.document.id for link in story.links]
        assert len(names) == len(set(names))
        assert sorted(x.document.id for x in story.links if x.member) == [*story.cluster.members]
        for number, one in enumerate(story.links):
            assert one.source is None or one.source in names[:number]
            assert one.source is None or one.source in story.cluster.members
            assert one.member or one.source is not None
        origin = story.cluster.origin
        assert origin is None or link(story, origin).source is None
        assert sorted(d.id for d in story.timeline) == sorted(names)


@given(many_pairs(), st.randoms())
def test_the_order_of_the_pairs_and_of_their_sides_changes_nothing(pairs, rng) -> None:
    shuffled = [p.flip() if rng.random() < 0.5 else p for p in rng.sample(pairs, len(pairs))]
    assert cascades(cluster(shuffled), shuffled) == cascades(cluster(pairs), pairs)


@given(many_pairs())
def test_it_is_the_tree_of_the_surest_claims(pairs) -> None:
    for story in cascades(cluster(pairs), pairs):
        claims = sorted(_claims(story.cluster, pairs))
        wanted = oracles.surest_sources([(source, target) for *_, target, source in claims])
        everyone = {**dict.fromkeys(story.cluster.members), **wanted}
        assert sources(story) == everyone


def _claims(found: Cluster, pairs: Sequence[Comparison]):
    """(how unsure, how far, how little, not the origin, other text, target, source or None)."""
    order = [Path.DIRECT, Path.UNKNOWN, Path.THROUGH_OTHER, Path.COMMON_UPSTREAM]
    for p, (source, target) in itertools.product(pairs, [("a", "b"), ("b", "a")]):
        one, other = getattr(p, source).document.id, getattr(p, target).document.id
        way = p.direction
        near, is_other = order.index(way.path), one != found.origin
        rank = (-way.confidence, near, -p.a.coverage.share, is_other, one)
        if not p.relation.is_copying or one not in found.members:
            continue
        if other in found.members and way.path is Path.COMMON_UPSTREAM:
            if getattr(way.upstream, "id", None) not in found.members:
                yield *rank, other, None
        elif way.source == source and other != found.origin:
            yield *rank, other, one


def test_a_cascade_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        told(pair("a", "b")).upstream = AGENCY  # type: ignore[misc]
