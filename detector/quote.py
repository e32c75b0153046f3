"""Which words of a text are somebody else's: quotations, with their speaker.

One pass over the quotation marks with a short stack. A mark opens or closes by its shape and by
its neighbours, never by parity over the text, so one wrong mark spoils one paragraph at most.

A quotation goes on over a paragraph break in two cases: the next paragraph opens with the same
mark again, or one mark clearly closes (after a full stop, within a few paragraphs) what one mark
clearly opened. Whatever else is still open where its paragraph ends is closed there, or dropped
where the mark is a straight or a single one, which may well be an inch or an apostrophe.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from detector.model import Quotation, Span
from detector.scan import matches_from, search_for
from detector.speaker import find_speakers

# Neither a quotation mark nor to be looked at again: apostrophes, feet and inches.
_APOSTROPHES = r"""
      (?<=\w) ['’‘ʼ] (?=\w)                               # don't, об'єкт, Russia‘s
    | (?<!\w) ['’‘] n ['’] (?!\w)                         # rock 'n' roll
    | (?<!\w) ['’‘] (?= (?: [Tt]was | [Tt]is | em | [Tt]il | cos | cuz | \d0s ) \b )
    | (?<=\bof\ ) ['’‘] (?= \d\d \b )                     # the class of '24
    | ["“”„«»‘’'`]{5,}                                    # an ornament
    | (?<!\d) \d{1,2} \s? ['’′] \s? \d{1,2} (?: "|”|''|″ )?   # 6'2"
"""
_MARK = re.compile(
    rf"(?P<skip>{_APOSTROPHES})|(?P<mark>``|''|[\"“”„‟«»‹›‘’‚‛'「」『』])", re.VERBOSE
)
# Where one may begin: at a mark or, which is much slower to search, at the feet before one.
_MARK_STARTS = re.compile(r"[\"“”„‟«»‹›‘’‚‛'「」『』`ʼ]")
_MARK_OR_FEET_STARTS = re.compile(rf"{_MARK_STARTS.pattern[:-1]}\d](?:(?<!\d)|(?=\d?\s?['’′]))")
_HAS_FEET = re.compile(r"['’′](?:(?<=\d.)|(?<=\d\s.))")

_SINGLE = frozenset("'‘’‚‛")
_STRAIGHT = frozenset(['"', "''", "'"])
_GUILLEMETS = frozenset("«»")
# What a closing mark may close. Writers mix straight and curly, so each closes the other.
_CLOSES = {
    '"': ['"', "“", "”", "„"],
    "''": ["``", "''", '"'],
    "”": ["“", "„", "‟", "”", '"'],
    "“": ["„", "“"],
    "‟": ["„", "“"],
    "»": ["«", "»"],
    "«": ["»", "«"],
    "›": ["‹", "›"],
    "‹": ["›"],
    "'": ["'", "‘", "‚"],
    "’": ["‘", "‚", "'", "’"],
    "‘": ["‚", "‘"],
    "」": ["「"],
    "』": ["『"],
}
_OPENS_ALWAYS = frozenset(["``", "“", "„", "‟", "«", "‹", "‘", "‚", "‛", "「", "『"])
_CLOSES_ALWAYS = frozenset(["”", "»", "›", "’", "」", "』"])
# An opening mark of one country that closes in another: after these, it closes.
_FOREIGN = {"“": "„", "«": "»", "‘": "‚", "‟": "„", "‹": "›"}

_BEFORE_OPENING = frozenset("([{-–—/:;=>…|\u200b")
_AFTER_CLOSING = frozenset(".,:;!?)]}-–—/…<|\u200b")
_SENTENCE_END = frozenset(".,!?…")
_MARK_CHARS = "\"“”„‟«»‹›‘’‚‛'`"
_MAX_PARAGRAPHS = 4  # that one pair of marks may span without opening again
_MAX_CHARS = 5000  # of a quotation without its own closing mark in the same paragraph
_MAX_DEPTH = 4

_LABEL = search_for(
    r"""^[ \t]* (?: Quote | Direct[ ]quote | Цитата | Пряма[ ]мова | Дослівно )
        (?: [ ] (?: from[ ] | by[ ] )? (?P<speaker> \w[^\n:"“«]{1,60} ) )?
        [ ]? : [ \t]* \n? [ \t]*""",
    re.VERBOSE | re.MULTILINE,
    needs="Quote|Direct quote|Цитата|Пряма мова|Дослівно",
)


class _Lean(Enum):
    """What a mark's neighbours say it does."""

    OPEN = auto()
    CLOSE = auto()
    EITHER = auto()


@dataclass(slots=True)
class _Mark:
    """One quotation mark: where it is, in which paragraph, and what its neighbours say."""

    char: str
    start: int
    end: int
    paragraph: int
    lean: _Lean


@dataclass(slots=True)
class _Open:
    """A quotation still open. ``paragraph`` is the last one it was seen in; ``maybe`` a mark
    that closes it unless a better one follows, as in ‘the workers’ party’; ``reopened`` tells
    that the same mark has opened another inside."""

    mark: _Mark
    paragraph: int
    maybe: _Mark | None = None
    reopened: bool = False


def find_quotations(text: str) -> tuple[Quotation, ...]:
    """All quotations of a text with their speakers, sorted by span.

    >>> (q,) = find_quotations('"We are late," said Jane Doe, the mayor.')
    >>> q.inner.slice('"We are late," said Jane Doe, the mayor.'), q.speaker
    ('We are late,', 'Jane Doe')
    """
    paragraphs = _paragraphs(text)
    reader = _Reader(text, paragraphs)
    for mark in _marks(text, paragraphs):
        reader.take(mark)
    pairs = _without_crossings(reader.finish())
    labelled = _labelled(text, paragraphs, pairs)
    spans = _without_crossings({*pairs, *labelled})
    quotations = [
        Quotation(span, inner, labelled.get((span, inner)), depth, (span, inner) in labelled)
        for (span, inner), depth in zip(spans, _depths(spans), strict=True)
    ]
    return find_speakers(text, quotations)


_Pair = tuple[Span, Span]  # with the marks, without


class _Reader:
    """The stack of open quotations and the pairs found so far."""

    def __init__(self, text: str, paragraphs: list[Span]) -> None:
        self._text = text
        self._paragraphs = paragraphs
        self._stack: list[_Open] = []
        self._found: list[_Pair] = []

    def take(self, mark: _Mark) -> None:
        """Let one mark open, go on, close, or mean nothing."""
        self._leave_paragraphs(mark)
        opener = self._opener(mark)
        if self._closes(mark, opener):
            if opener is not None:
                self._close(opener, mark)
        elif not self._goes_on(mark):
            self._open(mark)

    def finish(self) -> list[_Pair]:
        """The pairs found, when no mark is left."""
        for item in list(self._stack):
            self._give_up(item)
        return self._found

    def _leave_paragraphs(self, mark: _Mark) -> None:
        """Give up what cannot go on into the mark's paragraph: all but the outermost, and that
        one too when it is too old or has its end already."""
        for number, item in enumerate(list(self._stack)):
            if item.paragraph == mark.paragraph:
                continue
            far = mark.paragraph - item.paragraph > _MAX_PARAGRAPHS
            if number or far or item.maybe:
                self._give_up(item)

    def _opener(self, mark: _Mark) -> _Open | None:
        """The innermost open quotation that the mark could close. A single mark never closes
        through a double one: it is an apostrophe then."""
        partners = _CLOSES.get(mark.char, [])
        for item in reversed(self._stack):
            if item.mark.char in partners:
                return item
            if mark.char in _SINGLE and item.mark.char not in _SINGLE:
                return None
        return None

    def _closes(self, mark: _Mark, opener: _Open | None) -> bool:
        """Whether the mark closes (or, with nothing to close, is to be dropped)."""
        char = mark.char
        if opener and _FOREIGN.get(char) == opener.mark.char:
            return mark.lean is not _Lean.OPEN
        if char in _OPENS_ALWAYS:
            return mark.lean is _Lean.CLOSE
        if char in _CLOSES_ALWAYS:
            return opener is not None or mark.lean is not _Lean.OPEN or char in _SINGLE
        if char in _SINGLE:
            return mark.lean is not _Lean.OPEN
        if mark.lean is _Lean.EITHER:
            return opener is not None and opener.paragraph == mark.paragraph
        return mark.lean is _Lean.CLOSE

    def _goes_on(self, mark: _Mark) -> bool:
        """Whether the mark opens the outermost quotation again, in the next paragraph."""
        if not self._stack or mark.start != self._paragraphs[mark.paragraph].start:
            return False
        item = self._stack[0]
        if item.mark.char != mark.char or item.paragraph + 1 != mark.paragraph:
            return False
        item.paragraph = mark.paragraph
        del self._stack[1:]
        return True

    def _open(self, mark: _Mark) -> None:
        """Begin a quotation, inside those still open: "The "Swan" inn is shut," he said."""
        for item in list(self._stack):
            if item.mark.char != mark.char:
                continue
            if not self._may_nest(item, mark):
                self._give_up(item)
            item.reopened = True
        if len(self._stack) >= _MAX_DEPTH:
            del self._stack[1]
        self._stack.append(_Open(mark, mark.paragraph))

    def _may_nest(self, item: _Open, mark: _Mark) -> bool:
        """Whether the same mark may open inside the open quotation. In «Працює завод «Маяк», —
        каже він» the inner end stands for both, so nothing more can open inside."""
        if item.maybe:
            after = self._text[item.maybe.end : item.maybe.end + 1]
            return item.mark.char in _GUILLEMETS and after not in _SENTENCE_END
        if item.mark.char in _SINGLE:
            return False
        return item.mark.char in _GUILLEMETS or item.paragraph == mark.paragraph

    def _close(self, opener: _Open, mark: _Mark) -> None:
        if opener.paragraph != mark.paragraph and not self._clearly_closes(opener, mark):
            self._give_up(opener)
            return
        position = self._stack.index(opener)
        del self._stack[position + 1 :]
        if self._is_doubtful(mark):
            opener.maybe = opener.maybe or mark
            return
        self._stack.pop()
        self._add(opener, mark.start, mark.end)
        if self._stack and opener.mark.char in _GUILLEMETS:
            outer = self._stack[-1]
            if outer.mark.char == opener.mark.char and outer.paragraph == mark.paragraph:
                outer.maybe = mark

    def _is_doubtful(self, mark: _Mark) -> bool:
        """A mark that may be no end: the workers’ party, a 12" disc."""
        before = self._text[mark.start - 1 : mark.start]
        after = self._text[mark.end : mark.end + 2]
        goes_on = len(after) == 2 and after[0] == " " and after[1].islower()
        return goes_on and (
            (mark.char in _SINGLE and before == "s") or (mark.char == '"' and before.isdigit())
        )

    def _clearly_closes(self, opener: _Open, mark: _Mark) -> bool:
        """Whether one mark ends what one mark began in an earlier paragraph."""
        start = opener.mark.start
        before = self._text[max(0, start - 3) : start].rstrip(" ")
        opens_clearly = opener.mark.char not in _STRAIGHT or before[-1:] in ("", "\n", ":", ",")
        return (
            opens_clearly
            and opener.mark.char not in _SINGLE
            and mark.lean is _Lean.CLOSE
            and self._text[mark.start - 1] in _SENTENCE_END
            and mark.end - start <= _MAX_CHARS
        )

    def _give_up(self, item: _Open) -> None:
        """End a quotation that no mark has closed: at a doubtful mark, else with its paragraph."""
        self._stack.remove(item)
        end = self._paragraphs[item.paragraph].end
        certain = item.mark.char not in _STRAIGHT | _SINGLE and not item.reopened
        if item.maybe:
            self._add(item, item.maybe.start, item.maybe.end)
        elif certain and end - item.mark.start <= _MAX_CHARS:
            self._add(item, end, end)

    def _add(self, opener: _Open, inner_end: int, end: int) -> None:
        inner = Span(opener.mark.end, inner_end)
        if any(map(str.isalnum, inner.slice(self._text)[:_MAX_CHARS])):
            self._found.append((Span(opener.mark.start, end), inner))


def _paragraphs(text: str) -> list[Span]:
    """The paragraphs. A line is one, except in a text with hard line ends, where only a blank
    line or an indent begins a new one."""
    lines = [Span(m.start(), m.end()) for m in re.finditer(r"\S[^\n]*", text)]
    if not _is_hard_wrapped(text, lines):
        return lines or [Span(0, 0)]
    paragraphs: list[Span] = []
    for line in lines:
        gap = text[paragraphs[-1].end : line.start] if paragraphs else "\n\n"
        if gap.count("\n") > 1 or gap.endswith(("  ", "\t")):
            paragraphs.append(line)
        else:
            paragraphs[-1] = Span(paragraphs[-1].start, line.end)
    return paragraphs


def _is_hard_wrapped(text: str, lines: list[Span]) -> bool:
    """Whether most lines are short and break off in mid-sentence."""
    if len(lines) < 2 or max(map(len, lines)) > 100:
        return False
    followed = [a for a, b in pairwise(lines) if text.count("\n", a.end, b.start) == 1]
    soft = sum(text[line.end - 1].isalnum() or text[line.end - 1] == "," for line in followed)
    return len(followed) > 0 and 2 * soft > len(followed)


def _marks(text: str, paragraphs: list[Span]) -> Iterator[_Mark]:
    """Every quotation mark of the text, apostrophes and inches left out."""
    starts = [p.start for p in paragraphs]
    begins = _MARK_OR_FEET_STARTS if _HAS_FEET.search(text) else _MARK_STARTS
    for m in matches_from(begins, _MARK, text):
        lean = _lean(text, m.start(), m.end())
        if m["skip"] or (m["mark"] == "’" and lean is _Lean.OPEN):
            continue
        paragraph = max(0, bisect_right(starts, m.start()) - 1)
        yield _Mark(m["mark"], m.start(), m.end(), paragraph, lean)


def _lean(text: str, start: int, end: int) -> _Lean:
    """Whether space stands before the mark or behind it; marks beside it do not count."""
    before = text[max(0, start - 4) : start].rstrip(_MARK_CHARS)[-1:]
    after = text[end : end + 4].lstrip(_MARK_CHARS)[:1]
    free_before = not before or before.isspace() or before in _BEFORE_OPENING
    free_after = not after or after.isspace() or after in _AFTER_CLOSING
    if free_before and free_after:  # between signs, as in: he said, "... and then": space decides
        free_before = not before or before.isspace()
        free_after = not after or after.isspace()
    if free_before == free_after:
        return _Lean.EITHER
    return _Lean.OPEN if free_before else _Lean.CLOSE


def _without_crossings(pairs: Iterable[_Pair]) -> list[_Pair]:
    """The pairs in order, without those that overlap an earlier one in part."""
    kept: list[_Pair] = []
    ends: list[int] = []
    for pair in sorted(pairs, key=lambda p: (p[0].start, -p[0].end)):
        while ends and ends[-1] <= pair[0].start:
            ends.pop()
        if not ends or pair[0].end <= ends[-1]:
            ends.append(pair[0].end)
            kept.append(pair)
    return kept


def _labelled(text: str, paragraphs: list[Span], pairs: list[_Pair]) -> dict[_Pair, str | None]:
    """Quotations after a label such as "Quote:", with the speaker the label names. Without
    marks they go to the end of their paragraph."""
    by_start = {span.start: (span, inner) for span, inner in reversed(pairs)}
    starts = [p.start for p in paragraphs]
    found: dict[_Pair, str | None] = {}
    for label in _LABEL.finditer(text):
        at = label.end()
        paragraph = paragraphs[max(0, bisect_right(starts, at) - 1)]
        whole = Span(at, max(at, paragraph.end))
        if at in by_start:
            found[by_start[at]] = label["speaker"]
        elif whole:
            found[whole, whole] = label["speaker"]
    return found


def _depths(pairs: Iterable[_Pair]) -> Iterator[int]:
    """How many quotations each one stands in, itself included."""
    ends: list[int] = []
    for span, _ in pairs:
        while ends and ends[-1] <= span.start:
            ends.pop()
        ends.append(span.end)
        yield len(ends)
