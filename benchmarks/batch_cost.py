"""What one ``copydesk batch`` costs: time and memory, on one core, as a user runs it.

::

    python benchmarks/batch_cost.py texts.jsonl.gz --count 1000 -o first-batch.json

The texts are cut to the first ``--count`` of the file and run ``--runs`` times in a new process.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        texts, size_chars = first_texts(options.texts, options.count, Path(folder))
        rows = Path(folder) / "pairs.jsonl"
        elapsed_s = [run_once(texts, rows) for _ in range(options.runs)]
        relations = Counter(
            json.loads(line)["relation"] for line in rows.read_text("utf-8").splitlines()
        )
    result = {
        "benchmark": "batch_cost",
        "texts": f"{options.texts.parent.name}, first {options.count}",
        "documents": options.count,
        "characters": size_chars,
        "elapsed_s": spread(elapsed_s),
        "documents_per_s": round(options.count / statistics.median(elapsed_s), 1),
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "relations": dict(sorted(relations.items())),
        "machine": machine(),
    }
    options.output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(result, indent=2) + "\n")


def first_texts(source: Path, count: int, folder: Path) -> tuple[Path, int]:
    """The first ``count`` lines of a .jsonl or .jsonl.gz, and their length in characters."""
    target = folder / "texts.jsonl"
    opener = gzip.open if source.suffix == ".gz" else open
    with opener(source, "rt", encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
        kept = list(itertools.islice((x for x in lines if json.loads(x)["text"].strip()), count))
        out.writelines(kept)
    return target, sum(len(json.loads(line)["text"]) for line in kept)


def run_once(texts: Path, rows: Path) -> float:
    """Wall seconds of one run on one core."""
    command = [sys.executable, "-m", "detector.cli", "batch", str(texts), "-o", str(rows)]
    started = time.perf_counter()
    subprocess.run(
        command, check=True, capture_output=True, preexec_fn=lambda: os.sched_setaffinity(0, {0})
    )
    return time.perf_counter() - started


def spread(values: list[float]) -> dict[str, float]:
    """Minimum, median and maximum."""
    return {
        "min": round(min(values), 2),
        "median": round(statistics.median(values), 2),
        "max": round(max(values), 2),
    }


def machine() -> dict[str, str | int | None]:
    """What the figures were measured on."""
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "copydesk": version("copydesk"),
    }


def processor() -> str:
    """The processor's own name."""
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


if __name__ == "__main__":
    main()
