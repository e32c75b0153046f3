"""The result of the recall benchmark as a picture."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from statistics import fmean
from typing import Any

from benchmarks.quality.chart import Line, Panel, page
from benchmarks.quality.nets import IN_USE

TITLES = {"words": "Words replaced, dropped, inserted", "letters": "Letters misread"}
RATE_COLORS = ("#08306b", "#2171b5", "#41a0a8", "#e0a100", "#e06c1f", "#a50f15")
FAMILY_COLORS = {
    "words": "#2171b5",
    "letters": "#e06c1f",
    "windows": "#6a51a3",
    "together": "#2e8b57",
    IN_USE: "#a50f15",
}
JOINED = ("words", "letters", "windows")
BELOW = ("words", "together")
SIZES_BYTES = (100, 200, 400, 800, 1600, 2400)
SHARES = (0, 0.2, 0.4, 0.6, 0.8, 1)
MEAN_SHARES = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
NOTES = (
    "Left, middle: one line for each share of the words or letters changed.",
    "Right: mean over all lengths and shares changed. Numbers: the window of words or letters, the "
    "values of a window of 60 words, or the windows of words + letters side by side.",
    "Not shown: the bands alone, which are for whole texts.",
)


def draw(result: Mapping[str, Any]) -> str:
    """SVG: recall by length for each kind and share of changes, and against the bytes kept."""
    panels = [_curves(result, edit, title) for edit, title in TITLES.items()]
    title = f"Pairs nominated by the index among {result['texts']:,} news items"
    return page(title, [*panels, _sizes(result)], NOTES)


def _curves(result: Mapping[str, Any], edit: str, title: str) -> Panel:
    cells = [cell for cell in result["cells"] if cell["edit"] == edit]
    by_rate: dict[float, list[tuple[float, float]]] = defaultdict(list)
    for cell in cells:
        by_rate[cell["rate"]].append((cell["length_words"], cell["nominated"][IN_USE]))
    return Panel(
        title,
        "words in the passage",
        "share of pairs nominated",
        tuple(sorted({cell["length_words"] for cell in cells})),
        SHARES,
        tuple(
            Line(f"{rate:.0%}", color, tuple(points))
            for (rate, points), color in zip(by_rate.items(), RATE_COLORS, strict=True)
        ),
        width_px=420,
    )


def _sizes(result: Mapping[str, Any]) -> Panel:
    by_family: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for name, net in result["nets"].items():
        point = (_label(name), net["document_bytes"], fmean(net["recall"].values()))
        by_family[net["family"]].append(point)
    return Panel(
        "Nets in use and others",
        "bytes kept of a document",
        "mean share of pairs nominated",
        SIZES_BYTES,
        MEAN_SHARES,
        tuple(
            Line(
                family,
                FAMILY_COLORS[family],
                tuple((size, recall) for _, size, recall in points),
                tuple(label for label, _, _ in points),
                is_joined=family in JOINED,
                labels_below=family in BELOW,
            )
            for family, points in by_family.items()
            if family in FAMILY_COLORS
        ),
        width_px=480,
    )


def _label(name: str) -> str:
    """What tells a net from others of its family.

    >>> _label("words 8 + letters 32"), _label("windows 8"), _label(IN_USE)
    ('8+32', '8', '')
    """
    return "+".join(re.findall(r"\d+", name))
