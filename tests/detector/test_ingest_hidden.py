"""What a page hides is not read, and said; what it shows is read, however it is marked up."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.ingest import read
from detector.ingest.hidden import as_seen
from detector.model import Document
from detector.normalise import normalise
from detector.pipeline import compare
from tests.counts import many

STORY = (
    "The council voted on Tuesday to close the old library after a long debate. Opponents of the "
    "plan had gathered four thousand signatures and filled the gallery until midnight. The mayor, "
    "who abstained, said that the roof alone would cost more than the town spends on books in ten "
    "years. A private school has offered to rent the reading room; the archive moves to Holm."
)
OTHER = (
    "Anglers along the lower Wend reported the first salmon of the season on Saturday, two weeks "
    "earlier than last spring. The river trust says warm rain has opened the mouth of the estuary, "
    "and asks everyone to put hens back."
)


def page(markup: str) -> Document:
    (document,) = read(markup.encode(), "page.html")
    assert isinstance(document, Document), document
    return document


def words(text: str) -> tuple[str, ...]:
    return normalise(text).tokens


HIDING = {
    "display": '<span style="display:none">{}</span>',
    "display in capitals": '<SPAN STYLE="Color: red; DISPLAY : None !important">{}</SPAN>',
    "an inner element of what is not displayed": "<b style='display:none'><i>{}</i></b>",
    "visibility": '<span style="visibility: hidden">{}</span>',
    "the attribute": "<span hidden>{}</span>",
    "font size": '<span style="font-size:0px">{}</span>',
    "a share of no font size": '<b style="font-size:0"><i style="font-size:120%">{}</i></b>',
    "opacity": '<span style="opacity: 0.0">{}</span>',
    "off screen": '<span style="position:absolute; left:-9999px">{}</span>',
    "indent": '<span style="display:block; text-indent:-5000px">{}</span>',
    "clip": '<span style="position:absolute; clip: rect(0, 0, 0, 0)">{}</span>',
    "clip path": '<span style="clip-path: inset(50%)">{}</span>',
    "colour of the background": '<span style="color:#FFF; background: white">{}</span>',
    "colour of an outer one": '<b style="background:#aabbcc"><i style="color:#abc">{}</i></b>',
    "the colour as numbers": '<b style="background:#0a0b0c"><i style="color:rgb(10, 11, 12)">{}'
    "</i></b>",
    "a comment in the style": '<span style="display/* x */:/**/none">{}</span>',
    "references in the style": '<span style="display&colon;n&#111;ne">{}</span>',
    "template": "<template>{}</template>",
    "noscript": "<noscript>{}</noscript>",
    "a script that is none": "<script type=text/plain>{}</script>",
}


@pytest.mark.parametrize("element", HIDING.values(), ids=HIDING)
def test_hidden_words_between_those_of_a_copy_are_left_out_and_flagged(element: str) -> None:
    rng = random.Random("hidden words")
    noise = re.sub(
        " ",
        lambda _: " " + element.format(rng.choice(["amber", "six otters "])) * rng.randint(0, 1),
        STORY,
    )
    document = page(f"<html><body><p>{noise}</p></body></html>")
    assert words(document.text) == words(STORY)
    assert document.flags == ("hidden_text",)


@pytest.mark.parametrize("element", HIDING.values(), ids=HIDING)
def test_a_hidden_copy_is_no_copy(element: str) -> None:
    document = page(f"<p>{OTHER}</p>{element.format(STORY)}")
    assert words(document.text) == words(OTHER)
    assert document.flags == ("hidden_text",)
    assert not compare(Document(id="a", text=STORY), document).relation.is_copying


SHOWING = {
    "a size of its own": '<b style="font-size:0"><i style="font-size:16px">{}</i></b>',
    "made visible again": '<b style="visibility:hidden"><i style="visibility:visible">{}</i></b>',
    "for eyes only": '<span aria-hidden="true">{}</span>',
    "half seen through": '<span style="opacity:.5">{}</span>',
    "moved a little": '<span style="position:relative; left:-10px">{}</span>',
    "white on a picture": '<b style="background:url(x.jpg)"><i style="color:#fff">{}</i></b>',
    "white on unknown": '<span style="color:#fff">{}</span>',
    "white on black": '<span style="color:white; background:black">{}</span>',
    "a word in a class": '<span class="hidden-xs style display:none">{}</span>',
    "after an unclosed one": "<ul><li hidden>x<li>{}</ul>",
    "after an unclosed paragraph": '<p style="display:none">x<p>{}</p>',
    "after a wrong end tag": "<div><b hidden>x</div>{}",
    "in a body shown by a script": '<body style="opacity:0">{}</body>',
    "an empty style": "<span style>{}</span>",
}


@pytest.mark.parametrize("element", SHOWING.values(), ids=SHOWING)
def test_what_is_shown_is_read(element: str) -> None:
    document = page(f"<html>{element.format(STORY)}</html>")
    assert words(document.text)[-60:] == words(STORY)[-60:]
    assert document.flags == ()


def test_banners_menus_and_words_for_screen_readers_are_no_hidden_text() -> None:
    document = page(
        '<div style="display:none">Menu: News, Sport</div><a style="position:absolute;'
        f'left:-9999px">Skip</a><p>{STORY}</p><p>{OTHER}</p><script>var words = "many of them";'
        "</script><style>.x{display:none}</style><noscript><img src=x></noscript>"
    )
    assert document.flags == ()


def test_hidden_text_of_a_page_in_a_table_is_flagged() -> None:
    line = f'{{"id": "a", "html": "<p>{STORY}</p><p hidden>{OTHER}</p>", "flags": ["mine"]}}'
    (document,) = read(line.encode(), "a.jsonl")
    assert isinstance(document, Document)
    assert document.flags == ("hidden_text",)
    assert document.extra == {"flags": ["mine"]}


def test_hidden_text_leaves_a_gap_only_where_a_reader_sees_one() -> None:
    assert as_seen("ta<b hidden>x</b>ble")[0] == "table"
    assert as_seen('a<b style="visibility:hidden">x</b>table')[0] == "a table"


# Markup that must not matter


@pytest.mark.parametrize("inside", ["", "<!--x-->", "<wbr>", "<!--x--><wbr>", "<b></b>", "&shy;"])
def test_tags_within_words_do_not_split_them(inside: str) -> None:
    letters = re.sub(r"\w", lambda m: f"<span>{m[0]}</span>{inside}", STORY)
    assert words(page(f"<p>{letters}</p>").text) == words(STORY)


@pytest.mark.parametrize("tag", "span i b em strong q a u small sup time font".split())
def test_an_empty_element_does_not_swallow_what_follows(tag: str) -> None:
    empty = f'<{tag} class="x"></{tag}>'
    text = page(f"<article><p>{empty}{STORY}</p><p>{OTHER}{empty} Tickets: {empty}9.</p></article>")
    assert words(text.text) == words(f"{STORY} {OTHER} Tickets: 9.")


@pytest.mark.parametrize("depth", [250, 260, 2000, 100_000])
def test_depth_hides_nothing(depth: int) -> None:
    document = page("<div>" * depth + f"<p>{STORY}</p>" + "</div>" * depth)
    assert words(document.text) == words(STORY)


def test_an_article_is_found_under_five_times_its_length_of_menus_and_terms() -> None:
    menu = "<a href=#>Sport Weather Money Travel Culture</a> " * 40
    terms = "All rights reserved. Terms and privacy apply. " * 30
    frame = f"<nav>{menu}</nav><article><p>{{}}</p></article><footer>{terms}</footer>"
    one, other = page(frame.format(STORY)), page(frame.format(OTHER))
    assert compare(Document(id="a", text=STORY), one).relation.is_copying
    assert not compare(one, other).relation.is_copying


# Hostile pages

PIECES = [
    *["<b hidden>", "<i style='display:none'>", "<p style=font-size:0>", "</b>", "</p>", "</div>"],
    *["<p>", "<li>", "<br>", "<b style='visibility:visible;font-size:1em'>", "<span>", "</span>"],
    *["<!--", "-->", "<script>", "</script>", "<template>", "word", " ", "\0", "<", "&shy;"],
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_nothing_is_added_to_a_page_and_shares_are_shares(markup: str) -> None:
    seen, share = as_seen(markup)
    assert 0 <= share <= 1
    assert len(seen) <= len(markup)
    assert seen.count("word") <= markup.count("word")


@pytest.mark.parametrize(
    "unit",
    [
        *["<b hidden>", "<b hidden>x</b>", '<p style="/*/*/*">', "</b>", "<b><i></b></i>"],
        *['<i style="color:rgb(rgb(rgb(">', '<i style="clip:rect(0 0 rect(0 0">', "<li hidden>"],
    ],
)  # fmt: skip
def test_hiding_takes_time_in_proportion_to_the_page(unit: str) -> None:
    def seconds(length: int) -> float:
        markup = unit * (length // len(unit))
        begin = time.process_time()
        as_seen(markup)
        return time.process_time() - begin

    size = many(100_000, 500_000)
    half, whole = seconds(size // 2), min(seconds(size), seconds(size))
    assert whole < size / 100_000
    assert whole < 3 * half + size / 500_000


@pytest.mark.parametrize("inside", ["/*", "rgb(", "rect(0 0 ", "a:", ";", "-9", "0."])
def test_an_endless_style_takes_no_longer(inside: str) -> None:
    begin = time.process_time()
    as_seen(f'<b style="clip:rect(0;background:{inside * 200_000}">x</b>')
    assert time.process_time() - begin < 3
