"""Who took from whom: every kind of evidence by itself, and when nobody can tell."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from detector.classify.direction import MIN_WEIGHT, WEIGHTS
from detector.model import Comparison, Path, Relation, Severity
from detector.pipeline import compare
from tests.detector import stories
from tests.detector.stories import composed, document, joined, paragraphs, prose

COURIER = "Lowmoor Courier"
EARLY, LATE = "2026-03-14T08:00:00Z", "2026-03-15T08:00:00Z"

# What was changed in a copy that shows nothing by itself.
RETOLD = stories.DAM_REPRINT
TOLD_US = stories.DAM.replace("Ms. Oduya said.", "Ms. Oduya told the Courier.")
CUT_QUOTE = stories.DAM.replace(" with a school at the bottom of the hill,", ",").replace(
    ' "The clay is a hundred and thirty years old and it has never been asked to hold this much '
    'rain."',
    "",
)
WITHOUT_DETAIL = (
    RETOLD.replace("Marguerite Oduya, the regional", "the")
    .replace("Castellan, the mayor of Nether Tarn,", "The mayor")
    .replace("Castellan said", "The mayor said")
    .replace(" Its secretary, Ivo Brandt,", " Its secretary")
    .replace(" since 2009", "")
    .replace(" in 1893", "")
    .replace(" that closed in 1961", "")
    .replace("Oduya", "the director")
    .replace(" at Overbeck", "")
)
BY_AP = "OVERBECK (AP) — "
CITING_AP = stories.DAM_SUMMARY.replace("the Lowmoor Courier", "the Associated Press").replace(
    "The Courier", "The agency"
)


def judged(
    a: str, b: str, known_a: dict[str, Any] | None = None, known_b: dict[str, Any] | None = None
) -> Comparison:
    """Two texts "a" and "b" with what is known of each."""
    return compare(document(a, "a", **(known_a or {})), document(b, "b", **(known_b or {})))


def evidence(answer: Comparison) -> dict[str, float]:
    return {e.type: e.weight for e in answer.direction.evidence}


# Each kind of evidence


def test_prose_inside_quotation_marks_shows_the_copy() -> None:
    answer = judged(stories.DAM, stories.DAM_SUMMARY)
    assert answer.direction.source == "a"
    assert evidence(answer)["quoted_prose"] == WEIGHTS["quoted_prose"]
    assert any(
        e.detail == "42 words of plain prose in a stand in quotation marks in b."
        for e in answer.direction.evidence
    )


def test_a_few_words_in_quotation_marks_weigh_less() -> None:
    few = stories.BEES + ' Still, "an inspection in February found nothing unusual, but recommended'
    few += ' that rabbits be kept off the embankment," the engineers read aloud.'
    answer = judged(stories.DAM, few)
    assert 0 < evidence(answer)["quoted_prose"] < WEIGHTS["quoted_prose"]


def test_credit_to_the_other_outlet_names_the_source() -> None:
    answer = judged(stories.DAM, stories.DAM_SUMMARY, {"outlet": COURIER})
    assert answer.direction.source == "a"
    assert evidence(answer)["credit"] == WEIGHTS["credit"]
    assert "b credits Lowmoor Courier." in [e.detail for e in answer.direction.evidence]


def test_credit_names_an_outlet_by_its_short_form_too() -> None:
    text = stories.DAM_SUMMARY.replace("the Lowmoor Courier", "the LPA")
    answer = judged(
        stories.DAM, "Lowmoor Press Agency (LPA) has the story.\n\n" + text,
        {"outlet": "Lowmoor Press Agency"},
    )  # fmt: skip
    assert "credit" in evidence(answer)


def test_credit_to_an_agency_whose_copy_the_other_carries_names_that_text() -> None:
    answer = judged(BY_AP + stories.DAM, CITING_AP, {"outlet": "North Star"})
    assert answer.direction.source == "a"
    assert evidence(answer)["shared_origin"] == WEIGHTS["shared_origin"]


def test_a_press_release_is_the_source() -> None:
    answer = judged(stories.RELEASE, stories.RELEASE_USER_ONE)
    assert answer.direction.source == "a"
    assert evidence(answer)["release"] == WEIGHTS["release"]


def test_a_text_that_its_metadata_calls_a_press_release_is_the_source() -> None:
    plain = stories.RELEASE.replace("FOR IMMEDIATE RELEASE\n\n", "").replace("Media contact", "By")
    answer = judged(plain, stories.RELEASE_USER_ONE, {"kind": "press_release"})
    assert "release" in evidence(answer)
    assert answer.direction.source == "a"


def test_a_wire_item_is_the_source() -> None:
    answer = judged(stories.DAM, RETOLD, {"kind": "wire"}, {"kind": "article"})
    assert answer.direction.source == "a"
    assert evidence(answer) == {"agency": WEIGHTS["agency"]}


def test_what_is_covered_more_may_be_the_copy_and_that_alone_names_nobody() -> None:
    answer = judged(*composed(kept=8, own=0, left=4, kept_first=False))
    assert answer.direction.source is None
    assert set(evidence(answer)) == {"coverage"}
    assert evidence(answer)["coverage"] == pytest.approx(WEIGHTS["coverage"] * 2 / 3)


def test_what_ends_before_the_other_does_is_the_copy() -> None:
    answer = judged(stories.DAM, stories.DAM_TAIL_CUT)
    assert answer.direction.source == "a"
    assert evidence(answer)["tail_cut"] == WEIGHTS["tail_cut"]


def test_what_says_the_same_in_fewer_words_is_the_copy() -> None:
    answer = judged(stories.DAM, stories.DAM_SUMMARY)
    assert evidence(answer)["condensed"] == WEIGHTS["condensed"]
    assert "What both say, b says in fewer words." in answer.explain


def test_what_drops_names_and_numbers_may_be_the_copy_and_that_alone_names_nobody() -> None:
    answer = judged(stories.DAM, WITHOUT_DETAIL)
    assert answer.direction.source is None
    assert evidence(answer) == {"detail": WEIGHTS["detail"]}


def test_who_was_told_it_is_the_source() -> None:
    answer = judged(TOLD_US, RETOLD, {"outlet": COURIER}, {"outlet": "Valley Digest"})
    assert answer.direction.source == "a"
    assert evidence(answer) == {"own_reporting": WEIGHTS["own_reporting"]}


@pytest.mark.parametrize("told", ["told this newspaper", "told us"])
def test_who_says_us_was_told_it_too(told: str) -> None:
    answer = judged(TOLD_US.replace("told the Courier", told), RETOLD)
    assert evidence(answer) == {"own_reporting": WEIGHTS["own_reporting"]}


def test_what_cuts_a_quotation_short_is_the_copy() -> None:
    assert "cut_quote" in evidence(judged(stories.DAM, CUT_QUOTE))


def test_the_version_with_a_correction_note_is_the_later_one() -> None:
    answer = judged(stories.DAM, stories.DAM_CORRECTED, {"outlet": COURIER}, {"outlet": COURIER})
    assert answer.relation is Relation.REVISION
    assert answer.direction.source == "a"
    assert evidence(answer) == {"correction": WEIGHTS["correction"]}
    assert answer.direction.evidence[0].detail == f"{COURIER} (b) has a correction note."


@pytest.mark.parametrize(("a", "b"), list(permutations(stories.STORIES, 2))[::7])
def test_evidence_is_sorted_and_told_in_plain_sentences(a: str, b: str) -> None:
    answer = judged(stories.STORIES[a], stories.STORIES[b])
    found = answer.direction.evidence
    assert [e.weight for e in found] == sorted((e.weight for e in found), reverse=True)
    assert all(e.weight > 0 and e.detail.endswith(".") for e in found)
    assert all(e.detail in answer.explain for e in found)
    assert {e.type for e in found} <= {*WEIGHTS, "date"}
    assert 0 <= answer.direction.confidence < 1
    assert (answer.direction.confidence == 0) == (answer.direction.source is None)


# Nobody can tell


@pytest.mark.parametrize(
    ("a", "b"),
    [(stories.DAM, RETOLD), (stories.DAM, stories.DAM)],
)
def test_without_evidence_nobody_is_named(a: str, b: str) -> None:
    direction = judged(a, b).direction
    assert (direction.source, direction.confidence) == (None, 0.0)
    assert direction.path is Path.UNKNOWN
    assert direction.upstream is None
    assert direction.evidence == ()


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (stories.QUOTE_ONE, stories.QUOTE_TWO),
        (stories.BOND_ONE, stories.BOND_TWO),
        (stories.CHESS, stories.BEES),
    ],
)
def test_what_is_no_copying_has_no_direction_whatever_the_dates(a: str, b: str) -> None:
    direction = judged(
        a, b, {"published_at": EARLY, "kind": "wire"}, {"published_at": LATE}
    ).direction
    assert direction.source is None
    assert direction.evidence == ()


def test_the_same_text_twice_has_no_direction() -> None:
    direction = judged(
        stories.DAM, stories.DAM, {"published_at": EARLY}, {"published_at": LATE}
    ).direction
    assert direction.source is None


# Stated times


@pytest.mark.parametrize(
    ("first", "second", "source"),
    [
        (EARLY, LATE, "a"),
        (LATE, EARLY, "b"),
        ("2026-03-14", "2026-03-15", "a"),
        ("2026-03-14T23:30:00+03:00", "2026-03-14T21:00:00Z", "a"),
        ("2026-03-14T08:00:00", "2026-03-14T09:00:00Z", "a"),
    ],
)
def test_a_stated_time_alone_names_a_source_with_little_confidence(
    first: str, second: str, source: str
) -> None:
    answer = judged(stories.DAM, RETOLD, {"published_at": first}, {"published_at": second})
    assert answer.direction.source == source
    assert 0.5 <= answer.direction.confidence <= 0.6
    assert set(evidence(answer)) == {"date"}
    assert "by its stated time" in answer.verdict.sentence
    assert f"{source} is the earlier by its stated time." in answer.explain


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (EARLY, None),
        (None, LATE),
        (EARLY, EARLY),
        (EARLY, "2026-03-14T10:00:00+02:00"),
        (EARLY, "yesterday"),
        (EARLY, ""),
        (EARLY, "2026-02-30"),
    ],
)
def test_one_stated_time_or_none_says_nothing(first: str | None, second: str | None) -> None:
    answer = judged(stories.DAM, RETOLD, {"published_at": first}, {"published_at": second})
    assert answer.direction.source is None


@pytest.mark.parametrize(
    ("first", "second"),
    [("2026-03-14", "2026-03-14T08:00:00Z"), ("2026-03-14T20:00:00Z", "2026-03-15")],
)
def test_a_day_is_neither_before_nor_after_an_hour_of_it(first: str, second: str) -> None:
    answer = judged(stories.DAM, RETOLD, {"published_at": first}, {"published_at": second})
    assert answer.direction.source is None


@pytest.mark.parametrize("stated", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_no_stated_time_is_too_far_away(stated: str) -> None:
    answer = judged(stories.DAM, RETOLD, {"published_at": stated}, {"published_at": EARLY})
    assert answer.direction.source == ("a" if stated < EARLY else "b")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (stories.DAM, stories.DAM_SUMMARY),
        (stories.DAM, stories.DAM_TAIL_CUT),
        (TOLD_US.replace("told the Courier", "told us"), RETOLD),
        (stories.RELEASE, stories.RELEASE_USER_ONE),
    ],
)
def test_a_stated_time_never_outweighs_the_texts(a: str, b: str) -> None:
    plain = judged(a, b).direction
    against = judged(a, b, {"published_at": LATE}, {"published_at": EARLY}).direction
    assert plain.source == against.source == "a"
    assert against.confidence == plain.confidence


def test_a_stated_time_does_not_outweigh_even_a_soft_word_of_the_texts() -> None:
    quoting = paragraphs(
        stories.BEES,
        'A visitor wrote that "the telephone exchange stands beside the river and" more.',
        stories.DAM.split("\n\n")[3],
    )
    assert 0 < evidence(judged(stories.DAM, quoting))["quoted_prose"] < 0.6
    against = judged(stories.DAM, quoting, {"published_at": LATE}, {"published_at": EARLY})
    assert against.direction.source is None
    for_it = judged(stories.DAM, quoting, {"published_at": EARLY}, {"published_at": LATE})
    assert for_it.direction.source == "a"
    assert for_it.direction.confidence <= 0.6


def test_a_stated_time_that_agrees_with_the_texts_adds_a_little() -> None:
    plain = judged(stories.DAM, stories.DAM_TAIL_CUT).direction
    dated = judged(
        stories.DAM, stories.DAM_TAIL_CUT, {"published_at": EARLY}, {"published_at": LATE}
    ).direction
    assert dated.source == "a"
    assert plain.confidence < dated.confidence < plain.confidence + 0.15


# Confidence


def test_confidence_grows_with_the_sum_from_a_half_to_nearly_one() -> None:
    known = [{}, {"kind": "wire"}, {"kind": "wire", "published_at": EARLY}]
    answers = [
        judged(stories.DAM, stories.DAM_TAIL_CUT, source, {"published_at": LATE}).direction
        for source in known
    ]
    sums = [sum(e.weight for e in answer.evidence) for answer in answers]
    assert sums == sorted(set(sums))
    shown = [answer.confidence for answer in answers]
    assert 0.5 < shown[0] < shown[1] < shown[2] <= 0.99


def test_however_much_is_said_nobody_is_quite_sure() -> None:
    answer = judged(
        stories.DAM, stories.DAM_SUMMARY,
        {"outlet": COURIER, "kind": "wire", "published_at": EARLY}, {"published_at": LATE},
    )  # fmt: skip
    assert sum(e.weight for e in answer.direction.evidence) > 5
    assert answer.direction.confidence == 0.99


@pytest.mark.parametrize(
    ("clue", "strongest"),
    [("coverage", 1), ("tail_cut", 1), ("condensed", 1), ("detail", 1), ("cut_quote", 2)],
)
def test_what_is_often_wrong_is_too_weak_to_name_anybody_alone(clue: str, strongest: int) -> None:
    assert strongest * WEIGHTS[clue] < MIN_WEIGHT


def test_soft_words_together_name_the_source() -> None:
    answer = judged(stories.DAM, stories.DAM_TAIL_CUT)
    assert set(evidence(answer)) == {"coverage", "tail_cut"}
    assert answer.direction.source == "a"
    assert 0.75 < answer.direction.confidence < 0.95


# The path


def test_a_text_that_credits_the_source_came_straight_from_it() -> None:
    direction = judged(stories.DAM, stories.DAM_SUMMARY, {"outlet": COURIER}).direction
    assert direction.path is Path.DIRECT
    assert direction.upstream is None


def test_a_text_that_cites_the_agency_came_from_what_both_go_back_to() -> None:
    direction = judged(
        BY_AP + stories.DAM, CITING_AP, {"outlet": "North Star"}, {"outlet": "South Star"}
    ).direction
    assert direction.source == "a"
    assert direction.path is Path.COMMON_UPSTREAM
    assert direction.upstream is not None
    assert (direction.upstream.name, direction.upstream.id) == ("The Associated Press", None)


def test_two_reprints_of_one_agency_have_it_in_common_and_nobody_is_named() -> None:
    answer = judged(
        BY_AP + stories.DAM, BY_AP + RETOLD, {"outlet": "North Star"}, {"outlet": "South Star"}
    )
    assert answer.direction.source is None
    assert answer.direction.path is Path.COMMON_UPSTREAM
    assert answer.direction.upstream is not None
    assert answer.direction.upstream.name == "The Associated Press"
    assert answer.verdict.sentence.startswith(
        "North Star and South Star both go back to The Associated Press; neither needs to have "
        "taken from the other."
    )


def test_photographs_of_one_agency_are_no_common_origin() -> None:
    photo = "Photo: Ann Bell / Reuters"
    answer = judged(
        paragraphs(stories.DAM, photo), paragraphs(RETOLD, photo),
        {"outlet": "North Star"}, {"outlet": "South Star"},
    )  # fmt: skip
    assert answer.direction.upstream is None
    assert answer.direction.path is not Path.COMMON_UPSTREAM


def test_a_photograph_and_a_credit_for_words_are_no_common_origin() -> None:
    answer = judged(
        paragraphs(stories.DAM, "Photo: Ann Bell / Reuters"),
        paragraphs(stories.DAM_REWRITE, "Reuters reported that the army had been slow."),
        {"outlet": "North Star"}, {"outlet": "South Star"},
    )  # fmt: skip
    assert "Reuters" not in answer.verdict.sentence
    assert "shared_origin" not in evidence(answer)
    assert answer.direction.upstream is None


def test_where_nothing_is_known_of_the_source_the_path_is_unknown() -> None:
    direction = judged(stories.DAM, stories.DAM_TAIL_CUT).direction
    assert direction.source == "a"
    assert direction.path is Path.UNKNOWN


def test_forms_that_the_source_has_not_show_that_the_text_came_another_way() -> None:
    source = document(
        joined(stories.DAM_REPRINT, prose(60, 1)), "source", outlet="Valley Digest", kind="wire"
    )
    target = document(stories.DAM, "target", outlet="South Star")
    answer = compare(source, target)
    assert answer.direction.source == "a"
    assert answer.direction.path is not Path.DIRECT
    assert (
        "South Star was probably not taken from Valley Digest: it keeps 'Mr.' and 'cease-fire' "
        "where Valley Digest does not."
    ) in answer.verdict.sentence
    assert (
        "In shared words South Star has 'Mr.' and 'cease-fire' where Valley Digest has not."
        in answer.explain
    )


def test_forms_that_only_the_source_has_do_not_speak_against_it() -> None:
    answer = judged(
        stories.DAM, stories.DAM_REPRINT, {"outlet": COURIER, "kind": "wire"}, {"outlet": "Digest"}
    )
    assert answer.direction.path is Path.DIRECT
    assert "probably not taken" not in answer.verdict.sentence


def test_a_form_that_both_have_is_no_trace() -> None:
    answer = judged(stories.DAM, stories.DAM_CORRECTED)
    assert not any("In shared words" in reason for reason in answer.explain)


def test_a_block_belongs_to_the_text_that_goes_on_about_its_subject() -> None:
    answer = judged(stories.DAM, stories.CHESS_WITH_BLOCK, {"outlet": COURIER})
    assert answer.direction.source == "a"
    assert [e.type for e in answer.direction.evidence] == ["belonging"]
    assert answer.direction.path is Path.UNKNOWN


def test_a_stated_time_alone_does_not_show_a_direct_path() -> None:
    answer = judged(
        stories.DAM, stories.CHESS_WITH_BLOCK,
        {"outlet": COURIER, "published_at": EARLY}, {"outlet": "Digest", "published_at": LATE},
    )  # fmt: skip
    assert answer.direction.source == "a"
    assert answer.direction.path is not Path.DIRECT


def test_swapping_the_texts_swaps_the_direction_and_nothing_else() -> None:
    for a, b in ((stories.DAM, stories.DAM_SUMMARY), (stories.RELEASE, stories.RELEASE_USER_TWO)):
        one, other = document(a, "one", outlet=COURIER), document(b, "other")
        forth, back = compare(one, other).direction, compare(other, one).direction
        assert (forth.source, back.source) == ("a", "b")
        assert (forth.confidence, forth.path, forth.upstream, forth.evidence) == (
            back.confidence,
            back.path,
            back.upstream,
            back.evidence,
        )


def test_nobody_is_accused_over_a_release_that_both_say_they_use() -> None:
    answer = judged(
        stories.RELEASE_USER_ONE, stories.RELEASE_USER_TWO,
        {"outlet": COURIER, "published_at": EARLY}, {"outlet": "Digest", "published_at": LATE},
    )  # fmt: skip
    assert answer.relation.is_copying
    assert answer.direction.source is None
    assert answer.direction.path is Path.COMMON_UPSTREAM
    assert answer.verdict.severity is Severity.NOTE
    assert "neither needs to have taken from the other" in answer.verdict.sentence
    assert all("possible_release" in p.flags for p in answer.passages)
