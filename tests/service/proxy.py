"""A proxy that cuts connections, before and after what they ask for is done, as its dice say."""

from __future__ import annotations

import random
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

_PIECE = 1 << 16


class Fate(StrEnum):
    """What becomes of a connection, which is for one request."""

    PASSED = "passed"
    NOT_SENT = "cut before the request"
    HALF_SENT = "cut in the middle of the request"
    UNHEARD = "cut behind the request, whose sender is gone while it is carried out"
    UNTOLD = "cut when the answer was there"
    HALF_TOLD = "cut in the middle of the answer"


WEIGHTS = {fate: 5 if fate is Fate.PASSED else 1 for fate in Fate}


class _Connection(socketserver.BaseRequestHandler):
    server: CuttingProxy
    request: socket.socket

    def handle(self) -> None:
        chance = self.server.next_dice()
        (fate,) = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
        self.server.fates[fate] += 1
        if fate is not Fate.NOT_SENT:
            with suppress(OSError):
                self._meet(fate, chance)

    def _meet(self, fate: Fate, chance: random.Random) -> None:
        asked = _request(self.request)
        with socket.create_connection(("127.0.0.1", self.server.upstream), 60) as upstream:
            if fate is Fate.HALF_SENT:
                upstream.sendall(asked[: chance.randrange(len(asked))])
                return
            upstream.sendall(asked)
            if fate is Fate.UNHEARD:
                return
            told = b"".join(iter(lambda: upstream.recv(_PIECE), b""))
        if fate is Fate.HALF_TOLD:
            told = told[: chance.randrange(len(told))]
        if fate is not Fate.UNTOLD:
            self.request.sendall(told)


class CuttingProxy(socketserver.ThreadingTCPServer):
    """Passes requests to a port, and their answers back. ``fates`` counts what became of them."""

    request_queue_size = 128
    block_on_close = True

    def __init__(self, upstream: int, seed: str) -> None:
        self.upstream = upstream
        self.fates: Counter[Fate] = Counter()
        self._seed = seed
        self._lock = threading.Lock()
        self._number = 0
        super().__init__(("127.0.0.1", 0), _Connection)

    def next_dice(self) -> random.Random:
        """The dice of the next connection."""
        with self._lock:
            self._number += 1
            return random.Random(f"{self._seed} {self._number}")


@contextmanager
def cutting(upstream: int, seed: str) -> Iterator[CuttingProxy]:
    with CuttingProxy(upstream, seed) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()


def _request(client: socket.socket) -> bytes:
    """One whole request with a Content-Length."""
    data = bytearray()
    while b"\r\n\r\n" not in data:
        data += _more(client)
    head, _, body = bytes(data).partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    (length,) = (int(each[15:]) for each in lines if each.startswith(b"content-length:"))
    while len(body) < length:
        body += _more(client)
    return head + b"\r\n\r\n" + body


def _more(client: socket.socket) -> bytes:
    if not (piece := client.recv(_PIECE)):
        raise ConnectionError("the client is gone")
    return piece
