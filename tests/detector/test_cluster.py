"""Which texts are one story, and which third text explains what two others share."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.cluster import cluster, originals
from detector.model import (
    Basis,
    Cluster,
    Comparison,
    Credit,
    Document,
    Original,
    Relation,
    Upstream,
)
from tests import oracles
from tests.detector.pairs import pair

JOINING = [Relation.IDENTICAL, Relation.SYNDICATED, Relation.REVISION]

Spans = Sequence[tuple[int, int]]


def members(clusters: Sequence[Cluster]) -> list[tuple[str, ...]]:
    return [c.members for c in clusters]


# Clusters


@pytest.mark.parametrize("relation", JOINING)
def test_a_reprint_a_revision_and_the_same_text_are_one_story(relation: Relation) -> None:
    assert members(cluster([pair("a", "b", relation)])) == [("a", "b")]


@pytest.mark.parametrize("relation", [r for r in Relation if r not in JOINING])
def test_other_relations_join_nothing(relation: Relation) -> None:
    assert cluster([pair("a", "b", relation)]) == ()


def test_no_pairs_are_no_clusters() -> None:
    assert cluster([]) == ()


def test_texts_are_joined_to_the_representative_and_not_along_chains() -> None:
    # b is like a and like c, so it stands for both; d is like c only.
    pairs = [pair("a", "b"), pair("b", "c"), pair("c", "d"), pair("b", "e")]
    assert members(cluster(pairs)) == [("a", "b", "c", "e")]


def test_what_is_left_over_by_a_cluster_makes_its_own() -> None:
    chain = [pair(x, y) for x, y in itertools.pairwise("abcdef")]
    assert members(cluster(chain)) == [("a", "b", "c"), ("d", "e", "f")]


def test_the_representative_is_the_text_with_most_copies_then_the_earlier_then_the_smaller_id() -> (
    None
):
    def dated(name: str, at: str | None) -> Document:
        return Document(id=name, text=name, published_at=at)

    def stands_for(pairs: list[Comparison]) -> str:
        (found,) = cluster(pairs)
        return found.id

    most = stands_for([pair("x", "a"), pair("x", "b"), pair("x", "c"), pair("a", "b")])
    assert most == stands_for([pair("x", "q"), pair("x", "r")])
    early, late, never = dated("z", "2026-03-01"), dated("y", "2026-03-02"), dated("x", None)
    assert stands_for([pair(late, early)]) == stands_for([pair(early, "1"), pair(early, "2")])
    assert stands_for([pair(late, never)]) == stands_for([pair(late, "1"), pair(late, "2")])
    assert stands_for([pair("k", "m")]) == stands_for([pair("k", "1"), pair("k", "2")])


def test_a_cluster_keeps_its_id_when_copies_come_and_go() -> None:
    before = cluster([pair("wire", "a"), pair("wire", "b")])
    after = cluster([pair("wire", "b"), pair("wire", "c"), pair("wire", "d"), pair("e", "f")])
    assert {c.id for c in before} <= {c.id for c in after}
    assert len({c.id for c in after}) == 2


def test_different_clusters_have_different_ids() -> None:
    clusters = cluster([pair(f"{n}x", f"{n}y") for n in range(500)])
    assert len({c.id for c in clusters}) == 500


def test_any_string_can_be_the_id_of_a_text() -> None:
    assert members(cluster([pair("", "\ud800")])) == [("", "\ud800")]


# Origins


def test_the_origin_is_the_text_that_others_come_from_and_that_comes_from_none() -> None:
    pairs = [pair("a", "wire", source="b"), pair("b", "wire", source="b"), pair("a", "b")]
    assert [c.origin for c in cluster(pairs)] == ["wire"]
    through = [pair("a", "b", source="a"), pair("b", "c", source="a"), pair("a", "c")]
    assert [c.origin for c in cluster(through)] == ["a"]


def test_of_several_origins_the_one_with_most_copies_is_named_then_the_smaller_id() -> None:
    pairs = [pair("z", "a", source="a"), pair("z", "b", source="a"), pair("m", "a", source="a")]
    assert [c.origin for c in cluster([*pairs, pair("m", "z")])] == ["z"]
    pairs = [pair("n", "a", source="a"), pair("m", "a", source="a"), pair("m", "n")]
    assert [c.origin for c in cluster(pairs)] == ["m"]


def test_where_nobody_knows_who_was_first_there_is_no_origin() -> None:
    assert [c.origin for c in cluster([pair("a", "b"), pair("a", "c")])] == [None]
    around = [pair("a", "b", source="a"), pair("b", "c", source="a"), pair("a", "c", source="b")]
    assert [c.origin for c in cluster(around)] == [None]


def test_an_origin_is_a_member_of_its_own_cluster() -> None:
    # f took from b, but b belongs to another cluster.
    pairs = [pair("a", x) for x in "bcd"] + [pair("e", "f"), pair("b", "f", source="a")]
    by_members = {c.members: c.origin for c in cluster(pairs)}
    assert by_members == {("a", "b", "c", "d"): None, ("e", "f"): None}


# Any pairs


@st.composite
def many_pairs(draw: st.DrawFn) -> list[Comparison]:
    names = "abcdefgh"
    dates = [None, "2026-03-01", "2026-03-02"]
    documents = [Document(id=n, text=n, published_at=draw(st.sampled_from(dates))) for n in names]
    chosen = draw(
        st.lists(st.sampled_from(list(itertools.combinations(documents, 2))), unique_by=repr)
    )
    return [
        pair(
            *ends,
            draw(st.sampled_from([*JOINING, Relation.DERIVED])),
            draw(st.sampled_from([None, "a", "b"])),
            [((0, 40), (10, 50))],
        )
        for ends in chosen
    ]


@given(many_pairs(), st.randoms())
def test_the_order_of_the_pairs_and_of_their_sides_changes_nothing(pairs, rng) -> None:
    shuffled = [p.flip() if rng.random() < 0.5 else p for p in rng.sample(pairs, len(pairs))]
    assert cluster(shuffled) == cluster(pairs)

    def by_set(found):
        return {frozenset(ids): original for ids, original in found.items()}

    assert by_set(originals(shuffled)) == by_set(originals(pairs))


@given(many_pairs())
def test_clusters_are_the_stars_around_the_texts_with_most_copies(pairs) -> None:
    dates = {s.document.id: s.document.published_at or "~" for p in pairs for s in (p.a, p.b)}
    alike = [(p.a.document.id, p.b.document.id) for p in pairs if p.relation in JOINING]
    wanted = oracles.stars(alike, lambda name: (dates[name], name))
    assert members(cluster(pairs)) == sorted(tuple(sorted(group)) for group in wanted)


@given(many_pairs())
def test_a_text_is_in_one_cluster_at_most_and_like_its_representative(pairs) -> None:
    clusters = cluster(pairs)
    everyone = [member for c in clusters for member in c.members]
    assert len(everyone) == len(set(everyone))
    assert list(clusters) == sorted(clusters, key=lambda c: c.members)
    alike = {frozenset((p.a.document.id, p.b.document.id)) for p in pairs if p.relation in JOINING}
    for c in clusters:
        assert len(c.members) >= 2
        assert list(c.members) == sorted(c.members)
        assert c.origin is None or c.origin in c.members
        assert any(
            all(frozenset((head, other)) in alike for other in c.members if other != head)
            for head in c.members
        )


# Third texts


def taken(name: str, source: str, shared: Spans, **more) -> Comparison:
    """``name`` took these spans of it from ``source``."""
    return pair(
        source, name, Relation.SYNDICATED, "a", [((0, 50), span) for span in shared], **more
    )


WIRE = Upstream("wire", "wire")


def test_a_third_text_that_both_took_from_explains_what_two_texts_share() -> None:
    found = originals(
        [
            pair("a", "b", Relation.SYNDICATED, "a", [((0, 50), (0, 50))]),
            taken("a", "wire", [(0, 50)]),
            taken("b", "wire", [(0, 50)]),
        ]
    )
    assert found == {("a", "b"): Original(WIRE, Credit.UNCREDITED)}


def test_the_third_text_is_called_by_its_outlet() -> None:
    wire = Document(id="7", text="x", outlet="Northern Wire")
    found = originals(
        [
            pair("a", "b", shared=[((0, 50), (0, 50))]),
            pair("a", wire, Relation.SYNDICATED, "b", [((0, 50), (0, 50))]),
            pair(wire, "b", Relation.EXCERPT, "a", [((0, 50), (0, 50))]),
        ]
    )
    assert found["a", "b"].upstream == Upstream("Northern Wire", "7")


@pytest.mark.parametrize(
    ("from_wire", "is_explained"), [(100, True), (71, True), (70, True), (69, False), (0, False)]
)
def test_two_texts_that_share_more_than_the_third_has_are_not_explained(
    from_wire: int, is_explained: bool
) -> None:
    found = originals(
        [
            pair("a", "b", shared=[((0, 100), (0, 100))]),
            taken("a", "wire", [(0, 100)]),
            taken("b", "wire", [(0, from_wire)]),
        ]
    )
    assert bool(found) is is_explained


def test_a_same_text_is_not_explained_by_one_that_has_most_of_it() -> None:
    found = originals(
        [
            pair("a", "b", Relation.IDENTICAL, shared=[((0, 100), (0, 100))]),
            taken("a", "wire", [(0, 90)]),
            taken("b", "wire", [(0, 90)]),
        ]
    )
    assert not found


def test_the_shared_words_themselves_must_be_in_the_third_text() -> None:
    found = originals(
        [
            pair("a", "b", shared=[((0, 40), (0, 40))]),
            taken("a", "wire", [(50, 90)]),
            taken("b", "wire", [(50, 90)]),
        ]
    )
    assert found == {}


def test_overlapping_passages_do_not_count_twice() -> None:
    found = originals(
        [
            pair("a", "b", shared=[((0, 100), (0, 100))]),
            taken("a", "wire", [(0, 100)]),
            taken("b", "wire", [(0, 40), (5, 40), (10, 40)]),
        ]
    )
    assert found == {}


@pytest.mark.parametrize("basis", [b for b in Basis if b is not Basis.DERIVATION])
def test_shared_quotations_and_phrases_explain_nothing(basis: Basis) -> None:
    found = originals(
        [
            pair("a", "b", shared=[((0, 50), (0, 50))]),
            taken("a", "wire", [(0, 50)], basis=basis),
            taken("b", "wire", [(0, 50)]),
        ]
    )
    assert found == {}


def test_a_third_text_explains_only_where_both_took_from_it() -> None:
    shared = pair("a", "b", shared=[((0, 50), (0, 50))])
    to_a, to_b = taken("a", "wire", [(0, 50)]), taken("b", "wire", [(0, 50)])
    from_b = pair("wire", "b", Relation.SYNDICATED, "b", [((0, 50), (0, 50))])
    unknown = pair("wire", "b", Relation.SYNDICATED, None, [((0, 50), (0, 50))])
    unsure = taken("b", "wire", [(0, 50)], confidence=0.39)
    assert originals([shared, to_a, to_b])
    for other in (from_b, unknown, unsure):
        assert originals([shared, to_a, other]) == {}


@pytest.mark.parametrize(
    "relation",
    [Relation.REVISION, Relation.SHARED_QUOTES, Relation.INCIDENTAL, Relation.INDEPENDENT],
)
def test_versions_of_one_outlet_and_pairs_that_copied_nothing_need_no_explanation(
    relation: Relation,
) -> None:
    found = originals(
        [
            pair("a", "b", relation, shared=[((0, 50), (0, 50))]),
            taken("a", "wire", [(0, 50)]),
            taken("b", "wire", [(0, 50)]),
        ]
    )
    assert found == {}


def test_of_two_third_texts_the_one_that_explains_more_is_named() -> None:
    found = originals(
        [
            pair("a", "b", shared=[((0, 100), (0, 100))]),
            taken("a", "wire", [(0, 100)]),
            taken("b", "wire", [(0, 100)]),
            taken("a", "alpha", [(0, 80)]),
            taken("b", "alpha", [(0, 80)]),
        ]
    )
    assert found["a", "b"].upstream == WIRE


@pytest.mark.parametrize(("wire", "reprint"), [("wire", "xerox"), ("wire", "reprint")])
def test_of_a_wire_and_its_reprint_that_explain_as_much_the_wire_is_named(
    wire: str, reprint: str
) -> None:
    pairs = [pair("a", "b", shared=[((0, 100), (0, 100))]), taken(reprint, wire, [(0, 100)])]
    pairs += [taken(name, source, [(0, 100)]) for name in "ab" for source in (wire, reprint)]
    assert originals(pairs)["a", "b"].upstream == Upstream(wire, wire)


def test_what_the_same_text_has_under_a_later_date_comes_from_the_earlier() -> None:
    wire = Document(id="wire", text="x", published_at="2026-03-01T08:00:00Z")
    twin = Document(id="twin", text="x", published_at="2026-03-01T09:00:00Z")
    whole = [((0, 100), (0, 100))]
    found = originals(
        [
            pair(twin, wire, Relation.IDENTICAL, None, whole),
            pair("reprint", twin, Relation.SYNDICATED, "a", whole),  # so it seems by the texts
            pair("reprint", wire, Relation.SYNDICATED, "b", whole),
        ]
    )
    assert {ids: o.upstream.id for ids, o in found.items()} == {("reprint", "twin"): "wire"}


@pytest.mark.parametrize("dates", [(None, None), ("2026-03-01", None), ("2026-03-01",) * 2])
def test_of_two_same_texts_without_dates_none_is_the_source(dates) -> None:
    one, twin = (Document(id=n, text="x", published_at=d) for n, d in zip("pq", dates, strict=True))
    whole = [((0, 100), (0, 100))]
    found = originals(
        [
            pair(one, twin, Relation.IDENTICAL, None, whole),
            pair("reprint", one, Relation.SYNDICATED, "b", whole),
            pair("reprint", twin, Relation.SYNDICATED, "b", whole),
        ]
    )
    assert found == {}


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (Credit.CREDITED, Credit.CREDITED, Credit.CREDITED),
        (Credit.UNCREDITED, Credit.UNCREDITED, Credit.UNCREDITED),
        (Credit.CREDITED, Credit.UNCREDITED, Credit.PARTLY),
    ],
)
def test_the_credit_is_what_both_texts_give_the_third(
    first: Credit, second: Credit, both: Credit
) -> None:
    found = originals(
        [
            pair("a", "b", shared=[((0, 50), (0, 50))]),
            taken("a", "wire", [(0, 50)], credit=first),
            taken("b", "wire", [(0, 50)], credit=second),
        ]
    )
    assert found["a", "b"].credit is both


# Time


def seconds(pairs: list[Comparison]) -> float:
    begin = time.perf_counter()
    cluster(pairs)
    return time.perf_counter() - begin


def test_ten_thousand_reprints_of_ten_thousand_stories_are_clustered_in_seconds() -> None:
    assert seconds([pair(f"{n}x", f"{n}y") for n in range(10_000)]) < 5


def test_a_story_with_ten_thousand_reprints_is_clustered_in_seconds() -> None:
    assert seconds([pair("wire", f"{n}") for n in range(10_000)]) < 5


def test_a_chain_of_ten_thousand_texts_is_clustered_in_seconds() -> None:
    names = [f"{n:05}" for n in range(10_000)]
    assert seconds([pair(x, y) for x, y in itertools.pairwise(names)]) < 5
