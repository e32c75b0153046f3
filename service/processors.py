"""Each process on a processor of its own.

Of the threads of one Python process one computes at a time. Spread over processors they hand that
turn from one to the other through the system, a hundred times for what two of them do in a turn
each (D. Beazley, Understanding the Python GIL, 2010); on one processor whoever computes goes on.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress


def least_used(used: Iterable[int | None], processes: int) -> int | None:
    """The processor for one more of so many ``processes``, given those that the others keep to:
    one that fewest of them use. None where there are more processors than processes: none of them
    may then stand idle because a process must keep to another.
    """
    if sys.platform != "linux":
        return None
    mine, taken = os.sched_getaffinity(0), list(used)
    return min(sorted(mine), key=taken.count) if len(mine) <= processes else None


def keep_to(processor: int | None) -> None:
    """Have the threads that this one starts, and itself, compute nowhere else."""
    if sys.platform == "linux" and processor is not None:
        with suppress(OSError):  # it was taken from us meanwhile
            os.sched_setaffinity(0, {processor})
