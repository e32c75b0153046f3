"""Ways to hide a copy in characters, encodings and edits, each as a function of the text.

Characters that cannot be seen or told apart, and their like: Boucher et al., Bad Characters (IEEE
Symposium on Security and Privacy 2022); look-alike letters as a disguise: Alvi, Stevenson, Clough,
Plagiarism Detection in Texts Obfuscated with Homoglyphs (ECIR 2017).
"""

from __future__ import annotations

import random
import re
import unicodedata
from html import escape

from benchmarks.quality.thesaurus import Vocabulary, swap, synonyms
from detector.sentence import sentences

_LOOK_ALIKES = str.maketrans("aceopxyijsvABCEHKMOPTXZN", "асеорхуіјѕνАВСЕНКМОРТХΖΝ")
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_SPACES = ["\u00a0", *map(chr, range(0x2002, 0x200B)), "\u202f", "\u3000", "\t", "\n", "\r\n"]
_TYPESET = (("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ"), ("...", "…"), ("-", "\u2011"))
_LETTER = re.compile(r"[^\W\d_]")
_LONG_WORD = re.compile(r"[^\W\d_]{6,}")
_OPENING_QUOTE = re.compile(r"(?<![^\s(\[—–-])[\"']")
_NO_WORDS = Vocabulary(frozenset(), {})


def curl_quotes(text: str) -> str:
    r"""Straight quotation marks as a newspaper sets them.

    >>> curl_quotes('Its mayor\'s "so what".')
    'Its mayor’s “so what”.'
    """
    opened = _OPENING_QUOTE.sub(lambda mark: "“" if mark[0] == '"' else "‘", text)
    return opened.replace('"', "”").replace("'", "’")


# -- characters


def homoglyphs(text: str, rng: random.Random, share: float = 1.0) -> str:
    """A share of the Latin letters that have a Cyrillic or Greek look-alike replaced by it."""
    return "".join(c.translate(_LOOK_ALIKES) if rng.random() < share else c for c in text)


def zero_width(text: str, rng: random.Random) -> str:
    """A character without width after three letters in ten."""
    return _LETTER.sub(
        lambda c: c[0] + rng.choice(_INVISIBLE) if rng.random() < 0.3 else c[0], text
    )


def backspaces(text: str, rng: random.Random) -> str:
    """A wrong letter and the backspace that deletes it after every fifth letter."""
    return _LETTER.sub(
        lambda c: c[0] + rng.choice("bdfgkmrw") + "\b" if rng.random() < 0.2 else c[0], text
    )


def soft_hyphens(text: str, rng: random.Random) -> str:
    """A soft hyphen in the middle of every word of six letters and more."""
    return _LONG_WORD.sub(lambda word: _split(word[0], "\u00ad"), text)


def _split(word: str, mark: str) -> str:
    middle = len(word) // 2
    return word[:middle] + mark + word[middle:]


def reversed_words(text: str, rng: random.Random) -> str:
    """Every word stored backwards, with marks that make it display forwards."""
    return re.sub(r"\w+", lambda word: f"\u202e{word[0][::-1]}\u202c", text)


def decomposed(text: str, rng: random.Random) -> str:
    """Accents apart from their letters, ligatures, typographer's quotes and hyphens."""
    text = unicodedata.normalize("NFD", curl_quotes(text))
    for plain, typeset in _TYPESET:
        text = text.replace(plain, typeset)
    return text


def odd_spaces(text: str, rng: random.Random) -> str:
    """Every space replaced by one to four of another kind of white space."""
    return re.sub(" ", lambda _: rng.choice(_SPACES) * rng.randint(1, 4), text)


def case_noise(text: str, rng: random.Random) -> str:
    """Words in capitals or small letters by chance, no punctuation but stray commas."""
    words = re.sub(r"[^\w\s]", "", text).split()
    cased = [word.upper() if rng.random() < 0.5 else word.lower() for word in words]
    return " ".join(word + "," * (rng.random() < 0.15) for word in cased)


# -- encodings


def misread(text: str, rng: random.Random, times: int = 1) -> str:
    """UTF-8 read as windows-1252, so many times over. Bytes without a meaning there become control
    characters, as browsers do it."""
    for _ in range(times):
        text = "".join(_as_windows(byte) for byte in text.encode("utf-8"))
    return text


def _as_windows(byte: int) -> str:
    return bytes([byte]).decode("cp1252", "ignore") or chr(byte)


def entities(text: str, rng: random.Random) -> str:
    """Every character as a decimal HTML entity."""
    return "".join(f"&#{ord(c)};" for c in text)


def double_entities(text: str, rng: random.Random) -> str:
    """Every character as a hexadecimal HTML entity that was escaped once more."""
    return "".join(f"&amp;#x{ord(c):x};" for c in text)


def unmarked_utf16(text: str, rng: random.Random) -> bytes:
    """UTF-16 of either byte order without a mark that says so."""
    return text.encode(rng.choice(["utf-16-le", "utf-16-be"]))


def false_charset(text: str, rng: random.Random) -> bytes:
    """A page in windows-1252 that claims another charset. Plain ASCII would be true to any claim,
    so such a page gets the sign of its owner."""
    claim = rng.choice(["utf-8", "koi8-r", "shift_jis"])
    story = escape(text, quote=False) + "©" * text.isascii()
    page = f'<html><head><meta charset="{claim}"></head><body><p>{story}</p></body></html>'
    return page.encode("cp1252", "xmlcharrefreplace")


# -- edits


def dilution(text: str, rng: random.Random, unrelated: str, share: float) -> str:
    """A hundred to two hundred words of the text in a row, as the given share of a longer text."""
    words = text.split()
    size = rng.randint(100, min(200, len(words)))
    first = rng.randint(0, len(words) - size)
    around = unrelated.split()[: round(size / share) - size]
    place = rng.randint(0, len(around))
    return " ".join(around[:place] + words[first : first + size] + around[place:])


def sentence_shuffle(text: str, rng: random.Random) -> str:
    """All sentences in another order."""
    found = [span.slice(text) for span in sentences(text)]
    return " ".join(rng.sample(found, len(found)))


def word_edits(text: str, rng: random.Random, share: float) -> str:
    """The given share of the words, one by one: deleted, replaced, or another one put after it."""
    dictionary = sorted(synonyms("en"))
    edited: list[str] = []
    for word in text.split():
        step = int(rng.random() / share * 3)
        another = rng.choice(dictionary)
        edited += ([], [another], [word, another])[step] if step < 3 else [word]
    return " ".join(edited)


def synonym_sub(text: str, rng: random.Random, share: float) -> str:
    """The given share of the words of four letters and more replaced by synonyms, as far as the
    table knows any."""
    table = synonyms("en")
    return swap(text, share, rng, _NO_WORDS, [lambda word: table.get(word, ())])
