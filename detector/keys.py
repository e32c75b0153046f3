"""Keys of the service: who may do what with whose documents.

A key is 32 random bytes that its holder alone has; the file keeps its SHA-256, so whoever reads the
file cannot use it. Guessing is hopeless, so a slow hash would protect nothing more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from detector.errors import UsageError

SCOPES = ("read", "write", "admin")
DEFAULT_TENANT = "default"
_PREFIX = "cd_"
_MAX_SECRET_BYTES = 4096
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its ``name`` is for people, ``digest`` is the SHA-256 of the secret, in hexadecimal.
    ``scopes``: what it may do; ``write`` includes ``read``, ``admin`` both."""

    name: str
    tenant: str
    scopes: tuple[str, ...]
    digest: str
    made_at: str

    def may(self, scope: str) -> bool:
        """Whether it has a scope.

        >>> Key("desk", "default", ("write",), "", "").may("read")
        True
        """
        return any(SCOPES.index(own) >= SCOPES.index(scope) for own in self.scopes)


def make_key(name: str, tenant: str, scopes: Sequence[str]) -> tuple[Key, str]:
    """A new key, and its secret, which is shown once and kept nowhere.

    Raises UsageError for a name, tenant or scope that cannot be.

    >>> key, secret = make_key("desk", "default", ["read"])
    >>> find_key([key], secret) == key, find_key([key], "cd_guess")
    (True, None)
    """
    for what, value in (("name", name), ("tenant", tenant)):
        if not _NAME.fullmatch(value):
            raise UsageError(f"{what} {value!r}: small letters, digits, - and _ only, at most 64")
    unknown = set(scopes) - set(SCOPES)
    if unknown or not scopes:
        raise UsageError(f"scopes are {', '.join(SCOPES)}, not {', '.join(sorted(unknown))}")
    secret = _PREFIX + secrets.token_urlsafe(32)
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    return Key(name, tenant, tuple(scopes), _digest(secret), made_at), secret


def find_key(keys: Sequence[Key], secret: str) -> Key | None:
    """The key of a secret. All are compared, each in the same time whatever the secret."""
    digest, found = _digest(secret), None
    for key in keys:
        if hmac.compare_digest(key.digest, digest):
            found = key
    return found


def read_keys(path: Path) -> tuple[Key, ...]:
    """The keys of a file; none where there is no file.

    Raises UsageError (``bad_config``) where others than its owner may read it, or it is damaged.
    """
    try:
        with open(path, encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise _bad(path, "others may read it; chmod 600 it")
            given = json.load(file)
        return tuple(Key(**{**each, "scopes": tuple(each["scopes"])}) for each in given["keys"])
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise _bad(path, f"cannot be read: {error.strerror}") from error
    except (ValueError, LookupError, TypeError) as error:
        raise _bad(path, "is damaged") from error


def save_keys(path: Path, keys: Sequence[Key]) -> None:
    """Replace the file as a whole; only its owner may read it."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump({"keys": [asdict(key) for key in keys]}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise _bad(path, f"cannot be written: {error.strerror}") from error


def read_secret(path: Path) -> str:
    """What stands in a file that holds one secret. Raises ValueError where others than its owner
    may read it, or nobody can."""
    try:
        with open(path, encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise ValueError(f"others may read {path}; chmod 600 it")
            return file.read(_MAX_SECRET_BYTES).strip()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _bad(path: Path, why: str) -> UsageError:
    return UsageError(f"keys {path}: {why}", code="bad_config")
