"""Who is logged in to the pages: a signed cookie that names a key, and never holds it.

The cookie has the key's digest, which opens nothing, and the time at which it ends, under an
HMAC-SHA256. A key that is taken out of the file ends its log-ins with it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from detector.config import Config
from detector.errors import UsageError
from detector.keys import read_secret

COOKIE = "copydesk_session"
SECONDS = 12 * 60 * 60
"""How long a log-in lasts: a shift."""
MIN_SECRET_CHARS = 32
SECRET = "COPYDESK_SECRET"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class Sessions:
    """Makes and reads the cookies of log-ins.

    >>> sessions = Sessions(b"secret", clock=lambda: 0.0)
    >>> sessions.digest_of(sessions.cookie("ab")), sessions.digest_of("ab.99.forged")
    ('ab', None)
    """

    secret: bytes = field(repr=False)
    clock: Callable[[], float] = time.time

    def cookie(self, digest: str) -> str:
        """The cookie of a log-in with the key of this digest."""
        told = f"{digest}.{int(self.clock()) + SECONDS}"
        return f"{told}.{self._sign(told)}"

    def digest_of(self, cookie: str) -> str | None:
        """The digest of the key that a cookie names, None where it is not ours or has ended."""
        told, _, sign = cookie.rpartition(".")
        if not cookie.isascii() or not hmac.compare_digest(self._sign(told), sign):
            return None
        digest, _, end = told.partition(".")
        return digest if self.clock() < int(end) else None

    def _sign(self, told: str) -> str:
        said = b"copydesk log-in\0" + told.encode()
        return hmac.new(self.secret, said, hashlib.sha256).hexdigest()


def secret_of(config: Config) -> bytes:
    """What cookies are signed with: COPYDESK_SECRET, else what stands in the file that the
    configuration names, else something new that ends all log-ins with the service.

    Raises UsageError (``bad_config``) for a file that others may read, or a secret too short.
    """
    try:
        given = os.environ.get(SECRET) or (
            read_secret(Path(config.secret_file)) if config.secret_file else None
        )
    except ValueError as error:
        raise UsageError(f"secret_file: {error}", code="bad_config") from error
    if given is None:
        return secrets.token_bytes(32)
    if len(given) < MIN_SECRET_CHARS:
        detail = f"the secret of log-ins must have at least {MIN_SECRET_CHARS} characters"
        raise UsageError(detail, code="bad_config")
    return given.encode()
