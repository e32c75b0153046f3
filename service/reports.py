"""The calls on reports that are kept."""

from __future__ import annotations

from flask import Blueprint, Response, request

from detector.report.phrases import LANGUAGES
from service import options
from service.access import needs
from service.keeping import Keeping
from service.printing import printed
from service.problems import Problem
from service.viewing import Viewing


def blueprint(keeping: Keeping) -> Blueprint:
    """The calls on the tenants' reports."""
    api = Blueprint("reports", __name__)

    def fetched(name: str, form: str) -> Response:
        kept = keeping.find(name)
        viewing = Viewing(options.of_address(kept.settings), keeping.corpora.partners)
        return printed(kept, form, viewing, _asked_language())

    @api.get("/v1/reports/<plain:name>")
    @needs("read")
    def get(name: str) -> Response:
        return fetched(name, "json")

    @api.get("/v1/reports/<plain:name>.json")
    @needs("read")
    def as_json(name: str) -> Response:
        return fetched(name, "json")

    @api.get("/v1/reports/<plain:name>.csv")
    @needs("read")
    def as_csv(name: str) -> Response:
        return fetched(name, "csv")

    @api.get("/v1/reports/<plain:name>.html")
    @needs("read")
    def as_html(name: str) -> Response:
        return fetched(name, "html")

    @api.get("/v1/reports/<plain:name>.pdf")
    @needs("read")
    def as_pdf(name: str) -> Response:
        return fetched(name, "pdf")

    return api


def _asked_language() -> str:
    asked = request.args.get("lang", LANGUAGES[0])
    if asked not in LANGUAGES:
        raise Problem(400, "bad_parameter", f"lang must be one of {', '.join(LANGUAGES)}.")
    return asked
