"""Charts as SVG, of plain strings.

A :class:`Panel` is one pair of axes with its lines; :func:`page` sets panels, or whatever else
draws itself, in rows under a title. Colours are readable on a light ground, also for those who see
no difference of red and green.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from typing import Protocol

GROUND = "#fcfcfa"
INK = "#222222"
GRID = "#dddddd"
HEIGHT = 420
WIDTH = 1400
TOP, BOTTOM, LEFT, RIGHT = 64, 76, 56, 28


@dataclass(frozen=True, slots=True)
class Line:
    """Points (x, y) in order, and ``labels``, one for each or none."""

    name: str
    color: str
    points: tuple[tuple[float, float], ...]
    labels: tuple[str, ...] = ()
    is_joined: bool = True
    labels_below: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart: x on a logarithmic scale, y a share or, if ``is_y_log``, a number on such a scale.
    The axes reach from the first of the ticks to the last."""

    title: str
    x_label: str
    y_label: str
    x_ticks: tuple[float, ...]
    y_ticks: tuple[float, ...]
    lines: tuple[Line, ...]
    width_px: int
    is_y_log: bool = False

    def draw(self) -> str:
        """The chart with its legend."""
        return _panel(self)


class Drawing(Protocol):
    """Something as high as a panel that draws itself."""

    @property
    def width_px(self) -> int:
        """How much room it needs."""
        ...

    def draw(self) -> str:
        """SVG, from the upper left corner."""
        ...


def page(title: str, panels: Sequence[Drawing], notes: Sequence[str]) -> str:
    """The panels under the title, as many in a row as ``WIDTH`` takes; ``notes`` are lines below.

    >>> line = Line("all", "#000000", ((1.0, 0.5), (2.0, 1.0)))
    >>> svg = page("Recall", [Panel("Words", "length", "share", (1, 2), (0, 1), (line,), 300)], [])
    >>> svg.startswith("<svg "), svg.count("<polyline ")
    (True, 1)
    """
    rows = _rows(panels)
    width = max(sum(panel.width_px for panel in row) for row in rows)
    bottom = HEIGHT * len(rows)
    height = bottom + 18 * len(notes) + 8
    parts = [text(16, 28, title, "start", 16, bold=True)]
    for number, row in enumerate(rows):
        lefts = accumulate((panel.width_px for panel in row), initial=0)
        parts += [
            f'<g transform="translate({left} {HEIGHT * number})">{panel.draw()}</g>'
            for left, panel in zip(lefts, row, strict=False)
        ]
    parts += [text(16, bottom + 8 + 18 * n, note, "start", 12) for n, note in enumerate(notes)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" font-family="Helvetica, Arial, sans-serif">\n'
        f'<rect width="{width}" height="{height}" fill="{GROUND}"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _rows(panels: Sequence[Drawing]) -> list[list[Drawing]]:
    rows: list[list[Drawing]] = [[]]
    for panel in panels:
        if rows[-1] and sum(each.width_px for each in rows[-1]) + panel.width_px > WIDTH:
            rows.append([])
        rows[-1].append(panel)
    return rows


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to places in a panel."""

    panel: Panel

    def x(self, value: float) -> float:
        low, high = math.log(self.panel.x_ticks[0]), math.log(self.panel.x_ticks[-1])
        share = (math.log(value) - low) / (high - low)
        return round(LEFT + share * (self.panel.width_px - LEFT - RIGHT), 1)

    def y(self, value: float) -> float:
        value, low, high = (
            math.log(each) if self.panel.is_y_log else each
            for each in (value, self.panel.y_ticks[0], self.panel.y_ticks[-1])
        )
        return round(HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - BOTTOM - TOP), 1)


def _panel(panel: Panel) -> str:
    scale = _Scale(panel)
    middle = (LEFT + panel.width_px - RIGHT) / 2
    center = (TOP + HEIGHT - BOTTOM) / 2
    parts = [text(LEFT, TOP - 12, panel.title, "start", 13, bold=True)]
    parts += [_tick_y(scale, tick) for tick in panel.y_ticks]
    parts += [_tick_x(scale, tick) for tick in panel.x_ticks]
    parts.append(text(middle, HEIGHT - 38, panel.x_label, "middle", 12))
    parts.append(
        f'<g transform="rotate(-90 16 {center})">'
        + text(16, center, panel.y_label, "middle", 12)
        + "</g>"
    )
    parts += [_line(scale, line) for line in panel.lines]
    parts += _legend(panel)
    return "\n".join(parts)


def _tick_x(scale: _Scale, value: float) -> str:
    x, bottom = scale.x(value), HEIGHT - BOTTOM
    return rule(x, bottom, x, TOP) + text(x, bottom + 16, f"{value:g}", "middle", 11)


def _tick_y(scale: _Scale, value: float) -> str:
    y, right = scale.y(value), scale.panel.width_px - RIGHT
    label = f"{value:g}" if scale.panel.is_y_log else f"{value:.0%}"
    return rule(LEFT, y, right, y) + text(LEFT - 6, y + 4, label, "end", 11)


def _line(scale: _Scale, line: Line) -> str:
    places = [(scale.x(x), scale.y(y)) for x, y in line.points]
    parts = [f'<circle cx="{x}" cy="{y}" r="3.2" fill="{line.color}"/>' for x, y in places]
    if line.is_joined:
        points = " ".join(f"{x},{y}" for x, y in places)
        style = f'fill="none" stroke="{line.color}" stroke-width="2"'
        parts.insert(0, f'<polyline points="{points}" {style}/>')
    for label, (x, y) in zip(line.labels, places, strict=False):
        place = y + 15 if line.labels_below else y - 6
        parts.append(text(x, place, label, "middle", 11, color=line.color))
    return "".join(parts)


def _legend(panel: Panel) -> list[str]:
    """The names of the lines that have one, in a row under the axis."""
    parts, x = [], float(LEFT)
    for line in filter(lambda line: line.name, panel.lines):
        parts.append(f'<circle cx="{x}" cy="{HEIGHT - 18}" r="4.5" fill="{line.color}"/>')
        parts.append(text(x + 8, HEIGHT - 14, line.name, "start", 11))
        x += 26 + 6.5 * len(line.name)
    return parts


def rule(x1: float, y1: float, x2: float, y2: float, color: str = GRID, width: int = 1) -> str:
    """A straight line."""
    stroke = f'stroke="{color}"' + (f' stroke-width="{width}"' if width != 1 else "")
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" {stroke}/>'


def text(
    x: float,
    y: float,
    words: str,
    anchor: str,
    size: int,
    bold: bool = False,
    color: str = INK,
) -> str:
    """Words whose start, middle or end stands at a place."""
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size}"{weight} '
        f'fill="{color}">{escape(words)}</text>'
    )
