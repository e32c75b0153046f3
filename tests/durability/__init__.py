"""What must never be lost, and how hard it is tried: few times in the short run, the full counts
with COPYDESK_LONG=1."""

from tests.counts import many

__all__ = ["many"]
