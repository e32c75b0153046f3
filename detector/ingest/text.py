"""Plain text and Markdown. The text stays whole, as given, so that offsets count in the file."""

from __future__ import annotations

import re

from detector.ingest.fields import ALIASES, make_document
from detector.model import Document

# A first line alone above a blank line; a text that starts with a paragraph is longer or ends
# with a full stop.
_HEADLINE = re.compile(r"([^\r\n]{1,120})\r?\n[ \t]*\r?\n")
_HEADING = re.compile(r"^# (.*)", re.MULTILINE)
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n")
_FRONT_MATTER_END = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_FRONT_MATTER_KEYS = {
    **{
        key: key
        for key in "title outlet owner url byline language published_at kind version_of status "
        "rights".split()
    },
    **ALIASES,
}


def read_text(text: str, id: str, flags: tuple[str, ...] = ()) -> Document:
    r"""A plain text, with the flags of its bytes. Its first line is the title only where it is
    clearly a headline.

    Raises ``InputError`` (``no_text``) for a text without words.

    >>> read_text("Bridge closes\n\nThe old bridge was closed on Monday.", "a.txt").title
    'Bridge closes'
    """
    first = _HEADLINE.match(text)
    line = first[1].strip() if first else ""
    title = None if line.endswith((".", ",", ":", ";")) else line
    return make_document(id, text, {"title": title}, flags=flags)


def read_markdown(text: str, id: str, flags: tuple[str, ...] = ()) -> Document:
    r"""A Markdown text, with what its front matter or first heading says about it and the flags of
    its bytes.

    Raises ``InputError`` as ``make_document`` does.

    >>> read_markdown("---\ntitle: 'A'\noutlet: The Post\n---\n# B\nText", "a.md").outlet
    'The Post'
    """
    known = _front_matter(text)
    heading = _HEADING.search(text)
    if heading and "title" not in known:
        known["title"] = heading[1].strip(" \t\r#")
    return make_document(id, text, known, flags=flags)


def _front_matter(text: str) -> dict[str, str]:
    """The ``key: value`` lines between two ``---`` lines at the start."""
    start = _FRONT_MATTER.match(text)
    end = _FRONT_MATTER_END.search(text, start.end()) if start else None
    if not start or not end:
        return {}
    known = {}
    for line in text[start.end() : end.start()].splitlines():
        key, _, value = line.partition(":")
        value = value.strip()
        if key in _FRONT_MATTER_KEYS and value:
            known[_FRONT_MATTER_KEYS[key]] = _unquoted(value)
    return known


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value
