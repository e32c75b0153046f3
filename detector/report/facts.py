"""The small parts the text views are made of: labelled lines, bars, numbers in words."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from detector.model import Credit, Direction, Path, Permission, Rights, Severity, Verdict
from detector.report.visible import visible

_LABEL_WIDTH = 11
_BAR_WIDTH = 20
_NAME_CHARS = 41

SEVERITIES = {
    Severity.NONE: ("No action", "bold #5f875f"),
    Severity.NOTE: ("Note", "bold #5f87af"),
    Severity.REVIEW: ("Review", "bold #af8700"),
    Severity.ALERT: ("Alert", "bold #d75f5f"),
}
CREDITS = {
    Credit.CREDITED: "credited",
    Credit.PARTLY: "partly credited",
    Credit.UNCREDITED: "not credited",
    Credit.WRONG_SOURCE: "credited to another source",
    Credit.NOT_NEEDED: "not needed",
}
PERMISSIONS = {
    Permission.WITHIN_TERMS: ("Within terms", "#5f875f"),
    Permission.UNKNOWN: ("Rights not known", ""),
    Permission.CREDIT_MISSING: ("Credit line missing", "#af8700"),
    Permission.NO_LICENCE_ON_FILE: ("No licence on file", "#af8700"),
    Permission.OUTSIDE_TERMS: ("Outside terms", "#d75f5f"),
}
PATHS = {
    Path.DIRECT: "directly",
    Path.THROUGH_OTHER: "probably through another text",
    Path.COMMON_UPSTREAM: "probably through a common source",
    Path.UNKNOWN: "the way it took is not known",
}


def labelled(rows: Iterable[tuple[Text, Text]]) -> Table:
    """Label and value in two columns; a long value goes on under itself."""
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    table.add_column(width=_LABEL_WIDTH)
    table.add_column(ratio=1, overflow="fold")
    for label, value in rows:
        table.add_row(label, value)
    return table


def bullets(items: Iterable[Text]) -> Table:
    """A list with hanging bullets."""
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    table.add_column(width=1)
    table.add_column(ratio=1, overflow="fold")
    for item in items:
        table.add_row("•", item)
    return table


def label(words: str) -> Text:
    """The quiet word in front of a fact."""
    return Text(words, "dim")


def severity(level: Severity) -> Text:
    """How much to care, in one coloured word or two."""
    return Text(*SEVERITIES[level])


def headline(verdict: Verdict) -> tuple[Text, Text]:
    """The severity as the label of the verdict sentence."""
    return severity(verdict.severity), Text(visible(verdict.sentence))


def permission(status: Permission) -> Text:
    """What the licences on file say, in a few coloured words."""
    return Text(*PERMISSIONS[status])


def rights(found: Rights) -> Text:
    """The same with the reason."""
    return Text().append_text(permission(found.status)).append(f": {visible(found.reason)}")


def percent(share: float) -> str:
    """A share for people. Nearly all is not all, and little is not nothing.

    >>> percent(0.4419), percent(0.999), percent(0.001), percent(0)
    ('44 %', '>99 %', '<1 %', '0 %')
    """
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{share:.0%}".replace("%", " %")


def bar(share: float) -> Text:
    """A share as a bar. Any share above zero shows, and only the whole fills it.

    >>> bar(0.5).plain
    '━━━━━━━━━━──────────'
    """
    filled = round(share * _BAR_WIDTH)
    if 0 < share < 1:
        filled = min(max(filled, 1), _BAR_WIDTH - 1)
    return Text().append("━" * filled, "#5f87af").append("─" * (_BAR_WIDTH - filled), "dim")


def count(number: int, one: str, many: str | None = None) -> str:
    """A number of things.

    >>> count(1, "match", "matches"), count(1602, "word")
    ('1 match', '1,602 words')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def short(name: str) -> str:
    """A name that nearly fits its column; names differ at their ends more than inside.

    >>> short("archive/2026/03/14/agencies/fairlead/ferry-drifts-off-port-carrow.txt")
    'archive/2026/03/14/a…-off-port-carrow.txt'
    """
    name = visible(name)
    return name if len(name) <= _NAME_CHARS else f"{name[:20]}…{name[-20:]}"


def direction(found: Direction) -> str:
    """Who took from whom, in words.

    >>> from detector.model import Upstream
    >>> direction(Direction("b", 0.6, Path.COMMON_UPSTREAM, Upstream("The New York Times")))
    'B → A, probably through a common source (The New York Times)'
    >>> direction(Direction(None, 0, Path.UNKNOWN))
    'not known'
    """
    upstream = f" ({visible(found.upstream.name)})" if found.upstream else ""
    if found.source is None:
        common = found.path is Path.COMMON_UPSTREAM
        return f"both from a common source{upstream}" if common else "not known"
    arrow = "A → B" if found.source == "a" else "B → A"
    return f"{arrow}, {PATHS[found.path]}{upstream}"
