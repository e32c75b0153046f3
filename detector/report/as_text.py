"""Results for a person at a terminal: the verdict first, then the evidence.

Every view is made for ``rich.console.Console.print``. Nothing in it is ever read as markup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from detector.model import (
    Attribution,
    Basis,
    Cascade,
    Comparison,
    Finding,
    PairSide,
    Passage,
    Path,
    Report,
    Role,
    Severity,
)
from detector.report import facts
from detector.report.breaches import breaches
from detector.report.facts import bar, bullets, count, label, labelled, percent, short
from detector.report.side_by_side import SideBySide
from detector.report.story import story_view
from detector.report.visible import one_line, visible

_NOT_COUNTED = {
    Basis.SHARED_QUOTE: "shared quotation",
    Basis.BOILERPLATE: "boilerplate",
    Basis.INCIDENTAL: "stock phrase",
}
_ROLES = {
    Role.TEXT: "credits the text",
    Role.PHOTO: "credits a photo",
    Role.PERSON: "names a person",
    Role.OUTLET: "names an outlet",
}
_DOTTED = (Path.THROUGH_OTHER, Path.COMMON_UPSTREAM)
_SNIPPET_WORDS, _SNIPPET_CHARS = 24, 160
_CUES_SHOWN = 6
_MATCHES_OPENED = 3
_PASSAGES_OF_A_MATCH = 3
_ROWS_SHOWN = 40
_STORIES_SHOWN = 10
_SENTENCES_SHOWN = 5


def pair_view(pair: Comparison) -> RenderableType:
    """The whole answer about two texts.

    >>> from rich.console import Console
    >>> from detector.pipeline import compare
    >>> Console(width=80).print(pair_view(compare("Rain fell.", "Snow lay.")))
    No action ...
    """
    others = [p for p in pair.passages if p.basis is not Basis.DERIVATION]
    return Group(
        labelled([facts.headline(pair.verdict)]),
        Text(),
        labelled(_pair_facts(pair)),
        *_passages(pair),
        *_list("Also in both, not counted", [_not_counted(pair, p) for p in others]),
        *_list("Credit found", [*_cues("A", pair.a), *_cues("B", pair.b)]),
        *_list("Quotations", _findings(pair.fidelity.quotations)),
        *_list("Statements", _findings(pair.fidelity.statements)),
        *_list("Why", [Text(visible(reason)) for reason in pair.explain]),
    )


def report_view(report: Report) -> RenderableType:
    """The answer about one text: its sources, its matches, and where nobody looked."""
    return Group(
        labelled([facts.headline(report.verdict)]),
        Text(),
        labelled(_report_facts(report)),
        *(part for i, match in enumerate(report.matches) for part in _match(i, match)),
        Text(),
        Text(_searched(report), "dim"),
    )


def overview(
    heading: str, pairs: Sequence[Comparison], stories: Sequence[Cascade] = ()
) -> RenderableType:
    """Many pairs: one line for each, strongest first, a sentence for the strongest, the
    largest stories as trees.

    >>> from rich.console import Console
    >>> Console().print(overview("0 files read, 0 matches", []))
    0 files read, 0 matches
    """
    strongest = sorted(pairs, key=_strength, reverse=True)
    parts: list[RenderableType] = [Text(heading)]
    if pairs:
        parts += [Text(), _pair_table(strongest[:_ROWS_SHOWN])]
        for pair in strongest[:_SENTENCES_SHOWN]:
            parts += [Text(), labelled([facts.headline(pair.verdict)])]
    parts += _list("Rights", breaches(pairs))
    largest = sorted(stories, key=lambda story: -len(story.cluster.members))
    for story in largest[:_STORIES_SHOWN]:
        parts += [Text(), story_view(story)]
    if pairs:
        parts += [Text(), Text(" ".join(_notes(pairs, stories)), "dim")]
    return Group(*parts)


def _heading(title: str) -> Text:
    return Text("\n").append(title, "bold")


def _list(title: str, items: Sequence[Text]) -> list[RenderableType]:
    return [_heading(title), bullets(items)] if items else []


def _derived(pair: Comparison) -> list[Passage]:
    return [p for p in pair.passages if p.basis is Basis.DERIVATION]


# A pair


def _pair_facts(pair: Comparison) -> Iterator[tuple[Text, Text]]:
    yield label("Relation"), Text(pair.relation.label)
    if pair.relation.is_copying:
        yield label("Direction"), Text(facts.direction(pair.direction))
    if pair.direction.source:
        yield label("Confidence"), Text(percent(pair.direction.confidence))
    yield from _side_facts("A", pair.a)
    yield from _side_facts("B", pair.b)
    if pair.longest_words:
        yield label("Longest"), Text(f"{count(pair.longest_words, 'word')} in a row")
    if pair.relation.is_copying:
        yield label("Credit"), Text(facts.CREDITS[pair.verdict.credit])
    if pair.credit_line:
        yield label("Credit line"), Text(visible(pair.credit_line.text))
        if pair.credit_line.note:
            yield Text(), Text(visible(pair.credit_line.note), "dim")
    if pair.rights:
        yield label("Rights"), facts.rights(pair.rights)
    if pair.truncated:
        yield label("Limit"), Text("The comparison stopped at its limit; more may be shared.")


def _side_facts(name: str, side: PairSide) -> Iterator[tuple[Text, Text]]:
    yield label(name), _card(side)
    if side.document.title:
        yield Text(), Text(visible(side.document.title), "italic")
    coverage = side.coverage
    counts = (
        f"  {percent(coverage.share):>5}  {coverage.words:,} of {count(coverage.of_words, 'word')}"
    )
    yield Text(), bar(coverage.share).append(counts)


def _card(side: PairSide) -> Text:
    document = side.document
    known = (
        document.id,
        document.outlet,
        document.published_at,
        count(side.words, "word"),
        *side.flags,
    )
    return Text(" · ".join(visible(fact) for fact in known if fact))


def _passages(pair: Comparison) -> list[RenderableType]:
    derived = _derived(pair)
    return [_heading("Passages"), SideBySide(pair, derived)] if derived else []


def _not_counted(pair: Comparison, passage: Passage) -> Text:
    text = Text().append(f"{_NOT_COUNTED[passage.basis]}, {count(passage.words, 'word')}:  ", "dim")
    return text.append(_snippet(passage.a.slice(pair.a.document.text)))


def _cues(name: str, side: PairSide) -> list[Text]:
    """Each cue once, with how often it stands there; credits for the text first."""
    in_rank = sorted(side.attributions, key=lambda cue: list(Role).index(cue.role))
    found = Counter(_cue(side, cue) for cue in in_rank)
    shown = [
        Text(f"{name}  {words}").append(f"  {meaning}" + f" ({times} times)" * (times > 1), "dim")
        for (words, meaning), times in list(found.items())[:_CUES_SHOWN]
    ]
    if len(found) > _CUES_SHOWN:
        shown.append(Text(f"{name}  and {len(found) - _CUES_SHOWN} more", "dim"))
    return shown


def _cue(side: PairSide, cue: Attribution) -> tuple[str, str]:
    source = f": {visible(cue.source)}" if cue.source else ""
    return _snippet(cue.span.slice(side.document.text)), _ROLES[cue.role] + source


def _findings(findings: Sequence[Finding]) -> list[Text]:
    return [Text(visible(finding.detail)) for finding in findings]


def _snippet(text: str) -> str:
    """The beginning of a passage, enough to know it again."""
    whole = " ".join(text.split())
    start = " ".join(whole.split(" ")[:_SNIPPET_WORDS])[:_SNIPPET_CHARS]
    return one_line(start) + " …" * (len(start) < len(whole))


# A report


def _report_facts(report: Report) -> Iterator[tuple[Text, Text]]:
    yield label("Text"), _card(report.document)
    if report.document.document.title:
        yield Text(), Text(visible(report.document.document.title), "italic")
    yield label("Coverage"), bar(report.coverage).append(f"  {percent(report.coverage):>5}")
    for i, source in enumerate(source for source in report.sources if source.share):
        share = f"  {percent(source.share):>5}  {visible(source.id)}"
        only = f", {percent(source.exclusive_share)} in no other"
        yield label("" if i else "Sources"), bar(source.share).append(share).append(only, "dim")
    if report.truncated:
        yield label("Limit"), Text("The search stopped at its limit; there may be more.")


def _match(rank: int, match: Comparison) -> Iterator[RenderableType]:
    """One match: what it is, and for the strongest also the passages."""
    title = _heading(match.relation.label).append(f" · {visible(match.b.document.id)} · ")
    yield title.append_text(facts.severity(match.verdict.severity))
    yield Text(visible(match.verdict.sentence))
    if match.credit_line and match.direction.source == "b":
        yield Text(visible(match.credit_line.text), "italic")
    if match.rights:
        yield facts.rights(match.rights)
    derived = _derived(match)
    if rank >= _MATCHES_OPENED or not derived:
        return
    strongest = sorted(derived, key=lambda p: (-p.words, p.a.start))[:_PASSAGES_OF_A_MATCH]
    yield Text()
    yield SideBySide(match, sorted(strongest, key=lambda p: p.a.start))
    if more := len(derived) - len(strongest):
        yield Text(f"\nand {count(more, 'more passage')}", "dim")


def _searched(report: Report) -> str:
    searched, limits = report.searched, report.to_dict()
    where = f"Searched {count(searched.documents, 'document')}"
    if searched.outlets:
        where += f" of {count(searched.outlets, 'outlet')}"
    if searched.first and searched.last:
        where += f", {visible(searched.first[:10])} to {visible(searched.last[:10])}"
    unchecked = ", ".join(f"{name}s" for name, done in limits["checked"].items() if not done)
    return f"{where}. Not searched: {', '.join(limits['not_searched'])}. Not checked: {unchecked}."


# Many pairs


def _strength(pair: Comparison) -> tuple[int, float]:
    return list(Severity).index(pair.verdict.severity), pair.weight


def _pair_table(pairs: Sequence[Comparison]) -> Table:
    """Two lines for each pair, the source above, each text with the share of it that is in both."""
    table = Table(box=None, pad_edge=False, header_style="dim", expand=True)
    table.add_column("", no_wrap=True)
    table.add_column("Relation", no_wrap=True)
    table.add_column("From, to", ratio=1, overflow="fold")
    table.add_column("Shared", justify="right", no_wrap=True)
    for pair in pairs:
        upper, lower = (pair.b, pair.a) if pair.direction.source == "b" else (pair.a, pair.b)
        table.add_row(
            facts.severity(pair.verdict.severity),
            Text(pair.relation.label),
            Text(f"  {short(upper.document.id)}"),
            Text(percent(upper.coverage.share)),
        )
        table.add_row(
            "",
            "",
            Text(f"{_arrow(pair)} {short(lower.document.id)}"),
            Text(percent(lower.coverage.share)),
        )
    return table


def _arrow(pair: Comparison) -> str:
    """Dotted where a third text stands between the two, none where nobody can tell."""
    if pair.direction.source is None:
        return " "
    return "⇢" if pair.direction.path in _DOTTED else "→"


def _notes(pairs: Sequence[Comparison], stories: Sequence[Cascade]) -> Iterator[str]:
    if any(_arrow(pair) == "⇢" for pair in pairs):
        yield "⇢ through another text or a common source."
    if len(pairs) > _ROWS_SHOWN:
        yield f"{len(pairs) - _ROWS_SHOWN:,} weaker pairs are not shown."
    if len(stories) > _STORIES_SHOWN:
        more = count(len(stories) - _STORIES_SHOWN, "smaller story is", "smaller stories are")
        yield f"{more} not shown; --clusters FILE.jsonl has all."
    yield "copydesk compare shows a pair in full; -o FILE.csv has every pair."
