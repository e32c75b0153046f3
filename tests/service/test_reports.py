"""Reports that are kept: asked for, fetched, seen otherwise, out of reach, over."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from detector.keys import make_key, save_keys
from detector.model import Kind, Relation
from detector.settings import Settings
from detector.view import KINDS, Ignored, Quotes, Shown, View
from service import printing
from service.app import create_app
from service.options import of_address
from service.viewing import options_of
from tests.service.newsroom import HARBOUR, MILL

KEEP = {"keep_report_days": 7}
STORY = f"{MILL} {HARBOUR}"


@pytest.fixture
def desk(app: Flask) -> Any:
    client: Any = app.test_client()
    for name, text in (("mill", MILL), ("harbour", HARBOUR)):
        assert client.put(f"/v1/documents/{name}", json={"text": text}).status_code == 201
    return client


def check(client: Any, text: str = STORY, **options: Any) -> dict[str, Any]:
    answer = client.post("/v1/check", json={"text": text, "options": {**KEEP, **options}})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json
    return told


def test_a_report_that_was_asked_to_be_kept_is_the_answer_again(desk: Any) -> None:
    told = check(desk, min_words=6)
    assert told["html_url"] == f"/reports/{told['report_id']}"
    for address in ("", ".json"):
        again = desk.get(f"/v1/reports/{told['report_id']}{address}")
        assert again.json == told
    assert len(told["report_id"]) >= 22


def test_a_pair_is_kept_too(desk: Any) -> None:
    answer = desk.post("/v1/compare", json={"a": MILL, "b": STORY, "options": KEEP})
    assert answer.headers["Content-Location"] == f"/v1/reports/{answer.json['report_id']}"
    assert desk.get(f"/v1/reports/{answer.json['report_id']}").json == answer.json


def test_nothing_is_kept_unless_it_is_asked_for(desk: Any) -> None:
    for days in ({}, {"keep_report_days": 0}):
        answer = desk.post("/v1/check", json={"text": MILL, "options": days})
        assert "report_id" not in answer.json
        assert "Content-Location" not in answer.headers
    answer = desk.post("/v1/compare", json={"a": MILL, "b": MILL})
    assert "report_id" not in answer.json


@pytest.mark.parametrize(
    ("days", "asked", "kept"), [(0, 7, 7), (0, 3650, 10), (3, None, 3), (20, None, 10), (3, 0, 0)]
)
def test_the_configuration_says_how_long_at_most_and_if_nobody_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, asked: int | None, kept: int
) -> None:
    monkeypatch.setenv("COPYDESK_REPORT_DAYS", str(days))
    monkeypatch.setenv("COPYDESK_MAX_REPORT_DAYS", "10")
    client: Any = create_app(index=str(tmp_path / "news.db")).test_client()
    options = {} if asked is None else {"keep_report_days": asked}
    told = client.post("/v1/check", json={"text": MILL, "options": options}).json
    assert ("report_id" in told) == bool(kept)
    if kept:
        end, made = (
            datetime.fromisoformat(moment)
            for moment in (told["report_expires_at"], told["run"]["at"])
        )
        assert abs((end - made).total_seconds() - kept * 86400) < 60


@pytest.mark.parametrize("days", [-1, 3651, 1.5, "7", True, None])
def test_days_that_cannot_be_are_refused(desk: Any, days: Any) -> None:
    answer = desk.post("/v1/check", json={"text": MILL, "options": {"keep_report_days": days}})
    assert (answer.status_code, answer.json["code"]) == (422, "validation_failed")


def test_the_address_says_what_of_it_is_seen(desk: Any) -> None:
    told = check(desk)
    where = f"/v1/reports/{told['report_id']}"
    for options in (
        {"preset": "desk"},
        {"min_words": 40},
        {"quotes": "all", "boilerplate": "hide"},
        {"kinds": ["verbatim"], "ignore": ["id: mill", "paper mill"]},
        {"min_relation": "syndicated", "window_days": 2, "same_owner": "hide"},
    ):
        new = desk.post("/v1/check", json={"text": STORY, "options": options}).json
        seen = desk.get(where, query_string=options).json
        for answer in (new, seen):
            answer["run"].pop("at")
        assert {name: seen[name] for name in new} == new


@pytest.mark.parametrize("query", ["quotes=some", "min_words=x", "min_words=0", "kinds=", "lang=x"])
def test_an_address_that_asks_for_nonsense_is_refused(desk: Any, query: str) -> None:
    told = check(desk)
    answer = desk.get(f"/v1/reports/{told['report_id']}.html?{query}")
    assert (answer.status_code, answer.json["code"]) == (400, "bad_parameter")


def test_other_forms(desk: Any) -> None:
    told = check(desk)
    where = f"/v1/reports/{told['report_id']}"
    table = desk.get(f"{where}.csv")
    assert table.mimetype == "text/csv"
    assert table.text.count("\r\n") == 1 + told["total"]
    page = desk.get(f"{where}.html?lang=uk")
    assert '<html lang="uk">' in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.split("style-src ")[1].split(";")[0] in page.text
    pdf = desk.get(f"{where}.pdf")
    assert pdf.data.startswith(b"%PDF") or pdf.json["code"] == "pdf_unavailable"
    assert desk.get(f"{where}.xml").status_code == 404


def test_a_report_too_long_for_paper_is_refused(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "MOST_PDF_CHARS", 1000)
    answer = desk.get(f"/v1/reports/{check(desk)['report_id']}.pdf")
    assert (answer.status_code, answer.json["code"]) == (422, "report_too_large")


def test_a_pair_has_the_same_forms(desk: Any) -> None:
    told = desk.post("/v1/compare", json={"a": MILL, "b": STORY, "options": KEEP}).json
    where = f"/v1/reports/{told['report_id']}"
    assert desk.get(f"{where}.csv").text.count("\r\n") == 2
    assert "Comparison" in desk.get(f"{where}.html").text


def test_who_deletes_a_document_deletes_the_reports_that_show_it(desk: Any) -> None:
    told, other = check(desk, MILL), check(desk, HARBOUR)
    assert desk.delete("/v1/documents/mill").status_code == 204
    assert desk.get(f"/v1/reports/{told['report_id']}").status_code == 404
    assert desk.get(f"/v1/reports/{other['report_id']}").status_code == 200


def test_without_an_index_nothing_is_kept_for_days(client: Any) -> None:
    answer = client.post("/v1/check", json={"text": MILL, "options": KEEP})
    assert (answer.status_code, answer.json["code"]) == (503, "storage_unavailable")
    assert client.get("/v1/reports/none").status_code == 404


def test_reports_of_another_tenant_do_not_exist(tmp_path: Path) -> None:
    made = [make_key(name, name, ["read"]) for name in ("one", "other")]
    save_keys(tmp_path / "keys.json", [key for key, _ in made])
    app = create_app(index=str(tmp_path / "news.db"), keys=str(tmp_path / "keys.json"))
    client: Any = app.test_client()
    ours, theirs = ({"Authorization": f"Bearer {secret}"} for _, secret in made)
    told = client.post("/v1/check", json={"text": MILL, "options": KEEP}, headers=ours).json
    for form in ("", ".json", ".csv", ".html", ".pdf"):
        address = f"/v1/reports/{told['report_id']}{form}"
        assert client.get(address, headers=theirs).status_code == 404
        assert client.get(address).status_code == 401
    assert client.get(f"/v1/reports/{told['report_id']}", headers=ours).status_code == 200


def test_a_view_and_its_address_are_the_same(app: Flask) -> None:
    some = ["outlet: Bend Courier", "id: a*", "Sign up", "domain: x.example"]
    lines = st.lists(st.sampled_from(some))
    kinds = st.frozensets(st.sampled_from(KINDS), min_size=1)
    views = st.builds(
        View,
        quotes=st.sampled_from(Quotes), boilerplate=st.sampled_from(Shown),
        captions=st.sampled_from(Shown), min_words=st.integers(1, 1000),
        kinds=st.one_of(st.just(frozenset(Kind)), kinds),
        min_relation=st.sampled_from(Relation),
        window_days=st.one_of(st.none(), st.integers(0, 36_500)),
        same_owner=st.sampled_from(Shown), ignore=lines.map(Ignored.parse),
    )  # fmt: skip

    @given(views)
    def is_the_same(view: View) -> None:
        with app.test_request_context(query_string=options_of(view)):
            assert of_address(Settings()).view == view

    is_the_same()
