"""Where the pages of stored documents are, whatever their ids hold."""

from __future__ import annotations

from urllib.parse import quote, urlencode

_UNREACHABLE = {"", ".", ".."}
MATCHES = "/matches/"


def document_address(name: str) -> str:
    """The page of a document. An id that no path can have is asked for by its name.

    >>> document_address("bend/17"), document_address("../a?b")
    ('/documents/bend/17', '/documents?id=..%2Fa%3Fb')
    """
    if _is_path(name):
        return f"/documents/{quote(name)}"
    return f"/documents?{urlencode({'id': name})}"


def pair_address(name: str, other: str) -> str:
    """The page of what two documents share.

    >>> pair_address("bend/17", "dock/3")
    '/documents/bend/17/matches/dock/3'
    """
    if _is_path(name) and _is_path(other):
        return f"/documents/{quote(name)}{MATCHES}{quote(other)}"
    return f"/documents?{urlencode({'id': name, 'with': other})}"


def readings(path: str) -> list[tuple[str, str]]:
    """The pairs of documents that an address may mean: ids may hold what stands between them.

    >>> readings("a/matches/b/matches/c")
    [('a', 'b/matches/c'), ('a/matches/b', 'c')]
    """
    parts = path.split(MATCHES)
    return [(MATCHES.join(parts[:n]), MATCHES.join(parts[n:])) for n in range(1, len(parts))]


def _is_path(name: str) -> bool:
    """Browsers shorten paths with dots or empty steps; ``/matches`` at the end is another page."""
    steps = name.split("/")
    return _UNREACHABLE.isdisjoint(steps) and steps[-1] != "matches"
