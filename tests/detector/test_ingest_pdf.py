"""What ingest promises about PDF files: what was printed is one text again, and no file does harm.
Hostile files are read in this process here; that one of them cannot hurt is tested elsewhere."""

from __future__ import annotations

import builtins
import random
import textwrap
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import InputError
from detector.ingest import lines, read, read_path
from detector.ingest.pdf import _is_circular, extract_pdf
from detector.model import Document
from detector.pipeline import compare
from tests.counts import many
from tests.detector.test_extraction import outcome
from tests.tinypdf import TOP, Line, assembled, column, pdf, stream

STORY = (
    "The council voted on Tuesday to close the old library after a long debate that went on well "
    "past midnight. Residents who had filled the gallery said that they would take the decision "
    "to the High Court in May. The mayor, who had promised in the spring that no reading room "
    "would close while she was in office, left by a side door and answered no questions."
)


def text_of(*pages: list[Line], **about: str) -> str:
    return extract_pdf(pdf(pages, **about)).text


def refused(data: bytes) -> tuple[str, str]:
    with pytest.raises(InputError) as error:
        extract_pdf(data)
    return error.value.code, error.value.message


def test_lines_are_paragraphs_again() -> None:
    assert text_of(
        column(
            ["Library to close", "", "The council voted on Tuesday to", "close the old library."]
        )
        + column(["Residents said that they would", "appeal."], top=TOP - 5 * 14)
    ) == (
        "Library to close\nThe council voted on Tuesday to close the old library.\n"
        "Residents said that they would appeal."
    )


def test_indents_begin_paragraphs() -> None:
    first = [" The council voted on Tuesday", "to close the old library and", "its garden."]
    assert text_of(column([*first, " Residents would appeal to the", "court in May."])) == (
        "The council voted on Tuesday to close the old library and its garden.\n"
        "Residents would appeal to the court in May."
    )


def test_items_of_a_list_stand_alone() -> None:
    texts = ["The council will close", "• the old library", "• its garden"]
    page = [
        lines.Line(text, 72, 200, 700 - 14 * row, 700 - 14 * row, 11)
        for row, text in enumerate(texts)
    ]
    assert lines.joined([page]) == "\n".join(texts)


def test_larger_letters_are_a_heading() -> None:
    heading = column(["Library closes"], size=16)
    body = column(["The council voted on Tuesday", "after a debate."], top=TOP - 18)
    assert text_of(heading + body) == (
        "Library closes\nThe council voted on Tuesday after a debate."
    )


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        ("The news-", "paper closed.", "newspaper"),
        ("The Anglo-", "Saxon hall.", "Anglo-Saxon"),
        ("The COVID-", "19 ward.", "COVID-19"),
        ("A two-", "million-pound hall.", "two-million-pound"),
        ("A well-known and well-", "known hall.", "well-known hall"),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_whole(first: str, second: str, word: str) -> None:
    assert word in text_of(column([first, second]))
    assert word in text_of(column([first]), column([second]))


def test_columns_are_read_one_after_the_other() -> None:
    left, right = (
        column(["The council voted on", "Tuesday to close the"]),
        ["old library.", "Not all residents agreed"],
    )
    assert text_of(left + column(right, x=320)) == (
        "The council voted on Tuesday to close the old library.\nNot all residents agreed"
    )


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [
        [
            Line("The Orrin Review", 72, 815, 9),
            *column([f"Paragraph {at} has one line."]),
            Line(f"Page {at} of 3", 280, 30, 9),
        ]
        for at in (1, 2, 3)
    ]
    assert text_of(*pages) == "\n".join(f"Paragraph {at} has one line." for at in (1, 2, 3))


def test_a_sentence_that_returns_on_every_page_elsewhere_stays() -> None:
    pages = [column(["Rain fell."], top=700 - 40 * at) for at in range(4)]
    assert text_of(*pages) == "\n".join(["Rain fell."] * 4)


@pytest.mark.parametrize("rows", [2, 3, 5])
def test_a_passage_goes_on_over_the_end_of_a_page(rows: int) -> None:
    wrapped = textwrap.wrap(STORY, 60)
    pages = [column(wrapped[at : at + rows]) for at in range(0, len(wrapped), rows)]
    heads = [[Line("The Orrin Review", 72, 815, 9), *page] for page in pages]
    text = text_of(*heads)
    assert text.replace("\n", " ") == STORY
    pair = compare(Document(id="a", text=STORY), Document(id="b", text=text))
    assert len(pair.passages) == 1
    assert pair.to_dict()["coverage"] == {"a": 1.0, "b": 1.0}


WORDS = st.lists(st.from_regex(r"[A-Za-z]{1,12}", fullmatch=True), min_size=1, max_size=30)


@given(st.lists(WORDS.map(lambda words: " ".join(words) + "."), max_size=6), st.integers(2, 40))
def test_what_is_set_in_lines_and_pages_comes_back(paragraphs: list[str], rows: int) -> None:
    wrapped = [
        indent + line
        for paragraph in paragraphs
        for indent, line in zip(
            [" ", *[""] * 999], textwrap.wrap(paragraph, 50, break_long_words=False), strict=False
        )
    ]
    pages = [column(wrapped[at : at + rows]) for at in range(0, len(wrapped), rows)]
    # An edge line that stands on two pages in one place is taken for a running head.
    shifted = [
        [Line(line.text, line.x, line.y - 3 * at, line.size) for line in page]
        for at, page in enumerate(pages)
    ]
    if paragraphs:
        assert text_of(*shifted).replace("\n", " ") == " ".join(paragraphs)


def test_nothing_printed_is_nothing() -> None:
    assert lines.joined([]) == lines.joined([[], []]) == ""


def test_a_file_tells_its_title() -> None:
    assert extract_pdf(pdf([column(["Rain."])], title="Rain at last")).about == {
        "title": "Rain at last"
    }
    for title in ("Microsoft Word - story.doc", "story.indd", ""):
        assert extract_pdf(pdf([column(["Rain."])], title=title)).about == {}


def test_a_folder_may_hold_pdf_files(tmp_path: Path) -> None:
    (tmp_path / "story.PDF").write_bytes(pdf([column(textwrap.wrap(STORY, 60))]))
    (document,) = read_path(tmp_path)
    assert isinstance(document, Document)
    assert (document.id, document.text) == ("story.PDF", STORY)


DAMAGED = ("extraction_failed", "PDF is damaged.")
TOO_MUCH = ("extraction_limit", "PDF has a loop or too many pages.")
SOUND = pdf([column(["Rain fell on the hills."])])
CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
TABLE = int(SOUND.split(b"startxref\n")[1].split()[0])


def test_half_a_file_is_damaged() -> None:
    assert refused(SOUND[: len(SOUND) // 2]) == DAMAGED
    assert refused(b"%PDF-1.7") == DAMAGED
    assert refused(b"") == DAMAGED


def test_a_wrong_table_does_not_matter() -> None:
    data = SOUND.replace(f"startxref\n{TABLE}".encode(), b"startxref\n7")
    assert extract_pdf(data).text == "Rain fell on the hills."


ENDLESS = {
    "itself": assembled([CATALOG, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]),
    "twice itself": assembled([CATALOG, "<< /Type /Pages /Kids [2 0 R 2 0 R] >>"]),
    "below": assembled([CATALOG, "<< /Kids [3 0 R] /Count 3 >>", "<< /Kids [2 0 R] /Count 3 >>"]),
    "a million": assembled([CATALOG, "<< /Kids [3 0 R] /Count 1000000 >>", "<< /Type /Page >>"]),
    "object stream": assembled(
        [CATALOG, "<< /Kids [] >>", stream("", "/Type /ObjStm /N 0 /Extends 3 0 R")]
    ),
    "tables": pdf([column(["Rain."])], trailer=f"/Prev {len(pdf([column(['Rain.'])])) - 200}"),
    "pages": pdf([column(["Rain."])] * 2001),
}


@pytest.mark.parametrize("data", ENDLESS.values(), ids=ENDLESS)
def test_loops_and_endless_files_are_refused(data: bytes) -> None:
    assert refused(data) == TOO_MUCH


def test_a_chain_of_tables_that_comes_back_is_a_loop() -> None:
    assert refused(pdf([column(["Rain fell on the hills."])], trailer=f"/Prev {TABLE}")) == TOO_MUCH


def test_two_thousand_pages_are_read() -> None:
    assert extract_pdf(pdf([column(["Rain."])] + [[]] * 1999)).text == "Rain."


def test_a_locked_file_is_told_as_such() -> None:
    locked = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>"
    data = pdf([column(["Rain."])], trailer=f"{locked} /ID [<00> <00>]")
    assert refused(data) == ("document_encrypted", "PDF is password-protected.")
    unknown = locked.replace("/Standard", "/Nobody")
    data = pdf([column(["Rain."])], trailer=f"{unknown} /ID [<00> <00>]")
    assert refused(data) == ("document_encrypted", "PDF is password-protected.")


def test_a_scan_has_no_text() -> None:
    image = stream(
        "\0" * 64,
        "/Type /XObject /Subtype /Image /Width 8 /Height 8 "
        "/ColorSpace /DeviceGray /BitsPerComponent 8",
    )
    page = (
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
        "/Resources << /XObject << /I 4 0 R >> >> /Contents 5 0 R >>"
    )
    data = assembled(
        [CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, image, stream("/I Do")]
    )
    assert refused(data) == ("no_text", "PDF has no text layer.")


REASONS = ("text", "extraction_failed", "extraction_limit", "document_encrypted", "no_text")


@pytest.mark.parametrize("seed", range(many(30, 500)))
def test_flipped_bytes_give_a_text_or_a_reason(seed: int) -> None:
    dice = random.Random(f"flip {seed}")
    data = bytearray(pdf([column(textwrap.wrap(STORY, 60))] * 3, title="Rain"))
    for _ in range(dice.choice([1, 3, 30])):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    assert outcome("pdf", bytes(data)) in REASONS


def is_circular_slowly(parts: dict[int, list[int]]) -> bool:
    """Whether some walk from whole to part is longer than there are objects."""
    reached = set(parts)
    for _ in range(len(parts) + 1):
        reached = {part for whole in reached for part in parts.get(whole, ())}
    return bool(reached)


@given(st.dictionaries(st.integers(0, 6), st.lists(st.integers(0, 7), max_size=3)))
def test_loops_are_found_as_by_walking(parts: dict[int, list[int]]) -> None:
    assert _is_circular(parts) == is_circular_slowly(parts)


def test_without_pypdfium2_the_reason_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real_import = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "pypdfium2":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    code, message = refused(SOUND)
    assert code == "extraction_failed"
    assert message.endswith("pip install 'copydesk[pdf]'")


def test_a_pdf_that_calls_itself_text_is_none() -> None:
    (skipped,) = read(SOUND, "story.txt")
    assert not isinstance(skipped, Document)
