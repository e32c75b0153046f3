"""Credits: sentences written for this test, in English and Ukrainian, and the real articles."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.attribute import find_attributions
from detector.lexicon import canonical_outlet
from detector.model import Role, Span
from detector.quote import find_quotations

NYT, WSJ, AP, UP = (
    "The New York Times",
    "The Wall Street Journal",
    "The Associated Press",
    "Ukrainska Pravda",
)

CREDITS = [
    # according to
    ("According to the NYT, the pier is safe.", "according_to", NYT),
    ("The pier is safe, according to a report in The Wall Street Journal.", "according_to", WSJ),
    ("The pier is safe, according to documents seen by Reuters.", "according_to", "Reuters"),
    ("According to Xinhua, a state news agency, it rained.", "according_to", "Xinhua"),
    ("The pier, according to the Daily Lantern, is safe.", "according_to", "Daily Lantern"),
    ("It rained, according to dunmoornews.com, all day.", "according_to", "dunmoornews.com"),
    ("It rained, per Axios.", "according_to", "Axios"),
    ("За даними Укрінформу, мітингувальники розійшлися.", "according_to", "Ukrinform"),
    ("За інформацією «Української правди», міст закрили.", "according_to", UP),
    ("Міст закрили, як пише Financial Times.", "according_to", "Financial Times"),
    ("Міст закрили, повідомляє агентство з посиланням на Reuters.", "according_to", "Reuters"),
    ("Посилаючись на Суспільне, мер сказав про міст.", "according_to", "Suspilne"),
    ("Про це повідомляє Інтерфакс-Україна.", "according_to", "Interfax-Ukraine"),
    # reported
    ("Reuters reported on Monday that the pier is safe.", "reported", "Reuters"),
    ("Citing sources, the Kyiv Independent reported a fire.", "reported", "Kyiv Independent"),
    ("The pier is safe, the BBC reports.", "reported", "BBC"),
    ("The pier was first reported by the Valley Courier.", "reported", "Valley Courier"),
    ("He said so in an interview with Bild.", "reported", "Bild"),
    ("A separate report by The Guardian said otherwise.", "reported", "The Guardian"),
    ("The state agency, citing TASS, gave no numbers.", "reported", "TASS"),
    ("The newspaper Haft reported that the dam holds.", "reported", "Haft"),
    ("Міст закрили, повідомляє Українська правда.", "reported", UP),
    ("Міст закрили, пише видання «Вісник Дунмора».", "reported", "Вісник Дунмора"),
    ("Про міст мер говорив в інтерв'ю Радіо Свобода.", "reported",
     "Radio Free Europe/Radio Liberty"),
    # saying
    ("The NYT suggests that the pier is safe.", "verb_of_saying", NYT),
    ("The WSJ has also noted the price.", "verb_of_saying", WSJ),
    ("Укрінформ зазначає, що міст закрили.", "verb_of_saying", "Ukrinform"),
    # told
    ("A guard told the NYT that the pier is safe.", "told_outlet", NYT),
    ("“It is safe,” a guard told AFP.", "told_outlet", "Agence France-Presse"),
    ("A guard told the Valley Courier about it.", "told_outlet", "Valley Courier"),
    ("A guard told Russian state news agency RIA Novosti so.", "told_outlet", "RIA Novosti"),
    ("Про це мер розповів Суспільному.", "told_outlet", "Suspilne"),
    ("One NYT source claimed the pier is safe.", "outlet_source", NYT),
    ("In a statement to The New York Times, the port denied it.", "self_reference", NYT),
    ("The port told this newspaper that it was safe.", "self_reference", None),
    # for the whole text
    ("Rain fell.\n\nSource: The New York Times\n\nMore rain.", "source_line", NYT),
    ("Rain fell.\n\nSource: Harbour Gazette", "source_line", "Harbour Gazette"),
    ("Rain fell.\n\nSource: Harbour Quarterly", "source_line", "Harbour Quarterly"),
    ("Дощ.\n\nДжерело: УП", "source_line", UP),
    ("Дощ.\n\nДжерело: «Вісник Дунмора»", "source_line", "Вісник Дунмора"),
    ("The post Rain in May appeared first on Dunmoor News.", "syndication_footer", "Dunmoor News"),
    ("Rain fell.\n\nThis article originally appeared in The New York Times.",
     "syndication_footer", NYT),
    ("Rain fell.\n\nRepublished with permission of The Guardian.",
     "syndication_footer", "The Guardian"),
    ("Rain fell.\n\n©2025 THE NEW YORK TIMES", "syndication_footer", NYT),
    ("Rain fell.\n\nCopyright 2024 The Associated Press. All rights reserved.",
     "syndication_footer", AP),
    ("Rain in May\nWashington Post :\nRain fell all day.", "header_credit", "The Washington Post"),
    ("KYIV, May 5 (AP) — Rain fell all day.", "agency_slug", AP),
    ("KYIV (Interfax-Ukraine) – Rain fell all day.", "agency_slug", "Interfax-Ukraine"),
    ("(Reuters) - Rain fell all day.", "agency_slug", "Reuters"),
    ("DUNMOOR (NNA) - Rain fell all day.", "agency_slug", "NNA"),
    ("Укрінформ. Увесь день ішов дощ.", "agency_slug", "Ukrinform"),
    ("Rain fell all day. (Yonhap)", "agency_slug", "Yonhap"),
    ("Rain fell all day.\n\n— Bernama", "agency_slug", "Bernama"),
    ("By Ann Poe, Reuters\n\nRain fell all day.", "byline", "Reuters"),
    ("By Ann Poe\nThe Valley Courier\n\nRain fell all day.", "byline", "Valley Courier"),
    ("By Ann Poe and Ian Roe\n\nRain fell all day.", "byline", None),
    ("Орина Сич, «Дощовий вісник»\n\nУвесь день ішов дощ.", "byline", "Дощовий вісник"),
    ("Rain fell.\n\nAnn Poe and Ian Roe contributed reporting.", "contributor_line", None),
    ("Rain fell.\n\nAnn Poe is a weather correspondent for The Valley Courier.", "author_bio",
     "Valley Courier"),
    # labels
    ("Details: Rain fell.", "section_label", None),
    ("Що передувало: Ішов дощ.", "section_label", None),
    ("Quote: Rain fell.", "quote_label", None),
    ("Пряма мова: Ішов дощ.", "quote_label", None),
    # photographs
    ("Rain. Photo / Ann Poe, The New York Times\n\nIt fell.", "photo_credit", NYT),
    ("Rain. (AP Photo/Ann Poe)\n\nIt fell.", "photo_credit", AP),
    ("Rain (Photo by Ann Poe/Getty Images)\n\nIt fell.", "photo_credit", "Getty Images"),
    ("Дощ. Фото: Орина Сич / Укрінформ\n\nІшов дощ.", "photo_credit", "Ukrinform"),
    ("Rain. Photo: Ann Poe\n\nIt fell.", "photo_credit", None),
    # people
    ("It is safe, according to six officials familiar with the pier.", "according_to", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "source"), CREDITS)
def test_finds_the_credit(text, kind, source):
    assert [(a.type, a.source) for a in find_attributions(text)] == [(kind, source)]


NO_CREDITS = [
    "Shares of The New York Times rose on Monday.",
    "Shares of The New York Times Company rose, it said.",
    "The BBC building stood empty.",
    "The BBC said it would cut a hundred jobs.",
    "The New York Times reported a quarterly profit.",
    "Reuters said in a statement that its servers were down.",
    "She told reporters that the pier is safe.",
    "He told journalists, the committee and Congress the same.",
    "According to the ministry, the pier is safe.",
    "According to Northwind Holdings, the pier is safe.",
    "According to a BBC spokesman, nobody was hurt.",
    "Michael Bloomberg said the pier is safe.",
    "They met in the Times Square rain.",
    "The letter went by Royal Mail, the driver said.",
    "He was a reporter for The New York Times and then a baker.",
    "The report said that the pier is safe.",
    "The agency said that the pier is safe.",
    "The paper also noted the price.",
    "The Hollywood Foreign Press Association said it was moved.",
    "Source: Ministry of Health",
    "“I told The New York Times everything,” she said, and sat down.",
    "За даними міністерства, міст закрили.",
    "Мер повідомив, що міст закрили.",
    "За інформацією поліції, нікого не поранено.",
    "Суспільство чекає, а вона каже, що ні.",
    "The vaccine Sputnik V said nothing to him.",
    "A photo of rain hung on the wall: it said rain.",
]


@pytest.mark.parametrize("text", NO_CREDITS)
def test_finds_no_credit(text):
    assert find_attributions(text, find_quotations(text)) == ()


def test_what_refers_back_takes_the_last_outlet():
    text = (
        "Guards told the WSJ that the pier is safe. They also said it is cheap.\n"
        "However, the report states that it is not. The paper also noted the price."
    )
    assert [(a.type, a.source) for a in find_attributions(text)] == [
        ("told_outlet", WSJ),
        ("told_outlet_continued", WSJ),
        ("report_anaphora", WSJ),
        ("report_anaphora", WSJ),
    ]


def test_what_refers_back_in_ukrainian():
    text = "Міст закрили, пише «Дощовий вісник». Видання зазначає, що надовго."
    assert [a.source for a in find_attributions(text)] == ["Дощовий вісник"] * 2


def test_covers_a_sentence_the_text_or_nothing():
    text = "Rain fell. Mr. Roe left, according to the BBC. So it goes.\n\nPhoto: Ann Poe/Reuters"
    said, photo = find_attributions(text)
    assert [s.slice(text) for s in said.covers] == ["Mr. Roe left, according to the BBC."]
    assert (photo.role, photo.source, photo.covers) == (Role.PHOTO, "Reuters", ())
    text = "Rain fell.\n\nSource: Reuters\n\nMore rain."
    assert find_attributions(text)[0].covers == (Span(0, len(text)),)


def test_a_text_explains_its_own_names():
    text = "Northwind News Agency (NNA) is old.\nA guard told NNA so. He told the Agency twice."
    assert {a.source for a in find_attributions(text)} == {"Northwind News Agency"}


@pytest.mark.parametrize(
    ("before", "source"), [("", "The Times"), ("By Ann Poe, The New York Times\n\n", NYT)]
)
def test_the_times_is_the_one_the_text_has_named(before, source):
    assert find_attributions(before + "A guard told the Times so.")[-1].source == source


def test_contributors_work_for_the_outlet_of_the_text():
    text = "Rain fell.\n\nAnn Poe contributed reporting.\n\nCopyright 2024 The Associated Press"
    assert find_attributions(text)[0].source == AP


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("the NYT", NYT),
        ("New York Times", NYT),
        (" the  wall street journal ", WSJ),
        ("Українська правда", UP),
        ("«Українська правда»", UP),
        ("Dunmoor Echo ", "Dunmoor Echo"),
        ("", ""),
    ],
)
def test_canonical_outlet(name, canonical):
    assert canonical_outlet(name) == canonical


@given(st.one_of(
    st.lists(st.sampled_from(
        ["told", "the NYT", "Reuters", "According to", "Photo:", "By", "Ann Poe", ",", ".", "\n",
         "reported", "(AP) —", "Source:", "«УП»", "пише", "The paper said", "“", "”", "\ue000"]
    ), max_size=20).map(" ".join),
    st.text(max_size=60),
))  # fmt: skip
def test_spans_lie_in_the_text_in_order(text):
    found = find_attributions(text, find_quotations(text))
    assert list(found) == sorted(found, key=lambda a: a.span)
    for cue in found:
        assert len(cue.span) > 0
        assert max(cue.span.end, *(s.end for s in cue.covers), 0) <= len(text)


HOSTILE = [
    "(",
    "A",
    "A ",
    " ",
    "\n",
    "AP ",
    "told the NYT ",
    "The post ",
    "Photo: ",
    "AP (",
    "Daily ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_linear_time(piece):
    assert seconds(piece, 200_000) < 8 * seconds(piece, 50_000) + 1


def test_a_long_text_without_outlets_takes_little_time():
    assert seconds("((((", 400_000) < 3
    assert seconds("a", 400_000) < 3
    assert seconds(" ", 50_000) < 1


def seconds(piece, length):
    text = piece * (length // len(piece))
    start = time.process_time()
    find_attributions(text)
    return time.process_time() - start


def test_real_articles(real_articles, real_truth):
    """Measured: 33 of 34, and three cues for people, which the truth does not list."""
    cues = {
        name: find_attributions(text, find_quotations(text)) for name, text in real_articles.items()
    }
    truth = real_truth["attribution_cues"]

    def match(t, cue):
        overlap = cue.span.start < t["end"] and t["start"] < cue.span.end
        return overlap and t["source"] in (None, cue.source)

    found = sum(any(match(t, cue) for cue in cues[t["doc"]]) for t in truth)
    wrong = [
        cue
        for name, found_here in cues.items()
        for cue in found_here
        if not any(match(t, cue) for t in truth if t["doc"] == name)
    ]
    assert found >= 32
    assert len(wrong) <= 3
    assert all(cue.role is Role.PERSON for cue in wrong)
