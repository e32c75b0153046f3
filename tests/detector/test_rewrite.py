"""Rewritten sentences: found around what is proven, and only there. The texts are made up."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.align import align
from detector.gist import MAX_SENTENCE_WORDS, Gist
from detector.model import AlignedPassage, Alignment, Document, Kind, NormalText, TokenRange
from detector.normalise import normalise
from detector.pipeline import compare
from detector.prior import spelling_key, stem
from detector.rewrite import JOIN_WORDS, RETOLD_STEMS, find_retold, find_rewrites
from detector.rewrite.passage import merge
from detector.rewrite.text import Text, cut_pieces, find_candidates, may_agree, weigh
from detector.sentence import sentences
from tests import oracles

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

# Two stories on each topic, with its names, that tell different news.
FERRY_STRIKE = """\
Crews of the Lindholm ferries stopped work on Wednesday and left 3,000 holidaymakers on the quay \
of Sankt Varg. The union, led by Berit Aune, wants two free weekends a month and an end to split \
shifts. Shops on the island ran out of milk by the evening, and the clinic flew one patient to \
the mainland by helicopter. The company Nordsund offered a pay rise of 4 per cent, which the \
crews turned down within an hour."""
FERRY_TALKS = """\
After eleven hours in a hotel above Sankt Varg, Nordsund and the union signed a truce on Sunday. \
Berit Aune told reporters that rosters will be drawn up a season ahead, although nobody gets more \
money before spring. The first Lindholm boat sailed with flowers on its bridge. Economists at the \
university put the cost of the dispute at 12 million crowns, most of it lost by fishmongers and \
campsites."""
BEES = """\
Beekeepers in the Tarn valley lost two hives in three this winter, the worst result since records \
began in 1974. The association blames a wet autumn and the Asian hornet, which reached the town \
of Orby in September. Its chairman Paul Devigne asked the region for 900,000 euros, enough for \
new queens and for traps along the river."""
BEE_SCHOOL = """\
Twelve pupils from Orby have spent the term under white veils. Their teacher, a cousin of Paul \
Devigne, keeps four hives behind the gymnasium and lets the class sell the honey at the Saturday \
market. Parents worried about stings at first; nobody was hurt. The Tarn valley has three other \
schools where bees are kept, and a fifth is to follow after the summer holidays."""
TEMPLE = """\
Archaeologists digging for a car park in Meliora found the floor of a Roman bath last Thursday. \
The mosaic shows a boy riding a dolphin and measures six metres by nine. Professor Ada Quint of \
the city museum believes that it belonged to a wine merchant, because amphora stamps from Gaul \
lay around it. Building work stands still until the end of October."""
TEMPLE_COST = """\
The mayor of Meliora wants his car park back. Every week of delay costs taxpayers 18,000 euros, \
he complained in the council chamber, while shopkeepers lose customers to the malls outside the \
walls. Ada Quint answered from the visitors' bench that a Roman pavement would draw coaches from \
three countries. A vote is due in November; the opposition has not said which side it takes."""
LIKARNYA = """\
Лікарня у Верхньому Лозі відкрила відділення для недоношених дітей. Тут шість кувезів, два \
апарати штучного дихання та кімната, де матері можуть ночувати поруч із немовлятами. Головна \
лікарка Дарина Стець чекала на ремонт одинадцять років. Обладнання купили за гроші громади й \
польського фонду «Джерело», разом вийшло 31 мільйон гривень."""
LIKARNYA_BORH = """\
Дарина Стець просить депутатів не скорочувати ставок. За її словами, у Верхньому Лозі бракує трьох \
анестезіологів, і торік дві операції довелося скасувати вночі. Обласна рада натомість пропонує \
об'єднати заклад із сусіднім, до якого сорок кілометрів розбитої дороги. Фонд «Джерело» від \
коментарів утримався, рішення ухвалять у лютому."""
SAD = """\
Фермер Гнат Ярема з села Крута Балка посадив перший на Поділлі гектар фундука. Саджанці він привіз \
із Туреччини, а поливає їх краплями зі старого колгоспного ставу. Урожай чекає через чотири роки й \
рахує, що кілограм горіхів коштуватиме двісті гривень. Сусіди спершу сміялися, тепер троє з них \
питають, де брати сортові кущі."""
SAD_GRAD = """\
Гроза пройшла над Крутою Балкою у неділю по обіді й тривала двадцять хвилин. Лід завбільшки з яйце \
побив шибки у школі, скло теплиць і дахи вісімнадцяти хат. Гнат Ярема, який саме повертався з \
ярмарку, сховав під мостом коней двох родин. Збитки підраховує комісія з району; постраждалим \
обіцяють шифер і плівку до кінця тижня."""
MIST = """\
Міст через річку Стрижень закриють для вантажівок від понеділка. Експерти інституту знайшли \
тріщини у трьох опорах, найдовша сягає сорока сантиметрів. Об'їзд ляже через Залужне, де вулиця \
вузька й без тротуарів. Мер Ігор Паламар каже, що на нову споруду місто має лише третину \
потрібних коштів."""
MIST_KINO = """\
Під мостом через Стрижень знімають кіно про весну двадцять другого року. Режисерка Леся Гайова \
обрала це місце, бо тут ніхто не встиг пофарбувати бетон. Мер Ігор Паламар зіграв водія автобуса й \
жартує, що нарешті говорив мало. Мешканці Залужного приносять акторам чай, а прем'єру \
показуватимуть просто неба наступного літа."""
SAME_TOPIC = (
    (FERRY_STRIKE, FERRY_TALKS),
    (BEES, BEE_SCHOOL),
    (TEMPLE, TEMPLE_COST),
    (LIKARNYA, LIKARNYA_BORH),
    (SAD, SAD_GRAD),
    (MIST, MIST_KINO),
)

# Two reports of each event, with its names and numbers, by people who did not read each other.
FIRE_DAILY = """\
A fire destroyed the Halvorsen paper mill in Dunmere early on Tuesday. About 140 firefighters \
from nine towns fought the flames for six hours; nobody was hurt. The mill, built in 1931, \
employed 215 people. Police chief Nora Eklund said that an electric fault in the drying hall was \
the likely cause. The mayor, Tom Rask, promised help for the workers."""
FIRE_WEEKLY = """\
When the night shift smelled smoke, there were minutes left. By sunrise on Tuesday the Halvorsen \
mill, for 90 years the heart of Dunmere, had burned to its walls, and 215 jobs with it. \
Detectives under Nora Eklund suspect a cable above the paper dryers. "We will rebuild," mayor Tom \
Rask told families who had gathered at the gate, where 140 tired firefighters were rolling up \
their hoses."""
MATCH_HOME = """\
Orrin Rovers beat Tessel United 3-1 at Mill Lane on Saturday: Ivo Lantz scored twice and the \
substitute Pete Okoro once, before Juan Ferris answered from the penalty spot. Some 11,400 people \
watched Rovers climb to second place. The captain, Bo Skar, left the pitch with a cut above his \
eye, but hopes to play at Carrow next week."""
MATCH_AWAY = """\
Another Saturday, another defeat. Two headers by Ivo Lantz and a late run by Pete Okoro left \
Tessel United empty-handed at Mill Lane, where 11,400 spectators saw a Juan Ferris penalty that \
changed nothing. Coach Ruth Adler blamed a night without sleep on a broken bus; her side has lost \
five times since March and now receives the champions."""
VYBUKH_ZRANKU = """\
На складі заводу «Кремінь» у Лозовій Греблі вночі вибухнув балон із газом, двоє робітників \
дістали опіки, 600 метрів даху гасили 47 рятувальників. Директорка Зоя Гринь запевняє, що конвеєр \
запрацює в четвер. Поліція відкрила провадження, постраждалих оперують у лікарні Мечникова."""
VYBUKH_UVECHERI = """\
О третій ночі Лозова Гребля прокинулася від удару: на «Кремені» розірвало балон. За дві години 47 \
рятувальників збили вогонь, який охопив 600 метрів даху й підступав до цистерн. Зоя Гринь каже, \
що робітники з опіками житимуть, і обіцяє премії тим, хто не розгубився."""
SAME_EVENT = (
    (FIRE_DAILY, FIRE_WEEKLY),
    (MATCH_HOME, MATCH_AWAY),
    (VYBUKH_ZRANKU, VYBUKH_UVECHERI),
)
ENGLISH = [LIGHTHOUSE, *(story for pair in SAME_TOPIC[:3] for story in pair)]
UKRAINIAN = [MAYAK, *(story for pair in SAME_TOPIC[3:] for story in pair)]
STORIES = [*ENGLISH, *UKRAINIAN]


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
    return find_rewrites(Gist(one), Gist(other), align(Gist(one), Gist(other)))


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


def covered(ranges: Iterable[TokenRange]) -> set[int]:
    return {index for r in ranges for index in range(r.first, r.last)}


def holds(text: NormalText, place: TokenRange, number: int) -> bool:
    """Whether a range has all words of the sentence with this number, from 1."""
    return sentences(text.text)[number - 1].slice(text.text).rstrip(".") in text.span(
        place.first, place.last
    ).slice(text.text)


# What is found


STORY_PAIRS = {
    "English": (LIGHTHOUSE, RETOLD, OTHER_STORY, THIRD_STORY),
    "Ukrainian": (MAYAK, PEREKAZ, SAD_GRAD, MIST_KINO),
}
COPIED = (3, 4)
REWRITTEN = {
    "English": [(1, 2), (2, 3), (4, 5), (5, 1)],
    "Ukrainian": [(2, 3), (4, 5), (5, 1)],
}


def apart(language: str, *numbers: tuple[int, int]) -> tuple[str, str]:
    """The copied sentence, then another story, then sentences and their retellings: too far from
    the copied one to be one passage with it."""
    a, b, *others = STORY_PAIRS[language]
    texts = []
    for side, text in enumerate((a, b)):
        told = [s.slice(text) for s in sentences(text)]
        wanted = [told[pair[side] - 1] for pair in (COPIED, *numbers)]
        texts.append(" ".join([wanted[0], others[side], *wanted[1:]]))
    return texts[0], texts[1]


@pytest.mark.parametrize(
    ("language", "pair"), [(name, pair) for name, pairs in REWRITTEN.items() for pair in pairs]
)
def test_a_rewritten_sentence_is_found_beside_the_copied_one(
    language: str, pair: tuple[int, int]
) -> None:
    a, b = apart(language, pair)
    last = len(sentences(a)), len(sentences(b))
    assert matched(a, b) == {(1, 1): Kind.VERBATIM, last: Kind.PARAPHRASE}


ORDERED = [
    "English",
    pytest.param(
        "Ukrainian",
        marks=pytest.mark.xfail(
            strict=True,
            reason="two equal words before the copied sentence join it, and the rest of theirs is "
            "too short to be found; asking for three there loses more in rewritten texts",
        ),
    ),
]


@pytest.mark.parametrize("language", ORDERED)
def test_passages_hold_the_sentences_of_a_story_that_was_retold_in_another_order(
    language: str,
) -> None:
    a, b = (normalise(text) for text in STORY_PAIRS[language][:2])
    passages = rewritten(a.text, b.text).passages
    for in_a, in_b in (COPIED, *REWRITTEN[language]):
        assert any(holds(a, p.a, in_a) and holds(b, p.b, in_b) for p in passages)


def test_two_sentences_that_retell_two_neighbours_are_one_passage() -> None:
    a, b = (normalise(text) for text in apart("English", (1, 2), (2, 3)))
    copied, both = rewritten(a.text, b.text).passages
    assert copied.kind is Kind.VERBATIM
    for number in (5, 6):
        assert holds(a, both.a, number)
        assert holds(b, both.b, number)


def test_a_copied_sentence_stays_apart_from_the_retelling_beside_it() -> None:
    a, b = (
        " ".join(sentences(text)[number - 1 + step].slice(text) for step in (0, 1))
        for text, number in zip((LIGHTHOUSE, RETOLD), COPIED, strict=True)
    )
    assert matched(a, b) == {(1, 1): Kind.VERBATIM, (2, 2): Kind.PARAPHRASE}


def test_a_rewritten_sentence_is_shown_whole_in_both_texts() -> None:
    a, b = (normalise(text) for text in apart("English", (1, 2)))
    last = rewritten(a.text, b.text).passages[-1]
    assert a.span(last.a.first, last.a.last).slice(a.text) == (
        "The Marrow Point lighthouse will be switched off on 14 October after 162 years of service"
    )
    assert b.span(last.b.first, last.b.last).slice(b.text) == (
        "Until then Marrow Point stays dark: its lighthouse, 162 years old, shines for the last "
        "time on 14 October"
    )


@pytest.mark.parametrize("language", STORY_PAIRS)
def test_sentences_of_another_story_are_matched_with_nothing(language: str) -> None:
    a, b, other, third = STORY_PAIRS[language]
    assert rewritten(f"{a} {other}", f"{b} {third}") == rewritten(a, b)


def test_a_copied_part_of_a_sentence_widens_to_the_sentence_that_retells_it() -> None:
    a, b = apart("English")
    a += " Nobody asked the keeper of the Tessel Rock light what he thought of it all."
    b += " What he thought of it all, the keeper of the Tessel Rock light was never asked."
    last = rewritten(a, b).passages[-1]
    normal = normalise(b)
    assert normal.span(last.b.first, last.b.last).slice(b).startswith("What he thought of it all")
    assert last.kind is Kind.EDITED


PROVEN = WORDS[-30:]


def text_of(*sentences_of_words: list[str]) -> str:
    """A text that begins with the same copied sentence."""
    return " ".join(f"{' '.join(s)}.".capitalize() for s in (PROVEN, *sentences_of_words))


def spaced(told: list[list[str]], first_own: int) -> list[list[str]]:
    """The sentences with one after each that no other text has, so that none are neighbours; its
    words are those of WORDS from ``first_own`` on."""
    own = range(first_own, first_own + JOIN_WORDS * len(told), JOIN_WORDS)
    return [
        part
        for sentence, at in zip(told, own, strict=True)
        for part in (sentence, WORDS[at : at + JOIN_WORDS])
    ]


def found_in_b(a: str, b: str) -> list[tuple[int, int]]:
    return sorted((p.b.first, p.b.last) for p in rewritten(a, b).passages)


def test_what_little_agrees_counts_only_in_the_order_of_the_source() -> None:
    own = [WORDS[1000 + 6 * i : 1006 + 6 * i] for i in range(6)]
    common = [WORDS[10 * i : 10 * i + 4] for i in range(3)]
    a = spaced([own[i][:3] + common[i] + own[i][3:] for i in range(3)], 2000)
    b = [own[3 + i][:3] + common[i][::-1] + own[3 + i][3:] for i in range(3)]
    in_order, reversed_order = (text_of(*spaced(told, 3000)) for told in (b, b[::-1]))
    assert found_in_b(text_of(*a), in_order) == [(0, 30), (30, 40), (64, 74), (98, 108)]
    assert len(found_in_b(text_of(*a), reversed_order)) == 1 + 1


def test_one_sentence_may_retell_two() -> None:
    first, second = WORDS[:8], WORDS[10:18]
    retold = [*first[::-1][:7], f"{first[0]},", *second[::-1]]
    a = text_of(*spaced([first, second], 1000))
    assert found_in_b(a, text_of(retold)) == [(0, 30), (30, 38), (38, 46)]
    assert found_in_b(text_of(first, second), text_of(retold)) == [(0, 30), (30, 46)]


def test_two_sentences_are_not_both_the_retelling_of_one() -> None:
    told = WORDS[:8]
    again = [told[::-1], [*told[::2], *told[1::2]]]
    assert found_in_b(text_of(told), text_of(*again)) == [(0, 30), (30, 38)]


# What is never said


@pytest.mark.parametrize(("a", "b"), [(LIGHTHOUSE, RETOLD), (LIGHTHOUSE, LIGHTHOUSE), ("", "")])
@pytest.mark.parametrize("truncated", [False, True])
def test_nothing_is_added_where_no_passage_is_proven(a: str, b: str, truncated: bool) -> None:
    nothing = Alignment((), truncated)
    assert find_rewrites(Gist(normalise(a)), Gist(normalise(b)), nothing) == nothing


def test_a_story_told_all_in_other_words_is_not_accused() -> None:
    copied = sentences(RETOLD)[3]
    b = RETOLD[: copied.start] + RETOLD[copied.end :]
    assert rewritten(LIGHTHOUSE, b) == Alignment(())


def test_it_stays_said_that_not_all_was_looked_at() -> None:
    a, b = normalise(LIGHTHOUSE), normalise(RETOLD)
    proven = Alignment(align(Gist(a), Gist(b)).passages, truncated=True)
    assert find_rewrites(Gist(a), Gist(b), proven).truncated


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


@given(related_texts(), st.data())
def test_where_too_few_stems_are_left_no_two_sentences_match(
    texts: tuple[str, str], data: st.DataObject
) -> None:
    a, b = (Text.of(Gist(normalise(text)), {}) for text in texts)
    taken_a, taken_b = (
        [TokenRange(0, data.draw(st.integers(0, len(text.stems))))] for text in (a, b)
    )
    pieces_a, pieces_b = cut_pieces(a, taken_a), cut_pieces(b, taken_b)
    matches = find_candidates(pieces_a, pieces_b, weigh(pieces_a, pieces_b), 0)
    assert may_agree(a, taken_a, b, taken_b) or not matches


@given(related_texts(), st.integers(0, 12))
def test_to_pass_over_sentences_with_few_stems_loses_no_match_with_more(
    texts: tuple[str, str], least: int
) -> None:
    a, b = (Text.of(Gist(normalise(text)), {}) for text in texts)
    pieces = cut_pieces(a, []), cut_pieces(b, [])
    weights = weigh(*pieces)
    found = find_candidates(*pieces, weights, least)
    every = find_candidates(*pieces, weights, 0)
    assert [m for m in found if m.stems >= least] == [m for m in every if m.stems >= least]


@given(related_texts())
def test_what_was_proven_stays(texts: tuple[str, str]) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    proven = align(Gist(a), Gist(b))
    kept = find_rewrites(Gist(a), Gist(b), proven).passages
    for p in proven.passages:
        assert any(
            q.a.first <= p.a.first
            and p.a.last <= q.a.last
            and q.b.first <= p.b.first
            and p.b.last <= q.b.last
            for q in kept
        )


def new_passages(a: NormalText, b: NormalText, proven: Alignment) -> list[AlignedPassage]:
    """The passages found that have nothing of the proven ones in them."""
    return [
        p
        for p in find_rewrites(Gist(a), Gist(b), proven).passages
        if not any(overlap_in_both(p, q) for q in proven.passages)
    ]


Words = list[tuple[int | None, str]]
"""The sentence and the stem of each word of a text."""


def words_of(text: NormalText, alike: Mapping[str, str]) -> Words:
    places = (TokenRange(i, i + 1) for i in range(len(text)))
    stems = (stem(alike.get(token, token)) for token in text.tokens)
    return [(sentence_at(text, at), s) for at, s in zip(places, stems, strict=True)]


def content(words: Words) -> set[str]:
    return {s for _, s in words} - {""}


def strange_words(words: Words, others: Words, place: TokenRange, at_others: TokenRange) -> int:
    """How many words of a range in a row stand in sentences that say nothing of what is said in the
    other text's sentences at the other range."""
    touched = {number for number, _ in others[at_others.first : at_others.last]}
    said = content([word for word in others if word[0] in touched])
    inside = words[place.first : place.last]
    told = {number for number, s in inside if s in said}
    rows = groupby(inside, lambda word: word[0] in told)
    return max((len(list(row)) for is_told, row in rows if not is_told), default=0)


@given(related_texts())
def test_little_lies_between_the_sentences_that_a_passage_joins(texts: tuple[str, str]) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    proven = align(Gist(a), Gist(b))
    words_a, words_b = words_of(a, proven.variants), words_of(b, proven.variants)
    for p in new_passages(a, b, proven):
        assert strange_words(words_a, words_b, p.a, p.b) < JOIN_WORDS
        assert strange_words(words_b, words_a, p.b, p.a) < JOIN_WORDS


@given(related_texts())
def test_no_sentence_is_retold_twice(texts: tuple[str, str]) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    single = [
        p
        for p in new_passages(a, b, align(Gist(a), Gist(b)))
        if sentence_at(a, p.a) and sentence_at(b, p.b)
    ]
    for i, p in enumerate(single):
        assert not any(overlap(p.a, q.a) or overlap(p.b, q.b) for q in single[:i])


def assert_counts(
    a: NormalText, b: NormalText, p: AlignedPassage, alike: Mapping[str, str]
) -> None:
    """The counts of a passage are those of its runs, and its runs are of words that are equal or
    ``alike``, in order and inside it."""
    equal, exact, at_a, at_b = 0, 0, p.a.first, p.b.first
    for first_a, first_b, width_a, width_b in p.pairs:
        assert at_a <= first_a
        assert at_b <= first_b
        assert width_a == width_b
        for step in range(width_a):
            words = a.tokens[first_a + step], b.tokens[first_b + step]
            exact += spelling_key(words[0]) == spelling_key(words[1])
            one, other = (spelling_key(alike.get(word, word)) for word in words)
            assert one == other
        equal, at_a, at_b = equal + width_a, first_a + width_a, first_b + width_b
    assert at_a <= p.a.last
    assert at_b <= p.b.last
    assert p.equal == equal
    assert p.longest == max((pair[2] for pair in p.pairs), default=0)
    assert p.ratio == pytest.approx(2 * exact / (len(p.a) + len(p.b)))
    assert (p.kind is Kind.VERBATIM) == (p.ratio >= 0.97)


@given(related_texts())
def test_the_words_called_equal_in_rewritten_passages_are_equal(texts: tuple[str, str]) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    proven = align(Gist(a), Gist(b))
    aligned = {run for p in proven.passages for run in p.pairs}
    for p in set(find_rewrites(Gist(a), Gist(b), proven).passages) - set(proven.passages):
        if aligned.isdisjoint(p.pairs):  # bridged ones keep the runs and counts of their parts
            assert_counts(a, b, p, proven.variants)
        assert p.equal <= sum(width for _, _, width, _ in p.pairs)


# What belongs together


@st.composite
def scattered_passages(draw: st.DrawFn) -> list[AlignedPassage]:
    """Passages of two texts of 200 words, some of them copied word for word. What is copied
    overlaps with nothing else, as alignment gives it."""
    places = st.tuples(st.integers(0, 180), st.integers(1, 20)).map(
        lambda drawn: TokenRange(drawn[0], sum(drawn))
    )
    pairs = st.lists(st.tuples(places, places), min_size=1, max_size=14, unique=True)
    passages = [AlignedPassage(a, b, Kind.EDITED, 0, 0, 0.0) for a, b in draw(pairs)]
    for i, p in enumerate(passages):
        is_free = not any(overlap_in_both(p, q) for q in passages if q is not p)
        if is_free and draw(st.booleans()):
            passages[i] = replace(p, kind=Kind.VERBATIM)
    return passages


@given(scattered_passages())
def test_passages_are_joined_as_if_any_two_that_belong_together_were_in_turn(
    passages: list[AlignedPassage],
) -> None:
    a, b = (normalise(" ".join(map(str, range(at, at + 200)))) for at in (1000, 2000))
    wanted = oracles.joined(
        [
            (range(p.a.first, p.a.last), range(p.b.first, p.b.last), p.kind is Kind.VERBATIM)
            for p in passages
        ],
        JOIN_WORDS,
    )
    found = merge(Text.of(Gist(a), {}), Text.of(Gist(b), {}), passages)
    assert sorted((p.a.first, p.a.last, p.b.first, p.b.last) for p in found) == sorted(
        (x.start, x.stop, y.start, y.stop) for x, y in wanted
    )


def test_overlapping_passages_become_one_even_when_others_begin_between_them() -> None:
    a, b = normalise(" ".join(WORDS[:100])), normalise(" ".join(WORDS[1000:1100]))

    def passage(a: tuple[int, int], b: tuple[int, int]) -> AlignedPassage:
        return AlignedPassage(TokenRange(*a), TokenRange(*b), Kind.EDITED, 8, 8, 0.8, ())

    between = passage((10, 20), (90, 100))
    alignment = Alignment((passage((0, 40), (0, 40)), between, passage((30, 60), (30, 60))))
    kept = find_rewrites(Gist(a), Gist(b), alignment).passages
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
    kept = find_rewrites(Gist(a), Gist(b), Alignment(three)).passages
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
    pieces = [mixed[i : i + MAX_SENTENCE_WORDS] for i in range(0, len(mixed), MAX_SENTENCE_WORDS)]
    moved = [word for piece in [*pieces[::2], *pieces[1::2]] for word in piece]
    passages = rewritten(text_of(words), text_of(moved)).passages
    assert all(len(p.a) <= MAX_SENTENCE_WORDS for p in passages)
    for ranges in ([p.a for p in passages], [p.b for p in passages]):
        assert len(covered(ranges)) > 0.9 * len(words)


# Retold without a copied sentence


def shuffled(text: str) -> str:
    """The text with the words of each sentence in another order."""
    rng = random.Random(1)
    told = [s.slice(text).rstrip(".").split() for s in sentences(text)]
    return " ".join(f"{' '.join(rng.sample(words, len(words)))}." for words in told)


def exchanged(text: str, every: int) -> str:
    """The text with every so many content words another one, which no text has."""
    words, strange = text.split(), iter(WORDS)
    content = [i for i, word in enumerate(words) if any(map(stem, normalise(word).tokens))]
    for at in content[every - 1 :: every]:
        words[at] = next(strange) + "." * words[at].endswith(".")
    return " ".join(words)


def retold(a: str, b: str) -> tuple[AlignedPassage, ...]:
    """What is found by content alone: no equal words are known."""
    return find_retold(Gist(normalise(a)), Gist(normalise(b)), Alignment(())).passages


def share_found(a: str, b: str, passages: Iterable[AlignedPassage]) -> float:
    """The share of words in passages, of the text where it is smaller."""
    found = list(passages)
    in_a, in_b = covered(p.a for p in found), covered(p.b for p in found)
    return min(len(in_a) / len(normalise(a)), len(in_b) / len(normalise(b)))


@pytest.mark.parametrize("text", STORIES)
def test_a_story_is_found_that_shares_no_run_of_words_with_its_source(text: str) -> None:
    mixed = shuffled(text)
    proven = align(Gist(normalise(text)), Gist(normalise(mixed))).passages
    assert max((p.longest for p in proven), default=0) < 4
    for a, b in ((text, mixed), (mixed, text)):
        assert share_found(a, b, retold(a, b)) > 0.5


@pytest.mark.parametrize("text", STORIES)
def test_a_story_is_found_by_its_content_with_every_sixth_content_word_exchanged(text: str) -> None:
    other = exchanged(text, 6)
    for a, b in ((text, other), (other, text)):
        assert share_found(a, b, retold(a, b)) > 0.5


@pytest.mark.parametrize("text", STORIES)
def test_a_story_in_its_order_is_found_with_every_fourth_content_word_exchanged(text: str) -> None:
    other = exchanged(text, 4)
    assert share_found(text, other, rewritten(text, other).passages) > 0.9


@pytest.mark.parametrize(("one", "other"), [*SAME_TOPIC, *SAME_EVENT])
def test_two_stories_on_one_topic_with_its_names_are_not_retold(one: str, other: str) -> None:
    names = content(words_of(normalise(one), {})) & content(words_of(normalise(other), {}))
    assert len(names) >= 2
    assert retold(one, other) == retold(other, one) == ()


@pytest.mark.parametrize("pairs", [SAME_TOPIC[:3], SAME_TOPIC[3:]], ids=["English", "Ukrainian"])
def test_two_collections_of_stories_on_the_same_topics_are_not_retold(
    pairs: tuple[tuple[str, str], ...],
) -> None:
    one, other = (" ".join(stories) for stories in zip(*pairs, strict=True))
    assert retold(one, other) == retold(other, one) == ()


@pytest.mark.parametrize(
    "text", [" ".join(ENGLISH), " ".join(UKRAINIAN)], ids=["English", "Ukrainian"]
)
def test_swapping_two_texts_swaps_what_was_retold_and_changes_nothing_else(text: str) -> None:
    one, other = Document(id="one", text=text), Document(id="other", text=shuffled(text))
    answer = compare(one, other)
    assert answer.passages
    assert compare(other, one) == answer.flip()


@given(related_texts())
def test_nothing_that_was_proven_is_lost_by_what_is_retold(texts: tuple[str, str]) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    proven = align(Gist(a), Gist(b))
    with_retold = find_retold(Gist(a), Gist(b), proven)
    for p in proven.passages:
        assert any(
            q.a.first <= p.a.first
            and p.a.last <= q.a.last
            and q.b.first <= p.b.first
            and p.b.last <= q.b.last
            for q in with_retold.passages
        )
    assert with_retold == replace(proven, passages=with_retold.passages)


@given(related_texts())
def test_what_is_retold_lies_inside_both_texts_and_agrees_in_content(
    texts: tuple[str, str],
) -> None:
    a, b = normalise(texts[0]), normalise(texts[1])
    proven = align(Gist(a), Gist(b))
    words_a, words_b = words_of(a, proven.variants), words_of(b, proven.variants)
    for p in find_retold(Gist(a), Gist(b), proven).passages:
        if not p.stems:
            continue
        assert 0 <= p.a.first < p.a.last <= len(a)
        assert 0 <= p.b.first < p.b.last <= len(b)
        assert_counts(a, b, p, proven.variants)
        in_a, in_b = words_a[p.a.first : p.a.last], words_b[p.b.first : p.b.last]
        assert p.stems >= RETOLD_STEMS
        assert len(content(in_a) & content(in_b)) > p.stems / 2


# Always the same


def test_the_answer_does_not_hang_on_the_hash_seed_of_python() -> None:
    script = (
        "import sys; from detector.align import align; from detector.normalise import normalise; "
        "from detector.gist import Gist; from detector.rewrite import find_rewrites; "
        "a, b = (normalise(t) for t in sys.argv[1:]); "
        "print(find_rewrites(Gist(a), Gist(b), align(Gist(a), Gist(b))))"
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


def assert_linear(seconds: Callable[[int], float], count: int) -> None:
    small = min(seconds(count) for _ in range(2))
    large = seconds(4 * count)
    assert large < 9 * small + 2, f"four times the text took {large / small:.0f} times as long"


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
def test_time_grows_with_the_number_of_sentences_and_not_with_its_square(
    texts: Callable[[int], tuple[str, str]],
) -> None:
    lead = f"{' '.join(WORDS[-60:-30]).capitalize()}. "

    def seconds(count: int) -> float:
        a, b = (normalise(lead + text) for text in texts(count))
        proven = align(Gist(a), Gist(b))
        assert proven.passages
        begin = time.process_time()
        find_rewrites(Gist(a), Gist(b), proven)
        return time.process_time() - begin

    assert_linear(seconds, 1000)


def of_few_words(count: int) -> tuple[str, str]:
    rng = random.Random(1)
    a, b = (" ".join(rng.choices(WORDS[:40], k=count)) for _ in range(2))
    return a, b


def each_word_a_few_times(count: int) -> tuple[str, str]:
    """No word stands too often to nominate stretches."""
    rng = random.Random(1)
    words = WORDS[: count // 8] * 8
    return " ".join(rng.sample(words, count)), " ".join(rng.sample(words, count))


def one_sentence_again_and_again(count: int) -> tuple[str, str]:
    told = WORDS[:20]
    return " ".join(told * (count // 20)), " ".join(told[::-1] * (count // 20))


def mixed_a_little(count: int) -> tuple[str, str]:
    rng = random.Random(1)
    rows = [WORDS[i : i + 8] for i in range(0, count, 8)]
    return " ".join(WORDS[:count]), " ".join(" ".join(rng.sample(row, 8)) for row in rows)


@pytest.mark.parametrize(
    "texts", [of_few_words, each_word_a_few_times, one_sentence_again_and_again, mixed_a_little]
)
def test_time_of_what_is_retold_grows_with_the_text_and_not_with_its_square(
    texts: Callable[[int], tuple[str, str]],
) -> None:
    def seconds(count: int) -> float:
        a, b = (normalise(text) for text in texts(count))
        begin = time.process_time()
        find_rewrites(Gist(a), Gist(b), find_retold(Gist(a), Gist(b), Alignment(())))
        return time.process_time() - begin

    assert_linear(seconds, 5000)
