"""A word that a pattern needs is looked for first: that changes no answer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.classify import release
from detector.model import Document

PIECES = (
    "For immediate release", "EMBARGOED until", "media contact", "Press Contact",
    "notes to editors", "Для негайного поширення",
    "press RELEASE", "said in a statement", "announced in its release",
    "in a statement issued", "Пресреліз", "йдеться у Заяві",
    "contact", "notes", "releases", "statement",
)  # fmt: skip
TEXTS = st.lists(
    st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", "x", "_", ". ", "ß"]))
).map(lambda parts: "".join(piece + end for piece, end in parts))


def is_said(pattern: re.Pattern[str], text: str) -> bool:
    return re.search(pattern.pattern, text, re.IGNORECASE) is not None


@given(TEXTS)
def test_the_answers_are_those_of_the_patterns_alone(text: str) -> None:
    assert release.is_release(Document("x", text)) == is_said(release._RELEASE, text)
    assert release.cites_release(text) == is_said(release._CREDIT, text)


@pytest.mark.parametrize("piece", PIECES[:6])
def test_the_words_of_a_release_show_it(piece: str) -> None:
    assert release.is_release(Document("x", f"The dam.\n{piece}: the trust."))


@pytest.mark.parametrize("piece", PIECES[6:12])
def test_the_words_that_cite_a_release_show_it(piece: str) -> None:
    assert release.cites_release(f"The dam, {piece} on Friday.")
    assert not release.is_release(Document("x", piece))


def test_what_is_filed_as_a_release_is_one() -> None:
    assert release.is_release(Document("x", "The dam.", kind="press_release"))
