"""The quality benchmark: its data make sense, it counts right, its command writes what it says."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from benchmarks.quality import __main__ as command
from benchmarks.quality import given, peers
from benchmarks.quality.cases import Answers, Case, Found, Truth
from benchmarks.quality.levels import leave_one_out_accuracy, monotone_levels
from benchmarks.quality.score import Scored, score
from detector.model import Document, Span


def document(name: str, text: str) -> Document:
    return Document(id=name, text=text)


def found(a: str, b: str, relation: str | None = "derived", source: str | None = None) -> Found:
    is_reuse = relation not in ("incidental", "shared_quotes", "independent")
    return Found(a, b, is_reuse, score=1.0, relation=relation, source=source)


def scored(
    truths: list[Truth], answers: list[Found], names: str = "abcdefg", **more: object
) -> Scored:
    documents = tuple(document(name, f"Text {name}.") for name in names)
    case = replace(Case("x", documents, tuple(truths), "all"), **more)  # type: ignore[arg-type]
    return score(case, Answers(tuple(answers), (), 1.0))


# -- cases


def test_a_case_refuses_labels_that_make_no_sense() -> None:
    one, two = document("a", "One."), document("b", "Two.")
    truth = Truth("a", "b", "x", True)
    with pytest.raises(ValueError, match="two documents have one id"):
        Case("x", (one, one), (), "all")
    with pytest.raises(ValueError, match="labelled twice"):
        Case("x", (one, two), (truth, replace(truth, a="b", b="a")), "all")
    with pytest.raises(ValueError, match="no document 'c'"):
        Case("x", (one, two), (replace(truth, b="c"),), "all")


def test_the_digest_is_that_of_texts_and_labels() -> None:
    case = Case(
        "x", (document("a", "One."), document("b", "Two.")), (Truth("a", "b", "x", True),), "all"
    )
    same = replace(case, name="y")
    others = [
        replace(case, mode="listed"),
        replace(case, documents=(document("a", "One!"), case.documents[1])),
        replace(case, documents=(replace(case.documents[0], outlet="Post"), case.documents[1])),
        replace(case, truths=(replace(case.truths[0], source="a"),)),
        replace(case, clusters=(frozenset("ab"),)),
        replace(case, unjudged=(frozenset("ab"),)),
    ]
    assert same.digest == case.digest
    assert len({case.digest, *(other.digest for other in others)}) == len(others) + 1


# -- scores


def test_a_pair_that_no_label_speaks_of_is_no_reuse() -> None:
    got = scored([Truth("a", "b", "reprint", True)], [found("b", "a"), found("c", "d")])
    assert (got.measures["precision"], got.measures["recall"]) == (0.5, 1.0)
    assert got.counts["false alarms"] == 1
    assert [(w.kind, w.a, w.b) for w in got.wrong] == [("false alarm", "c", "d")]


def test_a_pair_that_nobody_judged_counts_neither_way() -> None:
    got = scored(
        [Truth("a", "b", "reprint", True)],
        [found("a", "b"), found("c", "d"), found("c", "e")],
        unjudged=(frozenset("cd"),),
    )
    assert got.measures["precision"] == 0.5
    assert got.counts["unjudged reports"] == 1


def test_a_label_counts_inside_a_group_that_nobody_judged() -> None:
    got = scored([Truth("a", "b", "quotes", False)], [found("a", "b")], unjudged=(frozenset("ab"),))
    assert got.counts["false alarms"] == 1
    assert got.measures["left alone: quotes"] == 0


def test_where_no_pair_can_be_wrong_there_is_no_precision() -> None:
    everything = (frozenset("abcdefg"),)
    got = scored([Truth("a", "b", "x", True)], [found("a", "b")], unjudged=everything)
    assert "precision" not in got.measures
    assert got.measures["recall"] == 1


def test_recall_is_also_told_by_type() -> None:
    truths = [
        Truth("a", "b", "reprint", True),
        Truth("a", "c", "excerpt", True),
        Truth("a", "d", "excerpt", True),
    ]
    got = scored(truths, [found("a", "b"), found("a", "c")]).measures
    assert (got["recall: reprint"], got["recall: excerpt"]) == (1.0, 0.5)


def test_a_missed_pair_has_the_wrong_relation() -> None:
    truths = [
        Truth("a", "b", "x", True, "excerpt"),
        Truth("a", "c", "x", True, "excerpt"),
        Truth("a", "d", "x", False, "independent"),
    ]
    got = scored(truths, [found("a", "b", "excerpt")]).measures
    assert (got["relation: excerpt"], got["relation: independent"], got["relation"]) == (
        0.5,
        1.0,
        0.75,
    )


def test_a_detector_without_relations_has_no_score_for_them() -> None:
    truths = [Truth("a", "b", "x", True, "excerpt", source="a")]
    got = scored(truths, [found("a", "b", None)])
    assert not {name for name in got.measures if name.startswith(("relation", "direction"))}
    assert not got.wrong


def test_directions_are_counted_by_those_named_and_by_those_there_are() -> None:
    truths = [Truth("a", name, "x", True, "derived", source="a") for name in "bcde"]
    answers = [
        found("a", "b", source="a"),
        found("c", "a", source="a"),
        found("a", "d", source="d"),
        found("a", "e"),
    ]
    got = scored(truths, answers)
    assert got.measures["direction of named"] == pytest.approx(2 / 3)
    assert got.measures["direction of known"] == 0.5
    assert Counter(w.kind for w in got.wrong) == {"direction": 2}


def test_naming_one_of_two_siblings_is_an_accusation() -> None:
    truths = [Truth("a", name, "siblings", True) for name in "bc"]
    got = scored(truths, [found("a", "b", source="a"), found("a", "c")])
    assert got.measures["siblings unaccused"] == 0.5
    assert [(w.kind, w.got) for w in got.wrong] == [("accused", "a")]


def test_passages_are_turned_to_the_order_of_the_label() -> None:
    truth = Truth("b", "a", "x", True, spans=((Span(0, 5), Span(20, 25)),), span_types=("k",))
    answer = replace(found("a", "b"), spans=((Span(20, 25), Span(0, 5)),))
    got = scored([truth], [answer]).measures
    assert got["micro plagdet"] == got["macro plagdet"] == got["passages: k"] == 1


def test_passages_of_a_false_alarm_cost_precision() -> None:
    span = (Span(0, 5), Span(0, 5))
    truths = [Truth("a", "b", "x", True, spans=(span,), span_types=("k",))]
    answers = [replace(found(a, b), spans=(span,)) for a, b in ("ab", "cd")]
    got = scored(truths, answers).measures
    assert (got["micro precision"], got["micro recall"]) == (0.5, 1.0)


def test_passages_of_a_pair_without_marked_passages_say_nothing() -> None:
    span = (Span(0, 5), Span(0, 5))
    truths = [
        Truth("a", "b", "x", True, spans=(span,), span_types=("k",)),
        Truth("c", "d", "x", True),
    ]
    answers = [replace(found(a, b), spans=(span,)) for a, b in ("ab", "cd")]
    assert scored(truths, answers).measures["micro precision"] == 1


def test_wrong_pairs_are_capped_by_kind() -> None:
    names = [chr(0x4E00 + i) for i in range(300)]
    answers = [found("a", name) for name in names]
    got = scored([], answers, names="".join(["a", *names]))
    assert got.counts["false alarms"] == 300
    assert len(got.wrong) == 200


# -- levels


def test_levels_that_scores_tell_apart_are_all_right() -> None:
    scores = [0.0, 0.05, 0.3, 0.35, 0.6, 0.65, 0.9, 0.95]
    assert leave_one_out_accuracy(scores, [0, 0, 1, 1, 2, 2, 3, 3]) == 1


def test_an_item_never_picks_the_threshold_that_judges_it() -> None:
    # Alone with its level, each item would be right if it were asked about itself.
    assert leave_one_out_accuracy([0.1, 0.9], [0, 1]) == 0


@for_all(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=7))
def test_levels_never_fall_and_none_fit_better(items: list[tuple[int, int]]) -> None:
    values = sorted({score for score, _ in items})
    got = monotone_levels([float(s) for s, _ in items], [level for _, level in items])
    assert list(got.values()) == sorted(got.values())

    def right(levels: tuple[int, ...]) -> int:
        by_value = dict(zip(values, levels, strict=True))
        return sum(by_value[score] == level for score, level in items)

    def rising(length: int, least: int = 0) -> list[tuple[int, ...]]:
        if not length:
            return [()]
        return [(x, *rest) for x in range(least, 4) for rest in rising(length - 1, x)]

    assert right(tuple(got.values())) == max(right(x) for x in rising(len(values)))


# -- given data


def test_the_projects_own_texts_are_a_case() -> None:
    got = given.seeds(Path("not read"), False)
    texts = {d.id: d.text for d in got.documents}
    for truth in got.truths:
        for a, b in truth.spans or ():
            assert a.slice(texts[truth.a])
            assert b.slice(texts[truth.b])
    siblings = [t for t in got.truths if t.type == "siblings"]
    assert ("texts/whey-local-paper.md", "texts/whey-trade-magazine.md") in {
        t.key for t in siblings
    }
    assert all(t.source is None for t in siblings)


@pytest.mark.parametrize("kind", given.KINDS)
def test_the_small_part_is_a_part_of_the_whole(kind: str, shared_folder: Path) -> None:
    whole, small = given.KINDS[kind](shared_folder, False), given.KINDS[kind](shared_folder, True)
    assert {d.id for d in small.documents} <= {d.id for d in whole.documents}
    assert {t.key for t in small.truths} <= {t.key for t in whole.truths}
    assert small.digest == given.KINDS[kind](shared_folder, True).digest


def test_every_labelled_pair_is_taken_in(shared_folder: Path) -> None:
    sizes = {kind: len(case(shared_folder, False).truths) for kind, case in given.KINDS.items()}
    corrected_twice = 43
    assert sizes == {
        "seeds": 18,
        "real": 10,
        "clough": 57,
        "pan13": 253,
        "ocr": 480,
        "ukrainian": 1749 + corrected_twice,
        "same_story": 1206,
    }


# -- the command


def test_the_command_writes_measures_and_wrong_pairs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, wrong = tmp_path / "quality.json", tmp_path / "errors.json"
    asked = ["quality", "none", "--only", "seeds", "-o", str(out), "--errors", str(wrong)]
    monkeypatch.setattr(sys, "argv", asked)
    command.main()
    result = json.loads(out.read_text("utf-8"))
    row = result["cases"]["seeds"]
    assert row["detectors"].keys() == {"copydesk", *peers.DETECTORS}
    assert row["detectors"]["copydesk"]["measures"]["recall"] == 1
    assert row["digest"] == given.seeds(Path("none"), False).digest
    assert json.loads(wrong.read_text("utf-8"))["seeds"]["5-gram chain"]
    shown = capsys.readouterr().out
    assert "minhash w3 .3" in shown
    assert "seeds  recall: " in shown
