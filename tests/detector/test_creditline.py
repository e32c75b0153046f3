"""Lines that can be printed under the text that took."""

import pytest

from detector.creditline import credit_line
from detector.model import Credit, CreditLine, Document, Path, Relation, Upstream
from tests.detector.pairs import pair

WIRE = Document(
    "w", "Rain fell.", outlet="Wire", url="https://wire.example/1", published_at="2026-03-01T10:00Z"
)
PAPER = Document("p", "Rain fell.", outlet="Paper")
UKRAINIAN = Document("u", "Пішов дощ, її бачили.", outlet="Вісті")


@pytest.mark.parametrize(
    ("relation", "line"),
    [
        (
            Relation.SYNDICATED,
            "This article was first published by Wire (https://wire.example/1, 2026-03-01).",
        ),
        (
            Relation.EXCERPT,
            "This article contains an excerpt of Wire (https://wire.example/1, 2026-03-01).",
        ),
        (
            Relation.DERIVED,
            "This article is based on reporting by Wire (https://wire.example/1, 2026-03-01).",
        ),
        (Relation.REVISION, None),
        (Relation.SHARED_QUOTES, None),
    ],
)
def test_the_line_says_what_was_taken_where_and_when(relation: Relation, line: str | None) -> None:
    for one in (pair(WIRE, PAPER, relation, "a"), pair(PAPER, WIRE, relation, "b")):
        assert credit_line(one) == (line and CreditLine(line))


def test_a_ukrainian_text_gets_a_ukrainian_line() -> None:
    line = credit_line(pair(WIRE, UKRAINIAN, Relation.DERIVED, "a"))
    assert line
    assert line.text.startswith("Матеріал підготовлено на основі публікації: Wire (")


def test_an_english_text_that_quotes_ukrainian_gets_an_english_line() -> None:
    mixed = Document("m", "Rain fell all day on the roofs, and they said: «Її бачили».")
    line = credit_line(pair(WIRE, mixed, Relation.DERIVED, "a"))
    assert line
    assert line.text.startswith("This article is based on")


def test_an_original_that_the_corpus_lacks_is_named_and_said_to_be_unseen() -> None:
    found = pair(
        PAPER, WIRE, Relation.DERIVED, path=Path.COMMON_UPSTREAM, upstream=Upstream("The Review")
    )
    line = credit_line(found)
    assert line == credit_line(found.flip())
    assert line
    assert line.text == "This article is based on reporting by The Review."
    assert line.note
    assert "not in the corpus" in line.note


def test_where_nobody_can_tell_there_is_no_line_and_doubt_is_said() -> None:
    assert credit_line(pair(PAPER, WIRE, Relation.DERIVED)) is None
    assert credit_line(pair(PAPER, WIRE, Relation.DERIVED, credit=Credit.NOT_NEEDED)) is None
    doubtful = credit_line(pair(WIRE, PAPER, Relation.DERIVED, "a", confidence=0.6))
    assert doubtful
    assert doubtful.note
