"""Write ``fold.txt``, the folding table: ``python -m detector.make_fold > detector/fold.txt``.

Run by a developer, once for each Unicode version; the product reads only the file, so that every
machine folds alike whatever its own Python knows of Unicode. The rules, in order:

* Apostrophes and invisible characters are dropped: ``it's`` and ``its`` are one token.
* A word character is a letter, a number, or a mark that its script needs (Indic, Thai, kana).
  Marks of Latin, Greek, Cyrillic, Arabic, Hebrew and of music are dropped: ``é`` is ``e``.
* A word character folds to its compatibility decomposition (UAX #15), lower case, each letter
  then replaced by the first letter of its look-alike class (after UTS #39). A class is closed
  under case: because ``Ν`` looks like ``N`` and ``ν`` like ``v``, ``n`` and ``v`` share a class,
  and a disguise comes out the same whether it was lower-cased before or after.
* Scripts written without spaces (Han, kana, Thai, Lao, Khmer, Myanmar) have one token a letter.
* Everything else separates tokens.
"""

from __future__ import annotations

import sys
import unicodedata as ud
from collections.abc import Iterable, Iterator

APOSTROPHES = "'`´ʹʻʼʽˈ‘’‛′＇՚׳"
FILLERS = "ᅟᅠㅤﾠـ"  # Hangul fillers and the Arabic tatweel: letters by name, nothing to the eye
# Letters that look alike across scripts, each group after UTS #39; only groups that occur in
# disguised news text, so that no two common letters of one script meet (but n and v, see above).
LOOKALIKES = (
    "aаαɑ", "bвβ", "cсϲ", "dԁ", "eеε", "gɡ", "hнηһհ", "iіιıӏ", "jј", "kкκ", "mмμ", "nνvѵ",
    "oоοօ", "pрρ", "qԛ", "sѕ", "tтτ", "uս", "wԝ", "xхχ", "yуυү", "zζ",
)  # fmt: skip
SOLO_BLOCKS = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3007),
    (0x3041, 0x30FF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F), (0x1B000, 0x1B16F), (0x20000, 0x3FFFD),
)  # fmt: skip
DROPPED_MARKS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x0898, 0x089F), (0x08CA, 0x08FF), (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0x2DE0, 0x2DFF), (0xA66F, 0xA67D), (0xA69E, 0xA69F),
    (0xFB1E, 0xFB1E), (0xFE00, 0xFE2F), (0x180B, 0x180F), (0x1D165, 0x1D1AD), (0x1D242, 0x1D244),
    (0xE0100, 0xE01EF),
)  # fmt: skip
# What Unicode shows as nothing (Default_Ignorable_Code_Point) and is neither a format character,
# a filler nor a mark of the list above: places kept for such characters, two Khmer vowels.
INVISIBLE = (
    (0x17B4, 0x17B5), (0x2065, 0x2065), (0xFFF0, 0xFFF8), (0xE0000, 0xE00FF), (0xE01F0, 0xE0FFF),
)  # fmt: skip
HANGUL = (0xAC00, 0xD7A3)
MAX_EXPANSION = 4  # longer decompositions (U+FDFA: 18 letters) stay as they are
DROPPED = frozenset(APOSTROPHES + FILLERS)
FIRST = {letter: group[0] for group in LOOKALIKES for letter in group}


def _inside(cp: int, blocks: Iterable[tuple[int, int]]) -> bool:
    return any(first <= cp <= last for first, last in blocks)


def _is_word(char: str) -> bool:
    return ud.category(char)[0] in "LN" or (
        ud.category(char)[0] == "M" and not _inside(ord(char), DROPPED_MARKS)
    )


def _is_dropped(char: str) -> bool:
    return (
        ud.normalize("NFD", char) in DROPPED  # NFD: some apostrophes have a second code point
        or ud.category(char) == "Cf"
        or _inside(ord(char), INVISIBLE)
    )


def _bare(letters: str) -> str:
    return "".join(c for c in letters if not (_is_dropped(c) or _inside(ord(c), DROPPED_MARKS)))


def _folded(char: str) -> str:
    """The letters ``char`` folds to, or "" where it is no word character."""
    if char.casefold() in FIRST:  # before NFKD, which makes an ordinary sigma of the lunate one
        return FIRST[char.casefold()]
    # Bare before casefold, which makes a letter of one mark, the Greek iota subscript.
    kept = _bare(ud.normalize("NFKD", _bare(ud.normalize("NFKD", char)).casefold()))
    if not kept or len(kept) > MAX_EXPANSION or not all(_is_word(c) for c in kept):
        return char.casefold() if _is_word(char) else ""
    if ud.category(char)[0] not in "LNM" and len(kept) > 1:
        return ""  # signs such as the trademark or numero sign are not words
    digits = [str(ud.digit(c)) if ud.category(c) == "Nd" else c for c in kept]
    return "".join(FIRST.get(c, c) for c in digits)


def action(cp: int) -> str:
    """What the table says of one code point: ``drop``, ``mark`` (dropped, but the word goes on to
    its end), ``sep``, ``hangul``, or ``word``, ``solo``, ``join`` with what it folds to."""
    char = chr(cp)
    category = ud.category(char)
    if _is_dropped(char):
        return "drop"
    if _inside(cp, DROPPED_MARKS) and category[0] == "M":
        return "mark"
    if HANGUL[0] <= cp <= HANGUL[1]:
        return "hangul"
    if category in ("Cs", "Co", "Cn", "Cc"):
        return "sep"
    if _inside(cp, SOLO_BLOCKS[:3]):  # NFKD would split the Thai vowel am
        folded = ud.normalize("NFD", char) if _is_word(char) else ""
    else:
        folded = _folded(char)
    if not folded:
        return "sep"
    if any(_inside(ord(c), SOLO_BLOCKS) for c in folded):
        letters = [c for c in folded if ud.category(c)[0] != "M"]
        folded = folded if len(letters) < 2 else char  # one token a letter: no letter is two
        kind = "join" if not letters else "solo"
    else:
        kind = "join" if ud.category(folded[0])[0] == "M" else "word"
    return f"{kind} " + "+".join(f"{ord(c):04X}" for c in folded)


def rows() -> Iterator[str]:
    """The lines of the table: ``first last action``; runs of equal actions share a line, and
    ``=`` stands for a code point that folds to itself."""
    first, last, run = 0, -1, ""
    for cp in range(0x110000):
        act = action(cp)
        kind, _, target = act.partition(" ")
        if target == f"{cp:04X}":
            act = f"{kind} ="
        if act != run:
            if run and run != "sep":
                yield f"{first:04X} {last:04X} {run}"
            first, run = cp, act
        last = cp


if __name__ == "__main__":
    sys.stdout.write(f"# folding table, Unicode {ud.unidata_version}; see make_fold.py\n")
    sys.stdout.writelines(row + "\n" for row in rows())
