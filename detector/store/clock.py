"""Times as the tables have them: microseconds since 1970."""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> int:
    """The time by our own clock."""
    return time.time_ns() // 1000


def micros(moment: str | None) -> int | None:
    """A stated time; UTC where it names no zone.

    >>> micros("1970-01-01T00:00:01Z")
    1000000
    """
    if moment is None:
        return None
    found = datetime.fromisoformat(moment)
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1e6)


def said(at: int) -> str:
    """A time in RFC 3339.

    >>> said(1_000_000)
    '1970-01-01T00:00:01.000000+00:00'
    """
    return datetime.fromtimestamp(at / 1e6, UTC).isoformat(timespec="microseconds")
