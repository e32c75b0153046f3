"""Results -> what a person reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

COLUMNS = {
    "precision": "pair\nprec.",
    "recall": "pair\nrecall",
    "f1": "pair\nF1",
    "left alone": "left\nalone",
    "relation": "rela-\ntion",
    "direction of named": "direction\nof named",
    "direction of known": "\nof known",
    "siblings unaccused": "siblings\nunaccused",
    "micro plagdet": "PlagDet\nmicro",
    "macro plagdet": "\nmacro",
    "clusters": "clusters\nARI",
}
WIDTH = 170
OURS = "copydesk"


def show(cases: Mapping[str, Any], console: Console) -> None:
    """The table of all cases and detectors, then what Copydesk does on each type of pair."""
    table = Table("case", "detector")
    for heading in (*COLUMNS.values(), "pieces a\npassage", "false\nalarms", "time\ns"):
        table.add_column(heading, justify="right")
    for name, case in cases.items():
        for detector, found in case["detectors"].items():
            table.add_row(name if detector == OURS else "", detector, *_cells(found))
        table.add_section()
    console.print(table)
    for name, case in cases.items():
        for line in _by_type(case["detectors"][OURS]["measures"]):
            console.print(f"{name}  {line}", highlight=False)


def _cells(found: Mapping[str, Any]) -> list[str]:
    """The figures of one detector on one case; "-" for what it or the labels do not say."""
    counts = found["counts"]
    pieces = f"{counts['granularity']:.2f}" if "granularity" in counts else "-"
    alarms, elapsed = f"{counts['false alarms']:.0f}", f"{counts['elapsed_s']:.1f}"
    return [*(_figure(found["measures"].get(name)) for name in COLUMNS), pieces, alarms, elapsed]


def _by_type(measures: Mapping[str, float]) -> list[str]:
    """One line for each family of measures that have a type, and one for the levels."""
    families: dict[str, list[str]] = defaultdict(list)
    for name, value in measures.items():
        family, colon, kind = name.partition(": ")
        if colon:
            families[family].append(f"{kind} {_figure(value)}")
        elif name.startswith("levels "):
            families["levels"].append(f"{name.removeprefix('levels ')} {_figure(value)}")
    return [f"{family}: {', '.join(parts)}" for family, parts in families.items()]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
