"""Text as sent -> text as its readers see it, for the few texts where the two differ.

Some ways to hide a copy, and some accidents, leave a text that looks right in a browser and is
nonsense letter by letter: backspaces, right-to-left overrides (Boucher et al., Bad Characters,
IEEE S&P 2022), character references that were never resolved, UTF-8 that was read with a wrong
charset. Each is undone here, with the place that every character has in the text as given: the
text itself is never changed, only what is read in it. Most texts are done with after four quick
searches. Time and memory are linear in the length of the text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html.entities import html5
from typing import NamedTuple

import numpy as np

from detector.fold import has_words
from detector.model import Attribution, NormalText, Offsets, Quotation, Reading, Span

MIN_REFERENCES = 5
REFERENCE_SHARE = 0.05
"""From so many character references, and so many by characters, a text is flagged: a few are left
in any archive, and resolved all the same."""
MAX_DEPTH = 125  # of nested overrides: max_depth of UAX #9

Edit = tuple[int, int, str]  # start, end, what stands there instead


@dataclass(frozen=True, slots=True, eq=False)
class Repaired:
    """A text as its readers see it.

    ``starts`` and ``ends`` are int64[len(text)], never falling: the span of each character in the
    text as given. ``flags`` name what was undone.
    """

    text: str
    starts: Offsets
    ends: Offsets
    flags: frozenset[str]

    def then(self, later: Repaired) -> Repaired:
        """A repair, and one of its result, as one."""
        return Repaired(
            later.text,
            self.starts[later.starts],
            self.ends[later.ends - 1],
            self.flags | later.flags,
        )

    def span(self, span: Span) -> Span:
        """The place in the text as given of a span of the repaired text. Of nothing: nothing."""
        if not span:
            return Span(0, 0)
        return Span(int(self.starts[span.start]), int(self.ends[span.end - 1]))

    def words_placed(self, normal: NormalText, text: str) -> NormalText:
        """The tokens of the repaired text with their places in ``text``, the text as given."""
        starts, ends = self.starts[normal.starts], self.ends[normal.ends - 1]
        return NormalText(text, normal.tokens, starts, ends)

    def placed(self, reading: Reading) -> Reading:
        """A reading of the repaired text, with all its places in the text as given."""
        return replace(
            reading,
            normal=self.words_placed(reading.normal, reading.document.text),
            quotations=tuple(self._quotation(q) for q in reading.quotations),
            attributions=tuple(self._attribution(a) for a in reading.attributions),
            furniture=tuple(replace(f, span=self.span(f.span)) for f in reading.furniture),
        )

    def _quotation(self, quotation: Quotation) -> Quotation:
        return replace(quotation, span=self.span(quotation.span), inner=self.span(quotation.inner))

    def _attribution(self, cue: Attribution) -> Attribution:
        return replace(
            cue, span=self.span(cue.span), covers=tuple(self.span(each) for each in cue.covers)
        )


def repair(text: str) -> Repaired | None:
    r"""The text as its readers see it, or None where that is the text as given.

    Never fails; a repair that would leave no word is none.

    >>> repaired = repair("The har\bt&#8217;s in the \u202etsae\u202c.")
    >>> repaired.text
    'The hat’s in the east.'
    >>> repaired.span(Span(17, 21)).slice("The har\bt&#8217;s in the \u202etsae\u202c.")
    'tsae'
    >>> repair("The hat’s in the east.") is None
    True
    """
    whole = _in_turn(text, _STEPS)
    return whole if whole and has_words(whole.text) else None


def _in_turn(text: str, steps: Iterable[Step]) -> Repaired | None:
    """What one step after another makes of a text."""
    whole = None
    for step in steps:
        part = step(whole.text if whole else text)
        if part:
            whole = whole.then(part) if whole else part
    return whole


def _edited(text: str, edits: Iterable[Edit], *flags: str) -> Repaired:
    """The text with some of it replaced: each new character stands for all that was replaced."""
    pieces: list[str] = []
    rows: list[tuple[int, int, int, int]] = []  # of each piece: size, start, its step, end
    at = 0
    for start, end, new in [*edits, (len(text), len(text), "")]:
        pieces += text[at:start], new
        rows += (start - at, at, 1, at + 1), (len(new), start, 0, end)
        at = end
    sizes, firsts, steps, lasts = np.array(rows, dtype=np.int64).T
    size = sizes.sum()
    within = (np.arange(size) - np.repeat(np.cumsum(sizes) - sizes, sizes)) * np.repeat(
        steps, sizes
    )
    places = np.repeat(firsts, sizes) + within, np.repeat(lasts, sizes) + within
    return Repaired("".join(pieces), *places, frozenset(flags))


def _reordered(text: str, places: Sequence[int], flag: str) -> Repaired:
    """The characters at ``places``. Where they stand in another order than given, all that
    changed places with one another share one span: no place goes back."""
    chosen = np.array(places, dtype=np.int64)
    starts = np.minimum.accumulate(chosen[::-1])[::-1]
    ends = np.maximum.accumulate(chosen) + 1
    return Repaired("".join(text[p] for p in places), starts, ends, frozenset([flag]))


Step = Callable[[str], Repaired | None]


# -- character references: &quot; &#8217; &amp;amp;#x41;

_REFERENCE = re.compile(
    r"&(?:amp;){0,4}(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)"
)


def _references(text: str) -> Repaired | None:
    """Character references resolved, however often they were escaped."""
    edits = [
        (found.start(), found.end(), html.unescape(f"&{found[1]}"))
        for found in _REFERENCE.finditer(text)
        if found[1][0] == "#" or found[1] in html5
    ]
    if not edits:
        return None
    length = len(text) - sum(end - start - len(new) for start, end, new in edits)
    many = len(edits) >= max(MIN_REFERENCES, REFERENCE_SHARE * length)
    return _edited(text, edits, *["encoding_repaired"] * many)


# -- mojibake: UTF-8 that was read with a charset of one byte a letter


class _Misreading(NamedTuple):
    """How UTF-8 looks when it is read as ``codec``. ``hint`` finds quickly that there is none of
    it; ``sequence`` is one character, ``run`` several; ``sure`` is what no text has by accident;
    ``bytes`` maps letters to Latin-1 ones."""

    hint: re.Pattern[str]
    sequence: re.Pattern[str]
    run: re.Pattern[str]
    sure: re.Pattern[str]
    bytes: dict[int, str]


_LOST = "\N{REPLACEMENT CHARACTER}"  # what a careful reader made of a byte without a letter
# Bytes that are punctuation in a one-byte charset and may well follow a capital: «CAFÉ», É…
_PUNCTUATION = bytes.fromhex("82 84 85 8b 91 92 93 94 95 96 97 99 9b a0 ab ad ae b2 b3 b7 b9 bb")


def _class(numbers: Iterable[int], codec: str) -> str:
    """A regular expression for the letters that these bytes are in ``codec`` or in Latin-1."""
    letters = {chr(n) for n in numbers} | {_letter(n, codec) for n in numbers}
    return f"[{re.escape(''.join(sorted(letters)))}]"


def _letter(number: int, codec: str) -> str:
    return bytes([number]).decode(codec, "ignore") or chr(number)


def _misreading(codec: str, hint: str, sequence: str, sure: str) -> _Misreading:
    """Patterns in which TAIL is any later byte of a character, ODD one that is no punctuation."""
    tail = _class(range(0x80, 0xC0), codec)[:-1] + f"{_LOST}]"
    odd = _class([n for n in range(0x80, 0xC0) if n not in _PUNCTUATION], codec)

    def pattern(template: str) -> re.Pattern[str]:
        return re.compile(template.replace("TAIL", tail).replace("ODD", odd))

    table = {ord(_letter(n, codec)): chr(n) for n in range(0x80, 0x100)}
    return _Misreading(
        pattern(hint), pattern(sequence), pattern(f"(?:{sequence})+"), pattern(sure), table
    )


_MISREADINGS = (
    _misreading(
        "cp1252",
        "[Â-ô]TAIL",
        "[Â-Þ]TAIL|[à-ï]TAIL{2}|[ð-ô]TAIL{3}",
        "[Â-ÖØ-Þ]ODD|(?:×TAIL){3}"  # Ã©, but 3×½
        "|(?<=[a-zß-ÿ])[Â-Þ]TAIL"  # a capital within a word
        "|(?<![A-ZÀ-Þ])[ÂÃ]TAIL"  # nor does a word end in these
        "|â[\x80-\x9f€‚„†ˆ–—˜™š›œ]TAIL"  # â€™
        "|(?<=[A-Za-z])[àá](?!\xa0)TAIL{2}(?=[A-Za-z])"  # Viá»‡t
        "|(?:[à-ï]TAIL{2}){3}"
        "|ï[»¿][½¿]|ð[\x9fŸ]TAIL{2}",
    ),
    _misreading(
        "cp1251", "[вРС]TAIL(?:[РС]|TAIL)", "в[Ђ„†]TAIL|[ВРС]TAIL", "(?:[РС]TAIL){4}|вЂTAIL"
    ),
)


def _misread(text: str) -> Repaired | None:
    """UTF-8 read as UTF-8, as often as it was read as something else: thrice at most."""
    if text.isascii() or not any(kind.hint.search(text) for kind in _MISREADINGS):
        return None
    return _in_turn(text, [partial(_mojibake, kind=kind) for kind in _MISREADINGS] * 3)


def _mojibake(text: str, kind: _Misreading) -> Repaired | None:
    """One misreading undone: in a text that is all like this everything, else what is sure."""
    runs = [found.span() for found in kind.run.finditer(text)]
    # One character more, since some of what is sure looks at what follows.
    sure = [run for run in runs if kind.sure.search(text, run[0], run[1] + 1)]
    if not sure:
        return None
    inside = sum(end - start for start, end in runs)
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    edits = [
        (*found.span(), _utf8(found[0], kind))
        for run in (runs if (foreign - inside) * 10 <= inside else sure)
        for found in kind.sequence.finditer(text, *run)
    ]
    return _edited(text, edits, "encoding_repaired")


def _utf8(sequence: str, kind: _Misreading) -> str:
    """The character that a sequence stands for, or itself where it is no UTF-8."""
    letters = sequence.translate(kind.bytes)
    # A lost byte was one of five. These are the likeliest: a closing quotation mark, Cyrillic en
    # and es; a wrong guess costs one word.
    letters = letters.replace(_LOST, "\x81" if letters[0] == "Ñ" else "\x9d")
    try:
        return letters.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return sequence


_C1 = {chr(n): _letter(n, "cp1252") for n in range(0x80, 0xA0)}
_C1_LETTER = re.compile(f"[{''.join(c for c, letter in _C1.items() if c != letter)}]")


def _windows_letters(text: str) -> Repaired | None:
    """Windows punctuation that was read as Latin-1 control characters, as browsers show it."""
    # A search for each of them takes a third of the time of the pattern's.
    if text.isascii() or not any(char in text for char in _C1):
        return None
    edits = [(m.start(), m.end(), _C1[m[0]]) for m in _C1_LETTER.finditer(text)]
    return _edited(text, edits, "encoding_repaired") if edits else None


# -- backspaces


def _deletions(text: str) -> Repaired | None:
    """Backspaces carried out: each takes away the character before it, within its line."""
    if "\b" not in text:
        return None
    kept: list[int] = []
    for place, char in enumerate(text):
        if char != "\b":
            kept.append(place)
        elif kept and text[kept[-1]] not in "\r\n":
            kept.pop()
    return _reordered(text, kept, "control_chars") if kept else None


# -- right-to-left overrides

_OVERRIDES = "\u202d\u202e"
_OVERRIDE = re.compile(f"[{_OVERRIDES}]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")
_RLO, _PDF, _PDI = "\u202e", "\u202c", "\u2069"
_ISOLATES = frozenset("\u2066\u2067\u2068")
_OPENERS = frozenset("\u202a\u202b\u202d\u202e") | _ISOLATES


def _overrides(text: str) -> Repaired | None:
    """Letters that an override shows in another order, in the order shown. Lines with Hebrew or
    Arabic letters are left alone: overrides do them no harm."""
    if not any(char in text for char in _OVERRIDES):
        return None
    places: list[int] = []
    at = 0
    for line, whole in zip(text.splitlines(), text.splitlines(keepends=True), strict=True):
        if _OVERRIDE.search(line) and not _RIGHT_TO_LEFT.search(line):
            places += [at + place for place in _shown_order(line)]
        else:
            places += range(at, at + len(line))
        places += range(at + len(line), at + len(whole))
        at += len(whole)
    return _reordered(text, places, "bidi_override") if places else None


def _shown_order(line: str) -> list[int]:
    """The places of a line's characters from left to right: rule L2 of UAX #9 for left-to-right
    letters, for which only right-to-left overrides make a level that is reversed."""
    shown: list[int] = []
    opened: list[tuple[int, str]] = []
    isolates = ignored = 0

    def close() -> str:
        """End what was opened last: what it turned round is turned. Its opener."""
        begin, opener = opened.pop()
        outer = opened[-1][1] if opened else ""
        if (opener == _RLO) != (outer == _RLO):  # else the outer one reverses it once more
            shown[begin:] = shown[begin:][::-1]
        return opener

    for place, char in enumerate(line):
        if char in _OPENERS and len(opened) < MAX_DEPTH:
            opened.append((len(shown), char))
            isolates += char in _ISOLATES
        elif char in _OPENERS:
            ignored += 1
        elif char in (_PDF, _PDI) and ignored:
            ignored -= 1
        elif char == _PDF:
            if opened and opened[-1][1] not in _ISOLATES:
                close()
        elif char == _PDI:
            if isolates:
                isolates -= 1
                while close() not in _ISOLATES:
                    pass
        else:
            shown.append(place)
    while opened:
        close()
    return shown


_STEPS: tuple[Step, ...] = (_references, _misread, _windows_letters, _deletions, _overrides)
