"""Repair: a text that only looks right is read as it looks, and every place is one in the text as
given; a text that is as it looks is left alone."""

from __future__ import annotations

import html
import random
import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.model import Document, Span
from detector.normalise import normalise
from detector.pipeline import compare, read, shingle_hashes
from detector.repair import MAX_DEPTH, repair
from tests.counts import many

ENGLISH = (
    "“Two of the three lifeboats were already gone,” the harbour master, Edith Møller, told the "
    "Saltmarsh Courier on Friday. Repairs to the café and the naïvely built pier will cost £40,000 "
    "– half of what the council’s surveyors had feared – and take until Easter."
)
UKRAINIAN = (
    "«Ми не чекали такої води», — сказала «Вістям Надозер’я» голова громади Ївга Сорока. За її "
    "словами, міст через річку Білу зачинять щонайменше на тиждень, а об’їзд піде через Ясенове."
)
FRENCH = (
    "À l’île d’Yeu, « où l’été s’achève », les pêcheurs ont dû jeter l’ancre : « ça, c’est sûr »."
)
VIETNAMESE = "Ủy ban nhân dân tỉnh đã quyết định đóng cửa cây cầu cũ trong hai tháng để sửa chữa."
CHINESE = "市议会周二决定关闭旧图书馆。市长表示，这座建筑已经没有钱可以修缮了。"
TEXTS = {
    "English": ENGLISH,
    "Ukrainian": UKRAINIAN,
    "French": FRENCH,
    "Vietnamese": VIETNAMESE,
    "Chinese": CHINESE,
}


def with_backspaces(text: str) -> str:
    rng = random.Random("backspaces")
    return re.sub(
        r"\w", lambda m: m[0] + "".join(rng.choices("xyz", k=n)) + "\b" * n
        if (n := rng.choice([0, 0, 0, 1, 2])) else m[0], text
    )  # fmt: skip


def with_reversed_words(text: str) -> str:
    return re.sub(r"\w+", lambda m: f"\u202e{m[0][::-1]}\u202c", text)


def with_swapped_letters(text: str) -> str:
    """Each two letters stored the other way round, each alone within an override."""
    return re.sub(r"(\w)(\w)", "\u202e\u2066\\2\u2069\u2066\\1\u2069\u202c", text)


def with_references(text: str) -> str:
    return "".join(f"&#{ord(c)};" for c in text)


def with_escaped_references(text: str) -> str:
    return "".join(f"&amp;amp;#X{ord(c):X};" for c in text)


def misread(codec: str, times: int) -> Callable[[str], str]:
    def disguise(text: str) -> str:
        for _ in range(times):
            raw = text.encode()
            text = "".join(bytes([b]).decode(codec, "ignore") or chr(b) for b in raw)
        return text

    return disguise


DISGUISES = {
    "backspaces": (with_backspaces, "control_chars"),
    "reversed words": (with_reversed_words, "bidi_override"),
    "swapped letters": (with_swapped_letters, "bidi_override"),
    "references": (with_references, "encoding_repaired"),
    "escaped references": (with_escaped_references, "encoding_repaired"),
    "UTF-8 as windows-1252": (misread("cp1252", 1), "encoding_repaired"),
    "UTF-8 as windows-1252, twice": (misread("cp1252", 2), "encoding_repaired"),
    "UTF-8 as windows-1252, thrice": (misread("cp1252", 3), "encoding_repaired"),
    "UTF-8 as Latin-1": (misread("latin-1", 1), "encoding_repaired"),
    "UTF-8 as Latin-1, twice": (misread("latin-1", 2), "encoding_repaired"),
}
KINDS = pytest.mark.parametrize(("disguise", "flag"), DISGUISES.values(), ids=DISGUISES)
LANGUAGES = pytest.mark.parametrize("plain", TEXTS.values(), ids=TEXTS)


# A disguised text is read as it looks


@KINDS
@LANGUAGES
def test_a_disguised_text_has_the_words_of_the_plain_one(
    plain: str, disguise: Callable[[str], str], flag: str
) -> None:
    disguised = disguise(plain)
    reading = read(Document(id="x", text=disguised))
    assert reading.normal.tokens == normalise(plain).tokens != normalise(disguised).tokens
    assert flag in reading.flags


@KINDS
def test_a_disguised_copy_is_the_same_text(disguise: Callable[[str], str], flag: str) -> None:
    answer = compare(ENGLISH, disguise(ENGLISH))
    assert answer.relation.label == "Same text"
    assert answer.b.to_dict()["flags"] == [flag]
    assert answer.a.to_dict()["flags"] == []


@KINDS
@pytest.mark.parametrize("plain", [ENGLISH, UKRAINIAN, VIETNAMESE], ids=lambda text: text[:9])
def test_each_word_has_its_place_in_the_text_as_given(
    plain: str, disguise: Callable[[str], str], flag: str
) -> None:
    words = normalise(plain).tokens
    pieces = [disguise(word) for word in re.findall(r"\w+", plain)]
    normal = read(Document(id="x", text=" ".join(pieces))).normal
    assert len(normal) == len(pieces) >= len(words)
    at = 0
    for index, piece in enumerate(pieces):
        span = normal.span(index, index + 1)
        assert at <= span.start < span.end <= at + len(piece)
        if flag == "encoding_repaired":
            assert span.slice(normal.text) == piece
        at += len(piece) + 1


@KINDS
def test_quotations_and_credits_are_found_where_they_stand(
    disguise: Callable[[str], str], flag: str
) -> None:
    disguised = disguise(ENGLISH)
    plain, reading = read(Document(id="x", text=ENGLISH)), read(Document(id="x", text=disguised))
    assert [cue.source for cue in reading.attributions] == ["Saltmarsh Courier"]
    assert len(reading.quotations) == len(plain.quotations) == 1
    span = reading.quotations[0].inner
    first, last = reading.normal.tokens_in(span)
    assert (
        reading.normal.tokens[first:last]
        == normalise(plain.quotations[0].inner.slice(ENGLISH)).tokens
    )


def test_letters_that_were_lost_are_guessed_where_there_is_one_guess() -> None:
    lossy = ENGLISH.encode().decode("cp1252", "replace")
    assert "\N{REPLACEMENT CHARACTER}" in lossy
    repaired = repair(lossy)
    assert repaired
    assert repaired.text == ENGLISH


def test_ukrainian_misread_as_windows_1251() -> None:
    repaired = repair(UKRAINIAN.encode().decode("cp1251", "replace"))
    assert repaired
    lost = [a for a, b in zip(repaired.text, UKRAINIAN, strict=True) if a != b]
    assert len(lost) <= 2


@pytest.mark.parametrize(
    ("given_text", "seen"),
    [
        ("AT&amp;T and the R&amp;D unit", "AT&T and the R&D unit"),
        ("S&#227;o Paulo", "São Paulo"),
        ("He said:&nbsp;&quot;No&quot;", "He said:\xa0\"No\""),
        ("Do&shy;nau", "Do\xadnau"),
        ("Doğu\x92nun dört yanı", "Doğu’nun dört yanı"),  # among letters that Latin-1 has not
        ("N\bNO\bO N\bNE\bE\bEWS", "NO NEWS"),  # a typewriter's bold
        ("ab\n\b\bc", "ab\nc"),
        ("\bab", "ab"),
        ("\u202ecba\r\nfed\u202c", "abc\r\nfed\u202c"),  # an override ends with its line
        ("\u202eab\u202dcd\u202cef\u202c", "fecdba"),
        ("\u202eab\u202ecd\u202cef\u202c gh", "fedcba gh"),
        ("\u202eab", "ba"),
        ("a\u202eb\u2066c\u202d\u2069d\u202ce", "adcbe"),
    ],
)  # fmt: skip
def test_what_a_reader_sees(given_text: str, seen: str) -> None:
    repaired = repair(given_text)
    assert repaired
    assert repaired.text == seen


def test_a_repaired_place_is_that_of_all_it_stands_for() -> None:
    text = "one &amp;#116;wo thx\brx\bee \u202eruof\u202c"
    repaired = repair(text)
    assert repaired
    assert repaired.text == "one two three four"
    places = [
        repaired.span(Span(m.start(), m.end())).slice(text)
        for m in re.finditer(r"\w+", repaired.text)
    ]
    assert places == ["one", "&amp;#116;wo", "thx\brx\bee", "ruof"]


def test_words_that_changed_places_share_the_place_of_all() -> None:
    text = "then \u202eruof eerht\u202c five"
    reading = read(Document(id="x", text=text))
    places = [reading.normal.span(n, n + 1).slice(text) for n in range(4)]
    assert reading.normal.tokens == normalise("then three four five").tokens
    assert places == ["then", "ruof eerht", "ruof eerht", "five"]


# A text that is as it looks is left alone

CLEAN = [
    *TEXTS.values(),
    "«LA LIBERTÉ» ET L’ÉGALITÉ… À CAFÉ” OU CAFÉ’S NESCAFÉ® OU ROSÉ™ — L’ÉTÉ»",
    "café…” dit-il, et là “celui-là »; voilà\xa0« à\xa0» ; à\xa0€ 5, payé\xa0€ 7",
    "Spaß\xa0und „Spaß“ – GRÖẞE“, ÄÖÜ“ und MENÜ“. SPÖ’s",
    "SÃO PAULO: A MAÇÃ” E A IRMÃ… NÃO; É “VERDADE”, É…",
    "Å² und Å³ sind Flächen und Räume; 3×½, 20°, 5 µm",
    "СІРІ ВІЇ РІЗНІ. РІ СІ РЇ. Він, віє, вії; В «Віснику»",
    "Tom & Jerry; R&D; AT&T; a&b; &c; &; &#; &#x; &nosuchname; fish&chips;",
    "https://example.net/?a=1&copy=2&lang=uk#x",
    "قالت \u200fالبلدية\u200f إن الجسر (\u200eNATO\u200e) مغلق \u202bاليوم\u202c",
    "ה\u202eשלום\u202c עליכם",  # an override that changes nothing
    "x \u2066isolated\u2069 y \u202aembedded\u202c z",
    "tab\tnull\0escape\x1b[0m",
    "",
]


@pytest.mark.parametrize("text", CLEAN)
def test_a_text_that_is_as_it_looks_is_not_repaired(text: str) -> None:
    repaired = repair(text)
    assert repaired is None or repaired.text == text


@pytest.mark.parametrize("text", ["a\b", "\b", "\u202e\u202c", "&#32;", "&#1;", "\u202e", "&nbsp;"])
def test_a_repair_that_leaves_no_word_is_none(text: str) -> None:
    assert repair(text) is None


def test_the_public_hashes_are_those_of_the_text_as_given() -> None:
    # They are promised bit for bit; what is repaired is the reading of a document.
    hidden = with_backspaces(ENGLISH)
    assert shingle_hashes(hidden).tolist() != shingle_hashes(ENGLISH).tolist()


# Hostile texts

PIECES = [
    *"ab Éé’”»…ß\b\0\r\n\u2029",
    *["&#", "&amp;", "&amp;#x41;", "&#8;", "&#xD800;", "&#9999999;", "&lt;", ";", "&"],
    *["Ã©", "â€™", "ï¿½", "ðŸ˜€", "РџСЂ", "вЂ™", "Ð", "Ñ\ufffd", "\x93", "á»‡", "Â\xa0"],
    *["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"],
    *["ש", "\ud800", "\udfff", "漢", "\U0001f600"],
]
hostile_texts = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(st.integers(0, 0x10FFFF).map(chr), max_size=3)),
    max_size=30,
).map("".join)


@given(hostile_texts)
def test_any_text_can_be_repaired_and_no_place_goes_back(text: str) -> None:
    repaired = repair(text)
    if repaired is None:
        return
    starts, ends = repaired.starts.tolist(), repaired.ends.tolist()
    assert len(starts) == len(ends) == len(repaired.text)
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert all(0 <= start < end <= len(text) for start, end in zip(starts, ends, strict=True))


@given(hostile_texts)
def test_any_text_can_be_read(text: str) -> None:
    reading = read(Document(id="x", text=text))
    spans = [reading.normal.span(n, n + 1) for n in range(len(reading.normal))]
    spans += [q.span for q in reading.quotations] + [f.span for f in reading.furniture]
    assert all(0 <= span.start <= span.end <= len(text) for span in spans)


@given(hostile_texts)
def test_references_are_resolved_as_a_browser_does(text: str) -> None:
    once = html.escape(text.replace("&", ""), quote=False)
    repaired = repair(once)
    plain = repair(html.unescape(once))
    assert (repaired.text if repaired else once) == (plain.text if plain else html.unescape(once))


HOSTILE_UNITS = [
    *["&", "&amp;", "&amp;#", "&#65;", "a\b", "\b", "\u202e", "\u202ea", "\u202ea\u202c", "\u2069"],
    *["\u202e\u2066a", "\u202eab\u2069", "Ã", "Ã©", "é", "â€", "É”", "РІ", "Рђ", "\x93", "Ã\ufffd"],
    *["\u202aa\u2069", "\u2066\u202ea\u202c\u2069"],
]


@pytest.mark.parametrize("unit", HOSTILE_UNITS, ids=ascii)
def test_long_texts_take_seconds_and_those_twice_as_long_twice_as_long(unit: str) -> None:
    def seconds(length: int) -> float:
        text = "word \u202e" + unit * (length // len(unit))
        begin = time.process_time()
        repair(text)
        return time.process_time() - begin

    size = many(100_000, 500_000)
    half, whole = seconds(size // 2), min(seconds(size), seconds(size))
    assert whole < size / 100_000
    assert whole < 3 * half + size / 500_000


def test_overrides_nested_too_deeply_are_ignored() -> None:
    deep = "\u202e" * (MAX_DEPTH + 9) + "ab" + "\u202c" * (MAX_DEPTH + 9)
    repaired = repair(deep + " cd")
    assert repaired
    assert repaired.text == "ba cd"
