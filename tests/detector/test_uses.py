"""Three numbers about a text: they are the words of its passages, counted one by one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from detector.corpus import Corpus
from detector.ingest import read_path
from detector.model import Comparison, Document
from detector.pipeline import compare
from detector.settings import Settings
from detector.uses import Uses, uses_of_pair, uses_of_report
from detector.view import EVERYTHING, PRESETS, Quotes, View
from tests import oracles
from tests.detector import stories

SEEDS = [
    each
    for each in read_path(str(Path(__file__).parents[2] / "seeds"))
    if isinstance(each, Document)
]
VIEWS = [EVERYTHING, *PRESETS.values(), View(quotes=Quotes.ALL), View(min_words=12)]


@pytest.mark.parametrize("view", VIEWS)
def test_uses_of_pairs_are_counted_word_by_word(view: View) -> None:
    rng = random.Random("uses")
    for _ in range(20):
        a, b = rng.sample(SEEDS, 2)
        pair = compare(a, b, Settings(view=view))
        found = uses_of_pair(pair, view)
        turned = pair if pair.direction.source == "b" else pair.flip()
        assert (found.rewritten, found.copied, found.quoted) == oracles.uses([turned], view)
        assert found.rewritten + found.copied + found.quoted == turned.a.coverage.words


@pytest.mark.parametrize("view", VIEWS)
def test_uses_of_reports_are_counted_word_by_word(view: View) -> None:
    corpus = Corpus.of(SEEDS)
    for document in SEEDS[::5]:
        asked = Document("mine", document.text, outlet="Mine")
        report = corpus.check(asked, settings=Settings(view=view))
        found = uses_of_report(report, view)
        giving = [match for match in report.matches if is_source(match)]
        assert (found.rewritten, found.copied, found.quoted) == oracles.uses(giving, view)
        assert found.uncredited <= found.rewritten + found.copied + found.quoted


def is_source(match: Comparison) -> bool:
    upstream = match.direction.upstream
    is_theirs = upstream is not None and upstream.id is not None
    return match.relation.is_copying and match.direction.source != "a" and not is_theirs


def test_a_text_without_matches_has_no_uses() -> None:
    report = Corpus.of([Document("x", stories.CHESS)]).check(Document("y", stories.BEES))
    assert uses_of_report(report, EVERYTHING) == Uses(0, 0, 0, 0, report.document.coverage.of_words)
