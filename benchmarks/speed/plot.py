"""All measures of speed that there are as one picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.quality.chart import Drawing, Line, Panel, page
from benchmarks.speed.attacks import GOAL as ATTACK_GOAL
from benchmarks.speed.bars import Bar, Bars
from benchmarks.speed.candidates import ALL_NETS, DOCUMENT_NET
from benchmarks.speed.check import NEAR, NEW
from benchmarks.speed.growth import GOAL as GROWTH_GOAL
from benchmarks.speed.signatures import USUAL

Results = Mapping[str, Mapping[str, Any]]

GOALS: Mapping[str, float] = {
    "from bytes / datasketch": 60,
    "from str / datasketch": 35,
    "from bytes / rensa": 20,
    "from str / rensa": 20,
    "numpy, from str / datasketch": 1,
}
INDEX_GOAL = 40
READ, COMPARED, HOSTILE = "#2171b5", "#a50f15", "#b0b0a8"
TIMES = (0.5, 1, 2, 5, 10, 20, 50, 100)
TEXT_MS = (10, 100, 1000, 10_000, 100_000)
CHECK_MS = (1, 10, 100, 1000, 10_000)
TIMES_MORE = (0.2, 0.5, 1, 2, 5, 10, 20, 50)
LONGER = (0.7, 1, 1.5, 2, 2.5, 3, 4)
CHECKS = (
    ("copy p50", NEAR, "p50", "#6baed6"),
    ("copy p99", NEAR, "p99", "#08306b"),
    ("new p50", NEW, "p50", "#f2a35e"),
    ("new p99", NEW, "p99", "#a50f15"),
)
NOTES = (
    "Bars: medians of rounds in which all ways take turns on one core; thin lines reach from the "
    "least round to the most.",
    "Twice as much: the largest factor between two sizes, in processor time; the thin line "
    "begins at the mean factor.",
    "Attacks: a check where half of the corpus are attackers, beside the honest half alone. "
    "Checks: of a text of 600 words, against a corpus in memory.",
)


def draw(results: Results) -> str:
    """SVG of whatever was measured; one result at least."""
    panels: list[Drawing] = []
    if bars := tuple(peers(results)):
        panels.append(Bars("Copydesk and its peers", "times faster", TIMES, bars, 700, 270))
    if "growth" in results:
        panels += [curves(results["growth"]), worst(results["growth"])]
    if "attacks" in results:
        panels.append(attacked(results["attacks"]))
    if "check" in results:
        panels.append(checked(results["check"]))
    machine = next(iter(results.values()))["machine"]
    title = f"Speed of Copydesk {machine['copydesk']}, {machine['processor']}"
    return page(title, panels, NOTES)


# -- peers


def peers(results: Results) -> Iterator[Bar]:
    """How many times faster than others: signatures, candidates of a collection, questions."""
    if "signatures" in results:
        for name, row in results["signatures"]["times_faster"].items():
            if USUAL not in name:
                yield _bar(f"signatures: {name}", row, _goal(name))
    if "batch" in results:
        for name, row in results["batch"]["candidates"]["ways"].items():
            if name not in (ALL_NETS, DOCUMENT_NET):
                yield _bar(f"texts to pairs: document net / {name}", row["times_document_net"])
    if "index" in results:
        for count, row in results["index"]["documents"].items():
            if faster := row.get("times_faster_than_datasketch"):
                name = f"index of {int(count):,} / MinHashLSH"
                yield _bar(name, faster, INDEX_GOAL)


def _goal(name: str) -> float | None:
    """The goal of a ratio, whatever the level of the kernel.

    >>> _goal("avx2, from str / datasketch"), _goal("numpy, from str / rensa")
    (35, None)
    """
    level, _, rest = name.partition(", ")
    return GOALS.get(name) if level == "numpy" else GOALS.get(rest)


def _bar(name: str, row: Mapping[str, float], goal: float | None = None) -> Bar:
    return Bar(name, row["median"], row["min"], row["max"], goal)


# -- growth


def curves(result: Mapping[str, Any]) -> Panel:
    """Reading and comparing texts, by their length: news, and hostile texts in one colour."""
    rows = result["rows"]
    sizes = tuple(sorted({step["size"] for row in _texts(rows).values() for step in row["steps"]}))
    hostile = [row for name, row in _texts(rows).items() if not name.endswith(": news")]
    lines = [Line("hostile texts", HOSTILE, _points(hostile[0]))]
    lines += [Line("", HOSTILE, _points(row)) for row in hostile[1:]]
    lines.append(Line("news, read", READ, _points(rows["read: news"])))
    lines.append(Line("news, compared", COMPARED, _points(rows["compare: news"])))
    return Panel(
        "Time for longer texts",
        "KiB of text",
        "milliseconds",
        sizes,
        TEXT_MS,
        tuple(lines),
        width_px=560,
        is_y_log=True,
    )


def _texts(rows: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row for name, row in rows.items() if name.startswith(("read", "compare"))}


def _points(row: Mapping[str, Any]) -> tuple[tuple[float, float], ...]:
    return tuple((step["size"], _within(step["cpu_ms"], TEXT_MS)) for step in row["steps"])


def _within(value: float, ticks: Sequence[float]) -> float:
    """The value, or the end of the axis that it is beyond.

    >>> _within(0.3, (1, 10)), _within(3, (1, 10))
    (1, 3)
    """
    return min(max(value, ticks[0]), ticks[-1])


def worst(result: Mapping[str, Any]) -> Bars:
    """The largest factor of each row that has one, the largest first."""
    bars = []
    for name, value in result["worst"].items():
        mean = result["mean"][name]
        bars.append(Bar(name, value, mean, value, GROWTH_GOAL, is_most=True))
    return Bars("Time for twice as much", "times longer", LONGER, tuple(bars), 560, 200)


# -- checks


def checked(result: Mapping[str, Any]) -> Panel:
    """How long a check takes, by how many documents there are."""
    rows = result["documents"]
    lines = []
    for name, kind, share, color in CHECKS:
        took = ((int(count), row["ms"][kind][share]) for count, row in rows.items())
        points = tuple((count, _within(ms, CHECK_MS)) for count, ms in took)
        lines.append(Line(name, color, points))
    sizes = tuple(sorted(map(int, rows)))
    ticks = sizes if len(sizes) > 1 else (sizes[0], 10 * sizes[0])
    return Panel(
        "Checks",
        "documents",
        "milliseconds",
        ticks,
        CHECK_MS,
        tuple(lines),
        width_px=380,
        is_y_log=True,
    )


# -- attacks


def attacked(result: Mapping[str, Any]) -> Bars:
    """How many times longer an honest check takes."""
    bars = [
        Bar(name, row["median"], row["min"], row["max"], ATTACK_GOAL, is_most=True)
        for name, row in ((n, r["check_ratio"]) for n, r in result["attacks"].items())
    ]
    return Bars("Checks under attack", "times longer", TIMES_MORE, tuple(bars), 460, 130)
