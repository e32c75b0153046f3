"""All measures of speed, one after another.

::

    python -m benchmarks.speed LABELLED [--only NAME ...] [--short | --full] [-o FOLDER]

Writes a JSON file for each and one picture of all that FOLDER has. ``--short`` is a minute of tiny
sizes, which says that all runs and answers agree, and nothing about speed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.batch_cost import machine
from benchmarks.speed import (
    accuracy,
    attacks,
    batch,
    check,
    durable,
    growth,
    index,
    pages,
    signatures,
)
from benchmarks.speed.plot import draw
from benchmarks.speed.scale import FULL, SHORT, USUAL, Row, Scale
from benchmarks.speed.signatures import versions


def on_disk(shared: Path, scale: Scale) -> Row:
    """What ``index.py`` measures, at these sizes."""
    texts = index.stock(shared)
    rows = {}
    for count in scale.index_documents:
        writer = index.Writer(texts, count, texts.different(count))
        with tempfile.TemporaryDirectory() as folder:
            rows[str(count)] = index.measure(writer, scale.rounds, Path(folder))
    return {"documents": rows, "questions": index.QUESTIONS, "rounds": scale.rounds}


RESULTS = Path(__file__).resolve().parents[1] / "results"
BENCHMARKS: Mapping[str, Callable[[Path, Scale], Row]] = {
    "signatures": signatures.result,
    "index": on_disk,
    "batch": batch.measure,
    "check": check.measure,
    "durable": durable.measure,
    "growth": growth.measure,
    "accuracy": accuracy.measure,
    "attacks": attacks.measure,
    "pages": pages.measure,
}


def main() -> None:
    """Measure and write what was asked for."""
    options = _options()
    scale, part = USUAL, "usual"
    if options.short:
        scale, part = SHORT, "short"
    elif options.full:
        scale, part = FULL, "full"
    options.output.mkdir(parents=True, exist_ok=True)
    for name in options.only or BENCHMARKS:
        started = time.perf_counter()
        print(f"{name} ...", file=sys.stderr, flush=True)
        result = run(name, options.shared, scale) | {"part": part}
        took_s = time.perf_counter() - started
        (options.output / f"{name}.json").write_text(
            json.dumps(result | {"took_s": round(took_s, 1)}, indent=1) + "\n", encoding="utf-8"
        )
        print(f"{name}: {took_s:.1f} s", file=sys.stderr, flush=True)
    (options.output / "speed.svg").write_text(draw(saved(options.output)), encoding="utf-8")


def saved(folder: Path) -> dict[str, Row]:
    """The results that a folder has, of this run and others."""
    files = {name: folder / f"{name}.json" for name in BENCHMARKS}
    return {name: json.loads(f.read_text("utf-8")) for name, f in files.items() if f.exists()}


def run(name: str, shared: Path, scale: Scale) -> Row:
    """The result of one benchmark, on one core; commands that it starts have all of them."""
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(all_cores)})
    try:
        result = BENCHMARKS[name](shared, scale)
    finally:
        os.sched_setaffinity(0, all_cores)
    return {"benchmark": name, **result, "machine": machine(), "versions": versions()}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("shared", type=Path, help="the folder of labelled data")
    parser.add_argument("--only", nargs="+", choices=list(BENCHMARKS), metavar="NAME")
    parser.add_argument("-o", "--output", type=Path, default=RESULTS, help="a folder")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--short", action="store_true", help="tiny sizes, a minute in all")
    size.add_argument("--full", action="store_true", help="larger sizes, hours")
    return parser.parse_args()


if __name__ == "__main__":
    main()
