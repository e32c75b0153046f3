"""Watches: who is told what, once, and nobody else; what is sent where, and never elsewhere."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from detector.keys import make_key, save_keys
from detector.partners import read_partners_file
from detector.settings import DEFAULT
from service.app import create_app
from service.background.ledger import JOBS, Ledger
from service.background.worker import Worker
from service.corpora import Corpora, beside
from service.delivery import outbox
from service.delivery.config import read_targets
from service.watches import rows
from service.watches.query import Query
from tests.service.newsroom import HARBOUR, MILL
from tests.service.receiver import Receiver, delivery_file, receiving

SECRET = "a secret of this test"
OURS, THEIRS = "Bend Courier", "Lindmoor Post"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def delivery(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DESK_SECRET", SECRET)
    slack = tmp_path / "slack"
    slack.write_text(f"{receiver.origin}/services/T/B\n")
    slack.chmod(0o600)
    file = tmp_path / "delivery.toml"
    more = '[[slack]]\nname = "desk"\naddresses = ["127.0.0.1"]\nurl_file = "slack"\n'
    file.write_text(delivery_file(receiver, more))
    return str(file)


@pytest.fixture
def index(tmp_path: Path) -> str:
    return str(tmp_path / "news.db")


@pytest.fixture
def partners(tmp_path: Path) -> str:
    file = tmp_path / "partners.toml"
    file.write_text(f'[[licence]]\noutlet = "{OURS}"\nscope = "full"\n')
    return str(file)


@pytest.fixture
def desk(index: str, delivery: str, partners: str) -> FlaskClient:
    app = create_app(index=index, delivery=delivery, partners=partners)
    app.testing = True
    return app.test_client()


@pytest.fixture
def worker(index: str, delivery: str, partners: str) -> Worker:
    corpora = Corpora(DEFAULT, index=index, partners=read_partners_file(partners))
    return Worker(corpora, Ledger(beside(index, JOBS)), read_targets(delivery))


def told(answer: TestResponse) -> dict[str, Any]:
    assert isinstance(answer.json, dict)
    return answer.json


def watch(desk: FlaskClient, /, **asked: Any) -> dict[str, Any]:
    answer = desk.post("/v1/watches", json={"name": "Ours", **asked})
    assert answer.status_code == 201, answer.text
    return told(answer)


def put(desk: FlaskClient, name: str, text: str = MILL, **more: Any) -> None:
    assert desk.put(f"/v1/documents/{name}", json={"text": text, **more}).status_code in (200, 201)


def reprint(desk: FlaskClient) -> None:
    put(
        desk, "ours", outlet=OURS, url="https://bend.example/1", published_at="2025-03-01T08:00:00Z"
    )
    credit = f"LINDMOOR — {OURS} reported on Friday.\n\n"
    put(desk, "theirs", credit + MILL, outlet=THEIRS, published_at="2025-03-02T08:00:00Z")


def look(worker: Worker) -> None:
    while worker.look():
        pass


def send_all(worker: Worker, receiver: Receiver, number: int) -> list[dict[str, Any]]:
    worker.deliver()
    return [got.event for got in receiver.wait_for(number)]


def hits(desk: FlaskClient, watch: dict[str, Any]) -> int:
    number: int = told(desk.get(watch["url"]))["hits"]
    return number


# What is told


def test_a_reprint_is_told_once_with_a_signature_and_without_the_text(
    desk: FlaskClient, worker: Worker, receiver: Receiver
) -> None:
    made = watch(desk, outlet=[OURS], webhook=f"{receiver.origin}/hook?x=1")
    reprint(desk)
    look(worker)
    (event,) = send_all(worker, receiver, 1)
    got = receiver.got[0]
    assert event["event"] == got.headers["Copydesk-Event"] == "watch.hit"
    assert event["watch"] == {"id": made["id"], "name": "Ours"}
    assert set(event["ids"]) == {"ours", "theirs"}
    assert set(event["urls"]) == {"https://bend.example/1", None}
    assert event["relation"] in ("syndicated", "identical")
    assert event["words"] > 50
    assert THEIRS in event["sentence"]
    assert "boilers" not in got.body.decode()
    assert got.path == "/hook?x=1"
    moment, mac = (part.split("=")[1] for part in got.headers["Copydesk-Signature"].split(","))
    expected = hmac.new(SECRET.encode(), f"{moment}.".encode() + got.body, hashlib.sha256)
    assert mac == expected.hexdigest()
    assert abs(int(moment) - time.time()) < 60
    look(worker)
    assert not worker.deliver()
    assert told(desk.get(made["url"]))["deliveries"] == {"waiting": 0, "sent": 1, "failed": 0}


def test_the_same_pair_is_told_again_only_when_a_text_changes(
    desk: FlaskClient, worker: Worker
) -> None:
    made = watch(desk)
    reprint(desk)
    look(worker)
    assert hits(desk, made) == 1
    put(desk, "theirs", f"{OURS} reported on Friday.\n\n" + MILL, outlet="Another Name")
    look(worker)
    assert hits(desk, made) == 2


def test_nobody_is_told_what_came_before_or_what_is_one_documents_versions(
    desk: FlaskClient, worker: Worker
) -> None:
    reprint(desk)
    made = watch(desk)
    look(worker)
    put(desk, "alone", HARBOUR)
    put(desk, "alone", HARBOUR + " The ministry was asked twice.")
    look(worker)
    assert hits(desk, made) == 0


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, 1),
        ({"outlet": [OURS]}, 1),
        ({"outlet": ["the  BEND courier"]}, 1),
        ({"outlet": ["Nobody's Paper"]}, 0),
        ({"owner": ["Nobody"]}, 0),
        ({"outlet": [OURS], "direction": "source"}, 1),
        ({"outlet": [OURS], "direction": "target"}, 0),
        ({"outlet": [THEIRS], "direction": "target"}, 1),
        ({"outlet": [THEIRS], "direction": "source"}, 0),
        ({"relation": ["excerpt", "derived"]}, 0),
        ({"min_words": 50}, 1),
        ({"min_words": 5000}, 0),
        ({"rights": ["within_terms"]}, 1),
        ({"rights": ["no_licence_on_file", "outside_terms"]}, 0),
        ({"events": ["batch.finished"]}, 0),
    ],
)
def test_a_watch_finds_what_it_asks_for_only(
    desk: FlaskClient, worker: Worker, asked: dict[str, Any], expected: int
) -> None:
    made = watch(desk, **asked)
    reprint(desk)
    look(worker)
    assert hits(desk, made) == expected


def test_what_came_in_bulk_is_told_once_its_links_are_known(
    desk: FlaskClient, worker: Worker
) -> None:
    made = watch(desk)
    many = [
        {"id": f"n{number}", "text": f"Notice {number} of the council."} for number in range(30)
    ]
    many += [{"id": "one", "text": MILL}, {"id": "two", "text": MILL}]
    lines = "".join(json.dumps(each) + "\n" for each in many)
    answer = desk.post("/v1/documents", data=lines, content_type="application/x-ndjson")
    assert [json.loads(line)["status"] for line in answer.text.splitlines()] == ["added"] * 32
    look(worker)
    assert hits(desk, made) == 0
    assert worker.relate()
    assert not worker.relate()
    look(worker)
    found = {tuple(sorted(each["ids"])) for each in all_hits(desk, made)}
    assert ("one", "two") in found
    matches = told(desk.get("/v1/documents/two/matches"))["matches"]
    assert [match["b"]["id"] for match in matches] == ["one"]


def all_hits(desk: FlaskClient, made: dict[str, Any]) -> list[dict[str, Any]]:
    read = csv.DictReader(io.StringIO(desk.get(made["csv_url"]).text))
    return [{**row, "ids": [row["id_a"], row["id_b"]]} for row in read]


def test_other_events_can_be_asked_for(
    desk: FlaskClient, worker: Worker, receiver: Receiver
) -> None:
    watch(desk, events=["batch.finished", "report.updated"], webhook=receiver.origin)
    batch = told(desk.post("/v1/batches", data="\n", content_type="application/x-ndjson"))
    worker.run_batch()
    reprint(desk)
    look(worker)
    one, other = send_all(worker, receiver, 2)
    assert (one["event"], one["batch"]["url"]) == ("batch.finished", batch["url"])
    assert one["batch"] == told(desk.get(batch["url"]))
    assert (other["event"], other["url"]) == ("report.updated", "/v1/documents/ours/matches")


def test_the_hits_of_a_day_are_a_table_that_runs_nothing(desk: FlaskClient, worker: Worker) -> None:
    made = watch(desk)
    put(desk, "=cmd|' /c calc'!A1", outlet=OURS)
    put(desk, "+copy", outlet="@SUM(1)", url="https://x.example/")
    look(worker)
    today = datetime.now(UTC).date()
    (row,) = all_hits(desk, made)
    assert {row["id_a"], row["id_b"]} == {"'=cmd|' /c calc'!A1", "'+copy"}
    assert row["at"].startswith(str(today))
    tomorrow = today + timedelta(days=1)
    empty = desk.get(made["csv_url"], query_string={"day": str(tomorrow)})
    assert empty.text.count("\r\n") == 1
    assert empty.mimetype == "text/csv"
    for wrong in ("yesterday", "2026-13-01", "20260101", ""):
        answer = desk.get(made["csv_url"], query_string={"day": wrong})
        assert (answer.status_code, told(answer)["code"]) == (400, "bad_parameter")


def test_a_long_day_is_read_in_pieces(desk: FlaskClient, worker: Worker) -> None:
    made = watch(desk)
    found = worker.watches.find("default", made["id"])
    assert found is not None
    facts = {
        **dict.fromkeys(("source", "rights", "sentence", "relation", "severity"), "x"),
        **{"ids": ["a", "b"], "urls": [None, None], "words": 9},
    }
    with worker.ledger.writing():
        for number in range(1, 1203):
            worker.watches.hit(found, number, 5000 - number, facts)
    assert len(all_hits(desk, made)) == 1202


def test_of_a_removed_text_nothing_is_left(
    desk: FlaskClient, worker: Worker, receiver: Receiver
) -> None:
    made = watch(desk, webhook=receiver.origin)
    reprint(desk)
    look(worker)
    desk.delete("/v1/documents/theirs")
    look(worker)
    assert hits(desk, made) == 0
    assert not worker.deliver()


def test_a_deleted_watch_takes_all_with_it(
    desk: FlaskClient, worker: Worker, receiver: Receiver
) -> None:
    made = watch(desk, webhook=receiver.origin)
    reprint(desk)
    look(worker)
    assert desk.delete(made["url"]).status_code == 204
    assert desk.get(made["url"]).status_code == 404
    assert told(desk.get("/v1/watches"))["watches"] == []
    assert not worker.deliver()
    assert worker.ledger.asked("SELECT count(*) FROM hit") == [(0,)]


# Sending


def test_what_is_not_taken_is_sent_again_with_the_same_id_after_growing_pauses(
    desk: FlaskClient, worker: Worker, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FIRST_PAUSE_SECONDS", 0.05)
    receiver.answers = [500, 404, f"{receiver.origin}/elsewhere", 200]
    made = watch(desk, webhook=receiver.origin)
    reprint(desk)
    look(worker)
    end = time.monotonic() + 60
    while told(desk.get(made["url"]))["deliveries"]["sent"] == 0:
        assert time.monotonic() < end
        worker.deliver()
        time.sleep(0.02)
    assert {got.path for got in receiver.got} == {"/"}  # a redirect is not followed
    assert len({got.event["id"] for got in receiver.got}) == 1
    assert len(receiver.got) == 4


def test_after_the_last_try_it_is_given_up_and_said_so(
    desk: FlaskClient, worker: Worker, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_TRIES", 1)
    receiver.answers = [503]
    made = watch(desk, webhook=receiver.origin)
    reprint(desk)
    look(worker)
    worker.deliver()
    receiver.wait_for(1)
    end = time.monotonic() + 30
    while not told(desk.get(made["url"]))["deliveries"]["failed"]:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert told(desk.get(made["url"]))["last_failure"] == "it was answered with 503"
    assert not worker.deliver()


def test_a_target_that_fails_holds_up_no_other(
    desk: FlaskClient, worker: Worker, receiver: Receiver
) -> None:
    with receiving() as silent:
        silent_url = f"http://127.0.0.1:{silent.port}/"
    watch(desk, webhook=receiver.origin, slack="desk")
    worker.ledger.changed("UPDATE watch SET asked = json_set(asked, '$.email', 'gone')")
    reprint(desk)
    look(worker)
    worker.ledger.changed(
        "INSERT INTO delivery (tenant, watch, target, event, body, at, due_at, status) "
        "SELECT tenant, watch, ?, event, body, 0, 0, 'waiting' FROM delivery LIMIT 1",
        json.dumps({"webhook": silent_url}),
    )
    send_all(worker, receiver, 2)
    assert {got.path for got in receiver.got} == {"/", "/services/T/B"}
    end = time.monotonic() + 30
    while worker.ledger.asked("SELECT count(*) FROM delivery WHERE said <> ''") != [(2,)]:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_slack_gets_a_sentence_and_no_markup(
    desk: FlaskClient, worker: Worker, receiver: Receiver
) -> None:
    watch(desk, slack="desk")
    put(desk, "ours", outlet="<!channel>", published_at="2025-03-01T08:00:00Z")
    put(desk, "theirs", outlet="A & B", published_at="2025-03-02T08:00:00Z")
    look(worker)
    worker.deliver()
    text = receiver.wait_for(1)[0].event["text"]
    assert "<" not in text
    assert "&lt;!channel&gt;" in text
    assert "A &amp; B" in text


def test_a_full_outbox_stops_looking_and_loses_nothing(
    desk: FlaskClient, worker: Worker, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "MAX_WAITING", 1)
    made = watch(desk, webhook=receiver.origin)
    reprint(desk)
    look(worker)
    put(desk, "third", outlet="Third Paper")
    look(worker)
    assert hits(desk, made) == 1
    send_all(worker, receiver, 1)
    end = time.monotonic() + 30
    while hits(desk, made) < 3:
        assert time.monotonic() < end
        look(worker)
        time.sleep(0.02)


def test_an_error_in_the_middle_writes_nothing_and_the_next_look_all(
    desk: FlaskClient, worker: Worker, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = watch(desk, webhook=receiver.origin)
    reprint(desk)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "put", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            look(worker)
    assert hits(desk, made) == 0
    look(worker)
    assert hits(desk, made) == 1
    assert worker.deliver()


# What is refused


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"outlet": "Bend Courier"}, "/outlet"),
        ({"outlet": []}, "/outlet"),
        ({"outlet": ["x" * 201]}, "/outlet"),
        ({"direction": "both"}, "/direction"),
        ({"direction": None}, "/direction"),
        ({"relation": ["copied"]}, "/relation"),
        ({"rights": ["maybe"]}, "/rights"),
        ({"min_words": 0}, "/min_words"),
        ({"events": ["all"]}, "/events"),
        ({"slack": "nobody"}, "/slack"),
        ({"email": "nobody"}, "/email"),
        ({"text": "x"}, "/text"),
        ({"name": ""}, "/name"),
        ({"name": "x" * 201}, "/name"),
    ],
)
def test_a_watch_that_makes_no_sense_is_refused(
    desk: FlaskClient, asked: dict[str, Any], pointer: str
) -> None:
    answer = desk.post("/v1/watches", json={"name": "Ours", **asked})
    assert answer.status_code == 422
    assert told(answer)["code"] in ("validation_failed", "not_configured")
    assert told(answer)["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://169.254.169.254/latest/meta-data",
        "http://desk.example",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "//127.0.0.1/",
        "http://user@127.0.0.1/",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://x\r\nHost: y/",
        "",
    ],
)
def test_an_address_that_is_not_on_the_list_is_refused(desk: FlaskClient, url: str) -> None:
    answer = desk.post("/v1/watches", json={"name": "Ours", "webhook": url})
    assert (answer.status_code, told(answer)["code"]) == (422, "url_not_allowed")


def test_too_many_watches_are_refused(desk: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_WATCHES", 1)
    watch(desk)
    answer = desk.post("/v1/watches", json={"name": "Ours"})
    assert (answer.status_code, told(answer)["code"]) == (409, "too_many_watches")


def test_without_a_partners_file_rights_cannot_be_asked_about(index: str) -> None:
    answer = (
        create_app(index=index)
        .test_client()
        .post("/v1/watches", json={"name": "Ours", "rights": ["unknown"]})
    )
    assert answer.status_code == 422
    assert told(answer)["code"] in ("validation_failed", "not_configured")


def test_another_tenants_watch_is_not_there_and_tells_nothing(
    tmp_path: Path, index: str, delivery: str, receiver: Receiver, worker: Worker
) -> None:
    wanted = {"a": ("default", ["write"]), "b": ("b", ["write"])}
    made = {name: make_key(name, *rest) for name, rest in wanted.items()}
    save_keys(tmp_path / "keys.json", [key for key, _ in made.values()])
    app = create_app(index=index, delivery=delivery, keys=str(tmp_path / "keys.json"))
    desk = app.test_client()
    heads = {name: {"Authorization": f"Bearer {secret}"} for name, (_, secret) in made.items()}
    asked = {"name": "Ours", "webhook": receiver.origin}
    one = told(desk.post("/v1/watches", json=asked, headers=heads["a"]))
    refused = desk.post("/v1/watches", json=asked, headers=heads["b"])
    assert told(refused)["code"] == "url_not_allowed"
    for method, path in (("GET", ""), ("GET", ".csv"), ("DELETE", "")):
        other = desk.open(one["url"] + path, method=method, headers=heads["b"])
        assert (other.status_code, told(other)["detail"]) == (404, "No such watch.")
    for name in ("x", "y"):
        desk.put(f"/v1/documents/{name}", json={"text": MILL}, headers=heads["b"])
    look(worker)
    assert told(desk.get(one["url"], headers=heads["a"]))["hits"] == 0


def test_a_pair_is_any_watchs_without_outlets() -> None:
    query = Query.of({"name": "All"})
    assert query.direction == "any"
    assert {"identical", "syndicated"} <= query.relations
    assert "incidental" not in query.relations
