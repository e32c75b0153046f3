"""How much each reason for a direction is worth, fitted on labelled pairs, and how sure to be.

::

    python -m benchmarks.quality.direction LABELLED -o benchmarks/results/direction.json \
        --plot benchmarks/results/direction.svg

An example is a labelled pair whose source is known: the strength of each clue, positive where it
says the true source. A logistic regression (Cox 1958) without intercept gives the weights. Half of
the sources are fitted on, the other half checks. A person reads the result and writes the weights
into ``detector/classify/direction.py``.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from benchmarks.batch_cost import machine
from benchmarks.quality import given, obfuscation, releases, syndication
from benchmarks.quality.cases import Case
from benchmarks.quality.reliability import Reliability, picture, reliability
from detector.classify.basis import read_basis
from detector.classify.direction import (
    CONFIDENCE_SCALE,
    MIN_WEIGHT,
    WEIGHTS,
    Pair,
    text_clues,
)
from detector.classify.relation import coverage, relation
from detector.classify.side import Side
from detector.classify.traces import find_traces
from detector.corpus import Corpus
from detector.model import Relation
from detector.pipeline import align_sides, scan, view
from detector.stats import PRIOR, learn
from detector.view import MIN_WORDS

HAND_SET = {
    "quoted_prose": 2.0,
    "credit": 2.0,
    "shared_origin": 1.2,
    "release": 2.0,
    "agency": 1.2,
    "coverage": 2.0,
    "belonging": 1.4,
    "tail_cut": 1.0,
    "condensed": 0.6,
    "detail": 1.0,
    "own_reporting": 1.0,
    "cut_quote": 0.5,
    "correction": 2.0,
}
"""The weights before any were fitted: what the fit is drawn to. A clue that is not here is drawn to
its weight in the detector."""
FITTED = tuple("coverage belonging tail_cut condensed detail own_reporting cut_quote".split())
"""What is fitted: reasons of shape and wording. What editors write on purpose (credits, releases,
corrections, quotation marks) keeps its hand-set weight: made texts hardly have it, break it (half a
quotation is cut off) or have it in every source, as the agency's items are marked as such."""
SPREAD = 0.5
"""So far a hand-set weight may be off (the standard deviation of its prior). Made texts are not the
world: what their program always does would look certain."""
CASE_PAIRS = 50
"""So many pairs a case counts as, however many its program made."""
MIN_PAIRS = 30
ALONE_RIGHT = 0.85
"""A clue that alone may name a source is right so often, on both halves."""

Floats = NDArray[np.float64]
Table = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled pair: ``strengths`` by type of clue, each from -2 to 2, positive where it says
    the true source. ``source`` is that text's id."""

    case: str
    source: str
    strengths: Table

    @property
    def is_fitted_on(self) -> bool:
        """Whether it is in the half that weights are fitted on: all pairs of a source are."""
        return random.Random(f"direction half {self.source}").random() < 0.5


@dataclass(frozen=True, slots=True)
class Count:
    """One type of clue in the examples: ``n`` pairs have it, ``strongest`` is how strong it gets,
    and the two shares are how often it says the true source in either half (1 where none has it).
    """

    n: int
    strongest: float
    right_fit: float
    right_check: float


# -- labelled pairs -> examples


def sides_of(case: Case) -> dict[str, Side]:
    """The labelled texts of a case, marked with the statistics of all its texts, or of none where
    pairs are compared one by one."""
    stats = learn([scan(d).hashes for d in case.documents]) if case.mode == "all" else PRIOR
    labelled = {name for t in case.truths for name in (t.a, t.b)}
    return {d.id: view(d, stats) for d in case.documents if d.id in labelled}


def pair_of(one: Side, other: Side) -> Pair:
    """What the rules of direction get to see of two texts, as in the detector's own line."""
    a, b = sorted((one, other), key=lambda s: (s.document.digest, s.document.id))
    passages = align_sides(a, b).passages
    long = [p for p in passages if max(len(p.a), len(p.b)) >= MIN_WORDS]
    marked = read_basis(a, b, long)
    cover_a, cover_b = coverage(a, "a", marked), coverage(b, "b", marked)
    is_same = a.reading.normal.tokens == b.reading.normal.tokens
    kind = relation(a, b, marked, cover_a, cover_b, is_same)
    return Pair(a, b, marked, cover_a, cover_b, kind, find_traces(a, b, marked))


def examples(case: Case) -> Iterator[Example]:
    """The pairs of a case whose source is known and that the detector takes for copying; of others
    it says no direction."""
    sides = sides_of(case)
    for truth in case.truths:
        if truth.source is None:
            continue
        pair = pair_of(sides[truth.a], sides[truth.b])
        if pair.relation.is_copying and pair.relation is not Relation.IDENTICAL:
            is_a = pair.a.document.id == truth.source
            yield Example(case.name, truth.source, strengths(pair, is_a))


def strengths(pair: Pair, source_is_a: bool) -> dict[str, float]:
    """How strongly each type of clue says the true source; negative where it says the other."""
    found: dict[str, float] = defaultdict(float)
    for clue in text_clues(pair):
        sign = 1 if (clue.source == "a") == source_is_a else -1
        found[clue.type] += sign * clue.weight / WEIGHTS[clue.type]
    return dict(found)


def matrix(pairs: Sequence[Example], types: Sequence[str]) -> Floats:
    """The strengths: float64[pairs, types]."""
    rows = [[p.strengths.get(name, 0.0) for name in types] for p in pairs]
    return np.array(rows, dtype=np.float64).reshape(len(pairs), len(types))


# -- the fit


def fit(signed: Floats, counts: Floats, prior: Floats, most: Floats) -> Floats:
    """Weights, float64[types], from 0 to ``most``: those most likely after seeing ``signed``
    strengths, float64[pairs, types], where each is normally distributed about ``prior``. A pair
    counts as ``counts`` pairs, float64[pairs].

    Which text is called the first is chance, so each pair stands for its mirror image too. That
    has the same loss, so it needs no row of its own, and there is no intercept.

    >>> none = np.zeros((5, 2))
    >>> fit(none, np.ones(5), np.array([1.0, 2.0]), np.array([5.0, 1.5])).round(3).tolist()
    [1.0, 1.5]
    """

    def loss(weights: Floats) -> tuple[float, Floats]:
        sums = signed @ weights
        away = (weights - prior) / SPREAD**2
        value = counts @ np.logaddexp(0, -sums) + away @ (weights - prior) / 2
        return float(value), away - signed.T @ (counts * logistic(-sums))

    bounds = [(0, top) for top in most]
    start = np.minimum(prior, most)
    found: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return found


def fit_scale(sums: Floats, counts: Floats) -> float:
    """The factor, .1 to 5, that makes the logistic of signed sums, float64[pairs], most likely."""

    def loss(scale: float) -> float:
        return float(counts @ np.logaddexp(0, -scale * sums))

    return float(minimize_scalar(loss, bounds=(0.1, 5), method="bounded").x)


def logistic(sums: Floats) -> Floats:
    """1 / (1 + exp(-sum)), without overflow.

    >>> logistic(np.array([0.0, -1000.0])).tolist()
    [0.5, 0.0]
    """
    result: Floats = np.exp(-np.logaddexp(0, -sums))
    return result


def count(pairs: Sequence[Example], name: str) -> Count:
    """Count one type of clue."""
    having = [p for p in pairs if p.strengths.get(name)]
    return Count(
        len(having),
        max((abs(p.strengths[name]) for p in having), default=1.0),
        _share_right([p for p in having if p.is_fitted_on], name),
        _share_right([p for p in having if not p.is_fitted_on], name),
    )


def _share_right(having: Sequence[Example], name: str) -> float:
    return sum(p.strengths[name] > 0 for p in having) / len(having) if having else 1.0


def right_by_case(pairs: Sequence[Example], name: str) -> dict[str, list[int]]:
    """Of one type of clue and each case: how often it is right, and how often it is there."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for p in pairs:
        strength = p.strengths.get(name, 0.0)
        found[p.case][0] += strength > 0
        found[p.case][1] += strength != 0
    return {case: both for case, both in found.items() if both[1]}


def limit(seen: Count, hand_set: float) -> float:
    """The most that a soft clue may weigh. Made texts can show that it is wrong, and then it stays
    too weak to name a source alone; where it is right it may be so because they are made, so its
    weight is never raised.

    >>> limit(Count(100, 1.0, 0.9, 0.9), 1.4), limit(Count(100, 1.0, 0.9, 0.8), 1.4)
    (1.4, 0.5)
    """
    if min(seen.right_fit, seen.right_check) >= ALONE_RIGHT:
        return hand_set
    return (math.ceil(10 * MIN_WEIGHT / seen.strongest - 1e-9) - 1) / 10


def case_counts(pairs: Sequence[Example]) -> Floats:
    """What each pair counts as, so that every case counts the same: float64[pairs]."""
    sizes = Counter(p.case for p in pairs)
    return np.array([CASE_PAIRS / sizes[p.case] for p in pairs])


def fitted_table(pairs: Sequence[Example], seen: Mapping[str, Count]) -> dict[str, float]:
    """All weights, in tenths: fitted on ``pairs`` where a soft clue was seen often enough, and
    hand-set where not."""
    table = hand_set()
    names = [name for name in FITTED if seen[name].n >= MIN_PAIRS]
    if not names:
        return table
    prior = np.array([table[name] for name in names])
    most = np.array([limit(seen[name], table[name]) for name in names])
    weights = fit(matrix(pairs, names), case_counts(pairs), prior, most)
    return table | dict(zip(names, weights.round(1).tolist(), strict=True))


# -- the report


def report(pairs: Sequence[Example]) -> tuple[dict[str, Any], str]:
    """All that the fit says, ready for JSON, and the picture of the confidences of the checking
    half."""
    old = hand_set()
    halves = [[p for p in pairs if p.is_fitted_on is half] for half in (True, False)]
    seen = {name: count(pairs, name) for name in old}
    new = fitted_table(halves[0], seen)
    before, after = (total(halves[1], table) for table in (old, new))
    calibration = {
        "before, 1 - exp(-sum)": named(before, -np.expm1(-np.abs(before))),
        "after, logistic": named(after, logistic(CONFIDENCE_SCALE * np.abs(after))),
    }
    result = {
        "pairs": [len(half) for half in halves],
        "clues": {
            name: asdict(seen[name]) | {"hand_set": old[name], "weight": new[name]} for name in old
        },
        "right by case": {name: right_by_case(pairs, name) for name in old},
        "scale": fit_scale(total(halves[0], new), case_counts(halves[0])),
        "check": {"before": answers(halves[1], before), "after": answers(halves[1], after)},
        "calibration": {name: asdict(found) for name, found in calibration.items()},
    }
    return rounded(result), picture("How often a named source is right", calibration)


def hand_set() -> dict[str, float]:
    """The weights before any were fitted, for every clue that the detector knows."""
    return WEIGHTS | HAND_SET


def total(pairs: Sequence[Example], table: Table) -> Floats:
    """The sums of the clues, float64[pairs], positive where they say the true source."""
    sums: Floats = matrix(pairs, list(table)) @ np.array(list(table.values()))
    return sums


def named(sums: Floats, confidence: Floats) -> Reliability:
    """Compare the confidences of signed sums with the truth, where a source is named."""
    is_named = np.abs(sums) >= MIN_WEIGHT
    return reliability(np.minimum(0.99, confidence[is_named]), sums[is_named] > 0)


def answers(pairs: Sequence[Example], sums: Floats) -> dict[str, dict[str, float]]:
    """What signed sums make of the pairs: in all, and of each case."""
    cases = np.array([p.case for p in pairs])
    picks = {"all": cases == cases} | {name: cases == name for name in sorted(set(cases.tolist()))}
    return {name: _answers(sums[pick]) for name, pick in picks.items()}


def _answers(sums: Floats) -> dict[str, float]:
    right, wrong = int((sums >= MIN_WEIGHT).sum()), int((sums <= -MIN_WEIGHT).sum())
    precision, loss = (
        right / max(1, right + wrong),
        float(np.logaddexp(0, -CONFIDENCE_SCALE * sums).mean()),
    )
    return {
        "pairs": len(sums),
        "right": right,
        "wrong": wrong,
        "precision": precision,
        "log_loss": loss,
    }


def accusations(case: Case) -> dict[str, Any]:
    """The pairs with a common source of which the detector says, with the whole case as its corpus,
    that one was taken from the other: how many of how many, and by which clues."""
    siblings = {t.key for t in case.truths if t.type == "siblings"}
    found = Counter(
        " + ".join(e.type for e in c.direction.evidence)
        for c in Corpus.of(case.documents).pairs()
        if (c.a.document.id, c.b.document.id) in siblings and c.direction.source
    )
    return {"siblings": len(siblings), "named": found.total(), "by": dict(found.most_common(10))}


def rounded(content: Any) -> Any:
    """The same JSON with four digits."""
    if isinstance(content, float):
        return round(content, 4)
    if isinstance(content, Mapping):
        return {name: rounded(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [rounded(value) for value in content]
    return content


def main() -> None:
    """Collect, fit, and write the result and its picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", type=Path, help="the folder of labelled data")
    parser.add_argument("-o", "--output", type=Path, required=True, help="write the result as JSON")
    parser.add_argument("--plot", type=Path, help="write the reliability diagram as SVG")
    parser.add_argument("--small", action="store_true", help="a fixed small part of the data")
    options = parser.parse_args()
    shared, small = options.shared, options.small
    present, absent = releases.cases(shared, small)
    made = [present, *obfuscation.cases(shared, small), next(syndication.cases(shared, small))]
    result, plot = report([example for case in made for example in examples(case)])
    result["siblings"] = {case.name: accusations(case) for case in (present, absent)}
    result["held out"] = rounded(held_out([given.seeds(shared), given.real(shared)]))
    result = {"benchmark": "direction", "digests": {c.name: c.digest for c in made}, **result}
    result |= {"machine": machine(), "versions": {n: version(n) for n in ("numpy", "scipy")}}
    options.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if options.plot:
        options.plot.write_text(plot, encoding="utf-8")


def held_out(cases: Sequence[Case]) -> dict[str, Any]:
    """What hand-set weights and those of the detector make of texts that nothing was fitted on."""
    pairs = [example for case in cases for example in examples(case)]
    return {
        "before": answers(pairs, total(pairs, hand_set())),
        "now": answers(pairs, total(pairs, WEIGHTS)),
    }


if __name__ == "__main__":
    main()
