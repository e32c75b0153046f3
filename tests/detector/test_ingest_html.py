"""What ingest promises about web pages: the article is found, no text is lost in silence, nothing
is fetched, and no page takes long."""

from __future__ import annotations

import builtins
import re
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import InputError
from detector.ingest import read
from detector.ingest.html import extract_html
from detector.model import Document, Skipped

SENTENCE = "The council voted on Tuesday to close the old library after a long debate."


def page(data: str | bytes) -> Document:
    (document,) = read(data.encode() if isinstance(data, str) else data, "a.html")
    assert isinstance(document, Document), document
    return document


def test_an_article_comes_without_navigation_scripts_and_comments() -> None:
    text = page(
        "<html><body><nav><a href=/>Home</a><a href=/p>Politics</a></nav><article><h1>Library "
        f"closes</h1><p>{SENTENCE}</p><script>alert('x')</script><p>“We are <em>very</em> sad,” "
        "said the mayor.</p><!-- remark --></article><div class=comments><p>A reader wrote a "
        "comment of many words here.</p></div><footer>All rights reserved</footer></body></html>"
    ).text
    assert text == f"Library closes\n{SENTENCE}\n“We are very sad,” said the mayor."


def test_a_page_tells_about_itself() -> None:
    document = page(
        '<!DOCTYPE html><html lang="uk"><head><title>Title | Site</title>'
        '<meta property="og:title" content="Tom &amp; Jerry">'
        "<meta content=Post property=og:site_name>"
        '<meta name="author" content="Jane Roe"><link rel="canonical" href="https://post.example/1">'
        '<meta property="article:published_time" content="2025-05-19T10:00:00+03:00"></head>'
        f"<body><h1>Heading</h1><p>{SENTENCE}</p></body></html>"
    )
    assert document.title == "Tom & Jerry"
    assert document.outlet == "Post"
    assert document.byline == "Jane Roe"
    assert document.url == "https://post.example/1"
    assert document.published_at == "2025-05-19T10:00:00+03:00"
    assert document.language == "uk"


def test_the_title_is_that_of_the_page_or_its_heading() -> None:
    assert page(f"<title> The\n title </title><h1>H</h1><p>{SENTENCE}").title == "The title"
    assert page(f"<h1>The <b>heading</b></h1><p>{SENTENCE}").title == "The heading"


def test_a_link_that_is_no_web_address_is_not_taken_over() -> None:
    assert page(f'<link rel=canonical href="javascript:alert(1)"><p>{SENTENCE}').url is None


@pytest.mark.parametrize(
    "head",
    [
        '<meta charset="windows-1251">',
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        '<?xml version="1.0" encoding="windows-1251"?>',
        "",
        "<meta charset=utf-16>",  # a lie: it can be read
        "<meta charset=utf-7>",  # no charset we know: the bytes decide
        "<meta charset=iso-8859-1>",  # one that these bytes cannot be in
    ],
)
def test_the_charset_of_a_page_is_respected(head: str) -> None:
    markup = f"<html><head>{head}</head><body><p>Їхній міст закрито через негоду.</p></body></html>"
    assert page(markup.encode("cp1251")).text == "Їхній міст закрито через негоду."


@pytest.mark.parametrize("markup", [f"<p>{SENTENCE}", SENTENCE, f"<form><b>{SENTENCE}", "<p>Short"])
def test_fragments_are_read_too(markup: str) -> None:
    assert page(markup).text == markup.rpartition(">")[2]


@pytest.mark.parametrize(
    "tag", ["div", "span", "blockquote", "ul><li", "wbr", "b", "table><tr><td"]
)
@pytest.mark.parametrize("depth", [100, 250, 300, 2100, 5100, 100_000])
def test_text_nested_deeply_is_never_lost(tag: str, depth: int) -> None:
    text = page(
        f"<html><body><p>First.</p>{f'<{tag}>' * depth}<p>{SENTENCE}</p></body></html>"
    ).text
    assert SENTENCE in text


def test_a_page_of_one_huge_text_is_read_whole() -> None:
    assert page("<p>" + "word " * 2_200_000 + "end</p>").text.endswith("word end")


@pytest.mark.parametrize("markup", ["", "<html></html>", "<p> </p>", "<script>var words</script>"])
def test_a_page_without_text_is_skipped(markup: str) -> None:
    assert list(read(markup.encode(), "a.html")) == [Skipped("a.html", "no_text", "no words in it")]


def test_entities_cannot_grow_or_reach_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("root password")
    extract_html(f"<p>{SENTENCE}</p>".encode())  # imports what has sockets for base classes
    _forbid_network(monkeypatch)
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    markup = (
        f'<?xml version="1.0"?><!DOCTYPE html SYSTEM "http://127.0.0.1/x.dtd" [<!ENTITY a0 "lol">'
        f'{bomb}<!ENTITY file SYSTEM "file://{secret}">]><html><body><img src="http://127.0.0.1/i">'
        f'<iframe src="http://127.0.0.1/f"></iframe><p>{SENTENCE} &a11; &file;</p></body></html>'
    )
    text = extract_html(markup.encode()).text
    assert SENTENCE in text
    assert "password" not in text
    assert len(text) < 5000


def _forbid_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a page made us reach out")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


ENDLESS = [
    "<",
    "<a ",
    "<!--",
    "<a '",
    "</",
    "&amp;",
    "&lt",
    "<p>",
    "<script>",
    "<x y=",
    "<a =",
    "<b>x</b>",
]


NESTED = ["<ul><li>", "<div>", "<span>", "<blockquote>", "<table><tr><td>"]


@pytest.mark.parametrize("unit", [*ENDLESS, *NESTED, "<span>w</span> ", "x y ", "<title>"])
def test_no_page_takes_long(unit: str) -> None:
    begun = time.process_time()  # of this process, so no child parses it
    with suppress(InputError):
        extract_html(b"<html><body>" + unit.encode() * (1_000_000 // len(unit)))
    assert time.process_time() - begun < 6


def test_a_tag_with_a_hundred_thousand_attributes_does_not_hold_us_up() -> None:
    start = time.perf_counter()
    attributes = " ".join(f"x{n}=1" for n in range(100_000))
    assert page(f"<a {attributes}>{SENTENCE}</a>").text == SENTENCE
    assert time.perf_counter() - start < 3


@given(st.lists(st.sampled_from([*ENDLESS, "-->", ">", "'", '"', "</script>", "word", " ", "\0"])))
def test_any_mess_of_markup_gives_a_document_or_a_skip(pieces: list[str]) -> None:
    (found,) = read("".join(pieces).encode(), "a.html")
    assert isinstance(found, Document) or found.code in ("no_text", "bad_encoding")


def test_without_trafilatura_the_reason_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real_import = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "trafilatura":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=re.escape("pip install 'copydesk[html]'")) as refused:
        extract_html(b"<p>Text")
    assert refused.value.code == "extraction_failed"
