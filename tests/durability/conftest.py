"""The library that fails calls of the C library."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.durability import shim


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``shim.c``, compiled."""
    return shim.build(tmp_path_factory.mktemp("library"))
