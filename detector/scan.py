"""Searching a text with a slow pattern, only where a fast one says that it may begin.

``re`` finds the next of a set of characters many times sooner than it finds out, place by place,
that none of a dozen alternatives begins there. Patterns that begin with such a set are fast alone;
this is for those that cannot be written so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def matches_from(
    starts: re.Pattern[str],
    pattern: re.Pattern[str],
    text: str,
    first: int = 0,
    last: int | None = None,
) -> Iterator[re.Match[str]]:
    r"""The matches of ``pattern`` in ``text[first:last]``, never overlapping, that begin where a
    match of ``starts`` does: all of them, where no other place can begin one.

    ``starts`` must match so little that it passes over no place: one character, a look around.

    >>> dates = re.compile(r"\d{1,2} May|May \d{1,2}")
    >>> [m[0] for m in matches_from(re.compile(r"[M\d]"), dates, "9 May or May 12")]
    ['9 May', 'May 12']
    """
    last = len(text) if last is None else last
    done = first
    for start in starts.finditer(text, first, last):
        if start.start() >= done and (found := pattern.match(text, start.start(), last)):
            done = found.end()
            yield found
