"""The full names of people whom a text also calls by their surname."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from detector.classify.fullname import full_names
from tests import oracles

PIECES = [
    "Doe",
    "Doe’s",
    "Roe",
    "Jane",
    "jane",
    "Mr",
    "Mr.",
    "O'Neil",
    "Іван",
    "Сич",
    "Monday",
    "a",
]
texts = st.lists(st.sampled_from([*PIECES, ",", ".", "\n", "  "]), max_size=30).map(" ".join)
speakers = st.sampled_from(["Doe", "Mr. Doe", "Jane Roe", "O'Neil", "O", "Сич", "Mr."])


@given(st.lists(texts, max_size=2), st.sets(speakers))
def test_names_are_those_that_a_search_for_each_surname_finds(
    one: list[str], all_: set[str]
) -> None:
    assert full_names(one, all_) == {each: oracles.full_name(one, each) for each in all_}


def test_the_most_frequent_first_name_is_taken_and_titles_are_none() -> None:
    text = "So said Ann Doe, then Jane Doe. Later Jane Doe left, and President Doe, too."
    assert full_names([text], ["Ms. Doe"]) == {"Ms. Doe": "Jane Doe"}
    assert full_names(["When President Doe spoke"], ["Doe"]) == {"Doe": "Doe"}
