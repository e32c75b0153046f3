"""The verdict: one sentence that can be forwarded as it is, and how serious it is."""

from __future__ import annotations

import re
from itertools import combinations_with_replacement
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.classify import say
from detector.model import Comparison, Credit, Severity
from detector.pipeline import compare
from detector.settings import Settings
from tests.detector import stories
from tests.detector.stories import document, joined, paragraphs, prose

COURIER = "Lowmoor Courier"
FORBIDDEN = re.compile(r"plagiar|theft|thief|stole|steal|independent|плагіат|краді", re.IGNORECASE)
PAIRS = list(combinations_with_replacement(sorted(stories.STORIES), 2))


def judged(a: str, b: str, settings: Settings | None = None, **known: Any) -> Comparison:
    """A source with what is known of it, and a target."""
    return compare(document(a, "one", **known), document(b, "two"), settings or Settings())


# The sentence


@pytest.mark.parametrize(("a", "b"), PAIRS, ids="~".join)
def test_the_sentence_is_fit_to_be_forwarded(a: str, b: str) -> None:
    one = document(stories.STORIES[a], "one", outlet=COURIER, published_at="2026-03-14")
    other = document(stories.STORIES[b], "two", published_at="2026-03-20")
    answer = compare(one, other)
    sentence = answer.verdict.sentence
    assert not FORBIDDEN.search(sentence)
    assert not FORBIDDEN.search(" ".join(answer.explain))
    assert one.name in sentence
    assert other.name in sentence
    assert sentence == " ".join(sentence.split())
    assert sentence.endswith(".")
    assert ".." not in sentence
    assert "an a " not in sentence
    assert not re.search(r"\ba [aeiou]", sentence)
    assert compare(other, one).verdict == answer.verdict
    if answer.relation.is_copying:
        assert re.search(r"\d+ words|same text", sentence)
        assert answer.explain
        assert all(reason.endswith(".") for reason in answer.explain)


def test_a_text_is_named_by_its_outlet_else_by_its_id() -> None:
    sentence = judged(stories.DAM, stories.DAM_REWRITE, outlet=COURIER).verdict.sentence
    assert sentence.startswith("two is an uncredited rewrite of Lowmoor Courier.")


def test_two_texts_of_one_outlet_are_told_apart_by_their_ids() -> None:
    answer = compare(
        document(stories.DAM, "dam-1", outlet=COURIER),
        document(stories.DAM_CORRECTED, "dam-2", outlet=COURIER),
    )
    assert answer.verdict.sentence == (
        "Lowmoor Courier (dam-2) is a later version of Lowmoor Courier (dam-1) by the same outlet. "
        "All of its 289 words (100 %) follow it."
    )


def test_nothing_shared_in_one_sentence() -> None:
    answer = judged(stories.DAM, stories.CHESS)
    assert answer.verdict.sentence == "No shared text found between one and two."
    assert answer.explain == ()


def test_shared_quotations_are_counted_and_the_speaker_is_named() -> None:
    assert judged(stories.QUOTE_ONE, stories.QUOTE_TWO).verdict.sentence == (
        "No copying found between one and two. They share one quotation of Dr. Henrike Solano. "
        "This does not show who reported first."
    )


def test_a_remark_in_different_words_is_told_as_one() -> None:
    sentence = judged(stories.QUOTE_ONE, stories.QUOTE_BARELY).verdict.sentence
    assert "give one remark by Dr. Henrike Solano in different wordings" in sentence


def test_what_was_ignored_is_said() -> None:
    assert judged(stories.BOND_ONE, stories.BOND_TWO).verdict.sentence == (
        "No copying found between one and two. One stock phrase was ignored."
    )
    one, other = (paragraphs(text, stories.FOOTER) for text in (stories.CHESS, stories.BEES))
    assert judged(one, other).verdict.sentence == (
        "No copying found between one and two. One passage of boilerplate was ignored."
    )


def test_a_summary_is_told_by_what_was_done_with_the_words() -> None:
    answer = judged(stories.DAM, stories.DAM_SUMMARY, outlet=COURIER)
    assert answer.verdict.sentence == (
        "two is a credited summary of Lowmoor Courier. About 100 of its 128 words (74 %) follow "
        "it: about 40 quote its prose, 16 copy it word for word and 40 rewrite it. Lowmoor Courier "
        "is named near the top. Permission was not assessed."
    )


def test_a_reprint_in_one_sentence() -> None:
    answer = judged(stories.DAM, stories.DAM_TAIL_CUT, outlet=COURIER)
    assert answer.verdict.sentence == (
        "two is an uncredited reprint of Lowmoor Courier. All of its 153 words (100 %) follow it. "
        "No credit to Lowmoor Courier was found. Permission was not assessed."
    )


def test_an_excerpt_says_in_how_many_blocks() -> None:
    answer = judged(
        stories.DAM, stories.CHESS_WITH_BLOCK, outlet=COURIER, published_at="2026-03-14"
    )
    assert answer.verdict.sentence == (
        "two contains an uncredited excerpt of Lowmoor Courier. About 70 of its 275 words (25 %) "
        "follow it, in one block. No credit to Lowmoor Courier was found. Permission was not "
        "assessed."
    )


def test_where_nobody_knows_who_was_first_nobody_is_named_as_the_source() -> None:
    sentence = judged(stories.DAM, stories.DAM_REPRINT).verdict.sentence
    assert sentence.startswith("one and two are copies of one text; the texts do not show which")
    assert "uncredited" not in sentence


def test_the_same_text_says_that_it_is_not_known_who_was_first() -> None:
    assert judged(stories.DAM, stories.DAM).verdict.sentence == (
        "one and two are the same text; nothing shows which was first. Permission was not assessed."
    )


def test_an_original_that_was_not_compared_is_said_not_to_be() -> None:
    slug = "OVERBECK (AP) — "
    sentence = judged(slug + stories.DAM, slug + stories.DAM_REPRINT).verdict.sentence
    assert sentence.endswith("The original was not compared; permission was not assessed.")


@pytest.mark.parametrize("name", ["Its Own Journal", "{}", "%s", "a", "Das Ö"])
def test_no_name_breaks_the_sentence(name: str) -> None:
    for text in (stories.DAM_REPRINT, stories.DAM_SUMMARY, stories.CHESS, stories.CHESS_WITH_BLOCK):
        sentence = judged(stories.DAM, text, outlet=name).verdict.sentence
        assert name in sentence
        assert "About its" not in sentence


# Words and numbers


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (0.004, "0 %"), (0.823, "82 %"), (0.256, "26 %"), (1, "100 %")]
)
def test_a_share_is_a_whole_percent(share: float, text: str) -> None:
    assert say.percent(share) == text


@pytest.mark.parametrize(
    ("words", "about"), [(0, 0), (7, 7), (20, 20), (21, 20), (26, 30), (684, 680), (1999, 2000)]
)
def test_more_than_twenty_words_are_rounded_to_tens(words: int, about: int) -> None:
    assert say.about(words) == about


@given(st.integers(1, 12), st.integers(0, 12))
def test_no_more_words_follow_than_there_are(kept: int, own: int) -> None:
    source, target = stories.composed(kept, own, left=3)
    sentence = judged(source, target).verdict.sentence
    for words, of_words in re.findall(r"(\d+) of \S+ (\d+) words", sentence):
        assert int(words) <= int(of_words)
    for percent in re.findall(r"(\d+) %", sentence):
        assert 0 <= int(percent) <= 100


def test_all_is_only_said_of_all() -> None:
    source, target = stories.composed(12, 0, 4)
    assert "All of its 120 words (100 %)" in judged(source, target).verdict.sentence
    assert "All of" not in judged(source, target + " Nevertheless.").verdict.sentence


# How serious


def excerpt(derived: int, own: int) -> tuple[str, str]:
    """A source, and a target with so many words of it (in one block) and so many of its own. The
    source is named by its press release, so that the direction is known."""
    block = prose(derived, 1)
    source = paragraphs("FOR IMMEDIATE RELEASE", prose(200, 2), block, prose(200, 3))
    return source, joined(prose(own // 2, 4), block, prose(own - own // 2, 5))


@pytest.mark.parametrize(
    ("derived", "own", "severity"),
    [
        (29, 271, Severity.NOTE),  # under 30 words and under 10 %
        (30, 970, Severity.REVIEW),  # 30 words
        (29, 261, Severity.REVIEW),  # 10 %
        (29, 262, Severity.NOTE),
        (49, 51, Severity.REVIEW),  # under 50 words
        (50, 150, Severity.ALERT),  # 50 words and 25 %
        (50, 151, Severity.REVIEW),  # under 25 %
        (200, 601, Severity.REVIEW),
    ],
)
def test_severity_begins_where_the_contract_says(
    derived: int, own: int, severity: Severity
) -> None:
    answer = judged(*excerpt(derived, own))
    assert answer.direction.source == "a"
    assert (answer.b.coverage.words, answer.b.coverage.of_words) == (derived, derived + own)
    assert answer.verdict.credit is Credit.UNCREDITED
    assert answer.verdict.severity is severity


@pytest.mark.parametrize(
    ("settings", "severity"),
    [
        (Settings(alert_words=41), Severity.REVIEW),
        (Settings(alert_words=40), Severity.ALERT),
        (Settings(alert_words=40, alert_share=0.41), Severity.REVIEW),
        (Settings(alert_words=0, alert_share=0.4), Severity.ALERT),
        (Settings(review_words=41, review_share=0.5), Severity.NOTE),
        (Settings(review_words=40, review_share=0.5), Severity.REVIEW),
        (Settings(review_words=41, review_share=0.4), Severity.REVIEW),
    ],
)
def test_settings_move_where_severity_begins(settings: Settings, severity: Severity) -> None:
    assert judged(*excerpt(40, 60), settings).verdict.severity is severity


def test_what_is_credited_is_a_note() -> None:
    answer = judged(stories.DAM, stories.DAM_SUMMARY, outlet=COURIER)
    assert answer.verdict.severity is Severity.NOTE


@pytest.mark.parametrize("b", [stories.CHESS, stories.QUOTE_ONE])
def test_what_is_no_copying_is_none(b: str) -> None:
    assert judged(stories.DAM, b).verdict.severity is Severity.NONE


def test_where_nobody_is_named_nothing_is_worse_than_review() -> None:
    answer = judged(stories.DAM, stories.DAM_REPRINT)
    assert answer.direction.source is None
    assert answer.verdict.severity is Severity.REVIEW


def test_uncredited_words_are_those_of_the_target_under_no_credit() -> None:
    answer = judged(*excerpt(60, 100))
    assert "60 derived words of two stand without credit." in answer.explain


# The reasons


def test_reasons_count_words_and_blocks_of_both_texts() -> None:
    assert judged(stories.DAM, stories.CHESS_WITH_BLOCK).explain == (
        "70 of 289 words of one lie in one block of derived text.",
        "70 of 275 words of two lie in one block of derived text.",
        "The rest of two is about something else.",
        "70 derived words of two stand without credit.",
    )


def test_reasons_tell_what_did_not_count() -> None:
    assert judged(stories.QUOTE_ONE, stories.QUOTE_TWO).explain == (
        "One quotation both texts have, and no prose around them.",
    )
    assert judged(stories.BOND_ONE, stories.BOND_TWO).explain == (
        "One short run of common words did not count.",
    )
