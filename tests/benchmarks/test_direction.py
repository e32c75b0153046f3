"""The fit of the direction's weights finds what was planted; its confidence is what is right."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.quality import direction as fitting
from benchmarks.quality.cases import Case, Truth
from benchmarks.quality.direction import Count, Example, count, fit_scale, limit, logistic
from benchmarks.quality.given import seeds
from benchmarks.quality.reliability import LOWEST, picture, reliability
from detector.classify.direction import WEIGHTS, direction
from detector.pipeline import compare_sides
from detector.settings import DEFAULT
from tests.conftest import ROOT
from tests.detector import stories
from tests.detector.stories import document

PLANTED = np.array([2.0, 1.0, 0.0])
RESULT = ROOT / "benchmarks" / "results" / "direction.json"


def planted(pairs: int, seed: int = 1) -> NDArray[np.float64]:
    """Signed strengths of pairs whose source follows the planted weights."""
    rng = np.random.default_rng(seed)
    clues = rng.uniform(-1, 1, (pairs, len(PLANTED)))
    a_is_source = rng.random(pairs) < logistic(clues @ PLANTED)
    return np.where(a_is_source[:, None], clues, -clues)


def fit(signed: NDArray[np.float64], prior: float, most: float = 10) -> NDArray[np.float64]:
    """The fit with one prior and one limit for all weights, each pair counting once."""
    each = np.ones(signed.shape[1])
    return fitting.fit(signed, np.ones(len(signed)), prior * each, most * each)


# -- the fit


def test_the_fit_finds_the_planted_weights_from_a_wrong_start() -> None:
    found = fit(planted(20_000), 0.7)
    assert found == pytest.approx(PLANTED, abs=0.1)
    assert fit(planted(20_000), 0.7).tolist() == found.tolist()


def test_no_weight_leaves_its_limits() -> None:
    always_right_or_wrong = np.array([[1.0, -1.0, 0.0]] * 500)
    assert fit(always_right_or_wrong, 1)[0] > 2
    assert fit(always_right_or_wrong, 1, most=2).tolist() == pytest.approx([2, 0, 1])


def test_a_few_pairs_hardly_move_a_weight_and_many_do() -> None:
    few, many = (fit(np.full((n, 1), -1.0), 1)[0] for n in (1, 100))
    assert few > 0.8
    assert many == 0


def test_a_pair_that_counts_double_is_two_pairs() -> None:
    signed, each = planted(50), np.ones(3)
    doubled = fitting.fit(signed, np.full(50, 2.0), each, 10 * each)
    assert doubled == pytest.approx(fit(np.concatenate([signed, signed]), 1), abs=1e-3)


def test_calling_the_other_text_the_first_changes_no_weight() -> None:
    """The best weights for pairs that are named in any order, found by trying, are the fitted."""
    signed = planted(300)[:, :1]
    first_is_source = np.arange(300) % 3 == 0
    as_named = np.where(first_is_source[:, None], signed, -signed)[:, 0]

    def loss(weight: float) -> float:
        chance = logistic(as_named * weight)
        shown = np.where(first_is_source, chance, 1 - chance)
        return float(-np.log(shown).sum() + (weight - 1) ** 2 / (2 * fitting.SPREAD**2))

    tried = np.arange(0, 4, 0.01)
    assert fit(signed, 1)[0] == pytest.approx(min(tried, key=loss), abs=0.011)


def test_the_scale_of_a_sum_is_found() -> None:
    rng = np.random.default_rng(2)
    sums = rng.uniform(0, 3, 20_000)
    signed = np.where(rng.random(len(sums)) < logistic(sums), sums, -sums)
    assert fit_scale(signed / 2, np.ones(len(sums))) == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(
    ("seen", "most"),
    [
        (Count(30, 1.0, 1.0, 1.0), 1.4),
        (Count(30, 1.0, 1.0, 0.8), 0.5),
        (Count(30, 1.0, 0.8, 1.0), 0.5),
        (Count(30, 2.0, 0.8, 1.0), 0.2),
    ],
)
def test_a_clue_that_is_often_wrong_stays_weak_and_none_is_raised(seen: Count, most: float) -> None:
    assert limit(seen, 1.4) == most


@pytest.mark.parametrize("pairs", [fitting.MIN_PAIRS - 1, fitting.MIN_PAIRS])
def test_a_weight_is_fitted_where_enough_pairs_have_the_clue(pairs: int) -> None:
    wrong = [Example("x", f"source-{n}", {"detail": -1.0, "credit": -1.0}) for n in range(pairs)]
    table = fitting.fitted_table(wrong, {name: count(wrong, name) for name in WEIGHTS})
    assert (table["detail"] < 0.5) == (pairs >= fitting.MIN_PAIRS)
    assert table["credit"] == fitting.HAND_SET["credit"]


def test_each_case_counts_the_same_however_many_pairs_it_has() -> None:
    pairs = [Example("many", str(n), {}) for n in range(90)]
    pairs += [Example("few", str(n), {}) for n in range(10)]
    counts = fitting.case_counts(pairs)
    assert counts[:90].sum() == pytest.approx(counts[90:].sum())


def test_a_clue_is_counted_by_half_and_by_case() -> None:
    right = [Example("good", str(n), {"detail": 0.5}) for n in range(40)]
    wrong = [Example("bad", str(n), {"detail": -1.5}) for n in range(40)]
    seen = count([*right, *wrong, Example("none", "x", {})], "detail")
    assert (seen.n, seen.strongest, seen.right_fit, seen.right_check) == (80, 1.5, 0.5, 0.5)
    assert fitting.right_by_case([*right, *wrong], "detail") == {"good": [40, 40], "bad": [0, 40]}


def test_all_pairs_of_a_source_are_in_one_half() -> None:
    pairs = [Example(case, f"source-{n}", {}) for n in range(400) for case in ("one", "two")]
    halves = {p.source: set[bool]() for p in pairs}
    for p in pairs:
        halves[p.source].add(p.is_fitted_on)
    assert all(len(half) == 1 for half in halves.values())
    assert 150 < sum(half == {True} for half in halves.values()) < 250


# -- confidence


def test_planted_confidence_is_calibrated_and_too_much_of_it_is_not() -> None:
    signed = planted(20_000) @ PLANTED
    confidence = logistic(np.abs(signed))
    honest = reliability(confidence, signed > 0)
    boastful = reliability(np.minimum(0.99, confidence + 0.2), signed > 0)
    assert honest.ece < 0.02
    assert honest.brier < boastful.brier
    assert boastful.ece > 0.1
    assert all(abs(b.confidence - b.right) < 0.05 for b in honest.bins if b.n > 200)


def test_every_answer_is_in_one_bin() -> None:
    confidence = np.array([0.1, LOWEST, 0.55, 0.9999, 1.0])
    found = reliability(confidence, np.ones(5, bool))
    assert [b.n for b in found.bins] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert found.brier == pytest.approx(((1 - confidence) ** 2).mean())


def test_no_answers_have_no_error() -> None:
    found = reliability(np.empty(0), np.empty(0, bool))
    assert (found.brier, found.ece) == (0, 0)


def test_the_picture_is_a_drawing_with_a_dot_for_each_bin_that_has_answers() -> None:
    found = reliability(np.array([0.6, 0.6, 0.9]), np.array([True, False, True]))
    drawing = ElementTree.fromstring(picture("Title", {"now": found}))  # noqa: S314
    circles = drawing.findall("{http://www.w3.org/2000/svg}circle")
    assert len(circles) == 2 + 1  # and one in the key


# -- pairs


def test_the_rules_see_what_they_see_in_the_detector() -> None:
    case = seeds(ROOT)
    sides = fitting.sides_of(case)
    for truth in case.truths:
        one, other = sides[truth.a], sides[truth.b]
        pair = fitting.pair_of(one, other)
        answer = compare_sides(pair.a, pair.b, DEFAULT)
        assert pair.relation is answer.relation
        assert direction(pair) == answer.direction


def test_strengths_say_the_true_source_whichever_way_round() -> None:
    texts = (document(stories.DAM, "dam"), document(stories.DAM_SUMMARY, "summary"))
    truth = Truth("dam", "summary", "summary", True, source="dam")
    (right,) = fitting.examples(Case("x", texts, (truth,), "listed"))
    (wrong,) = fitting.examples(Case("x", texts, (replace(truth, source="summary"),), "listed"))
    assert right.strengths["quoted_prose"] == 1
    assert {name: -value for name, value in right.strengths.items()} == wrong.strengths


def test_siblings_of_whom_one_is_called_the_source_are_counted() -> None:
    texts = (document(stories.DAM, "dam"), document(stories.DAM_SUMMARY, "summary"))
    siblings = Truth("dam", "summary", "siblings", True)
    found = fitting.accusations(Case("x", texts, (siblings,), "all"))
    assert (found["siblings"], found["named"]) == (1, 1)
    assert "quoted_prose" in next(iter(found["by"]))
    assert fitting.accusations(Case("x", texts, (), "all"))["named"] == 0


def test_the_report_is_the_same_every_time_and_counts_every_pair() -> None:
    strengths = {"coverage": 1.0, "detail": -0.5}
    pairs = [Example("x", f"source-{n}", strengths) for n in range(60)]
    result, plot = fitting.report(pairs)
    assert (result, plot) == fitting.report(pairs)
    assert sum(result["pairs"]) == 60
    assert result["clues"]["coverage"]["n"] == 60
    assert result["clues"]["coverage"]["weight"] == fitting.HAND_SET["coverage"]
    assert result["clues"]["detail"]["right_fit"] == 0
    assert result["clues"]["detail"]["weight"] < 0.6
    assert result["right by case"]["detail"] == {"x": [0, 60]}
    assert result["check"]["after"]["all"]["pairs"] == result["pairs"][1]


def test_the_detector_uses_the_weights_of_the_committed_result() -> None:
    clues = json.loads(RESULT.read_text(encoding="utf-8"))["clues"]
    assert {name: clue["weight"] for name, clue in clues.items()} == WEIGHTS
