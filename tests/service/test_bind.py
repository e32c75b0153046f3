"""Where the service agrees to listen while it has no keys."""

from __future__ import annotations

import pytest

from detector import loopback
from detector.errors import UsageError
from service.app import create_app


@pytest.mark.parametrize(
    "bind",
    [
        loopback.DEFAULT,
        "127.0.0.1",
        "127.8.8.8:1",
        "[::1]:8000",
        "[::1]",
        "localhost:80",
        "127.0.0.1:8000, [::1]:8000",
    ],
)
def test_loopback_is_fine(bind: str) -> None:
    loopback.require(bind)


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [("localhost:80", "localhost", 80), ("127.0.0.1", "127.0.0.1", 0), ("[::1]", "::1", 0)],
)
def test_an_address_is_taken_apart(address: str, host: str, port: int) -> None:
    assert loopback.host_and_port(address) == (host, port)


@pytest.mark.parametrize(
    "bind",
    [
        "0.0.0.0:8000",
        "[::]:8000",
        "8000",
        "192.168.1.4:8000",
        "news.example:8000",
        "localhost.example:8000",
        "127.0.0.1.example:8000",
        "127.1:8000",
        "127.0.0.1:8000,0.0.0.0:8000",
    ],
)
def test_what_others_could_reach_is_refused(bind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    is_refused(bind, "without keys only a loopback address may be served", monkeypatch)


@pytest.mark.parametrize(
    "bind",
    [
        ":::8000",
        "::",
        ":8000",
        "",
        "127.0.0.1:8000,",
        "127.0.0.1:",
        "127.0.0.1:١",
        "[127.0.0.1]:8000",
        "[::ffff:127.0.0.1]:8000",
        "127.0.0.1:8000\n0.0.0.0",
        "unix:/tmp/copydesk",
        "fd://3",
    ],
)
def test_what_is_no_address_is_refused(bind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    is_refused(bind, "an address is HOST:PORT, such as 127.0.0.1:8000, not ", monkeypatch)


def is_refused(bind: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=message):
        loopback.require(bind)
    monkeypatch.setenv("COPYDESK_BIND", bind)
    with pytest.raises(UsageError) as caught:
        create_app()
    assert caught.value.code == "bad_config"
