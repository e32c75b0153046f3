"""Quotations and statements that differ from their source."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.fidelity.tables import (
    _SCALES,
    _WORTH,
    ANONYMITY,
    is_number_word,
    may_tell_anonymity,
    numbers,
)
from detector.model import Comparison, Difference, Document, Finding, Span
from detector.normalise import normalise
from detector.pipeline import compare
from tests.detector import stories

SOURCE = """ORRIN, March 3 (Northern Wire) - The dam above Orrin will hold for some years yet, but
the county must pay for a new spillway before the next winter, its engineers told the council on
Monday evening.

“We have patched this wall eleven times since I came here, and I will not sign for a twelfth patch,”
said Ida Lund, the chief engineer. “The wall is not the problem. The problem is that nobody wants to
pay for what stands behind it until it is in their kitchen,” she added.

The repair appears to have cost 340 households their water for a week, two officials said. One of
them, who spoke on condition of anonymity because the report is sealed, said the official in charge
was moved to another office. The council wants to reward those who stayed on the hill that night.

The clerk of the council said that the contract for the repair was signed without a second offer,
and that three letters from the county auditor about it had gone unanswered since the autumn."""

TARGET = """The dam above Orrin will hold for some years yet, but the county must
pay for a new spillway before the next winter, its engineers told the council on Monday
evening, Northern Wire reports.

“We have patched this wall eleven times since I came here, and I will not sign for a {word} patch,”
said Ida Lund, the chief engineer. {second}

{repair} cost {households} households their water for a week, two officials said.
{moved} {reward}

The clerk of the council {verb} that the contract for the repair was signed without a second offer,
and that three letters from the county auditor about it had gone unanswered since the autumn."""

FAITHFUL = {
    "word": "twelfth",
    "second": (
        "“The wall is not the problem. The problem is that nobody wants to pay for what stands "
        "behind it until it is in their kitchen.”"
    ),
    "repair": "The repair appears to have",
    "households": "340",
    "moved": (
        "One of them, who spoke on condition of anonymity because the report is sealed, said the "
        "official in charge was moved to another office."
    ),
    "reward": "The council wants to reward those who stayed on the hill that night.",
    "verb": "said",
}


def told(*, cut: tuple[str, str] = ("", ""), **changes: Any) -> Comparison:
    wire = Document("wire", SOURCE, outlet="Northern Wire", published_at="2026-03-03T06:00:00Z")
    paper = Document(
        "paper",
        TARGET.format(**FAITHFUL | changes).replace(*cut),
        outlet="The Gazette",
        published_at="2026-03-04T06:00:00Z",
    )
    pair = compare(wire, paper)
    assert pair.direction.source == "a"
    return pair


def found(pair: Comparison) -> list[Finding]:
    return [*pair.fidelity.quotations, *pair.fidelity.statements]


def shown(pair: Comparison) -> list[tuple[Difference, str, str]]:
    texts = pair.a.document.text, pair.b.document.text
    return [(f.type, f.a.slice(texts[0]), f.b.slice(texts[1])) for f in found(pair)]


def test_nothing_is_held_against_a_faithful_text() -> None:
    assert found(told()) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"word": "thirteenth"}, (Difference.WORDS, "twelfth", "thirteenth")),
        ({"households": "430"}, (Difference.NUMBER, "340", "430")),
        ({"verb": "admitted"}, (Difference.VERB, "said", "admitted")),
        ({"repair": "The repair"}, (Difference.HEDGE, "appears", "cost")),
    ],
)
def test_one_changed_place_is_one_finding(
    changes: dict[str, Any], expected: tuple[Difference, str, str]
) -> None:
    assert shown(told(**changes)) == [expected]


CUT = "patch,”\nsaid Ida Lund, the chief engineer. “The wall is not the problem. The problem"


def test_words_left_out_of_a_quotation_without_a_sign_are_shown_where_they_stood() -> None:
    pair = told(cut=(CUT, "patch. The problem"))
    ((kind, there, here),) = shown(pair)
    assert kind is Difference.ELISION
    assert "The wall is not the problem" in there
    assert len(here.strip(" .").split()) <= 2


def test_words_left_out_with_a_sign_are_no_finding() -> None:
    assert found(told(cut=(CUT, "patch … The problem"))) == []


def test_prose_of_the_source_in_a_persons_mouth_is_shown() -> None:
    reward = "“The council wants to reward those who stayed on the hill that night,” said Ida Lund."
    ((kind, there, here),) = shown(told(reward=reward))
    assert kind is Difference.PROSE
    assert there == here.rstrip(",")


def test_a_condition_of_anonymity_that_is_not_told_is_shown() -> None:
    moved = "One of them said the official in charge was moved to another office."
    kinds = [f.type for f in found(told(moved=moved))]
    assert kinds == [Difference.ANONYMITY]


@pytest.mark.parametrize(
    "changes",
    [
        {"word": "12th"},
        {"repair": "The repair reportedly"},
        {"repair": "The repair may have"},
        {"households": "about 350"},
        {"households": "three hundred and forty"},
        {"repair": "The number of leaks appears in no report. The repair is said to have"},
        {"verb": "noted"},
    ],
)
def test_house_style_rounding_and_another_hedge_are_no_findings(changes: dict[str, Any]) -> None:
    assert found(told(**changes)) == []


def test_no_finding_accuses() -> None:
    pair = told(word="thirteenth", households="430", verb="admitted", repair="The repair")
    details = " ".join(finding.detail for finding in found(pair)).casefold()
    assert len(found(pair)) == 4
    assert not any(word in details for word in ("alter", "false", "wrong", "lie", "distort"))


TEXTS = [stories.DAM, stories.DAM_SUMMARY, stories.DAM_REWRITE, SOURCE, TARGET.format(**FAITHFUL)]


@given(st.sampled_from(TEXTS), st.sampled_from(TEXTS), st.randoms(use_true_random=False))
def test_swapping_the_texts_swaps_the_findings_and_every_span_stands_in_its_text(
    one: str, other: str, random: Any
) -> None:
    words = other.split(" ")
    at = random.randrange(len(words))
    edited = " ".join([*words[:at], *words[at + random.randrange(9) :]])
    pair = compare(Document("x", one, outlet="X"), Document("y", edited, outlet="Y"))
    flipped = compare(Document("y", edited, outlet="Y"), Document("x", one, outlet="X"))
    assert flipped.fidelity == pair.fidelity.flip()
    assert flipped.credit_line == pair.credit_line
    for finding in found(pair):
        assert finding.a.end <= len(one)
        assert finding.b.end <= len(edited)
    if pair.direction.source is None:
        assert found(pair) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("29 people", [29]),
        ("twenty-nine people", [29]),
        ("1,602 words", [1602]),
        ("€12.4 million", [12_400_000]),
        ("at 7:30 on 2026-03-04", []),
        ("a one-way street", []),
        ("п'ять мостів, 3,5 млн", [5, 3_500_000]),
    ],
)
def test_numbers_are_read_in_digits_and_words(text: str, values: list[float]) -> None:
    assert [n.value for n in numbers(text, Span(0, len(text)))] == values


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [*_WORTH, *_SCALES, "Twenty-nine", "12", "1,200", "4.5", "１２", "the"]
            ),
            st.sampled_from([" ", "\u00a0", "-", " — ", ", ", " $", " €"]),
        ),
        max_size=8,
    )
)
def test_where_no_word_stands_for_a_number_none_is_looked_for_in_vain(
    parts: list[tuple[str, str]],
) -> None:
    text = "".join(map("".join, parts))
    normal = normalise(text)
    for number in numbers(text, Span(0, len(text))):
        first, last = normal.tokens_in(number.span)
        assert all(map(is_number_word, normal.tokens[first:last]))


@pytest.mark.parametrize(
    "words",
    [
        "who asked for anonymity",
        "and SPOKE ON CONDITION OF ANONYMITY",
        "on the condition of anonymity",
        "requested anonymity",
        "declined to be named",
        "did not want to be identified",
        "not authorised to speak",
        "unauthorized to comment",
        "на умовах анонімності",
        "попросив не називати",
        "Не назвавши свого імені",
    ],
)
def test_each_way_to_ask_for_anonymity_is_found_by_the_fast_look_too(words: str) -> None:
    assert ANONYMITY.search(words)
    assert may_tell_anonymity(words)


def test_what_people_found_in_a_real_pair_is_found(
    real_articles: dict[str, str], real_truth: dict[str, Any]
) -> None:
    pair = compare(Document("000", real_articles["000"]), Document("001", real_articles["001"]))
    names = {
        "silent_elision": Difference.ELISION,
        "prose_promoted_to_quote": Difference.PROSE,
        "hedge_dropped": Difference.HEDGE,
    }
    wanted = [known for known in real_truth["quote_integrity"] if known["type"] in names]
    assert len(wanted) == 3
    for known in wanted:
        place = Span(known["b_start"] - 1, known["b_end"] + 1)
        assert any(f.type is names[known["type"]] and f.b.overlaps(place) for f in found(pair)), (
            known["type"]
        )
    assert sum(f.type is Difference.ANONYMITY for f in found(pair)) == 1
