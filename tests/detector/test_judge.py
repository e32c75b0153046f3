"""How pairs are handed out to be judged."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from detector.judge import PAIRS_AT_ONCE, _places, _tasks

PLACES = st.integers(0, 30)
PAIRS = st.sets(st.tuples(PLACES, PLACES).filter(lambda pair: pair[0] < pair[1]))


@given(PAIRS)
def test_every_pair_is_handed_out_once(pairs: set[tuple[int, int]]) -> None:
    out = [pair for task in _tasks(sorted(pairs)) for pair in task]
    assert sorted(tuple(sorted(pair)) for pair in out) == sorted(pairs)


def test_stories_are_not_torn_apart_although_their_pairs_come_mixed() -> None:
    stories, copies = 40, 9
    pairs = [
        (story + stories * one, story + stories * other)
        for story in range(stories)
        for one in range(copies)
        for other in range(one)
    ]
    random.Random("mixed pairs").shuffle(pairs)
    texts_read = sum(len(_places(task)) for task in _tasks(pairs))
    in_any_order = sum(
        len(_places(pairs[at : at + PAIRS_AT_ONCE])) for at in range(0, len(pairs), PAIRS_AT_ONCE)
    )
    assert texts_read < in_any_order / 4
