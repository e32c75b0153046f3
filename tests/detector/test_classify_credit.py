"""Whether a text names where its words come from."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.classify.credit import MAX_OUTLETS, told
from detector.classify.outlet import same_name
from detector.model import Comparison, Credit, Path, Relation, Role, Severity, Span
from detector.pipeline import compare, view
from detector.stats import PRIOR
from tests import oracles
from tests.detector import stories
from tests.detector.stories import document, joined, paragraphs, prose

COURIER = "Lowmoor Courier"
TOLD = (
    "“It is late,” she told the Lowmoor Courier. ",
    "He told the Northern Echo and, later, told Reuters that it was over. ",
    "Nobody spoke. ",
    "it went on, and on ",
    "\n",
)
ECHO = "This article was originally published by the Northern Echo."


def judged(source: str, target: str, outlet: str | None = COURIER, **known: Any) -> Comparison:
    """A source by an outlet, and a target by another."""
    return compare(
        document(source, "source", outlet=outlet),
        document(target, "target", outlet="Valley Digest", **known),
    )


def credit(source: str, target: str, outlet: str | None = COURIER) -> Credit:
    return judged(source, target, outlet).verdict.credit


# Credited


def test_a_summary_that_names_its_source_throughout_is_credited() -> None:
    answer = judged(stories.DAM, stories.DAM_SUMMARY)
    assert answer.verdict.credit is Credit.CREDITED
    assert all(p.attributed for p in answer.passages)
    assert answer.b.coverage.unattributed == 0


@pytest.mark.parametrize(
    "line",
    [
        "Source: Lowmoor Courier",
        "This article was originally published by the Lowmoor Courier.",
        "Republished from the Lowmoor Courier",
        "Copyright 2026 Lowmoor Courier",
        "The post Dam leaks appeared first on Lowmoor Courier.",
    ],
)
def test_a_line_for_the_whole_text_credits_all_of_it(line: str) -> None:
    answer = judged(stories.DAM, paragraphs(stories.DAM_TAIL_CUT, line))
    assert answer.verdict.credit is Credit.CREDITED
    assert answer.verdict.severity is Severity.NOTE
    assert all(p.attributed for p in answer.passages)


def test_an_agency_slug_credits_the_whole_text() -> None:
    answer = judged(stories.DAM, "OVERBECK (AP) — " + stories.DAM_TAIL_CUT, "Associated Press")
    assert answer.verdict.credit is Credit.CREDITED


def test_a_credit_in_ukrainian_counts() -> None:
    answer = judged(stories.MILL, stories.MILL_SUMMARY, "Вечірні вісті")
    assert answer.verdict.credit is Credit.CREDITED
    assert answer.direction.source == "a"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fairlead Press Agency", "FPA"),
        ("The Orrin Review", "Review"),
        ("The Orrin Review", "Orrin Review"),
        ("Вечірні вісті", "Вечірніх вістей"),
        ("The People's Post", "The People’s Post"),
    ],
)
def test_a_short_or_inflected_name_is_the_same_outlet(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Orrin Review", "The Orrin Gazette"),
        ("Lowmoor Courier", "Lowmoor Press"),
        ("Northern Echo", "FPA"),
        ("", "Northern Echo"),
        ("...", "—"),
    ],
)
def test_another_name_is_another_outlet(one: str, other: str) -> None:
    assert not same_name(one, other)
    assert not same_name(other, one)


# Partly


def test_one_credited_block_of_two_is_partly_credited() -> None:
    first, second = stories.DAM.split("\n\n")[1], stories.DAM.split("\n\n")[4]
    named = joined(first, "That is what the Lowmoor Courier reported.")
    answer = judged(stories.DAM, paragraphs(named, stories.BEES, second, prose(100, 1)))
    assert answer.verdict.credit is Credit.PARTLY
    assert [p.attributed for p in answer.passages] == [True, False]
    assert 0 < answer.b.coverage.unattributed < answer.b.coverage.share


def test_a_credit_far_from_what_was_taken_is_still_a_credit() -> None:
    far = paragraphs(stories.DAM_REWRITE, stories.BEES, "The Lowmoor Courier reported on the dam.")
    answer = judged(stories.DAM, far)
    assert answer.verdict.credit is Credit.PARTLY
    assert "No credit" not in answer.verdict.sentence
    assert answer.b.coverage.unattributed == pytest.approx(answer.b.coverage.share)


# Uncredited


@pytest.mark.parametrize(
    ("source", "target"),
    [("dam", "dam_rewrite"), ("dam", "dam_tail_cut")],
)
def test_a_text_that_names_nobody_is_uncredited(source: str, target: str) -> None:
    answer = judged(stories.STORIES[source], stories.STORIES[target])
    assert answer.verdict.credit is Credit.UNCREDITED
    assert not any(p.attributed for p in answer.passages)
    assert "No credit to Lowmoor Courier was found." in answer.verdict.sentence


@pytest.mark.parametrize(
    "photo",
    [
        "Photo: Ann Bell / Lowmoor Courier",
        "Photo credit: Lowmoor Courier",
        "Photograph by Ann Bell / Lowmoor Courier",
    ],
)
def test_a_photo_credit_alone_does_not_credit_words(photo: str) -> None:
    answer = judged(stories.DAM, paragraphs(photo, stories.DAM_REWRITE))
    assert [c.role for c in answer.b.attributions] == [Role.PHOTO]
    assert answer.verdict.credit is Credit.UNCREDITED
    assert answer.relation is Relation.DERIVED


def test_people_who_are_cited_are_no_credit_to_an_outlet() -> None:
    people = "According to people familiar with the repair, it will take two years."
    assert credit(stories.DAM, joined(stories.DAM_TAIL_CUT, people)) is Credit.UNCREDITED


def test_the_outlets_own_name_is_no_credit() -> None:
    own = stories.DAM_TAIL_CUT + "\n\nCopyright 2026 Valley Digest"
    assert credit(stories.DAM, own) is Credit.UNCREDITED


# Wrong source


def test_a_credit_for_the_whole_text_to_somebody_else_is_the_wrong_source() -> None:
    answer = judged(stories.DAM, paragraphs(stories.DAM_TAIL_CUT, ECHO))
    assert answer.direction.source == "a"
    assert answer.verdict.credit is Credit.WRONG_SOURCE
    assert "It credits Northern Echo instead." in answer.verdict.sentence
    assert not any(p.attributed for p in answer.passages)


def test_where_nobody_knows_the_source_a_wrong_credit_is_no_credit_to_the_other() -> None:
    answer = judged(stories.DAM, paragraphs(stories.DAM_REPRINT, ECHO))
    assert answer.direction.source is None
    assert answer.verdict.credit is Credit.UNCREDITED


def test_a_source_whose_outlet_nobody_states_may_be_the_one_that_is_named() -> None:
    assert credit(stories.DAM, stories.DAM_SUMMARY, outlet=None) is Credit.CREDITED


# The upstream


def test_credit_to_the_upstream_counts_though_the_matched_copy_is_another_outlets() -> None:
    carried = "OVERBECK (AP) — " + stories.DAM
    citing = stories.DAM_SUMMARY.replace("the Lowmoor Courier", "the Associated Press").replace(
        "The Courier", "The agency"
    )
    answer = judged(carried, citing, "North Star")
    assert answer.verdict.credit is Credit.CREDITED
    assert answer.direction.path is Path.COMMON_UPSTREAM
    assert answer.verdict.severity is Severity.NOTE
    assert "North Star" not in {c.source for c in answer.b.attributions}


def test_two_reprints_that_both_name_the_agency_are_credited() -> None:
    carried = "OVERBECK (AP) — " + stories.DAM
    answer = judged(carried, "OVERBECK (AP) — " + stories.DAM_REPRINT, "North Star")
    assert answer.verdict.credit is Credit.CREDITED
    assert answer.verdict.severity is Severity.NOTE


# A press release


@pytest.mark.parametrize(
    "words",
    [
        "Sable Instruments said in a statement",
        "according to a press release",
        "the company announced in a statement",
    ],
)
def test_naming_the_press_release_once_credits_what_is_taken_from_it(words: str) -> None:
    text = stories.RELEASE_USER_ONE.replace("Sable Instruments said in a statement", words)
    answer = judged(stories.RELEASE, text, "Sable Instruments")
    assert answer.verdict.credit is Credit.CREDITED
    assert answer.verdict.severity is Severity.NOTE


def test_a_press_release_that_is_not_named_is_not_credited() -> None:
    text = stories.RELEASE_USER_ONE.replace(", Sable Instruments said in a statement", "")
    assert credit(stories.RELEASE, text, "Sable Instruments") is Credit.UNCREDITED


def test_the_words_press_release_credit_nothing_but_a_press_release() -> None:
    text = stories.DAM_TAIL_CUT + " That is all there was in the press release."
    assert credit(stories.DAM, text) is Credit.UNCREDITED


# Not needed


@pytest.mark.parametrize(
    ("source", "target"),
    [("quote_one", "quote_two"), ("bond_one", "bond_two"), ("chess", "bees")],
)
def test_what_is_no_copying_needs_no_credit(source: str, target: str) -> None:
    answer = judged(stories.STORIES[source], stories.STORIES[target])
    assert answer.verdict.credit is Credit.NOT_NEEDED


def test_a_revision_needs_no_credit() -> None:
    answer = compare(
        document(stories.DAM, "one", outlet=COURIER),
        document(stories.DAM_CORRECTED, "two", outlet=COURIER),
    )
    assert answer.verdict.credit is Credit.NOT_NEEDED
    assert answer.verdict.severity is Severity.NONE


# A shared exclusive


def test_a_shared_exclusive_without_credit_is_for_review() -> None:
    answer = judged(stories.QUOTE_TOLD, stories.QUOTE_UNTOLD)
    assert answer.relation is Relation.SHARED_QUOTES
    assert answer.verdict.credit is Credit.UNCREDITED
    assert answer.verdict.severity is Severity.REVIEW
    assert answer.verdict.sentence == (
        "No copying found between Lowmoor Courier and Valley Digest. They share one quotation of "
        "Dr. Henrike Solano. Lowmoor Courier has quoted words as told to itself; Valley Digest "
        "does not name Lowmoor Courier. This does not show who reported first."
    )


def test_an_exclusive_of_a_third_outlet_without_credit_is_for_review() -> None:
    answer = judged(stories.QUOTE_TOLD, stories.QUOTE_UNTOLD, "North Star")
    assert answer.verdict.severity is Severity.REVIEW
    assert "North Star has quoted words as told to Lowmoor Courier" in answer.verdict.sentence


def test_a_shared_exclusive_with_credit_is_none() -> None:
    named = stories.QUOTE_UNTOLD.replace(
        "Asked about this on Monday", "In an interview with the Lowmoor Courier"
    )
    answer = judged(stories.QUOTE_TOLD, named)
    assert answer.verdict.severity is Severity.NONE
    assert answer.verdict.credit is Credit.NOT_NEEDED


def test_who_was_told_it_owes_no_credit() -> None:
    answer = compare(
        document(stories.QUOTE_TOLD, "one", outlet="North Star"),
        document(stories.QUOTE_UNTOLD, "two", outlet=COURIER),
    )
    assert answer.verdict.severity is Severity.NONE


def test_two_texts_of_one_outlet_share_no_exclusive() -> None:
    answer = compare(
        document(stories.QUOTE_TOLD, "one", outlet="North Star"),
        document(stories.QUOTE_UNTOLD, "two", outlet="North Star"),
    )
    assert answer.verdict.severity is Severity.NONE


def test_a_text_whose_outlet_nobody_states_is_not_accused_over_an_exclusive() -> None:
    answer = compare(stories.QUOTE_TOLD, stories.QUOTE_UNTOLD)
    assert answer.verdict.severity is Severity.NONE


def test_a_public_remark_is_nobodys_exclusive() -> None:
    answer = judged(stories.QUOTE_TOLD, stories.QUOTE_TWO)
    assert answer.verdict.severity is Severity.NONE


@given(
    st.lists(st.sampled_from(TOLD), max_size=12).map("".join),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60)), max_size=5),
)
def test_to_whom_words_were_told_is_what_all_credits_say(text: str, places: list[Any]) -> None:
    side = view(document(f"{text} End.", "one"), PRIOR)
    for start, size in places:
        span = Span(start, start + size)
        assert told(side, span) == oracles.told(side, span)


def test_a_list_of_outlets_owes_no_exclusive() -> None:
    letters = "BCDFGHKLMNPRSTVZ"
    names = [f"{one}a{other.lower()}o Gazette" for one in letters for other in letters]
    papers = " ".join(f"So it is, the {name} reported." for name in names[:MAX_OUTLETS])
    answer = judged(stories.QUOTE_TOLD, f"{stories.QUOTE_UNTOLD}\n\n{papers}")
    assert answer.relation is Relation.SHARED_QUOTES
    assert answer.verdict.severity is Severity.NONE
