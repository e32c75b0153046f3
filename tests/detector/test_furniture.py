"""Furniture: found where it is, and never in the story."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.furniture import find_furniture

STORY = "The pier at Dunmoor opened again on Monday after a winter of repairs, the port said."

FURNITURE = [
    (f"---\ntitle: Pier opens\noutlet: Echo\n---\n{STORY}", "front_matter",
     "---\ntitle: Pier opens\noutlet: Echo\n---"),
    (f"Pier opens again\n\n{STORY}", "headline", "Pier opens again"),
    (f"# Pier opens again\n\n{STORY}", "headline", "# Pier opens again"),
    (f"By Ann Poe\n\n{STORY}", "byline", "By Ann Poe"),
    (f"By Ann Poe and Ian Roe, Reuters\n\n{STORY}", "byline", "By Ann Poe and Ian Roe, Reuters"),
    (f"Автор: Орина Сич\n\n{STORY}", "byline", "Автор: Орина Сич"),
    (f"DUNMOOR, May 5 (AP) — {STORY}", "dateline", "DUNMOOR, May 5 (AP) — "),
    (f"Dunmoor (Reuters) - {STORY}", "dateline", "Dunmoor (Reuters) - "),
    (f"КИЇВ, 5 травня (Укрінформ) — {STORY}", "dateline", "КИЇВ, 5 травня (Укрінформ) — "),
    (f"{STORY}\n\nThe new pier. Photo / Ann Poe, The Valley Courier", "caption",
     "The new pier. Photo / Ann Poe, The Valley Courier"),
    (f"{STORY}\n\nThe new pier at dusk (AP Photo/Ann Poe)", "caption",
     "The new pier at dusk (AP Photo/Ann Poe)"),
    (f"{STORY}\n\nНовий причал. Фото: Орина Сич", "caption", "Новий причал. Фото: Орина Сич"),
    (f"{STORY}\n\nPhoto: Ann Poe", "credit_line", "Photo: Ann Poe"),
    (f"{STORY}\n\nREUTERS/Ann Poe", "credit_line", "REUTERS/Ann Poe"),
    (f"{STORY}\n\nSource: The New York Times", "credit_line", "Source: The New York Times"),
    (f"{STORY}\n\nДжерело: «Дощовий вісник»", "credit_line", "Джерело: «Дощовий вісник»"),
    (f"{STORY}\n\nSource: the mayor, who asked for silence", "label", "Source:"),
    (f"Details: {STORY}", "label", "Details:"),
    (f"Quote: {STORY}", "label", "Quote:"),
    (f"Що передувало: {STORY}", "label", "Що передувало:"),
    (f"{STORY}\n\nAnn Poe and Ian Roe contributed to this report.", "contributor_line",
     "Ann Poe and Ian Roe contributed to this report."),
    (f"{STORY}\n\n(Reporting by Ann Poe; Editing by Ian Roe)", "contributor_line",
     "(Reporting by Ann Poe; Editing by Ian Roe)"),
    (f"{STORY}\n\nAnn Poe is a harbour correspondent for The Times. She lives by the sea.",
     "author_bio", "Ann Poe is a harbour correspondent for The Times. She lives by the sea."),
    (f"{STORY}\n\nCorrection: The pier is older than we said.", "correction",
     "Correction: The pier is older than we said."),
    (f"{STORY}\n\nAn earlier version of this article gave a wrong age.", "correction",
     "An earlier version of this article gave a wrong age."),
    (f"{STORY}\n\nThe post Pier Opens appeared first on Dunmoor News.", "footer",
     "The post Pier Opens appeared first on Dunmoor News."),
    (f"{STORY}\n\nSubscribe to our newsletter", "footer", "Subscribe to our newsletter"),
    (f"{STORY}\n\n© 2025 Dunmoor News", "footer", "© 2025 Dunmoor News"),
    (f"{STORY}\n\nЧитайте також: Причал закрили", "footer", "Читайте також: Причал закрили"),
    (f"{STORY}\n\n###", "footer", "###"),
    (f"{STORY}\n\nMedia contact: Ann Poe, 555 0100", "footer", "Media contact: Ann Poe, 555 0100"),
    (f"{STORY}\n\nAbout Dunmoor Port", "footer", "About Dunmoor Port"),
    (f"FOR IMMEDIATE RELEASE\n\n{STORY}", "footer", "FOR IMMEDIATE RELEASE"),
    (f"10:45 – {STORY}", "timestamp", "10:45 –"),
    (f"10:45 {STORY}", "timestamp", "10:45"),
    (f"{STORY}\n\nUpdated: 5 May 2025, 10:45", "timestamp", "Updated: 5 May 2025, 10:45"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "words"), FURNITURE)
def test_finds_it_and_nothing_else(text, kind, words):
    assert [(f.type, f.span.slice(text)) for f in find_furniture(text)] == [(kind, words)]


PROSE = [
    STORY,
    "By Monday the pier was open.",
    "By Ann Poe's own account, the pier was open.",
    "About forty people came.",
    "About Ann nobody asked.\n\nNobody.",
    "Details of the plan were few: none, in fact.",
    "Photographs of the pier hang in the hall, by the stairs.",
    "He posted a photo by the pier.",
    "Contact with the pier was lost, the port said.",
    "The post was delivered first on Monday.",
    "Subscribers to the plan grew.",
    "Corrections officers closed the pier.",
    "ENDS of rope lay on the pier.",
    "Rain fell on the pier and\nthe port closed it for a day\nbefore it opened again.",
    "“We opened,” Ann Poe said.\n\nShe is a reporter of rain.",
    "Most voters want a pier, a Reuters/Ipsos poll found.",
    "NATO - an alliance - paid nothing.\n\nNobody paid.",
    "They met at 10:45 by the pier.",
    "Background noise was low, the port said.",
    "Copyright law does not know piers.",
    "This article of faith was updated never, he said.",
    "Деталі плану невідомі.",
    "Фото причалу висить у залі.",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_never_furniture(text):
    assert find_furniture(text) == ()


def test_a_long_paragraph_before_a_credit_is_no_caption():
    text = f"{STORY} It is new. It is long. It is safe. Photo: Ann Poe"
    assert [(f.type, f.span.slice(text)) for f in find_furniture(text)] == [
        ("credit_line", "Photo: Ann Poe")
    ]


def test_bylines_stand_only_near_the_ends():
    text = "\n\n".join([STORY] * 20 + ["By Ann Poe, Reuters"] + [STORY] * 20)
    assert find_furniture(text) == ()


@given(st.one_of(
    st.lists(st.sampled_from(
        ["By Ann Poe", "Photo: A", "---", "\n", "\n\n", "Quote:", "10:45", "AP (", "#", STORY, "©"]
    ), max_size=20).map("".join),
    st.text(max_size=60),
))  # fmt: skip
def test_spans_lie_in_the_text_in_order_and_apart(text):
    found = find_furniture(text)
    ends = [0, *(f.span.end for f in found)]
    for f, before in zip(found, ends, strict=False):
        assert before <= f.span.start < f.span.end <= len(text)


@pytest.mark.parametrize(
    "piece", ["(", "A ", " ", "\n", "---\n", "Photo: a\n", "A/", "By A, ", "a. "]
)
def test_hostile_text_takes_linear_time(piece):
    assert seconds(piece, 200_000) < 8 * seconds(piece, 50_000) + 1


def seconds(piece, length):
    text = piece * (length // len(piece))
    start = time.process_time()
    find_furniture(text)
    return time.process_time() - start


def test_real_articles(real_articles, real_truth):
    """All captions, credits, bios and footers of the truth; none of its prose. A standfirst and
    the "Background" of an article are its own words, so they stay."""
    prose = ("standfirst", "background")
    for name, text in real_articles.items():
        truth = [t for t in real_truth["boilerplate"] if t["doc"] == name]
        found = find_furniture(text)
        for t in truth:
            inside = any(f.span.start <= t["start"] and t["end"] <= f.span.end for f in found)
            assert inside == (t["type"] not in prose), t
        for f in found:
            known = any(t["start"] <= f.span.start and f.span.end <= t["end"] for t in truth)
            assert known or f.type in ("label", "credit_line"), f
