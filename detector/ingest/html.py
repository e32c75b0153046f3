"""Web pages: the article in a page and what the page says about it.

trafilatura finds the article. It and the parser below it lose text that is nested too deeply and
take quadratic time on some pages, so a page out of shape is read plainly instead: all its visible
text, in linear time. What a page hides from its readers is left out before. Nothing is ever
fetched, and HTML has no entities that a page could define.
"""

from __future__ import annotations

import html
import logging
import re
from typing import Any

from detector.errors import InputError
from detector.ingest.decode import decode_flagged, is_charset
from detector.ingest.fields import Extract
from detector.ingest.hidden import MIN_HIDDEN_SHARE, as_seen
from detector.ingest.markup import BLOCKS, RAW, attributes_of, pieces

# Past these no page is an article. The numbers keep the worst page near five seconds.
_MAX_MARKUP = 5_000_000  # characters
_MAX_HEAD = 1_000_000  # what a page says about itself stands before this
_MAX_ATTRIBUTE_WORK = 100_000_000  # sum of squares: the parser compares each with each
_MAX_TREE_WORK = 50_000_000

_DECLARED = re.compile(
    rb"<(?:meta\b[^>]{0,400}?\bcharset|\?xml\b[^>]{0,400}?\bencoding)"
    rb"\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})",
    re.IGNORECASE,
)

_SPACE = re.compile(r"\s+")
_META = {
    "og:title": "title",
    "og:site_name": "outlet",
    "author": "byline",
    "article:published_time": "published_at",
}


def extract_html(data: bytes) -> Extract:
    """What a reader of a web page sees of its article, and what the page says about it;
    ``hidden_text`` is a flag where it holds much that it does not show.

    Raises ``InputError``: ``bad_encoding``, or ``extraction_failed`` where trafilatura is not
    installed.

    >>> extract_html('<html lang="uk"><p>Міст закрито.</p>'.encode())
    Extract(text='Міст закрито.', about={'language': 'uk'}, flags=())
    """
    declared = _DECLARED.search(data, 0, 4096)
    label = declared[1].decode("ascii").lower() if declared else ""
    if label.startswith("utf-16"):
        label = "utf-8"  # what browsers make of it: that much of the page reads as ASCII
    markup, _, flags = decode_flagged(data, label if is_charset(label) else None)
    shown, hidden_share = as_seen(markup)
    if hidden_share >= MIN_HIDDEN_SHARE:
        flags = (*flags, "hidden_text")
    return Extract(_article(shown) or _visible_text(shown), _metadata(markup), flags)


def _article(markup: str) -> str:
    """What trafilatura takes for the article, or nothing where it cannot be trusted."""
    try:
        import trafilatura
        from lxml import etree
        from lxml.html import HTMLParser, document_fromstring
    except ImportError as error:
        raise InputError(
            "reading HTML needs more packages: pip install 'copydesk[html]'",
            code="extraction_failed",
        ) from error
    if len(markup) > _MAX_MARKUP or _attribute_work(markup) > _MAX_ATTRIBUTE_WORK:
        return ""
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # keeps stderr clean
    parser = HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        tree = document_fromstring(markup.encode("utf-8"), parser=parser)
        walk = etree.iterwalk(tree, events=("start", "end"))
        if _was_cut(parser) or _tree_work(walk) > _MAX_TREE_WORK:
            return ""
        return trafilatura.extract(tree, favor_precision=True, include_comments=False) or ""
    except Exception:
        return ""  # whatever a strange page does to these libraries, its text is still to be read


def _was_cut(parser: Any) -> bool:
    """Whether the parser gave up within the page: past 2,048 levels it drops everything."""
    return any(error.level_name == "FATAL" for error in parser.error_log)


def _attribute_work(markup: str) -> int:
    """How long the parser will compare attribute names, in comparisons."""
    work = 0
    for piece in pieces(markup):
        count = len(piece.attributes) // 2  # no tag has more
        if count > 100:
            count = len(attributes_of(piece.attributes))
        work += count * count
    return work


def _tree_work(walk: Any) -> int:
    """How long trafilatura will take, in units of about 0.1 microseconds: it looks up from every
    element and again and again along the children of one."""
    depth = work = 0
    for event, element in walk:
        if event == "end":
            depth -= 1
        else:
            depth += 1
            work += 25 * depth + len(element) ** 2
    return work


def _visible_text(markup: str) -> str:
    """All the text of a page that a reader would see, one line for each block."""
    parts = []
    for piece in pieces(markup):
        if piece.name.removeprefix("/") in BLOCKS:
            parts.append("\n")
        if piece.name not in RAW:
            parts.append(_SPACE.sub(" ", html.unescape(piece.text)))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(filter(None, lines))


def _metadata(markup: str) -> dict[str, str]:
    """What the page says about itself; the first statement counts."""
    about: dict[str, str] = {}
    titles = {"title": "", "h1": ""}
    within = ""
    for _, name, attributes, text in pieces(markup[:_MAX_HEAD]):
        if name in titles and not titles[name]:
            within = name
        elif within and name == f"/{within}":
            within = ""
        if within and len(titles[within]) < 500:
            titles[within] += text[:500]
        if name in ("meta", "link", "html"):
            field, value = _statement(name, attributes)
            if field and value:
                about.setdefault(field, value)
    for title in titles.values():
        if words := html.unescape(title).split():
            about.setdefault("title", " ".join(words))
    return about


def _statement(name: str, attributes: str) -> tuple[str, str]:
    """The field that one tag of a page's head sets, and its value."""
    given = attributes_of(attributes)
    if name == "html":
        return "language", given.get("lang", "")
    if name == "link":
        url = given.get("href", "") if given.get("rel", "").lower() == "canonical" else ""
        return "url", url if url.startswith(("https://", "http://")) else ""
    key = given.get("property") or given.get("name") or ""
    return _META.get(key.lower(), ""), given.get("content", "")
