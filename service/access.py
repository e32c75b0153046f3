"""Who asks, and what they may do: a key in ``Authorization: Bearer``, of one tenant.

Without a file of keys there is one tenant, and whoever reaches the service may do all; it then
listens on this machine only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request

from detector import loopback
from detector.keys import DEFAULT_TENANT, SCOPES, Key, find_key, read_keys
from service import admission
from service.problems import Problem

P = ParamSpec("P")
R = TypeVar("R")
_EVERYBODY = Key("local", DEFAULT_TENANT, SCOPES, "", "")
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="copydesk"'}


@dataclass
class KeyRing:
    """The keys of a file, read again whenever it changed, so that a revoked key stops working
    without a restart."""

    path: Path

    def __post_init__(self) -> None:
        self._keys: tuple[Key, ...] = read_keys(self.path)
        self._seen = self._stamp()
        self._lock = threading.Lock()

    def find(self, secret: str) -> Key | None:
        """The key of a secret."""
        return find_key(self._current(), secret)

    def of_digest(self, digest: str) -> Key | None:
        """The key whose secret has this digest, as long as it is in the file."""
        return next((key for key in self._current() if key.digest == digest), None)

    def tenants(self) -> set[str]:
        """All tenants that have a key."""
        return {key.tenant for key in self._current()}

    def _current(self) -> tuple[Key, ...]:
        with self._lock:
            if (stamp := self._stamp()) != self._seen:
                self._keys, self._seen = read_keys(self.path), stamp
            return self._keys

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            state = self.path.stat()
        except FileNotFoundError:
            return None
        return state.st_mtime_ns, state.st_ino, state.st_size


def tenants() -> tuple[str, ...]:
    """Whose documents there may be."""
    ring: KeyRing | None = current_app.extensions["copydesk_keys"]
    return tuple(sorted({DEFAULT_TENANT, *(ring.tenants() if ring else ())}))


def install(app: Flask, keys: str | None) -> None:
    """Ask every call of ``app`` that needs a scope for a key of this file; of none, if it is
    None."""
    app.extensions["copydesk_keys"] = KeyRing(Path(keys)) if keys else None


def needs(scope: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """For a view: only who has this scope is answered, within its rate and in its turn."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            """The view, for who may ask it now."""
            require(scope)
            admission.within_rate(g.key)
            with admission.turn():
                return view(*args, **kwargs)

        guarded.scope = scope  # type: ignore[attr-defined] # for the description of the calls
        return guarded

    return decorate


def require(scope: str) -> None:
    """Raise Problem unless who asks has this scope."""
    g.key = _caller()
    if not g.key.may(scope):
        raise Problem(403, "forbidden", f"Key may not {scope}.")


def tenant() -> str:
    """Whose documents the call under way is about."""
    return str(g.key.tenant)


def _caller() -> Key:
    ring: KeyRing | None = current_app.extensions["copydesk_keys"]
    if ring is None:
        _require_this_machine()
        return _EVERYBODY
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    key: Key | None = g.get("visitor")  # whom the cookie of a page names
    if scheme.lower() == "bearer":
        key = ring.find(secret.strip())
    if key is None:
        detail = "Send a valid key: Authorization: Bearer KEY."
        raise Problem(401, "unauthorized", detail, headers=_CHALLENGE)
    return key


def is_of_other_site() -> bool:
    """Whether a browser says that the page of another site sends the request under way."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site:
        return site != "same-origin"
    return origin is not None and urlsplit(origin).netloc != request.host


def _require_this_machine() -> None:
    """Without keys, refuse what a browser sends here for another site: under a name that was made
    to lead to this machine (DNS rebinding), or to change something."""
    if not loopback.is_local(request.host):
        detail = "Without keys, only names of this machine are answered, such as localhost."
        raise Problem(403, "forbidden", detail)
    if request.method not in ("GET", "HEAD") and is_of_other_site():
        raise Problem(403, "forbidden", "Without keys, pages of other sites may send nothing.")
