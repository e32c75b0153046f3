"""POST to an address that somebody typed in: only where it may go, never longer or further."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping, Set
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

MAX_BODY_BYTES = 262_144
TIMEOUT_SECONDS = 5.0
"""So long each step may take."""
DEADLINE_SECONDS = 10.0
"""So long all of them together: one who answers a byte at a time holds nobody up."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Undeliverable(Exception):
    """It was not taken, and why, in words."""


def post(url: str, body: bytes, headers: Mapping[str, str], allowed: Set[str]) -> None:
    """Post ``body``; returns once a status of 2xx came back. Redirects are not followed.

    ``allowed`` are addresses of private networks that the host may have; any other of them is
    refused, before anything is sent. The connection goes to the very address that was looked at.
    Raises Undeliverable.
    """
    if len(body) > MAX_BODY_BYTES:
        raise Undeliverable("it is too large to send")
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = resolve(parts.hostname or "", port, allowed)
    connection = _Connection(parts.hostname or "", port, address, parts.scheme == "https")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, dict(headers))
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise Undeliverable(f"no answer: {type(error).__name__}") from error
    finally:
        connection.close()
    if not 200 <= status <= 299:
        raise Undeliverable(f"it was answered with {status}")


def resolve(host: str, port: int, allowed: Set[str]) -> str:
    """The address of a host. Raises Undeliverable where it has none, or one that is private and
    not ``allowed``.

    >>> resolve("127.0.0.1", 80, {"127.0.0.1"})
    '127.0.0.1'
    >>> resolve("127.0.0.1", 80, set())
    Traceback (most recent call last):
    ...
    service.delivery.post.Undeliverable: 127.0.0.1 is the address of a private network
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Undeliverable(f"{host} has no address") from error
    addresses = [str(each[4][0]).partition("%")[0] for each in found]
    for address in addresses:  # one bad one spoils all: the next question may be answered with it
        if address not in allowed and not is_public(ipaddress.ip_address(address)):
            raise Undeliverable(f"{address} is the address of a private network")
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet, and of nothing that leads back inside.

    >>> is_public(ipaddress.ip_address("::ffff:10.0.0.1"))
    False
    """
    return address.is_global and not address.is_multicast and not _leads_elsewhere(address)


def _leads_elsewhere(address: Address) -> bool:
    """Whether an address of IPv6 stands for one of IPv4, which may be private."""
    if not isinstance(address, ipaddress.IPv6Address):
        return False
    mapped = address.ipv4_mapped or address.sixtofour or address.teredo
    return mapped is not None or address in _NAT64


class _Connection(HTTPConnection):
    """A connection to one address, for the name of its host, that ends after the deadline."""

    def __init__(self, host: str, port: int, address: str, is_secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_SECONDS)
        self.default_port = 443 if is_secure else 80
        self._address, self._is_secure = address, is_secure
        self._end: threading.Timer | None = None

    def connect(self) -> None:
        """Connect, and begin to count."""
        self.sock = socket.create_connection((self._address, self.port), TIMEOUT_SECONDS)
        if self._is_secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
        self._end = threading.Timer(DEADLINE_SECONDS, _hang_up, [self.sock])
        self._end.daemon = True
        self._end.start()
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.do_handshake()

    def close(self) -> None:
        """Hang up."""
        if self._end:
            self._end.cancel()
        super().close()


def _hang_up(sock: socket.socket) -> None:
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # not that of TLS, which would wait
    except OSError:
        return
