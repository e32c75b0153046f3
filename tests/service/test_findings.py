"""Decisions about findings: who said what of which pair, and for how long it holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from detector.corpus.findings import MAX_REASON_CHARS
from detector.keys import make_key, save_keys
from service.app import create_app
from tests.service.newsroom import HARBOUR, MILL


@pytest.fixture
def desk(tmp_path: Path) -> FlaskClient:
    app = create_app(index=str(tmp_path / "news.db"))
    app.testing = True
    client = app.test_client()
    for name, text in {"mill": MILL, "copy": f"{MILL} More follows.", "boats": HARBOUR}.items():
        assert client.put(f"/v1/documents/{name}", json={"text": text}).status_code == 201
    return client


def decide(desk: FlaskClient, decision: str, **more: Any) -> Any:
    body = {"a": "copy", "b": "mill", "decision": decision, **more}
    answer = desk.post("/v1/findings", json=body)
    return answer.json if answer.status_code == 201 else (answer.status_code, answer.json["code"])  # type: ignore[index]


def decided(desk: FlaskClient, name: str = "copy") -> Any:
    matches = desk.get(f"/v1/documents/{name}/matches").json["matches"]  # type: ignore[index]
    return next(m["decision"] for m in matches if m["b"]["id"] in ("mill", "copy"))


def log(desk: FlaskClient, **query: Any) -> Any:
    return desk.get("/v1/findings", query_string=query).json


def test_a_decision_is_shown_with_its_match_from_either_side(desk: FlaskClient) -> None:
    assert decided(desk) is None
    made = decide(desk, "dismissed", reason="Licensed since May.")
    assert (made["by"], made["decision"], made["reason"]) == (
        "local",
        "dismissed",
        "Licensed since May.",
    )
    assert (made["a"], made["b"]) == ({"id": "copy", "version": 1}, {"id": "mill", "version": 1})
    assert decided(desk) == decided(desk, "mill") == made


def test_a_later_decision_counts_and_the_log_keeps_all(desk: FlaskClient) -> None:
    made = [decide(desk, word) for word in ("dismissed", "confirmed", "open")]
    assert decided(desk) == made[-1]
    assert log(desk) == {"findings": made[::-1], "next": None}
    page = log(desk, limit=2)
    assert page["findings"] == made[:0:-1]
    assert log(desk, limit=2, cursor=page["next"])["findings"] == made[:1]


def test_a_decision_outlives_a_version_in_which_the_shared_words_stand_as_they_did(
    desk: FlaskClient,
) -> None:
    made = decide(desk, "confirmed")
    desk.put("/v1/documents/copy", json={"text": f"{HARBOUR}\n\n{MILL}"})
    matches = desk.get("/v1/documents/copy/matches").json["matches"]  # type: ignore[index]
    now = {match["b"]["id"]: match["decision"] for match in matches}
    assert now == {"mill": made, "boats": None, "copy@1": None}


def test_other_shared_words_are_another_finding(desk: FlaskClient) -> None:
    seen = decide(desk, "confirmed")["finding"]
    desk.put("/v1/documents/copy", json={"text": MILL.replace("Friday", "Monday")})
    assert decided(desk) is None
    assert decide(desk, "dismissed", finding=seen) == (409, "finding_changed")
    assert len(log(desk)["findings"]) == 1


def test_what_cannot_be_decided_is_refused(desk: FlaskClient) -> None:
    assert decide(desk, "perhaps") == (422, "validation_failed")
    assert decide(desk, "dismissed", reason="x" * (MAX_REASON_CHARS + 1)) == (
        422,
        "validation_failed",
    )
    assert decide(desk, "dismissed", b="boats") == (404, "not_found")
    assert decide(desk, "dismissed", a="none") == (404, "not_found")
    assert desk.post("/v1/findings", json={"a": "copy"}).status_code == 422
    assert log(desk)["findings"] == []


def test_a_document_that_is_deleted_leaves_its_decisions(desk: FlaskClient) -> None:
    made = decide(desk, "dismissed", reason="Licensed.")
    desk.delete("/v1/documents/copy")
    assert log(desk)["findings"] == [made]
    desk.put("/v1/documents/copy", json={"text": f"{MILL} More follows."})
    assert decided(desk) == made


def test_a_decision_is_told_among_the_changes(desk: FlaskClient) -> None:
    made = decide(desk, "confirmed")
    last = desk.get("/v1/changes").json["changes"][-1]  # type: ignore[index]
    told = {"type": "finding.decided", "id": "copy", "other": "mill", "decision": "confirmed"}
    assert told.items() <= last.items()
    assert last["finding"] == made["finding"]


def test_who_may_only_read_decides_nothing_and_other_tenants_see_nothing(tmp_path: Path) -> None:
    made = [
        make_key("editor", "metro", ["write"]),
        make_key("reader", "metro", ["read"]),
        make_key("other", "coast", ["write"]),
    ]
    save_keys(tmp_path / "keys.json", [key for key, _ in made])
    app = create_app(index=str(tmp_path / "news.db"), keys=str(tmp_path / "keys.json"))
    client = app.test_client()
    editor, reader, other = ({"Authorization": f"Bearer {secret}"} for _, secret in made)
    for name in ("copy", "mill"):
        client.put(f"/v1/documents/{name}", json={"text": MILL}, headers=editor)
    body = {"a": "copy", "b": "mill", "decision": "confirmed"}
    assert client.post("/v1/findings", json=body, headers=reader).status_code == 403
    assert client.post("/v1/findings", json=body, headers=other).status_code == 404
    assert client.post("/v1/findings", json=body, headers=editor).json["by"] == "editor"  # type: ignore[index]
    assert len(client.get("/v1/findings", headers=reader).json["findings"]) == 1  # type: ignore[index]
    assert client.get("/v1/findings", headers=other).json["findings"] == []  # type: ignore[index]
