"""The service with a line in which nobody finds a place."""

from __future__ import annotations

from flask import Flask

from service import app
from service.line import PLACES, Line


def create_app() -> Flask:
    full = app.create_app()
    line: Line = full.extensions["copydesk_line"]
    line.waiting = PLACES
    return full
