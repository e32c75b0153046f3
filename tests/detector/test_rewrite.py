"""Rewritten sentences: found around what is proven, and only there. The texts are made up."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.align import align
from detector.model import AlignedPassage, Alignment, Kind, NormalText, TokenRange
from detector.normalise import normalise
from detector.prior import spelling_key
from detector.rewrite import MAX_SENTENCE_WORDS, find_rewrites
from detector.sentence import sentences

LIGHTHOUSE = """\
The Marrow Point lighthouse will be switched off on 14 October after 162 years of service. \
Captain Elsie Brandt, who has run the station since 2009, said the two diesel generators burn \
340 litres a week and can no longer be repaired. A solar beacon bought from the Danish firm \
Lysvik for £86,000 will take its place on the northern breakwater. Fishermen from Port Carrow \
have collected 2,400 signatures against the plan because the new light reaches only nine \
nautical miles. The Coastal Trust hopes to turn the tower into a museum by the spring of 2028."""
RETOLD = """\
A museum could open inside the tower in spring 2028, if the Coastal Trust gets its way. Until \
then Marrow Point stays dark: its lighthouse, 162 years old, shines for the last time on 14 \
October. Elsie Brandt, captain of the station from 2009 on, explains that 340 litres of fuel \
disappear every week into a pair of generators beyond repair. A solar beacon bought from the \
Danish firm Lysvik for £86,000 will take its place on the northern breakwater. In Port Carrow, \
where 2,400 people signed a petition, fishermen complain of a range of nine nautical miles."""
MAYAK = """\
Маяк на мисі Сірий вимкнуть 14 жовтня після 162 років роботи. Капітанка Олеся Бранд, яка керує \
станцією з 2009 року, каже, що два дизельні генератори спалюють 340 літрів на тиждень і вже не \
підлягають ремонту. Сонячний ліхтар, куплений у данської фірми «Лисвік» за 86 тисяч крон, \
поставлять на північному хвилерізі. Рибалки з Каревого зібрали 2400 підписів проти цього, бо \
нове світло видно лише за дев'ять миль. Береговий фонд сподівається відкрити у вежі музей \
навесні 2028 року."""
PEREKAZ = """\
Навесні 2028 року у вежі може з'явитися музей, сподіваються у Береговому фонді. А поки мис \
Сірий лишиться без світла: його маяк, якому 162 роки, востаннє засвітять 14 жовтня. За словами \
Олесі Бранд, капітанки станції з 2009 року, генератори за тиждень з'їдають 340 літрів \
пального, а ремонту не підлягають. Сонячний ліхтар, куплений у данської фірми «Лисвік» за 86 \
тисяч крон, поставлять на північному хвилерізі. У Каревому, де зібрали 2400 підписів, рибалки \
нарікають: дев'ять миль замало."""
OTHER_STORY = """\
Bakers in Orrin Vale have gone back to stone mills. Flour from the Tessel brothers now costs \
12 crowns a sack, twice as much as last winter. None of the 40 shops has closed."""
THIRD_STORY = """\
A ski lift above Dunmere stood still for six hours on Friday. Rescuers brought 31 people down \
on ropes, two of them children. The cause was a fox asleep in the motor house."""


def made_up_words(count: int) -> list[str]:
    """Different words that are no words, none of which is two others."""
    rng = random.Random(0)
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(rng.choice("bdgklmst") + rng.choice("aeiou") for _ in range(4))] = None
    return list(words)


WORDS = made_up_words(50_000)


def rewritten(a: str, b: str) -> Alignment:
    one, other = normalise(a), normalise(b)
    return find_rewrites(one, other, align(one, other))


def sentence_at(text: NormalText, place: TokenRange) -> int | None:
    """The number of the sentence, from 1, that the whole range lies in."""
    span = text.span(place.first, place.last)
    found = [i for i, s in enumerate(sentences(text.text), 1) if s.contains(span)]
    return found[0] if found else None


def matched(a: str, b: str) -> dict[tuple[int | None, int | None], Kind]:
    """The sentences that were matched, by their numbers in both texts."""
    one, other = normalise(a), normalise(b)
    return {
        (sentence_at(one, p.a), sentence_at(other, p.b)): p.kind for p in rewritten(a, b).passages
    }


# What is found


def test_every_rewritten_sentence_of_an_english_story_is_found_around_the_copied_one() -> None:
    assert matched(LIGHTHOUSE, RETOLD) == {
        (1, 2): Kind.PARAPHRASE,
        (2, 3): Kind.PARAPHRASE,
        (3, 4): Kind.VERBATIM,
        (4, 5): Kind.PARAPHRASE,
        (5, 1): Kind.PARAPHRASE,
    }


def test_most_rewritten_sentences_of_a_ukrainian_story_are_found_around_the_copied_one() -> None:
    found = matched(MAYAK, PEREKAZ)
    assert found[3, 4] is Kind.VERBATIM
    assert found.keys() >= {(2, 3), (3, 4), (4, 5), (5, 1)}
    assert found.keys() <= {(1, 2), (2, 3), (3, 4), (4, 5), (5, 1)}


def test_a_rewritten_sentence_is_shown_whole_in_both_texts() -> None:
    a, b = normalise(LIGHTHOUSE), normalise(RETOLD)
    first, *_ = rewritten(LIGHTHOUSE, RETOLD).passages
    assert a.span(first.a.first, first.a.last).slice(LIGHTHOUSE) == (
        "The Marrow Point lighthouse will be switched off on 14 October after 162 years of service"
    )
    assert b.span(first.b.first, first.b.last).slice(RETOLD) == (
        "Until then Marrow Point stays dark: its lighthouse, 162 years old, shines for the last "
        "time on 14 October"
    )


def test_sentences_of_another_story_are_matched_with_nothing() -> None:
    a, b = f"{LIGHTHOUSE} {OTHER_STORY}", f"{RETOLD} {THIRD_STORY}"
    assert matched(a, b) == matched(LIGHTHOUSE, RETOLD)


def test_a_copied_part_of_a_sentence_widens_to_the_sentence_that_retells_it() -> None:
    a = f"{LIGHTHOUSE} Nobody asked the keeper of the Tessel Rock light what he thought of it all."
    b = f"{RETOLD} What he thought of it all, the keeper of the Tessel Rock light was never asked."
    last = rewritten(a, b).passages[-1]
    normal = normalise(b)
    assert normal.span(last.b.first, last.b.last).slice(b).startswith("What he thought of it all")
    assert last.kind is Kind.EDITED


PROVEN = WORDS[-30:]


def text_of(*sentences_of_words: list[str]) -> str:
    """A text that begins with the same copied sentence."""
    return " ".join(f"{' '.join(s)}.".capitalize() for s in (PROVEN, *sentences_of_words))


def found_in_b(a: str, b: str) -> list[tuple[int, int]]:
    return sorted((p.b.first, p.b.last) for p in rewritten(a, b).passages)


def test_what_little_agrees_counts_only_in_the_order_of_the_source() -> None:
    own = [WORDS[1000 + 6 * i : 1006 + 6 * i] for i in range(6)]
    common = [WORDS[10 * i : 10 * i + 4] for i in range(3)]
    a = [own[i][:3] + common[i] + own[i][3:] for i in range(3)]
    b = [own[3 + i][:3] + common[i][::-1] + own[3 + i][3:] for i in range(3)]
    assert len(found_in_b(text_of(*a), text_of(*b))) == 1 + 3
    assert len(found_in_b(text_of(*a), text_of(*b[::-1]))) == 1 + 1


def test_one_sentence_may_retell_two() -> None:
    first, second = WORDS[:8], WORDS[10:18]
    retold = [*first[::-1][:7], f"{first[0]},", *second[::-1]]
    assert found_in_b(text_of(first, second), text_of(retold)) == [(0, 30), (30, 38), (38, 46)]


def test_two_sentences_are_not_both_the_retelling_of_one() -> None:
    told = WORDS[:8]
    again = [told[::-1], [*told[::2], *told[1::2]]]
    assert len(found_in_b(text_of(told), text_of(*again))) == 2


# What is never said


@pytest.mark.parametrize(("a", "b"), [(LIGHTHOUSE, RETOLD), (LIGHTHOUSE, LIGHTHOUSE), ("", "")])
@pytest.mark.parametrize("truncated", [False, True])
def test_nothing_is_added_where_no_passage_is_proven(a: str, b: str, truncated: bool) -> None:
    nothing = Alignment((), truncated)
    assert find_rewrites(normalise(a), normalise(b), nothing) == nothing


def test_a_story_told_all_in_other_words_is_not_accused() -> None:
    copied = sentences(RETOLD)[3]
    b = RETOLD[: copied.start] + RETOLD[copied.end :]
    assert rewritten(LIGHTHOUSE, b) == Alignment(())


def test_it_stays_said_that_not_all_was_looked_at() -> None:
    a, b = normalise(LIGHTHOUSE), normalise(RETOLD)
    proven = Alignment(align(a, b).passages, truncated=True)
    assert find_rewrites(a, b, proven).truncated


# Any two texts


@st.composite
def related_texts(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts of sentences in common, copied, cut, shuffled or mixed, and their own."""
    vocabulary = [*WORDS[: draw(st.sampled_from([8, 30, 200]))], "the", "of", "and", "mr"]
    rng = random.Random(draw(st.integers(0, 10**6)))
    common = [rng.choices(vocabulary, k=rng.randint(3, 25)) for _ in range(6)]

    def varied(sentence: list[str]) -> str:
        words = list(sentence)
        for way in draw(st.lists(st.integers(0, 4), max_size=2)):
            if way == 0:
                rng.shuffle(words)
            elif way == 1:
                words[rng.randrange(len(words))] = rng.choice(WORDS)
            elif way == 2:
                words.insert(rng.randrange(len(words)), "—")
            elif way == 3:
                words = words[: rng.randint(1, len(words))]
            else:
                words += rng.choice(common)
        return " ".join(words).capitalize() + rng.choice([".", ".", "!", "\n", ""])

    texts = []
    for _ in range(2):
        chosen = draw(st.lists(st.sampled_from(common), min_size=1, max_size=10))
        texts.append(" ".join(varied(sentence) for sentence in chosen))
    return texts[0], texts[1]


def overlap(x: TokenRange, y: TokenRange) -> bool:
    return x.first < y.last and y.first < x.last


def overlap_in_both(p: AlignedPassage, q: AlignedPassage) -> bool:
    return overlap(p.a, q.a) and overlap(p.b, q.b)


@given(related_texts())
def test_no_stretch_is_reported_twice(texts: tuple[str, str]) -> None:
    passages = rewritten(*texts).passages
    for i, p in enumerate(passages):
        assert not any(overlap_in_both(p, q) for q in passages[:i])


@given(related_texts())
def test_what_was_proven_stays(texts: tuple[str, str]) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    proven = align(a, b)
    kept = find_rewrites(a, b, proven).passages
    for p in proven.passages:
        assert any(
            q.a.first <= p.a.first
            and p.a.last <= q.a.last
            and q.b.first <= p.b.first
            and p.b.last <= q.b.last
            for q in kept
        )


@given(related_texts())
def test_a_passage_that_adds_to_what_is_proven_stays_inside_one_sentence(
    texts: tuple[str, str],
) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    proven = align(a, b)
    for p in find_rewrites(a, b, proven).passages:
        if not any(overlap_in_both(p, q) for q in proven.passages):
            assert sentence_at(a, p.a)
            assert sentence_at(b, p.b)


@given(related_texts())
def test_no_sentence_is_retold_twice(texts: tuple[str, str]) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    proven = align(a, b)
    new = [
        p
        for p in find_rewrites(a, b, proven).passages
        if not any(overlap_in_both(p, q) for q in proven.passages)
    ]
    for i, p in enumerate(new):
        assert not any(overlap(p.a, q.a) or overlap(p.b, q.b) for q in new[:i])


@given(related_texts())
def test_the_words_called_equal_in_rewritten_passages_are_equal(texts: tuple[str, str]) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    proven = align(a, b)
    for p in set(find_rewrites(a, b, proven).passages) - set(proven.passages):
        equal, at_a, at_b = 0, p.a.first, p.b.first
        for first_a, first_b, width_a, width_b in p.pairs:
            assert at_a <= first_a
            assert at_b <= first_b
            assert width_a == width_b
            for step in range(width_a):
                words = a.tokens[first_a + step], b.tokens[first_b + step]
                assert spelling_key(words[0]) == spelling_key(words[1])
            equal, at_a, at_b = equal + width_a, first_a + width_a, first_b + width_b
        assert at_a <= p.a.last
        assert at_b <= p.b.last
        assert p.equal == equal
        assert p.longest == max((pair[2] for pair in p.pairs), default=0)
        assert p.ratio == pytest.approx(2 * equal / (len(p.a) + len(p.b)))
        assert (p.kind is Kind.VERBATIM) == (p.ratio >= 0.97)


def test_overlapping_passages_become_one_even_when_others_begin_between_them() -> None:
    a, b = normalise(" ".join(WORDS[:100])), normalise(" ".join(WORDS[100:200]))

    def passage(a: tuple[int, int], b: tuple[int, int]) -> AlignedPassage:
        return AlignedPassage(TokenRange(*a), TokenRange(*b), Kind.EDITED, 8, 8, 0.8, ())

    between = passage((10, 20), (80, 90))
    alignment = Alignment((passage((0, 40), (0, 40)), between, passage((30, 60), (30, 60))))
    kept = find_rewrites(a, b, alignment).passages
    assert [(p.a, p.b) for p in kept] == [
        (TokenRange(0, 60), TokenRange(0, 60)),
        (between.a, between.b),
    ]


def test_passages_that_come_to_overlap_by_growing_become_one_too() -> None:
    a, b = normalise(" ".join(WORDS[:600])), normalise(" ".join(WORDS[1000:1600]))

    def passage(a: tuple[int, int], b: tuple[int, int]) -> AlignedPassage:
        return AlignedPassage(TokenRange(*a), TokenRange(*b), Kind.EDITED, 8, 8, 0.8, ())

    # The third joins the first, and only together do they reach the second.
    three = (
        passage((0, 100), (0, 100)),
        passage((10, 20), (500, 510)),
        passage((90, 110), (95, 520)),
    )
    kept = find_rewrites(a, b, Alignment(three)).passages
    assert [(p.a, p.b) for p in kept] == [(TokenRange(0, 110), TokenRange(0, 520))]


@pytest.mark.parametrize("size", [100, 6000, 20_000])
def test_a_refrain_sung_once_more_loses_nothing_of_the_text_around_it(size: int) -> None:
    refrain = "then came the harbour bell again".split()
    a = WORDS[:size] + refrain * 2 + WORDS[size : 2 * size]
    b = WORDS[:size] + refrain * 3 + WORDS[size : 2 * size]
    passages = rewritten(" ".join(a), " ".join(b)).passages
    assert sum(p.equal for p in passages) >= len(a)


def test_a_text_without_full_stops_is_retold_in_pieces_of_limited_length() -> None:
    rng = random.Random(1)
    words = WORDS[: 8 * MAX_SENTENCE_WORDS]
    parts = [words[i : i + 50] for i in range(0, len(words), 50)]
    mixed = [word for part in parts for word in rng.sample(part, len(part))]
    passages = rewritten(text_of(words), text_of(mixed)).passages
    assert all(len(p.a) <= MAX_SENTENCE_WORDS for p in passages)
    assert sum(len(p.a) for p in passages) > 0.9 * len(words)


# Always the same


def test_the_answer_does_not_hang_on_the_hash_seed_of_python() -> None:
    script = (
        "import sys; from detector.align import align; from detector.normalise import normalise; "
        "from detector.rewrite import find_rewrites; "
        "a, b = (normalise(t) for t in sys.argv[1:]); print(find_rewrites(a, b, align(a, b)))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script, LIGHTHOUSE, RETOLD],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(answers) == 1


# Time


def retold_sentences(count: int) -> tuple[str, str]:
    rng = random.Random(1)
    texts: list[list[str]] = [[], []]
    for i in range(count):
        common = WORDS[30 + 4 * i : 34 + 4 * i]
        for text in texts:
            words = [*rng.sample(common, 4), *rng.choices(WORDS[-9000:], k=4)]
            text.append(f"{' '.join(words).capitalize()}.")
    return " ".join(texts[0]), " ".join(texts[1])


def in_the_wrong_order(count: int) -> tuple[str, str]:
    a, b = retold_sentences(count)
    return a, ". ".join(reversed(b.split(". ")))


def copied_sentences_in_between(count: int) -> tuple[str, str]:
    a, b = (text.split(". ") for text in retold_sentences(count))
    copied = [" ".join(WORDS[16 * i : 16 * i + 16]).capitalize() for i in range(count // 3)]
    for text in (a, b):
        text[::3] = copied[: len(text[::3])] + text[::3][len(copied) :]
    return ". ".join(a), ". ".join(b)


def refrains(count: int) -> tuple[str, str]:
    refrain = " ".join(WORDS[-6:])
    verses = [" ".join(WORDS[12 * i : 12 * i + 12]) for i in range(count // 3)]
    return (
        " ".join(f"{verse} {refrain} {refrain}" for verse in verses),
        " ".join(f"{verse} {refrain} {refrain} {refrain}" for verse in verses),
    )


def the_same_words_in_every_sentence(count: int) -> tuple[str, str]:
    rng = random.Random(1)
    texts = [
        [[*WORDS[-40:-36], *rng.choices(WORDS[:20_000], k=4)] for _ in range(count)]
        for _ in range(2)
    ]
    a, b = (" ".join(f"{' '.join(s).capitalize()}." for s in text) for text in texts)
    return a, b


def without_full_stops(count: int) -> tuple[str, str]:
    words = WORDS[30 : 30 + 4 * count]
    return " ".join(words), " ".join(random.Random(1).sample(words, len(words)))


@pytest.mark.parametrize(
    "texts",
    [
        retold_sentences,
        in_the_wrong_order,
        copied_sentences_in_between,
        refrains,
        the_same_words_in_every_sentence,
        without_full_stops,
    ],
)
def test_time_grows_with_the_number_of_sentences_and_not_with_its_square(texts) -> None:
    lead = f"{' '.join(WORDS[-60:-30]).capitalize()}. "

    def seconds(count: int) -> float:
        a, b = (normalise(lead + text) for text in texts(count))
        proven = align(a, b)
        assert proven.passages
        begin = time.process_time()
        find_rewrites(a, b, proven)
        return time.process_time() - begin

    small = min(seconds(1000) for _ in range(2))
    large = seconds(4000)
    assert large < 9 * small + 2, f"four times the text took {large / small:.0f} times as long"
