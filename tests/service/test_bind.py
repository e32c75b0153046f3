"""Where the service agrees to listen while it has no keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from detector import loopback
from detector.errors import UsageError
from detector.keys import make_key, save_keys
from service.app import create_app

PAIR = {"a": "One text of a few words.", "b": "Another text of some words."}


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


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example:8000"},
        {"Host": "localhost.rebound.example"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "127.0.0.1:8000", "Origin": "http://127.0.0.1:9000"},
    ],
)
def test_without_keys_a_page_of_another_site_is_not_answered(headers: dict[str, str]) -> None:
    answer = create_app().test_client().post("/v1/compare", json=PAIR, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")  # type: ignore[index]


def test_without_keys_nothing_can_be_read_under_a_name_that_leads_here() -> None:
    headers = {"Host": "rebound.example:8000"}
    for address in ("/v1/status", "/", "/metrics", "/v1/documents"):
        assert create_app().test_client().get(address, headers=headers).status_code == 403, address


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "[::1]:8000"},
        {"Host": "desk"},
        {"Host": "desk.localhost:80"},
        {"Host": "localhost:8000", "Origin": "http://localhost:8000"},
    ],
)
def test_without_keys_this_machine_is_answered(headers: dict[str, str]) -> None:
    answer = create_app().test_client().post("/v1/compare", json=PAIR, headers=headers)
    assert answer.status_code == 200


def test_with_keys_any_name_is_answered(tmp_path: Path) -> None:
    key, secret = make_key("desk", "metro", ["read"])
    save_keys(tmp_path / "keys.json", [key])
    headers = {"Host": "copydesk.example", "Authorization": f"Bearer {secret}"}
    client = create_app(keys=str(tmp_path / "keys.json")).test_client()
    assert client.post("/v1/compare", json=PAIR, headers=headers).status_code == 200
