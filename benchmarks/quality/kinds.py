"""Every kind of labelled data by name."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.quality.cases import Case
from benchmarks.quality.given import KINDS as GIVEN

GENERATED = ("syndication", "releases", "obfuscation")
"""Made by program: modules of this package with a function ``cases``."""
KINDS = (*GIVEN, *GENERATED)


def cases_of(kind: str, shared: Path, small: bool) -> Iterator[Case]:
    """The cases of one kind, the whole of it or a small fixed part."""
    if kind in GIVEN:
        yield GIVEN[kind](shared, small)
    else:
        yield from import_module(f"benchmarks.quality.{kind}").cases(shared, small)
