"""Alignment: every shared passage is found, and every word that is called equal is equal."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from detector.align import (
    MAX_GAP_PARAGRAPH,
    MAX_GAP_WORDS,
    MAX_OPEN_CHAINS,
    MAX_SEED_COUNT,
    SEED_WORDS,
    VERBATIM_RATIO,
    Run,
    align,
    equal_runs,
    find_runs,
    with_places,
)
from detector.gist import Gist
from detector.model import AlignedPassage, Alignment, Kind, NormalText
from detector.normalise import normalise
from detector.prior import function_words, honorifics, spelling_key
from detector.unit import Units, Words, make_units
from detector.variant import MAX_PIECES, Letters, Variants, find_variants
from tests import oracles

LEAD = (
    "The harbour board will close the swing bridge for eleven weeks from Monday while divers "
    "replace two cracked bearings under its northern arm."
)


def made_up_words(count: int, seed: int = 0) -> list[str]:
    """Different words that are no words: eight letters each, so that no two make a third."""
    rng = random.Random(seed)
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(rng.choice("bdgklmst") + rng.choice("aeiou") for _ in range(4))] = None
    return list(words)


WORDS = made_up_words(2000)


def aligned(a: str | Sequence[str], b: str | Sequence[str]) -> Alignment:
    a, b = (text if isinstance(text, str) else " ".join(text) for text in (a, b))
    return align(Gist(normalise(a)), Gist(normalise(b)))


def ranges(alignment: Alignment) -> list[tuple[int, int, int, int]]:
    return [(p.a.first, p.a.last, p.b.first, p.b.last) for p in alignment.passages]


def covered(alignment: Alignment) -> tuple[set[int], set[int]]:
    """The numbers of the tokens inside passages, in both texts."""
    passages = alignment.passages
    return (
        {i for p in passages for i in range(p.a.first, p.a.last)},
        {i for p in passages for i in range(p.b.first, p.b.last)},
    )


# Runs


def int32(values: Sequence[int]) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)


def grams(ids: Sequence[int]) -> list[tuple[int, ...]]:
    return [tuple(ids[i : i + SEED_WORDS]) for i in range(len(ids) - SEED_WORDS + 1)]


def is_rare(gram: tuple[int, ...], a: Sequence[int], b: Sequence[int]) -> bool:
    return max(grams(a).count(gram), grams(b).count(gram)) <= MAX_SEED_COUNT


few_ids = st.integers(2, 6).flatmap(lambda n: st.lists(st.integers(0, n - 1), max_size=60))


@given(few_ids, few_ids)
def test_where_no_four_words_stand_often_every_equal_run_is_found_and_no_other(
    a: list[int], b: list[int]
) -> None:
    assume(all(is_rare(gram, a, b) for gram in {*grams(a), *grams(b)}))
    runs, truncated = equal_runs(int32(a), int32(b))
    assert [(r.a, r.b, r.length) for r in runs] == sorted(
        oracles.equal_runs(a, b, SEED_WORDS), key=lambda run: (-run[2], run[0], run[1])
    )
    assert not truncated


@given(st.lists(st.integers(0, 1), max_size=60), st.lists(st.integers(0, 1), max_size=60))
def test_a_run_is_missed_only_where_all_its_four_word_pieces_stand_often(
    a: list[int], b: list[int]
) -> None:
    runs, truncated = equal_runs(int32(a), int32(b))
    found = [(r.a, r.b, r.length) for r in runs]
    assert len(found) == len(set(found))
    wanted = oracles.equal_runs(a, b, SEED_WORDS)
    assert set(found) <= wanted
    for run in wanted - set(found):
        assert truncated
        assert not any(is_rare(gram, a, b) for gram in grams(a[run[0] : run[0] + run[2]]))


@given(few_ids, few_ids)
def test_of_all_equal_runs_those_are_kept_that_are_news_for_a_text(
    a: list[int], b: list[int]
) -> None:
    every, _ = equal_runs(int32(a), int32(b))
    kept, _ = find_runs(int32(a), int32(b))
    assert kept == sorted(kept, key=lambda r: (r.a, r.b))
    assert set(kept) <= set(every)
    in_a = {i for r in kept for i in range(r.a, r.a + r.length)}
    in_b = {i for r in kept for i in range(r.b, r.b + r.length)}
    for run in set(every) - set(kept):  # most of it, in both texts, is in what was kept
        assert 2 * sum(i in in_a for i in range(run.a, run.a + run.length)) > run.length
        assert 2 * sum(i in in_b for i in range(run.b, run.b + run.length)) > run.length


def test_words_that_differ_in_one_of_four_are_no_run() -> None:
    assert equal_runs(int32([5, 6, 7, 8]), int32([5, 6, 7, 9])) == ([], False)


# Units


@dataclass(frozen=True)
class Unit:
    """The reference for one unit: the word it counts as, the word as it is written, its tokens."""

    key: str
    exact: str
    first: int
    last: int
    is_content: bool


def units_of(text: NormalText, other: NormalText, variants: Variants) -> list[Unit]:
    words = oracles.written_as_one(text.tokens, other.tokens, variants.joined, MAX_PIECES)
    units = []
    for word, first, last in words:
        if word not in honorifics():
            root = variants.words.get(word, word)
            is_content = root not in function_words()
            units.append(Unit(spelling_key(root), spelling_key(word), first, last, is_content))
    return units


PROSE = (
    "the of a in harbour harbor bridge closed organised organized on Monday , . said "
    "Mr. Pan ceasefire cease-fire cease fire crew 12 twelve «divers» \n\n week-end weekend "
    "misread misrea d breakwater break wa ter breakwatcr"
).split(" ")
words_of_prose = st.lists(st.sampled_from(PROSE), max_size=60)
some_tokens = sorted({token for word in PROSE for token in normalise(word).tokens})
any_variants = st.builds(
    Variants,
    st.dictionaries(st.sampled_from(some_tokens), st.sampled_from(some_tokens), max_size=5),
    st.frozensets(
        st.lists(st.sampled_from(some_tokens), min_size=2, max_size=3).map("".join), max_size=5
    ),
)


@given(words_of_prose, words_of_prose, any_variants)
@example("break wa ter break wa".split(), [], Variants({}, frozenset({"breakwa", "breakwater"})))
def test_words_are_units_joined_and_respelt_as_the_variants_say(
    one: list[str], other: list[str], variants: Variants
) -> None:
    a, b = normalise(" ".join(one)), normalise(" ".join(other))
    made = make_units(Words.of(a), Words.of(b), variants)
    wanted = [units_of(a, b, variants), units_of(b, a, variants)]
    for units, expected in zip(made, wanted, strict=True):
        assert units.ids.dtype == units.exact.dtype == "int32"
        assert units.first.tolist() == [unit.first for unit in expected]
        assert units.last.tolist() == [unit.last for unit in expected]
        assert units.content.tolist() == [unit.is_content for unit in expected]
    # The numbers say nothing but which words are one.
    numbers = np.concatenate([[*units.ids, *units.exact] for units in made]).tolist()
    names = [name for es in wanted for name in [*(e.key for e in es), *(e.exact for e in es)]]
    assert len(set(zip(numbers, names, strict=True))) == len(set(numbers)) == len(set(names))


def plain_units(ids: Sequence[int]) -> Units:
    """Units that stand for one token each."""
    count = np.arange(len(ids))
    content = np.ones(len(ids), bool)
    return Units(int32(ids), int32(ids), count, count + 1, content, np.zeros(len(ids), np.int64))


def cells(runs: Iterable[Run]) -> set[tuple[int, int]]:
    """The pairs of places that runs say are equal."""
    return {(run.a + step, run.b + step) for run in runs for step in range(run.length)}


@given(few_ids, few_ids, st.lists(st.tuples(st.integers(0, 59), st.integers(0, 59)), max_size=40))
def test_words_in_the_same_place_are_added_to_the_runs_where_they_are_equal(
    a: list[int], b: list[int], places: list[tuple[int, int]]
) -> None:
    places = [(i, j) for i, j in places if i < len(a) and j < len(b)]
    runs, _ = find_runs(int32(a), int32(b))
    added = with_places(
        runs, plain_units(a), plain_units(b), np.array(places, np.int64).reshape(-1, 2)
    )
    wanted = cells(runs) | {(i, j) for i, j in places if a[i] == b[j]}
    assert cells(added) == wanted
    assert sum(run.length for run in added) == len(wanted)  # none twice
    assert added == sorted(added, key=lambda r: (r.a, r.b))
    if places:  # then what touches is one run
        assert not any((r.a + r.length, r.b + r.length) in wanted for r in added)


# Passages of any two texts


@st.composite
def related_texts(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts with common stretches, each with some of its own."""
    common = draw(st.lists(st.lists(st.sampled_from(PROSE), min_size=4, max_size=30), max_size=4))
    texts = []
    for _ in range(2):
        parts = [part for part in draw(st.permutations(common)) if draw(st.integers(0, 4))]
        parts += draw(st.lists(words_of_prose, max_size=2))
        texts.append(" ".join(word for part in draw(st.permutations(parts)) for word in part))
    return texts[0], texts[1]


@st.composite
def noisy_texts(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts that are the same but for errors in letters, spaces and words."""
    words = draw(st.lists(st.sampled_from(NOISY_PROSE), min_size=10, max_size=60))
    rng = draw(st.randoms(use_true_random=False))
    return " ".join(words), " ".join(with_errors(word, rng) for word in words)


NOISY_PROSE = (
    "the magistrate on Tuesday evening; prisoner brought before divers replaced two cracked "
    "bearings under northern breakwater Mr. committee 1,240 fishermen organised week-end "
    "lighthouse. рибалки причалу"
).split(" ")


def with_errors(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word))
    return rng.choice(
        [
            *[word] * 6,
            f"{word[:place]}{rng.choice('aeix')}{word[place + 1 :]}",
            f"{word[:place]} {word[place:]}",
            f"{word[:place]}{word[place + 1 :]}",
            f"{word} {rng.choice(NOISY_PROSE)}",
            "",
        ]
    )


def check_passage(passage: AlignedPassage, a: NormalText, b: NormalText) -> None:
    """Count a passage again, word by word."""
    variants = find_variants(Letters.of(a), Letters.of(b))
    units_a, units_b = units_of(a, b, variants), units_of(b, a, variants)

    def within(units: list[Unit], first: int, last: int) -> list[Unit]:
        return [unit for unit in units if first <= unit.first and unit.last <= last]

    equal = exact = longest = 0
    at_a, at_b = passage.a.first, passage.b.first
    for first_a, first_b, width_a, width_b in passage.pairs:
        assert width_a > 0
        assert width_b > 0
        assert first_a >= at_a
        assert first_b >= at_b
        at_a, at_b = first_a + width_a, first_b + width_b
        run_a, run_b = within(units_a, first_a, at_a), within(units_b, first_b, at_b)
        assert run_a
        assert [unit.key for unit in run_a] == [unit.key for unit in run_b]
        equal += len(run_a)
        exact += sum(x.exact == y.exact for x, y in zip(run_a, run_b, strict=True))
        longest = max(longest, len(run_a))
    assert at_a == passage.a.last
    assert at_b == passage.b.last
    assert passage.pairs[0][:2] == (passage.a.first, passage.b.first)
    in_a = len(within(units_a, passage.a.first, passage.a.last))
    in_b = len(within(units_b, passage.b.first, passage.b.last))
    assert passage.equal == equal
    assert passage.longest == longest
    assert passage.ratio == pytest.approx(2 * exact / (in_a + in_b))
    assert (passage.kind is Kind.VERBATIM) == (passage.ratio >= VERBATIM_RATIO)
    assert passage.kind in (Kind.VERBATIM, Kind.EDITED)


def check_alignment(alignment: Alignment, a: NormalText, b: NormalText) -> None:
    if a.tokens == b.tokens:  # then titles count like any other word
        assert ranges(alignment) == ([(0, len(a), 0, len(b))] if len(a) else [])
        assert all(p.equal == p.longest == len(a) and p.ratio == 1 for p in alignment.passages)
        return
    assert alignment.variants == find_variants(Letters.of(a), Letters.of(b)).words
    for passage in alignment.passages:
        check_passage(passage, a, b)
        for text, place in ((a, passage.a), (b, passage.b)):
            assert 0 <= place.first < place.last <= len(text)
            again = normalise(text.span(place.first, place.last).slice(text.text))
            assert again.tokens == text.tokens[place.first : place.last]
    assert ranges(alignment) == sorted(ranges(alignment), key=lambda r: (r[0], r[2], r[1], r[3]))
    assert len(set(ranges(alignment))) == len(alignment.passages)


@given(st.one_of(related_texts(), noisy_texts()))
@example(("the the the Mr.", "the the the Mr."))
def test_equal_words_are_equal_in_both_texts_and_counted_right(texts: tuple[str, str]) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    check_alignment(align(Gist(a), Gist(b)), a, b)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_strings_can_be_aligned(a: str, b: str) -> None:
    check_alignment(aligned(a, b), normalise(a), normalise(b))


@given(st.one_of(related_texts(), noisy_texts()))
def test_aligning_twice_gives_the_same_answer(texts: tuple[str, str]) -> None:
    assert aligned(*texts) == aligned(*texts)


def test_spans_slice_the_text_as_it_was_given() -> None:
    a = f"\ufeff(14:32) —\r\n«{LEAD.upper()}»"
    b = f"Отже: {LEAD}"
    (passage,) = aligned(a, b).passages
    normal = normalise(a)
    assert normal.span(passage.a.first, passage.a.last).slice(a) == LEAD.upper().rstrip(".")


# The other way round


@pytest.mark.parametrize("text", [LEAD, "не так", "buffalo " * 50, "one two three four " * 30])
def test_a_text_and_itself_are_one_passage_however_short(text: str) -> None:
    normal = normalise(text)
    assert ranges(aligned(text, text)) == [(0, len(normal), 0, len(normal))]


def copies() -> list[tuple[list[str], list[str]]]:
    block, before, after = WORDS[:80], WORDS[100:160], WORDS[200:260]
    changed = [word for i, word in enumerate(block) if i % 9]
    return [
        (block, block),
        (block, before + block + after),
        (before + block, block + after),
        (before + block + after, WORDS[300:340] + changed + WORDS[400:420]),
        (block[:40] + before + block[40:], block[40:] + after + block[:40]),
        (before + block + after + block, block),
    ]


@pytest.mark.parametrize(("a", "b"), copies())
def test_swapping_the_texts_of_a_plain_copy_only_swaps_the_passages(
    a: list[str], b: list[str]
) -> None:
    there, back = aligned(a, b), aligned(b, a)
    assert there.passages
    assert {p.flip() for p in there.passages} == set(back.passages)


@given(st.lists(st.integers(MAX_GAP_WORDS + 1, 30), max_size=8), st.randoms())
def test_swapping_the_texts_finds_the_same_words_however_long_blocks_are_moved(
    sizes: list[int], rng: random.Random
) -> None:
    # Shorter blocks may be chained across each other in two ways. There swapping may change what
    # is found, which is why the pipeline aligns every pair in the order of its digests.
    ends = list(accumulate(sizes, initial=0))
    blocks = [WORDS[i:j] for i, j in pairwise(ends)]
    moved = rng.sample(blocks, len(blocks))
    a, b = (" ".join(word for block in text for word in block) for text in (blocks, moved))
    there, back = aligned(a, b), aligned(b, a)
    assert covered(there) == covered(back)[::-1] == (set(range(ends[-1])), set(range(ends[-1])))


# What does not hide a copy


@pytest.mark.parametrize("place_a", [0, 1, 37, 300])
@pytest.mark.parametrize("place_b", [0, 3, 150, 300])
@pytest.mark.parametrize("size", [6, 8, 40, 400])
def test_a_copied_block_is_found_wherever_it_is_moved(
    place_a: int, place_b: int, size: int
) -> None:
    block, own_a, own_b = WORDS[:size], WORDS[500:800], WORDS[1000:1300]
    a = own_a[:place_a] + block + own_a[place_a:]
    b = own_b[:place_b] + block + own_b[place_b:]
    (passage,) = aligned(a, b).passages
    assert ranges(aligned(a, b)) == [(place_a, place_a + size, place_b, place_b + size)]
    assert (passage.kind, passage.equal, passage.longest) == (Kind.VERBATIM, size, size)


def test_paragraphs_in_another_order_are_all_found() -> None:
    paragraphs = [WORDS[i : i + 30] for i in range(0, 300, 30)]
    order = random.Random(3).sample(range(10), 10)
    a = "\n\n".join(" ".join(p).capitalize() + "." for p in paragraphs)
    b = "\n\n".join(" ".join(paragraphs[i]).capitalize() + "." for i in order)
    in_a, in_b = covered(aligned(a, b))
    assert in_a == in_b == set(range(300))


@pytest.mark.parametrize("own_a", range(MAX_GAP_WORDS + 1))
@pytest.mark.parametrize("own_b", [0, 1, MAX_GAP_WORDS])
def test_up_to_eight_words_put_in_left_out_or_changed_keep_one_passage(
    own_a: int, own_b: int
) -> None:
    a = WORDS[:20] + WORDS[500 : 500 + own_a] + WORDS[20:40]
    b = WORDS[:20] + WORDS[600 : 600 + own_b] + WORDS[20:40]
    (passage,) = aligned(a, b).passages
    assert (passage.equal, len(passage.a), len(passage.b)) == (40, 40 + own_a, 40 + own_b)


@pytest.mark.parametrize(("own_a", "own_b"), [(9, 0), (0, 9), (9, 9)])
def test_a_longer_gap_makes_two_passages(own_a: int, own_b: int) -> None:
    a = WORDS[:20] + WORDS[500 : 500 + own_a] + WORDS[20:40]
    b = WORDS[:20] + WORDS[600 : 600 + own_b] + WORDS[20:40]
    assert len(aligned(a, b).passages) == 2


@pytest.mark.parametrize("own", range(5))
def test_across_paragraphs_of_both_texts_only_two_words_may_be_put_in(own: int) -> None:
    first, second = " ".join(WORDS[:20]), " ".join(WORDS[20:40])
    a = f"{first}.\n\n{' '.join(WORDS[500 : 500 + own])} {second}."
    b = f"{first}.\n\n{second}."
    assert len(aligned(a, b).passages) == (1 if own <= MAX_GAP_PARAGRAPH else 2)


def test_a_line_break_inside_a_sentence_is_no_end_of_a_paragraph() -> None:
    first, second = " ".join(WORDS[:20]), " ".join(WORDS[20:40])
    a = f"{first}\n{' '.join(WORDS[500:508])} {second}"
    b = f"{first}\n{second}"
    assert len(aligned(a, b).passages) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mr. Tarrow", "Tarrow"),
        ("Mrs. Tarrow and Ms. Lund", "Tarrow and Lund"),
        ("пан Тарасенко", "Тарасенко"),
        ("a cease-fire", "a ceasefire"),
        ("a cease fire", "a ceasefire"),
        ("the week-end", "the weekend"),
        ("in colour", "in color"),
        ("was organised", "was organized"),
        ("the defence centre", "the defense center"),
        ("in Kiev", "in Kyiv"),
        ("twelve boats", "12 boats"),
        ("“boats”", "BOATS"),
        ("café", "cafe"),
    ],
)
@pytest.mark.parametrize("before", [2, 30])
def test_house_style_does_not_break_a_run(one: str, other: str, before: int) -> None:
    first, second = " ".join(WORDS[:before]), " ".join(WORDS[30:60])
    (passage,) = aligned(f"{first} {one} {second}", f"{first} {other} {second}").passages
    assert len(passage.pairs) == 1
    assert passage.kind is Kind.VERBATIM
    assert passage.ratio == 1
    assert passage.longest == passage.equal


def test_a_long_edited_copy_stays_one_passage_among_many_short_repetitions() -> None:
    # Each fragment at the end of b also stands inside the copy, so each is a run of its own.
    block = WORDS[:400]
    a = [word if i % 7 else f"{i}th" for i, word in enumerate(block)]
    b = list(block)
    for k in reversed(range(MAX_OPEN_CHAINS + 20)):
        b += WORDS[1000 + 5 * k : 1005 + 5 * k] + block[1 + 7 * k : 6 + 7 * k]
    longest = max(aligned(a, b).passages, key=lambda p: p.equal)
    assert (longest.a.first, longest.a.last, longest.equal) == (1, 399, 342)


def test_words_that_stand_often_inside_a_copy_do_not_cut_it() -> None:
    often = made_up_words(30, seed=1)
    copy = WORDS[:200] + often + WORDS[200:400]
    a = WORDS[500:550] + copy + WORDS[550:600] + (often + WORDS[600:601]) * MAX_SEED_COUNT
    b = WORDS[1000:1010] + copy + WORDS[1010:1050]
    assert ranges(aligned(a, b)) == [(50, 480, 10, 440)]


# Noisy copies

PRINTED = (
    "The schooner Amelia Brandt was lost on Tuesday night off the southern breakwater. Her crew "
    "were brought ashore by the lifeboat at daybreak, and the cargo of timber is drifting "
    "towards the northern beaches."
)
SCANNED = (
    "The schoouer Amelia Brandt was loft on Tuefday night off the southcrn break water. Her crew "
    "werc brou ght ashore by thelifeboat at daybrcak, and the cargo of timbcr is drlfting "
    "towards the northeru beaches."
)


def test_a_scanned_report_is_one_passage_with_its_misread_words_counted_apart() -> None:
    (passage,) = aligned(PRINTED, SCANNED).passages
    assert (passage.a.first, passage.a.last) == (0, len(normalise(PRINTED)))
    assert (passage.b.first, passage.b.last) == (0, len(normalise(SCANNED)))
    # Of 33 words, "the lifeboat" being one, nine are misread.
    assert (passage.equal, passage.longest) == (33, 33)
    assert passage.ratio == pytest.approx((33 - 9) / 33)
    assert passage.kind is Kind.EDITED
    assert passage.ratio < passage.closeness


def test_the_misread_words_are_told_with_the_right_ones() -> None:
    told = aligned(PRINTED, SCANNED).variants
    assert told["timbcr"] == "timber"
    assert told["tuefday"] == "tuesday"
    assert "brought" not in told


def test_a_text_without_misread_words_tells_of_none() -> None:
    assert aligned(PRINTED, f"Our correspondent writes. {PRINTED}").variants == {}


def with_wrong_letters(words: Sequence[str], wrong: Callable[[int], bool]) -> list[str]:
    """The words, of eight letters each, with another letter in the middle of some."""
    return [f"{w[:3]}x{w[4:]}" if wrong(i) else w for i, w in enumerate(words)]


WRONG: dict[str, Callable[[int], bool]] = {
    "every fourth word": lambda i: i % 4 == 2,
    "every second word": lambda i: i % 2 == 1,
    "two words of three": lambda i: i % 3 > 0,
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("before", [0, 1, 200])
def test_a_noisy_block_is_found_wherever_it_stands(name: str, before: int) -> None:
    wrong = WRONG[name]
    block = WORDS[:100]
    misspelt = with_wrong_letters(block, wrong)
    a = WORDS[500:550] + block + WORDS[550:600]
    b = WORDS[1000 : 1000 + before] + misspelt + WORDS[1200:1260]
    longest = max(aligned(a, b).passages, key=lambda passage: passage.equal)
    # The very first and the very last words have nothing on one side to hold on to.
    assert 50 <= longest.a.first <= 52
    assert 147 <= longest.a.last <= 150
    assert longest.b.first - before == longest.a.first - 50
    assert longest.closeness == 1
    inside = range(longest.a.first - 50, longest.a.last - 50)
    assert longest.ratio == pytest.approx(sum(not wrong(i) for i in inside) / len(inside))


def test_where_only_every_second_word_can_be_read_these_words_are_a_passage() -> None:
    block = WORDS[:60]
    noisy = [
        w if i % 2 else "".join(c if k % 2 else "x" for k, c in enumerate(w))
        for i, w in enumerate(block)
    ]
    noisy[31] = f"{noisy[31][:3]}x{noisy[31][4:]}"
    (passage,) = aligned(WORDS[500:520] + block, noisy + WORDS[600:620]).passages
    assert (passage.a.first, passage.a.last, passage.b.first, passage.b.last) == (21, 80, 1, 60)
    assert (passage.equal, passage.longest) == (30, 1)
    assert passage.ratio == pytest.approx(29 / 59)


def test_swapping_the_texts_of_a_noisy_copy_only_swaps_the_passages() -> None:
    block = WORDS[:200]
    a = WORDS[500:520] + block
    b = with_wrong_letters(block, lambda i: i % 3 == 1) + WORDS[600:620]
    there, back = aligned(a, b), aligned(b, a)
    assert len(there.passages) == 1
    assert [p.flip() for p in there.passages] == list(back.passages)
    assert there.variants == {wrong: right for right, wrong in back.variants.items()}


def test_another_number_breaks_a_run_where_another_letter_does_not() -> None:
    text = "The committee paid 1,240 crowns for the lighthouse and 3,500 crowns for its keeper."
    letter = text.replace("lighthouse", "lighthoufe")
    number = letter.replace("1,240", "1,340")
    (forgiven,), (broken,) = (aligned(text, other).passages for other in (letter, number))
    count = len(normalise(text))
    assert (forgiven.equal, forgiven.longest) == (count, count)
    assert (broken.equal, broken.longest) == (
        count - 1,
        count - len("the committee paid 1 240".split()),
    )


# What is no passage


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("", ""),
        ("", LEAD),
        (LEAD, ""),
        (" \n… — !", LEAD),
        ("one two three", "one two four"),
        (LEAD, " ".join(WORDS[:100])),
        ("Mr. Mr. Mr. Mr. Mr. Mr.", "Mr. Mr. Mr. Mr. Mr."),
    ],
)
def test_nothing_shared_gives_nothing(a: str, b: str) -> None:
    assert aligned(a, b) == Alignment(())


@pytest.mark.parametrize("words", ["it was not for them to say that", "one two three four"])
def test_words_without_news_in_them_are_no_passage(words: str) -> None:
    a = f"{' '.join(WORDS[:30])} {words} {' '.join(WORDS[30:60])}"
    b = f"{' '.join(WORDS[100:130])} {words} {' '.join(WORDS[130:160])}"
    assert aligned(a, b).passages == ()


def test_words_without_news_count_next_to_a_passage() -> None:
    weak = "and it was not for them to say".split()
    a = WORDS[:20] + WORDS[100:112] + weak + WORDS[120:130]
    b = WORDS[:20] + WORDS[200:212] + weak + WORDS[220:230]
    assert len(aligned(a, b).passages) == 2


def test_it_is_said_when_shared_words_stood_too_often_to_be_looked_at() -> None:
    often = WORDS[:10]
    apart = [word for i in range(MAX_SEED_COUNT + 1) for word in [*often, WORDS[100 + i]]]
    b = WORDS[300:320] + often + WORDS[320:340]
    assert aligned(apart, b) == Alignment((), truncated=True)
    fewer = apart[: MAX_SEED_COUNT * 11]
    assert aligned(fewer, b).passages
    assert not aligned(fewer, b).truncated


# Time


def seconds(a: str, b: str) -> float:
    one, other = normalise(a), normalise(b)
    begin = time.process_time()
    align(Gist(one), Gist(other))
    return time.process_time() - begin


@pytest.mark.parametrize("size", [100_000, 99_999])
def test_one_word_a_hundred_thousand_times_is_found_in_seconds(size: int) -> None:
    a, b = normalise("buffalo " * 100_000), normalise("buffalo " * size)
    begin = time.process_time()
    (passage,) = align(Gist(a), Gist(b)).passages
    assert time.process_time() - begin < 5
    assert (passage.equal, passage.kind) == (size, Kind.VERBATIM)


def random_words(vocabulary: int, size: int, seed: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS[:vocabulary], k=size))


def noisy(text: str) -> str:
    return " ".join(with_wrong_letters(text.split(" "), lambda i: i % 4 == 1))


HOSTILE = {
    "one word repeated": lambda n: ("ha " * n, "x " + "ha " * n + "y"),
    "two words alternating": lambda n: ("ha ho " * (n // 2), "ho ha " * (n // 2)),
    "fifty words repeated": lambda n: (
        " ".join(WORDS[:50] * (n // 50)),
        " ".join((WORDS[25:50] + WORDS[:25]) * (n // 50)),
    ),
    "a text eight times": lambda n: (
        " ".join(WORDS[: n // 64] * 64),
        "x " + " ".join(WORDS[: n // 64] * 64) + " y",
    ),
    "a noisy copy": lambda n: (
        random_words(2000, n // 4, 1),
        noisy(random_words(2000, n // 4, 1)),
    ),
    "ten words at random": lambda n: (random_words(10, n, 1), random_words(10, n, 2)),
    "no spaces": lambda n: ("ha" * n, "ha" * n),
    "no words": lambda n: (". " * n, "\n \n" * n),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_time_grows_with_the_length_of_the_text_and_not_with_its_square(kind: str) -> None:
    small = min(seconds(*HOSTILE[kind](20_000)) for _ in range(2))
    large = seconds(*HOSTILE[kind](80_000))
    assert large < 9 * small + 2, f"four times the text took {large / small:.0f} times as long"
    assert large < 30
