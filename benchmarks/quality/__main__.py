"""Score Copydesk and simple detectors on every kind of labelled data, in one table.

::

    python -m benchmarks.quality LABELLED -o quality.json
    python -m benchmarks.quality LABELLED --only pan13 ocr --small
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.batch_cost import machine
from benchmarks.quality import ours, peers
from benchmarks.quality.cases import Answers, Case
from benchmarks.quality.kinds import KINDS, cases_of
from benchmarks.quality.score import Scored, score
from benchmarks.quality.table import OURS, WIDTH, show

DETECTORS: Mapping[str, Callable[[Case], Answers]] = {OURS: ours.answer, **peers.DETECTORS}


def main() -> None:
    """Measure, show the table, write the files asked for: after each case, so that a run that is
    cut off loses only the case it was at."""
    options = _options()
    results: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    for kind in options.only:
        for case in cases_of(kind, options.shared, options.small):
            scored = {name: _run(name, case) for name in DETECTORS}
            results[case.name] = _row(kind, case, scored)
            wrong[case.name] = {n: [asdict(w) for w in s.wrong] for n, s in scored.items()}
            if options.output:
                _write(options.output, _result(results, options.small))
            if options.errors:
                _write(options.errors, wrong)
    show(results, Console(width=None if sys.stdout.isatty() else WIDTH))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", type=Path, help="the folder of labelled data")
    parser.add_argument("-o", "--output", type=Path, help="write all measures as JSON")
    parser.add_argument("--errors", type=Path, help="write the ids of wrong pairs as JSON")
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS, metavar="KIND")
    parser.add_argument("--small", action="store_true", help="a fixed small part of each kind")
    return parser.parse_args()


def _run(detector: str, case: Case) -> Scored:
    _tell(f"{case.name}: {len(case.documents)} texts, {detector} ...")
    answers = DETECTORS[detector](case)
    _tell(f"{case.name}: {detector} took {answers.elapsed_s:.1f} s")
    return score(case, answers)


def _row(kind: str, case: Case, scored: Mapping[str, Scored]) -> dict[str, Any]:
    """What the JSON says of one case. Where nothing is labelled reuse, the reported pairs too:
    they may be copies that nobody labelled."""
    row: dict[str, Any] = {
        "kind": kind,
        "mode": case.mode,
        "digest": case.digest,
        "detectors": {
            name: {"measures": _rounded(s.measures), "counts": _rounded(s.counts)}
            for name, s in scored.items()
        },
    }
    if not any(t.is_reuse for t in case.truths):
        row["reported"] = [[w.a, w.b] for w in scored[OURS].wrong if w.kind == "false alarm"]
    return row


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


def _result(results: Mapping[str, Any], is_small: bool) -> dict[str, Any]:
    digests = "".join(case["digest"] for case in results.values())
    return {
        "benchmark": "quality",
        "part": "small" if is_small else "all",
        "digest": hashlib.sha256(digests.encode()).hexdigest(),
        "machine": machine(),
        "versions": {name: version(name) for name in ("datasketch", "numpy", "scipy")},
        "cases": results,
    }


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
