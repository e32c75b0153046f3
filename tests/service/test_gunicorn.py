"""The service as it runs: gunicorn in front, sockets, signals, requests that are no HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path

import pytest

from service.body import MAX_BYTES
from tests.service.newsroom import HARBOUR, MILL
from tests.service.server import ask, children, end, free_port, running, start


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with running(COPYDESK_AGAINST=str(folder)) as (port, _):
        yield port


@dataclass(frozen=True)
class Told:
    """A problem as it came over the wire, when, and what came behind it."""

    status: int
    code: str
    detail: str
    seconds: float
    rest: bytes


def send(port: int, *pieces: bytes) -> Told:
    """Send bytes as they are, read the problem they get, wait until the server hangs up."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as raw:
        with suppress(ConnectionError):  # it may answer and hang up before it has everything
            for piece in pieces:
                raw.sendall(piece)
        answer = HTTPResponse(raw)
        answer.begin()
        told = json.loads(answer.read())
        seconds = time.monotonic() - begun
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["X-Request-Id"] == told["request_id"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        rest = b""
        with suppress(ConnectionError):
            rest = raw.recv(1 << 16)
    return Told(answer.status, told["code"], told["detail"], seconds, rest)


def head(*lines: str) -> bytes:
    start = ["POST /v1/check HTTP/1.1", "Host: x", "Content-Type: text/plain", "Connection: close"]
    return "\r\n".join([*start, *lines, "", ""]).encode()


def test_calls_are_answered(port: int) -> None:
    status, report = ask(port, "POST", "/v1/check", {"text": MILL})
    assert status == 200
    assert [match["b"]["id"] for match in report["matches"]] == ["mill.txt"]
    status, pair = ask(port, "POST", "/v1/compare", {"a": MILL, "b": HARBOUR})
    assert (status, pair["relation"]) == (200, "independent")


def test_a_connection_serves_several_requests(port: int) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    for _ in range(3):
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        assert not answer.will_close
    connection.close()


def test_announced_body_beyond_the_limit_is_refused_before_it_is_sent(port: int) -> None:
    told = send(port, head(f"Content-Length: {26 << 20}"))
    assert (told.status, told.code) == (413, "body_too_large")
    assert told.seconds < 1


@pytest.mark.parametrize("size", [26, 100])
def test_chunked_body_beyond_the_limit_is_cut_off(port: int, size: int) -> None:
    piece = b"10000\r\n" + b"a " * (1 << 15) + b"\r\n"
    told = send(port, head("Transfer-Encoding: chunked"), *[piece] * (size << 4), b"0\r\n\r\n")
    assert (told.status, told.code) == (413, "body_too_large")
    assert told.detail == f"Body is larger than {MAX_BYTES} bytes."
    assert told.seconds < 3


def test_chunked_body_within_the_limit_is_read(port: int) -> None:
    data = json.dumps({"text": MILL}).encode()
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    pieces = (data[at : at + 7] for at in range(0, len(data), 7))
    connection.request(
        "POST", "/v1/check", pieces, {"Content-Type": "application/json"}, encode_chunked=True
    )
    answer = connection.getresponse()
    assert answer.status == 200
    assert json.loads(answer.read())["total"] == 1
    connection.close()


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: 4", "Transfer-Encoding: chunked"],
        ["Content-Length: 4", "Content-Length: 5"],
        ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: gzip"],
        ["Content-Length: -4"],
    ],
)
def test_conflicting_lengths_are_refused_and_nothing_after_them_is_run(
    port: int, lines: list[str]
) -> None:
    smuggled = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    told = send(port, head(*lines), smuggled)
    assert (told.status, told.code) == (400, "bad_framing")
    assert told.detail == "Conflicting message length."
    assert told.rest == b""


@pytest.mark.parametrize(
    ("request_", "status", "code"),
    [
        (head(*(f"X-{number}: 1" for number in range(101))), 431, "headers_too_large"),
        (head(f"X: {'x' * 9216}"), 431, "headers_too_large"),
        (b"GET /" + b"x" * 5120 + b" HTTP/1.1\r\n\r\n", 414, "headers_too_large"),
        (b"nonsense\r\n\r\n", 400, "bad_framing"),
        (b"GET / HTTP/9.9\r\n\r\n", 400, "bad_framing"),
        (head("Expect: a miracle"), 400, "bad_framing"),
        (head("Transfer-Encoding: chunked, sideways"), 400, "bad_framing"),
        (head("Transfer-Encoding: chunked") + b"xyz\r\n\r\n", 400, "bad_framing"),
        (head("X-Forwarded-Proto: https", "X-Forwarded-Ssl: off"), 400, "bad_framing"),
        (head("SCRIPT_NAME: /elsewhere", "Content-Length: 0"), 422, "no_text"),
    ],
    ids=[
        "many headers",
        "long header",
        "long line",
        "nonsense",
        "version",
        "expect",
        "coding",
        "chunk",
        "scheme",
        "script name",
    ],
)
def test_what_is_no_sound_http_gets_a_problem_too(
    port: int, request_: bytes, status: int, code: str
) -> None:
    told = send(port, request_)
    assert (told.status, told.code) == (status, code)


@pytest.mark.slow
def test_a_silent_client_is_told_that_its_body_did_not_arrive(port: int) -> None:
    told = send(port, head("Content-Length: 1000") + b"ten bytes.")
    assert (told.status, told.code) == (408, "request_timeout")
    assert told.seconds < 35


def test_a_stopping_server_finishes_what_it_began_and_exits_with_0(folder: Path) -> None:
    with running(COPYDESK_AGAINST=str(folder), COPYDESK_WORKERS="1") as (port, process):
        data = MILL.encode()
        raw = socket.create_connection(("127.0.0.1", port), timeout=60)
        raw.sendall(head(f"Content-Length: {len(data)}") + data[:50])
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        raw.sendall(data[50:])
        answer = HTTPResponse(raw)
        answer.begin()
        assert answer.status == 200
        raw.close()
        assert process.wait(timeout=60) == 0


def test_a_reload_loses_no_request(folder: Path) -> None:
    """SIGHUP while six clients ask without pause, on new connections and on kept ones."""
    with running(COPYDESK_AGAINST=str(folder)) as (port, process):
        stop, failed, answered = threading.Event(), list[str](), list[int]()

        def one_after_the_other() -> None:
            while not stop.is_set():
                try:
                    answered.append(ask(port, "GET", "/healthz")[0])
                    answered.append(ask(port, "POST", "/v1/check", {"text": MILL})[0])
                except (OSError, HTTPException) as error:
                    failed.append(repr(error))

        clients = [threading.Thread(target=one_after_the_other) for _ in range(6)]
        for client in clients:
            client.start()
        for _ in range(3):
            time.sleep(0.5)
            process.send_signal(signal.SIGHUP)
        time.sleep(2)
        stop.set()
        for client in clients:
            client.join()
        assert not failed
        assert set(answered) == {200}
        assert len(answered) > 50


def test_all_processes_count_together(folder: Path) -> None:
    with running(COPYDESK_AGAINST=str(folder)) as (port, _):
        for _ in range(20):
            ask(port, "GET", "/readyz")
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(3):
            connection.request("GET", "/metrics")
            page = connection.getresponse().read().decode()
            assert 'copydesk_requests_total{method="GET",route="/readyz",status="200"} 20.0' in page
        connection.close()


def test_a_dozen_who_never_finish_their_headers_stop_nobody(port: int) -> None:
    slow = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(12)]
    for each in slow:
        each.sendall(b"POST /v1/check HTTP/1.1\r\nHost")
    begun = time.monotonic()
    assert ask(port, "POST", "/v1/check", {"text": MILL})[0] == 200
    assert time.monotonic() - begun < 5
    slow[0].settimeout(20)
    with suppress(ConnectionError):
        assert slow[0].recv(1000) == b""  # hung up on, after ten seconds
    for each in slow:
        each.close()


def test_who_spoke_in_time_is_answered_though_the_server_stood_still(folder: Path) -> None:
    impatient = "--keep-alive 1"
    with running(GUNICORN_CMD_ARGS=impatient, COPYDESK_AGAINST=str(folder)) as (port, process):
        new, kept = (HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(2))
        kept.request("GET", "/healthz")
        assert kept.getresponse().read()
        new.connect()
        time.sleep(0.3)  # both are waited for by now
        processes = [process.pid, *children(process.pid)]
        for pid in processes:
            os.kill(pid, signal.SIGSTOP)
        for client in new, kept:
            client.request("GET", "/healthz")
        time.sleep(1.5)
        for pid in processes:
            os.kill(pid, signal.SIGCONT)
        assert [client.getresponse().status for client in (new, kept)] == [200, 200]
        new.close()
        kept.close()


@pytest.mark.parametrize("pause", [0.0, 0.05, 0.1])
def test_a_service_may_be_stopped_while_it_starts(folder: Path, pause: float) -> None:
    port = free_port()
    process = start(COPYDESK_BIND=f"127.0.0.1:{port}", COPYDESK_AGAINST=str(folder))
    assert process.stderr
    for line in process.stderr:
        if "Booting worker" in line:
            break
    time.sleep(pause)
    told = end(process)
    assert process.returncode == 0
    assert "error" not in [json.loads(line)["level"] for line in told.splitlines()]


def test_every_line_of_the_log_is_json(folder: Path) -> None:
    with running(stderr=subprocess.PIPE, COPYDESK_AGAINST=str(folder)) as (port, process):
        send(port, b"GET /\x1b[2J HTTP/1.1\r\nX: \xe2\x80\xa8\r\n\r\n{}")
        send(port, b'nonsense {"at": 1}\r\n\r\n')
        ask(port, "DELETE", "/v1/check?secret-name")
        told = end(process)
    lines = [json.loads(line) for line in told.splitlines()]
    assert all({"at", "level"} <= set(line) for line in lines)
    assert any(line.get("route") == "/healthz" for line in lines)
    assert "secret-name" not in told
    assert [line["status"] for line in lines if "status" in line].count(405) == 1
    assert "\x1b" not in told


@pytest.mark.parametrize(
    ("more", "bind"),
    [
        ((), "0.0.0.0:{}"),
        ((), "[::]:{}"),
        ((), "news.example:{}"),
        (("--bind", "0.0.0.0:{}"), "127.0.0.1:{}"),
    ],
)
def test_the_server_does_not_start_where_others_could_reach_it(
    more: tuple[str, ...], bind: str, tmp_path: Path
) -> None:
    port, folder = str(free_port()), str(tmp_path)
    said = [each.format(port) for each in more]
    process = start(*said, COPYDESK_BIND=bind.format(port), TMPDIR=folder)
    _, told = process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    assert "without keys only a loopback address may be served" in told
    assert not list(tmp_path.iterdir())  # nor does it leave anything behind


@pytest.mark.parametrize("number", ["0", "-1", "many", "1e3", "257"])
def test_a_senseless_number_of_workers_is_refused(number: str) -> None:
    process = start(COPYDESK_WORKERS=number)
    _, told = process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    assert "COPYDESK_WORKERS must be a whole number from 1 to 256" in told
