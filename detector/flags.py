"""Signs that a text is not what it looks like: advice for the person who reads the report.

A flag changes no match. Each looks for what a disguise does often and clean text of any language
does rarely; the numbers leave room for the stray character that every archive has.
"""

from __future__ import annotations

import re

from detector.model import NormalText

MIN_HITS = 3
MIXED_SHARE = 0.06
INVISIBLE_SHARE = 0.01
HYPHEN_SHARE = 0.1
"""From so many words, and so many by all words of the text: with letters of two alphabets, with
something invisible inside, with soft hyphens. Typesetters put soft hyphens in long words only."""

# Escape and end of file are left by editors and terminals.
_CONTROL = bytes([*range(0x09), *range(0x0E, 0x1A), *range(0x1C, 0x20), 0x7F])
_OVERRIDE = re.compile("[\u202d\u202e]")

# Alphabets in which nothing invisible has work to do between two letters; in Persian, Hindi or
# Thai such characters are spelling.
_PLAIN = "[A-Za-zÀ-\u02af\u0370-\u058fႠ-ჿḀ-\u1fff]"
_UNSEEN = "[\u034f\u180e\u200b-\u200d\u2060-\u2064\ufeff]"
_INVISIBLE = re.compile(f"(?<={_PLAIN}){_UNSEEN}+(?={_PLAIN})")
_SOFT_HYPHEN = re.compile("(?<=[^\\W\\d_])\u00ad+(?=[^\\W\\d_])")
_ANY_UNSEEN = re.compile(_UNSEEN)  # quickly tells that there is none

_LATIN = "A-Za-zÀ-ɏḀ-ỿ"
_OTHER = "\u0370-\u03ff\u0400-\u052f"  # Greek and Cyrillic
_MIXTURES = [re.compile(f"[{a}][{b}]") for a, b in ((_LATIN, _OTHER), (_OTHER, _LATIN))]
_WORD = re.compile(f"[{_LATIN}{_OTHER}]{{3,}}")  # shorter ones are units and formulas: μm, Δt
_LATIN_PART = re.compile(f"[{_LATIN}]+")
_INFLECTED = re.compile("[A-Z]{2,}[а-яёђ-џґ]+|[A-Za-z]{2,}[а-яёђ-џґ]{1,3}")  # ITівець, Googleу
# What the eye cannot tell from a letter of another of the three alphabets (UTS #39). Of the small
# Greek letters only these: science writes TNFα and μmol.
_ALIKE = frozenset(
    "acdehijloprsvxyABCEHIJKMNOPSTXYZ"  # Latin
    "асԁеһіјӏорѕѵхуАВСЕНІЈКМОРЅТХУ"  # Cyrillic
    "νορΑΒΕΗΙΚΜΝΟΡΤΥΧΖ"  # Greek
)


def find_flags(normal: NormalText) -> frozenset[str]:
    r"""What a text shows: ``control_chars``, ``bidi_override``, ``invisible_chars`` or
    ``mixed_script``. In time linear in its length.

    >>> from detector.normalise import normalise
    >>> sorted(find_flags(normalise("Тhe mауоr оf thе tоwn sаid sо\0.")))
    ['control_chars', 'mixed_script']
    """
    text, words = normal.text, len(normal)
    encoded = text.encode("utf-8", "surrogatepass")
    found = {"control_chars": len(encoded.translate(None, _CONTROL)) < len(encoded)}
    if not text.isascii():
        found["bidi_override"] = bool(_OVERRIDE.search(text))
        found["invisible_chars"] = _has_unseen(text, words)
        found["mixed_script"] = _is_often(_mixed_words(text), words, MIXED_SHARE)
    return frozenset(flag for flag, is_there in found.items() if is_there)


def _has_unseen(text: str, words: int) -> bool:
    """Whether words have invisible characters or soft hyphens inside, too many for accidents."""
    inside = len(_INVISIBLE.findall(text)) if _ANY_UNSEEN.search(text) else 0
    hyphens = len(_SOFT_HYPHEN.findall(text)) if "\u00ad" in text else 0
    return _is_often(inside, words, INVISIBLE_SHARE) or _is_often(hyphens, words, HYPHEN_SHARE)


def _is_often(hits: int, words: int, share: float) -> bool:
    return hits >= max(MIN_HITS, share * words)


def _mixed_words(text: str) -> int:
    """Words in which the letters of one alphabet all look like letters of another."""
    if not any(mixture.search(text) for mixture in _MIXTURES):
        return 0
    return sum(_is_mixed(found[0]) for found in _WORD.finditer(text))


def _is_mixed(word: str) -> bool:
    if _INFLECTED.fullmatch(word):
        return False
    latin = "".join(_LATIN_PART.findall(word))
    other = _LATIN_PART.sub("", word)
    return bool(latin and other) and (_ALIKE.issuperset(latin) or _ALIKE.issuperset(other))
