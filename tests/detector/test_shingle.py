"""Shingles: one number for every five words in a row, the same today and tomorrow."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from detector.normalise import normalise
from detector.shingle import SHINGLE_WORDS, shingle, token_hashes, top32
from tests import oracles

GOLDEN = Path(__file__).parents[1] / "golden" / "shingles.json"
EXAMPLE = json.loads(GOLDEN.read_text(encoding="utf-8"))

any_character = st.integers(0, 0x10FFFF).map(chr)  # lone surrogates, too
words = st.one_of(
    st.sampled_from("the of to a порт 東".split()), st.text(any_character, min_size=1)
)
texts = st.lists(words, max_size=30)
hash_keys = st.one_of(st.sampled_from([0, 1, 2**64 - 1]), st.integers(0, 2**64 - 1))


def shingles(text: Iterable[str], hash_key: int = 0) -> NDArray[np.uint64]:
    return shingle(token_hashes(text, hash_key))


@given(texts, hash_keys)
def test_shingle_hashes_are_those_of_plain_arithmetic(text: list[str], hash_key: int) -> None:
    assert shingles(text, hash_key).tolist() == oracles.shingle(text, hash_key)


@given(texts, hash_keys)
def test_the_upper_halves_are_those_of_plain_arithmetic(text: list[str], hash_key: int) -> None:
    halves = top32(shingles(text, hash_key))
    assert halves.dtype == "uint32"
    assert halves.tolist() == oracles.top32(oracles.shingle(text, hash_key))


def test_golden_numbers() -> None:
    # Sketches on disk are made of these. A change here makes every stored index useless.
    tokens = normalise(EXAMPLE["text"]).tokens
    assert [f"{value:016x}" for value in shingles(tokens).tolist()] == EXAMPLE["shingles"]
    assert top32(shingles(tokens)).tolist() == EXAMPLE["upper_halves"]


def test_a_token_hash_is_xxh3() -> None:
    # The first is a test vector that xxHash publishes; an empty token never occurs.
    assert token_hashes([""]).tolist() == [0x2D06800538D394C2]
    assert token_hashes(["harbour"], 7).tolist() == [oracles.token_hash("harbour", 7)]


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 1), (4, 1), (5, 1), (6, 2), (100, 96)])
def test_a_text_has_a_shingle_for_every_five_words_in_a_row(count: int, expected: int) -> None:
    hashes = shingles(map(str, range(count)))
    assert len(hashes) == expected
    assert hashes.dtype == "uint64"


@given(texts, st.lists(words, min_size=SHINGLE_WORDS, max_size=9), texts)
def test_the_same_five_words_have_the_same_hash_wherever_they_stand(
    before: list[str], shared: list[str], after: list[str]
) -> None:
    alone = shingles(shared).tolist()
    inside = shingles([*before, *shared, *after]).tolist()
    assert inside[len(before) : len(before) + len(alone)] == alone


@given(st.permutations("the council closed old harbour".split()))
def test_the_order_of_words_counts(shuffled: list[str]) -> None:
    plain = "the council closed old harbour".split()
    assert (shingles(shuffled).tolist() == shingles(plain).tolist()) == (shuffled == plain)


@pytest.mark.parametrize("place", range(SHINGLE_WORDS))
def test_every_one_of_the_five_words_counts(place: int) -> None:
    plain = "the council closed old harbour".split()
    changed = [*plain[:place], "new", *plain[place + 1 :]]
    assert shingles(changed).tolist() != shingles(plain).tolist()


@given(st.lists(words, min_size=1, max_size=30), st.integers(1, 2**64 - 1))
def test_without_the_key_nobody_can_know_the_hashes(text: list[str], hash_key: int) -> None:
    public, secret = shingles(text).tolist(), shingles(text, hash_key).tolist()
    assert set(public).isdisjoint(secret)
