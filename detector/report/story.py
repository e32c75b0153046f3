"""A story as a tree for a person at a terminal: who had it first, and who took it from whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rich.text import Text
from rich.tree import Tree

from detector.model import Branch, Cascade, Credit, Document, Path, Upstream
from detector.report.facts import CREDITS, count, percent, short
from detector.report.visible import visible

_TEXTS_SHOWN = 12
_DEEPEST = 5
_WAYS = {
    Path.DIRECT: "directly",
    Path.THROUGH_OTHER: "through another text",
    Path.COMMON_UPSTREAM: "through a common source",
    Path.UNKNOWN: "taken",
}
_BLAME = "#d75f5f"
_BLAMED = (Credit.UNCREDITED, Credit.WRONG_SOURCE)
_DAY_CHARS = len("2026-03-14")
_TIME_WIDTH = len("2026-03-14 19:05")

Place = str | Upstream | None
"""The id of a text, an original that is none of them, or the top of the tree."""


def story_view(story: Cascade) -> Tree:
    """A heading, then the texts nearest to the origin, in the order of their stated times.

    >>> from rich.console import Console
    >>> from detector.batch import compare_all
    >>> from detector.cascade import cascades
    >>> text = "The ferry left Port Carrow at dawn with forty-one passengers and sacks of seed."
    >>> found = compare_all([Document("x", text), Document("y", text)])
    >>> Console().print(story_view(*cascades(found.clusters, found.comparisons)))
    One story in 2 texts
    Nobody can tell who had it first
    None states a time
    ├── no time stated    x
    │   Same text
    └── no time stated    y
        Same text
    """
    shown = _nearest(story.links)
    tree = Tree(_heading(story), guide_style="dim")
    branches: dict[Place, Tree] = {None: tree}
    for link in story.links:
        if link.document.id in shown:
            above = _above(link)
            if above not in branches:
                branches[above] = tree.add(_absent(link.upstream))
            branches[link.document.id] = branches[above].add(_entry(link, story))
    for place, left_out in _hidden(story.links, shown).items():
        branches.get(place, tree).add(_more(left_out))
    return tree


def _heading(story: Cascade) -> Text:
    size = len(story.cluster.members)
    text = Text().append(f"One story in {count(size, 'text')}", "bold")
    if users := len(story.links) - size:
        text.append(f", used by {users:,} more")
    text.append(f"\n{_origin(story)}")
    return text.append(f"\n{_period(story.timeline)}", "dim")


def _period(timeline: Sequence[Document]) -> str:
    """From the first stated time to the last."""
    times = [stated(d) for d in timeline if d.moment is not None]
    if not times:
        return "None states a time"
    last = f" to {times[-1]}" if times[-1] != times[0] else ""
    period = f"{times[0]}{last}, as stated"
    silent = len(timeline) - len(times)
    return period + (f"; {silent:,} {'states' if silent == 1 else 'state'} none" if silent else "")


def _origin(story: Cascade) -> str:
    if story.upstream:
        return f"Most likely origin: {_name(story.upstream)}"
    for link in story.links:
        if link.document.id == story.cluster.origin:
            return f"Most likely origin: {visible(link.document.name)}"
    return "Nobody can tell who had it first"


def _name(upstream: Upstream) -> str:
    """An original that is none of the texts."""
    where = "not in the corpus" if upstream.id is None else short(upstream.id)
    return f"{visible(upstream.name)}, {where}"


def _absent(upstream: Upstream | None) -> Text:
    return Text(_name(upstream) if upstream else "a source that is not named", "italic")


def _entry(link: Branch, story: Cascade) -> Text:
    """When and which text, and below it what is known of it and of the way it came."""
    text = Text(style="dim").append(f"{stated(link.document):{_TIME_WIDTH}}  ")
    text.append("" if link.member else "also used by ")
    text.append(short(link.document.id), "not dim")
    if link.document.id == story.cluster.origin:
        text.append("  nearest to it" if link.upstream else "  origin")
    known = [Text(fact) for fact in _known(link)]
    if link.credit not in (None, Credit.NOT_NEEDED):
        known.append(Text(CREDITS[link.credit], _BLAME if link.credit in _BLAMED else ""))
    return text.append("\n" if known else "").append_text(Text(" · ").join(known))


def _known(link: Branch) -> Iterator[str]:
    if link.document.outlet:
        yield visible(link.document.outlet)
    if link.relation:
        yield link.relation.label
    if link.source is not None and link.path:
        yield f"{_WAYS[link.path]}, {percent(link.confidence)} sure"


def _more(left_out: Sequence[Branch]) -> Text:
    text = Text(f"and {len(left_out):,} more", "dim")
    if blamed := sum(link.credit in _BLAMED for link in left_out):
        text.append(f", {blamed:,} without credit to the source", _BLAME)
    return text


def stated(document: Document) -> str:
    """The stated time, to the minute; UTC where no zone stands behind it. A day stays a day.

    >>> stated(Document("x", "Hello", published_at="2026-03-14T19:05:00Z"))
    '2026-03-14 19:05'
    """
    given = document.published_at or ""
    if document.moment is None:
        return "no time stated"
    if len(given) <= _DAY_CHARS:
        return visible(given)
    return datetime.fromisoformat(given).isoformat(" ", "minutes").removesuffix("+00:00")


# -- what of a large story is shown


def _above(link: Branch) -> Place:
    return link.upstream if link.source is None else link.source


def _nearest(links: Sequence[Branch]) -> frozenset[str]:
    """The texts that are shown: those with the fewest steps to the top, in the order given."""
    depths: dict[Place, int] = {}
    for link in links:
        depths[link.document.id] = depths.get(link.source, -1) + 1
    near = [link.document.id for link in links if depths[link.document.id] <= _DEEPEST]
    return frozenset(sorted(near, key=lambda name: depths[name])[:_TEXTS_SHOWN])


def _hidden(links: Sequence[Branch], shown: frozenset[str]) -> Mapping[Place, Sequence[Branch]]:
    """What is left out below each place that is shown."""
    left_out: dict[Place, list[Branch]] = defaultdict(list)
    places: dict[Place, Place] = {}
    for link in links:
        name, above = link.document.id, _above(link)
        places[name] = name if name in shown else places.get(above, above)
        if name not in shown:
            left_out[places[name]].append(link)
    return left_out
