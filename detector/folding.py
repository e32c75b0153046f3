"""A document -> its text and its words, as its readers see them."""

from __future__ import annotations

from detector.model import Document, NormalText
from detector.normalise import normalise
from detector.repair import Repaired, repair


def shown_text(document: Document) -> tuple[str, Repaired | None]:
    """The text of a document as its readers see it; and what was undone for that."""
    repaired = repair(document.text)
    return repaired.text if repaired else document.text, repaired


def fold_document(document: Document) -> tuple[NormalText, Repaired | None]:
    """The words of a document, as a reader sees its text; and what was undone for that."""
    text, repaired = shown_text(document)
    return normalise(text), repaired
