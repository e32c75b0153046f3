"""Documents that are stored: put, found, changed once, listed, forgotten; each tenant its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from detector.corpus.durable import DurableCorpus
from detector.keys import make_key, save_keys
from service.app import create_app
from tests.service.newsroom import HARBOUR, MILL


@pytest.fixture
def desk(tmp_path: Path) -> FlaskClient:
    app = create_app(index=str(tmp_path / "news.db"))
    app.testing = True
    return app.test_client()


def post(client: FlaskClient, /, **document: Any) -> TestResponse:
    return client.post("/v1/documents", json={"text": MILL, **document})


def test_a_document_is_stored_found_and_shown_as_it_was_given(desk: FlaskClient) -> None:
    added = post(desk, id="bend/1", title="Mill", outlet="Bend Courier", extra={"slug": "mill"})
    assert added.status_code == 201
    assert added.json == {
        "id": "bend/1",
        "status": "added",
        "version": 1,
        "cluster_id": "c-1-1",
        "role": "single",
        "warnings": [],
    }
    shown = desk.get("/v1/documents/bend/1")
    assert shown.json is not None
    assert shown.headers["ETag"] == added.headers["ETag"]
    wanted = {"text": MILL, "title": "Mill", "extra": {"slug": "mill"}, "status": "usable"}
    assert wanted.items() <= shown.json.items()
    report = desk.post("/v1/check", json={"text": MILL}).json
    assert report is not None
    assert [m["b"]["id"] for m in report["matches"]] == ["bend/1"]


def test_a_text_without_an_id_is_named_by_its_content(desk: FlaskClient) -> None:
    one, again = post(desk), post(desk)
    assert one.json is not None
    assert again.json is not None
    assert one.json["id"] == again.json["id"]
    assert (one.status_code, again.status_code) == (201, 200)
    assert again.json["status"] == "unchanged"


def test_plain_text_and_html_are_stored_too(desk: FlaskClient) -> None:
    plain = desk.put("/v1/documents/p", data=MILL.encode(), content_type="text/plain")
    page = f"<html><body><article><h1>Mill</h1><p>{HARBOUR}</p></article></body></html>"
    html = desk.put("/v1/documents/h", data=page.encode(), content_type="text/html")
    assert (plain.status_code, html.status_code) == (201, 201)


def test_a_put_changes_only_what_it_saw(desk: FlaskClient) -> None:
    tag = post(desk, id="x").headers["ETag"]
    changed = desk.put("/v1/documents/x", json={"text": HARBOUR}, headers={"If-Match": tag})
    assert (changed.status_code, changed.json and changed.json["version"]) == (200, 2)
    late = desk.put("/v1/documents/x", json={"text": "Late."}, headers={"If-Match": tag})
    assert (late.status_code, late.json and late.json["code"]) == (412, "version_conflict")
    made = desk.put("/v1/documents/x", json={"text": "New."}, headers={"If-None-Match": "*"})
    assert made.status_code == 412
    assert desk.delete("/v1/documents/x", headers={"If-Match": tag}).status_code == 412
    assert desk.get("/v1/documents/x@1").json is not None


def test_a_key_gets_its_first_answer_again_and_no_second_document(desk: FlaskClient) -> None:
    once = {"Idempotency-Key": "order-17"}
    body = {"id": "x", "text": MILL}
    first = desk.post("/v1/documents", json=body, headers=once)
    desk.put("/v1/documents/x", json={"text": HARBOUR})
    again = desk.post("/v1/documents", json=body, headers=once)
    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert desk.get("/v1/documents/x").json["text"] == HARBOUR  # type: ignore[index]
    other = desk.post("/v1/documents", json={"id": "y", "text": MILL}, headers=once)
    assert (other.status_code, other.json and other.json["code"]) == (422, "idempotency_mismatch")


def test_an_id_may_hold_a_line_end(desk: FlaskClient) -> None:
    assert desk.put("/v1/documents/a%0Ab", json={"text": MILL}).status_code == 201
    assert desk.get("/v1/documents/a%0Ab").json["id"] == "a\nb"  # type: ignore[index]


def test_an_id_that_would_hide_behind_another_documents_matches_is_refused(
    desk: FlaskClient,
) -> None:
    answer = desk.put("/v1/documents/x/matches", json={"text": MILL})
    assert (answer.status_code, answer.allow) == (405, {"GET", "HEAD", "OPTIONS"})
    assert desk.delete("/v1/documents/x/matches").status_code == 405
    refused = post(desk, id="x/matches")
    assert (refused.status_code, refused.json and refused.json["code"]) == (
        422,
        "validation_failed",
    )
    assert desk.put("/v1/documents/matches", json={"text": MILL}).status_code == 201


def test_a_deleted_document_is_gone(desk: FlaskClient) -> None:
    post(desk, id="x")
    assert desk.delete("/v1/documents/x").status_code == 204
    for call in (desk.get, desk.delete):
        answer = call("/v1/documents/x")
        assert (answer.status_code, answer.json and answer.json["code"]) == (404, "not_found")
    assert desk.get("/v1/documents/x/matches").status_code == 404


def test_matches_clusters_and_changes_tell_one_story(desk: FlaskClient) -> None:
    post(desk, id="first", outlet="Bend Courier")
    copy = post(desk, id="copy", text=f"{MILL} More follows.", outlet="Dock News").json
    assert copy is not None
    assert copy["role"] == "copy"
    matches = desk.get("/v1/documents/copy/matches").json
    assert matches is not None
    assert [m["relation"] for m in matches["matches"]] == ["syndicated"]
    listed = desk.get("/v1/clusters").json
    assert listed is not None
    assert [c["members"] for c in listed["clusters"]] == [["copy", "first"]]
    assert desk.get(f"/v1/clusters/{copy['cluster_id']}").json == listed["clusters"][0]
    assert desk.get("/v1/clusters/none").status_code == 404
    changes = desk.get("/v1/changes").json
    assert changes is not None
    kinds = [change["type"] for change in changes["changes"]]
    assert kinds[:2] == ["document.added", "document.added"]
    assert "cluster.joined" in kinds
    assert desk.get("/v1/changes", query_string={"cursor": changes["next"]}).json == {
        "changes": [],
        "next": changes["next"],
    }


def test_a_list_comes_in_pages_and_every_document_once(desk: FlaskClient) -> None:
    for number in range(7):
        post(desk, id=f"d{number}", text=f"{HARBOUR} Day {number}.")
    seen, cursor = [], ""
    for _ in range(5):
        page = desk.get("/v1/documents", query_string={"limit": 3, "cursor": cursor}).json
        assert page is not None
        seen += [d["id"] for d in page["documents"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == [f"d{number}" for number in range(7)]


def test_a_list_goes_on_after_a_document_that_was_removed_just_now(
    desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        post(desk, id=name)
    get = DurableCorpus.get
    monkeypatch.setattr(DurableCorpus, "get", lambda self, x: get(self, x) if x != "b" else None)
    page: Any = desk.get("/v1/documents", query_string={"limit": 2}).json
    assert [each["id"] for each in page["documents"]] == ["a"]
    rest: Any = desk.get("/v1/documents", query_string={"limit": 2, "cursor": page["next"]}).json
    assert [each["id"] for each in rest["documents"]] == ["c"]


@pytest.mark.parametrize("query", ["limit=-1", "limit=1e9", "limit=abc", "limit=0", "cursor=Zm9v"])
def test_a_page_that_cannot_be_is_refused(desk: FlaskClient, query: str) -> None:
    answer = desk.get(f"/v1/documents?{query}")
    assert (answer.status_code, answer.json and answer.json["code"]) == (400, "bad_parameter")


def test_lines_are_answered_one_by_one_in_order(desk: FlaskClient) -> None:
    lines = [json.dumps({"id": "a", "text": MILL}), "{", json.dumps({"id": "b", "text": " "}), ""]
    body = "\r\n".join([*lines, json.dumps({"id": "c", "text": HARBOUR})])
    answer = desk.post("/v1/documents", data=body, content_type="application/x-ndjson")
    told = [json.loads(line) for line in answer.text.splitlines()]
    assert answer.status_code == 207
    assert [each["status"] for each in told] == ["added", 400, 422, "added"]


def test_too_many_lines_are_refused(desk: FlaskClient) -> None:
    answer = desk.post("/v1/documents", data="{}\n" * 10_001, content_type="application/x-ndjson")
    assert (answer.status_code, answer.json and answer.json["code"]) == (413, "batch_too_large")


def test_without_an_index_nothing_can_be_stored(client: FlaskClient) -> None:
    answer = post(client)
    assert (answer.status_code, answer.json and answer.json["code"]) == (503, "storage_unavailable")


# Keys and tenants


@pytest.fixture
def secrets(tmp_path: Path) -> dict[str, dict[str, str]]:
    wanted = {"a": ("a", ["write"]), "b": ("b", ["write"]), "reader": ("a", ["read"])}
    made = {name: make_key(name, *rest) for name, rest in wanted.items()}
    save_keys(tmp_path / "keys.json", [key for key, _ in made.values()])
    return {name: {"Authorization": f"Bearer {secret}"} for name, (_, secret) in made.items()}


@pytest.fixture
def shared(tmp_path: Path, secrets: dict[str, dict[str, str]]) -> FlaskClient:
    app = create_app(index=str(tmp_path / "news.db"), keys=str(tmp_path / "keys.json"))
    app.testing = True
    return app.test_client()


def test_without_a_key_nobody_is_answered(shared: FlaskClient) -> None:
    for headers in ({}, {"Authorization": "Bearer cd_x"}, {"Authorization": "Basic eDp4"}):
        answer = shared.get("/v1/documents", headers=headers)
        assert (answer.status_code, answer.json and answer.json["code"]) == (401, "unauthorized")
    assert shared.get("/healthz").status_code == 200


def test_a_reader_may_not_write(shared: FlaskClient, secrets: dict[str, dict[str, str]]) -> None:
    reader = secrets["reader"]
    assert shared.get("/v1/documents", headers=reader).status_code == 200
    for answer in (
        shared.post("/v1/documents", json={"text": MILL}, headers=reader),
        shared.delete("/v1/documents/x", headers=reader),
    ):
        assert (answer.status_code, answer.json and answer.json["code"]) == (403, "forbidden")


def test_a_tenant_sees_nothing_of_another(
    shared: FlaskClient, secrets: dict[str, dict[str, str]]
) -> None:
    before = shared.get("/v1/documents", headers=secrets["b"]).data
    for number in range(3):
        shared.put(f"/v1/documents/d{number}", json={"text": MILL}, headers=secrets["a"])
    cursor = shared.get("/v1/documents?limit=1", headers=secrets["a"]).json["next"]  # type: ignore[index]
    assert shared.get("/v1/documents", headers=secrets["b"]).data == before
    assert shared.get("/v1/documents/d1", headers=secrets["b"]).status_code == 404
    stolen = shared.get("/v1/documents", query_string={"cursor": cursor}, headers=secrets["b"])
    assert stolen.status_code == 400
    report = shared.post("/v1/check", json={"text": MILL}, headers=secrets["b"]).json
    assert report is not None
    assert (report["total"], report["searched"]["documents"]) == (0, 0)


def test_a_revoked_key_stops_working_at_once(
    shared: FlaskClient, secrets: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    assert shared.get("/v1/documents", headers=secrets["a"]).status_code == 200
    save_keys(tmp_path / "keys.json", [])
    assert shared.get("/v1/documents", headers=secrets["a"]).status_code == 401


def test_keys_that_others_may_read_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    save_keys(path, [])
    path.chmod(0o644)
    with pytest.raises(Exception, match="chmod 600"):
        create_app(index=str(tmp_path / "news.db"), keys=str(path))
