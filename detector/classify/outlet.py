"""Which names are one outlet's, and which outlets a text credits."""

from __future__ import annotations

import re
from functools import lru_cache

from detector.lexicon import canonical_outlet
from detector.model import Attribution, Document, PairSide, Reading, Role


def same_name(one: str, other: str) -> bool:
    """Whether two names can be one outlet's: equal but for case endings, an acronym, or the short
    form that a text uses once it has given the full name ("the Review").

    >>> same_name("Fairlead Press Agency", "FPA"), same_name("The Orrin Review", "Review")
    (True, True)
    >>> same_name("The Orrin Review", "The Orrin Gazette")
    False
    """
    if one == other:
        return True
    long, short = sorted((_words(one), _words(other)), key=len, reverse=True)
    if len(short) == 1 and len(long) > 1 and short[0] == "".join(w[0] for w in long):
        return True
    tail = long[len(long) - len(short) :]
    return bool(short) and all(_same_word(x, y) for x, y in zip(tail, short, strict=True))


def _same_word(one: str, other: str) -> bool:
    """Inflected languages change the end of a word: «Вісті», у «Вістях»."""
    stem = 5 if one < "\u0400" else max(3, min(5, len(one) - 1, len(other) - 1))
    return one[:stem] == other[:stem]


@lru_cache(maxsize=1024)
def _words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, without apostrophes, punctuation and articles."""
    words = re.findall(r"\w+", re.sub(r"['’ʼ]", "", name.casefold()))
    return tuple(word for word in words if word != "the")


def names_of(document: Document) -> set[str]:
    """The canonical names of the outlet that published a text, as its metadata states."""
    return {canonical_outlet(document.outlet)} if document.outlet else set()


def is_any(source: str, names: set[str]) -> bool:
    """Whether a name can be that of one of some outlets."""
    return any(same_name(source, name) for name in names)


def text_credits(reading: Reading | PairSide) -> tuple[Attribution, ...]:
    """The cues that credit words to an outlet other than the text's own."""
    own = names_of(reading.document)
    return tuple(
        cue
        for cue in reading.attributions
        if cue.role is Role.TEXT and cue.source and not is_any(cue.source, own)
    )
