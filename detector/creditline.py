"""A credit line ready to be printed, for a text that took from another."""

from __future__ import annotations

import re

from detector.model import Comparison, Credit, CreditLine, Document, Path, Relation, Said, said

_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_CYRILLIC, _LATIN = re.compile("[а-яА-ЯіїєґІЇЄҐ]"), re.compile("[a-zA-Z]")
_LOOKED_AT_CHARS = 5000
_DAY_CHARS = len("2026-03-14")
_LINES = {
    "en": {
        "whole": "This article was first published by {name}{known}.",
        "part": "This article contains an excerpt of {name}{known}.",
        "release": "This article uses a press release by {name}{known}.",
        "rest": "This article is based on reporting by {name}{known}.",
    },
    "uk": {
        "whole": "Уперше опубліковано: {name}{known}.",
        "part": "У матеріалі використано уривок: {name}{known}.",
        "release": "У матеріалі використано пресреліз: {name}{known}.",
        "rest": "Матеріал підготовлено на основі публікації: {name}{known}.",
    },
}
_KINDS = {Relation.SYNDICATED: "whole", Relation.IDENTICAL: "whole", Relation.EXCERPT: "part"}


def credit_line(pair: Comparison) -> CreditLine | None:
    """The line for the text that took; None where nothing was taken, where one house has both
    texts, and where nobody can tell which of them took and both name no upstream.

    Where both go back to an original that the corpus does not have, the line names that original,
    and the note says that it was not seen. In Ukrainian for a Ukrainian text, else in English.

    >>> from detector.pipeline import compare
    >>> credit_line(compare("Rain fell.", "Snow lay."))
    """
    way = pair.direction
    if not pair.relation.is_copying or pair.relation is Relation.REVISION:
        return None
    if pair.verdict.credit is Credit.NOT_NEEDED:
        return None
    source, target = (pair.b, pair.a) if way.source == "b" else (pair.a, pair.b)
    kind = (
        "release" if source.document.kind == "press_release" else _KINDS.get(pair.relation, "rest")
    )
    line = _LINES[_language(target.document)][kind]
    if way.path is Path.COMMON_UPSTREAM:
        return _to_upstream(pair, line)
    if way.source is None:
        return None
    text = line.format(name=source.document.name, known=_known(source.document))
    return CreditLine(text, _doubt(pair))


def _to_upstream(pair: Comparison, line: str) -> CreditLine | None:
    upstream = pair.direction.upstream
    if upstream is None:
        return None
    note = "Both texts go back to {name}, which is the original. Credit it, not the other text."
    if upstream.id is None:
        note = (
            "Both texts go back to {name}, which is not in the corpus and was not compared. Credit "
            "it, not the other text."
        )
    return CreditLine(line.format(name=upstream.name, known=""), said(note, name=upstream.name))


def _doubt(pair: Comparison) -> Said | None:
    if pair.direction.path is Path.THROUGH_OTHER:
        return said(
            "The text probably came through a third one: look whether that is to be named too."
        )
    if pair.direction.confidence < 0.8:
        return said("Who had it first is not certain: look before you print this line.")
    return None


def _known(document: Document) -> str:
    """Where and when it was published, in parentheses."""
    known = [document.url, (document.published_at or "")[:_DAY_CHARS]]
    told = ", ".join(fact for fact in known if fact)
    return f" ({told})" if told else ""


def _language(document: Document) -> str:
    stated = (document.language or "")[:2].lower()
    if stated in _LINES:
        return stated
    text = document.text[:_LOOKED_AT_CHARS]
    if stated or not _UKRAINIAN.search(text):
        return "en"
    return "uk" if len(_CYRILLIC.findall(text)) > len(_LATIN.findall(text)) else "en"
