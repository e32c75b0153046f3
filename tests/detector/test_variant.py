"""Variants: a misread word is known for what it is, and no two different words are called one."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from detector import kernel
from detector.normalise import normalise
from detector.variant import (
    MAX_DRIFT,
    MAX_GAP_LETTERS,
    MAX_OPEN_CHAINS,
    MAX_PIECES,
    MAX_SEED_COUNT,
    MIN_CHAIN_LETTERS,
    MIN_DRIFT_LETTERS,
    MIN_WORD_LETTERS,
    MIN_WORD_SHARE,
    SEED_LETTERS,
    Letters,
    Stretch,
    Variants,
    chains,
    find_variants,
    letter_chains,
    stretches,
)
from tests import oracles


def found(a: str, b: str) -> Variants:
    return find_variants(Letters.of(normalise(a)), Letters.of(normalise(b)))


def folded(spellings: dict[str, str]) -> dict[str, str]:
    """Words as one writes them, as tokens."""
    return {
        normalise(word).tokens[0]: normalise(root).tokens[0] for word, root in spellings.items()
    }


def parts(variants: Variants) -> set[frozenset[str]]:
    """Which spellings are one word, whichever of them it is called by."""
    roots = set(variants.words.values())
    return {frozenset({r, *(w for w, of in variants.words.items() if of == r)}) for r in roots}


# The kernel

ROUGH_LINES = st.lists(
    st.sampled_from(["thecouncilvoted", "oldharbour", "bridge", "q", "xx", "9"]), max_size=60
).map("".join)


@pytest.mark.skipif(len(kernel.LEVELS) == 1, reason="needs the compiled kernel")
@given(ROUGH_LINES, ROUGH_LINES, st.randoms(use_true_random=False))
def test_the_kernel_chains_stretches_as_the_plain_code_does(
    one: str, other: str, rng: random.Random
) -> None:
    places = sorted(rng.randrange(len(one) + 1) for _ in range(8))
    other += "".join(one[i:j] + rng.choice(["", "#", "%%"]) for i, j in pairwise(places))
    a, b = (np.array([ord(c) for c in line], np.uint32) for line in (one, other))
    assert letter_chains(a, b) == chains(stretches(a, b))


# Examples


def test_misread_letters_of_a_scanned_page_are_variants() -> None:
    printed = (
        "The Bramley circus arrived by steamer on Thursday morning, and before noon its two "
        "elephants had broken loose upon the market square, where a crowd of children gathered."
    )
    scanned = (
        "The Bramley circns arriued by stearner on Thursdav morning, and bcfore noon its two "
        "elephauts had broken loofe upon the rnarket square, where a crowd of childrcn gathered."
    )
    assert found(printed, scanned).words == folded(
        {
            "circns": "circus",
            "arriued": "arrived",
            "stearner": "steamer",
            "thursdav": "thursday",
            "bcfore": "before",
            "elephauts": "elephants",
            "loofe": "loose",
            "rnarket": "market",
            "childrcn": "children",
        }
    )


def test_case_endings_are_variants() -> None:
    one = (
        "Обласна лікарня отримала дев'ять нових апаратів штучного дихання від благодійного фонду "
        "з Литви, повідомила завідувачка відділення"
    )
    other = (
        "Обласній лікарні передали дев'ять нових апарати штучного дихання від благодійних фондів "
        "з Литви, повідомляє завідувачка відділення"
    )
    assert found(one, other).words == folded(
        {
            "апарати": "апаратів",
            "благодійних": "благодійного",
            "фондів": "фонду",
            "повідомляє": "повідомила",
        }
    )


def test_a_word_in_pieces_is_one_word_again() -> None:
    whole = "An extraordinary meeting of the breakwater committee was adjourned until midnight."
    split = "An extra ordi nary meeting of the break water cornmittee was adjourned until midnight."
    for variants in (found(whole, split), found(split, whole)):
        assert variants.joined == {"extraordinary", "breakwater"}
        assert parts(variants) == {frozenset({"cornmittee", "committee"})}


def test_words_that_ran_together_are_two_words_written_as_one() -> None:
    apart = "The pilot of the ferry was warned twice about the sandbank before the collision."
    together = "The pilot oftheferry was warned twice about the sandbauk before the collision."
    for variants in (found(apart, together), found(together, apart)):
        assert variants.joined == {"oftheferry"}


def test_three_spellings_of_a_word_are_one_word() -> None:
    text = "Nobody spoke to the {} in the harbour. Nobody saw the {} on the northern breakwater."
    there = found(text.format("prisoner", "prisouer"), text.format("prisouer", "prisomer"))
    assert there.words == {"prisouer": "prisoner", "prisomer": "prisoner"}


def test_what_a_spelling_counts_as_is_no_spelling_of_another_word() -> None:
    text = "Nobody spoke to the {} in the harbour. Nobody saw the {} on the northern breakwater."
    there = found(text.format("prisoner", "prisomer"), text.format("prisouer", "prisoner"))
    assert there.words == {"prisouer": "prisoner"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,240", "1,340"),
        ("10000", "10009"),
        ("MH17424", "MH17425"),
        ("A4-2091b", "A4-2091c"),
        ("٢٠١٩٩", "٢٠١٩٨"),
    ],
)
def test_a_number_is_a_variant_of_nothing(one: str, other: str) -> None:
    text = "Divers recovered {} amphorae from the wrcck beside the northern lighthouse."
    a, b = text.format(one), text.replace("wrcck", "wreck").format(other)
    assert found(a, b).words == {"wreck": "wrcck"}
    assert found(a, b).joined == frozenset()


def test_short_words_are_variants_of_nothing() -> None:
    a = "The captain said the cat had crossed the harbour ice on Monday without any help at all."
    b = "The captain said the cut had crossed the harbour ire on Monday without and help at all."
    assert found(a, b).words == {}


def test_another_word_in_the_same_place_is_no_variant() -> None:
    a = "The mayor praised the fishermen for their courage during the winter storm."
    b = "The mayor accused the fishermen for their silence during the summer storm."
    assert found(a, b).words == {}


def test_words_alike_between_sentences_that_are_not_are_no_variants() -> None:
    text = "The steamer left the northern harbour {} before the storm reached the coast."
    one = text.format("with a lantern hung up high where none could miss it")
    other = text.format("only because six of its lanterns had gone out by then")
    assert found(one, other).words == {}
    alike = one.replace("lantern", "lanterns")
    assert found(one, alike).words == {"lanterns": "lantern"}


def test_texts_that_have_nothing_to_do_with_each_other_have_no_variants() -> None:
    a = (
        "The orchestra opened its season with a programme of dances, and the hall was nearly full. "
        "Critics praised the young conductor, who had rehearsed for only four days."
    )
    b = (
        "Bakers in the valley have gone back to stone mills. Flour now costs twelve crowns a sack, "
        "twice as much as last winter, yet none of the forty shops has closed its doors."
    )
    nothing = found(a, b)
    assert (nothing.words, nothing.joined, len(nothing.places)) == ({}, frozenset(), 0)


@pytest.mark.parametrize("text", ["", "word", ". , !", "a " * 5000, "harbour", "\ud800" * 50])
def test_a_text_and_itself_have_no_variants(text: str) -> None:
    assert found(text, text).words == {}


def test_words_alike_in_a_few_letters_of_an_unlike_text_are_not_looked_at() -> None:
    # One stretch of letters is no line of text.
    assert found("x magistrate y", "q magistrato z").words == {}


# Stretches


def codes(letters: str) -> NDArray[np.uint32]:
    return np.array([ord(letter) for letter in letters], dtype=np.uint32)


def as_rows(found: Iterable[Stretch]) -> list[tuple[int, int, int]]:
    return [(stretch.a, stretch.b, stretch.length) for stretch in found]


few_letters = st.sampled_from(["a", "ab", "abc", "aш\ud800"]).flatmap(
    lambda alphabet: st.text(alphabet, max_size=60)
)


@st.composite
def related_letters(draw: st.DrawFn) -> tuple[str, str]:
    """Two lines made of the same few pieces, some of them more often than others."""
    pieces = draw(st.lists(st.text("abcdef", min_size=6, max_size=20), min_size=1, max_size=4))
    lines = [draw(st.lists(st.sampled_from(pieces), max_size=8)) for _ in range(2)]
    return "".join(lines[0]), "".join(lines[1])


@given(st.one_of(st.tuples(few_letters, few_letters), related_letters()))
def test_the_stretches_are_all_equal_letters_with_a_rare_beginning_at_every_place(
    lines: tuple[str, str],
) -> None:
    a, b = lines
    assert as_rows(stretches(codes(a), codes(b))) == oracles.rare_stretches(
        a, b, SEED_LETTERS, MAX_SEED_COUNT
    )


@pytest.mark.parametrize(("times", "count"), [(4, 4), (5, 0)])
def test_letters_that_stand_more_than_four_times_in_a_text_are_no_seed(
    times: int, count: int
) -> None:
    often = "-".join(["lighthouse"] * times)
    for a, b in ((often, "lighthouse"), ("lighthouse", often)):
        assert len(stretches(codes(a), codes(b))) == count


# Chains

some_stretches = st.lists(
    st.builds(Stretch, st.integers(0, 900), st.integers(0, 900), st.integers(8, 40)), max_size=40
).map(lambda found: sorted(found, key=lambda stretch: (stretch.a, stretch.b)))


@given(some_stretches)
def test_the_stretches_of_a_chain_follow_each_other_in_both_texts_on_nearly_one_line(
    given_stretches: list[Stretch],
) -> None:
    made = chains(given_stretches)
    for chain in made:
        assert len(chain) > 1
        assert sum(stretch.length for stretch in chain) >= MIN_CHAIN_LETTERS
        for before, after in pairwise(chain):
            gap_a = after.a - before.a - before.length
            gap_b = after.b - before.b - before.length
            assert 0 <= gap_a <= MAX_GAP_LETTERS
            assert 0 <= gap_b <= MAX_GAP_LETTERS
            assert abs(gap_a - gap_b) <= max(MIN_DRIFT_LETTERS, MAX_DRIFT * max(gap_a, gap_b))
    ends = [(s.a + s.length, s.b + s.length) for chain in made for s in chain]
    known = [(s.a + s.length, s.b + s.length) for s in given_stretches]
    assert not Counter(ends) - Counter(known)  # each is in one chain, perhaps cut at its beginning


@given(
    st.lists(st.tuples(st.integers(20, 40), st.integers(1, MAX_GAP_LETTERS)), min_size=2),
    st.integers(-500, 500),
)
def test_stretches_on_one_line_are_one_chain_however_many(
    steps: list[tuple[int, int]], offset: int
) -> None:
    line, at = [], 500
    for length, gap in steps:
        line.append(Stretch(at, at + offset, length))
        at += length + gap
    assert chains(line) == [line]


def test_a_chain_is_not_forgotten_while_another_one_grows() -> None:
    waiting = [Stretch(0, 5000, 30), Stretch(250, 5250, 30)]
    growing = [Stretch(40 + 10 * i, 40 + 10 * i, 8) for i in range(MAX_OPEN_CHAINS + 4)]
    assert chains([waiting[0], *growing, waiting[1]]) == [waiting, growing]


def test_a_longer_gap_than_three_hundred_letters_ends_a_chain() -> None:
    def at(a: int, b: int) -> list[Stretch]:
        return [Stretch(0, 0, 40), Stretch(40 + a, 40 + b, 40)]

    assert chains(at(MAX_GAP_LETTERS, MAX_GAP_LETTERS)) == [at(MAX_GAP_LETTERS, MAX_GAP_LETTERS)]
    assert chains(at(MAX_GAP_LETTERS + 1, MAX_GAP_LETTERS)) == []
    assert chains(at(MAX_GAP_LETTERS, MAX_GAP_LETTERS + 1)) == []


# Any two texts

WORDS = (
    "the magistrate on Tuesday evening; prisoner brought before divers replaced two cracked "
    "bearings under northern breakwater committee 1,240 fishermen organised week-end lighthouse. "
    "рибалки причалу портового знайшли 東京 MH1742"
).split(" ")


@st.composite
def noisy_texts(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts that are the same but for errors in letters, spaces and words."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=10, max_size=60))
    rng = draw(st.randoms(use_true_random=False))
    return " ".join(words), " ".join(with_errors(word, rng) for word in words)


def with_errors(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word))
    return rng.choice(
        [
            *[word] * 6,
            f"{word[:place]}{rng.choice('aeix9ш')}{word[place + 1 :]}",
            f"{word[:place]} {word[place:]}",
            f"{word[:place]}{word[place + 1 :]}",
            f"{word} {rng.choice(WORDS)}",
            "",
        ]
    )


any_text = st.text(st.integers(0, 0x10FFFF).map(chr), max_size=200)  # lone surrogates, too
any_texts = st.one_of(noisy_texts(), st.tuples(any_text, any_text))


def together(tokens: Sequence[str], least: int, most: int) -> set[str]:
    """All that so many neighbouring tokens are when they are written as one."""
    return {
        "".join(tokens[i : i + width])
        for width in range(least, most + 1)
        for i in range(len(tokens) - width + 1)
    }


@given(any_texts)
def test_variants_are_words_of_the_texts_and_never_numbers(texts: tuple[str, str]) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    variants = find_variants(Letters.of(a), Letters.of(b))
    words = together(a.tokens, 1, MAX_PIECES) | together(b.tokens, 1, MAX_PIECES)
    for word, root in variants.words.items():
        assert {word, root} <= words
        assert word != root
        assert max(len(word), len(root)) >= MIN_WORD_LETTERS
    assert variants.joined <= together(a.tokens, 2, MAX_PIECES) | together(b.tokens, 2, MAX_PIECES)
    said = {*variants.words, *variants.words.values(), *variants.joined}
    assert not any(letter.isdigit() for word in said for letter in word)


@given(any_texts)
def test_a_spelling_counts_as_one_word_in_one_step(texts: tuple[str, str]) -> None:
    words = found(*texts).words
    assert set(words).isdisjoint(words.values())


@given(any_texts)
def test_tokens_that_stand_on_each_other_share_most_of_their_letters(
    texts: tuple[str, str],
) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    places = find_variants(Letters.of(a), Letters.of(b)).places
    assert places.shape[1] == 2
    assert places.dtype == "int64"
    for i, j in places.tolist():
        one, other = a.tokens[i], b.tokens[j]
        assert oracles.common_letters(one, other) >= MIN_WORD_SHARE * max(len(one), len(other))


@given(any_texts)
def test_looking_twice_finds_the_same(texts: tuple[str, str]) -> None:
    one, other = found(*texts), found(*texts)
    assert list(one.words.items()) == list(other.words.items())
    assert one.joined == other.joined
    assert one.places.tolist() == other.places.tolist()


# Noisy copies of different words


def made_up_words(count: int, seed: int) -> list[str]:
    """Different words that are no words, of eight letters each."""
    rng = random.Random(seed)
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(rng.choice("bdgklmst") + rng.choice("aeiou") for _ in range(4))] = None
    return list(words)


MADE_UP = made_up_words(200, 0)


@st.composite
def noisy_copies(draw: st.DrawFn) -> tuple[list[str], dict[int, str]]:
    """Different words, and what a copy has in the place of every third of them or fewer."""
    words = draw(st.permutations(MADE_UP))[: draw(st.integers(12, 60))]
    wrong = {}
    for i in draw(st.sets(st.integers(1, (len(words) - 2) // 3), min_size=1)):
        word, place = words[3 * i - 1], draw(st.integers(0, 7))
        new = draw(st.sampled_from(["", "x", "xy", f"x{word[place]}"]))
        wrong[3 * i - 1] = f"{word[:place]}{new}{word[place + 1 :]}"
    return words, wrong


@given(noisy_copies())
def test_in_a_noisy_copy_every_misspelt_word_is_found_and_no_other(
    copy: tuple[list[str], dict[int, str]],
) -> None:
    words, wrong = copy
    noisy = [wrong.get(i, word) for i, word in enumerate(words)]
    there, back = found(" ".join(words), " ".join(noisy)), found(" ".join(noisy), " ".join(words))
    assert there.words == {wrong[i]: words[i] for i in wrong}
    assert back.words == {words[i]: wrong[i] for i in wrong}
    assert there.joined == back.joined == frozenset()
    assert {(i, i) for i in range(2, len(words) - 2)} <= set(map(tuple, there.places.tolist()))
    assert sorted(there.places.tolist()) == sorted(back.places[:, ::-1].tolist())


@given(st.sets(st.integers(1, 38), min_size=1), st.integers(1, 7))
def test_in_a_noisy_copy_every_split_word_is_joined(split: set[int], place: int) -> None:
    words = MADE_UP[:40]
    apart = [f"{w[:place]} {w[place:]}" if i in split else w for i, w in enumerate(words)]
    noisy = [*apart, *MADE_UP[60:70]]
    noisy[-4] = f"{noisy[-4][:4]}x{noisy[-4][5:]}"
    whole = [*words, *MADE_UP[60:70]]
    assert found(" ".join(whole), " ".join(noisy)).joined == {words[i] for i in split}
    assert found(" ".join(noisy), " ".join(whole)).joined == {words[i] for i in split}


# Time


def seconds(a: str, b: str) -> float:
    one, other = normalise(a), normalise(b)
    begin = time.process_time()
    find_variants(Letters.of(one), Letters.of(other))
    return time.process_time() - begin


VOCABULARY = made_up_words(5000, 2)


def prose(count: int, seed: int = 1) -> list[str]:
    return random.Random(seed).choices(VOCABULARY, k=count)


def misspelt(words: Iterable[str]) -> str:
    """The words with a letter wrong in every fourth."""
    return " ".join(f"{w[:3]}x{w[4:]}" if i % 4 == 1 else w for i, w in enumerate(words))


def letters_at_random(alphabet: str, count: int, seed: int) -> str:
    rng = random.Random(seed)
    return " ".join("".join(rng.choices(alphabet, k=6)) for _ in range(count))


SENTENCE = "the board will close the swing bridge for eleven weeks from monday".split()
HOSTILE: dict[str, Callable[[int], tuple[str, str]]] = {
    "a noisy copy": lambda n: (" ".join(prose(n)), misspelt(prose(n))),
    "four noisy copies": lambda n: (" ".join(prose(n // 16) * 4), misspelt(prose(n // 16) * 4)),
    "one sentence repeated": lambda n: (
        " ".join(SENTENCE * (n // 12)),
        misspelt(SENTENCE * (n // 12)),
    ),
    "one letter": lambda n: ("a " * n, f"b {'a ' * n} b"),
    "no spaces": lambda n: ("".join(prose(n // 4)), "".join(prose(n // 4, 2))),
    "four letters at random": lambda n: (
        letters_at_random("abcd", n // 4, 1),
        letters_at_random("abcd", n // 4, 2),
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_time_grows_with_the_length_of_the_text_and_not_with_its_square(kind: str) -> None:
    small = min(seconds(*HOSTILE[kind](12_500)) for _ in range(2))
    large = seconds(*HOSTILE[kind](50_000))
    assert large < 9 * small + 2, f"four times the text took {large / small:.0f} times as long"
    assert large < 30
