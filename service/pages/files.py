"""Style sheets, scripts and the icon of the pages, all from here."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory

from detector.report.as_html import style

_SERVICE = Path(__file__).parents[1]


def add(pages: Blueprint) -> None:
    """Add their addresses."""

    @pages.get("/static/report.css")
    def report_style() -> Response:
        response = Response(style(), mimetype="text/css")
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
        return response

    @pages.get("/static/<name>")
    def own(name: str) -> Response:
        return send_from_directory(_SERVICE / "static", name)

    @pages.get("/static/vendor/<path:name>")
    def vendored(name: str) -> Response:
        return send_from_directory(_SERVICE / "vendor", name)
