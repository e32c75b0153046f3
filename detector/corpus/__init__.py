"""The line with a memory: documents in, reports and clusters out."""

from __future__ import annotations

from detector.corpus.base import Corpus

__all__ = ["Corpus"]
