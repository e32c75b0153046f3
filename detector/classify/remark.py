"""Passages that both texts quote, or that one quotes and the other tells."""

from __future__ import annotations

from collections import Counter
from itertools import compress

from detector.classify.side import Side, count
from detector.model import AlignedPassage, TokenRange
from detector.prior import folded

QUOTED_SHARE = 0.5
PARTLY_QUOTED_SHARE = 0.2
LEAD_WORDS = 12
LEAD_CONTENT = 5
REQUOTED_WORDS = 40


def both_quote(quoted_a: float, quoted_b: float) -> bool:
    """Whether most of a passage stands in quotation marks in both texts."""
    return min(quoted_a, quoted_b) >= QUOTED_SHARE


def has_prose(a: Side, b: Side, passage: AlignedPassage) -> bool:
    """Whether words agree that are no quotation in one of the texts: two reporters who heard one
    speech do not lead from one quotation to the next in the same words, and who quotes such a lead
    quotes the other reporter."""
    told = content = 0
    requoted: list[str] = []
    for first_a, first_b, width_a, width_b in passage.pairs:
        if width_a == width_b:
            one = a.marks.quoted[first_a : first_a + width_a]
            other = b.marks.quoted[first_b : first_b + width_b]
            prose = ~one & ~other
            told += count(prose)
            # Who spoke, and where, every reporter says.
            content += count(prose & a.plain[first_a : first_a + width_a])
            tokens = a.normal.tokens[first_a : first_a + width_a]
            requoted += compress(tokens, (one ^ other).tolist())
    if told >= LEAD_WORDS and content >= LEAD_CONTENT:
        return True
    if not LEAD_WORDS <= len(requoted) < REQUOTED_WORDS:
        return len(requoted) >= REQUOTED_WORDS
    speaker = speaker_of(a, passage.a) or speaker_of(b, passage.b) or ""
    return folded([surname(speaker)])[0] in requoted


def same_remark(
    a: Side, b: Side, passage: AlignedPassage, quoted_a: float, quoted_b: float
) -> bool:
    """One text quotes what the other quotes in part, and both name the same speaker."""
    low, high = sorted((quoted_a, quoted_b))
    if high < QUOTED_SHARE or low < PARTLY_QUOTED_SHARE:
        return False
    one, other = speaker_of(a, passage.a), speaker_of(b, passage.b)
    return one is not None and other is not None and surname(one) == surname(other)


def surname(name: str) -> str:
    """The last word of a name, for comparing "Yuri Ushakov" with "Mr. Ushakov".

    >>> surname("Mr. Ushakov") == surname("Yuri Ushakov")
    True
    """
    return name.split()[-1].casefold() if name.split() else ""


def speaker_of(side: Side, where: TokenRange) -> str | None:
    """The speaker of the quotation that has most of the passage."""
    numbers = side.marks.quotation[where.first : where.last]
    counts = Counter(numbers[numbers >= 0].tolist())
    quotations = side.reading.quotations
    spoken = [number for number in counts if quotations[number].speaker]
    if not spoken:
        return None
    return quotations[max(spoken, key=lambda number: (counts[number], -number))].speaker
