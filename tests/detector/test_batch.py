"""Many documents at once: the same answers whatever their order, and the right text as a."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.batch import BatchResult, compare_all
from detector.cluster import cluster
from detector.corpus import Corpus
from detector.errors import InputError
from detector.model import Document, Relation, Severity
from detector.settings import Settings
from tests.detector.stories import prose

FERRY = """The night ferry to Lysvik will not sail again before April, its owners said. A crack as
long as a man was found in the hull of the Astrid on Tuesday, after 31 years at sea. The 140 people
who work on board keep their pay until the end of the month, and the town of Orrin has offered them
rooms in its empty school. Captain Ida Lund called the ship “a tired old lady who has earned her
rest”. A second ferry, hired from Danish owners, is to arrive on 3 March."""
SKI = """A ski lift above Dunmere stood still for six hours on Friday. Rescuers brought 31 people
down on ropes, two of them children. The cause was a fox asleep in the motor house, which nobody had
locked since the summer. The fox is well and has been driven to a wood beyond the valley."""
PAY = FERRY[FERRY.index("The 140") : FERRY.index(" Captain")]
NOTE = f"""The harbour has seen better winters. {PAY}
Nobody knows who will pay for the coal. The mayor has asked the county for help and has been told to
ask again in spring, when the committee that decides such matters comes back from its holidays."""

DOCUMENTS = [
    Document(id="a/ferry.txt", text=FERRY, outlet="Northern Wire"),
    Document(id="b/ferry.txt", text=FERRY.replace("Tuesday", "Tuesday night"), outlet="Bay Mail"),
    Document(id="c/note.txt", text=NOTE, outlet="Hill Review"),
    Document(id="d/ski.txt", text=SKI, outlet="The Dale Echo"),
    Document(id="e/ferry.txt", text=FERRY, outlet="Carrow Courier"),
]


def ids(result: BatchResult) -> list[tuple[str, str]]:
    return [(c.a.document.id, c.b.document.id) for c in result.comparisons]


def as_bytes(result: BatchResult) -> str:
    pairs = [c.to_dict() for c in result.comparisons]
    return json.dumps([pairs, [c.to_dict() for c in result.clusters]], ensure_ascii=False)


def shuffled(documents: Sequence[Document], seed: int) -> list[Document]:
    return random.Random(seed).sample(documents, len(documents))


# Workers


@pytest.mark.parametrize("workers", [2, 3])
def test_the_number_of_workers_changes_no_byte(workers: int) -> None:
    filler = [replace(DOCUMENTS[3], id=f"f/{n}", text=f"{n} {prose(60, n)}") for n in range(70)]
    archive = [*DOCUMENTS, *filler]
    alone = compare_all(archive)
    together = compare_all(archive, workers=workers)
    assert as_bytes(together) == as_bytes(alone)
    assert together.comparisons == alone.comparisons
    assert len(alone.comparisons) > 3


# All pairs inside one collection


def test_every_pair_that_shares_text_is_given_once_sorted_with_the_smaller_id_first() -> None:
    a, b, c, _, e = (document.id for document in DOCUMENTS)
    assert ids(compare_all(DOCUMENTS)) == [(a, b), (a, c), (a, e), (b, c), (b, e), (c, e)]


def test_clusters_are_those_of_the_pairs() -> None:
    result = compare_all(DOCUMENTS)
    assert result.clusters == cluster(result.comparisons)
    assert [c.members for c in result.clusters] == [("a/ferry.txt", "b/ferry.txt", "e/ferry.txt")]


@pytest.mark.parametrize("documents", [[], DOCUMENTS[:1], [DOCUMENTS[0], DOCUMENTS[3]]])
def test_nothing_in_common_is_an_empty_answer(documents: list[Document]) -> None:
    assert compare_all(documents) == BatchResult((), ())


def test_an_identical_text_under_two_ids_is_the_same_text() -> None:
    (pair,) = compare_all([DOCUMENTS[0], replace(DOCUMENTS[0], id="z")]).comparisons
    assert pair.relation is Relation.IDENTICAL
    assert pair.a.coverage.share == pair.b.coverage.share == 1


def test_batch_and_corpus_give_the_same_pairs() -> None:
    assert compare_all(DOCUMENTS).comparisons == Corpus.of(DOCUMENTS).pairs()


@pytest.mark.parametrize("reference", [None, DOCUMENTS[:1]])
def test_settings_reach_every_pair(reference: list[Document] | None) -> None:
    mine = DOCUMENTS[2:3] if reference else [DOCUMENTS[0], DOCUMENTS[2]]
    (pair,) = compare_all(mine, reference).comparisons
    assert pair.verdict.severity is Severity.REVIEW
    lenient = Settings(review_words=1000, review_share=1.0, alert_words=1000)
    (pair,) = compare_all(mine, reference, lenient).comparisons
    assert pair.verdict.severity is Severity.NOTE


@settings(max_examples=20)
@given(st.permutations(DOCUMENTS))
def test_the_order_of_the_documents_changes_no_byte(order: list[Document]) -> None:
    assert as_bytes(compare_all(order)) == as_bytes(compare_all(DOCUMENTS))


# One collection against another


def test_with_a_reference_the_input_is_a_and_the_reference_is_b() -> None:
    result = compare_all([DOCUMENTS[4], DOCUMENTS[2]], reference=DOCUMENTS[:2])
    assert ids(result) == [
        ("c/note.txt", "a/ferry.txt"),
        ("c/note.txt", "b/ferry.txt"),
        ("e/ferry.txt", "a/ferry.txt"),
        ("e/ferry.txt", "b/ferry.txt"),
    ]
    assert result.clusters == ()
    for pair in result.comparisons:
        for passage in pair.passages:
            assert passage.a.end <= len(pair.a.document.text)
            assert passage.b.end <= len(pair.b.document.text)


def test_texts_of_the_input_are_not_compared_with_each_other() -> None:
    assert compare_all(DOCUMENTS[:3], reference=DOCUMENTS[3:4]).comparisons == ()


@pytest.mark.parametrize(("documents", "reference"), [(DOCUMENTS, []), ([], DOCUMENTS), ([], [])])
def test_an_empty_side_is_an_empty_answer(
    documents: list[Document], reference: list[Document]
) -> None:
    assert compare_all(documents, reference) == BatchResult((), ())


def test_the_same_id_in_input_and_reference_names_two_different_texts() -> None:
    mine = Document(id="x", text=FERRY)
    theirs = [Document(id="x", text=SKI), Document(id="y", text=NOTE)]
    assert ids(compare_all([mine], theirs)) == [("x", "y")]
    (pair,) = compare_all([mine], [Document(id="x", text=NOTE)]).comparisons
    assert (pair.a.document.text, pair.b.document.text) == (FERRY, NOTE)


def test_an_id_of_the_reference_in_the_input_changes_nothing_but_the_id() -> None:
    known = [replace(DOCUMENTS[0], id="wire", kind="wire"), *DOCUMENTS[1:3]]
    apart = compare_all([replace(DOCUMENTS[4], id="mine")], known).comparisons
    for name in ("wire", "c/note.txt"):
        same = compare_all([replace(DOCUMENTS[4], id=name)], known).comparisons
        assert [c.to_dict()["passages"] for c in same] == [c.to_dict()["passages"] for c in apart]
        assert [c.direction for c in same] == [c.direction for c in apart]


def test_the_same_document_in_input_and_reference_is_the_same_text() -> None:
    (pair,) = compare_all(DOCUMENTS[:1], DOCUMENTS[:1]).comparisons
    assert (pair.a.document, pair.b.document) == (DOCUMENTS[0], DOCUMENTS[0])
    assert pair.relation is Relation.IDENTICAL


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_input_and_reference_changes_no_byte(seed: int) -> None:
    mine = [replace(document, id=f"my/{document.id}") for document in DOCUMENTS]
    wanted = as_bytes(compare_all(mine, DOCUMENTS))
    assert as_bytes(compare_all(shuffled(mine, seed), shuffled(DOCUMENTS, seed + 9))) == wanted


def test_a_pair_is_the_same_answer_with_and_without_a_reference() -> None:
    (inside,) = compare_all([DOCUMENTS[0], DOCUMENTS[2]]).comparisons
    (against,) = compare_all([DOCUMENTS[2]], [DOCUMENTS[0]]).comparisons
    assert against.flip() == inside


# Refused and told


@pytest.mark.parametrize("reference", [None, DOCUMENTS])
def test_a_text_without_words_is_refused_by_its_name(reference: list[Document] | None) -> None:
    with pytest.raises(InputError, match="blank: no words in it"):
        compare_all([*DOCUMENTS, Document(id="blank", text=" — ")], reference)


def test_progress_is_told_for_every_document() -> None:
    told: list[tuple[str, int, int]] = []
    compare_all(DOCUMENTS[:2], DOCUMENTS[2:], progress=lambda *step: told.append(step))
    assert told == [
        ("reading", 1, 3),
        ("reading", 2, 3),
        ("reading", 3, 3),
        ("comparing", 1, 2),
        ("comparing", 2, 2),
    ]


# The five real articles


def test_the_real_articles_give_the_relations_of_their_truth(real_articles, real_truth) -> None:
    documents = [Document(id=name, text=text) for name, text in real_articles.items()]
    result = compare_all(shuffled(documents, 3))
    found = {(c.a.document.id, c.b.document.id): str(c.relation) for c in result.comparisons}
    wanted = {(p["a"], p["b"]): p["contract"]["relation"] for p in real_truth["pairs"]}
    assert found == {ends: name for ends, name in wanted.items() if name != "independent"}
