"""How the words that a text took stand in it: for people who have three numbers' time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detector.lens import lost_words
from detector.model import Basis, Comparison, Coverage, Kind, PairSide, Report, mask_of
from detector.union import gives
from detector.view import View


@dataclass(frozen=True, slots=True)
class Uses:
    """Words of a text's own prose that are derived: ``quoted`` inside quotation marks, outside of
    them ``copied`` in verbatim passages and ``rewritten`` in others; and how many of all of these
    stand under no credit. ``of_words``: of how many."""

    rewritten: int
    copied: int
    quoted: int
    uncredited: int
    of_words: int


def uses_of_report(report: Report, view: View) -> Uses:
    """What a checked text took from all its sources together, as a view shows it.

    >>> from detector.corpus import Corpus
    >>> from detector.model import Document
    >>> text = "The ferry left Port Carrow at dawn with forty-one passengers and sacks of seed."
    >>> report = Corpus.of([Document("x", text)]).check(Document("y", f"“{text}” Rain fell."))
    >>> uses_of_report(report, View()).rewritten
    0
    """
    return _uses(report.document, [match for match in report.matches if gives(match)], view)


def uses_of_pair(pair: Comparison, view: View) -> Uses:
    """What the text that took has of the other one; ``b`` where nobody knows which did."""
    target = pair if pair.direction.source == "b" else pair.flip()
    return _uses(target.a, [target], view)


def _uses(card: PairSide, matches: Sequence[Comparison], view: View) -> Uses:
    """What the first text of some pairs has of the others."""
    derived, verbatim, quoted = np.zeros((3, card.words), bool)
    for c in matches:
        counted = ~(mask_of(lost_words(c, view), card.words))
        counted &= ~mask_of(c.grounds.a.furniture, card.words)
        shown = set(c.passages)
        for marked, passage in zip(c.grounds.marked, c.grounds.passages, strict=True):
            if marked.basis is not Basis.DERIVATION or passage not in shown:
                continue
            place = mask_of([marked.passage.a], card.words) & counted
            derived |= place
            if marked.passage.kind is Kind.VERBATIM:
                verbatim |= place
        quoted |= mask_of(c.grounds.a.quoted, card.words)
    return Uses(
        rewritten=int((derived & ~quoted & ~verbatim).sum()),
        copied=int((derived & ~quoted & verbatim).sum()),
        quoted=int((derived & quoted).sum()),
        uncredited=_uncredited(card.coverage),
        of_words=card.coverage.of_words,
    )


def _uncredited(cover: Coverage) -> int:
    return round(cover.unattributed * cover.of_words)
