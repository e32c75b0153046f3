"""Floors under the quality measures: fails where one is broken.

::

    python -m benchmarks.quality.gate                              # check
    python -m benchmarks.quality.gate --write-floors               # raise what got better
    python -m benchmarks.quality.gate --lower "seeds/micro recall" # only so may a floor sink

The project's own ``seeds/`` are always measured; a small fixed part of every other kind where the
folder of labelled data stands beside the checkout. ``floors.json`` also has a digest of the data:
figures from other data are no comparison.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from benchmarks.quality import ours
from benchmarks.quality.given import SEEDS
from benchmarks.quality.kinds import KINDS, cases_of
from benchmarks.quality.score import score

FLOORS = Path(__file__).with_name("floors.json")
SHARED = SEEDS.parents[1] / "shared"
ALWAYS = ("seeds",)


class Part(TypedDict):
    """One case: a digest of its data, and measures or their floors by name."""

    digest: str
    floors: dict[str, float]


@dataclass(frozen=True, slots=True)
class Check:
    """One floor and what was measured; None where nothing was. A digest is a check without."""

    name: str
    floor: float | None
    got: float | None
    is_ok: bool

    def __str__(self) -> str:
        figures = "" if self.floor is None else f"  got {_figure(self.got)}, floor {self.floor:.3f}"
        return f"{'ok    ' if self.is_ok else 'BROKEN'}  {self.name}{figures}"


def main() -> int:
    """Measure, print every floor, write those asked for. 1 where a floor is broken, else 0."""
    options = _options()
    floors: dict[str, Part] = json.loads(FLOORS.read_text("utf-8"))
    known = {f"{case}/{name}" for case, part in floors.items() for name in part["floors"]}
    if unknown := set(options.lower) - known:
        sys.exit(f"no such floor: {min(unknown)}")
    measured = measure(options.shared)
    if options.write_floors or options.lower:
        floors = {**floors, **moved(floors, measured, options.lower)}
        FLOORS.write_text(json.dumps(floors, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if not options.shared.is_dir():
        print(f"{options.shared}: not there; only the project's own texts were measured")
        floors = {name: floors[name] for name in measured if name in floors}
    checks = check(floors, measured)
    print(*checks, sep="\n")
    broken = sum(not c.is_ok for c in checks)
    print(f"{len(checks)} floors, {broken} broken")
    return 1 if broken else 0


def measure(shared: Path) -> dict[str, Part]:
    """All measures of Copydesk on the small part of every kind that is there."""
    parts: dict[str, Part] = {}
    for kind in KINDS if shared.is_dir() else ALWAYS:
        for case in cases_of(kind, shared, small=True):
            answers = ours.answer(case)
            print(f"{case.name}: {answers.elapsed_s:.1f} s", file=sys.stderr, flush=True)
            measures = dict(score(case, answers).measures)
            parts[case.name] = {"digest": case.digest, "floors": measures}
    return parts


def check(floors: Mapping[str, Part], measured: Mapping[str, Part]) -> list[Check]:
    r"""Every floor against what was measured. A case without floors, or of other data, is broken
    too, and so is a floor whose measure is gone.

    >>> found = check(
    ...     {"x": {"digest": "1", "floors": {"f1": 0.9}}},
    ...     {"x": {"digest": "1", "floors": {"f1": 0.8}}},
    ... )
    >>> print(*found, sep="\n")
    ok      x: same data
    BROKEN  x/f1  got 0.800, floor 0.900
    """
    checks = []
    for case in sorted(floors.keys() | measured.keys()):
        wanted, found = floors.get(case), measured.get(case)
        same = bool(wanted and found and wanted["digest"] == found["digest"])
        checks.append(Check(f"{case}: same data", None, None, same))
        for name, floor in sorted(wanted["floors"].items() if wanted else ()):
            got = found["floors"].get(name) if found else None
            checks.append(Check(f"{case}/{name}", floor, got, got is not None and got >= floor))
    return checks


def moved(
    floors: Mapping[str, Part], measured: Mapping[str, Part], lower: Collection[str]
) -> dict[str, Part]:
    """The measured cases with floors raised to what was measured, rounded down to three digits.
    Only those named in ``lower``, as CASE/MEASURE, sink, or go where nothing was measured.

    >>> floors = {"x": Part(digest="1", floors={"f1": 0.9, "recall": 0.9})}
    >>> measured = {"x": Part(digest="1", floors={"f1": 0.95678, "recall": 0.8})}
    >>> moved(floors, measured, ())["x"]["floors"]
    {'f1': 0.956, 'recall': 0.9}
    >>> moved(floors, measured, ["x/recall"])["x"]["floors"]
    {'f1': 0.956, 'recall': 0.8}
    """
    result: dict[str, Part] = {}
    for case, part in measured.items():
        old = floors[case]["floors"] if case in floors else {}
        kept = {name: floor for name, floor in old.items() if f"{case}/{name}" not in lower}
        new = {name: math.floor(got * 1000) / 1000 for name, got in part["floors"].items()}
        highest = {name: max(new.get(name, floor), floor) for name, floor in kept.items()}
        result[case] = {
            "digest": part["digest"],
            "floors": dict(sorted({**new, **highest}.items())),
        }
    return result


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", type=Path, nargs="?", default=SHARED)
    parser.add_argument("--write-floors", action="store_true", help="raise floors, add new ones")
    parser.add_argument("--lower", nargs="+", default=(), metavar="CASE/MEASURE")
    return parser.parse_args()


def _figure(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    sys.exit(main())
