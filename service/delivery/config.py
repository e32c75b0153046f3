"""The delivery file: whom the service may send to, in TOML. Secrets stand elsewhere: in the
environment or in files of their own."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from detector.errors import UsageError
from detector.keys import DEFAULT_TENANT, read_secret

MAX_BYTES = 262_144
SECURITIES = ("tls", "starttls", "none")
_PORTS = {"http": 80, "https": 443}
_WEBHOOK_KEYS = {"origin", "tenant", "addresses", "secret_env", "secret_file"}
_SLACK_KEYS = {"name", "tenant", "addresses", "url_env", "url_file"}
_EMAIL_KEYS = {
    *("name", "tenant", "host", "port", "security", "user", "password_env", "password_file"),
    *("from", "to"),
}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Webhook:
    """An origin that events may be posted to, with the key that signs them. ``addresses`` are
    those of private networks that it may have."""

    origin: str
    secret: bytes = field(repr=False)
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Slack:
    """A channel of Slack: the address that it gave out is the secret."""

    url: str = field(repr=False)
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Email:
    """People who get e-mail, and the server that sends it."""

    host: str
    port: int
    security: str
    user: str | None
    password: str | None = field(repr=False)
    sender: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Targets:
    """Whom each tenant may send to: webhooks by (tenant, origin), the others by (tenant, name)."""

    webhooks: Mapping[tuple[str, str], Webhook] = field(default_factory=dict)
    slack: Mapping[tuple[str, str], Slack] = field(default_factory=dict)
    email: Mapping[tuple[str, str], Email] = field(default_factory=dict)


NOBODY = Targets()


def read_targets(path: str | None) -> Targets:
    """The targets of a delivery file; nobody without one.

    Raises UsageError (``bad_config``), naming the entry, where one cannot be understood or a
    secret is not there.
    """
    if path is None:
        return NOBODY
    file = Path(path)
    table = _table(file)
    if unknown := table.keys() - {"webhook", "slack", "email"}:
        raise _bad(f"{path}: unknown key {min(unknown)!r}")
    return Targets(
        _entries(file, table, "webhook", _webhook),
        _entries(file, table, "slack", _slack),
        _entries(file, table, "email", _email),
    )


def origin_of(url: str) -> str:
    """The scheme, host and port of an address, as browsers compare them.

    Raises ValueError for what is no absolute http or https address, or names a user.

    >>> origin_of("https://Desk.example/hooks?x=1"), origin_of("http://[::1]:9000/")
    ('https://desk.example:443', 'http://[::1]:9000')
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("must be an http or https address without a user")
    if not (url.isascii() and url.isprintable()) or " " in url:
        raise ValueError("must be ASCII without spaces")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{parts.port or _PORTS[parts.scheme]}"


def _table(file: Path) -> dict[str, Any]:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise _bad(f"{file}: cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES or any(len(line) > 1000 for line in data.split(b"\n")):
        raise _bad(f"{file}: is too large, or has a line of more than 1000 bytes")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _bad(f"{file}: not TOML: {error}") from error


def _entries(
    file: Path,
    table: Mapping[str, Any],
    kind: str,
    read: Callable[[Path, Mapping[str, Any]], tuple[str, _T]],
) -> dict[tuple[str, str], _T]:
    """The entries of one kind, by their tenant and name."""
    given = table.get(kind, [])
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise _bad(f"{file}: write [[{kind}]] above each {kind}")
    found: dict[tuple[str, str], _T] = {}
    for number, entry in enumerate(given, 1):
        try:
            name, target = read(file, entry)
            tenant = _string(entry, "tenant") if "tenant" in entry else DEFAULT_TENANT
        except ValueError as error:
            raise _bad(f"{file}: {kind} {number}: {error}") from error
        if (tenant, name) in found:
            raise _bad(f"{file}: {kind} {number}: {name} is there twice")
        found[tenant, name] = target
    return found


def _webhook(file: Path, entry: Mapping[str, Any]) -> tuple[str, Webhook]:
    _refuse_unknown(entry, _WEBHOOK_KEYS)
    origin = origin_of(_string(entry, "origin"))
    if urlsplit(entry["origin"])[2:] not in (("", "", ""), ("/", "", "")):
        raise ValueError("origin has no path")
    secret = _secret(file, entry, "secret").encode()
    return origin, Webhook(origin, secret, _addresses(entry))


def _slack(file: Path, entry: Mapping[str, Any]) -> tuple[str, Slack]:
    _refuse_unknown(entry, _SLACK_KEYS)
    url = _secret(file, entry, "url")
    origin_of(url)
    return _string(entry, "name"), Slack(url, _addresses(entry))


def _email(file: Path, entry: Mapping[str, Any]) -> tuple[str, Email]:
    _refuse_unknown(entry, _EMAIL_KEYS)
    security = entry.get("security", "starttls")
    port = entry.get("port", 587)
    if security not in SECURITIES:
        raise ValueError(f"security is one of {', '.join(SECURITIES)}")
    if not isinstance(port, int) or not 1 <= port <= 65535:
        raise ValueError("port is a number from 1 to 65535")
    user = _string(entry, "user") if "user" in entry else None
    if user and security == "none":
        raise ValueError("a password is not sent without tls or starttls")
    password = _secret(file, entry, "password") if user else None
    to = tuple(_strings(entry, "to"))
    if not 1 <= len(to) <= 50:
        raise ValueError("to takes 1 to 50 addresses")
    host, sender = _string(entry, "host"), _string(entry, "from")
    return _string(entry, "name"), Email(host, port, security, user, password, sender, to)


# -- values


def _refuse_unknown(entry: Mapping[str, Any], known: Iterable[str]) -> None:
    if unknown := entry.keys() - set(known):
        raise ValueError(f"unknown key {min(unknown)!r}")


def _string(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError(f"{key} takes some text in quotation marks")
    return value.strip()


def _strings(entry: Mapping[str, Any], key: str) -> list[str]:
    given = entry.get(key, [])
    return [_string({key: each}, key) for each in (given if isinstance(given, list) else [given])]


def _addresses(entry: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(str(ipaddress.ip_address(each)) for each in _strings(entry, "addresses"))


def _secret(file: Path, entry: Mapping[str, Any], key: str) -> str:
    """The secret that ``<key>_env`` or ``<key>_file`` leads to."""
    if (f"{key}_env" in entry) == (f"{key}_file" in entry):
        raise ValueError(f"it needs {key}_env or {key}_file, and not both")
    if f"{key}_env" in entry:
        name = _string(entry, f"{key}_env")
        secret = os.environ.get(name, "")
    else:
        name = str(file.parent / _string(entry, f"{key}_file"))
        secret = read_secret(Path(name))
    if not secret.strip():
        raise ValueError(f"{name} is empty")
    return secret.strip()


def _bad(message: str) -> UsageError:
    return UsageError(message, code="bad_config")
