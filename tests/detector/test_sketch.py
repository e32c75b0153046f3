"""Sketches: datasketch's own signatures, and fingerprints that no long copied run escapes."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
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
from detector.sketch import (
    WINNOW_LETTERS,
    WINNOW_WORDS,
    from_datasketch,
    signature,
    sketch,
    to_datasketch,
    winnow,
)
from tests import oracles

GOLDEN = Path(__file__).parents[1] / "golden" / "shingles.json"
EXAMPLE = json.loads(GOLDEN.read_text(encoding="utf-8"))
GOLDEN_LETTERS = (
    "039949a10c689852 066ab9f8bfdae50b 06a8c2aed3e3f1aa 16af3b7da9611180 16cf312c9e5aa4be "
    "1f5c3f04fccc75b8 2b3d71a8b8fcbb56"
).split()

UINT32 = st.one_of(st.sampled_from([0, 1, 2**31, 2**32 - 1]), st.integers(0, 2**32 - 1))
UINT64 = st.one_of(st.sampled_from([0, 1, 2**64 - 1]), st.integers(0, 2**64 - 1))
few_words = st.lists(st.sampled_from("the of to a in port said mayor".split()), max_size=40)


def uint32(values: list[int]) -> NDArray[np.uint32]:
    return np.array(values, dtype=np.uint32)


def uint64(values: list[int]) -> NDArray[np.uint64]:
    return np.array(values, dtype=np.uint64)


def shingles(text: Iterable[str]) -> NDArray[np.uint64]:
    return shingle(token_hashes(text))


def letter_shingles(text: Iterable[str]) -> NDArray[np.uint64]:
    return shingle(letter_hashes(text), SHINGLE_LETTERS)


# Signatures


@pytest.mark.parametrize("num_perm", [1, 2, 16, 100, 128, 256])
@pytest.mark.parametrize("seed", [0, 1, 42, 2**32 - 1])
def test_a_signature_is_datasketchs_bit_for_bit(num_perm: int, seed: int) -> None:
    rng = random.Random(num_perm)
    hashes = [0, 2**32 - 1, *(rng.getrandbits(32) for _ in range(200))]
    ours = signature(uint32(hashes), num_perm, seed)
    assert ours.dtype == "uint32"
    assert ours.tolist() == oracles.signature(hashes, num_perm, seed)


@given(st.lists(UINT32, max_size=50))
def test_a_signature_of_any_numbers_is_datasketchs(hashes: list[int]) -> None:
    assert signature(uint32(hashes)).tolist() == oracles.signature(hashes, 128, 1)


def test_a_signature_of_a_long_text_is_datasketchs() -> None:
    rng = random.Random(5)
    hashes = [rng.getrandbits(32) for _ in range(10_000)]
    theirs = MinHash(num_perm=128, seed=1, hashfunc=int)
    theirs.update_batch(hashes)
    assert signature(uint32(hashes)).tolist() == theirs.hashvalues.tolist()


@pytest.mark.parametrize("place", [0, 4094, 4095, 4096, 4097, 8191, 8192, 9999])
def test_no_shingle_of_a_long_text_is_overlooked(place: int) -> None:
    hashes = np.full(10_000, 7, dtype=np.uint32)
    hashes[place] = 11
    assert signature(hashes).tolist() == oracles.signature([7, 11], 128, 1)


@pytest.mark.parametrize("num_perm", [1, 128])
def test_a_text_without_words_has_a_signature_of_all_ones(num_perm: int) -> None:
    assert signature(uint32([]), num_perm).tolist() == [2**32 - 1] * num_perm
    assert oracles.signature([], num_perm, 1) == [2**32 - 1] * num_perm


def test_golden_sketch() -> None:
    # Signatures and fingerprints are kept on disk: a change here makes stored indexes useless.
    tokens = normalise(EXAMPLE["text"]).tokens
    hashes = shingles(tokens)
    made = sketch(hashes, top32(hashes), letter_shingles(tokens))
    assert made.signature[:8].tolist() == EXAMPLE["signature_begins"]
    assert [f"{value:016x}" for value in made.fingerprints.tolist()] == EXAMPLE["fingerprints"]
    assert [f"{value:016x}" for value in made.letters.tolist()] == GOLDEN_LETTERS
    assert made.letters.tolist() == oracles.winnow(oracles.letter_shingles(tokens, 9), 16)


# Exchange with datasketch


@given(st.lists(UINT32, max_size=20), st.sampled_from([1, 64, 128]), st.sampled_from([1, 9]))
def test_a_signature_goes_to_datasketch_and_back_unchanged(
    hashes: list[int], num_perm: int, seed: int
) -> None:
    values = signature(uint32(hashes), num_perm, seed)
    back = from_datasketch(to_datasketch(values, seed))
    assert back.dtype == "uint32"
    assert back.tolist() == values.tolist()


def test_in_datasketch_a_signature_can_be_compared_and_indexed() -> None:
    made = MinHash(num_perm=128, seed=1, hashfunc=int)
    made.update_batch(range(100))
    ours = to_datasketch(signature(uint32(list(range(100)))))
    other = to_datasketch(signature(uint32(list(range(100, 200)))))
    assert (ours.jaccard(made), ours.jaccard(other)) == (1.0, 0.0)
    lsh = MinHashLSH(threshold=0.5, num_perm=128)
    lsh.insert("harbour", ours)
    assert (lsh.query(made), lsh.query(other)) == (["harbour"], [])


def test_what_datasketch_adds_later_does_not_change_a_signature() -> None:
    values = signature(uint32([7, 11]))
    before = values.tolist()
    theirs = to_datasketch(values)
    taken = from_datasketch(theirs)
    theirs.update_batch(range(1000))
    assert values.tolist() == taken.tolist() == before


@pytest.mark.parametrize("scheme", ["affine64", "legacy"])
def test_a_signature_of_another_scheme_is_refused_by_name(scheme: str) -> None:
    theirs = MinHash(num_perm=128, hashfunc=int, scheme=scheme)
    with pytest.raises(ValueError, match=f"scheme '{scheme}', not 'affine32'"):
        from_datasketch(theirs)


# Fingerprints


@given(st.lists(UINT64, max_size=40), st.integers(1, 9))
def test_fingerprints_are_the_smallest_hash_of_every_window(hashes: list[int], window: int) -> None:
    chosen = winnow(uint64(hashes), window)
    assert chosen.dtype == "uint64"
    assert chosen.tolist() == oracles.winnow(hashes, window)


@given(
    few_words,
    few_words,
    st.lists(
        st.sampled_from("bridge closed for two years the of".split()),
        min_size=WINNOW_WORDS + SHINGLE_WORDS - 1,
        max_size=15,
    ),
    few_words,
    few_words,
)
def test_texts_that_share_eight_words_in_a_row_share_a_fingerprint(
    before_a: list[str],
    before_b: list[str],
    shared: list[str],
    after_a: list[str],
    after_b: list[str],
) -> None:
    assert len(shared) >= WINNOW_WORDS + 4 == 8
    a = winnow(shingles([*before_a, *shared, *after_a]), WINNOW_WORDS)
    b = winnow(shingles([*before_b, *shared, *after_b]), WINNOW_WORDS)
    assert set(a.tolist()) & set(b.tolist())


any_letters = st.text(st.characters(categories=["L"]), max_size=60)


@given(st.text("abcd", min_size=24, max_size=40), any_letters, any_letters, any_letters)
def test_texts_that_share_twenty_four_letters_in_a_row_share_a_fingerprint_of_letters(
    shared: str, one: str, other: str, after: str
) -> None:
    assert len(shared) >= WINNOW_LETTERS + SHINGLE_LETTERS - 1 == 24
    a = winnow(letter_shingles([one, shared[:5], shared[5:], after]), WINNOW_LETTERS)
    b = winnow(letter_shingles([other + shared[:11], shared[11:] + one]), WINNOW_LETTERS)
    assert set(a.tolist()) & set(b.tolist())


@pytest.mark.parametrize("window", [WINNOW_WORDS, WINNOW_LETTERS])
def test_a_text_keeps_two_of_window_and_one_shingles_as_fingerprints(window: int) -> None:
    # What they cost: Schleimer, Wilkerson and Aiken expect 2 / (window + 1) of the hashes.
    rng = random.Random(6)
    hashes = uint64([rng.getrandbits(64) for _ in range(20_000)])
    assert len(winnow(hashes, window)) / len(hashes) == pytest.approx(2 / (window + 1), rel=0.05)


@pytest.mark.parametrize("count", [1, 2, WINNOW_WORDS + 3])
def test_even_the_shortest_text_has_a_fingerprint(count: int) -> None:
    assert len(winnow(shingles(map(str, range(count))), WINNOW_WORDS)) == 1


@pytest.mark.parametrize("count", [1, 2, WINNOW_LETTERS + SHINGLE_LETTERS - 1])
def test_even_one_letter_has_a_fingerprint_of_letters(count: int) -> None:
    assert len(winnow(letter_shingles("abcdefghijklmnopqrstuvwxyz"[:count]), WINNOW_LETTERS)) == 1


def test_a_text_without_words_has_no_fingerprint() -> None:
    assert winnow(uint64([]), WINNOW_WORDS).tolist() == []
    empty = sketch(uint64([]), uint32([]), uint64([]))
    assert (empty.fingerprints.tolist(), empty.letters.tolist()) == ([], [])
