"""Sentences: where they end in several languages, and that no word falls between two of them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.sentence import sentences
from tests.counts import many

GOLDEN = Path(__file__).parents[1] / "golden" / "sentences.txt"
MARKED = GOLDEN.read_text(encoding="utf-8")  # ‖ stands where a person says that a sentence ends

LINE_ENDS = "\n\r\u2028\u2029"
PIECES = [
    "Mr",
    "U.S",
    "J",
    "no",
    "etc",
    "грн",
    "вул",
    "Harbour",
    "harbour",
    "港",
    "है",
    "7",
    "«",
    "“",
]
texts = st.one_of(
    st.text(st.integers(0, 0x10FFFF).map(chr), max_size=30),
    st.lists(
        st.one_of(
            st.sampled_from(PIECES), st.sampled_from([*".!?…。！？؟।\"'”’»)]“‘』」 \t\u00a0\n\r"])
        ),
        max_size=40,
    ).map("".join),
)


def found(text: str) -> list[str]:
    return [span.slice(text) for span in sentences(text)]


def test_sentences_end_where_a_reader_says_they_do() -> None:
    expected = [piece.strip() for piece in MARKED.split("‖") if piece.strip()]
    assert found(MARKED.replace("‖", "")) == expected


@given(texts)
def test_a_sentence_has_no_space_around_it_and_no_line_end_in_it(text: str) -> None:
    for sentence in found(text):
        assert sentence
        assert sentence == sentence.strip()
        assert not any(line_end in sentence for line_end in LINE_ENDS)


@given(texts)
def test_every_character_but_space_is_in_exactly_one_sentence(text: str) -> None:
    places = [place for span in sentences(text) for place in range(span.start, span.end)]
    assert places == sorted(set(places))
    outside = set(range(len(text))) - set(places)
    assert not "".join(text[place] for place in outside).strip()


@given(texts)
def test_sentences_come_in_the_order_of_the_text(text: str) -> None:
    spans = sentences(text)
    assert spans == sorted(spans)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u00a0\u2029\r\n"])
def test_a_text_of_spaces_has_no_sentence(text: str) -> None:
    assert found(text) == []


def test_three_dots_and_the_sign_for_them_end_the_same_sentences() -> None:
    text = MARKED.replace("‖", "")
    dots, sign = text.replace("…", "..."), text.replace("...", "…")
    assert [s.replace("…", "...") for s in found(sign)] == found(dots)


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n", "\u2028", "\u2029"])
def test_a_new_line_of_any_kind_ends_a_sentence(line_end: str) -> None:
    assert found(f"Harbour to close{line_end}the council has voted") == [
        "Harbour to close",
        "the council has voted",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. Army left.", "J.K. Rowling wrote.", "J. K. Rowling wrote.", "See No. 5 there.",
        "Ціна 5 грн. 20 коп. за штуку.", "“Stop!” she cried.", "Wait… what?",
    ],
)  # fmt: skip
def test_one_sentence_stays_whole(text: str) -> None:
    assert found(text) == [text]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("She said no.", "He left."), ("He came at 5 p.m.", "She left."), ("5 млн грн.", "Про це"),
        ("Nobody...", "The end."), ("He said no...", "She left."),
    ],
)  # fmt: skip
def test_two_sentences_are_two(first: str, second: str) -> None:
    assert found(f"{first} {second}") == [first, second]


def test_a_chinese_quotation_keeps_its_marks() -> None:
    assert found("市长说。“走吧。”然后走了。") == ["市长说。", "“走吧。”", "然后走了。"]


HOSTILE_UNITS = {
    "dots": ".",
    "dots with spaces": ". ",
    "lines": "\n",
    "quotation marks": '"',
    "dots and quotation marks": '."',
    "initials": "a. ",
    "capital initials": "A. ",
    "titles": "mr. ",
    "dotted words": "a.",
    "one endless word": "a",
    "spaces": " ",
    "dashes": ".—",
    "Chinese full stops": "。",
    "Chinese full stops and closing marks": "。」",
    "accents": "\u0301",
}


@pytest.mark.parametrize("unit", HOSTILE_UNITS.values(), ids=HOSTILE_UNITS)
def test_long_texts_take_a_moment_and_those_twice_as_long_twice_as_long(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        begin = time.process_time()
        sentences(text)
        return time.process_time() - begin

    size = many(200_000, 1_000_000)
    half = seconds(size // 2)
    whole = min(seconds(size), seconds(size))  # another program may take the processor
    assert whole < size / 100_000
    assert whole < 3 * half + size / 1_000_000
