"""How hard the tests try: few times in the short run, the full counts with COPYDESK_LONG=1."""

from __future__ import annotations

import os

LONG = os.environ.get("COPYDESK_LONG") == "1"


def many(short: int, long: int) -> int:
    """So many in the short run, so many in the long one."""
    return long if LONG else short
