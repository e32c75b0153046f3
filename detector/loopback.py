"""Where the service may listen. Without keys: on this machine only."""

from __future__ import annotations

import ipaddress
import re

from detector.errors import UsageError

DEFAULT = "127.0.0.1:8000"

_ADDRESS = re.compile(
    r"(?:\[(?P<six>[0-9a-fA-F:]+)\]|(?P<host>[\w.-]+))(?::(?P<port>\d{1,5}))?", re.ASCII
)


def require(bind: str) -> None:
    """Refuse any address that another machine could reach. ``bind`` may list several with commas.

    >>> require("127.0.0.1:8000,[::1]:8000,localhost:8000")
    >>> require("127.0.0.1:8000,0.0.0.0:8000")
    Traceback (most recent call last):
    ...
    detector.errors.UsageError: 0.0.0.0:8000: without keys only a loopback address may be served...
    """
    for address in bind.split(","):
        host_and_port(address.strip())


def host_and_port(address: str) -> tuple[str, int]:
    """Host and port (0 if none is given) of an address that only this machine can reach.

    Raises ``UsageError`` (``bad_config``) for any other.

    >>> host_and_port("[::1]:8000")
    ('::1', 8000)
    """
    host, port = parts(address)
    if not _is_loopback(host):
        raise UsageError(
            f"{address}: without keys only a loopback address may be served, such as {DEFAULT};"
            " anybody who can reach another could read your texts",
            code="bad_config",
        )
    return host, port


def is_local(address: str) -> bool:
    """Whether an address, such as a request was sent to, is this machine's: none that somebody
    elsewhere could have made lead here, which are names with a dot.

    >>> is_local("[::1]:8000"), is_local("desk:8000"), is_local("rebound.example:8000")
    (True, True, False)
    """
    try:
        host, _ = parts(address)
    except UsageError:
        return False
    return _is_loopback(host) or host.endswith(".localhost") or not {".", ":"} & set(host)


def parts(address: str) -> tuple[str, int]:
    """Host and port (0 if none is given) of any address, for who has keys.

    Raises ``UsageError`` (``bad_config``) for what is no address.

    >>> parts("0.0.0.0:80")
    ('0.0.0.0', 80)
    """
    found = _ADDRESS.fullmatch(address)
    if not found:
        raise UsageError(
            f"an address is HOST:PORT, such as {DEFAULT}, not {address!r}", code="bad_config"
        )
    return found["six"] or found["host"], int(found["port"] or 0)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False  # any other name may resolve to anything
