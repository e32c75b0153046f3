"""What the calls answer when all is well."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from detector.model import Document
from detector.pipeline import compare
from detector.settings import DEFAULT
from detector.view import PRESETS, Ignored, Quotes, View
from service.app import create_app
from tests.service.newsroom import HARBOUR, MILL


def test_health_names_the_version(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "version": version("copydesk")}


@pytest.mark.parametrize(
    "request_",
    [
        {"json": {"text": MILL}},
        {"json": {"document": {"text": MILL}}},
        {"json": {"document": {"html": f"<p>{MILL}</p>"}}},
        {"data": MILL.encode(), "content_type": "text/plain"},
        {"data": MILL.encode("utf-16"), "content_type": "text/plain; charset=utf-16"},
        {"data": f"<p>{MILL}</p>".encode(), "content_type": "text/html; charset=UTF-8"},
    ],
    ids=["text", "document", "html", "plain", "utf-16", "page"],
)
def test_check_finds_the_text_however_it_is_sent(
    client: FlaskClient, request_: dict[str, Any]
) -> None:
    answer = client.post("/v1/check", **request_)
    assert answer.status_code == 200, answer.text
    report = answer.json
    assert report is not None
    assert report["document"]["id"] == "text"
    assert [match["b"]["id"] for match in report["matches"]] == ["mill.txt"]
    assert report["searched"]["documents"] == 2


def test_check_finds_nothing_in_a_text_of_its_own(client: FlaskClient) -> None:
    report = client.post("/v1/check", json={"text": "Rain fell on the hills."}).json
    assert report is not None
    assert report["matches"] == []


def test_check_stores_nothing(client: FlaskClient) -> None:
    sizes = [
        client.post("/v1/check", json={"text": MILL}).json["run"]["corpus_size"]  # type: ignore[index]
        for _ in range(2)
    ]
    assert sizes == [2, 2]


def test_compare_gives_the_detectors_own_answer(client: FlaskClient) -> None:
    answer = client.post("/v1/compare", json={"a": MILL, "b": HARBOUR})
    assert answer.status_code == 200
    a, b = Document(id="a", text=MILL), Document(id="b", text=HARBOUR)
    assert answer.json == compare(a, b, DEFAULT).to_dict()


def test_compare_keeps_the_order_of_the_contract(client: FlaskClient) -> None:
    answer = client.post("/v1/compare", json={"a": MILL, "b": MILL})
    assert list(answer.json or ())[:5] == ["a", "b", "relation", "direction", "verdict"]


def test_compare_shows_what_is_known_of_a_document(client: FlaskClient) -> None:
    known = {"id": "m1", "title": "Mill", "outlet": "Post", "published_at": "2025-03-01T10:00:00Z"}
    unknown = {"byline": None, "kind": "wire", "status": "usable", "extra": {"desk": [1, None]}}
    answer = client.post("/v1/compare", json={"a": {"text": MILL, **known, **unknown}, "b": MILL})
    assert answer.status_code == 200
    card = answer.json["a"]  # type: ignore[index]
    assert {name: card[name] for name in known} == known


def test_options_reach_the_detector(client: FlaskClient) -> None:
    body = {"a": MILL, "b": MILL[40:120], "options": {"min_words": 500}}
    answer = client.post("/v1/compare", json=body)
    settings = dataclasses.replace(DEFAULT, view=View(min_words=500))
    a, b = Document(id="a", text=MILL), Document(id="b", text=MILL[40:120])
    assert answer.json == compare(a, b, settings).to_dict()


def test_a_view_is_asked_for_by_name_and_changed_by_options(client: FlaskClient) -> None:
    options = {"preset": "desk", "quotes": "all", "ignore": ["id: b"], "captions": None}
    body = {"a": MILL, "b": MILL[40:], "options": options}
    answer = client.post("/v1/compare", json=body).json
    assert answer
    assert answer["passages"] == []
    assert answer["explain"] == ["Left out as asked: a source to be ignored."]
    view = dataclasses.replace(PRESETS["desk"], quotes=Quotes.ALL, ignore=Ignored.parse(["id: b"]))
    checked = client.post("/v1/check", json={"text": MILL, "options": options}).json
    assert checked
    settings = dataclasses.replace(DEFAULT, view=view)
    assert checked["run"]["settings_digest"] == settings.digest


def test_options_of_a_check_reach_its_report(client: FlaskClient) -> None:
    reports = [
        client.post("/v1/check", json={"text": MILL, "options": options}).json
        for options in ({}, {"min_words": 6.0})
    ]
    assert [report["run"]["settings_digest"] for report in reports if report] == [
        DEFAULT.digest,
        dataclasses.replace(DEFAULT, view=View(min_words=6)).digest,
    ]


def test_a_nul_is_kept_as_given(client: FlaskClient) -> None:
    answer = client.post("/v1/compare", json={"a": "Rain\0fell.", "b": "Rain fell."})
    assert answer.json["a"]["digest"] == Document(id="a", text="Rain\0fell.").digest  # type: ignore[index]


def test_html_in_json_is_unicode_whatever_it_declares(client: FlaskClient) -> None:
    html = f'<html><head><meta charset="windows-1251"></head><body><p>{MILL}</p></body></html>'
    answer = client.post("/v1/check", json={"document": {"html": html}})
    assert [match["b"]["id"] for match in answer.json["matches"]] == ["mill.txt"]  # type: ignore[index]


@pytest.mark.parametrize("ahead", [timedelta(hours=-1), timedelta(hours=23)])
def test_a_clock_may_be_a_day_fast(client: FlaskClient, ahead: timedelta) -> None:
    stamp = (datetime.now(UTC) + ahead).isoformat()
    body = {"a": {"text": MILL, "published_at": stamp}, "b": MILL}
    assert client.post("/v1/compare", json=body).status_code == 200


def test_every_answer_has_the_safe_headers_and_an_id(client: FlaskClient) -> None:
    for answer in (client.get("/healthz"), client.get("/nowhere"), client.get("/v1/check")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
        assert len(answer.headers["X-Request-Id"]) == 32


@pytest.mark.parametrize(
    ("given", "kept"), [("desk-7.a_1", True), ("a b", False), ("é", False), ("x" * 65, False)]
)
def test_a_well_formed_request_id_is_kept(client: FlaskClient, given: str, kept: bool) -> None:
    answer = client.get("/nowhere", headers={"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) is kept
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]  # type: ignore[index]


def test_files_that_cannot_be_read_are_named_in_the_log(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    create_app(str(folder))
    (line,) = (record.getMessage() for record in caplog.records)
    assert line.startswith("skipped ")
    assert "noise.txt" in line


def test_the_folder_may_come_from_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_AGAINST", str(folder))
    answer = create_app().test_client().post("/v1/check", json={"text": MILL})
    assert answer.json["total"] == 1  # type: ignore[index]
