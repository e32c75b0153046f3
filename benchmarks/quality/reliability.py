"""Whether a stated confidence is the share that is right: measures, and a picture of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10
LOWEST = 0.5
"""The more likely of two answers is right half of the time; lower values go to the first bin."""
WIDTH, HEIGHT, LEFT, TOP, SQUARE, BARS = 560, 470, 62, 44, 280, 70
INK, PALE = "#222", "#ddd"
COLOURS = ("#b0652a", "#1f5fa8")


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers of nearly one confidence: how many, their mean confidence, the share right."""

    low: float
    n: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """``brier``: the mean squared distance of confidence and outcome (Brier 1950). ``ece``: the
    mean distance of confidence and share right over the bins, by their size (Naeini, Cooper and
    Hauskrecht 2015). 0 is best; both are 0 where there is no answer."""

    bins: tuple[Bin, ...]
    brier: float
    ece: float


def reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> Reliability:
    """Compare confidences, float64[n] from 0 to 1, with whether the answers were right, bool[n].

    >>> sure = reliability(np.array([0.9, 0.9]), np.array([True, False]))
    >>> round(sure.brier, 2), round(sure.ece, 2), sure.bins[8].n
    (0.41, 0.4, 2)
    """
    step = (1 - LOWEST) / BINS
    numbers = np.clip(np.floor((confidence - LOWEST) / step + 1e-9), 0, BINS - 1)
    bins = []
    for number in range(BINS):
        here = numbers == number
        n = int(here.sum())
        mean, share = (float(x[here].mean()) if n else 0.0 for x in (confidence, right))
        bins.append(Bin(LOWEST + number * step, n, mean, share))
    total = max(1, len(confidence))
    return Reliability(
        tuple(bins),
        brier=float(((confidence - right) ** 2).sum()) / total,
        ece=sum(b.n * abs(b.confidence - b.right) for b in bins) / total,
    )


def picture(title: str, series: Mapping[str, Reliability]) -> str:
    """An SVG: share right over confidence, and below how many answers have each confidence.
    Takes at most two series."""
    parts = [*_frame(title), *_scale()]
    most = max((b.n for found in series.values() for b in found.bins), default=0)
    for turn, (name, found) in enumerate(series.items()):
        parts += _curve(found.bins, COLOURS[turn])
        parts += _histogram(found.bins, turn, len(series), max(1, most))
        key = f"{name}: ECE {found.ece:.3f}, Brier {found.brier:.3f}"
        y = TOP + SQUARE - 32 + 18 * turn
        parts.append(f'<circle cx="{LEFT + 206}" cy="{y - 4}" r="5" fill="{COLOURS[turn]}"/>')
        parts.append(_text(LEFT + 217, y, key, "start"))
    return "\n".join([*parts, "</svg>", ""])


def _frame(title: str) -> Iterator[str]:
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
    yield f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">'
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    yield _text(WIDTH / 2, 24, title, "middle", 14)
    diagonal = (_x(LOWEST), _y(LOWEST), _x(1), _y(1))
    yield '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-dasharray="5 4"/>'.format(
        *diagonal, "#888"
    )


def _scale() -> Iterator[str]:
    """Grid lines with their figures, and what the axes show."""
    for number in range(6):
        share = LOWEST + number * (1 - LOWEST) / 5
        yield _line(_x(share), TOP, _x(share), TOP + SQUARE, PALE)
        yield _line(_x(LOWEST), _y(share), _x(1), _y(share), PALE)
        yield _text(_x(share), TOP + SQUARE + 16, f"{share:.1f}", "middle")
        yield _text(LEFT - 8, _y(share) + 4, f"{share:.1f}", "end")
    middle = TOP + SQUARE / 2
    turned = f'transform="rotate(-90 18 {middle})"'
    yield f'<text x="18" y="{middle}" text-anchor="middle" fill="{INK}" {turned}>share right</text>'
    yield _text((_x(LOWEST) + _x(1)) / 2, TOP + SQUARE + 34, "confidence", "middle")
    yield _line(_x(LOWEST), HEIGHT - 14, _x(1), HEIGHT - 14, INK)
    yield _text(LEFT - 8, HEIGHT - 16, "answers", "end")


def _curve(bins: Sequence[Bin], colour: str) -> Iterator[str]:
    """A dot for each bin that has answers, larger for more, joined by lines. Shares below the
    picture stand at its edge."""
    dots = [
        (_x(max(LOWEST, b.confidence)), _y(max(LOWEST, b.right)), 2.5 + min(5.0, b.n**0.5 / 4))
        for b in bins
        if b.n
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in dots)
    yield f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    for x, y, radius in dots:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{colour}"/>'


def _histogram(bins: Sequence[Bin], turn: int, of: int, most: int) -> Iterator[str]:
    """A bar for each bin beside those of the other series; the highest stands for ``most``."""
    step = (_x(1) - _x(LOWEST)) / BINS
    for number, b in enumerate(bins):
        height = (BARS - 14) * b.n / most
        x = _x(LOWEST) + step * (number + 0.08 + 0.84 * turn / of)
        y = HEIGHT - 14 - height
        size = f'width="{step * 0.84 / of:.1f}" height="{height:.1f}"'
        yield f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{COLOURS[turn]}"/>'
        if b.n:
            yield _text(x + step * 0.42 / of, y - 3, str(b.n), "middle", 9)


def _x(share: float) -> float:
    return LEFT + (share - LOWEST) / (1 - LOWEST) * (WIDTH - LEFT - 24)


def _y(share: float) -> float:
    return TOP + (1 - share) / (1 - LOWEST) * SQUARE


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def _text(x: float, y: float, text: str, anchor: str, size: int = 12) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="{INK}">{text}</text>'
