"""A whole collection on one page: how much of what there is, its stories, its pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detector.model import Branch, Cascade, Comparison, Relation, Run, Severity
from detector.report.as_html import SEVERITY_WORDS, fragment, render
from detector.report.flow import hits_of, target_of

ROWS_SHOWN = 5000
STORIES_SHOWN = 200
LINKS_SHOWN = 40
DEEPEST = 6
PASSAGES_SHOWN = 12
OPENED_BYTES = 5_000_000
"""Pairs are shown in full, the strongest first, until they take so much of the page."""


@dataclass(frozen=True, slots=True)
class Row:
    """A pair in the table; ``opened`` tells that the page has it in full."""

    number: int
    pair: Comparison
    opened: bool


def batch_page(
    pairs: Sequence[Comparison],
    stories: Sequence[Cascade],
    run: Run,
    language: str = "en",
) -> str:
    """An overview with numbers of each relation and severity, the stories as trees, and links
    into the strongest pairs.

    >>> batch_page([], [], Run("0.1", "digest", "prior", 0, None))[:15]
    '<!doctype html>'
    """
    ranked = sorted(pairs, key=_rank)
    opened = _opened(ranked, language)
    rows = [Row(n, p, n <= len(opened)) for n, p in enumerate(ranked[:ROWS_SHOWN], 1)]
    largest = sorted(stories, key=lambda s: (-len(s.cluster.members), s.cluster.id))
    return render(
        "batch.html", language, run=run, rows=rows, opened=opened, total=len(pairs),
        relations=_counted(
            Counter(p.relation for p in pairs), {r: r.label for r in reversed(Relation)}
        ),
        severities=_counted(
            Counter(p.verdict.severity for p in pairs),
            {s: SEVERITY_WORDS[s] for s in reversed(Severity)},
        ),
        stories=[(story, _tree(story)) for story in largest[:STORIES_SHOWN]],
        stories_total=len(stories), links_shown=LINKS_SHOWN,
    )  # fmt: skip


def _rank(pair: Comparison) -> tuple[int, float, str, str]:
    severity = list(Severity).index(pair.verdict.severity)
    return -severity, -pair.weight, pair.a.document.id, pair.b.document.id


def _opened(ranked: Sequence[Comparison], language: str) -> list[str]:
    """The strongest pairs in full, as many as there is room for."""
    opened: list[str] = []
    room = OPENED_BYTES
    for number, pair in enumerate(ranked[:ROWS_SHOWN], 1):
        hits = hits_of(pair, target_of(pair), f"p{number}")
        longest = sorted(hits, key=lambda hit: -hit.passage.words)[:PASSAGES_SHOWN]
        shown = [hit for hit in hits if hit in longest]
        part = fragment(
            "batch_pair.html", language, number=number, pair=pair, hits=shown,
            more=len(hits) - len(shown),
        )  # fmt: skip
        room -= len(part.encode())
        if room < 0:
            break
        opened.append(part)
    return opened


def _counted(times: Counter[Any], words: Mapping[Any, str]) -> list[tuple[str, int, float]]:
    """What there is of each sort: its words, how many, and their share of the most."""
    most = max(times.values(), default=1)
    return [(words[sort], times[sort], 100 * times[sort] / most) for sort in words if times[sort]]


def _tree(story: Cascade) -> list[tuple[int, Branch]]:
    """The texts of a story, each below its source, with how deep they stand."""
    below: dict[str | None, list[Branch]] = {}
    for link in story.links:
        below.setdefault(link.source, []).append(link)
    waiting = [(0, link) for link in reversed(below.get(None, []))]
    rows = []
    while waiting:
        depth, link = waiting.pop()
        rows.append((min(depth, DEEPEST), link))
        waiting += [(depth + 1, child) for child in reversed(below.get(link.document.id, []))]
    return rows
