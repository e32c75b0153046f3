"""Files over HTTP: PDF and Word, forms, archives, hostile names and documents."""

from __future__ import annotations

import gzip
import io
import json
import random
import socket
import textwrap
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from flask.testing import FlaskClient

from detector.ingest import extraction
from detector.ingest.extraction import Extractor
from detector.sandbox import Limits
from service.app import create_app
from service.documents import KINDS
from tests.counts import many
from tests.detector.faulty_child import CAUSES
from tests.detector.test_extraction import children
from tests.service.newsroom import BAITS, MILL
from tests.service.test_bad_input import is_problem
from tests.tinypdf import assembled, column, pdf

PDF = "application/pdf"
DOCX = next(media_type for media_type, kind in KINDS.items() if kind == "docx")
ARCHIVE = "Archives are not accepted."
LOCKED = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'41' * 32}> /U <{'42' * 32}> /P -4 >>"
CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
STORY = pdf([column(textwrap.wrap(MILL, 60))])


@pytest.fixture
def desk(tmp_path: Path) -> FlaskClient:
    app = create_app(index=str(tmp_path / "data" / "news.db"))
    app.testing = True
    return app.test_client()


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()


def word(*paragraphs: str) -> bytes:
    file = docx.Document()
    for paragraph in paragraphs:
        file.add_paragraph(paragraph)
    data = io.BytesIO()
    file.save(data)
    return data.getvalue()


def zipped(**parts: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return data.getvalue()


def form(data: bytes, name: bytes = b"story.pdf", head: bytes = b"") -> dict[str, Any]:
    """A request with one file, whose name is sent as it is."""
    disposition = b'Content-Disposition: form-data; name="file"; filename="' + name + b'"\r\n'
    return {
        "data": b"--x\r\n" + disposition + head + b"\r\n" + data + b"\r\n--x--\r\n",
        "content_type": "multipart/form-data; boundary=x",
    }


@pytest.mark.parametrize(
    "request_",
    [
        {"data": STORY, "content_type": PDF},
        {"data": word(MILL), "content_type": DOCX},
        form(STORY),
        form(word(MILL), b"story.docx", b"Content-Type: application/octet-stream\r\n"),
        form(f"<p>{MILL}".encode(), b"page", b"Content-Type: text/html; charset=utf-8\r\n"),
        form(MILL.encode("utf-16"), b"a.b", b"Content-Type: text/plain; charset=utf-16\r\n"),
    ],
    ids=["pdf", "docx", "form", "form by suffix", "form of a page", "form with a charset"],
)
def test_check_finds_the_text_in_a_file(client: FlaskClient, request_: dict[str, Any]) -> None:
    answer = client.post("/v1/check", **request_)
    assert answer.status_code == 200, answer.text
    report = answer.json
    assert report is not None
    assert [match["b"]["id"] for match in report["matches"]] == ["mill.txt"]


def test_a_file_is_stored_under_its_address(desk: FlaskClient) -> None:
    answer = desk.put("/v1/documents/mill", data=STORY, content_type=PDF)
    assert answer.status_code == 201
    assert "paper mill" in desk.get("/v1/documents/mill").json["text"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"../../etc/cron.d/x", "../../etc/cron.d/x"),
        (b"C:\\\\x", "C:\\x"),
        (b"a\0.pdf", "a\0.pdf"),
        (b"x" * 5000, "x" * 5000),
        (b"CON", "CON"),
        ("\u202efdp.exe".encode(), "\u202efdp.exe"),
        (b"a%0D%0AX-Evil: 1.pdf", "a%0D%0AX-Evil: 1.pdf"),
        (b"<script>alert(1)</script>.pdf", "<script>alert(1)</script>.pdf"),
        (b"", ""),
    ],
)
def test_the_name_of_a_file_is_data_only(
    desk: FlaskClient, tmp_path: Path, sent: bytes, kept: str
) -> None:
    request_ = form(STORY, sent, b"Content-Type: application/pdf\r\n")
    answer = desk.post("/v1/documents", **request_)
    assert answer.status_code == 201, answer.text
    assert "X-Evil" not in answer.headers
    stored = desk.get(f"/v1/documents/{answer.json['id']}")  # type: ignore[index]
    assert stored.json["extra"] == {"filename": kept}  # type: ignore[index]
    assert stored.data.isascii()
    assert b"\0" not in stored.data
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_name_cannot_add_a_header(desk: FlaskClient) -> None:
    answer = desk.post("/v1/documents", **form(STORY, b"a\r\nX-Evil: 1\r\n\r\n.pdf"))
    assert answer.status_code in (201, 400, 415)
    assert "X-Evil" not in answer.headers


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (form(b"Rain")["data"][:-9], "multipart/form-data; boundary=x"),
        (form(b"Rain")["data"], "multipart/form-data; boundary=y"),
        (form(b"Rain")["data"], "multipart/form-data"),
        (b"", "multipart/form-data; boundary=x"),
        (b"--x--\r\n", "multipart/form-data; boundary=x"),
        (form(b"Rain", b"\xff.txt")["data"], "multipart/form-data; boundary=x"),
        (b"--x\r\n\r\nRain\r\n--x--\r\n", "multipart/form-data; boundary=x"),
        (form(b"Rain")["data"][:-7] + form(b"Snow")["data"], "multipart/form-data; boundary=x"),
    ],
)
def test_forms_that_are_not_one_file(client: FlaskClient, data: bytes, content_type: str) -> None:
    answer = client.post("/v1/check", data=data, content_type=content_type)
    problem = json.loads(answer.data)
    assert is_problem(answer, 400, "bad_multipart", problem["detail"])


@pytest.mark.parametrize("seed", range(many(50, 500)))
def test_flipped_bytes_of_a_form_are_never_a_fault_of_ours(client: FlaskClient, seed: int) -> None:
    dice = random.Random(f"form {seed}")
    request_ = form(MILL.encode(), b"story.txt", b"Content-Type: text/plain\r\n")
    data = bytearray(request_["data"])
    for _ in range(dice.choice([1, 3, 30])):
        data[dice.randrange(len(data) if dice.random() < 0.5 else 100)] ^= 1 << dice.randrange(8)
    answer = client.post("/v1/check", data=bytes(data), content_type=request_["content_type"])
    assert answer.status_code in (200, 400, 415, 422), answer.text


@pytest.mark.parametrize(
    "request_",
    [
        {"data": b"x", "content_type": "application/zip"},
        {"data": b"x", "content_type": "application/epub+zip"},
        {"data": b"x", "content_type": "application/gzip"},
        {"data": zipped(a="Rain"), "content_type": "text/plain"},
        {"data": gzip.compress(b"Rain"), "content_type": "text/html"},
        {"data": word(MILL), "content_type": "application/zip"},
        {"data": word(MILL), "content_type": PDF},
        form(zipped(a="Rain"), b"a.zip"),
        form(zipped(mimetype="application/epub+zip"), b"a.epub", b"Content-Type: text/plain\r\n"),
        form(gzip.compress(b"Rain"), b"a.docx"),
    ],
)
def test_archives(client: FlaskClient, request_: dict[str, Any]) -> None:
    answer = client.post("/v1/check", **request_)
    assert is_problem(answer, 415, "unsupported_media_type", ARCHIVE)


@pytest.mark.parametrize(
    ("data", "code", "detail"),
    [
        (STORY[: len(STORY) // 2], "extraction_failed", "PDF is damaged."),
        (
            assembled([CATALOG, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]),
            "extraction_limit",
            "PDF has a loop or too many pages.",
        ),
        (pdf([[]] * 3000), "extraction_limit", "PDF has a loop or too many pages."),
        (
            pdf([column(["Rain."])], trailer=f"{LOCKED} /ID [<00> <00>]"),
            "document_encrypted",
            "PDF is password-protected.",
        ),
        (pdf([[]]), "no_text", "PDF has no text layer."),
        (pdf([column(["..."])]), "no_text", "No words left after cleaning."),
    ],
    ids=["truncated", "loop", "pages", "encrypted", "scan", "dots"],
)
def test_pdf_files_that_cannot_be_read(
    client: FlaskClient, data: bytes, code: str, detail: str
) -> None:
    answer = client.post("/v1/check", data=data, content_type=PDF)
    assert is_problem(answer, 422, code, detail)


def test_a_zip_that_calls_itself_word(client: FlaskClient) -> None:
    answer = client.post("/v1/check", data=zipped(a="Rain"), content_type=DOCX)
    assert is_problem(answer, 422, "extraction_failed", "Document is damaged.")


def test_pages_reach_out_to_nobody(desk: FlaskClient, tmp_path: Path) -> None:
    secret = tmp_path / "data" / "secret.txt"
    secret.write_text("root password")
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.2)
        url = f"http://127.0.0.1:{trap.getsockname()[1]}/"
        page = (
            f'<?xml version="1.0"?><!DOCTYPE html SYSTEM "{url}x.dtd" [<!ENTITY f SYSTEM '
            f'"file://{secret}"><!ENTITY a "lol"><!ENTITY b "{"&a;" * 100}">]><html><head>'
            f'<base href="{url}"><link rel=stylesheet href="{url}"><meta http-equiv=refresh '
            f'content="0;url={url}"></head><body><img src="{url}"><iframe src="{url}"></iframe>'
            f"<script src={url}></script><p>{MILL} &f; {'&b;' * 100}</p></body></html>"
        )
        answer = desk.post("/v1/documents", data=page.encode(), content_type="text/html")
        assert answer.status_code == 201
        with pytest.raises(TimeoutError):
            trap.accept()
    stored = desk.get(f"/v1/documents/{answer.json['id']}").json  # type: ignore[index]
    assert stored is not None
    assert MILL in stored["text"]
    assert "password" not in stored["text"]
    assert len(stored["text"]) < len(MILL) + 1000


@pytest.mark.parametrize("bait", BAITS)
def test_of_a_page_only_text_is_stored(desk: FlaskClient, bait: str) -> None:
    page = f"<html><body>{bait}<p>{MILL}</p>{bait}</body></html>"
    answer = desk.post("/v1/documents", data=page.encode(), content_type="text/html")
    assert answer.status_code == 201, answer.text
    text = desk.get(f"/v1/documents/{answer.json['id']}").json["text"]  # type: ignore[index]
    assert MILL in text
    assert "<script" not in text


def test_a_page_nested_deeply_keeps_its_sentence(desk: FlaskClient) -> None:
    page = f"<html><body>{'<div>' * 100_000}{MILL}"
    answer = desk.post("/v1/documents", data=page.encode(), content_type="text/html")
    assert answer.status_code == 201
    assert desk.get(f"/v1/documents/{answer.json['id']}").json["text"] == MILL  # type: ignore[index]


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Iterator[Extractor]:
    """Documents may name a fault that the process which reads them shall have."""
    extractor = Extractor("tests.detector.faulty_child", Limits(1, 3, 400 << 20))
    monkeypatch.setattr(extraction, "_EXTRACTOR", extractor)
    yield extractor
    extractor.close()


@pytest.mark.parametrize("fault", ["hang", "spin", "segfault", "eat", "silent"])
def test_a_fault_is_answered_while_others_are_served(
    client: FlaskClient, faulty: Extractor, fault: str
) -> None:
    answers: list[Any] = []

    def send() -> None:
        post = client.application.test_client().post
        answers.append(post("/v1/check", data=fault.encode(), content_type=PDF))

    before = children()
    sending = threading.Thread(target=send)
    begun = time.monotonic()
    sending.start()
    for request_ in (
        {"json": {"text": MILL}},
        {"data": f"<p>{MILL}".encode(), "content_type": "text/html"},
    ):
        assert client.post("/v1/check", **request_).status_code == 200
    assert sending.is_alive() or fault not in ("hang", "spin")
    sending.join()
    assert time.monotonic() - begun < 3 + 10
    wanted = f"Text extraction stopped ({CAUSES.get(fault, 'crash')})."
    assert is_problem(answers[0], 422, "extraction_failed", wanted)
    faulty.close()
    assert children() <= before


def test_too_many_at_once_are_told_to_come_again(
    client: FlaskClient, faulty: Extractor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "PATIENCE_S", 0.1)
    monkeypatch.setattr(faulty, "_quick", threading.BoundedSemaphore(1))
    with faulty._quick:
        answer = client.post("/v1/check", data=STORY, content_type=PDF)
    wanted = "Too many documents are being read; try again."
    assert is_problem(answer, 503, "overloaded", wanted)
    assert answer.headers["Retry-After"] == "2"
