"""A receiver of webhooks on loopback, which answers as it is told and keeps what it got."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Got:
    """One request: its headers, and its body as sent."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = json.loads(self.body)
        return event


@dataclass
class Receiver:
    """``answers`` are given in turn, then 204 for ever; a text is where to redirect to."""

    port: int = 0
    answers: list[int | str] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    delay_seconds: float = 0.0

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_for(self, number: int, seconds: float = 60.0) -> list[Got]:
        end = time.monotonic() + seconds
        while len(self.got) < number:
            assert time.monotonic() < end, f"{len(self.got)} of {number} came"
            time.sleep(0.05)
        return self.got


@contextmanager
def receiving(*answers: int | str, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(Got(self.path, dict(self.headers), body))
            time.sleep(receiver.delay_seconds)
            answer = receiver.answers.pop(0) if receiver.answers else 204
            self.send_response(answer if isinstance(answer, int) else 307)
            if isinstance(answer, str):
                self.send_header("Location", answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.port = server.server_address[1]
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def delivery_file(receiver: Receiver, more: str = "", tenant: str = "default") -> str:
    """A delivery file that lets a tenant tell the receiver."""
    return (
        f'[[webhook]]\norigin = "{receiver.origin}"\naddresses = "127.0.0.1"\n'
        f'secret_env = "DESK_SECRET"\ntenant = "{tenant}"\n{more}'
    )
