"""The demonstration corpus: its truth holds, and Copydesk finds it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detector.batch import BatchResult, compare_all
from detector.ingest import read_path
from detector.model import Basis, Document, Severity
from detector.partners import read_partners
from detector.rights import rights

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
TRUTH: dict[str, Any] = json.loads((SEEDS / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    found = list(read_path(SEEDS))
    assert all(isinstance(d, Document) for d in found)
    return [d for d in found if isinstance(d, Document)]


@pytest.fixture(scope="module")
def result(documents: list[Document]) -> BatchResult:
    return compare_all(documents)


def test_every_document_of_the_truth_is_read(documents: list[Document]) -> None:
    assert {d.id for d in documents} == set(TRUTH["documents"])


@pytest.mark.parametrize("pair", TRUTH["pairs"], ids=lambda p: f"{p['a']}~{p['b']}")
def test_the_offsets_of_the_truth_hold(pair: dict[str, Any]) -> None:
    for side in ("a", "b"):
        with (SEEDS / pair[side]).open(encoding="utf-8", newline="") as file:
            text = file.read()
        for passage in pair["passages"]:
            span = passage[side]
            assert text[span["start"] : span["end"]] == passage[f"{side}_text"]


def test_all_relations_directions_paths_and_credits_are_right(result: BatchResult) -> None:
    found = {
        (c.a.document.id, c.b.document.id): (
            str(c.relation),
            c.direction.source,
            str(c.direction.path),
            str(c.verdict.credit),
        )
        for c in result.comparisons
    }
    wanted = {
        (p["a"], p["b"]): (
            p["relation"],
            p["direction"]["from"],
            p["direction"]["path"],
            p["credit"],
        )
        for p in TRUTH["pairs"]
    }
    assert found == wanted


def test_texts_of_one_story_are_one_cluster(result: BatchResult) -> None:
    assert [list(c.members) for c in result.clusters] == sorted(
        sorted(members) for members in TRUTH["clusters"]
    )


def test_a_cluster_names_the_text_that_was_first(result: BatchResult) -> None:
    assert [c.origin for c in result.clusters] == [
        "texts/ferry-wire.md",
        "texts/oak-pipes-original.md",
        "texts/toll-bridge.md",
    ]


def test_nobody_is_accused_over_a_shared_press_release(result: BatchResult) -> None:
    pair = next(
        c
        for c in result.comparisons
        if (c.a.document.id, c.b.document.id)
        == ("texts/whey-local-paper.md", "texts/whey-trade-magazine.md")
    )
    assert pair.direction.source is None
    assert pair.direction.upstream is not None
    assert pair.direction.upstream.id == "texts/whey-release.md"
    assert pair.verdict.severity is Severity.NOTE
    assert "neither needs to have taken from the other" in pair.verdict.sentence


def test_checking_one_user_of_the_release_does_not_accuse_it_over_the_other(
    documents: list[Document],
) -> None:
    from detector.corpus import Corpus

    mine = next(d for d in documents if d.id == "texts/whey-local-paper.md")
    report = Corpus.of(documents).check(mine, leave_out=mine.id)
    assert [s.id for s in report.sources] == ["texts/whey-release.md"]
    assert report.verdict.severity is Severity.NOTE


def test_the_truth_passages_are_found_with_both_offsets(result: BatchResult) -> None:
    from detector.evaluate import passage_share
    from detector.model import Span

    pairs = {(c.a.document.id, c.b.document.id): c for c in result.comparisons}
    wanted, found, given = [], 0.0, 0.0
    for truth in TRUTH["pairs"]:
        answer = pairs[truth["a"], truth["b"]]
        close = [
            (Span(**p["a"]), Span(**p["b"]))
            for p in truth["passages"]
            if p["kind"] in ("verbatim", "edited")
        ]
        all_of = [(Span(**p["a"]), Span(**p["b"])) for p in truth["passages"]]
        reported = [(p.a, p.b) for p in answer.passages if p.basis is not Basis.INCIDENTAL]
        if close:
            wanted.append(passage_share(close, reported))
            given += passage_share(reported, all_of)
            found += 1
    assert sum(wanted) / found >= 0.85
    assert given / found >= 0.85


def test_the_licences_of_the_corpus_show_each_case(result: BatchResult) -> None:
    file = (SEEDS / "partners.toml").read_bytes()
    partners = read_partners(file, "partners.toml")
    found = {
        (c.a.document.id[6:], c.b.document.id[6:]): str(rights(c, partners).status)
        for c in result.comparisons
    }
    assert found["ferry-reprint-us.md", "ferry-wire.md"] == "within_terms"
    assert found["oak-pipes-original.md", "oak-pipes-reprint.md"] == "within_terms"
    assert found["oak-pipes-original.md", "oak-pipes-rewrite.txt"] == "credit_missing"
    assert found["flood-diaries-feature.md", "flood-diaries-summary.md"] == "outside_terms"
    assert found["tram-strike-article.md", "tram-strike-live.md"] == "no_licence_on_file"
    assert found["flood-diaries-feature.md", "flood-diaries-rewrite.txt"] == "unknown"
