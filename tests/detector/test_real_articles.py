"""The case the project was started from: five real articles with their truth by hand."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from detector.batch import compare_all
from detector.evaluate import passage_share
from detector.model import Basis, Comparison, Document, Span
from detector.pipeline import compare

PAIRS = list(itertools.combinations(["000", "001", "002", "003", "004"], 2))


@pytest.fixture(scope="module")
def documents(real_articles: dict[str, str]) -> dict[str, Document]:
    return {name: Document(id=name, text=text) for name, text in real_articles.items()}


@pytest.fixture(scope="module")
def answers(documents: dict[str, Document]) -> dict[tuple[str, str], Comparison]:
    return {(a, b): compare(documents[a], documents[b]) for a, b in PAIRS}


@pytest.fixture(scope="module")
def truth(real_truth: dict[str, Any]) -> dict[tuple[str, str], Any]:
    return {(p["a"], p["b"]): p for p in real_truth["pairs"]}


def _spans(passages: list[dict[str, Any]], *kinds: str) -> list[tuple[Span, Span]]:
    return [
        (Span(p["a_start"], p["a_end"]), Span(p["b_start"], p["b_end"]))
        for p in passages
        if p["kind"] in kinds
    ]


def _without_counts(sentence: str) -> str:
    return re.sub(r"\d+(?= of its|,? words| %| quote| repeat| rewrite| copy)", "N", sentence)


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_relation_direction_and_path(
    pair: tuple[str, str], answers: dict[tuple[str, str], Comparison], truth: Any
) -> None:
    wanted, answer = truth[pair]["contract"], answers[pair]
    assert str(answer.relation) == wanted["relation"]
    assert answer.direction.source == wanted["direction"]
    if wanted["path"]:
        assert str(answer.direction.path) == wanted["path"]


def test_the_original_that_both_go_back_to_is_named(
    answers: dict[tuple[str, str], Comparison],
) -> None:
    upstream = answers["000", "001"].direction.upstream
    assert upstream is not None
    assert (upstream.name, upstream.id) == ("The New York Times", None)


def test_passages_of_the_summary_are_found_with_both_offsets(
    answers: dict[tuple[str, str], Comparison], truth: Any
) -> None:
    answer, wanted = answers["000", "001"], truth["000", "001"]["passages"]
    reported = [(p.a, p.b) for p in answer.passages]
    assert passage_share(_spans(wanted, "verbatim", "edited"), reported) >= 0.90
    assert passage_share(_spans(wanted, "paraphrase"), reported) >= 1 / 3
    everything = _spans(wanted, "verbatim", "edited", "paraphrase")
    assert passage_share(reported, everything) >= 0.85
    assert 0.70 <= answer.b.coverage.share <= 0.95


@pytest.mark.parametrize("pair", [p for p in PAIRS if p != ("000", "001")], ids="-".join)
def test_no_other_pair_is_said_to_derive(
    pair: tuple[str, str], answers: dict[tuple[str, str], Comparison], truth: Any
) -> None:
    answer = answers[pair]
    assert not [p for p in answer.passages if p.basis is Basis.DERIVATION]
    for wanted in truth[pair]["passages"]:
        if wanted["basis"] == "shared_quote" and wanted["kind"] != "paraphrase":
            a = Span(wanted["a_start"], wanted["a_end"])
            b = Span(wanted["b_start"], wanted["b_end"])
            found = [p for p in answer.passages if p.a.overlaps(a) and p.b.overlaps(b)]
            assert all(p.basis is Basis.SHARED_QUOTE for p in found)
            if wanted["kind"] == "verbatim":
                assert found


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_swapping_the_inputs_only_swaps_a_and_b(
    pair: tuple[str, str],
    answers: dict[tuple[str, str], Comparison],
    documents: dict[str, Document],
) -> None:
    swapped = compare(documents[pair[1]], documents[pair[0]])
    assert swapped.flip().to_dict() == answers[pair].to_dict()


def test_the_summary_in_one_sentence(answers: dict[tuple[str, str], Comparison]) -> None:
    assert _without_counts(answers["000", "001"].verdict.sentence) == (
        "001 is a credited summary of a New York Times article that 000 also carries. About N of "
        "its N words (N %) follow that article: about N quote its prose, N repeat other people's "
        "quotations from it and N rewrite it. 001 was probably not taken from 000: it keeps 'Mr.' "
        "and 'cease-fire' where 000 does not. The New York Times is named near the top. The "
        "original was not compared; permission was not assessed."
    )


def test_shared_quotations_in_one_sentence(answers: dict[tuple[str, str], Comparison]) -> None:
    assert answers["000", "002"].verdict.sentence == (
        "No copying found between 000 and 002. They share three quotations of Donald Trump. "
        "This does not show who reported first."
    )


def test_quotations_and_stock_phrases_in_one_sentence(
    answers: dict[tuple[str, str], Comparison],
) -> None:
    assert answers["002", "003"].verdict.sentence == (
        "No copying found between 002 and 003. They share one quotation of Donald Trump and give "
        "one remark by Yuri Ushakov in different wordings or translations. Two stock phrases were "
        "ignored. This does not show who reported first."
    )


def test_nothing_shared_in_one_sentence(answers: dict[tuple[str, str], Comparison]) -> None:
    sentence = "No shared text found between 001 and 004."
    assert answers["001", "004"].verdict.sentence == sentence


def test_attribution_cues_are_found(real_articles: dict[str, str], real_truth: Any) -> None:
    from detector.attribute import find_attributions
    from detector.quote import find_quotations

    cues = real_truth["attribution_cues"]
    found = {
        name: find_attributions(text, find_quotations(text)) for name, text in real_articles.items()
    }

    def is_found(cue: dict[str, Any]) -> bool:
        span = Span(cue["start"], cue["end"])
        return any(
            x.span.overlaps(span) and cue["source"] in (None, x.source) for x in found[cue["doc"]]
        )

    assert sum(is_found(cue) for cue in cues) >= 30
    spans = {name: [Span(c["start"], c["end"]) for c in cues if c["doc"] == name] for name in found}
    wrong = [
        x for name in found for x in found[name] if not any(x.span.overlaps(s) for s in spans[name])
    ]
    assert len(wrong) <= 5


def _essence(pair: dict[str, Any]) -> dict[str, Any]:
    return {k: pair[k] for k in ("relation", "direction", "passages", "coverage")}


@pytest.fixture
def folder(real_articles: dict[str, str], tmp_path: Path) -> Path:
    for name, text in real_articles.items():
        (tmp_path / f"{name}.txt").write_bytes(text.encode())
    return tmp_path


def test_batch_on_the_folder_says_the_same_as_compare(
    folder: Path, answers: dict[tuple[str, str], Comparison]
) -> None:
    out = folder / "pairs.jsonl"
    command = [sys.executable, "-m", "detector.cli", "batch", str(folder), "-o", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    got = {(r["a"]["id"][:3], r["b"]["id"][:3]): _essence(r) for r in rows}
    wanted = {k: _essence(c.to_dict()) for k, c in answers.items() if c.passages}
    # Evidence names texts by id, and the id of a file has its suffix.
    for pairs in (got, wanted):
        for pair in pairs.values():
            pair["direction"] = {k: v for k, v in pair["direction"].items() if k != "evidence"}
    assert got == wanted


def test_batch_in_memory_says_the_same_as_compare(
    documents: dict[str, Document], answers: dict[tuple[str, str], Comparison]
) -> None:
    result = compare_all(list(documents.values()))
    got = {(c.a.document.id, c.b.document.id): c.to_dict() for c in result.comparisons}
    assert got == {k: c.to_dict() for k, c in answers.items() if c.passages}


def test_the_service_says_the_same_as_compare(
    real_articles: dict[str, str], answers: dict[tuple[str, str], Comparison]
) -> None:
    from service.app import create_app

    client = create_app().test_client()
    for (a, b), answer in answers.items():
        body = {
            "a": {"id": a, "text": real_articles[a]},
            "b": {"id": b, "text": real_articles[b]},
        }
        reply = client.post("/v1/compare", json=body)
        assert reply.status_code == 200
        assert reply.get_json() == answer.to_dict()
