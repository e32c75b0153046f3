"""A report that is kept, as its page shows it: for one view, with what leads to others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from detector.corpus.kept import Kept
from detector.model import Comparison, Document, Report
from detector.report.as_html import pair_values, report_values
from detector.report.flow import Hit, hits_of, target_of
from detector.uses import uses_of_pair, uses_of_report
from detector.view import EVERYTHING, PRESETS, View
from service.viewing import CONTROLS, Viewing, options_of

PASSAGES_FIRST = 2
SOURCES_FIRST = 3
_PRESET_WORDS = {
    "desk": "Before it goes out",
    "licensing": "Who prints our copy",
    "aggregator": "One story once",
}


@dataclass(frozen=True, slots=True)
class Preset:
    """A way to look at a report at once: its name, its address, whether it is the one shown."""

    words: str
    query: str
    is_shown: bool


def result_values(kept: Kept, viewing: Viewing) -> Mapping[str, Any]:
    """What the template of a result shows of a report, as it is seen."""
    view = viewing.settings.view
    common = {
        "kept": kept,
        "shown": view,
        "query": urlencode(options_of(view)),
        "carried": [(n, value) for n, value in options_of(view) if n not in CONTROLS],
        "presets": presets(view, kept.settings.view),
        "sources_first": SOURCES_FIRST,
    }
    seen = viewing.answer(kept.answer)
    if isinstance(seen, Report):
        return {**common, **_of_report(seen, view)}
    return {**common, **_of_pair(seen, view), "run": kept.answer.run}


def _of_report(report: Report, view: View) -> Mapping[str, Any]:
    values = report_values(report)
    first = values["sources"][0] if values["sources"] else None
    lines = [source.pair.credit_line for source in values["sources"]]
    return {
        "view": values,
        "reports": [values],
        "seen": report,
        "title": _title(report.document.document),
        "uses": uses_of_report(report, view),
        "first_pair": first.pair if first else None,
        "first_hits": _first(first.hits) if first else (),
        "credit_line": next((line for line in lines if line), None),
        "run": report.run,
    }


def _of_pair(pair: Comparison, view: View) -> Mapping[str, Any]:
    target = pair.a if target_of(pair) == "a" else pair.b
    return {
        **pair_values(pair),
        "seen": pair,
        "title": _title(target.document),
        "uses": uses_of_pair(pair, view),
        "first_pair": pair,
        "first_hits": _first(hits_of(pair, "a")),
        "credit_line": pair.credit_line,
    }


def _first(hits: Sequence[Hit]) -> Sequence[Hit]:
    """The longest passages, in the order of the text."""
    longest = sorted(hits, key=lambda hit: -hit.passage.words)[:PASSAGES_FIRST]
    return [hit for hit in hits if hit in longest]


def _title(document: Document) -> str:
    return document.title or document.name


def presets(shown: View, asked: View) -> list[Preset]:
    """All that was found, as it was asked for, and each view that has a name."""
    named = {"All that was found": EVERYTHING, "As it was asked for": asked}
    named |= {_PRESET_WORDS[name]: view for name, view in PRESETS.items()}
    found: dict[View, Preset] = {}
    for words, view in named.items():
        found.setdefault(view, Preset(words, urlencode(options_of(view)), view == shown))
    return list(found.values())
