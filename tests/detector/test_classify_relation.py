"""What two texts are to each other, and the counts it is read from."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from detector.furniture import find_furniture
from detector.model import Basis, Comparison, Credit, PairSide, Relation, Severity, Side, Span
from detector.normalise import normalise
from detector.pipeline import compare
from detector.quote import find_quotations
from tests.detector import stories
from tests.detector.stories import composed, document, joined, paragraphs, prose


def relation(a: str, b: str) -> Relation:
    """The relation of two texts, which must not depend on which is given first."""
    one, other = document(a, "one"), document(b, "other")
    answer = compare(one, other)
    assert compare(other, one).relation is answer.relation
    return answer.relation


# Identical


@pytest.mark.parametrize("name", sorted(stories.STORIES))
def test_a_text_and_itself_are_identical(name: str) -> None:
    assert relation(stories.STORIES[name], stories.STORIES[name]) is Relation.IDENTICAL


def test_case_punctuation_and_line_breaks_do_not_make_another_text() -> None:
    other = stories.DAM.upper().replace(",", " –").replace(" ", "\n").replace("'", "’")
    assert relation(stories.DAM, other) is Relation.IDENTICAL


def test_one_other_word_makes_another_text() -> None:
    assert relation(stories.DAM, stories.DAM.replace("shepherd", "farmer")) is Relation.SYNDICATED


@pytest.mark.parametrize("text", ["Fire", "Two words", "Now it rains"])
def test_even_the_shortest_text_is_identical_with_itself(text: str) -> None:
    assert relation(text, text) is Relation.IDENTICAL


# Syndicated


@pytest.mark.parametrize(
    ("a", "b"), [("dam", "dam_reprint"), ("mill", "mill_reprint"), ("dam", "dam_tail_cut")]
)
def test_a_story_in_another_house_style_or_cut_from_the_end_is_a_reprint(a: str, b: str) -> None:
    assert relation(stories.STORIES[a], stories.STORIES[b]) is Relation.SYNDICATED


def test_80_percent_of_the_target_make_a_reprint() -> None:
    assert relation(*composed(kept=8, own=2, left=4)) is Relation.SYNDICATED


def test_79_percent_of_the_target_make_no_reprint() -> None:
    source, target = composed(kept=8, own=2, left=4)
    assert relation(source, target + " Zwei.") is not Relation.SYNDICATED


def test_half_of_the_source_kept_makes_a_reprint() -> None:
    assert relation(*composed(kept=8, own=0, left=8, kept_first=False)) is Relation.SYNDICATED


def test_less_than_half_of_the_source_from_its_end_makes_no_reprint() -> None:
    source, target = composed(kept=8, own=0, left=8, kept_first=False)
    assert relation(source + " Zwei.", target) is not Relation.SYNDICATED


@pytest.mark.parametrize("left", [8, 20, 60])
def test_a_text_cut_from_its_end_is_a_reprint_however_much_is_cut(left: int) -> None:
    assert relation(*composed(kept=8, own=0, left=left, kept_first=True)) is Relation.SYNDICATED


# Revision


def test_two_versions_by_one_outlet_are_a_revision() -> None:
    one = document(stories.DAM, "one", outlet="Lowmoor Courier")
    other = document(stories.DAM_CORRECTED, "two", outlet="Lowmoor Courier")
    assert compare(one, other).relation is Relation.REVISION


def test_a_text_that_says_which_one_it_is_a_version_of_is_a_revision() -> None:
    one = document(stories.DAM, "one")
    other = document(stories.DAM_CORRECTED, "two", version_of="one")
    assert compare(one, other).relation is Relation.REVISION


def test_the_same_change_by_another_outlet_is_a_reprint() -> None:
    one = document(stories.DAM, "one", outlet="Lowmoor Courier")
    other = document(stories.DAM_CORRECTED, "two", outlet="Valley Digest")
    assert compare(one, other).relation is Relation.SYNDICATED


def test_two_texts_by_one_outlet_that_share_a_paragraph_are_no_revision() -> None:
    one = document(stories.DAM, "one", outlet="Lowmoor Courier")
    other = document(stories.CHESS_WITH_BLOCK, "two", outlet="Lowmoor Courier")
    assert compare(one, other).relation is Relation.EXCERPT


@pytest.mark.parametrize("other", [stories.DAM_CORRECTED, stories.CHESS_WITH_BLOCK])
def test_an_outlet_is_not_accused_of_using_its_own_words(other: str) -> None:
    answer = compare(
        document(stories.DAM, "one", outlet="Lowmoor Courier"),
        document(other, "two", outlet="Lowmoor Courier"),
    )
    assert answer.verdict.credit is Credit.NOT_NEEDED
    assert answer.verdict.severity is Severity.NONE


# Excerpt


@pytest.mark.parametrize(("a", "b"), [("dam", "chess_with_block"), ("mill", "tram_with_block")])
def test_a_paragraph_in_a_text_otherwise_its_own_is_an_excerpt(a: str, b: str) -> None:
    assert relation(stories.STORIES[a], stories.STORIES[b]) is Relation.EXCERPT


def mosaic(blocks: int) -> tuple[str, str]:
    """A source, and a text that is its own but for so many paragraphs of it, far apart."""
    source = [prose(20, number) for number in range(30)]
    target = []
    for number in range(blocks):
        target += [prose(50, 100 + number), source[3 * number]]
    return paragraphs(*source), paragraphs(*target, prose(50, 200))


@pytest.mark.parametrize("blocks", [1, 2, 3, 4])
def test_a_few_blocks_in_a_text_otherwise_its_own_are_an_excerpt(blocks: int) -> None:
    assert relation(*mosaic(blocks)) is Relation.EXCERPT


@pytest.mark.parametrize("blocks", [5, 8])
def test_many_blocks_are_no_excerpt(blocks: int) -> None:
    assert relation(*mosaic(blocks)) is Relation.DERIVED


def test_a_short_text_lifted_whole_into_a_long_one_is_an_excerpt() -> None:
    host = [prose(50, number) for number in range(6)]
    assert relation(prose(40, 99), paragraphs(*host[:3], prose(40, 99), *host[3:])) is (
        Relation.EXCERPT
    )


# Derived


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("dam", "dam_summary"),
        ("dam", "dam_rewrite"),
        ("mill", "mill_summary"),
        ("mill", "mill_rewrite"),
        ("release", "release_user_one"),
        ("release", "release_user_two"),
    ],
)
def test_a_summary_or_rewrite_is_derived(a: str, b: str) -> None:
    assert relation(stories.STORIES[a], stories.STORIES[b]) is Relation.DERIVED


def test_a_text_put_together_from_one_source_is_not_otherwise_its_own() -> None:
    source = [prose(30, number) for number in range(20)]
    target = paragraphs(source[4], source[9], source[14], prose(10, 99))
    assert relation(paragraphs(*source), target) is Relation.DERIVED


# No copying


def test_texts_that_share_only_quotations() -> None:
    assert relation(stories.QUOTE_ONE, stories.QUOTE_TWO) is Relation.SHARED_QUOTES


def test_texts_that_share_only_stock_phrases_or_a_footer() -> None:
    assert relation(stories.DIVIDEND_ONE, stories.DIVIDEND_TWO) is Relation.INCIDENTAL
    one, other = (paragraphs(text, stories.FOOTER) for text in (stories.CHESS, stories.BEES))
    assert relation(one, other) is Relation.INCIDENTAL


@pytest.mark.parametrize(("a", "b"), [("dam", "chess"), ("chess", "bees"), ("mill", "tram")])
def test_texts_that_share_nothing(a: str, b: str) -> None:
    assert relation(stories.STORIES[a], stories.STORIES[b]) is Relation.INDEPENDENT


def test_a_photograph_of_the_same_agency_is_no_relation() -> None:
    one, other = (
        paragraphs(text, "Photo: Ann Bell / Reuters") for text in (stories.CHESS, stories.BEES)
    )
    assert not relation(one, other).is_copying


# Coverage, counted again by hand


def in_any(tokens: list[tuple[int, int]], spans: list[Span]) -> list[bool]:
    """For each token whether it lies in one of the spans, at least in part."""
    return [any(s.start < end and start < s.end for s in spans) for start, end in tokens]


def check_coverage(answer: Comparison, letter: Side) -> None:
    """The counts of one text, by a plain loop over its tokens."""
    side: PairSide = answer.a if letter == "a" else answer.b
    text = side.document.text
    normal = normalise(text)
    tokens = list(zip(normal.starts.tolist(), normal.ends.tolist(), strict=True))
    spans = [(p.a if letter == "a" else p.b, p) for p in answer.passages]
    furniture = in_any(tokens, [f.span for f in find_furniture(text)])
    derived = in_any(tokens, [s for s, p in spans if p.basis is Basis.DERIVATION])
    formula = in_any(tokens, [s for s, p in spans if p.basis is Basis.BOILERPLATE])
    quoted = in_any(tokens, [q.inner for q in find_quotations(text)])
    words = of_words = outside = of_outside = 0
    for place in range(len(tokens)):
        is_derived = derived[place] and not furniture[place]
        is_own = is_derived or not (furniture[place] or formula[place])
        words += is_derived
        of_words += is_own
        outside += is_derived and not quoted[place]
        of_outside += is_own and not quoted[place]
    cover = side.coverage
    assert side.words == len(tokens)
    assert (cover.words, cover.of_words) == (words, of_words)
    assert cover.share == pytest.approx(words / of_words if of_words else 0)
    assert cover.outside_quotes == pytest.approx(outside / of_outside if of_outside else 0)
    assert sum(cover.by_kind.values()) == words
    assert 0 <= cover.unattributed <= cover.share <= 1


@pytest.mark.parametrize(("a", "b"), list(combinations(sorted(stories.STORIES), 2)), ids="~".join)
def test_coverage_is_what_a_plain_count_gives(a: str, b: str) -> None:
    answer = compare(document(stories.STORIES[a], a), document(stories.STORIES[b], b))
    check_coverage(answer, "a")
    check_coverage(answer, "b")


@pytest.mark.parametrize("line", ["Read more: ", "Copyright 2026 "])
def test_a_text_that_is_story_here_and_furniture_there_is_not_more_than_covered(line: str) -> None:
    lead = stories.DAM.split("\n\n")[0]
    one = joined(lead, "Nobody was hurt.")
    other = paragraphs(stories.CHESS.split("\n\n")[0], lead, stories.BEES, line + lead)
    answer = compare(one, other)
    check_coverage(answer, "a")
    check_coverage(answer, "b")
    assert answer.a.coverage.share == pytest.approx(41 / 44)


def test_captions_and_footers_are_in_neither_number() -> None:
    bare = compare(stories.DAM, stories.DAM_TAIL_CUT)
    caption = "The crest of the dam on Tuesday. Photo: Ann Bell / Reuters"
    dressed = compare(
        paragraphs(caption, stories.DAM, "Subscribe to our morning letter"),
        paragraphs(caption, stories.DAM_TAIL_CUT),
    )
    for before, after in ((bare.a, dressed.a), (bare.b, dressed.b)):
        assert before.coverage == after.coverage
        assert before.words < after.words


def test_only_derivation_counts() -> None:
    for one, other in (
        (stories.QUOTE_ONE, stories.QUOTE_TWO),
        (stories.BOND_ONE, stories.BOND_TWO),
        (paragraphs(stories.CHESS, stories.FOOTER), paragraphs(stories.BEES, stories.FOOTER)),
    ):
        answer = compare(one, other)
        assert answer.passages
        assert answer.a.coverage.words == answer.b.coverage.words == 0
        assert dict(answer.a.coverage.by_kind) == {}


def test_words_outside_quotation_marks_have_their_own_share() -> None:
    answer = compare(stories.RELEASE, stories.RELEASE_USER_TWO)
    assert answer.b.coverage.outside_quotes < answer.b.coverage.share
    summary = compare(stories.DAM, stories.DAM_SUMMARY).b.coverage
    assert summary.outside_quotes == pytest.approx((summary.words - 42) / (128 - 42))


def test_longest_words_is_the_length_of_the_longest_passage() -> None:
    answer = compare(stories.DAM, stories.DAM_REWRITE)
    assert answer.longest_words == max(p.words for p in answer.passages)
    assert compare(stories.DAM, stories.CHESS).longest_words == 0


def test_relations_are_ordered_from_weak_to_strong_with_labels_for_people() -> None:
    assert [r.label for r in Relation] == [
        "No shared text found",
        "Stock phrases only",
        "Shared quotations",
        "Summary or rewrite",
        "Excerpt",
        "Revision",
        "Reprint",
        "Same text",
    ]
    weights = [
        compare(a, b).weight
        for a, b in (
            (stories.DAM, stories.CHESS),
            (stories.QUOTE_ONE, stories.QUOTE_TWO),
            (stories.DAM, stories.DAM_REWRITE),
            (stories.DAM, stories.CHESS_WITH_BLOCK),
            (stories.DAM, stories.DAM_REPRINT),
            (stories.DAM, stories.DAM),
        )
    ]
    assert all(weak < strong for weak, strong in pairwise(weights))
