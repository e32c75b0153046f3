"""Where a text says whose words or work it uses: credits, and what each one covers.

Outlets are masked, the table of cues is matched, and what refers back ("the report states",
"they also indicated") is given the outlet it refers to. Inside a quotation nothing is a credit
of this text: there somebody else is speaking.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from detector.cue import Rule, rules_for
from detector.lexicon import PHOTO_AGENCIES
from detector.mention import Masked, mask
from detector.model import Attribution, Quotation, Role, Span
from detector.sentence import sentences

_HEAD = 1000  # characters in which a text may say where it comes from
_TAIL = 1500
_NEAR = 400  # the longest cue reaches not so far from its outlet
_LINE = re.compile(r"[^\n]*+\n?")
_REFERS_BACK = 600  # "the report" means an outlet named at most so many characters earlier


@dataclass(frozen=True, slots=True)
class _Cue:
    """A match of one rule, before it is known what it refers to."""

    span: Span
    rule: Rule
    source: str | None


def find_attributions(text: str, quotations: Sequence[Quotation] = ()) -> tuple[Attribution, ...]:
    """Every place where the text credits an outlet, a photographer or people, sorted by span.

    >>> (cue,) = find_attributions("It is over, according to the WSJ. So be it.")
    >>> cue.type, cue.source, str(cue.role), cue.covers
    ('according_to', 'The Wall Street Journal', 'text', (Span(start=0, end=33),))
    """
    cues = _without_overlaps(_matches(mask(text)))
    outer = [q for q in quotations if q.depth == 1]
    cues = [cue for cue in cues if not _is_quoted(cue, outer)]
    lines = _sentences(text, [cue.span for cue in cues if cue.rule.covers == "sentence"])
    found: list[Attribution] = []
    for cue in _referred(cues, text):
        covers = _covers(cue, text, lines)
        found.append(Attribution(cue.span, cue.rule.type, cue.rule.role, cue.source, covers))
    return _with_home(found)


def _matches(masked: Masked) -> Iterator[_Cue]:
    """What the table finds, rule by rule."""
    length = len(masked.text)
    tail = max(0, length - max(_TAIL, 2 * length // 5))
    places = {"anywhere": (0, length), "head": (0, _HEAD), "tail": (tail, length)}
    near = _near_outlets(masked)
    is_credited = False  # whether there is an outlet to refer back to
    for rule in rules_for(masked.text):
        if rule.refers_back and not is_credited:
            continue
        first, last = places[rule.place]
        for start, end in near if rule.names_outlet else ((0, length),):
            for m in rule.pattern.finditer(masked.text, max(first, start), min(last, end)):
                source = rule.source(m, masked.sources)
                if source not in PHOTO_AGENCIES or rule.role is Role.PHOTO:
                    is_credited = is_credited or source is not None
                    yield _Cue(Span(m.start(), m.end()), rule, source)


def _near_outlets(masked: Masked) -> list[tuple[int, int]]:
    """The stretches of text around the outlets; nowhere else can a cue that names one stand."""
    near: list[tuple[int, int]] = []
    for at in masked.sources:
        start, end = max(0, at - _NEAR), min(len(masked.text), at + _NEAR)
        if near and start <= near[-1][1]:
            near[-1] = (near[-1][0], end)
        else:
            near.append((start, end))
    return near


def _without_overlaps(cues: Iterable[_Cue]) -> list[_Cue]:
    """The cues in order of place. Of two that overlap the earlier stays, or the earlier rule."""
    kept: list[_Cue] = []
    for cue in sorted(cues, key=lambda c: c.span.start):
        if not kept or kept[-1].span.end <= cue.span.start:
            kept.append(cue)
    return kept


def _is_quoted(cue: _Cue, quotations: Sequence[Quotation]) -> bool:
    """Whether somebody else says it. A block quotation of an outlet keeps its credits, but its
    "according to officials" is that outlet's business."""
    at = bisect_right(quotations, cue.span.start, key=lambda q: q.span.start) - 1
    if at < 0 or not quotations[at].inner.contains(cue.span):
        return False
    return not quotations[at].label or cue.rule.role is Role.PERSON


def _referred(cues: Sequence[_Cue], text: str) -> Iterator[_Cue]:
    """The cues with their source: what refers back takes the outlet last credited nearby, and
    is dropped where there is none."""
    last: _Cue | None = None
    for cue in cues:
        if cue.rule.refers_back:
            if last is None or not _may_refer(cue, last, text):
                continue
            cue = replace(cue, source=last.source)
        yield cue
        if cue.source and cue.rule.role is Role.TEXT:
            last = cue


def _may_refer(cue: _Cue, last: _Cue, text: str) -> bool:
    """Whether a cue may refer to the one before it."""
    between = text[last.span.end : cue.span.start]
    if cue.rule.type == "report_anaphora":
        return len(between) <= _REFERS_BACK
    is_told = last.rule.type.startswith("told_outlet")
    return is_told and len(between) <= _REFERS_BACK // 2 and "\n" not in between


def _sentences(text: str, spans: Sequence[Span]) -> list[Span]:
    """The sentences of the lines that the spans begin and end in: none goes beyond its line."""
    if not spans:
        return []
    lines = [m.span() for m in _LINE.finditer(text)]
    edges = (edge for span in spans for edge in (span.start, span.end - 1))
    wanted = {bisect_right(lines, edge, key=lambda line: line[0]) - 1 for edge in edges}
    return [found for number in sorted(wanted) for found in sentences(text, *lines[number])]


def _covers(cue: _Cue, text: str, lines: Sequence[Span]) -> tuple[Span, ...]:
    """The spans of text a cue speaks for: none, all, or the sentence it stands in."""
    if cue.rule.covers == "nothing":
        return ()
    if cue.rule.covers == "text":
        return (Span(0, len(text)),)
    first = lines[bisect_right(lines, cue.span.start, key=lambda s: s.start) - 1]
    last = lines[bisect_right(lines, cue.span.end - 1, key=lambda s: s.start) - 1]
    return (Span(min(first.start, cue.span.start), max(last.end, cue.span.end)),)


def _with_home(found: Sequence[Attribution]) -> tuple[Attribution, ...]:
    """Contributors work for the outlet that the whole text is credited to."""
    whole = ("syndication_footer", "author_bio", "byline", "header_credit", "agency_slug")
    home = next((a.source for a in found if a.source and a.type in whole), None)
    return tuple(
        replace(a, source=home) if a.type == "contributor_line" and a.source is None else a
        for a in found
    )
