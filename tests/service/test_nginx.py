"""docs/operations.md: nginx, configured as it says there, in front of the service. Skipped where
nginx or openssl is not installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPSConnection
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from detector.keys import make_key, save_keys
from tests.counts import many
from tests.service.newsroom import MILL
from tests.service.server import ROOT, free_port, running

NAME = "copydesk.example"
GUIDE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
SLOW = many(64, 512)


@dataclass(frozen=True)
class Front:
    """nginx as a client meets it."""

    port: int
    secret: str
    trust: ssl.SSLContext

    def connect(self, source: str = "127.0.0.1") -> ssl.SSLSocket:
        raw = socket.create_connection(
            ("127.0.0.1", self.port), timeout=60, source_address=(source, 0)
        )
        return self.trust.wrap_socket(raw, server_hostname=NAME)

    def ask(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer, over a connection of its own."""
        connection = HTTPSConnection(NAME, self.port, timeout=60, context=self.trust)
        connection.sock = self.connect()
        connection.request(method, path, body, {"Host": NAME, **headers})
        answer = connection.getresponse()
        told = answer.read()
        connection.close()
        return answer.status, dict(answer.headers.items()), told

    def check(self, text: str) -> tuple[int, dict[str, Any]]:
        """What a program with a key is told about a text."""
        given = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json"}
        status, _, told = self.ask("POST", "/v1/check", json.dumps({"text": text}), **given)
        return status, json.loads(told)


def configuration(port: int, behind: int, folder: Path) -> str:
    """The guide's configuration, with ports and files of ours in place of its own."""
    found = re.search(r"<!-- nginx -->\n```nginx\n(.*?)```", GUIDE, re.DOTALL)
    assert found
    text = found[1]
    for theirs, ours in {
        "127.0.0.1:8000": f"127.0.0.1:{behind}",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/nginx/copydesk": f"{folder}/copydesk",
    }.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    files = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = text.replace("http {\n", f"http {{\n    access_log off;\n{files}")
    # What nginx's workers are by default may not enter a folder of root's.
    user = "user root;\n" if os.geteuid() == 0 else ""
    return f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n{text}"


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate of our own, and who trusts it."""
    key, crt = f"{folder}/copydesk.key", f"{folder}/copydesk.crt"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"),
            *("-keyout", key, "-out", crt),
        ],
        check=True,
        capture_output=True,
    )
    return ssl.create_default_context(cafile=crt)


@contextmanager
def nginx(folder: Path, behind: int) -> Iterator[int]:
    """The port of nginx in front of another."""
    port = free_port()
    file = folder / "nginx.conf"
    file.write_text(configuration(port, behind, folder), encoding="utf-8")
    command = ["nginx", "-e", f"{folder}/error.log", "-c", str(file), "-p", str(folder)]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with subprocess.Popen(command) as process:
        try:
            for _ in range(100):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except ConnectionError:
                    time.sleep(0.1)
            yield port
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def front(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    for tool in ("nginx", "openssl"):
        if shutil.which(tool) is None:
            pytest.skip(f"needs {tool}, which is not installed")
    ours = tmp_path_factory.mktemp("front")
    trust = certificate(ours)
    key, secret = make_key("desk", "metro", ["read"])
    save_keys(ours / "keys.json", [key])
    keys = str(ours / "keys.json")
    with (
        running(COPYDESK_AGAINST=str(folder), COPYDESK_KEYS=keys) as (behind, _),
        nginx(ours, behind) as port,
    ):
        yield Front(port, secret, trust)


def test_calls_are_answered_as_without_it(front: Front) -> None:
    status, report = front.check(MILL)
    assert status == 200
    assert [match["b"]["id"] for match in report["matches"]] == ["mill.txt"]
    assert front.ask("POST", "/v1/check", "A text.")[0] == 401
    status, headers, _ = front.ask("GET", "/docs")
    assert status in (200, 302)
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_editor_logs_in_and_a_form_is_taken(front: Front) -> None:
    ours = {"Origin": f"https://{NAME}", "Sec-Fetch-Site": "same-origin"}
    form = {"Content-Type": "multipart/form-data; boundary=B"}
    fields = {"key": front.secret, "next": "/"}
    parts = [
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    body = "".join([*parts, "--B--\r\n"])
    status, headers, _ = front.ask("POST", "/login", body, **form, **ours)
    assert (status, headers["Location"]) == (303, "/")
    (cookie,) = SimpleCookie(headers["Set-Cookie"]).values()
    status, _, page = front.ask("GET", "/", Cookie=f"{cookie.key}={cookie.value}")
    assert status == 200
    assert b"Check a text" in page
    theirs = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert front.ask("POST", "/login", body, **form, **theirs)[0] == 403


def test_what_is_too_large_is_refused_and_what_is_large_is_taken(front: Front) -> None:
    given = {"Authorization": f"Bearer {front.secret}", "Content-Type": "text/plain"}
    assert front.ask("POST", "/v1/check", b" " * (25 * 2**20 + 1), **given)[0] == 413
    status, _, told = front.ask("POST", "/v1/check", MILL.encode().ljust(2**20), **given)
    assert status == 200
    assert json.loads(told)["matches"]


def test_a_body_in_pieces_is_handed_on_whole(front: Front) -> None:
    given = {"Authorization": f"Bearer {front.secret}", "Content-Type": "text/plain"}
    pieces = iter([MILL[:50].encode(), MILL[50:].encode()])
    status, _, told = front.ask("POST", "/v1/check", pieces, **given)
    assert status == 200
    assert json.loads(told)["matches"]


def test_hundreds_who_never_finish_stop_nobody(front: Front) -> None:
    begun = [f"POST /v1/check HTTP/1.1\r\nHost: {NAME}\r\n", "Content-Length: 900\r\n\r\n{"]
    with ExitStack() as opened:
        for number in range(SLOW):
            address = f"127.0.{1 + number // 30}.1"  # a few dozen of each client
            slow = opened.enter_context(front.connect(address))
            slow.sendall("".join(begun[: 1 + number % 2]).encode())
        took = []
        for _ in range(20):
            started = time.monotonic()
            assert front.check(MILL)[0] == 200
            took.append(time.monotonic() - started)
        assert max(took) < 5
