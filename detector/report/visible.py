"""Text from strangers, made safe to show: file names, titles, passages.

A file name may hold an escape sequence, a title a right-to-left override. Both are shown as what
they are, never acted on by the terminal.
"""

from __future__ import annotations

import re

# Control characters, line and paragraph separators, bidi overrides and isolates, and surrogates
# (the bytes of a file name that is not UTF-8).
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""The text with every unsafe character written as an escape.

    >>> print(visible("wire\x1b[2J\ncopy\udcff.txt"))
    wire\x1b[2J\ncopy\xff.txt
    """
    return UNSAFE.sub(_escape, text)


def one_line(text: str) -> str:
    r"""Running text for people: white space becomes single spaces, the rest is made visible.

    >>> print(one_line("He  said:\n\x07 no."))
    He said: \x07 no.
    """
    return visible(" ".join(text.split()))


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if "\udc80" <= char <= "\udcff":  # a byte that the file system's encoding could not decode
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")
