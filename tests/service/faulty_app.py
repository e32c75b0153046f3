"""The service with a reader of documents that has the fault which a document names."""

from __future__ import annotations

from flask import Flask

from detector.ingest import extraction
from detector.ingest.extraction import Extractor
from detector.sandbox import Limits
from service import app

LIMITS = Limits(cpu_s=1, wall_s=3, address_bytes=400 << 20)


def create_app() -> Flask:
    extraction._EXTRACTOR = Extractor("tests.detector.faulty_child", LIMITS)
    return app.create_app()
