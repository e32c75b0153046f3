"""A story drawn: every text once, lines that start and end at its texts, words that stay words."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest

from detector.model import Branch, Cascade, Cluster, Credit, Document, Path, Relation, Run, Upstream
from detector.report.batch_page import batch_page
from detector.report.drawing import MARGIN, MOST_TICKS, ROWS_DRAWN, WIDTH, Drawing, drawing
from detector.report.phrases import LANGUAGES

RUN = Run("0.1.0", "settings", "statistics", 2, "2026-03-04T05:06Z")
WAYS = {
    Path.DIRECT: "direct",
    Path.THROUGH_OTHER: "indirect",
    Path.COMMON_UPSTREAM: "indirect",
    Path.UNKNOWN: "unknown",
}


def random_story(seed: int, size: int = 12) -> Cascade:
    """A tree in which each text comes after its source; some state a time, some hardly differ."""
    rng = random.Random(f"story {seed}")
    span = rng.choice([0, 600, 86_400, 9_000_000, 900_000_000])
    absent = [Upstream(f"Agency <{n}>", None) for n in range(2)]
    links: list[Branch] = []
    for number in range(size):
        at = datetime.fromtimestamp(1_700_000_000 + rng.random() * span, UTC).isoformat()
        document = Document(
            f"{number:02}<b>&\"'\u202e\x07", "x", published_at=at if rng.random() < 0.8 else None,
            outlet=rng.choice([None, "<script>alert(1)</script>", "Вісті", "x" * 200]),
        )  # fmt: skip
        path, source, upstream = rng.choice(list(Path)), None, None
        if number and rng.random() < 0.7:
            source = rng.choice(links).document.id
        elif path is Path.COMMON_UPSTREAM:
            upstream = rng.choice(absent)
        branch = Branch(
            document, rng.random() < 0.8, source, upstream, path if number else None, 0.5,
            rng.choice(list(Relation)), rng.choice([None, *Credit]),
        )  # fmt: skip
        links.append(branch)
    names = tuple(link.document.id for link in links)
    origin = None if links[0].upstream else names[0]
    return Cascade(Cluster("c-1", names, origin), None, tuple(links))


def places(made: Drawing) -> dict[tuple[int, int], str]:
    return {(dot.x, dot.y): dot.link.document.id if dot.link else dot.name for dot in made.dots}


@pytest.mark.parametrize("seed", range(60))
def test_every_text_is_drawn_once_with_a_line_from_its_source(seed: int) -> None:
    story = random_story(seed)
    made = drawing(story)
    assert [dot.link for dot in made.dots if dot.link] == list(story.links)
    where = places(made)
    assert len(where) == len(made.dots)
    told = set()
    for line in made.lines:
        x, y, down, end = re.fullmatch(r"M(\d+) (\d+)(?:H-?\d+)?V(\d+)H(-?\d+)", line.way).groups()  # type: ignore[union-attr]
        (target,) = [name for (tx, ty), name in where.items() if ty == int(down)]
        (place,) = [(tx, ty) for (tx, ty), name in where.items() if name == target]
        assert abs(place[0] - int(end)) < 20
        told.add((where[int(x), int(y)], target, line.sort))
    assert told == {
        (link.source or link.upstream.name, link.document.id, WAYS[link.path or Path.UNKNOWN])  # type: ignore[union-attr]
        for link in story.links
        if link.source or link.upstream
    }


@pytest.mark.parametrize("seed", range(60))
def test_time_goes_from_left_to_right_and_everything_is_inside(seed: int) -> None:
    made = drawing(random_story(seed))
    timed = sorted(
        (dot.link.document.moment, dot.x)
        for dot in made.dots
        if dot.link and dot.link.document.moment is not None
    )
    assert [x for _, x in timed] == sorted(x for _, x in timed)
    for dot in made.dots:
        assert MARGIN <= dot.x <= WIDTH - MARGIN
        assert 0 < dot.y < made.height
    assert len(made.ticks) <= MOST_TICKS
    assert [tick.x for tick in made.ticks] == sorted({tick.x for tick in made.ticks})


def test_a_long_story_is_drawn_in_part_and_says_so() -> None:
    made = drawing(random_story(1, 200))
    assert len(made.dots) == ROWS_DRAWN
    assert made.left_out >= 200 - ROWS_DRAWN
    assert all(line.sort for line in made.lines)


@pytest.mark.parametrize("seed", range(30))
def test_the_drawing_is_sound_and_no_name_is_markup(seed: int) -> None:
    story = random_story(seed)
    page = batch_page([], [story], RUN, LANGUAGES[seed % 2])
    (svg,) = re.findall(r"<svg viewBox=\"0 0 760.*?</svg>", page, re.DOTALL)
    root = ET.fromstring(svg)  # noqa: S314 - ours
    tags = {element.tag for element in root.iter()}
    assert tags <= {"svg", "path", "polygon", "circle", "line", "text", "tspan"}
    assert "script" not in page.replace("&lt;script&gt;", "").replace("&lt;/script&gt;", "")
    sorts = {e.get("class") for e in root.iter("path")}
    dashes = {e.get("stroke-dasharray") for e in root.iter("path")}
    assert len(sorts) == len(dashes)  # told by more than colour
    assert page.count('class="tree"') == 1  # and in words
