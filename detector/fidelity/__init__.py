"""Where a text that took words says them otherwise than its source.

Two lists: quotations and statements. Only places that equal words on both sides hold in place are
looked at, since a false finding costs more than a miss. The words are neutral: a text "differs
from" the other, which one is right nobody here can know.
"""

from __future__ import annotations

from detector.fidelity.quotations import find_in_quotations
from detector.fidelity.statements import find_in_statements
from detector.fidelity.stretch import Text, read_taken
from detector.model import Alignment, Comparison, Fidelity

__all__ = ["Text", "find_fidelity"]

MAX_FINDINGS = 100
"""Of each list; a text that differs more often is another text."""


def find_fidelity(a: Text, b: Text, alignment: Alignment, answer: Comparison) -> Fidelity:
    """Where quotations and statements differ in the derived passages of a pair.

    ``answer`` is what was made of ``alignment``. Where nobody can tell who took from whom there is
    nothing to hold against anything, and both lists are empty.

    >>> from detector.pipeline import compare
    >>> wire = (
    ...     "The dam above Orrin will hold for some 40 years, engineers told the county on Monday."
    ... )
    >>> paper = wire.replace("40", "60").replace("engineers", "(Wire) - engineers")
    >>> compare(wire, paper).fidelity.statements  # two texts without a direction
    ()
    """
    source = answer.direction.source
    if source is None or not answer.relation.is_copying:
        return Fidelity()
    pair = answer if source == "a" else answer.flip()
    texts = (a, b) if source == "a" else (b, a)
    passages = alignment.passages
    if source == "b":
        passages = tuple(passage.flip() for passage in passages)
    taken = read_taken(*texts, passages, pair.passages)
    found = Fidelity(
        tuple(find_in_quotations(taken))[:MAX_FINDINGS],
        tuple(find_in_statements(taken))[:MAX_FINDINGS],
    )
    return found if source == "a" else found.flip()
