"""A story as a drawing: its texts from top to bottom, each below its source, time from left to
right, and lines from text to text. Here is where everything stands; ``cascade.html`` draws it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from detector.model import Branch, Cascade, Path, Upstream
from detector.report.visible import one_line

ROWS_DRAWN = 40
WIDTH, ROW, TOP, MARGIN, ASIDE = 760, 46, 34, 30, 130
"""In units of the drawing, about a pixel: its width, the height of a row, where the first begins,
the room at both ends, and the room at the left for what has no time."""
NAME_CHARS = 32
MOST_TICKS = 5
_NEAR, _BEND, _DOT, _HALF = 18, 14, 9, 54
_HOUR, _DAY = 3600, 86_400
_STEPS = tuple(
    [_HOUR * n for n in (1, 3, 6, 12)] + [_DAY * n for n in (1, 2, 7, 14, 30, 90, 180, 365)]
)
_SORTS = {
    Path.DIRECT: "direct",
    Path.THROUGH_OTHER: "indirect",
    Path.COMMON_UPSTREAM: "indirect",
    Path.UNKNOWN: "unknown",
}
Place = str | Upstream


@dataclass(frozen=True, slots=True)
class Dot:
    """A text, or an original that is none of them: then ``link`` is None. ``at_end``: its words end
    where it stands, else they begin there. ``sort``: origin, text, user (no copy), unknown (nobody
    can tell where it is from), absent."""

    x: int
    y: int
    name: str
    sort: str
    link: Branch | None

    @property
    def at_end(self) -> bool:
        """Whether there is more room at its left."""
        return self.x > 3 * WIDTH // 5  # an estimate: names are short, what is said of them is not

    @property
    def diamond(self) -> str:
        """The corners of the shape of an original that is not there."""
        x, y = self.x, self.y
        return f"{x},{y - 7} {x + 7},{y} {x},{y + 7} {x - 7},{y}"


@dataclass(frozen=True, slots=True)
class Line:
    """Who took from whom: the way of the line, its arrow, and direct, indirect or unknown."""

    way: str
    arrow: str
    sort: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A time on the axis; ``anchor``: whether start, middle or end of its words stand there."""

    x: int
    words: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that is drawn of a story. ``has_aside``: what states no time stands at the left, before
    the axis; ``left_out``: so many texts are not drawn."""

    height: int
    dots: Sequence[Dot]
    lines: Sequence[Line]
    ticks: Sequence[Tick]
    has_aside: bool
    left_out: int


def drawing(story: Cascade) -> Drawing:
    """Where each text of a story stands. Time grows with the number of texts.

    >>> from detector.model import Cluster, Document
    >>> alone = Branch(Document("x", "Hello"), True, None, None, None, 0.0, None, None)
    >>> made = drawing(Cascade(Cluster("c", ("x",), "x"), None, (alone,)))
    >>> [(dot.name, dot.sort) for dot in made.dots], made.ticks
    ([('x', 'origin')], [])
    """
    rows = list(_rows(story))
    shown = rows[:ROWS_DRAWN]
    scale = _Scale.of([link for _, link in shown if link])
    dots: dict[Place, Dot] = {}
    for number, (place, link) in enumerate(shown):
        name = one_line(link.document.name if link else getattr(place, "name", ""))
        short = name if len(name) <= NAME_CHARS else f"{name[: NAME_CHARS - 1]}…"
        y = TOP + ROW * number + ROW - _NEAR
        dots[place] = Dot(scale.x(link), y, short, _sort(link, story), link)
    lines = [
        _line(dots[above], dot, link.path or Path.UNKNOWN)
        for (_, link), dot in zip(shown, dots.values(), strict=True)
        if link and (above := link.source or link.upstream) in dots
    ]
    height = TOP + ROW * len(shown) + 6
    return Drawing(
        height, list(dots.values()), lines, scale.ticks(), scale.has_aside, len(rows) - len(shown)
    )


def _rows(story: Cascade) -> Iterator[tuple[Place, Branch | None]]:
    """The texts in order, and before the first that goes back to it each original that is none of
    them."""
    known: set[Place] = {link.document.id for link in story.links}
    for link in story.links:
        above = link.upstream
        if link.source is None and above is not None and above not in known:
            known.add(above)
            yield above, None
        yield link.document.id, link


def _sort(link: Branch | None, story: Cascade) -> str:
    if link is None:
        return "absent"
    if link.document.id == story.cluster.origin:
        return "origin"
    if link.source is None and link.upstream is None:
        return "unknown"
    return "text" if link.member else "user"


def _line(above: Dot, below: Dot, path: Path) -> Line:
    """Down from one text and across to the other; around, where they stand nearly at one time."""
    (x, y), (to_x, to_y) = (above.x, above.y), (below.x, below.y)
    is_near = abs(to_x - x) < _NEAR
    turn = min(x, to_x) - _BEND if is_near else x
    ahead = 1 if to_x > turn else -1
    end = to_x - ahead * _DOT
    start = f"M{x} {y}H{turn}" if is_near else f"M{x} {y}"
    tail = end - ahead * 7
    arrow = f"{end},{to_y} {tail},{to_y - 4} {tail},{to_y + 4}"
    return Line(f"{start}V{to_y}H{end}", arrow, _SORTS[path])


@dataclass(frozen=True, slots=True)
class _Scale:
    """From stated times to places. Without two different times, ``first`` is None and all stand
    where they have most room."""

    first: float | None
    last: float
    left: int

    @property
    def has_aside(self) -> bool:
        return self.first is not None and self.left == ASIDE

    @classmethod
    def of(cls, links: Sequence[Branch]) -> _Scale:
        times = [link.document.moment for link in links if link.document.moment is not None]
        has_aside = len(times) < len(links) or any(link.upstream for link in links)
        left = ASIDE if has_aside else MARGIN
        if len(set(times)) < 2:
            return cls(None, 0.0, left)
        return cls(min(times), max(times), left)

    def x(self, link: Branch | None) -> int:
        moment = link.document.moment if link else None
        if moment is None or self.first is None:
            return MARGIN if link is None or self.first is not None else self.left
        share = (moment - self.first) / (self.last - self.first)
        return round(self.left + share * (WIDTH - MARGIN - self.left))

    def ticks(self) -> Sequence[Tick]:
        if self.first is None:
            return []
        span = self.last - self.first
        step = next((s for s in _STEPS if span / s <= MOST_TICKS - 1), None)
        step = step or _STEPS[-1] * -int(-span // (_STEPS[-1] * (MOST_TICKS - 1)))
        at = -int(-self.first // step) * step
        form = "%Y-%m-%d" if step >= _DAY else "%Y-%m-%d %H:%M"
        found = []
        while at <= self.last:
            x = self.left + (at - self.first) / span * (WIDTH - MARGIN - self.left)
            words = datetime.fromtimestamp(at, UTC).strftime(form)
            anchor = "end" if x > WIDTH - _HALF else "start" if x < self.left + _HALF else "middle"
            found.append(Tick(round(x), words, anchor))
            at += step
        return found


DOTS: Mapping[str, str] = {
    "user": "uses the story, no copy of it",
    "unknown": "nobody can tell where it is from",
    "absent": "an original that is not in the corpus",
}
LINES: Mapping[str, str] = {
    "direct": "taken directly",
    "indirect": "through another text or a common source",
    "unknown": "the way it took is not known",
}
"""What the lines of a drawing mean, and its hollow shapes, in English."""
