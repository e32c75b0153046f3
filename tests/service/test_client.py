"""The client against the running service, and against one that is busy, slow to store or gone."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from detector.client import ATTEMPTS, Client, ServiceError
from detector.keys import make_key, save_keys
from tests.service.newsroom import HARBOUR, MILL
from tests.service.server import running


@pytest.fixture(scope="module")
def desk(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    where = tmp_path_factory.mktemp("client")
    key, secret = make_key("desk", "default", ["write"])
    save_keys(where / "keys", [key])
    with running(
        COPYDESK_AGAINST=str(folder),
        COPYDESK_INDEX=str(where / "n.db"),
        COPYDESK_KEYS=str(where / "keys"),
        COPYDESK_RATE="1000",
    ) as (port, _):
        yield Client(f"http://127.0.0.1:{port}", secret)


def test_texts_are_checked_and_compared(desk: Client) -> None:
    assert [match["b"]["id"] for match in desk.check(MILL)["matches"]] == ["mill.txt"]
    assert desk.check({"text": HARBOUR, "outlet": "Dock News"}, min_words=5)["total"] == 1
    assert desk.compare(MILL, {"text": MILL})["relation"] == "identical"


def test_documents_are_stored_listed_and_removed(desk: Client) -> None:
    names = [f"bend/{number} ?#%" for number in range(3)]
    for name in names:
        assert desk.add({"id": name, "text": MILL})["status"] == "added"
    assert desk.get(names[0])["text"] == MILL
    assert {each["id"] for each in desk.documents()} == set(names)
    assert {each["relation"] for each in desk.matches(names[0])} == {"identical"}
    for name in names:
        desk.remove(name)
    assert list(desk.documents()) == []
    with pytest.raises(ServiceError) as gone:
        desk.get(names[0])
    assert (gone.value.status, gone.value.code) == (404, "not_found")


def test_a_report_is_kept_and_fetched_as_a_page(desk: Client) -> None:
    told = desk.check(MILL, keep_report_days=1, quotes="all", ignore=["id: harbour.txt"])
    assert desk.report(told["report_id"]) == told
    assert desk.report_as(told["report_id"], "csv").startswith(b"a,b,relation")
    page = desk.report_as(told["report_id"], "html", language="uk").decode()
    assert page.startswith("<!doctype html>")
    assert '<html lang="uk">' in page
    with pytest.raises(ServiceError) as gone:
        desk.report("../documents?")
    assert gone.value.status == 404


def test_what_two_documents_share_is_decided_about(desk: Client) -> None:
    for name in ("a/1", "b/2"):
        desk.add({"id": name, "text": MILL})
    (match,) = desk.matches("a/1")
    made = desk.decide("a/1", "b/2", "dismissed", "Licensed.", finding=match["finding"])
    assert (made["decision"], made["by"]) == ("dismissed", "desk")
    desk.decide("b/2", "a/1", "open")
    assert [each["decision"] for each in desk.decisions()] == ["open", "dismissed"]
    with pytest.raises(ServiceError) as changed:
        desk.decide("a/1", "b/2", "confirmed", finding="another")
    assert (changed.value.status, changed.value.code) == (409, "finding_changed")
    for name in ("a/1", "b/2"):
        desk.remove(name)


def test_a_batch_is_sent_waited_for_fetched_and_purged(desk: Client) -> None:
    texts = [{"id": "x", "text": MILL}, {"id": "y\u2028", "text": MILL}]
    made = desk.start_batch(texts, min_words=5, once="monday")
    assert desk.start_batch(texts, min_words=5, once="monday")["id"] == made["id"]
    while desk.batch(made["id"])["status"] in ("queued", "running"):
        time.sleep(0.1)
    (pair,) = desk.batch_result(made["id"])
    assert (pair["relation"], pair["b"]["id"]) == ("identical", "y\u2028")
    assert [each["id"] for each in desk.batches()] == [made["id"]]
    desk.purge_batch(made["id"])
    with pytest.raises(ServiceError) as purged:
        desk.batch_result(made["id"])
    assert (purged.value.status, purged.value.code) == (410, "purged")


def test_a_wrong_key_is_told_and_never_shown(desk: Client) -> None:
    stranger = Client(desk.url, "cd_stranger")
    with pytest.raises(ServiceError) as refused:
        stranger.check(MILL)
    assert (refused.value.status, refused.value.code) == (401, "unauthorized")
    assert "cd_stranger" not in repr(stranger) + str(refused.value)


class Busy(BaseHTTPRequestHandler):
    """Answers as ``script`` says, one after the other, and remembers what it was sent."""

    script: list[tuple[int, dict[str, str], bytes]]
    seen: list[str | None]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append(self.headers["Idempotency-Key"])
        status, headers, body = self.script.pop(0)
        if not status:  # hangs up, perhaps in the middle of its headers
            self.wfile.write(body)
            return
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def busy() -> Iterator[tuple[Client, list[float]]]:
    Busy.script, Busy.seen = [], []
    server = HTTPServer(("127.0.0.1", 0), Busy)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    slept: list[float] = []
    yield Client(f"http://127.0.0.1:{server.server_port}", sleep=slept.append), slept
    server.shutdown()
    thread.join()
    server.server_close()


FULL = (503, {"Retry-After": "2"}, b'{"code": "overloaded", "detail": "Try again in 2 s."}')


def test_what_may_succeed_later_is_asked_again_under_one_name(
    busy: tuple[Client, list[float]],
) -> None:
    client, slept = busy
    Busy.script = [
        FULL,
        (0, {}, b""),
        (0, {}, b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"),
        (429, {"Retry-After": "1"}, b"{}"),
        (201, {}, b'{"id": "x"}'),
    ]
    assert client.add({"text": MILL}) == {"id": "x"}
    assert slept == [2.0, 0.4, 0.8, 1.0]
    assert len(Busy.seen) == 5
    assert len(set(Busy.seen)) == 1
    assert Busy.seen[0]


def test_a_decision_is_sent_again_only_where_it_was_not_taken(
    busy: tuple[Client, list[float]],
) -> None:
    client, slept = busy
    Busy.script = [FULL, (201, {}, b'{"seq": 1}')]
    assert client.decide("a", "b", "open") == {"seq": 1}
    Busy.script = [(0, {}, b"")]
    with pytest.raises(ServiceError) as failed:
        client.decide("a", "b", "open")
    assert (failed.value.status, slept) == (0, [2.0])


@pytest.mark.parametrize("answer", [(400, {}, b"{}"), (500, {}, b"<html>"), (507, {}, b"[]")])
def test_what_cannot_succeed_later_is_not(
    busy: tuple[Client, list[float]], answer: tuple[int, dict[str, str], bytes]
) -> None:
    client, slept = busy
    Busy.script = [answer]
    with pytest.raises(ServiceError) as failed:
        client.add({"text": MILL}, once="order-17")
    assert failed.value.status == answer[0]
    assert (slept, Busy.seen) == ([], ["order-17"])


def test_it_gives_up_in_the_end_and_says_why(busy: tuple[Client, list[float]]) -> None:
    client, slept = busy
    Busy.script = [FULL] * ATTEMPTS
    with pytest.raises(ServiceError, match="Try again in 2 s") as failed:
        client.check(MILL)
    assert (failed.value.code, len(slept)) == ("overloaded", ATTEMPTS - 1)
    Busy.script = [(503, {"Retry-After": "3600"}, json.dumps({"detail": "Later."}).encode())]
    with pytest.raises(ServiceError, match="Later"):
        client.check(MILL)


def test_nobody_there_is_an_error_too() -> None:
    with pytest.raises(ServiceError) as failed:
        Client("http://127.0.0.1:1", sleep=lambda _: None).get("x")
    assert (failed.value.status, failed.value.code) == (0, "unreachable")
