"""The marks of the tokens of one text, beside plain loops."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detector.model import Document
from detector.pipeline import view
from detector.prior import STOCK_PHRASES
from detector.stats import PRIOR
from tests import oracles

PIECES = """
    The the In May Mr. Ann Bly's mayor 5 ٣ ² x5 9th He said : . “ « … Ǆ ǅ 橋 本 カ Із з Éva é
""".split()
words = st.sampled_from([*PIECES, "\n"])


@given(st.lists(words | st.sampled_from(STOCK_PHRASES) | st.text(max_size=4), max_size=40))
def test_marks_are_those_of_plain_loops(pieces: list[str]) -> None:
    side = view(Document("x", " ".join(pieces)), PRIOR)
    normal = side.reading.normal
    expected = oracles.word_marks(normal.text, normal.tokens, normal.starts.tolist())
    assert {name: getattr(side.marks, name).tolist() for name in expected} == expected
