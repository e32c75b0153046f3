"""A socket that takes no more connections keeps those that were made."""

from __future__ import annotations

import socket
import sys
import threading
import time

import pytest

from service.listening import take_no_more

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")


def test_who_was_connected_is_taken_and_who_comes_later_is_not_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket() as late:
        address = listener.getsockname()
        early = socket.create_connection(address, timeout=5)
        take_no_more([listener])
        early.sendall(b"one")
        taken, _ = listener.accept()
        assert taken.recv(3) == b"one"
        taken.sendall(b"two")
        assert early.recv(3) == b"two"
        late.settimeout(0.3)
        with pytest.raises(TimeoutError):
            late.connect(address)
        for each in (early, taken):
            each.close()


def test_who_connects_all_the_time_is_never_reset() -> None:
    reset, ending = list[OSError](), threading.Event()

    def knock(address: tuple[str, int]) -> None:
        while not ending.is_set():
            with socket.socket() as client:
                client.settimeout(0.2)
                try:
                    client.connect(address)
                except OSError:
                    continue  # refused or left waiting: not connected
                try:
                    client.sendall(b"one")
                    client.recv(3)
                except OSError as error:
                    reset.append(error)

    for _ in range(10):
        ending.clear()
        listener = socket.create_server(("127.0.0.1", 0))
        knockers = [
            threading.Thread(target=knock, args=(listener.getsockname(),)) for _ in range(4)
        ]
        for each in knockers:
            each.start()
        listener.setblocking(False)
        time.sleep(0.02)
        _answer_all(listener)
        take_no_more([listener])
        _answer_all(listener)
        time.sleep(0.01)  # as where the process that closes it has to wait for a processor
        listener.close()
        ending.set()
        for each in knockers:
            each.join()
    assert reset == []


def _answer_all(listener: socket.socket) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except BlockingIOError:
            return
        with client:
            client.settimeout(5)
            client.recv(3)
            client.sendall(b"two")
