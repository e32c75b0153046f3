"""A sentence that one text has twice is told once; what is long is told at both places."""

from __future__ import annotations

from detector.model import Basis
from detector.pipeline import compare
from tests.detector import stories

LEAD, BLOCK = stories.DAM.split("\n\n")[:2]
FIRST = BLOCK.split(". ")[0] + "."


def derived(a: str, b: str) -> list[tuple[str, str]]:
    answer = compare(a, b)
    found = [p for p in answer.passages if p.basis is Basis.DERIVATION]
    return [(p.a.slice(a), p.b.slice(b)) for p in found]


def test_a_sentence_that_the_source_says_again_is_not_reported_again() -> None:
    source = f"{stories.DAM}\n\n{stories.CHESS}\n\n{FIRST}"
    target = f"{stories.BEES}\n\n{BLOCK}"
    ((_, taken),) = derived(source, target)
    assert FIRST[:-1] in taken


def test_a_block_that_stands_twice_in_the_target_is_covered_twice() -> None:
    source = f"{stories.DAM}\n\n{stories.CHESS}"
    target = f"{stories.DAM}\n\n{stories.BEES}\n\n{stories.DAM}"
    answer = compare(source, target)
    words = answer.b.coverage.words
    assert words >= 1.9 * len(stories.DAM.split())
