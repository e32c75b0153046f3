"""Quotations: every kind of mark, broken marks, speakers, and the five real articles."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.quote import find_quotations

QUOTED = [
    # marks
    ('The pier is "safe enough" for now.', ["safe enough"]),
    ("“We open at six,” the baker said.", ["We open at six,"]),
    ("‘We open at six,’ the baker said.", ["We open at six,"]),
    ("'We open at six,' the baker said.", ["We open at six,"]),
    ("«Ми відчиняємо о шостій», — каже пекарка.", ["Ми відчиняємо о шостій"]),
    ("»Wir öffnen um sechs«, sagt die Bäckerin.", ["Wir öffnen um sechs"]),
    ("„Ми відчиняємо о шостій“, — каже пекарка.", ["Ми відчиняємо о шостій"]),
    ("„Otwieramy o szóstej”, mówi piekarz.", ["Otwieramy o szóstej"]),
    ("”Vi öppnar klockan sex”, säger bagaren.", ["Vi öppnar klockan sex"]),
    ("``We open at six,'' the baker said.", ["We open at six,"]),
    ("A so-called “expert” left.", ["expert"]),
    ('He said—"Stop"—and left ("for good").', ["Stop", "for good"]),
    ('"We open," she said, "at six."', ["We open,", "at six."]),
    ('She said, "...and then it rained..." and sat down.', ["...and then it rained..."]),
    ('The “mixed" marks of a tired "typist” close each other.', ["mixed", "typist"]),
    # apostrophes, feet and inches
    ("'Twas the '90s: rock 'n' roll, the bakers' strike, O'Hara's hat and the class of '24.", []),
    ("’Twas the ’90s: rock ’n’ roll, the bakers’ strike, O’Hara’s hat.", []),
    ("Об'єкт у Кам'янці, п’ять під’їздів і в'юнка стежка.", []),
    ('He is 6\'2" tall and bought a 12" disc and a 7" single.', []),
    ("‘It is the bakers’ party,’ he said.", ["It is the bakers’ party,"]),
    ("'It's the bakers' party,' he said.", ["It's the bakers' party,"]),
    ('"I sold a 12" disc," she said.', ['I sold a 12" disc,']),
    ('The "class of 1999" met again.', ["class of 1999"]),
    ("“It’s Dunmoor‘s harbour,” he said.", ["It’s Dunmoor‘s harbour,"]),
    # nested
    ("“He said ‘never’ twice,” she said.", ["He said ‘never’ twice,", "never"]),
    ("‘He said “never” twice,’ she said.", ["He said “never” twice,", "never"]),
    ("«Завод „Маяк“ стоїть», — каже він.", ["Завод „Маяк“ стоїть", "Маяк"]),
    ("«Завод «Маяк» стоїть», — каже він.", ["Завод «Маяк» стоїть", "Маяк"]),
    ("«Стоїть завод «Маяк», — каже він. Є й «Зоря».", ["Стоїть завод «Маяк", "Маяк", "Зоря"]),
    ('"Завод "Маяк" стоїть", — каже він.', ['Завод "Маяк" стоїть', "Маяк"]),
    # over paragraphs
    ("“One.\n\n“Two.\n\n“Three,” said Ann Poe.", ["One.\n\n“Two.\n\n“Three,"]),
    ('"One.\n\n"Two," said Ann Poe. "Three."', ['One.\n\n"Two,', "Three."]),
    ("He said: “One.\n\nTwo.” Then he left.", ["One.\n\nTwo."]),
    ("«Раз.\n\n«Два», — каже він.", ["Раз.\n\n«Два"]),
    # broken: bounded, and what follows is read as if nothing had happened
    ("“Never closed.\n\nPlain prose.\n\nMore prose.", ["Never closed."]),
    ('"Never closed.\n\nPlain "good" prose.', ["good"]),
    ('A lone " mark here. And "two" there.', ["two"]),
    ("“Never closed, “but this” is.", ["but this"]),
    ("Closed” without an opening, and “fine”.", ["fine"]),
    ('Empty "" and bare “ ” marks.', []),
    # labels
    ('Quote: "One.\n\nTwo."\n\nDetails: more.', ["One.\n\nTwo."]),
    ("Quote: Plain words here.\n\nDetails: more.", ["Plain words here."]),
    ("Цитата: «Так і є».", ["Так і є"]),
    ("Пряма мова: Так і є. Крапка.\n\nДеталі: далі.", ["Так і є. Крапка."]),
]


@pytest.mark.parametrize(("text", "expected"), QUOTED)
def test_finds_what_stands_between_marks(text, expected):
    assert [q.inner.slice(text) for q in find_quotations(text)] == expected


def test_depth_and_label():
    text = "Quote: \"He said 'never' twice.\""
    assert [(q.depth, q.label) for q in find_quotations(text)] == [(1, True), (2, False)]


SPEAKERS = [
    ('"We won," said Ann Poe.', "Ann Poe"),
    ('"We won," Ann Poe said.', "Ann Poe"),
    ('"We won," Ann Poe, the mayor of Dunmoor, told reporters.', "Ann Poe"),
    ('Ann Poe, the mayor, said: "We won."', "Ann Poe"),
    ('The mayor, Ann Poe, said on Monday: "We won."', "Ann Poe"),
    ('"We won," wrote former Dunmoor Mayor Ann Poe.', "Ann Poe"),
    ('"We won," harbour spokesman Ian Roe added.', "Ian Roe"),
    ('"We won," Mr. Roe posted on his page.', "Mr. Roe"),
    ("Mr. Roe said the team had “won” the cup.", "Mr. Roe"),
    ('"We won," an official at the port authority said.', "an official"),
    ('Ann Poe shook her head, saying: "We won."', "Ann Poe"),
    ('According to Ann Poe, the result is "fine".', "Ann Poe"),
    ("«Ми виграли», — сказав Іван Петренко.", "Іван Петренко"),
    ("«Ми виграли», — заявив міністр спорту Іван Петренко.", "Іван Петренко"),
    ("Іван Петренко сказав: «Ми виграли».", "Іван Петренко"),
    ("За словами Петренка, результат «добрий».", "Петренка"),
    ("«Так, — каже мер Іван Сич, — ми виграли».", "Іван Сич"),
    ('"We won." The crowd went home.', None),
    ('A "smart" pier.', None),
    ("Пряма мова Петренка: «Так».", "Петренка"),
]


@pytest.mark.parametrize(("text", "speaker"), SPEAKERS)
def test_names_the_speaker(text, speaker):
    assert find_quotations(text)[0].speaker == speaker


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ('Ann Poe said it was over. "We won," she said.', ["Ann Poe"]),
        ('"We won," said Ann Poe. "We really did."', ["Ann Poe", "Ann Poe"]),
        ('"A," said Ann Poe.\n\n"B," said Ian Roe. "C," he added.',
         ["Ann Poe", "Ian Roe", "Ian Roe"]),
        ('A harbour official spoke up. An official said no. "Never," the official said.',
         ["An official"]),
        ('Minister Ann Poe said yes. Ian Roe said no. "Maybe," the minister added.', ["Ann Poe"]),
        ('Mr. Roe said yes. Ms. Poe said no. "Maybe," he added.', ["Mr. Roe"]),
        ('She called it “mad.” But Ian Roe said “not so.”', [None, "Ian Roe"]),
    ],
)  # fmt: skip
def test_pronouns_and_descriptions_take_the_last_that_fits(text, speakers):
    assert [q.speaker for q in find_quotations(text)] == speakers


MARKS = st.text(alphabet="\"'“”„«»‘’‹› \n\n.,:aAб1-—", max_size=80)


@given(st.one_of(MARKS, st.text(max_size=60)))
def test_spans_lie_in_the_text_in_order(text):
    quotations = find_quotations(text)
    assert list(quotations) == sorted(quotations, key=lambda q: (q.span.start, -q.span.end))
    for q in quotations:
        assert q.span.contains(q.inner)
        assert q.span.end <= len(text)
        assert q.depth == sum(o.span.contains(q.span) for o in quotations)


HOSTILE = [
    '"',
    "“",
    "«",
    "'",
    "(",
    "a",
    " ",
    '"a',
    "“a\n\n",
    "«A «B» ",
    "Mr. ",
    "said A ",
    "“a” A said ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_linear_time(piece):
    assert seconds(piece, 200_000) < 8 * seconds(piece, 50_000) + 1


def test_a_million_marks_take_little_time():
    assert seconds('"', 1_000_000) < 3
    assert seconds("((((", 1_000_000) < 3
    assert seconds(" ", 50_000) < 1


def seconds(piece, length):
    text = piece * (length // len(piece))
    start = time.process_time()
    find_quotations(text)
    return time.process_time() - start


def test_real_articles(real_articles, real_truth):
    """Measured: all 72 with exact edges, none besides."""
    found = missed = extra = 0
    for name, truth in real_truth["quotation_spans"].items():
        spans = [q.span for q in find_quotations(real_articles[name]) if q.depth == 1]
        for t in truth:
            near = [abs(s.start - t["start"]) <= 2 and abs(s.end - t["end"]) <= 2 for s in spans]
            found += any(near)
            missed += not any(near)
        extra += sum(
            not any(s.start < t["end"] and t["start"] < s.end for t in truth) for s in spans
        )
    assert found >= 70
    assert missed <= 2
    assert extra <= 3
