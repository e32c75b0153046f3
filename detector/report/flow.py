"""A text as a page shows it: what lies over each stretch of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from unicodedata import bidirectional

from detector.model import Basis, Comparison, Finding, Passage, Quotation, Side, Span
from detector.report.pieces import changed_words, cut, runs_of
from detector.report.visible import UNSAFE, visible

HUES = 8
"""So many sources have colours of their own; those after them begin again."""
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_CHANGED, _QUOTED = "changed", "quoted"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage on one side of a page. ``key`` names it there, ``there`` is the key of its other
    side, ``sign`` what people see; ``source``: the number of the source, from 1."""

    key: str
    there: str
    side: Side
    sign: str
    source: int
    passage: Passage

    @property
    def label(self) -> str:
        """What it is, for the style sheet and for people."""
        counted = self.passage.basis is Basis.DERIVATION
        return str(self.passage.kind if counted else self.passage.basis)

    @property
    def hue(self) -> int:
        """The number of its colour."""
        return (self.source - 1) % HUES + 1


@dataclass(frozen=True, slots=True)
class Bit:
    """Some characters with one look. ``gap``: what is left out in front of them."""

    text: str
    changed: bool
    quoted: bool
    gap: Finding | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch under the same passages, none of them where nothing is shared. ``begins``: those
    of them that begin here."""

    span: Span
    hits: tuple[Hit, ...]
    begins: tuple[Hit, ...]
    bits: tuple[Bit, ...]


def hits_of(pair: Comparison, side: Side, prefix: str = "", source: int | None = None) -> list[Hit]:
    """The passages of a pair on one side, numbered in the order of ``a``; with the number of the
    source before theirs, where a page has several. ``prefix`` makes the keys the pair's own."""
    other = "b" if side == "a" else "a"
    of = f"{source}." if source else ""
    return [
        Hit(f"{prefix}{side}{n}", f"{prefix}{other}{n}", side, f"{of}{n}", source or 1, passage)
        for n, passage in enumerate(pair.passages, 1)
    ]


def flow(
    text: str,
    hits: Sequence[tuple[Hit, Span]],
    quotations: Iterable[Quotation] = (),
    changed: Iterable[Span] = (),
    gaps: Iterable[tuple[Finding, Span]] = (),
    window: Span | None = None,
) -> list[Block]:
    """A text, or a window of it, as blocks: the marks of passages are exactly their spans.

    >>> [bit.text for block in flow("No rain.", []) for bit in block.bits]
    ['No rain.']
    """
    window = window or Span(0, len(text))
    marks: list[tuple[Span, Hit | Finding | str]] = [
        *((span, hit) for hit, span in hits),
        *((span, finding) for finding, span in gaps),
        *((q.span, _QUOTED) for q in quotations if q.depth == 1),
        *((span, _CHANGED) for span in changed),
    ]
    inside = [(_clipped(span, window), mark) for span, mark in marks if span.overlaps(window)]
    starts = {hit.key: max(span.start, window.start) for hit, span in hits}
    blocks, shown = [], set()
    for over, run in runs_of(cut(len(window), inside), Hit):
        found = tuple(mark for mark in over if isinstance(mark, Hit))
        span = Span(run[0].span.start + window.start, run[-1].span.end + window.start)
        bits = []
        for piece in run:
            gap = next((m for m in piece.marks if isinstance(m, Finding)), None)
            part = shown_text(text[piece.span.start + window.start : piece.span.end + window.start])
            first = gap if gap not in shown else None
            shown.add(gap)
            bits.append(Bit(part, _CHANGED in piece.marks, _QUOTED in piece.marks, first))
        begins = tuple(hit for hit in found if starts[hit.key] == span.start)
        blocks.append(Block(span, found, begins, tuple(bits)))
    return blocks


def pair_flow(
    pair: Comparison, side: Side, hits: Sequence[Hit], window: Span | None = None
) -> list[Block]:
    """One side of a pair, with everything that is known of it."""
    texts = pair.a.document.text, pair.b.document.text
    here = pair.a if side == "a" else pair.b
    placed = [(hit, _side_span(hit.passage, side)) for hit in hits]
    changed = [span for hit in hits for span in changed_words(hit.passage, texts, side)]
    left_out = [f for f in pair.fidelity.quotations if f.type == "silent_elision"]
    gaps = [(f, f.a if side == "a" else f.b) for f in left_out if side == target_of(pair)]
    return flow(here.document.text, placed, here.quotations, changed, gaps, window)


def target_of(pair: Comparison) -> Side:
    """The side that took, ``b`` where nobody can tell."""
    return "a" if pair.direction.source == "b" else "b"


def shown_text(text: str) -> str:
    r"""A text with its line ends as line feeds and what could act on a page made visible.

    >>> shown_text("one\r\ntwo\x00")
    'one\ntwo\\x00'
    """
    lines = _LINE_END.sub("\n", text)
    return UNSAFE.sub(lambda m: m[0] if m[0] in "\n\t" else visible(m[0]), lines)


def runs_right_to_left(blocks: Sequence[Block]) -> bool:
    """Whether the first letter of a text belongs to a script that runs from right to left.

    >>> runs_right_to_left(flow("1. שלום", [])), runs_right_to_left(flow("Rain", []))
    (True, False)
    """
    characters = (char for block in blocks for bit in block.bits for char in bit.text)
    strong = (bidirectional(char) for char in characters)
    return next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L"


def _side_span(passage: Passage, side: Side) -> Span:
    return passage.a if side == "a" else passage.b


def _clipped(span: Span, window: Span) -> Span:
    return Span(
        max(span.start, window.start) - window.start, min(span.end, window.end) - window.start
    )
