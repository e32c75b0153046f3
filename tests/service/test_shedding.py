"""A flood: who cannot be served is told so at once, and those who hold still stop nobody."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.line import PLACES, Line
from service.shedding import MOST_BYTES, Seen, read_request
from tests.service.newsroom import MILL
from tests.service.server import ask, end, free_port, running, start
from tests.service.test_background import until
from tests.service.test_nginx import NAME, certificate

BODY = b'{"text": "A text."}'
HEAD = b"POST /v1/check HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n" % len(BODY)


@pytest.fixture(scope="module")
def full(folder: Path) -> Iterator[int]:
    app = "tests.service.full_app:create_app()"
    with running(app=app, COPYDESK_AGAINST=str(folder)) as (port, _):
        yield port


def raw(port: int, *pieces: bytes) -> HTTPResponse:
    """The answer to bytes that are sent as they are, with rests between the pieces."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        for number, piece in enumerate(pieces):
            time.sleep(0.1 * bool(number))
            client.sendall(piece)
        answer = HTTPResponse(client)
        answer.begin()
    return answer  # which holds the connection until it is read


def test_who_finds_no_place_is_told_when_to_come_back(full: int) -> None:
    answer = raw(full, HEAD + b"X-Request-Id: desk-7\r\n\r\n" + BODY)
    told = json.loads(answer.read())
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["Connection"] == "close"
    assert answer.headers["X-Request-Id"] == told["request_id"] == "desk-7"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (told["code"], told["retryable"]) == ("overloaded", True)


def test_a_refusal_is_the_same_however_the_request_comes(full: int) -> None:
    request = HEAD + b"\r\n" + BODY
    chunked = b"POST /v1/check HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    ways = [
        (request,),
        (request[:30], request[30:]),  # a thread reads and refuses it
        (request[:-5], request[-5:]),
        (b"", request),
        (chunked + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY),),
    ]
    told = []
    for pieces in ways:
        answer = raw(full, *pieces)
        problem = json.loads(answer.read())
        problem.pop("request_id")
        told.append((answer.status, problem, answer.headers["Retry-After"]))
    assert all(each == told[0] for each in told)
    assert told[0][0] == 503


def test_health_pages_and_what_is_no_call_are_answered_as_ever(full: int) -> None:
    assert ask(full, "GET", "/healthz")[0] == 200
    assert ask(full, "GET", "/readyz")[0] == 200
    assert ask(full, "GET", "/v1/nothing")[0] == 404
    assert ask(full, "PATCH", "/v1/check")[0] == 405
    connection = HTTPConnection("127.0.0.1", full, timeout=20)
    connection.request("GET", "/")
    page = connection.getresponse()
    assert page.status == 503
    assert page.headers["Content-Type"].startswith("text/html")
    connection.close()


def test_a_refusal_is_counted_and_logged(folder: Path) -> None:
    app = "tests.service.full_app:create_app()"
    with running(app=app, stderr=subprocess.PIPE, COPYDESK_AGAINST=str(folder)) as (port, process):
        for _ in range(5):
            raw(port, HEAD + b"\r\n" + BODY).read()
        until(lambda: 'method="POST",route="/v1/check",status="503"} 5.0' in metrics(port))
        lines = [json.loads(line) for line in end(process).splitlines()]
    refused = [line for line in lines if line.get("status") == 503]
    assert [line["route"] for line in refused] == ["/v1/check"] * 5
    assert all(line["bytes_out"] > 0 for line in refused)


def metrics(port: int) -> str:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/metrics")
    counted = connection.getresponse().read().decode()
    connection.close()
    return counted


def test_who_does_not_hang_up_keeps_nobody_waiting(folder: Path) -> None:
    with running(COPYDESK_AGAINST=str(folder)) as (port, _):
        head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        lingering = [raw(port, head) for _ in range(8)]
        begun = time.monotonic()
        for _ in range(4):
            assert ask(port, "POST", "/v1/check", {"text": MILL})[0] == 200
        assert time.monotonic() - begun < 1.5
        assert {answer.status for answer in lingering} == {200}


def test_gunicorn_may_end_tls_itself(folder: Path, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl, which is not installed")
    trust = certificate(tmp_path)
    files = f"--certfile {tmp_path}/copydesk.crt --keyfile {tmp_path}/copydesk.key"
    port = free_port()
    process = start(
        COPYDESK_BIND=f"127.0.0.1:{port}",
        COPYDESK_AGAINST=str(folder),
        GUNICORN_CMD_ARGS=files,
        stderr=subprocess.DEVNULL,
    )
    try:
        for pause in (0.0, 0.2, 0.0):
            with trust.wrap_socket(connected(port), server_hostname=NAME) as client:
                time.sleep(pause)
                client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                assert client.recv(100).startswith(b"HTTP/1.1 200")
    finally:
        end(process)


def connected(port: int) -> socket.socket:
    """A connection, once the service listens."""
    for _ in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=20)
        except ConnectionError:
            time.sleep(0.1)
    raise TimeoutError("the service does not listen")


def test_who_comes_together_does_not_fill_the_line_twice() -> None:
    line = Line()
    line.enter()
    line.expect(PLACES)
    assert line.refusal() is not None
    line.expect(-PLACES)
    assert line.refusal() is None


@pytest.mark.parametrize(
    "request_",
    [
        HEAD + b"\r\n" + BODY[:-1],
        HEAD + b"\r\n" + BODY + b"GET /",
        HEAD + b"Content-Length: 1\r\n\r\n" + BODY,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + BODY,
        HEAD + b"Expect: 100-continue\r\n\r\n" + BODY,
        HEAD.replace(b"/v1/check", b"/check") + b"\r\n" + BODY,
        HEAD.replace(b"HTTP/1.1", b"HTTP/1.0") + b"\r\n" + BODY,
        HEAD.replace(b"Content-Length: ", b"Content-Length: +") + b"\r\n" + BODY,
        b"",
    ],
)
def test_what_wants_a_closer_look_is_left_to_a_thread(request_: bytes) -> None:
    assert read_request(request_) is None


@pytest.mark.parametrize("name", [b"X-Request-Id", b"Content-Length", b"Expect", b"X"])
@pytest.mark.parametrize("bait", [b" ", b"a", b"1", b"\r", b"\n", b"\r\n", b" a", b": "])
def test_no_header_holds_up_the_loop(name: bytes, bait: bytes) -> None:
    value = b"1" + (bait * MOST_BYTES)[:MOST_BYTES]
    begun = time.process_time()
    read_request(HEAD + name + b": " + value + b"x\r\n\r\n" + BODY)
    read_request(HEAD + name + b": " + value)
    assert time.process_time() - begun < 0.2


@given(st.binary(max_size=300))
def test_no_bytes_break_the_look(noise: bytes) -> None:
    assert read_request(noise) is None
    seen = read_request(HEAD + b"X-Request-Id: " + noise.replace(b"\n", b"") + b"\r\n\r\n" + BODY)
    assert seen is None or seen.path == "/v1/check"


def test_a_question_and_its_address_are_told_apart() -> None:
    assert read_request(b"GET /v1/documents?limit=2 HTTP/1.1\r\nHost: x\r\n\r\n") == Seen(
        "GET", "/v1/documents", ""
    )
