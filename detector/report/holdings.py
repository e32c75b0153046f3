"""What an index holds, for a person at a terminal."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from detector.model import Summary
from detector.report.facts import count, label, labelled
from detector.report.visible import visible

_UNITS = ("B", "kB", "MB", "GB")


def summary_view(found: Summary) -> RenderableType:
    """A labelled line for each fact.

    >>> from rich.console import Console
    >>> Console(width=40).print(summary_view(Summary(3, 3, 0, 2, None, None, 8_190, 0, "ab")))
    Documents   3, from 2 outlets...
    """
    holds = f"{found.documents:,}, from {count(found.outlets, 'outlet')}"
    if found.versions > found.documents:
        holds += f"; with old versions {count(found.versions, 'text')}"
    rows = [("Documents", holds)]
    if found.first and found.last:
        rows.append(("Dated", visible(f"{found.first} to {found.last}")))
    if found.pending:
        rows.append(("Pending", f"{count(found.pending, 'text')} not compared with the others yet"))
    rows.append(("Size", f"{size(found.size_bytes)}, {count(found.segments, 'index file')}"))
    rows.append(("Statistics", found.stats_digest))
    return labelled((label(name), Text(value)) for name, value in rows)


def size(size_bytes: int) -> str:
    """A number of bytes for people.

    >>> size(999), size(36_900), size(2_500_000_000)
    ('999 B', '37 kB', '2.5 GB')
    """
    scaled, unit = float(size_bytes), 0
    while scaled >= 999.5 and unit + 1 < len(_UNITS):
        scaled, unit = scaled / 1000, unit + 1
    return (
        f"{scaled:.1f} {_UNITS[unit]}"
        if unit > 1 and scaled < 10
        else f"{scaled:.0f} {_UNITS[unit]}"
    )
