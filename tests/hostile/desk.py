"""A running service with two tenants, and requests to it as they stand, sound or not."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

JSON = "application/json"
PLAIN, HTML, PDF, LINES = "text/plain", "text/html", "application/pdf", "application/x-ndjson"
CHECK, DOCUMENTS = "/v1/check", "/v1/documents"
NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came; ``rest`` is what came behind it before the connection was closed."""

    status: int
    headers: Mapping[str, str]
    data: bytes
    seconds: float
    rest: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.data)


@dataclass(frozen=True, slots=True)
class Desk:
    """``keys``: the secret of each key, by name."""

    port: int
    keys: Mapping[str, str]

    def send(
        self,
        method: str,
        path: str,
        body: bytes | str | dict[str, Any] = b"",
        media: str = JSON,
        key: str = "desk",
        headers: Mapping[str, str] = NONE,
    ) -> Reply:
        """One sound request, over a connection of its own."""
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        data = data.encode() if isinstance(data, str) else data
        lines = {"Content-Length": str(len(data)), "Content-Type": media, **headers}
        return self.raw(self.head(method, path, key, lines), data)

    def head(
        self, method: str, path: str, key: str = "desk", lines: Mapping[str, str] = NONE
    ) -> bytes:
        """The headers of a request that is to be the last of its connection."""
        all_lines = {
            "Host": "x",
            "Connection": "close",
            "Authorization": f"Bearer {self.keys[key]}",
            **lines,
        }
        text = "".join(f"{name}: {value}\r\n" for name, value in all_lines.items())
        return f"{method} {path} HTTP/1.1\r\n{text}\r\n".encode()

    def raw(self, *pieces: bytes) -> Reply:
        """Send bytes as they are, and wait until the service hangs up."""
        begun = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.port), timeout=120) as line:
            with suppress(ConnectionError):  # it may answer and hang up before it has everything
                for piece in pieces:
                    line.sendall(piece)
            answer = HTTPResponse(line)
            answer.begin()
            data = answer.read()
            seconds = time.monotonic() - begun
            rest = b""
            with suppress(ConnectionError):
                rest = line.recv(1 << 16)
        return Reply(answer.status, dict(answer.headers.items()), data, seconds, rest)


Answers = Iterator[Reply]


def stored(desk: Desk, reply: Reply) -> str:
    """The text that a document was stored with."""
    text: str = desk.send("GET", f"{DOCUMENTS}/{quote(reply.json['id'])}").json["text"]
    return text
