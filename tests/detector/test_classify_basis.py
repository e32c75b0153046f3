"""Why both texts have a passage: derivation, a shared quotation, boilerplate, or nothing much."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from detector.corpus import Corpus
from detector.model import Basis, Comparison, Document, Kind, Passage, Relation
from detector.pipeline import compare, compare_sides, scan, view
from detector.settings import DEFAULT, Settings
from detector.stats import learn
from detector.view import View
from tests.detector import stories
from tests.detector.stories import document, joined, paragraphs, prose


def bases(answer: Comparison) -> set[Basis]:
    return {p.basis for p in answer.passages}


def found_at(answer: Comparison, words: str) -> list[Passage]:
    """The passages in which the first text has these words."""
    text = answer.a.document.text
    at = text.index(words)
    return [p for p in answer.passages if p.a.start < at + len(words) and at < p.a.end]


def compare_in(a: str, b: str, corpus: Sequence[str]) -> Comparison:
    """Two texts judged with the statistics of a corpus that they belong to."""
    documents = [document(text, f"d{number}") for number, text in enumerate([a, b, *corpus])]
    stats = learn([scan(d).hashes for d in documents])
    return compare_sides(view(documents[0], stats), view(documents[1], stats), DEFAULT)


# Derivation


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("dam", "dam_reprint"),
        ("dam", "dam_tail_cut"),
        ("dam", "dam_summary"),
        ("dam", "dam_rewrite"),
        ("dam", "chess_with_block"),
        ("release", "release_user_one"),
        ("mill", "mill_reprint"),
        ("mill", "mill_summary"),
        ("mill", "mill_rewrite"),
        ("mill", "tram_with_block"),
    ],
)
def test_prose_that_one_text_took_from_the_other_is_derivation(a: str, b: str) -> None:
    assert bases(compare(stories.STORIES[a], stories.STORIES[b])) == {Basis.DERIVATION}


@pytest.mark.parametrize(("a", "b"), [("dam", "chess"), ("chess", "bees"), ("mill", "tram")])
def test_two_stories_about_different_things_share_nothing(a: str, b: str) -> None:
    assert compare(stories.STORIES[a], stories.STORIES[b]).passages == ()


def test_the_kind_of_a_passage_says_how_close_the_wording_is() -> None:
    verbatim = compare(stories.DAM, stories.DAM_TAIL_CUT).passages
    assert [p.kind for p in verbatim] == [Kind.VERBATIM]
    assert [p.ratio for p in verbatim] == [1.0]
    rewritten = compare(stories.DAM, stories.DAM_REWRITE).passages
    assert {p.kind for p in rewritten} == {Kind.EDITED}
    assert all(p.ratio < 0.97 for p in rewritten)


@pytest.mark.parametrize(("changed", "kind"), [(2, Kind.VERBATIM), (6, Kind.EDITED)])
def test_from_97_words_in_a_hundred_on_a_passage_is_verbatim(changed: int, kind: Kind) -> None:
    words = prose(100, 1).split()
    for place in range(10, 10 + 12 * changed, 12):
        words[place] = f"other{place}"
    (passage,) = compare(prose(100, 1), " ".join(words)).passages
    assert (passage.words, passage.ratio) == (100, 1 - changed / 100)
    assert passage.kind is kind


def test_words_that_only_house_style_changes_count_as_equal() -> None:
    (passage,) = compare(stories.DAM, stories.DAM_REPRINT).passages
    assert passage.kind is Kind.VERBATIM


def test_a_rewritten_sentence_alone_proves_nothing() -> None:
    one = joined(
        stories.CHESS.split("\n\n")[0],
        "Inspectors from Overbeck found that rabbits had tunnelled through the embankment at "
        "Tarnhollow.",
        stories.CHESS.split("\n\n")[1],
    )
    other = joined(
        stories.BEES.split("\n\n")[0],
        "At Tarnhollow, rabbits tunnelled the embankment, Overbeck inspectors reported.",
        stories.BEES.split("\n\n")[1],
    )
    assert compare(one, other).relation in (Relation.INDEPENDENT, Relation.INCIDENTAL)


def test_the_same_rewritten_sentence_counts_beside_copied_prose() -> None:
    block = stories.DAM.split("\n\n")[4]
    one = paragraphs(
        block, "Inspectors from Overbeck found rabbits tunnelling the embankment at Tarnhollow."
    )
    other = paragraphs(
        block, "At Tarnhollow, rabbits tunnelled the embankment, Overbeck inspectors found."
    )
    answer = compare(one, other)
    assert any(p.basis is Basis.DERIVATION for p in found_at(answer, "Inspectors from Overbeck"))


# Shared quotations


def test_what_both_quote_from_a_third_party_is_a_shared_quote() -> None:
    answer = compare(stories.QUOTE_ONE, stories.QUOTE_TWO)
    (passage,) = answer.passages
    assert passage.basis is Basis.SHARED_QUOTE
    assert passage.a.slice(stories.QUOTE_ONE) == stories.QUOTE
    assert passage.b.slice(stories.QUOTE_TWO) == stories.QUOTE
    assert passage.quoted_a
    assert passage.quoted_b
    assert "speaker: Dr. Henrike Solano" in passage.flags
    assert "second_hand_quote" not in passage.flags


@pytest.mark.parametrize("other", [stories.QUOTE_IN_PART, stories.QUOTE_BARELY])
def test_a_remark_that_one_text_quotes_only_in_part_is_still_shared(other: str) -> None:
    answer = compare(stories.QUOTE_ONE, other)
    assert bases(answer) == {Basis.SHARED_QUOTE}
    assert answer.relation is Relation.SHARED_QUOTES


def test_a_remark_with_most_of_it_outside_the_marks_is_flagged() -> None:
    (passage,) = compare(stories.QUOTE_ONE, stories.QUOTE_BARELY).passages
    assert passage.quoted_a
    assert not passage.quoted_b
    assert "quote_boundary_differs" in passage.flags


def test_the_same_words_by_another_speaker_are_no_shared_remark() -> None:
    other = stories.QUOTE_BARELY.replace("Dr. Henrike Solano", "Professor Elias Thorne")
    flags = {f for p in compare(stories.QUOTE_ONE, other).passages for f in p.flags}
    assert "quote_boundary_differs" not in flags


def test_quoted_means_at_least_half_in_quotation_marks() -> None:
    answer = compare(stories.DAM, stories.DAM_SUMMARY)
    (promoted,) = found_at(answer, "no wider than a thumb")
    assert (promoted.quoted_a, promoted.quoted_b) == (False, True)
    (plain,) = found_at(answer, "An inspection in February")
    assert (plain.quoted_a, plain.quoted_b) == (False, False)


def test_a_quotation_inside_a_derived_run_came_second_hand() -> None:
    answer = compare(stories.RELEASE, stories.RELEASE_USER_TWO)
    (quote,) = found_at(answer, "darkest skies")
    assert quote.basis is Basis.DERIVATION
    assert "second_hand_quote" in quote.flags
    assert quote.quoted_a
    assert quote.quoted_b


def test_a_quotation_outside_the_derived_run_is_a_shared_quote() -> None:
    block = stories.DAM.split("\n\n")[1]
    one = paragraphs(block, stories.CHESS, stories.QUOTE_ONE)
    other = paragraphs(stories.QUOTE_TWO, stories.BEES, block)
    answer = compare(one, other)
    assert [p.basis for p in found_at(answer, "no wider than a thumb")] == [Basis.DERIVATION]
    (quote,) = found_at(answer, stories.QUOTE)
    assert quote.basis is Basis.SHARED_QUOTE
    assert "second_hand_quote" not in quote.flags


def test_prose_that_stands_in_quotation_marks_in_the_copy_is_flagged() -> None:
    answer = compare(stories.DAM, stories.DAM_SUMMARY)
    assert answer.direction.source == "a"
    flagged = [p for p in answer.passages if "prose_promoted_to_quote" in p.flags]
    assert [p.a.slice(stories.DAM)[:8] for p in flagged] == ["The leak", "Soldiers"]
    assert all(p.basis is Basis.DERIVATION for p in flagged)


# Where a quotation was spoken


def test_a_quotation_from_a_news_conference_is_public() -> None:
    (passage,) = compare(stories.QUOTE_ONE, stories.QUOTE_TWO).passages
    assert passage.quote_origin == "public"


@pytest.mark.parametrize("outlet", [None, "Lowmoor Courier", "North Star"])
def test_a_quotation_told_to_one_outlet_is_exclusive(outlet: str | None) -> None:
    told = document(stories.QUOTE_TOLD, "told", outlet=outlet)
    (passage,) = compare(told, document(stories.QUOTE_UNTOLD, "other")).passages
    assert passage.quote_origin == "exclusive"


def test_where_one_text_says_it_was_public_it_is_not_exclusive() -> None:
    (passage,) = compare(stories.QUOTE_TOLD, stories.QUOTE_TWO).passages
    assert passage.quote_origin == "public"


def test_where_nobody_says_the_origin_is_unknown() -> None:
    quiet = stories.QUOTE_ONE.replace("sports hall", "town hall")
    (passage,) = compare(quiet, stories.QUOTE_UNTOLD).passages
    assert passage.quote_origin == "unknown"


def test_prose_has_no_quote_origin() -> None:
    (passage,) = compare(stories.DAM, stories.DAM_TAIL_CUT).passages
    assert passage.quote_origin is None


# Boilerplate


def test_a_footer_that_ends_both_texts_is_boilerplate() -> None:
    one, other = (paragraphs(text, stories.FOOTER) for text in (stories.CHESS, stories.BEES))
    answer = compare(one, other)
    assert bases(answer) == {Basis.BOILERPLATE}
    assert answer.relation is Relation.INCIDENTAL


def test_a_long_block_that_ends_both_texts_is_no_footer() -> None:
    letters = prose(200, 5)
    one, other = (paragraphs(prose(800, seed), letters) for seed in (6, 7))
    assert bases(compare(one, other)) == {Basis.DERIVATION}


def test_a_header_that_begins_both_texts_is_boilerplate() -> None:
    one, other = (paragraphs(stories.FOOTER, text) for text in (stories.CHESS, stories.BEES))
    assert bases(compare(one, other)) == {Basis.BOILERPLATE}


@pytest.mark.parametrize(
    "line",
    [
        "Copyright 2026 Lowmoor Courier. All rights reserved. This material may not be published, "
        "broadcast, rewritten or redistributed without permission in writing of the owner.",
        "Sign up for our morning letter to get the seven stories that the editors liked best, "
        "with a poem and the tide table, in your mailbox before you have put the kettle on.",
        "Mara Quist is a columnist for the Lowmoor Courier who writes about rivers, railways and "
        "the people who look after them, and who has walked the whole length of the canal.",
    ],
)
def test_what_furniture_both_have_is_boilerplate(line: str) -> None:
    answer = compare(
        paragraphs(stories.CHESS, line, "(Ends)"), paragraphs(stories.BEES, line, "More soon")
    )
    assert bases(answer) == {Basis.BOILERPLATE}
    assert answer.a.coverage.words == answer.b.coverage.words == 0


def other_texts(count: int, sentence: str = "") -> list[str]:
    """As many texts of their own, each with a sentence in its middle."""
    return [
        joined(prose(40, 100 + number), sentence, prose(40, 500 + number))
        for number in range(count)
    ]


def test_what_many_documents_of_the_corpus_have_is_boilerplate() -> None:
    one, other, *corpus = other_texts(60, stories.FORMULA)
    answer = compare_in(one, other, corpus)
    assert bases(answer) == {Basis.BOILERPLATE}
    assert answer.relation is Relation.INCIDENTAL


def test_what_only_these_two_documents_have_is_no_boilerplate() -> None:
    one, other = other_texts(2, stories.FORMULA)
    answer = compare_in(one, other, other_texts(60)[2:])
    assert bases(answer) == {Basis.DERIVATION}


def test_a_corpus_under_fifty_documents_teaches_nothing() -> None:
    one, other, *corpus = other_texts(49, stories.FORMULA)
    assert bases(compare_in(one, other, corpus)) == {Basis.DERIVATION}
    one, other, *corpus = other_texts(50, stories.FORMULA)
    assert bases(compare_in(one, other, corpus)) == {Basis.BOILERPLATE}


def test_two_texts_without_a_corpus_know_no_common_words() -> None:
    one, other = other_texts(2, stories.FORMULA)
    assert bases(compare(one, other)) == {Basis.DERIVATION}


def test_a_story_that_sixty_outlets_reprint_is_no_boilerplate() -> None:
    reprints = [paragraphs(stories.DAM, prose(20, 100 + number)) for number in range(60)]
    answer = compare_in(reprints[0], reprints[1], reprints[2:])
    assert bases(answer) == {Basis.DERIVATION}
    assert answer.relation is Relation.SYNDICATED


def test_even_without_a_name_in_it_a_long_widely_reprinted_text_is_no_boilerplate() -> None:
    one, other, *corpus = other_texts(60, prose(80, 1))
    assert bases(compare_in(one, other, corpus)) == {Basis.DERIVATION}


def test_a_paragraph_of_a_widely_reprinted_story_is_no_boilerplate() -> None:
    lead = stories.DAM.split("\n\n")[0]
    one, other, *corpus = other_texts(60, lead)
    assert bases(compare_in(one, other, corpus)) == {Basis.DERIVATION}


# Incidental


@pytest.mark.parametrize(
    "phrase",
    [
        "who spoke on condition of anonymity because of the talks",
        "did not immediately respond to a request for comment on Monday",
        "who spoke on condition of anonymity because they were not authorized to discuss the "
        "matter in public",
    ],
)
def test_a_stock_phrase_is_incidental(phrase: str) -> None:
    one = joined(prose(40, 1), f"Three officials, {phrase}, knew the plan.", prose(40, 2))
    other = joined(prose(40, 3), f"Two diplomats, {phrase}, had seen it.", prose(40, 4))
    answer = compare(one, other)
    assert bases(answer) == {Basis.INCIDENTAL}
    assert answer.relation is Relation.INCIDENTAL


def test_a_list_of_the_same_names_is_incidental() -> None:
    names = "Joran Pell, Anka Voss, Tibor Lund, Mira Castell and Oswin Brae"
    one = joined(prose(40, 1), f"Elected were {names} on Sunday.", prose(40, 2))
    other = joined(prose(40, 3), f"The jury consisted of {names} and nobody else.", prose(40, 4))
    answer = compare(one, other)
    assert bases(answer) == {Basis.INCIDENTAL}
    assert answer.relation is Relation.INCIDENTAL


def test_however_long_the_list_names_alone_are_incidental() -> None:
    first = "Joran Pell, Anka Voss, Tibor Lund, Mira Castell, Oswin Brae"
    second = "Hanne Rook, Piers Adlam, Lotte Quill, Bram Osk, Yara Senn"
    one = joined(prose(40, 1), f"Elected were {first}, later {second}.", prose(40, 2))
    other = joined(prose(40, 3), f"Absent were {first}, also {second}.", prose(40, 4))
    assert bases(compare(one, other)) == {Basis.INCIDENTAL}


def test_a_short_run_of_words_is_incidental() -> None:
    run = "the water company and the anglers club agreed on it"
    one = joined(prose(40, 1), f"Late on Monday {run}.", prose(40, 2))
    other = joined(prose(40, 3), f"Years ago {run} too.", prose(40, 4))
    assert bases(compare(one, other)) == {Basis.INCIDENTAL}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (stories.DIVIDEND_ONE, stories.DIVIDEND_TWO),
        (stories.BOND_ONE, stories.BOND_TWO),
    ],
)
def test_a_form_filled_in_with_other_facts_is_incidental(one: str, other: str) -> None:
    answer = compare(one, other)
    assert bases(answer) == {Basis.INCIDENTAL}
    assert answer.relation is Relation.INCIDENTAL
    assert answer.direction.source is None


@pytest.mark.parametrize("form", [stories.DIVIDEND_ONE, stories.BOND_ONE])
def test_a_form_with_the_same_facts_is_derivation(form: str) -> None:
    answer = compare(
        joined(prose(20, 1), form, prose(30, 2)), joined(prose(30, 3), form, prose(20, 4))
    )
    assert bases(answer) == {Basis.DERIVATION}


BULLETIN = (
    "The {bank} said it provided the money market with assistance of {sum} crowns this {when}. It "
    "bought treasury bills in band {band} at the established rates and {also}. Dealers had seen a "
    "shortage in the system today of about {short} crowns, and overnight money {moved} between "
    "{low} and {high} pct."
)


def test_two_issues_of_one_bulletin_are_incidental_though_plain_words_were_changed_too() -> None:
    one = BULLETIN.format(
        bank="Bank of Corvane", sum=31, when="afternoon", band="two", also="later lent to houses",
        short=410, moved="traded", low=7, high=9,
    )  # fmt: skip
    other = BULLETIN.format(
        bank="Mint of Tolland", sum=87, when="morning", band="three", also="sold nothing again",
        short=265, moved="moved", low=10, high=12,
    )  # fmt: skip
    words = [word for word in one.split() if word in other.split()]
    known = [" ".join(random.Random(i).sample(words, len(words))) for i in range(60)]
    others = [Document(id=f"known-{i}", text=text) for i, text in enumerate(known)]
    issues = [Document(id="a", text=one), Document(id="b", text=other)]
    (pair,) = [c for c in Corpus.of([*issues, *others]).pairs() if c.b.document.id == "b"]
    assert pair.relation is Relation.INCIDENTAL


def test_a_brief_that_many_reprinted_is_no_formula_though_each_changed_a_word() -> None:
    brief = prose(40, 7).split()
    outlets = [" ".join([*brief[:20], word, *brief[21:]]) for word in ("one", "two", "six", "ten")]
    filler = [Document(id=f"other-{i}", text=prose(80, i)) for i in range(60)]
    copies = [Document(id=f"copy-{i}", text=text) for i, text in enumerate(outlets)]
    pairs = Corpus.of([*copies, *filler]).pairs()
    assert [c.relation for c in pairs if c.b.document.id.startswith("copy")] == (
        [Relation.SYNDICATED] * 6
    )


def test_a_name_that_was_changed_throughout_makes_no_form_of_a_story() -> None:
    renamed = stories.DAM.replace("Tarnhollow", "Ashwick").replace("Oduya", "Sorrel")
    assert renamed != stories.DAM
    assert compare(stories.DAM, renamed).relation is Relation.SYNDICATED


# What every passage promises


@pytest.mark.parametrize("other", ["dam_reprint", "dam_summary", "dam_rewrite", "dam_corrected"])
def test_a_passage_is_verbatim_exactly_from_its_ratio_on(other: str) -> None:
    passages = compare(stories.DAM, stories.STORIES[other]).passages
    assert passages
    for passage in passages:
        assert 0 < passage.ratio <= 1
        assert (passage.kind is Kind.VERBATIM) == (passage.ratio >= 0.97)


def test_the_ratio_is_two_times_the_equal_words_by_the_words_of_both_sides() -> None:
    one, other = prose(60, 1), prose(60, 1).split()
    other[20:22] = ["an", "entirely", "other", "way"]
    (passage,) = compare(one, " ".join(other)).passages
    assert passage.ratio == pytest.approx(2 * 58 / (60 + 62))
    assert passage.words == 62


def test_a_passage_keeps_its_id_when_other_words_change() -> None:
    before = compare(stories.DAM, stories.CHESS_WITH_BLOCK)
    after = compare(stories.DAM + "\n\n" + stories.BEES, stories.CHESS_WITH_BLOCK)
    swapped = compare(stories.CHESS_WITH_BLOCK, stories.DAM)
    assert [p.id for p in before.passages] == [p.id for p in after.passages]
    assert [p.id for p in before.passages] == [p.id for p in swapped.passages]


def test_the_ids_of_a_pair_are_unique() -> None:
    block = stories.DAM.split("\n\n")[1]
    twice = paragraphs(block, stories.CHESS, block)
    answer = compare(twice, paragraphs(stories.BEES, block, prose(60, 1), block))
    ids = [p.id for p in answer.passages]
    assert len(ids) == len(set(ids)) > 1


def test_passages_shorter_than_min_words_are_not_reported() -> None:
    a, b = (Document(id=n, text=stories.STORIES[n]) for n in ("dam", "dam_rewrite"))
    everything = compare(a, b).passages
    assert min(p.words for p in everything) < 25
    assert min(p.words for p in compare(a, b, Settings(view=View(min_words=25))).passages) >= 25
    assert compare(a, b, Settings(view=View(min_words=1000))).passages == ()
