"""Which Copydesk this is, read once: every answer says so."""

from __future__ import annotations

from importlib.metadata import version

VERSION = version("copydesk")
