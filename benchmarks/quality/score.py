"""A case and a detector's answers -> measures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scipy.stats import spearmanr

from benchmarks.quality.cases import Answers, Case, Found, Truth
from benchmarks.quality.levels import leave_one_out_accuracy
from detector.evaluate import Score, macro_accuracy, plagdet, rand_index, set_score

INDEPENDENT = "independent"
SIBLINGS = "siblings"
UNLISTED = "unlisted"
MAX_WRONG = 200


@dataclass(frozen=True, slots=True)
class Wrong:
    """A pair that was answered wrongly. ``kind`` is missed, false alarm, relation, direction or
    accused; ids only, no text."""

    kind: str
    a: str
    b: str
    type: str
    expected: str | None
    got: str | None


@dataclass(frozen=True, slots=True)
class Scored:
    """How well a detector did. ``measures`` run from 0 to 1 (correlations from -1), more is
    better, and hold only what the labels and the detector have; ``counts`` are anything else."""

    measures: Mapping[str, float]
    counts: Mapping[str, float]
    wrong: tuple[Wrong, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair whose truth is known, with the answer; None where the detector left it out."""

    truth: Truth
    found: Found | None

    @property
    def is_reported(self) -> bool:
        """Whether the detector calls the pair reuse."""
        return self.found is not None and self.found.is_reuse

    @property
    def source(self) -> str | None:
        """The source that the detector names, if it calls the pair reuse."""
        return self.found.source if self.found and self.found.is_reuse else None

    @property
    def relation(self) -> str:
        """The relation that the detector names; a pair it leaves out it calls independent."""
        return (self.found and self.found.relation) or INDEPENDENT


def score(case: Case, answers: Answers) -> Scored:
    """All measures that the labels of ``case`` and the detector's answers allow.

    ``recall`` of pairs, and ``precision`` and ``f1`` where some judged pair is no reuse.
    ``recall: TYPE``, ``left alone: TYPE``: the share of the labelled pairs of a type that is
    reported, or for a type that is no reuse is not. ``relation``: macro accuracy, and for each
    relation. ``direction of named``, ``of known``: right sources by those named, and by those
    there are. ``siblings unaccused``: pairs with one common source where neither is named.
    ``micro plagdet``, ``macro plagdet``; ``passages: TYPE``: recall of characters. ``clusters``:
    adjusted Rand index. ``levels ...``: see _level_measures.
    """
    judged = list(judge(case, answers))
    measures = dict(_pair_measures(judged, _judges_negatives(case)))
    counts = dict(_counts(case, judged, answers))
    names_relations = any(f.relation for f in answers.found)
    if names_relations:
        measures.update(_relation_measures(judged))
        measures.update(_direction_measures(judged))
    if any(f.spans for f in answers.found) and any(j.truth.spans for j in judged):
        passages, pieces = _passage_measures(judged)
        measures.update(passages)
        counts["granularity"] = pieces
    if case.clusters:
        measures["clusters"] = rand_index(case.clusters, answers.clusters, len(case.documents))
    measures.update(_level_measures(judged))
    return Scored(measures, counts, tuple(_wrong(judged, names_relations)))


def judge(case: Case, answers: Answers) -> Iterator[Judged]:
    """Every labelled pair with its answer, then the reported pairs that no label speaks of."""
    given = {min((f.a, f.b), (f.b, f.a)): f for f in answers.found}
    for truth in case.truths:
        yield Judged(truth, _turned(given.pop(truth.key, None), truth))
    groups = defaultdict(set)
    for number, members in enumerate(case.unjudged):
        for name in members:
            groups[name].add(number)
    for (a, b), found in sorted(given.items()):
        if found.is_reuse and not groups[a] & groups[b]:
            yield Judged(Truth(found.a, found.b, UNLISTED, is_reuse=False), found)


def _turned(found: Found | None, truth: Truth) -> Found | None:
    """The answer with its texts in the order of the label."""
    if found is None or found.a == truth.a:
        return found
    return replace(found, a=found.b, b=found.a, spans=tuple((b, a) for a, b in found.spans))


def _judges_negatives(case: Case) -> bool:
    """Whether a reported pair can be wrong at all."""
    names = {d.id for d in case.documents}
    is_open = case.mode == "all" and not any(names <= members for members in case.unjudged)
    return is_open or not all(t.is_reuse for t in case.truths)


def _counts(case: Case, judged: Sequence[Judged], answers: Answers) -> Iterator[tuple[str, float]]:
    yield "documents", len(case.documents)
    yield "labelled pairs", len(case.truths)
    yield "reuse pairs", sum(j.truth.is_reuse for j in judged)
    reported = sum(j.is_reported for j in judged)
    yield "reported pairs", reported
    yield "unjudged reports", sum(f.is_reuse for f in answers.found) - reported
    yield "false alarms", sum(j.is_reported and not j.truth.is_reuse for j in judged)
    yield "sources named", sum(bool(j.truth.source and j.source) for j in judged)
    yield "elapsed_s", answers.elapsed_s
    items = ("pair", len(case.truths)) if case.mode == "listed" else ("text", len(case.documents))
    yield f"elapsed_ms_per_{items[0]}", 1000 * answers.elapsed_s / max(1, items[1])


def _pair_measures(judged: Sequence[Judged], judges_negatives: bool) -> Iterator[tuple[str, float]]:
    wanted = {j.truth.key for j in judged if j.truth.is_reuse}
    pairs = set_score(wanted, {j.truth.key for j in judged if j.is_reported})
    if wanted:
        yield "recall", pairs.recall
    if wanted and judges_negatives:
        yield from (("precision", pairs.precision), ("f1", pairs.f1))
    labelled = [j for j in judged if j.truth.type != UNLISTED]
    negative = [j for j in labelled if not j.truth.is_reuse]
    if negative:
        yield "left alone", sum(not j.is_reported for j in negative) / len(negative)
    types = Counter((j.truth.is_reuse, j.truth.type) for j in labelled)
    right = Counter(
        (j.truth.is_reuse, j.truth.type) for j in labelled if j.is_reported == j.truth.is_reuse
    )
    for (is_reuse, name), number in sorted(types.items()):
        yield f"{'recall' if is_reuse else 'left alone'}: {name}", right[is_reuse, name] / number


def _relation_measures(judged: Sequence[Judged]) -> Iterator[tuple[str, float]]:
    labelled = [(j.truth.relation, j.relation) for j in judged if j.truth.relation]
    if labelled:
        yield "relation", macro_accuracy(labelled)
    for relation in sorted({wanted for wanted, _ in labelled}):
        yield f"relation: {relation}", macro_accuracy(x for x in labelled if x[0] == relation)


def _direction_measures(judged: Sequence[Judged]) -> Iterator[tuple[str, float]]:
    known = [j for j in judged if j.truth.source]
    named = [j for j in known if j.source]
    right = sum(j.source == j.truth.source for j in named)
    if known:
        yield "direction of known", right / len(known)
    if named:
        yield "direction of named", right / len(named)
    siblings = [j for j in judged if j.truth.type == SIBLINGS]
    if siblings:
        yield "siblings unaccused", sum(j.source is None for j in siblings) / len(siblings)


def _passage_measures(judged: Sequence[Judged]) -> tuple[dict[str, float], float]:
    """PlagDet, recall of each kind of passage, and granularity. What is reported in a pair
    without reuse is wrong; a reuse pair without marked passages says nothing."""
    pairs = [
        (j.truth, j.found.spans if j.found and j.found.is_reuse else ())
        for j in judged
        if j.truth.spans is not None or not j.truth.is_reuse
    ]
    whole = plagdet((truth.spans or (), found) for truth, found in pairs)
    measures = {
        "micro plagdet": whole.micro_plagdet,
        "macro plagdet": whole.macro_plagdet,
        **_named("micro", whole.micro),
        **_named("macro", whole.macro),
    }
    for kind in sorted({kind for truth, _ in pairs for kind in truth.span_types}):
        of_kind = (
            ([s for s, k in zip(t.spans or (), t.span_types, strict=True) if k == kind], found)
            for t, found in pairs
            if kind in t.span_types
        )
        measures[f"passages: {kind}"] = plagdet(of_kind).micro.recall
    return measures, whole.granularity


def _named(name: str, found: Score) -> dict[str, float]:
    return {f"{name} precision": found.precision, f"{name} recall": found.recall}


def _level_measures(judged: Sequence[Judged]) -> Iterator[tuple[str, float]]:
    """How the score (the share of the more covered text) follows the labelled levels: rank
    correlation, accuracy of reuse or not, and of the levels by thresholds from all other pairs."""
    labelled = [(j, j.truth.level) for j in judged if j.truth.level is not None]
    if not labelled:
        return
    levels = [level for _, level in labelled]
    scores = [j.found.score if j.found else 0.0 for j, _ in labelled]
    right = sum(j.is_reported == j.truth.is_reuse for j, _ in labelled)
    yield "levels two accuracy", right / len(labelled)
    yield "levels accuracy", leave_one_out_accuracy(scores, levels)
    if len(set(scores)) > 1:
        yield "levels spearman", float(spearmanr(scores, levels).statistic)


def _wrong(judged: Sequence[Judged], names_relations: bool) -> Iterator[Wrong]:
    """What went wrong, at most ``MAX_WRONG`` of each kind."""
    kept: Counter[str] = Counter()
    for j in judged:
        for fault in _faults(j, names_relations):
            if kept[fault.kind] < MAX_WRONG:
                kept[fault.kind] += 1
                yield fault


def _faults(j: Judged, names_relations: bool) -> Iterator[Wrong]:
    """The first thing wrong about reuse or relation, then about direction."""
    t = j.truth

    def wrong(kind: str, expected: str | None, got: str | None) -> Wrong:
        return Wrong(kind, t.a, t.b, t.type, expected, got)

    if t.is_reuse != j.is_reported:
        yield wrong("missed" if t.is_reuse else "false alarm", t.relation, j.relation)
    elif names_relations and t.relation and t.relation != j.relation:
        yield wrong("relation", t.relation, j.relation)
    if names_relations and j.is_reported:
        if t.source and t.source != j.source:
            yield wrong("direction", t.source, j.source)
        if t.type == SIBLINGS and j.source:
            yield wrong("accused", None, j.source)
