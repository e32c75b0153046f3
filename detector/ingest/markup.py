"""A web page as a row of tags with the text after each, in time linear in its length.

No tree is built: whatever is wrong with a page, this reads all of it. Nothing is fetched, and HTML
has no entities that a page could define.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

# One tag, comment or declaration. Every quantifier is possessive and an end of input closes
# everything, so no page can make it look at a character twice.
_TAG = re.compile(
    r"<!--|<(?:[!?]|/(?![A-Za-z]))[^>]*+>?"
    r"|<(/?[A-Za-z][^\s/>]*+)"
    r"((?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))*+)>?"
)
_ATTRIBUTE = re.compile(r"([^\s/=][^\s/=]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|(\S*+)))?")

_RAW = "script style noscript template iframe textarea title"
_RAW_END = {name: re.compile(f"</{name}", re.IGNORECASE) for name in _RAW.split()}
RAW = frozenset(_RAW_END)
"""Elements whose content is one text, whatever it looks like, and none of the page's own."""

BLOCKS = frozenset(
    "address article aside blockquote body br dd div dl dt figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 head header hr html li main nav ol option p pre section table td th title tr ul "
    "video".split()
)


class Piece(NamedTuple):
    """A tag as written and the text from it to the next. ``name`` is in small letters; that of an
    end tag begins with a slash, that of a comment is empty."""

    tag: str
    name: str
    attributes: str
    text: str


def pieces(markup: str) -> Iterator[Piece]:
    """A page in pieces, which put together are the page.

    >>> [(piece.name, piece.text) for piece in pieces("<p>Rain<br>fell</p>")]
    [('', ''), ('p', 'Rain'), ('br', 'fell'), ('/p', '')]
    """
    begin = at = 0
    name = attributes = ""
    while True:
        start = at
        if name in _RAW_END:
            end = _RAW_END[name].search(markup, at)
            start = end.start() if end else len(markup)
        found = _TAG.search(markup, start)
        stop = found.start() if found else len(markup)
        yield Piece(markup[begin:at], name, attributes, markup[at:stop])
        if not found:
            return
        name, attributes = (found[1] or "").lower(), found[2] or ""
        begin, at = stop, found.end()
        if found[0] == "<!--":
            end_of_comment = markup.find("-->", begin + 2)
            at = len(markup) if end_of_comment < 0 else end_of_comment + 3


def attributes_of(attributes: str) -> dict[str, str]:
    """The attributes of a tag by name; of several of one name the first, as in a browser.

    >>> attributes_of(' hidden STYLE="color: #fff" lang=uk')
    {'hidden': '', 'style': 'color: #fff', 'lang': 'uk'}
    """
    given: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(attributes):
        value = html.unescape(found[2] or found[3] or found[4] or "").strip()
        given.setdefault(found[1].lower(), value)
    return given
