"""What ingest promises about Word files: the text in order, no deleted word, no harm."""

from __future__ import annotations

import builtins
import io
import random
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import docx
import pytest

from detector.errors import InputError
from detector.ingest import read_path
from detector.ingest.extraction import extract
from detector.ingest.office import MAX_UNPACKED_BYTES, extract_docx
from detector.model import Document
from tests.counts import many
from tests.detector.test_extraction import outcome

DAMAGED = ("extraction_failed", "Document is damaged.")
BODY = "word/document.xml"


def packed(*paragraphs: str, title: str = "") -> bytes:
    file = docx.Document()
    file.core_properties.title = title
    for paragraph in paragraphs:
        file.add_paragraph(paragraph)
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def with_part(data: bytes, name: str, content: str) -> bytes:
    """The file with another content of one part."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(changed, "w") as new:
        for each in old.infolist():
            new.writestr(each, content if each.filename == name else old.read(each))
    return changed.getvalue()


def with_body(markup: str) -> bytes:
    return with_part(
        packed(),
        BODY,
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:body>{markup}</w:body></w:document>",
    )


def refused(data: bytes) -> tuple[str, str]:
    with pytest.raises(InputError) as error:
        extract_docx(data)
    return error.value.code, error.value.message


def test_paragraphs_and_title() -> None:
    extract = extract_docx(packed("Rain fell.", "", "Міст закрито.", title="Rain"))
    assert extract == ("Rain fell.\nМіст закрито.", {"title": "Rain"}, ())


def test_tables_stand_where_they_stand() -> None:
    file = docx.Document()
    file.add_paragraph("Before.")
    table = file.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "left", "right"
    file.add_paragraph("After.")
    file.sections[0].header.paragraphs[0].text = "The Orrin Review"
    data = io.BytesIO()
    file.save(data)
    assert extract_docx(data.getvalue()).text == "Before.\nleft\nright\nAfter."


def test_inserted_linked_and_boxed_text_counts_and_deleted_text_does_not() -> None:
    def run(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    box = f"<w:txbxContent><w:p>{run('Boxed.')}</w:p></w:txbxContent>"
    markup = (
        f"<w:p>{run('Rain ')}<w:ins>{run('fell ')}</w:ins>"
        "<w:del><w:r><w:delText>snow fell </w:delText></w:r></w:del>"
        f"<w:hyperlink>{run('on the')}</w:hyperlink><w:r><w:br/><w:t>hills.</w:t></w:r></w:p>"
        f"<w:sdt><w:sdtContent><w:p>{run('Controlled.')}</w:p></w:sdtContent></w:sdt>"
        f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent>"
    )
    text = extract_docx(with_body(markup)).text
    assert text == "Rain fell on the\nhills.\nControlled.\nBoxed."


def test_a_folder_may_hold_word_files(tmp_path: Path) -> None:
    (tmp_path / "story.docx").write_bytes(packed("Rain fell on the hills."))
    (document,) = read_path(tmp_path)
    assert isinstance(document, Document)
    assert document.text == "Rain fell on the hills."


def test_entities_reach_and_grow_to_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("root password")
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    data = with_part(
        packed(),
        BODY,
        f'<!DOCTYPE x [<!ENTITY a0 "lol">{bomb}<!ENTITY f SYSTEM "file://{secret}">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>Rain &f; &a11;</w:t></w:r></w:p></w:body></w:document>",
    )
    with suppress(InputError):
        text = extract("docx", data).text
        assert "password" not in text
        assert len(text) < 100


def test_a_bomb_is_not_unpacked() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        with file.open(BODY, "w") as part:
            for _ in range(MAX_UNPACKED_BYTES >> 20):
                part.write(bytes(1 << 20))
        file.writestr("more", "x")
    assert refused(data.getvalue()) == ("extraction_limit", "Document unpacks to too much.")


def test_a_locked_file_is_told_as_such() -> None:
    data = b"\xd0\xcf\x11\xe0" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")
    assert refused(data) == ("document_encrypted", "Document is password-protected.")
    assert refused(b"\xd0\xcf\x11\xe0" + b"\0" * 500) == DAMAGED


@pytest.mark.parametrize("part", [BODY, "[Content_Types].xml", "_rels/.rels"])
@pytest.mark.parametrize("content", ["", "<", "<x/>", "<x>" * 10_000, "\0"])
def test_broken_parts_are_damage(part: str, content: str) -> None:
    assert refused(with_part(packed("Rain."), part, content)) == DAMAGED


def test_other_archives_are_no_documents() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("a.txt", "Rain fell.")
    assert refused(data.getvalue()) == DAMAGED
    assert refused(b"") == DAMAGED


@pytest.mark.parametrize("seed", range(many(30, 500)))
def test_flipped_bytes_give_a_text_or_a_reason(seed: int) -> None:
    dice = random.Random(f"flip {seed}")
    data = bytearray(packed("Rain fell on the hills."))
    for _ in range(dice.choice([1, 3, 30])):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    assert outcome("docx", bytes(data)) in ("text", "extraction_failed", "extraction_limit")


def test_without_python_docx_the_reason_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real_import = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "docx":
            raise ImportError(name)
        return real_import(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    code, message = refused(b"PK")
    assert code == "extraction_failed"
    assert message.endswith("pip install 'copydesk[office]'")
