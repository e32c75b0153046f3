"""Where sentences end. A ground-floor fact about text, for every stage that needs it.

One linear scan over the places where a sentence could end. ``.!?…`` end none before a small letter,
with or without a dash between; a single full stop none after an initial ("J. K. Rowling", "the
U.S. Army"), a title or a known abbreviation. A new line always does (news paragraphs are lines).
Works for any script that marks sentence ends with one of ``ENDERS``. An initial or abbreviation
that is also the last word of its sentence ("in the U.S. He left") joins two sentences: the rarer
of the two mistakes.
"""

from __future__ import annotations

import re

from detector.model import Span
from detector.scan import matches_from

ENDERS = ".!?…。！？؟।"
_CLOSERS = "\"'”’»)]“‘』」"
# Chinese and Japanese put no space after a sentence. Without it, “ opens the next one.
_WIDE_ENDERS = "。！？"
_WIDE_CLOSERS = "”’』」）"
_MAY_END = re.compile(rf"[{re.escape(ENDERS)}\n\r\u2028\u2029]")
# The look-behind lets a run of enders be tried once, at its start: linear on "......".
_END = re.compile(
    rf"(?<![{re.escape(ENDERS)}])(?P<stop>[{re.escape(ENDERS)}]++)[{re.escape(_CLOSERS)}]*+(?=\s)"
    rf"|[{_WIDE_ENDERS}]++[{_WIDE_CLOSERS}]*+"
    r"|[\n\r\u2028\u2029]"
)
_BEFORE = re.compile(r"(\w+(?:\.\w+)*)\Z")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st sen rep gov gen col lt sgt capt cmdr adm maj hon rev sr jr no vs etc inc "
    "ltd co corp jan feb mar apr jun jul aug sept sep oct nov dec ave rd fig al approx dept est "
    "м вул просп р рр ст тис млн млрд грн ім акад проф доц див напр обл св".split()
)  # fmt: skip
# Abbreviations only before a number ("No. 5", "2 грн. 50"), and initials that are no name.
_BEFORE_NUMBERS = frozenset("no fig тис млн млрд грн".split())
_HOURS = frozenset(["a.m", "p.m"])


def sentences(text: str, first: int = 0, last: int | None = None) -> list[Span]:
    """The sentences of ``text`` in order, without the white space around them. Those of some of
    its lines, if ``first`` and ``last`` are where lines begin.

    >>> [s.slice("Mr. Lee left. J. Roe stayed.") for s in sentences("Mr. Lee left. J. Roe stayed.")]
    ['Mr. Lee left.', 'J. Roe stayed.']
    """
    found: list[Span] = []
    start, last = first, len(text) if last is None else last
    for match in matches_from(_MAY_END, _END, text, first, last):
        if match["stop"] and not _ends(text, start, match):
            continue
        _append(found, text, start, match.end())
        start = match.end()
    _append(found, text, start, last)
    return found


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the enders of ``match``, which white space follows, end a sentence."""
    stop, after = match.start(), match.end()
    # After the dash, too: «Чекали?» — сказала мер.
    following = text[after : after + 5].lstrip().lstrip("-–—").lstrip()[:1]
    if following.islower() and match["stop"][0] in ".!?…":
        return False
    if match["stop"] != ".":
        return True
    start = max(start, stop - 40)
    before = _BEFORE.search(text, max(start, text.rfind(" ", start, stop) + 1), stop)
    if before is None:
        return True
    word = before.group(1).casefold()
    if word in _BEFORE_NUMBERS:
        return not following.isdigit()
    initials = word not in _HOURS and all(len(p) == 1 and p.isalpha() for p in word.split("."))
    return not (initials or word in _ABBREVIATIONS)


def _append(found: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    if left < right:
        found.append(Span(start + left, start + right))
