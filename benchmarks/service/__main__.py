"""What the service does, all of it: ``python -m benchmarks.service LABELLED``.

Writes ``results/service.json``: checks against a large archive, and four times the load that can be
served. Minutes; ``--documents`` and ``--seconds`` make it shorter.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.batch_cost import machine
from benchmarks.service import checks, load

RESULT = Path(__file__).resolve().parents[1] / "results" / "service.json"


def main() -> None:
    """Measure and write all of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service", description=__doc__)
    parser.add_argument("shared", type=Path, help="the folder of labelled data")
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each measure")
    parser.add_argument("-o", "--output", type=Path, default=RESULT, help="a file")
    given = parser.parse_args()
    result = {
        "benchmark": "service",
        "overload": load.told(load.measure(given.seconds, times=4.0)),
        "checks": checks.measure(given.shared, given.documents, given.seconds),
        "seconds": given.seconds,
        "machine": machine(),
    }
    given.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
