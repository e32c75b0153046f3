"""The end of the worker, as what it is doing meets it."""

from __future__ import annotations


class Stopped(Exception):
    """The worker is to end, so what was under way is left for the next one."""
