"""The detector as a user gets it."""

from __future__ import annotations

import time

from benchmarks.quality.cases import Answers, Case, Found
from detector.batch import compare_all
from detector.model import Basis, Comparison
from detector.pipeline import compare_sides, view
from detector.settings import DEFAULT
from detector.stats import PRIOR


def answer(case: Case) -> Answers:
    """All pairs as ``copydesk batch`` finds them; listed pairs as ``copydesk compare`` does, with
    each text read once."""
    started = time.perf_counter()
    if case.mode == "all":
        result = compare_all(case.documents)
        comparisons = result.comparisons
        clusters = tuple(frozenset(c.members) for c in result.clusters)
    else:
        sides = {d.id: view(d, PRIOR) for d in case.documents}
        comparisons = tuple(compare_sides(sides[t.a], sides[t.b], DEFAULT) for t in case.truths)
        clusters = ()
    elapsed_s = time.perf_counter() - started
    return Answers(tuple(found(c) for c in comparisons), clusters, elapsed_s)


def found(c: Comparison) -> Found:
    """What a comparison says, in the benchmark's words."""
    source = {"a": c.a.document.id, "b": c.b.document.id, None: None}[c.direction.source]
    return Found(
        a=c.a.document.id,
        b=c.b.document.id,
        is_reuse=c.relation.is_copying,
        score=max(c.a.coverage.share, c.b.coverage.share),
        relation=str(c.relation),
        source=source,
        spans=tuple((p.a, p.b) for p in c.passages if p.basis is Basis.DERIVATION),
    )
