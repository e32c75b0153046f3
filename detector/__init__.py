"""Copydesk's detector: which passages of a news text came from where.

Importing this package is quick; what it names is loaded at first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detector.corpus import Corpus
    from detector.pipeline import compare, shingle_hashes, sketch_bytes, sketch_texts

__all__ = ["Corpus", "compare", "shingle_hashes", "sketch_bytes", "sketch_texts"]

_HOMES = {
    "Corpus": "detector.corpus",
    "compare": "detector.pipeline",
    "shingle_hashes": "detector.pipeline",
    "sketch_bytes": "detector.pipeline",
    "sketch_texts": "detector.pipeline",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'detector' has no attribute {name!r}")
    return getattr(import_module(home), name)
