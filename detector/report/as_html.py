"""Results as pages: one file each, which needs no network and no script.

The pages allow themselves nothing (a Content-Security-Policy with the digest of their own style
sheet), so that no text can do more on them than be read.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from detector.model import (
    Basis,
    Comparison,
    Difference,
    Document,
    Finding,
    Path,
    Report,
    Run,
    Side,
    Span,
)
from detector.report.drawing import DOTS, LINES, WIDTH, drawing
from detector.report.facts import CREDITS, PATHS, PERMISSIONS, SEVERITIES, percent
from detector.report.flow import (
    Hit,
    flow,
    hits_of,
    pair_flow,
    runs_right_to_left,
    shown_text,
    target_of,
)
from detector.report.phrases import Phrases
from detector.report.story import stated
from detector.report.visible import one_line, visible

SOURCES_OPENED = 30
PASSAGES_OPENED = 100
CONTEXT_CHARS = 60
SEVERITY_WORDS = {level: words for level, (words, _) in SEVERITIES.items()}
PERMISSION_WORDS = {status: words for status, (words, _) in PERMISSIONS.items()}
_BAR_UNITS = 1000
# For readers of SVG that know no style sheet: the hues of Okabe and Ito (2008), dark enough for
# small letters on them, and more.
INKS = "#0072b2 #b34e00 #00795a #aa4499 #8a6d00 #4b5bb5 #b0413e #46727f".split()
DIFFERENCES = {
    Difference.WORDS: "Words inside a quotation differ from the source",
    Difference.ELISION: "A quotation leaves out words of the source without a sign",
    Difference.PROSE: "Prose of the source stands as a quotation",
    Difference.HEDGE: "A hedge of the source is not here",
    Difference.NUMBER: "A number differs from the source",
    Difference.VERB: "A verb differs from the source",
    Difference.ANONYMITY: "A condition of anonymity is not told",
}
LABELS = {
    "verbatim": "verbatim",
    "edited": "edited",
    "paraphrase": "paraphrase",
    "translation": "translation",
    Basis.SHARED_QUOTE: "shared quotation, not counted",
    Basis.BOILERPLATE: "boilerplate, not counted",
    Basis.INCIDENTAL: "stock phrase, not counted",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a coverage bar, in thousandths of the text; ``hit``: the passage it stands for."""

    start: float
    width: float
    hit: Hit


@dataclass(frozen=True, slots=True)
class Source:
    """A match of a checked text, with its number on the page; ``share`` 0 where it is no source."""

    number: int
    pair: Comparison
    share: float
    exclusive_share: float
    hits: Sequence[Hit]


def pair_page(pair: Comparison, run: Run, language: str = "en") -> str:
    """The whole answer about two texts, both of them side by side, the source on the left.

    >>> from detector.pipeline import compare
    >>> run = Run("0.1", "digest", "prior", 2, None)
    >>> pair_page(compare("Rain fell.", "Snow lay."), run)[:15]
    '<!doctype html>'
    """
    return render("pair.html", language, run=run, **pair_values(pair))


def reports_page(reports: Sequence[Report], language: str = "en") -> str:
    """The answers about some texts on one page: each with its sources, the strongest first."""
    views = [report_values(report, number) for number, report in enumerate(reports, 1)]
    return render("report.html", language, reports=views, run=reports[0].run)


def render(template: str, language: str, **values: Any) -> str:
    """A page in a language. Nothing in a value is ever read as markup."""
    say = Phrases(language)
    page = _environment().get_template(template)
    # The style sheet is ours and has no "<".
    return page.render(say=say, style=Markup(style()), digest=style_digest(), **values)  # noqa: S704


def fragment(template: str, language: str, **values: Any) -> Markup:
    """A part of a page, made before it so that its size is known."""
    # Rendered with autoescape, as the page is.
    return Markup(_environment().get_template(template).render(say=Phrases(language), **values))  # noqa: S704


def bar(text: str, hits: Sequence[tuple[Hit, Span]]) -> list[Segment]:
    """Where in a text its derived passages stand, for a bar of the whole text."""
    unit = _BAR_UNITS / max(1, len(text))
    return [
        Segment(round(span.start * unit, 1), round(max(2.0, len(span) * unit), 1), hit)
        for hit, span in hits
        if hit.passage.basis is Basis.DERIVATION
    ]


def excerpt(pair: Comparison, hit: Hit, side: Side) -> list[Any]:
    """One passage as it stands on one side."""
    span = hit.passage.a if side == "a" else hit.passage.b
    return pair_flow(pair, side, [hit], span)


@dataclass(frozen=True, slots=True)
class Place:
    """Words in their surroundings."""

    before: str
    words: str
    after: str


def findings(pair: Comparison, found: Sequence[Finding]) -> list[Mapping[str, Any]]:
    """Places that differ: what it is, how it stands here, how it stands in the source, and the
    numbers of the passages around."""
    target = target_of(pair)
    rows: list[Mapping[str, Any]] = []
    for finding in found:
        a, b = _place(pair.a.document.text, finding.a), _place(pair.b.document.text, finding.b)
        here, there = (a, b) if target == "a" else (b, a)
        near = [n for n, p in enumerate(pair.passages, 1) if p.b.overlaps(finding.b)]
        what = DIFFERENCES[finding.type]
        rows.append({"what": what, "here": here, "there": there, "passages": near[:1]})
    return rows


def _place(text: str, span: Span) -> Place:
    """A span in its line, long ones by their beginning and end."""
    low = max(0, span.start - CONTEXT_CHARS)
    high = min(len(text), span.end + CONTEXT_CHARS)
    before = shown_text(text[low : span.start]).rpartition("\n")[2]
    after = shown_text(text[span.end : high]).partition("\n")[0]
    if low and len(before) == span.start - low:  # cut inside a line
        before = f"… {before.partition(' ')[2]}"
    if high < len(text) and len(after) == high - span.end:
        after = f"{after.rpartition(' ')[0]} …"
    words = one_line(span.slice(text))
    if len(words) > 3 * CONTEXT_CHARS:
        words = f"{words[:CONTEXT_CHARS]} … {words[-CONTEXT_CHARS:]}"
    return Place(before.lstrip(), words, after.rstrip())


def direction(pair: Comparison, say: Phrases) -> str:
    """Who took from whom, in words."""
    way = pair.direction
    upstream = f" ({one_line(way.upstream.name)})" if way.upstream else ""
    if way.source is None:
        common = way.path is Path.COMMON_UPSTREAM
        told = "Both from a common source" if common else "Who had it first is not known"
        return f"{say(told)}{upstream}"
    source, target = (pair.b, pair.a) if way.source == "b" else (pair.a, pair.b)
    if way.path is Path.COMMON_UPSTREAM:
        nearer = say("{name} stands nearer to it", name=title_of(source.document, say))
        return f"{say('Both from a common source')}{upstream}; {nearer}"
    names = f"{title_of(target.document, say)} {say('taken from')} {title_of(source.document, say)}"
    sure = say("{percent} sure", percent=percent(way.confidence))
    return f"{names}, {say(PATHS[way.path])}{upstream}; {sure}"


def title_of(document: Document, say: Phrases) -> str:
    """What a page calls a text in running words."""
    return one_line(say.name(document.name))


def link(document: Document) -> str | None:
    """The address of a text, if it is one that a reader may follow."""
    url = (document.url or "").strip()
    return visible(url) if url.lower().startswith(("https://", "http://")) else None


def _column(pair: Comparison, side: Side) -> Mapping[str, Any]:
    here = pair.a if side == "a" else pair.b
    hits = hits_of(pair, side)
    placed = [(hit, hit.passage.a if side == "a" else hit.passage.b) for hit in hits]
    return {
        "side": side,
        "other": "b" if side == "a" else "a",
        "card": here,
        "blocks": pair_flow(pair, side, hits),
        "bar": bar(here.document.text, placed),
        "is_source": pair.direction.source == side,
    }


def pair_values(pair: Comparison) -> Mapping[str, Any]:
    """What the templates of a pair show: the pair, and its texts with the source on the left."""
    sides: tuple[Side, Side] = ("b", "a") if pair.direction.source == "b" else ("a", "b")
    return {"pair": pair, "columns": [_column(pair, side) for side in sides]}


def report_values(report: Report, number: int = 1) -> Mapping[str, Any]:
    """What the templates of a report show as ``view``, the strongest sources first. ``number``: of
    the report on its page."""
    shares = {share.id: share for share in report.sources}
    giving = [m for m in report.matches if m.b.document.id in shares and _share(shares, m) > 0]
    giving.sort(key=lambda m: (-_share(shares, m), m.b.document.id))
    sources = [
        Source(
            i,
            m,
            _share(shares, m),
            shares[m.b.document.id].exclusive_share,
            hits_of(m, "a", f"r{number}s{i}", i),
        )
        for i, m in enumerate(giving, 1)
    ]
    names = {m.b.document.id for m in giving}
    placed = [(hit, hit.passage.a) for source in sources for hit in source.hits]
    text = report.document.document.text
    return {
        "number": number,
        "report": report,
        "sources": sources,
        "others": [m for m in report.matches if m.b.document.id not in names],
        "blocks": flow(text, placed, report.document.quotations),
        "bar": bar(text, placed),
    }


def _share(shares: Mapping[str, Any], match: Comparison) -> float:
    share: float = shares[match.b.document.id].share
    return share


def snippet(text: str, chars: int = 80) -> str:
    """The beginning of a passage, enough to know it again."""
    line = one_line(text[: 2 * chars])
    return line if len(line) <= chars else f"{line[:chars]}…"


@lru_cache(maxsize=1)
def style() -> str:
    """The style sheet of all pages."""
    source, _, _ = PackageLoader("detector.report").get_source(
        Environment(autoescape=True), "style.css"
    )
    return source


@lru_cache(maxsize=1)
def style_digest() -> str:
    """What a Content-Security-Policy calls it."""
    return base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return environment()


def environment(*others: BaseLoader) -> Environment:
    """Where templates are made into pages: ours, and before them those of ``others`` that are made
    of the same parts."""
    made = Environment(
        loader=ChoiceLoader([*others, PackageLoader("detector.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    helpers: Mapping[str, Callable[..., Any]] = {
        "direction": direction, "excerpt": excerpt, "findings": findings, "link": link,
        "title_of": title_of, "stated": stated, "hits_of": hits_of, "target_of": target_of,
        "drawing": drawing,
    }  # fmt: skip
    made.globals.update(
        helpers, credits=CREDITS, paths=PATHS, severity_words=SEVERITY_WORDS,
        permission_words=PERMISSION_WORDS,
        drawing_width=WIDTH, line_words=LINES, dot_words=DOTS, labels=LABELS, inks=INKS,
        passages_opened=PASSAGES_OPENED, sources_opened=SOURCES_OPENED,
    )  # fmt: skip
    made.filters.update(
        percent=percent,
        line=one_line,
        snippet=snippet,
        shown=shown_text,
        runs_right_to_left=runs_right_to_left,
    )
    return made
