"""Bytes to text: which characters a file stands for, or that it is no text at all.

The order of belief: a byte order mark, UTF-8 (nothing else looks like it by accident), the charset
the sender declared, unless statistics on a sample rule it out or it makes of the sample what no
language writes, then these statistics. Nothing is ever replaced or repaired, a false claim is
flagged, and every step is linear in the size of the input.
"""

from __future__ import annotations

import codecs
import encodings.aliases
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from charset_normalizer import CharsetMatch, from_bytes

from detector.errors import InputError

SAMPLE_BYTES = 256 * 1024  # statistics on more than this only cost time

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_MAGIC = {
    b"%PDF-": "a PDF file",
    b"PK\x03\x04": "a zip archive (also .docx, .xlsx, .odt, .epub)",
    b"\x1f\x8b": "a gzip archive",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF87a": "a GIF image",
    b"GIF89a": "a GIF image",
    b"\x7fELF": "a program",
}

# Python has codecs that are not charsets (zlib, idna) and charsets that hide markup (utf-7), so
# only these labels are believed. Latin-1 means windows-1252, as in every browser.
_LABELS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8",
    "utf-16": "utf-16 utf16",
    "utf-16-le": "utf-16le utf-16-le",
    "utf-16-be": "utf-16be utf-16-be",
    "cp1252": "windows-1252 cp1252 iso-8859-1 iso8859-1 latin-1 latin1 ascii us-ascii",
    "cp1251": "windows-1251 cp1251 win-1251 win1251",
    "koi8_u": "koi8-u koi8-r koi8",  # KOI8-U is KOI8-R with Ukrainian letters for box drawing
    "cp1250": "windows-1250 cp1250",
    "cp1253": "windows-1253 cp1253",
    "cp1254": "windows-1254 cp1254 iso-8859-9 iso8859-9 latin5",
    "cp1255": "windows-1255 cp1255",
    "cp1256": "windows-1256 cp1256",
    "cp1257": "windows-1257 cp1257",
    "cp1258": "windows-1258 cp1258",
    "cp866": "ibm866 cp866",
    "cp874": "windows-874 cp874 tis-620 iso-8859-11",
    "iso8859_2": "iso-8859-2 iso8859-2 latin2",
    "iso8859_5": "iso-8859-5 iso8859-5",
    "iso8859_6": "iso-8859-6 iso8859-6",
    "iso8859_7": "iso-8859-7 iso8859-7",
    "iso8859_8": "iso-8859-8 iso8859-8 iso-8859-8-i",
    "iso8859_13": "iso-8859-13 iso8859-13",
    "iso8859_15": "iso-8859-15 iso8859-15 latin9",
    "iso8859_16": "iso-8859-16 iso8859-16",
    "mac_roman": "macintosh mac-roman",
    "mac_cyrillic": "x-mac-cyrillic mac-cyrillic",
    "gb18030": "gb18030 gbk gb2312",
    "big5hkscs": "big5 big5-hkscs",
    "cp932": "shift_jis shift-jis sjis windows-31j cp932",
    "euc_jp": "euc-jp",
    "cp949": "euc-kr ks_c_5601-1987 windows-949 cp949",
}
_CHARSETS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}

# Guessing chooses between fewer: rare charsets look like the common ones.
_GUESSES = (
    "cp1252 cp1251 koi8_u cp1250 cp1253 cp1254 cp1255 cp1256 cp1257 cp866 cp874 iso8859_2 "
    "iso8859_5 gb18030 big5 cp932 euc_jp cp949"
).split()
_SURE_GUESSES = frozenset(_GUESSES) - {"iso8859_2"}  # that one is often taken for cp1250
# The Latin charsets share most letters, so statistics confuse them. The language decides: outside
# these languages a text in one of them is really in cp1252.
_OTHER_LATIN = {"cp1250", "cp1254", "cp1257", "iso8859_2"}
_OTHER_LATIN_LANGUAGES = set(
    "Polish Czech Slovak Hungarian Romanian Croatian Slovene Lithuanian Latvian Estonian "
    "Turkish".split()
)

# One character each that no language writes there, but a wrong charset does.
_CASED = [c for c in map(chr, range(0xC0, 0x530)) if c.isalpha()]
_UPPER = "".join(c for c in _CASED if c.isupper())
_LOWER = "".join(c for c in _CASED if c.islower())
_LATIN = "À-ÖØ-öø-ɏ"
_OTHER = "Ͱ-\u0eff"  # alphabets from Greek to Lao
_EAST = "\u1100-\u11ff\u3001-\ud7ff\uf900-\ufaff\uff01-\uffee\U00020000-\U0003ffff"
_SIGNS = "\u3001-\u303f\uff01-\uff65"  # of them those that are no letters
_ODD = re.compile(
    "[\x80-\x9f\ue000-\uf8ff⌠⌡─-■]"  # controls, private characters, parts of frames
    f"|(?<=[A-Za-z{_LATIN}])[{_OTHER}]|[{_OTHER}](?=[A-Za-z0-9{_LATIN}])"  # two alphabets
    f"|[{_LATIN}](?=[0-9])"  # Ł600 was £600
    f"|(?<=[a-z{_LOWER}])[{_UPPER}]|(?<=[{_LOWER}])[A-Z]"  # a capital within a word
    f"|(?<=[{_LATIN}]{{3}})[{_LATIN}]"  # Ïðèâåò
    "|(?<=[^\\W\\d_])[¡-©¬®-³¶¸¹¼-¿×÷†‡‰€™√∙≈-≥](?=[^\\W\\d_])"  # a sign within a word
    f"|(?<=[A-Za-z;])(?![{_SIGNS}])[{_EAST}](?![{_EAST}])"  # year痴, AT&amp;T痴
    f"|(?<![{_EAST}])(?![{_SIGNS}])[{_EAST}](?=[A-Za-z])"  # 典he
    f"|(?<![{_EAST}])[｡-ﾟ](?![{_EAST}])"  # ｣600
)
_ODD_SHARE = 0.01  # of the letters that are not ASCII: accidents and names

# Tab, line ends, form feed and escape are normal; backspaces are an old way to disguise a copy.
_CONTROLS = bytes(c for c in range(32) if c not in b"\b\t\n\v\f\r\x1a\x1b")


class Decoded(NamedTuple):
    """The text of a file, the Python codec that read it, and as a flag ``encoding_repaired`` where
    the bytes are not what they are said to be."""

    text: str
    codec: str
    flags: tuple[str, ...] = ()


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of a file, exactly as written: only a leading byte order mark is removed.

    ``declared`` is the charset a sender or a page claims; it is believed where the bytes are not
    UTF-8 and may well be in that charset. Raises ``InputError``: ``unsupported_charset`` for a
    declared charset that is not one, ``bad_encoding`` for bytes that are not text.

    >>> decode("Привіт".encode("cp1251"), "windows-1251")
    'Привіт'
    >>> decode(b"%PDF-1.7 ...")
    Traceback (most recent call last):
    ...
    detector.errors.InputError: does not look like text: it is a PDF file
    """
    return decode_flagged(data, declared).text


def decode_flagged(data: bytes, declared: str | None = None) -> Decoded:
    """The text of a file as ``decode`` gives it, with a flag where a claim had to be overruled or
    UTF-16 had no mark. A charset that is guessed where none is claimed is no sign of anything.

    Raises ``InputError`` as ``decode`` does.

    >>> decode_flagged("Міст".encode(), "windows-1251")
    Decoded(text='Міст', codec='utf-8', flags=('encoding_repaired',))
    """
    return _read(data, declared, is_whole=True)


def charset_of(sample: bytes) -> tuple[str, tuple[str, ...]]:
    """The Python codec that reads ``sample``, the beginning of a file, and the flags of what is
    read so. Raises ``InputError`` as ``decode`` does.

    >>> charset_of(b"title,text")
    ('utf-8', ())
    """
    return _read(sample, None, is_whole=len(sample) < SAMPLE_BYTES)[1:]


def is_charset(label: str) -> bool:
    """Whether ``decode`` takes this charset label.

    >>> is_charset("Windows-1251"), is_charset("zlib_codec")
    (True, False)
    """
    return label.strip().lower() in _CHARSETS


def load_codecs() -> None:
    """Load whatever decoding may need, for a process that will not be able to open files."""
    for codec in set(encodings.aliases.aliases.values()):
        with suppress(LookupError):  # one of another system
            codecs.lookup(codec)
    decode("Дощ пройшов, і річка розлилася.".encode("cp1251"))  # by statistics, with their data


def _read(data: bytes, declared: str | None, is_whole: bool) -> Decoded:
    """The text of ``data``. Data that is not whole may end within a character."""
    claim = _codec(declared)
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return Decoded(_as_marked(data[len(bom) :], codec, is_whole), codec)
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise _not_text(f"it is {kind}")
    for codec in _candidates(data, claim):
        try:
            text = codecs.getincrementaldecoder(codec)().decode(data, is_whole)
        except UnicodeError:  # UnicodeDecodeError, or its parent where a mark is missing
            continue
        is_false = _is_false(claim, codec, data, text)
        return Decoded(text, codec, ("encoding_repaired",) if is_false else ())
    raise _not_text("no character set fits")


def _is_false(claim: str | None, codec: str, data: bytes, text: str) -> bool:
    """Whether ``data`` is not what it is said to be: two charsets may well give one text."""
    if claim is None:
        return codec in _WIDE  # which has a mark, or a sender says so
    return codec != claim and text != data.decode(claim, "replace")


def _codec(label: str | None) -> str | None:
    if label is None:
        return None
    codec = _CHARSETS.get(label.strip().lower())
    if codec is None:
        raise InputError(f"unknown charset {label[:40]!r}", code="unsupported_charset")
    return codec


def _as_marked(data: bytes, codec: str, is_whole: bool) -> str:
    try:
        return codecs.getincrementaldecoder(codec)().decode(data, is_whole)
    except UnicodeDecodeError as error:
        raise _not_text(f"it is not {codec} as its first bytes say (byte {error.start})") from None


def _candidates(data: bytes, claim: str | None) -> Iterator[str]:
    """Codecs to try, the most believable first. Costly guesses are made only when asked for."""
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if 0 < len(data) <= controls * 4:  # every other byte of UTF-16 is a small number
        yield from (codec for codec in _WIDE if _is_wide(data, codec))
    if controls and claim and claim.startswith("utf-16"):
        yield claim
    if controls > max(4, len(data) // 50):
        raise _not_text("it is binary")
    yield "utf-8"
    sample = _telling_part(data)
    if not claim:
        _refuse_damaged_utf8(sample)
    guesses = list(_guesses(sample))
    if claim and _may_be(claim, guesses, sample):
        yield claim
    yield from guesses


def _may_be(claim: str, guesses: Sequence[str], sample: bytes) -> bool:
    """Whether a text may be in the charset that is claimed: statistics do not rule it out, and it
    makes no more of what nobody writes than the charset that they find likeliest."""
    if not guesses or claim == guesses[0]:
        return True
    if claim in _SURE_GUESSES and claim not in guesses:
        return False
    return not _is_odd(sample.decode(claim, "ignore"), sample.decode(guesses[0], "ignore"))


def _is_odd(text: str, other: str = "") -> bool:
    """Whether more characters stand where no language has them than do in another reading."""
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return _oddities(text) > _oddities(other) + _ODD_SHARE * foreign


def _oddities(text: str) -> int:
    return sum(1 for _ in _ODD.finditer(text))


def _is_wide(data: bytes, codec: str) -> bool:
    """Whether the bytes are UTF-16 or UTF-32 without a mark: read with the wrong width or byte
    order, a text has control characters or no ASCII, not even spaces."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(data[:SAMPLE_BYTES])
    except UnicodeDecodeError:
        return False
    ascii_part = text.encode("ascii", "ignore")
    return len(ascii_part) * 20 >= len(text) and ascii_part == ascii_part.translate(None, _CONTROLS)


def _guesses(sample: bytes) -> Iterator[str]:
    """What the statistics say about bytes that are not UTF-8, whatever the sample itself claims:
    all that is possible, the likeliest that writes nothing odd first."""
    matches = list(from_bytes(sample, cp_isolation=_GUESSES, preemptive_behaviour=False))
    names = [name for match in matches for name in match.could_be_from_charset]
    if "cp1252" in names and not _is_believable(matches[0]):
        names.insert(0, "cp1252")
    yield from islice((n for n in names if not _is_odd(sample.decode(n, "ignore"))), 1)
    yield from names


def _is_believable(match: CharsetMatch) -> bool:
    """Whether the language found is one that is written in the charset found."""
    return match.encoding not in _OTHER_LATIN or match.language in _OTHER_LATIN_LANGUAGES


def _telling_part(data: bytes) -> bytes:
    """A sample around the first byte that UTF-8 cannot explain: plain ASCII says nothing."""
    bad = _first_bad_byte(data)
    start = max(data.rfind(b"\n", 0, bad) + 1, bad - SAMPLE_BYTES // 2)
    sample = data[start : start + SAMPLE_BYTES]
    return sample if start + SAMPLE_BYTES >= len(data) else sample[: _last_break(sample)]


def _last_break(sample: bytes) -> int:
    """Where to cut so that no character is split: in every charset tried, a line end or a space
    is never part of another character."""
    return max(sample.rfind(b"\n"), sample.rfind(b" ")) + 1 or len(sample)


def _refuse_damaged_utf8(sample: bytes) -> None:
    """A UTF-8 text with a broken byte is refused: any other charset would turn it to nonsense."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    foreign = len(text) - len(text.encode("ascii", "ignore")) - broken
    if foreign > 3 * broken:
        before = sample[: _first_bad_byte(sample)].decode("utf-8")[-20:]
        raise _not_text(f"it is UTF-8 with a broken character after {before!r}")


def _first_bad_byte(data: bytes) -> int:
    """Where ``data`` stops being UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return len(data)


def _not_text(why: str) -> InputError:
    return InputError(f"does not look like text: {why}", code="bad_encoding")
