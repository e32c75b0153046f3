"""Traces of house style: every two words with a hyphen that the other text writes as one."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from detector.classify.side import Marked, Side
from detector.classify.traces import find_traces
from detector.model import AlignedPassage, Basis, Document, Kind, TokenRange
from detector.pipeline import view
from detector.stats import PRIOR
from tests import oracles

WORDS = st.sampled_from(["cease", "fire", "ceasefire", "e", "mail", "email", "½", "12"])
BETWEEN = st.sampled_from([" ", "-", "‑", "--", " - ", ". "])
TEXTS = st.lists(st.tuples(WORDS, BETWEEN), min_size=1).map(
    lambda parts: "".join(word + between for word, between in parts)
)


def side_of(text: str) -> Side:
    return view(Document(id="x", text=text), PRIOR)


def all_of(a: Side, b: Side) -> Marked:
    """One derived passage that is all of two texts."""
    places = [TokenRange(0, len(side.reading.normal)) for side in (a, b)]
    passage = AlignedPassage(places[0], places[1], Kind.VERBATIM, 8, 8, 1.0)
    return Marked(passage, Basis.DERIVATION, 0.0, 0.0, 8, 4, 0)


def hyphened(mine: Side, other: Side) -> list[str]:
    normal = mine.reading.normal
    words = zip(normal.tokens, normal.starts.tolist(), normal.ends.tolist(), strict=True)
    return oracles.hyphened(normal.text, list(words), other.reading.normal.tokens)


@given(TEXTS, TEXTS)
def test_each_split_is_found_that_the_other_text_joins(one: str, other: str) -> None:
    a, b = side_of(one), side_of(other)
    found = Counter({(t.holder, t.form): t.count for t in find_traces(a, b, [all_of(a, b)])})
    wanted = Counter(("a", form) for form in hyphened(a, b))
    wanted.update(("b", form) for form in hyphened(b, a))
    assert found == wanted


def test_a_hyphen_at_the_edge_of_a_passage_joins_nothing() -> None:
    a, b = side_of("The cease-fire held."), side_of("The ceasefire held.")
    whole = all_of(a, b)
    edge = AlignedPassage(TokenRange(0, 2), whole.passage.b, Kind.VERBATIM, 8, 8, 1.0)
    assert [t.form for t in find_traces(a, b, [whole])] == ["cease-fire"]
    assert not find_traces(a, b, [Marked(edge, Basis.DERIVATION, 0.0, 0.0, 8, 4, 0)])
