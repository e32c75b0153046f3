"""Text as given -> folded tokens with their places in it.

Folding is by one table (:mod:`detector.fold`); nothing here depends on what the running Python
knows of Unicode. Disguises that change the order or number of letters are undone before, in
:mod:`detector.repair`. Time and memory are linear in the length of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detector import kernel
from detector.fold import CODE_POINT, DROP, EXPANDS, JOIN, MARK, SOLO, load
from detector.model import NormalText

MAX_TOKEN_CHARS = 1000
"""A longer run of word characters is cut after every so many: nobody wrote it as a word, and no
later step has to ask how long a token may be (folding makes at most four letters of one)."""


def normalise(text: str) -> NormalText:
    """Fold ``text`` into tokens. ``starts`` and ``ends`` are int64[n] code point offsets.

    Never fails: any string, lone surrogates included, has tokens or none.

    >>> normal = normalise("The Café’s “cease-fire”")
    >>> normal.tokens
    ('the', 'cafes', 'cease', 'fire')
    >>> normal.span(1, 2).slice(normal.text)
    'Café’s'
    """
    if kernel.is_compiled():
        return NormalText(text, *kernel.read_tokens(text))
    fold = load()
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = fold.table[points]
    places = np.flatnonzero((codes & (DROP | MARK)) == 0)  # everything but what is not there
    kept = codes[places]
    word = kept != 0
    first = word & _begins(kept, word)
    first = _cut_long(first, word)
    begins = np.flatnonzero(first)
    # A token ends where the next begins, or at the first separator: the last word character of it.
    word_at = np.flatnonzero(word)
    last = word_at[np.append(np.searchsorted(word_at, begins[1:]), len(word_at))[: len(begins)] - 1]
    ends = _reach_marks(places[last] + 1, codes)
    strings = _strings(kept, begins, last + 1, fold.expansions)
    return NormalText(text, tuple(strings), places[begins].astype(np.int64), ends)


def tokens_of(text: str) -> Sequence[str]:
    """The tokens alone: those of :func:`normalise`, sooner where the text is ASCII.

    >>> tokens_of("It’s at 9."), list(tokens_of("It's at 9."))
    (('its', 'at', '9'), ['its', 'at', '9'])
    """
    if text.isascii() and not kernel.is_compiled():
        tokens = text.encode("ascii").translate(*_ascii()).decode("ascii").split()
        if len(max(tokens, key=len, default="")) <= MAX_TOKEN_CHARS:
            return tokens
    return normalise(text).tokens


@lru_cache(maxsize=1)
def _ascii() -> tuple[bytes, bytes]:
    """What ASCII folds to, byte by byte, and what of it is dropped."""
    entries = load().table[:128]
    folded = np.where(entries == 0, ord(" "), entries & CODE_POINT)
    rest = bytes(range(128, 256))
    return bytes(folded.tolist()) + rest, bytes(np.flatnonzero(entries & DROP).tolist())


def _begins(kept: NDArray[np.uint32], word: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a token begins: after a separator, at a solo character, and after one."""
    solo = (kept & SOLO) != 0
    join = (kept & JOIN) != 0
    # A mark goes on with what stands before it, so "solo mark letter" breaks before the letter.
    base = np.maximum.accumulate(np.where(join, 0, np.arange(len(kept))))
    after_solo = np.roll(solo[base], 1) if len(kept) else solo
    after_gap = np.roll(~word, 1)
    after_gap[:1] = True
    after_solo[:1] = False
    begins: NDArray[np.bool_] = after_gap | (~join & (solo | after_solo))
    return begins


def _cut_long(first: NDArray[np.bool_], word: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Also begin a token after every ``MAX_TOKEN_CHARS`` characters of a longer one."""
    index = np.arange(len(first))
    into = index - np.maximum.accumulate(np.where(first, index, 0))
    cut: NDArray[np.bool_] = word & (into > 0) & (into % MAX_TOKEN_CHARS == 0)
    return first | cut


def _reach_marks(ends: NDArray[np.int64], codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Move each end past the dropped marks that follow it: an accent belongs to its letter."""
    index = np.arange(len(codes) + 1)
    stop = np.append((codes & MARK) == 0, True)
    # next_stop[i]: the first place at or after i that is no dropped mark
    next_stop = np.minimum.accumulate(np.where(stop, index, len(codes))[::-1])[::-1]
    return next_stop[ends].astype(np.int64)


def _strings(
    kept: NDArray[np.uint32],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    expansions: tuple[str, ...],
) -> list[str]:
    """The folded characters of each token."""
    simple = np.where(kept == 0, np.uint32(0x20), kept & CODE_POINT)
    expands = np.flatnonzero(kept & EXPANDS)
    if not len(expands):
        line = simple.tobytes().decode("utf-32-le")
        return [line[i:j] for i, j in zip(begins.tolist(), ends.tolist(), strict=True)]
    pieces: list[str] = []
    at = 0
    growth = np.zeros(len(kept) + 1, dtype=np.int64)
    for place in expands.tolist():
        letters = expansions[int(kept[place] & CODE_POINT)]
        pieces += [simple[at:place].tobytes().decode("utf-32-le"), letters]
        growth[place + 1] = len(letters) - 1
        at = place + 1
    line = "".join(pieces) + simple[at:].tobytes().decode("utf-32-le")
    shift = np.cumsum(growth)
    starts, stops = begins + shift[begins], ends + shift[ends]
    return [line[i:j] for i, j in zip(starts.tolist(), stops.tolist(), strict=True)]
