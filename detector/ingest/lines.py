"""Printed lines to paragraphs: what a page sets in lines, columns and pages is one text again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from statistics import median_low
from typing import NamedTuple

HYPHEN = "\ufffe"
"""Stands for a hyphen at the end of a line, of the word or only of the line."""

_EDGE = 2  # so many lines at the top and bottom of a page may be running heads and feet
_RUNNING_SHARE = 0.25  # of the pages that have the same line in the same place
_WIDE_GAP = 1.4  # line spacings, between paragraphs
_INDENT = 0.7  # line heights
_FULL_LINE = 0.85  # of the width of its column
_SAME_SIZE = 0.15  # by how much line heights may differ within a paragraph

_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"\W*(?:page|p\.|стор\.|сторінка|с\.)?\s*#(?:\s*(?:of|/|із?|з)\s*#)?\W*", re.IGNORECASE
)
_BULLET = ("•", "▪", "●", "◦", "‣")
_SENTENCE_END = re.compile(r"[.!?…:][\"'”’»)\]]*$")
_WORD = re.compile(r"\w+(?:-\w+)*+")
_CUT_WORD = re.compile(rf"(\w+){HYPHEN}(\w+)(-?)")


class Line(NamedTuple):
    """One printed line: where its first character stands (``left``, ``first_y``) and its last
    (``right``, ``last_y``, lower where a word is cut), and how high the font is. In points, from
    the lower left corner of the page."""

    text: str
    left: float
    right: float
    first_y: float
    last_y: float
    height: float


def joined(pages: Sequence[Sequence[Line]]) -> str:
    r"""The text of all pages, one line for each paragraph. Running heads, running feet and page
    numbers are left out; a sentence goes on over the end of a column or page; words cut at the end
    of a line are whole.

    >>> joined(
    ...     [
    ...         [Line("Rain fell on", 72, 140, 700, 700, 11)],
    ...         [Line("the hills.", 72, 110, 780, 780, 11)],
    ...     ]
    ... )
    'Rain fell on the hills.'
    """
    paragraphs: list[str] = []
    before: Line | None = None
    for page in _without_running_lines(pages):
        spacing = _spacing(page)
        for column in _columns(page):
            right = max(line.right for line in column)
            for at, line in enumerate(column):
                if before is None:
                    is_new = True
                elif at == 0:
                    is_new = _is_whole(before, line)
                else:
                    is_new = _begins_paragraph(before, line, spacing, right)
                if is_new:
                    paragraphs.append(line.text)
                else:
                    paragraphs[-1] = _continued(paragraphs[-1], line.text)
                before = line
    return _with_whole_words("\n".join(paragraphs))


def _without_running_lines(pages: Sequence[Sequence[Line]]) -> Iterator[list[Line]]:
    """The pages without lines that many pages have in one place, but for the numbers in them, and
    without page numbers."""
    places = Counter(chain.from_iterable({_place(line) for line in _edges(p)} for p in pages))
    enough = max(2, _RUNNING_SHARE * len(pages))
    for page in pages:
        running = {
            line
            for line in _edges(page)
            if places[_place(line)] >= enough or _PAGE_NUMBER.fullmatch(_place(line)[0])
        }
        yield [line for line in page if line not in running]


def _edges(page: Sequence[Line]) -> list[Line]:
    """The lines that stand highest and lowest, whatever the order of the text."""
    by_height = sorted(page, key=lambda line: -line.first_y)
    return by_height[:_EDGE] + by_height[_EDGE:][-_EDGE:]


def _place(line: Line) -> tuple[str, int]:
    """What running lines agree in: place and text, but for their numbers. A sentence with another
    number is another sentence."""
    is_sentence = _SENTENCE_END.search(line.text)
    text = line.text if is_sentence else _NUMBER.sub("#", line.text)
    return text, round(line.first_y)


def _columns(page: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines of a page, cut where the next stands higher than the one before."""
    start = 0
    for at, (before, line) in enumerate(pairwise(page), start=1):
        if line.first_y > before.last_y + before.height:
            yield list(page[start:at])
            start = at
    if page:
        yield list(page[start:])


def _spacing(page: Sequence[Line]) -> float:
    """From one line to the next, as most lines of a page stand."""
    gaps = [before.last_y - line.first_y for before, line in pairwise(page)]
    return median_low([gap for gap in gaps if gap > 1] or [0.0])


def _begins_paragraph(before: Line, line: Line, spacing: float, right: float) -> bool:
    """Whether a line below another is set off from it. ``right`` is where its column ends."""
    gap = before.last_y - line.first_y
    if gap < line.height / 2:
        return False  # beside it: a cell of a table
    is_short = before.right - line.left < _FULL_LINE * (right - line.left)
    return (
        not _is_one_size(before, line)
        or line.text.startswith(_BULLET)
        or gap > _WIDE_GAP * spacing
        or line.left - before.left > _INDENT * line.height
        or (is_short and _is_whole(before, line))
    )


def _is_whole(before: Line, line: Line) -> bool:
    """Whether a text need not go on in a line that stands elsewhere."""
    return bool(_SENTENCE_END.search(before.text)) or not _is_one_size(before, line)


def _is_one_size(before: Line, line: Line) -> bool:
    return abs(before.height - line.height) <= _SAME_SIZE * before.height


def _continued(text: str, more: str) -> str:
    cut = text.removesuffix("-").removesuffix("\N{SOFT HYPHEN}").removesuffix(HYPHEN)
    return f"{cut}{HYPHEN}{more}" if cut != text and cut[-1:].isalnum() else f"{text} {more}"


def _with_whole_words(text: str) -> str:
    """Words that were cut, put together; with a hyphen where the text writes them so elsewhere, and
    before a name, a number or another hyphen."""
    hyphenated = {word.casefold() for word in _WORD.findall(text) if "-" in word}

    def whole(cut: re.Match[str]) -> str:
        """One word that was cut at the end of a line."""
        before, after, hyphen = cut.groups()
        is_known = f"{before}-{after}".casefold() in hyphenated
        own = "-" if is_known or hyphen or not after[0].islower() else ""
        return before + own + after + hyphen

    return _CUT_WORD.sub(whole, text).replace(HYPHEN, "-")
