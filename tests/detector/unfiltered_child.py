"""The same on a machine that cannot filter system calls."""

from __future__ import annotations

from detector import sandbox
from detector.sandbox import Limits
from tests.detector import faulty_child


def main(limits: Limits) -> None:
    sandbox.is_filtered = lambda: False
    faulty_child.main(limits)
