"""Sending: only where it may go, never further, never for long; the file that says where."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import UsageError
from service.delivery import post as posting
from service.delivery.config import Email, Targets, origin_of, read_targets
from service.delivery.post import Undeliverable, is_public, post, resolve
from service.delivery.senders import send, signature
from tests.service.receiver import receiving

HERE = frozenset({"127.0.0.1"})


# Where it may go


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::",
    ],
)  # fmt: skip
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_one_private_address_among_others_spoils_all(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", (address, 443)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(Undeliverable, match=r"10\.0\.0\.1 is the address of a private network"):
        resolve("desk.example", 443, frozenset())
    assert resolve("desk.example", 443, {"10.0.0.1"}) == "8.8.8.8"


def test_the_address_that_was_looked_at_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def change_after_the_first(host: str, *more: Any, **named: Any) -> Any:
        asked.append(host)
        return look_up("127.0.0.1" if host == "desk.invalid" else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", change_after_the_first)
    with receiving() as receiver:
        post(f"http://desk.invalid:{receiver.port}/x", b"{}", {}, HERE)
        assert asked.count("desk.invalid") == 1
        assert receiver.got[0].headers["Host"] == f"desk.invalid:{receiver.port}"


def test_nothing_is_sent_to_a_private_address_that_is_not_listed() -> None:
    with receiving() as receiver:
        with pytest.raises(Undeliverable, match="private network"):
            post(f"{receiver.origin}/", b"{}", {}, frozenset())
        assert receiver.got == []


def test_a_redirect_is_a_refusal() -> None:
    with receiving() as elsewhere, receiving(f"{elsewhere.origin}/") as receiver:
        with pytest.raises(Undeliverable, match="answered with 307"):
            post(f"{receiver.origin}/", b"{}", {}, HERE)
        assert elsewhere.got == []


def test_over_tls_the_receiver_must_be_who_its_name_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not shutil.which("openssl"):
        pytest.skip("needs the openssl command to make a certificate")
    key, proof = str(tmp_path / "key.pem"), str(tmp_path / "proof.pem")
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name]
    subprocess.run([*made, "-keyout", key, "-out", proof], check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(proof, key)
    allowed = frozenset({"127.0.0.1", "::1"})
    look_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda _, *more, **named: look_up("127.0.0.1", *more, **named)
    )
    with receiving(tls=tls) as receiver:
        url = f"https://localhost:{receiver.port}/x"
        with pytest.raises(Undeliverable, match="no answer"):  # nobody vouches for it
            post(url, b"{}", {}, allowed)
        monkeypatch.setenv("SSL_CERT_FILE", proof)
        post(url, b"{}", {}, allowed)
        with pytest.raises(Undeliverable, match="no answer"):
            post(url.replace("localhost", "other.example"), b"{}", {}, allowed)
        assert [got.path for got in receiver.got] == ["/x"]


@contextmanager
def answering(*pieces: bytes, pause_seconds: float = 0.0) -> Iterator[int]:
    """A server that sends these pieces to whoever connects, with pauses."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                for piece in pieces:
                    self.request.sendall(piece)
                    time.sleep(pause_seconds)
            except OSError:
                return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_one_who_answers_a_byte_at_a_time_is_hung_up_on(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setattr(posting, "DEADLINE_SECONDS", 0.5)
    drip = b"HTTP/1.1 200 " + b"O" * 1000
    with answering(*(drip[at : at + 1] for at in range(1000)), pause_seconds=0.1) as port:
        begun = time.monotonic()
        with pytest.raises(Undeliverable, match="no answer"):
            post(f"{scheme}://127.0.0.1:{port}/", b"{}", {}, HERE)
        assert time.monotonic() - begun < 20


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x" * 99_999])
def test_one_who_talks_nonsense_is_no_receiver(said: bytes) -> None:
    with answering(said) as port, pytest.raises(Undeliverable, match="no answer"):
        post(f"http://127.0.0.1:{port}/", b"{}", {}, HERE)


def test_nobody_there_no_such_host_and_too_much_to_say_are_told_apart() -> None:
    with receiving() as receiver:
        gone = receiver.origin
    for url, body, why in (
        (gone, b"{}", "no answer"),
        ("http://no.such.host.invalid/", b"{}", "has no address"),
        (gone, b"x" * (posting.MAX_BODY_BYTES + 1), "too large"),
    ):
        with pytest.raises(Undeliverable, match=why):
            post(url, body, {}, HERE)


@given(st.binary(max_size=100), st.binary(min_size=1, max_size=40), st.integers(0, 2**33))
def test_the_signature_is_the_hmac_of_time_and_body(body: bytes, secret: bytes, at: int) -> None:
    # Written out after RFC 2104.
    key = secret.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in key) + str(at).encode() + b"." + body)
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in key) + inner.digest()).hexdigest()
    assert signature(secret, at, body) == f"t={at},v1={outer}"
    assert hmac.compare_digest(signature(secret, at, body), f"t={at},v1={outer}")


# E-mail


@contextmanager
def mail_server(refuse: bool = False) -> Iterator[tuple[int, list[str]]]:
    """A server that speaks just enough SMTP, and the messages it took."""
    taken: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = list(iter(self.rfile.readline, b".\r\n"))
                    taken.append(b"".join(lines).decode())
                self.wfile.write(b"550 no\r\n" if refuse and verb == b"RCPT" else b"250 ok\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_address[1], taken
        server.shutdown()
        thread.join()


def mail_targets(port: int) -> Targets:
    to = ("night@desk.example", "day@desk.example")
    email = Email("127.0.0.1", port, "none", None, None, "copydesk@desk.example", to)
    return Targets(email={("default", "night"): email})


def test_an_email_has_the_sentence_and_no_forged_header() -> None:
    event = {
        "id": 7,
        "event": "watch.hit",
        "sentence": "Night Post\r\nBcc: all@desk.example printed it.",
        "urls": ["https://x.example/1", None],
    }
    with mail_server() as (port, taken):
        send(mail_targets(port), "default", {"email": "night"}, event)
    head, body = taken[0].split("\r\n\r\n", 1)
    assert "To: night@desk.example, day@desk.example" in head
    assert "Message-ID: <7@copydesk.invalid>" in head
    assert not any(line.startswith("Bcc") for line in head.splitlines())
    assert "https://x.example/1" in body


def test_a_mail_server_that_refuses_is_tried_again_later() -> None:
    event = {"id": 7, "event": "watch.hit", "sentence": "x"}
    with mail_server(refuse=True) as (port, taken), pytest.raises(Undeliverable):
        send(mail_targets(port), "default", {"email": "night"}, event)
    assert taken == []


@pytest.mark.parametrize(
    "target", [{"webhook": "https://desk.example/"}, {"slack": "desk"}, {"email": "night"}]
)
def test_a_target_that_was_taken_out_of_the_file_gets_nothing(target: dict[str, str]) -> None:
    with pytest.raises(Undeliverable):
        send(Targets(), "default", target, {"id": 1, "event": "watch.hit"})


# The delivery file


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESK", " from the environment \n")
    monkeypatch.setenv("SLACK", "https://hooks.slack.example/services/T/B")
    monkeypatch.setenv("EMPTY", "")
    (tmp_path / "secret").write_text("from a file\n")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "open").write_text("for all to see")
    (tmp_path / "open").chmod(0o644)
    return tmp_path / "delivery.toml"


def test_a_delivery_file_says_whom_each_tenant_may_tell(file: Path) -> None:
    file.write_text(
        '[[webhook]]\norigin = "https://Desk.example"\nsecret_env = "DESK"\n'
        'addresses = ["10.0.0.7", "fd00:0::1"]\n'
        '[[webhook]]\norigin = "https://desk.example/"\nsecret_file = "secret"\ntenant = "metro"\n'
        '[[slack]]\nname = "desk"\nurl_env = "SLACK"\n'
        '[[email]]\nname = "night"\nhost = "mail.example"\nuser = "u"\npassword_env = "DESK"\n'
        'from = "c@desk.example"\nto = "n@desk.example"\n'
    )
    targets = read_targets(str(file))
    ours = targets.webhooks["default", "https://desk.example:443"]
    assert (ours.secret, ours.addresses) == (
        b"from the environment",
        frozenset({"10.0.0.7", "fd00::1"}),
    )
    assert targets.webhooks["metro", "https://desk.example:443"].secret == b"from a file"
    assert targets.slack["default", "desk"].url == "https://hooks.slack.example/services/T/B"
    night = targets.email["default", "night"]
    assert (night.security, night.port, night.to) == ("starttls", 587, ("n@desk.example",))
    for secret in ("environment", "from a file", "services/T/B"):
        assert secret not in repr(targets)


def hook(more: str) -> str:
    return f'[[webhook]]\norigin = "https://desk.example"\n{more}'


def mail(more: str) -> str:
    needed = 'name = "n"\nhost = "m.example"\nfrom = "c@desk.example"\nto = "n@desk.example"\n'
    return f"[[email]]\n{needed}{more}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x", "not TOML"),
        ("a = 1", "unknown key 'a'"),
        ("webhook = 1", r"write \[\[webhook\]\]"),
        (hook(""), "needs secret_env or secret_file"),
        (hook("secret_env = 'DESK'\nsecret_file = 'secret'"), "not both"),
        (hook("secret_env = 'EMPTY'"), "EMPTY is empty"),
        (hook("secret_file = 'open'"), "chmod 600"),
        (hook("secret_file = 'none'"), "cannot be read"),
        (hook("secret_env = 'DESK'\naddresses = 'here'"), "webhook 1"),
        (hook("secret_env = 'DESK'\nsecret = 'x'"), "unknown key 'secret'"),
        (hook("secret_env = 'DESK'\n" + hook("secret_env = 'DESK'")), "there twice"),
        (hook("secret_env = 'DESK'").replace(".example", ".example/x"), "no path"),
        (hook("secret_env = 'DESK'").replace("https:", "gopher:"), "http or https"),
        (hook("secret_env = 'DESK'\ntenant = 5"), "tenant takes"),
        ("[[slack]]\nname = 'x'\nurl_env = 'DESK'", "http or https"),
        (mail("security = 'no'"), "security is one of"),
        (mail("port = 0"), "port is"),
        (mail("security = 'none'\nuser = 'u'\npassword_env = 'DESK'"), "not sent without tls"),
        (mail("user = 'u'"), "needs password_env or password_file"),
        (mail("").replace("to = ", "to = []\n#"), "to takes 1 to 50"),
        (mail("").replace("c@desk.example", "c@desk\\nBcc: x"), "from takes"),
        ("#" * 1001, "too large"),
    ],
)
def test_a_delivery_file_that_makes_no_sense_is_refused(file: Path, text: str, why: str) -> None:
    file.write_text(text)
    with pytest.raises(UsageError, match=why) as caught:
        read_targets(str(file))
    assert caught.value.code == "bad_config"


def test_a_delivery_file_that_is_not_there_is_refused(file: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_targets(str(file))


@given(st.text(max_size=40))
def test_origin_of_never_fails_in_another_way(text: str) -> None:
    try:
        assert origin_of(f"http://{text}").startswith("http://")
    except ValueError:
        return
