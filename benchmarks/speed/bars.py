"""Bars as SVG: how many times one thing takes what another does, each with its goal."""

from __future__ import annotations

import math
from dataclasses import dataclass

from benchmarks.quality.chart import BOTTOM, GRID, HEIGHT, INK, RIGHT, TOP, rule, text

MET, MISSED, OPEN = "#2171b5", "#e06c1f", "#8a8a8a"
"""Colours of a bar that meets its goal, misses it, or has none."""
_LEGEND = ((MET, "goal met"), (MISSED, "goal missed"), (OPEN, "no goal"))
_ROOM_PX = 40  # for the number after the longest bar


@dataclass(frozen=True, slots=True)
class Bar:
    """A number with the least and most of its rounds, and the ``goal`` to reach or, if
    ``is_most``, not to pass; None where there is none."""

    name: str
    value: float
    low: float
    high: float
    goal: float | None = None
    is_most: bool = False

    @property
    def color(self) -> str:
        """Whether the goal is met.

        >>> Bar("a", 3, 2, 4, goal=2).color == MET, Bar("b", 3, 2, 4, 2, is_most=True).color == MET
        (True, False)
        """
        if self.goal is None:
            return OPEN
        is_met = self.value <= self.goal if self.is_most else self.value >= self.goal
        return MET if is_met else MISSED


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from 1 to the left or right, on a logarithmic scale from the first tick to the last;
    ``left_px`` is the room for their names."""

    title: str
    x_label: str
    x_ticks: tuple[float, ...]
    bars: tuple[Bar, ...]
    width_px: int
    left_px: int

    def draw(self) -> str:
        """SVG of the bars, the highest row first, with a legend.

        >>> Bars("Faster", "times", (1, 10), (Bar("a", 3, 2, 4),), 400, 80).draw().count("<rect")
        1
        """
        top, bottom = TOP, HEIGHT - BOTTOM
        step = (bottom - top) / len(self.bars)
        parts = [text(16, TOP - 12, self.title, "start", 13, bold=True)]
        for tick in self.x_ticks:
            color = INK if tick == 1 else GRID
            parts.append(rule(self._x(tick), top, self._x(tick), bottom, color))
            parts.append(text(self._x(tick), bottom + 16, f"{tick:g}", "middle", 11))
        for number, bar in enumerate(self.bars):
            parts.append(self._bar(bar, round(top + step * number, 1), round(step, 1)))
        middle = (self.left_px + self.width_px - RIGHT) / 2
        parts.append(text(middle, HEIGHT - 38, self.x_label, "middle", 12))
        return "\n".join(parts + self._legend())

    def _x(self, value: float) -> float:
        low, high = math.log(self.x_ticks[0]), math.log(self.x_ticks[-1])
        share = min(1, max(0, (math.log(value) - low) / (high - low)))
        return round(self.left_px + share * (self.width_px - self.left_px - RIGHT - _ROOM_PX), 1)

    def _bar(self, bar: Bar, top: float, step: float) -> str:
        thick = round(min(18, 0.68 * step), 1)
        upper, middle = round(top + (step - thick) / 2, 1), round(top + step / 2, 1)
        left, right = sorted((self._x(1), self._x(bar.value)))
        size = min(11, round(0.8 * step))
        parts = [
            text(self.left_px - 6, middle + 4, bar.name, "end", size),
            f'<rect x="{left}" y="{upper}" width="{round(right - left, 1)}" height="{thick}" '
            f'fill="{bar.color}"/>',
            rule(self._x(bar.low), middle, self._x(bar.high), middle, INK),
        ]
        after = max(right, self._x(bar.high))
        if bar.goal is not None:
            goal = self._x(bar.goal)
            parts.append(rule(goal, upper - 2, goal, upper + thick + 2, INK, 2))
            after = goal if after < goal < after + _ROOM_PX else after
        parts.append(text(after + 5, middle + 4, f"{bar.value:.3g}", "start", size))
        return "".join(parts)

    def _legend(self) -> list[str]:
        """What the colours mean, of those that are there, and the lines."""
        parts, x = [], float(self.left_px)
        used = {bar.color for bar in self.bars}
        for color, name in _LEGEND:
            if color in used:
                parts.append(f'<circle cx="{x}" cy="{HEIGHT - 18}" r="4.5" fill="{color}"/>')
                parts.append(text(x + 8, HEIGHT - 14, name, "start", 11))
                x += 26 + 6.5 * len(name)
        if used - {OPEN}:
            parts.append(rule(x, HEIGHT - 24, x, HEIGHT - 11, INK, 2))
            parts.append(text(x + 8, HEIGHT - 14, "goal", "start", 11))
        return parts
