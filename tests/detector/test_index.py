"""Nomination: which pairs are aligned at all, and that no long copied run escapes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Set
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector import index as module
from detector.corpus import Corpus
from detector.index import (
    CROWD_HOLDERS,
    MAX_BAND_POSTINGS,
    MAX_LETTER_POSTINGS,
    MAX_POSTINGS,
    MIN_LETTERS,
    RARE_LETTER_POSTINGS,
    ROWS,
    Index,
)
from detector.model import Document, Hashes, Relation, Sketch
from detector.shingle import SHINGLE_LETTERS, letter_hashes, shingle, token_hashes, top32
from detector.sketch import WINNOW_WORDS, sketch
from tests import oracles

EMPTY = 2**32 - 1
# Far apart from each other, as hashes are.
VALUES = [0x12345678, 0x9ABCDEF0, 0x0F1E2D3C]


def made(signature: list[int], fingerprints: list[int], letters: Iterable[int] = ()) -> Sketch:
    return Sketch(
        np.array(signature, dtype=np.uint32),
        np.array(sorted(set(fingerprints)), dtype=np.uint64),
        np.array(sorted(set(letters)), dtype=np.uint64),
    )


def by_letters(*letters: int) -> Sketch:
    """A text that has nothing but these fingerprints of letters."""
    return made([EMPTY] * 4, [], letters)


def of(words: list[str], hash_key: int = 0) -> Sketch:
    hashes = shingle(token_hashes(words, hash_key))
    letters = shingle(letter_hashes(words, hash_key), SHINGLE_LETTERS)
    return sketch(hashes, top32(hashes), letters)


def without_letters(words: list[str], hash_key: int = 0) -> Sketch:
    """What is kept of a text but for its letters: what the nets of words promise, they keep
    without the third net."""
    return replace(of(words, hash_key), letters=np.empty(0, dtype=np.uint64))


def bands_of(one: Sketch) -> set[tuple[int, ...]]:
    """What the bands of a signature are: their number and their values."""
    values = one.signature.tolist()
    if set(values) <= {EMPTY}:
        return set()
    return {(i, *values[i : i + ROWS]) for i in range(0, len(values) - ROWS + 1, ROWS)}


def expected(
    sketches: list[Sketch], caps: tuple[int, int, int], least_letters: int, common: Set[int]
) -> dict[tuple[int, int], float]:
    most, most_bands, most_letters = caps
    return oracles.either(
        oracles.net_candidates([{*s.fingerprints.tolist()} for s in sketches], most, 1, common),
        oracles.net_candidates([bands_of(s) for s in sketches], most_bands, 0),
        oracles.net_candidates(
            [{*s.letters.tolist()} for s in sketches], most_letters, least_letters
        ),
    )


signatures = st.one_of(
    st.just([EMPTY] * 10), st.lists(st.sampled_from(VALUES), min_size=10, max_size=10)
)
few_fingerprints = st.lists(st.integers(0, 12), max_size=5)
sketches_of_few_values = st.lists(
    st.builds(made, signatures, few_fingerprints, st.lists(st.integers(0, 9), max_size=8)),
    max_size=12,
)
all_caps = st.tuples(*[st.integers(1, 6)] * 3)


def keys(*numbers: int) -> Hashes:
    return np.array(sorted(numbers), np.uint64)


def test_of_fingerprints_without_a_rare_word_two_are_needed() -> None:
    index = Index([made([EMPTY] * 4, [1, 2])])
    for asked, common, is_found in (
        ([1], keys(), True),
        ([1], keys(1), False),
        ([1, 2], keys(1, 2), True),
        ([1, 2], keys(1), True),
    ):
        assert bool(index.query(made([EMPTY] * 4, asked), common)[0]) == is_found


@given(sketches_of_few_values, all_caps, st.integers(1, 4), st.sets(st.integers(0, 12)))
def test_the_pairs_are_those_that_share_something_rare_and_no_others(
    sketches: list[Sketch], caps: tuple[int, int, int], least_letters: int, common: set[int]
) -> None:
    names = ("MAX_POSTINGS", "MAX_BAND_POSTINGS", "MAX_LETTER_POSTINGS", "MIN_LETTERS")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in zip(names, (*caps, least_letters), strict=True):
            patch.setattr(module, name, value)
        pairs = Index(sketches).pairs([keys(), keys(*common)])
    wanted = expected(sketches, caps, least_letters, common)
    assert pairs == sorted(pairs)
    assert [(c.a, c.b) for c in pairs] == sorted(wanted)
    for candidate in pairs:
        assert candidate.weight == pytest.approx(wanted[candidate.a, candidate.b])


@given(sketches_of_few_values)
def test_asking_for_a_member_gives_the_same_partners_as_all_pairs(sketches: list[Sketch]) -> None:
    index = Index(sketches)
    weights = {(c.a, c.b): c.weight for c in index.pairs()}
    for number, one in enumerate(sketches):
        partners, truncated = index.query(one)
        assert not truncated
        others = {other: weight for other, weight in partners if other != number}
        assert others == pytest.approx(
            {a + b - number: weight for (a, b), weight in weights.items() if number in (a, b)}
        )


@given(sketches_of_few_values, st.randoms())
def test_the_order_of_the_documents_changes_only_their_numbers(
    sketches: list[Sketch], rng: random.Random
) -> None:
    order = rng.sample(range(len(sketches)), len(sketches))
    shuffled = Index([sketches[i] for i in order]).pairs()
    renamed = {tuple(sorted((order[c.a], order[c.b]))): c.weight for c in shuffled}
    assert renamed == pytest.approx({(c.a, c.b): c.weight for c in Index(sketches).pairs()})


@given(sketches_of_few_values, signatures, few_fingerprints)
def test_partners_come_strongest_first_and_ties_by_number(
    sketches: list[Sketch], signature: list[int], fingerprints: list[int]
) -> None:
    partners, _ = Index(sketches).query(made(signature, fingerprints))
    assert partners == sorted(partners, key=lambda partner: (-partner[1], partner[0]))
    assert all(weight > 0 for _, weight in partners)


def test_an_index_of_nothing_has_no_pairs_and_no_partners() -> None:
    assert Index([]).pairs() == []
    assert Index([]).query(made([1, 2, 3, 4], [5])) == ([], False)


def test_texts_without_words_are_nobodys_partners() -> None:
    empty = of([])
    assert Index([empty, empty]).pairs() == []
    assert Index([empty, of(["word"])]).query(empty) == ([], False)


# The guarantee

WORDS = [f"{a}{b}" for a in "bdgklmst" for b in range(500)]


@pytest.mark.parametrize("shared", [WINNOW_WORDS + 4, 9, 40])
@pytest.mark.parametrize("seed", range(25))
def test_two_texts_with_eight_words_in_a_row_in_common_are_always_a_pair(
    shared: int, seed: int
) -> None:
    rng = random.Random(seed)
    run = rng.sample(WORDS, shared)

    def around(size: int) -> list[str]:
        return rng.choices(WORDS, k=rng.randint(0, size))

    holders = [around(400) + run + around(400) for _ in range(4)]
    strangers = [rng.choices(WORDS, k=300) for _ in range(4)]
    found = Index([without_letters(text, hash_key=seed) for text in holders + strangers]).pairs()
    assert {(c.a, c.b) for c in found} >= {(a, b) for a in range(4) for b in range(a + 1, 4)}


def test_eight_words_in_a_row_of_a_very_long_text_are_found() -> None:
    rng = random.Random(4)
    book = [f"{word}{i % 7}" for i, word in enumerate(rng.choices(WORDS, k=100_000))]
    note = rng.sample(WORDS, 50) + book[77_000:77_008] + rng.sample(WORDS, 50)
    assert [(c.a, c.b) for c in Index([without_letters(book), without_letters(note)]).pairs()] == [
        (0, 1)
    ]


def test_the_same_values_at_other_places_of_the_signature_are_no_band_in_common() -> None:
    one, other = VALUES[:1] * ROWS, VALUES[1:2] * ROWS
    assert Index([made(one + other, []), made(other + one, [])]).pairs() == []
    assert len(Index([made(one + other, []), made(one + one, [])]).pairs()) == 1


def test_a_near_copy_is_a_pair_even_where_each_eighth_word_was_changed() -> None:
    rng = random.Random(4)
    text = rng.sample(WORDS, 400)
    edited = [word if i % 8 else f"{word}x" for i, word in enumerate(text)]
    assert Index([without_letters(text), without_letters(edited)]).pairs()


# Noisy copies

LETTERS = "bcdfghklmnpqrstw"


def misspelt(words: list[str], rng: random.Random) -> list[str]:
    """The words with a wrong letter in every fourth."""
    noisy = list(words)
    for i in range(rng.randrange(4), len(words), 4):
        place = rng.randrange(len(words[i]))
        noisy[i] = f"{words[i][:place]}{rng.choice('xyz')}{words[i][place + 1 :]}"
    return noisy


def invented_words(count: int) -> list[str]:
    """Words of two to ten letters."""
    rng = random.Random("vocabulary")
    letters = LETTERS + "aeiou" * 3
    return ["".join(rng.choices(letters, k=rng.randint(2, 10))) for _ in range(count)]


VOCABULARY = invented_words(3000)


def random_story(seed: int, size: int = 150) -> list[str]:
    """Words of the vocabulary, some of them more often than others, as in prose."""
    rng = random.Random(seed)
    return [VOCABULARY[min(rng.randrange(3000), rng.randrange(3000))] for _ in range(size)]


STRANGERS = [random_story(seed) for seed in range(1, 201)]


@pytest.mark.parametrize("seed", range(5))
def test_a_copy_with_every_fourth_word_misspelt_is_a_pair_among_two_hundred_texts(
    seed: int,
) -> None:
    rng = random.Random(seed)
    story = random_story(1000 + seed)
    noisy = misspelt(story, rng)
    texts = [*STRANGERS, story]
    by_words = Index([without_letters(text) for text in texts])
    assert by_words.query(without_letters(noisy)) == ([], False)  # no other net holds it
    partners, is_cut = Index([of(text) for text in texts]).query(of(noisy))
    assert [number for number, _ in partners] == [200]
    assert not is_cut
    pairs = Index([of(noisy), *(of(text) for text in texts)]).pairs()
    assert [c.b for c in pairs if c.a == 0] == [201]


def test_a_corpus_finds_the_story_that_a_misspelt_text_copies() -> None:
    story = random_story(1000)
    noisy = misspelt(story, random.Random(0))
    corpus = Corpus.of(
        [Document(id=f"other {i}", text=" ".join(text)) for i, text in enumerate(STRANGERS)]
    )
    corpus.add(Document(id="story", text=" ".join(story), published_at="2026-03-02"))
    report = corpus.check(Document(id="mine", text=" ".join(noisy), published_at="2026-03-03"))
    (match,) = report.matches
    assert match.b.document.id == "story"
    assert match.relation is not Relation.INDEPENDENT
    assert not report.truncated


def test_three_rare_fingerprints_of_letters_make_a_pair_and_two_do_not() -> None:
    assert MIN_LETTERS == 3
    index = Index([by_letters(1, 2, 3, 4), by_letters(1, 2, 7, 8), by_letters(2, 3, 4, 9)])
    assert [(c.a, c.b) for c in index.pairs()] == [(0, 2)]
    assert [number for number, _ in index.query(by_letters(1, 2))[0]] == []
    assert [number for number, _ in index.query(by_letters(1, 2, 3))[0]] == [0]


def test_fewer_fingerprints_of_letters_add_nothing_to_the_weight_of_a_pair() -> None:
    plain, few, enough = (
        Index([made([EMPTY] * 4, [5], letters)] * 2).pairs()[0].weight
        for letters in ([], [1, 2], [1, 2, 3])
    )
    assert few == plain == pytest.approx(np.log(2))
    assert enough == pytest.approx(4 * np.log(2))


# The caps


def test_what_more_than_64_documents_have_counts_nothing_by_letters() -> None:
    letters = range(1, 13)
    some = Index([by_letters(*letters)] * MAX_LETTER_POSTINGS)
    assert len(some.pairs()) == MAX_LETTER_POSTINGS * (MAX_LETTER_POSTINGS - 1) // 2
    assert len(some.query(by_letters(*letters))[0]) == MAX_LETTER_POSTINGS
    many = Index([by_letters(*letters)] * (MAX_LETTER_POSTINGS + 1))
    assert many.pairs() == []
    assert many.query(by_letters(*letters))[0] == []


def test_letters_that_many_documents_have_count_for_less() -> None:
    crowd = [by_letters(1, 2, 3)] * (2 * RARE_LETTER_POSTINGS - 2)
    index = Index([*crowd, by_letters(1, 2, 3, 4), by_letters(1, 2, 3, 4)])
    assert index.pairs() == []  # three that 32 documents have, and a rare one
    index = Index([*crowd, by_letters(1, 2, 3, 4, 5), by_letters(1, 2, 3, 4, 5)])
    assert [(c.a, c.b) for c in index.pairs()] == [(len(crowd), len(crowd) + 1)]
    assert [number for number, _ in index.query(by_letters(1, 2, 4, 5))[0]] == [30, 31]


def test_what_more_than_64_documents_have_nominates_a_few_and_says_so() -> None:
    few = [made([EMPTY] * 4, [7, 1000 + i]) for i in range(MAX_POSTINGS)]
    assert len(Index(few).pairs()) == MAX_POSTINGS * (MAX_POSTINGS - 1) // 2
    assert Index([*few, made([EMPTY] * 4, [7])]).pairs() == []
    found, is_cut = Index([*few, made([EMPTY] * 4, [7])]).query(made([EMPTY] * 4, [7]))
    assert [number for number, _ in found] == list(range(CROWD_HOLDERS))
    assert is_cut


def test_the_signature_still_joins_copies_of_a_text_that_64_or_more_have() -> None:
    text = WORDS[:30]
    copies = [without_letters(text) for _ in range(MAX_POSTINGS + 6)]
    assert len(Index(copies).pairs()) == 70 * 69 // 2
    partners, truncated = Index(copies).query(without_letters(text))
    assert [number for number, _ in partners] == list(range(70))
    assert not truncated


def test_a_band_that_more_than_512_documents_have_nominates_a_few_and_says_so() -> None:
    band = made(VALUES + VALUES[:1], [])
    assert len(Index([band] * MAX_BAND_POSTINGS).query(band)[0]) == MAX_BAND_POSTINGS
    found, is_cut = Index([band] * (MAX_BAND_POSTINGS + 1)).query(band)
    assert [number for number, _ in found] == list(range(CROWD_HOLDERS))
    assert is_cut


def test_of_too_many_partners_the_strongest_are_kept_and_the_cut_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "MAX_CANDIDATES", 3)
    stronger = [made([EMPTY] * 4, [1, 2, 3]), made([EMPTY] * 4, [1, 2])]
    index = Index([made([EMPTY] * 4, [1]), made([EMPTY] * 4, [1]), *stronger])
    partners, truncated = index.query(made([EMPTY] * 4, [1, 2, 3]))
    assert [number for number, _ in partners] == [2, 3, 0]
    assert truncated
    monkeypatch.setattr(module, "MAX_CANDIDATES", 4)
    partners, truncated = index.query(made([EMPTY] * 4, [1, 2, 3]))
    assert [number for number, _ in partners] == [2, 3, 0, 1]
    assert not truncated
