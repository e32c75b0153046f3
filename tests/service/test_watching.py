"""What an operator sees: a line of JSON a request, numbers for Prometheus, whether it is ready."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from detector.keys import make_key, save_keys
from service.app import create_app
from service.jsonline import Answered, JsonLine
from tests.service.newsroom import HARBOUR, MILL

HOSTILE = ["x\r\n{}", "\x1b[2J", "\u2028", '{"at": "1970"}', "\x85", "a\0b", "\u202e"]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "copydesk.request")
    caplog.handler.setFormatter(JsonLine())
    return caplog


def told(lines: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(JsonLine().format(r)) for r in lines.records if r.name == "copydesk.request"]


def test_a_request_is_one_line_without_any_text(
    client: FlaskClient, lines: pytest.LogCaptureFixture
) -> None:
    client.post("/v1/check", json={"text": MILL}, headers={"X-Request-Id": "r17"})
    [line] = told(lines)
    assert {"id": "r17", "route": "/v1/check", "method": "POST", "status": 200}.items() <= (
        line.items()
    )
    assert line["tenant"] == "default"
    assert isinstance(line["ms"], float)
    assert line["ms"] > 0
    assert set(line) == {
        *(
            "at",
            "level",
            "id",
            "tenant",
            "method",
            "route",
            "status",
            "ms",
            "bytes_in",
            "bytes_out",
        ),
    }
    assert "mill" not in json.dumps(line).lower()


def test_answers_that_are_told_together_are_a_line_each() -> None:
    answers = [Answered(f"r{n}", None, "GET", "/v1/check", 503, 0.1, 0, 9) for n in range(2)]
    record = logging.makeLogRecord({"levelname": "INFO", "answers": answers})
    told = [json.loads(line) for line in JsonLine().format(record).split("\n")]
    assert [(line["id"], line["status"], line["level"]) for line in told] == [
        ("r0", 503, "info"),
        ("r1", 503, "info"),
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_a_client_makes_up_breaks_a_line(
    hostile: str, tmp_path: Path, lines: pytest.LogCaptureFixture
) -> None:
    client = create_app(index=str(tmp_path / "n.db")).test_client()
    statuses = [
        client.post("/v1/documents", json={"id": hostile, "text": MILL}).status_code,
        client.post("/v1/documents", json={"text": MILL, hostile: 1}).status_code,
        client.get("/v1/documents/" + hostile).status_code,
        client.get("/" + hostile).status_code,
        client.get("/v1/documents", query_string={"cursor": hostile}).status_code,
    ]
    assert set(statuses) <= {200, 201, 400, 404, 422}
    assert len(told(lines)) == len(statuses)
    for record in lines.records:
        line = JsonLine().format(record)
        assert line.isascii()
        assert line.isprintable()


def test_where_something_broke_is_logged_and_not_the_text_it_broke_at(
    client: FlaskClient, lines: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError(MILL)

    monkeypatch.setattr("service.api.compared", broken)
    monkeypatch.setattr(client.application, "testing", False)
    assert client.post("/v1/compare", json={"a": MILL, "b": HARBOUR}).status_code == 500
    logged = [JsonLine().format(record) for record in lines.records]
    assert any('"error": "KeyError"' in line and "broken" in line for line in logged)
    assert not any("paper mill" in line for line in logged)


def number(page: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", page, re.MULTILINE)
    assert found, name
    return float(found[1])


def test_numbers_count_requests_by_route_and_status(tmp_path: Path) -> None:
    client = create_app(index=str(tmp_path / "n.db")).test_client()
    name = 'copydesk_requests_total{method="POST",route="/v1/documents",status="201"}'
    client.post("/v1/documents", json={"id": "x", "text": MILL})
    before = number(client.get("/metrics").text, name)
    client.post("/v1/documents", json={"id": "y", "text": HARBOUR})
    page = client.get("/metrics")
    assert page.mimetype == "text/plain"
    assert number(page.text, name) == before + 1
    assert number(page.text, 'copydesk_documents{tenant="default"}') == 2
    assert number(page.text, "copydesk_waiting") == 0
    for stage in ("read", "wait", "work"):
        assert number(page.text, f'copydesk_stage_seconds_count{{stage="{stage}"}}') > 0


def test_a_path_that_somebody_made_up_is_no_label(client: FlaskClient) -> None:
    client.get("/no/such/page")
    page = client.get("/metrics").text
    assert "/no/such" not in page
    assert number(page, 'copydesk_requests_total{method="GET",route="none",status="404"}') > 0


def test_numbers_are_for_who_may_admin_where_there_are_keys(tmp_path: Path) -> None:
    made = {scope: make_key(scope, "default", [scope]) for scope in ("write", "admin")}
    save_keys(tmp_path / "keys", [key for key, _ in made.values()])
    client = create_app(index=str(tmp_path / "n.db"), keys=str(tmp_path / "keys")).test_client()
    statuses = [
        client.get("/metrics", headers={"Authorization": f"Bearer {secret}"}).status_code
        for _, secret in made.values()
    ]
    assert [client.get("/metrics").status_code, *statuses] == [401, 403, 200]


def test_ready_tells_when_it_is_not(tmp_path: Path) -> None:
    app = create_app(index=str(tmp_path / "n.db"))
    client = app.test_client()
    assert client.get("/readyz").json == {"status": "ready"}
    app.extensions["copydesk_draining"] = True
    stopping = client.get("/readyz")
    assert (stopping.status_code, stopping.json and stopping.json["code"]) == (503, "shutting_down")
    assert client.get("/healthz").status_code == 200
    (tmp_path / "bad.db").write_bytes(b"no database at all, but long enough" * 99)
    broken = create_app(index=str(tmp_path / "bad.db")).test_client().get("/readyz")
    assert broken.status_code == 503
