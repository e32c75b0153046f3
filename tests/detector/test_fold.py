"""The folding table: every code point has one meaning, and letters that look alike share it."""

from __future__ import annotations

import sys
import unicodedata as ud
from itertools import combinations

import numpy as np
import pytest

from detector import make_fold
from detector.fold import CODE_POINT, DROP, EXPANDS, JOIN, MARK, SOLO, load
from detector.make_fold import LOOKALIKES, MAX_EXPANSION
from detector.normalise import normalise
from tests import oracles

FOLD = load()
LETTER_KINDS = {"word": np.uint32(0), "solo": SOLO, "join": JOIN}
SURROGATES = range(0xD800, 0xE000)
IOTA_SUBSCRIPT = "\u0345"

# What Python says of a code point may change with its Unicode; the table does not.
same_unicode = pytest.mark.skipif(
    FOLD.unicode_version != ud.unidata_version,
    reason=f"fold.txt is of Unicode {FOLD.unicode_version}, this Python of {ud.unidata_version}",
)

# Default_Ignorable_Code_Point (DerivedCoreProperties.txt): nothing is shown for these.
SHOWN_AS_NOTHING = [
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
]  # fmt: skip


def every_character() -> list[str]:
    return [chr(cp) for cp in range(sys.maxunicode + 1) if cp not in SURROGATES]


def tokens(text: str) -> tuple[str, ...]:
    return normalise(text).tokens


def inside_a_word(letters: str) -> tuple[str, ...]:
    return tokens(f"x{letters}z")


def test_folding_what_is_folded_changes_nothing() -> None:
    table = FOLD.table
    no_letter = (table == 0) | ((table & (DROP | MARK)) != 0)
    single = table[~no_letter & ((table & EXPANDS) == 0)] & CODE_POINT
    several = np.array([ord(letter) for letter in "".join(FOLD.expansions)], dtype=np.uint32)
    letters = np.unique(np.concatenate([single, several]))
    unstable = letters[no_letter[letters] | ((table[letters] & ~(SOLO | JOIN)) != letters)]
    assert [chr(cp) for cp in unstable] == []


def test_what_one_character_folds_to_is_never_torn_into_two_tokens() -> None:
    assert tokens(" ".join(FOLD.expansions)) == FOLD.expansions


def test_a_character_makes_a_token_of_its_own_exactly_if_what_it_folds_to_does() -> None:
    table = FOLD.table
    single = np.flatnonzero((table != 0) & ((table & (DROP | MARK | EXPANDS)) == 0))
    differing = single[table[single] != table[table[single] & CODE_POINT]]
    assert [chr(cp) for cp in differing] == []


def test_the_table_is_read_as_a_plain_reader_would_read_it() -> None:
    plain = oracles.fold_table()
    assert int(np.count_nonzero(FOLD.table)) == len(plain)
    wrong = []
    for char, (kind, letters) in plain.items():
        entry = int(FOLD.table[ord(char)])
        if kind in ("drop", "mark"):
            right = entry == (DROP if kind == "drop" else MARK)
        else:
            below = entry & int(CODE_POINT)
            folded = FOLD.expansions[below] if entry & int(EXPANDS) else chr(below)
            right = folded == letters and entry & int(SOLO | JOIN) == LETTER_KINDS[kind]
        if not right:
            wrong.append(char)
    assert wrong == []


@same_unicode
def test_the_committed_table_is_what_its_generator_writes() -> None:
    head, *committed = oracles.FOLD_FILE.read_text("ascii").splitlines()
    assert FOLD.unicode_version in head
    assert committed == list(make_fold.rows())


def test_nobody_can_change_the_table_by_accident() -> None:
    with pytest.raises(ValueError, match="read-only"):
        FOLD.table[ord("a")] = 0


def test_no_character_folds_to_more_than_a_few_letters() -> None:
    assert max(map(len, FOLD.expansions)) <= MAX_EXPANSION


@same_unicode
def test_composed_and_decomposed_characters_fold_alike() -> None:
    differing = [
        char
        for char in every_character()
        for other in {ud.normalize("NFC", char), ud.normalize("NFD", char)} - {char}
        if inside_a_word(other) != inside_a_word(char)
    ]
    assert differing == []


@same_unicode
def test_a_letter_folds_alike_in_every_case() -> None:
    # One exception: the Greek iota subscript is an accent, so it is dropped, but Unicode writes it
    # as a whole letter in capitals. Texts of today have neither.
    differing = [
        char
        for char in every_character()
        if IOTA_SUBSCRIPT not in ud.normalize("NFD", char)
        for other in {char.upper(), char.lower(), char.title(), char.casefold()} - {char}
        if inside_a_word(other) != inside_a_word(char)
    ]
    assert differing == []


def test_the_greek_iota_subscript_is_an_accent() -> None:
    assert tokens("τῷ") == tokens("τω\u0345") == tokens("τω")


@pytest.mark.parametrize("alike", LOOKALIKES)
def test_letters_that_look_alike_fold_alike_in_both_cases(alike: str) -> None:
    forms = [form for letter in alike for form in (letter, letter.upper(), letter.lower())]
    assert {tokens(form) for form in forms} == {(alike[0],)}


def test_no_two_letters_of_one_alphabet_fold_alike_but_those_that_must() -> None:
    by_design = {
        ("n", "v"),  # Ν looks like N, and ν, its small letter, like v
        ("a", "ɑ"), ("g", "ɡ"), ("i", "ı"),  # one letter in two shapes; İ and ı lose their dots
        ("н", "һ"), ("і", "ӏ"), ("у", "ү"),  # H, I, Y in disguise; costs Bashkir, Kyrgyz little
    }  # fmt: skip
    met = {
        pair
        for alike in LOOKALIKES
        for pair in combinations(alike, 2)
        if ud.name(pair[0]).split()[0] == ud.name(pair[1]).split()[0]
    }
    assert met == by_design


def test_characters_that_nothing_is_shown_for_are_not_there() -> None:
    shown = [
        f"U+{code_point:04X}"
        for first, last in SHOWN_AS_NOTHING
        for code_point in range(first, last + 1)
        if tokens(f"wo{chr(code_point)}rd") != ("word",)
    ]
    assert shown == []


@same_unicode
def test_accents_of_greek_cyrillic_arabic_and_hebrew_are_not_there() -> None:
    kept = [
        f"U+{ord(char):04X} {ud.name(char)}"
        for char in every_character()
        if ud.category(char)[0] == "M"
        and any(f"{s} " in ud.name(char) for s in ("GREEK", "CYRILLIC", "ARABIC", "HEBREW"))
        and inside_a_word(char) != ("xz",)
    ]
    assert kept == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("कि", "कु"), ("กิ", "กุ"), ("カ", "ガ"), ("は", "ぱ"), ("தி", "து"), ("ကိ", "ကု")],
    ids=["Devanagari", "Thai", "katakana", "hiragana", "Tamil", "Burmese"],
)
def test_vowel_signs_and_voiced_marks_tell_words_apart(one: str, other: str) -> None:
    assert tokens(one) != tokens(other)
    assert len(tokens(one)) == len(tokens(other)) == 1


@pytest.mark.parametrize("apostrophe", "'`´ʹʻʼʽˈ‘’‛′＇՚׳\u0374\u1fef\u1ffd")
def test_every_apostrophe_is_the_same_as_none(apostrophe: str) -> None:
    assert tokens(f"об{apostrophe}єкт it{apostrophe}s") == tokens("обєкт its")


def test_digits_of_other_scripts_are_the_same_numbers() -> None:
    assert tokens("٢٠٢٦ २०२६ ２０２６ 𝟐𝟎𝟐𝟔 ²⁰²⁶") == ("2026",) * 5
