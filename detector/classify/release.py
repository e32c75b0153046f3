"""Press releases: which text is one, and which says that it uses one.

Both patterns are for text in small letters, and are looked for only where one of their words is:
most texts have none, and a word is found a hundred times as fast as a pattern.
"""

from __future__ import annotations

import re

from detector.model import Document

_RELEASE = re.compile(
    r"\b(?:for immediate release|embargoed until|media contact|press contact|notes to editors)\b"
    r"|для негайного (?:поширення|опублікування)"
)
_RELEASE_WORDS = ("release", "embargoed", "contact", "notes", "негайного")
_CREDIT = re.compile(
    r"\b(?:press|news) release\b"
    r"|\b(?:said|says|announced) in (?:a|the same|its) (?:statement|release)\b"
    r"|\bin a (?:statement|release) (?:issued|published|sent)\b|пресреліз|йдеться у заяві"
)
_CREDIT_WORDS = ("release", "statement", "пресреліз", "заяві")


def is_release(document: Document) -> bool:
    """Whether a text is a press release, by its metadata or by its words.

    >>> is_release(Document("x", "FOR IMMEDIATE RELEASE")), is_release(Document("x", "A release."))
    (True, False)
    """
    return document.kind == "press_release" or _says(document.text, _RELEASE, _RELEASE_WORDS)


def cites_release(text: str) -> bool:
    """Whether a text says that it uses a press release or a statement.

    >>> cites_release("Nobody was hurt, the mine said in a statement.")
    True
    """
    return _says(text, _CREDIT, _CREDIT_WORDS)


def _says(text: str, pattern: re.Pattern[str], words: tuple[str, ...]) -> bool:
    small = text.casefold()
    return any(word in small for word in words) and pattern.search(small) is not None
