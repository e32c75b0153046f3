"""The detectors of the quality benchmark: Copydesk as a user gets it, and peers that are no straw
men."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality import ours, peers
from benchmarks.quality.cases import Answers, Case, Truth
from benchmarks.quality.score import score
from detector.evaluate import plagdet
from detector.model import Document, Span

STORY = (
    "The ferry left Port Carrow at dawn with forty-one passengers and a cargo of seed potatoes "
    "for the island farms. By noon the wind had turned and the master asked the harbour at Skell "
    "for a pilot, who came out in a launch and led her past the bar. Nobody was hurt, but two "
    "cars broke loose on the lower deck and one of them went through the stern gate. The company "
    "said that it would pay for the lost car and that the crossing would open again on Thursday."
)
OTHER = (
    "Pupils of the Mill Lane school have grown their lunch in old bath tubs since April. The cook, "
    "who came from a hospital kitchen, threw out the deep fryer in her first week and asked each "
    "class for a vegetable it hated. Leeks won, so leeks were planted first. Parents were asked to "
    "a dinner in June, at which nobody left any soup, and the council has promised two more tubs."
)
HOST = (
    "A walk along the old railway takes two hours and ends at the lighthouse, where tea is sold on "
    "Sundays. {} The path is muddy in winter, and dogs have to be kept on a lead between March and "
    "August because of the terns that nest beside it."
)
EXCERPT = STORY[STORY.index("By noon") : STORY.index("Nobody was hurt")].strip()


def document(name: str, text: str) -> Document:
    return Document(id=name, text=text)


@pytest.fixture(scope="module")
def case() -> Case:
    host = HOST.format(EXCERPT)
    at, place = host.index(EXCERPT), STORY.index(EXCERPT)
    spans = ((Span(place, place + len(EXCERPT)), Span(at, at + len(EXCERPT))),)
    documents = (
        document("story", STORY),
        document("reprint", "SKELL, Tuesday - " + STORY.replace("harbour", "harbor")),
        document("host", host),
        document("other", OTHER),
    )
    truths = (
        Truth("story", "reprint", "reprint", True, "syndicated"),
        Truth("story", "host", "excerpt", True, "excerpt", spans=spans, span_types=("block",)),
        Truth("reprint", "host", "excerpt", True, "excerpt"),
    )
    return Case("case", documents, truths, "all", (frozenset({"story", "reprint"}),))


def reported(answers: Answers) -> set[tuple[str, str]]:
    return {(min(f.a, f.b), max(f.a, f.b)) for f in answers.found if f.is_reuse}


@pytest.mark.parametrize("mode", ["all", "listed"])
def test_the_detector_answers_as_a_user_gets_it(case: Case, mode: str) -> None:
    asked = replace(case, mode=mode)  # type: ignore[arg-type]
    got = score(asked, ours.answer(asked)).measures
    assert (got["recall"], got["relation"]) == (1.0, 1.0)
    assert got["micro plagdet"] > 0.9
    assert got["clusters"] == (1.0 if mode == "all" else 0.0)


def test_minhash_finds_the_reprint_and_not_the_excerpt(case: Case) -> None:
    for name in ("minhash w3 .3", "minhash w5 .5"):
        assert reported(peers.DETECTORS[name](case)) == {("reprint", "story")}


@pytest.mark.parametrize("name", ["5-gram chain", "containment .2"])
def test_detectors_of_passages_also_find_the_excerpt(case: Case, name: str) -> None:
    answers = peers.DETECTORS[name](case)
    assert reported(answers) == {t.key for t in case.truths}
    assert answers.clusters == (frozenset({"story", "reprint", "host"}),)
    assert all(f.relation is None and f.source is None for f in answers.found)


@pytest.mark.parametrize("name", peers.DETECTORS)
def test_listed_pairs_are_answered_one_by_one(case: Case, name: str) -> None:
    listed = replace(case, mode="listed")
    answers = peers.DETECTORS[name](listed)
    assert [(f.a, f.b) for f in answers.found] == [(t.a, t.b) for t in case.truths]
    assert reported(answers) == reported(peers.DETECTORS[name](case))


def test_the_chain_gives_the_place_of_the_excerpt(case: Case) -> None:
    truth = case.truths[1]
    [answer] = [f for f in peers.ngram_chain(case).found if {f.a, f.b} == {"story", "host"}]
    assert (answer.a, answer.b) == ("story", "host")
    got = plagdet([(truth.spans or (), answer.spans)])
    assert got.micro.f1 > 0.98


def test_the_chain_steps_over_an_edit_and_stops_at_a_gap() -> None:
    words = [f"w{i}" for i in range(120)]
    edited = [*words[:30], "new", *words[31:60]]
    apart = [*words[:30], *(f"x{i}" for i in range(20)), *words[30:60]]
    documents = (
        document("words", " ".join(words)),
        document("edited", " ".join(edited)),
        document("apart", " ".join(apart)),
    )
    truths = (Truth("words", "edited", "x", True), Truth("words", "apart", "x", True))
    one, two = peers.ngram_chain(Case("x", documents, truths, "listed")).found
    assert [a.slice(documents[0].text) for a, _ in one.spans] == [" ".join(words[:60])]
    assert [a.slice(documents[0].text) for a, _ in two.spans] == [
        " ".join(words[:30]),
        " ".join(words[30:60]),
    ]


def test_a_formula_of_many_texts_nominates_nothing() -> None:
    formula = "this report was written by the staff of the paper with help from others"
    documents = tuple(
        document(f"d{i}", " ".join([*(f"w{i}x{j}" for j in range(20)), formula]))
        for i in range(peers.MAX_HOLDERS + 1)
    )
    assert not peers.ngram_chain(Case("x", documents, (), "all")).found
    assert peers.ngram_chain(Case("x", documents[1:], (), "all")).found


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=12))
def test_connected_groups_are_those_of_walking(pairs: list[tuple[int, int]]) -> None:
    named = [(str(a), str(b)) for a, b in pairs]
    expected = set()
    for start in {name for pair in named for name in pair}:
        reached = {start}
        for _ in named:
            reached |= {x for pair in named if reached & set(pair) for x in pair}
        expected.add(frozenset(reached))
    assert set(peers.connected(named)) == expected
