"""Times as answers write them."""

from __future__ import annotations

from datetime import UTC, datetime


def said(moment: float | None) -> str | None:
    """A time in seconds since 1970, in RFC 3339; None where there is none.

    >>> said(0.0), said(None)
    ('1970-01-01T00:00:00Z', None)
    """
    if moment is None:
        return None
    return datetime.fromtimestamp(int(moment), UTC).isoformat().replace("+00:00", "Z")
