"""Shingles: one number for every five words in a row, the same today and tomorrow."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from detector.normalise import normalise
from detector.shingle import (
    SHINGLE_LETTERS,
    SHINGLE_WORDS,
    letter_hashes,
    shingle,
    token_hashes,
    top32,
)
from tests import oracles

GOLDEN = Path(__file__).parents[1] / "golden" / "shingles.json"
EXAMPLE = json.loads(GOLDEN.read_text(encoding="utf-8"))
GOLDEN_LETTERS = ["7f5b7ef7970c3fc4", "16cf312c9e5aa4be", "8b90410d43292211"]

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


# Letters


@given(texts, st.integers(1, 12), hash_keys)
def test_letter_shingles_are_those_of_the_pieces_of_the_text_without_spaces(
    text: list[str], size: int, hash_key: int
) -> None:
    hashes = shingle(letter_hashes(text, hash_key), size)
    assert hashes.dtype == "uint64"
    assert hashes.tolist() == oracles.letter_shingles(text, size, hash_key)


@given(texts, st.integers(1, 12), hash_keys)
def test_as_many_words_in_a_row_as_one_wishes_are_a_shingle(
    text: list[str], size: int, hash_key: int
) -> None:
    letters = list("".join(text))
    assert shingle(token_hashes(letters, hash_key), size).tolist() == oracles.letter_shingles(
        letters, size, hash_key
    )


@given(texts, st.sets(st.integers(0, 200)))
def test_where_the_words_are_split_changes_no_letter(text: list[str], cuts: set[int]) -> None:
    line = "".join(text)
    edges = [0, *sorted(cut for cut in cuts if cut < len(line)), len(line)]
    elsewhere = [line[i:j] for i, j in pairwise(edges)]
    assert letter_hashes(elsewhere).tolist() == letter_hashes(text).tolist()


@pytest.mark.parametrize(
    ("count", "expected"), [(0, 0), (1, 1), (8, 1), (9, 1), (10, 2), (100, 92)]
)
def test_a_text_has_a_letter_shingle_for_every_nine_letters_in_a_row(
    count: int, expected: int
) -> None:
    tokens = ["ab"] * (count // 2) + ["c"] * (count % 2)
    assert len(shingle(letter_hashes(tokens), SHINGLE_LETTERS)) == expected


@pytest.mark.parametrize("place", range(SHINGLE_LETTERS))
def test_every_one_of_the_nine_letters_counts(place: int) -> None:
    plain = "fisherman"
    changed = f"{plain[:place]}x{plain[place + 1 :]}"
    one, other = (shingle(letter_hashes([w]), SHINGLE_LETTERS).tolist() for w in (plain, changed))
    assert len(one) == len(other) == 1
    assert one != other


def test_golden_letter_numbers() -> None:
    # Sketches on disk are made of these, too.
    hashes = shingle(letter_hashes(normalise(EXAMPLE["text"]).tokens), SHINGLE_LETTERS)
    assert [f"{value:016x}" for value in hashes[:3].tolist()] == GOLDEN_LETTERS
