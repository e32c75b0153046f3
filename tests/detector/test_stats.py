"""What is common in a corpus: counted exactly, or left to the shipped prior."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from detector import stats
from detector.model import CorpusStats
from detector.stats import MIN_DOCUMENTS, PRIOR, learn

FILLING = [[10**6 + i] for i in range(MIN_DOCUMENTS)]  # texts that share nothing


def learnt(texts: list[list[int]]) -> CorpusStats:
    return learn([np.array(text, dtype=np.uint64) for text in texts])


def as_dict(stats: CorpusStats) -> dict[int, int]:
    return dict(zip(stats.keys.tolist(), stats.counts.tolist(), strict=True))


some_texts = st.lists(st.lists(st.integers(0, 12), max_size=8), max_size=10)


@pytest.mark.parametrize("size", [0, 1, 2, MIN_DOCUMENTS - 1])
def test_fewer_than_fifty_texts_teach_nothing(size: int) -> None:
    assert learnt([[1, 2, 3]] * size) is PRIOR
    assert (PRIOR.documents, as_dict(PRIOR)) == (0, {})


def test_fifty_texts_teach() -> None:
    made = learnt([[1, 2]] * MIN_DOCUMENTS)
    assert (made.documents, as_dict(made)) == (MIN_DOCUMENTS, {1: 50, 2: 50})


@given(some_texts)
def test_each_hash_counts_once_a_text_and_only_if_two_texts_have_it(texts: list[list[int]]) -> None:
    made = learnt(texts + FILLING)
    counts = Counter(value for text in texts for value in set(text))
    assert as_dict(made) == {value: n for value, n in counts.items() if n > 1}
    assert made.keys.tolist() == sorted(made.keys.tolist())
    assert made.documents == len(texts) + MIN_DOCUMENTS
    assert made.keys.dtype == np.uint64
    assert made.counts.dtype == np.int32


def test_hashes_of_any_size_are_counted() -> None:
    assert as_dict(learnt([[0, 2**64 - 1]] * 50)) == {0: 50, 2**64 - 1: 50}


def test_texts_without_words_count_as_texts() -> None:
    nothing: NDArray[np.uint64] = np.empty(0, np.uint64)
    made = learn([nothing] * 60)
    assert (made.documents, as_dict(made)) == (60, {})


# The digest


@given(some_texts, st.randoms())
def test_the_order_of_texts_and_of_words_in_them_changes_nothing(
    texts: list[list[int]], rng: random.Random
) -> None:
    there = learnt(texts + FILLING)
    mixed = [rng.sample(text, len(text)) for text in rng.sample(texts, len(texts))]
    back = learnt(FILLING[::-1] + mixed)
    assert as_dict(back) == as_dict(there)
    assert back.digest == there.digest


@given(some_texts, some_texts)
def test_the_digest_names_exactly_what_was_learnt(
    texts: list[list[int]], others: list[list[int]]
) -> None:
    one, other = learnt(texts + FILLING), learnt(others + FILLING)
    same = (one.documents, as_dict(one)) == (other.documents, as_dict(other))
    assert (one.digest == other.digest) is same


def test_a_text_that_shares_nothing_still_changes_the_digest() -> None:
    # How rare a word is depends on how many texts there are.
    assert learnt([*FILLING, [7]]).digest != learnt(FILLING).digest


def test_what_was_learnt_is_never_called_the_prior() -> None:
    assert learnt(FILLING).digest != PRIOR.digest


@pytest.mark.parametrize("waiting", [1, 40, 10**6])
def test_texts_that_do_not_fit_in_memory_are_counted_the_same(
    waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(1)
    values = [rng.getrandbits(64) for _ in range(40)]
    texts = [rng.sample(values, 12) for _ in range(80)]
    whole = learnt(texts)
    monkeypatch.setattr(stats, "WAITING_HASHES", waiting)
    assert learnt(texts).digest == whole.digest
    assert as_dict(learnt(texts)) == as_dict(whole)
