"""What must never be lost, and how hard it is tried: few times in the short run, the full counts
with COPYDESK_LONG=1."""

from __future__ import annotations

import os


def many(short: int, long: int) -> int:
    """So many in the short run, so many in the long one."""
    return long if os.environ.get("COPYDESK_LONG") == "1" else short
