"""Checks against a library that is not a corpus: only what is needed is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from detector import check
from detector.check import SCREENED, find
from detector.classify import Side
from detector.corpus import Corpus
from detector.index import Index
from detector.model import Document, Hashes, Outline, Sketch
from detector.pipeline import outline_of, scan, view
from detector.settings import DEFAULT
from detector.stats import PRIOR
from tests.detector.stories import DAM, prose, words


class Shelf:
    """Documents that are read only when asked for, which is counted."""

    stats, hash_key = PRIOR, 7

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._scans = [scan(document, self.hash_key) for document in documents]
        self._index = Index([each.sketch for each in self._scans])
        self.asked: Counter[str] = Counter()

    def query(self, sketch: Sketch, common: Hashes) -> tuple[list[tuple[int, float]], bool]:
        return self._index.query(sketch, common)

    def document(self, number: int) -> Document:
        return self._documents[number]

    def outline(self, number: int) -> Outline:
        self.asked["outline"] += 1
        return outline_of(self._documents[number])

    def side(self, number: int) -> Side:
        self.asked["side"] += 1
        return view(self._documents[number], self.stats, self.hash_key)


MINE = Document("mine", DAM)
COPIES = [Document(f"copy {n}", f"{words(DAM, 0, 60 + n)} {prose(60, n)}") for n in range(12)]
OTHERS = [Document(f"other {n}", prose(200, 100 + n)) for n in range(12)]


def test_a_library_gives_what_a_corpus_of_its_documents_gives() -> None:
    documents = [*COPIES, *OTHERS]
    found = find(MINE, Shelf(documents), DEFAULT)
    assert found.matches == Corpus.of(documents).matches(MINE)
    assert len(found.matches) == len(COPIES)
    assert not found.is_cut
    assert found.mine.reading.document is MINE


def test_what_shares_nothing_is_not_read() -> None:
    shelf = Shelf([*COPIES, *OTHERS])
    find(MINE, shelf, DEFAULT)
    assert shelf.asked["side"] == len(COPIES)


def test_the_text_itself_is_left_out() -> None:
    found = find(MINE, Shelf([*COPIES, MINE]), DEFAULT, leave_out="mine")
    assert "mine" not in {match.b.document.id for match in found.matches}


def test_a_text_as_long_as_a_book_is_aligned_with_the_strongest_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert len(find(MINE, Shelf(COPIES), DEFAULT).matches) == len(COPIES)
    monkeypatch.setattr(check, "ALIGNED_WORDS", 5 * len(DAM.split()))
    monkeypatch.setattr(check, "LEAST_ALIGNED", 2)
    shelf = Shelf(COPIES)
    found = find(MINE, shelf, DEFAULT)
    assert found.is_cut
    assert 4 <= shelf.asked["side"] <= 5
    found = find(Document("long", f"{DAM} {prose(len(DAM), 1)}"), shelf, DEFAULT)
    assert len(found.matches) == 2


@pytest.mark.parametrize("most", [1, 3])
def test_of_many_candidates_only_the_strongest_are_read_and_that_is_told(most: int) -> None:
    shelf = Shelf([*COPIES, *OTHERS])
    found = find(MINE, shelf, DEFAULT, most=most)
    assert found.is_cut
    assert shelf.asked["side"] == most == len(found.matches)
    assert shelf.asked["outline"] == min(SCREENED * most, len(COPIES))
