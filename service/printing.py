"""A report in the forms that it can be fetched in: JSON, CSV, a page, PDF."""

from __future__ import annotations

from flask import Response, jsonify

from detector.checked import Checked
from detector.corpus.kept import Kept
from detector.errors import UsageError
from detector.model import Report
from detector.report.as_csv import csv_header, csv_row
from detector.report.as_html import pair_page, reports_page, style_digest
from detector.report.as_pdf import pdf_of
from detector.settings import Settings
from service.problems import Problem

FORMS = ("json", "csv", "html", "pdf")
MOST_PDF_CHARS = 60_000
"""Longer pages are not laid out for paper here: WeasyPrint's time grows with the square of a long
text (1 s of a processor for 20,000 characters, 12 for 72,000, 53 for 130,000), and a request under
way holds up others. A browser prints them at once."""


def printed(kept: Kept, form: str, settings: Settings, language: str) -> Response:
    """A report as the view of ``settings`` shows it, in one of ``FORMS``.

    Raises Problem (for PDF: 422 ``report_too_large``, 501 ``pdf_unavailable``).
    """
    if form == "json":
        return jsonify({**kept.answer.seen(settings).to_dict(), **of_report(kept)})
    if form == "csv":
        seen = kept.answer.seen(settings)
        pairs = seen.matches if isinstance(seen, Report) else (seen,)
        return Response([csv_header(), *map(csv_row, pairs)], mimetype="text/csv")
    page = page_of(kept, settings, language)
    if form == "pdf":
        return Response(_pdf(page), mimetype="application/pdf")
    response = Response(page.encode("utf-8", "replace"), mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{style_digest()}'; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'"
    )
    return response


def of_report(kept: Kept) -> dict[str, str]:
    """What an answer says of the report that is kept of it."""
    return {
        "report_id": kept.id,
        "html_url": f"/reports/{kept.id}",
        "report_expires_at": kept.expires_at,
    }


def page_of(kept: Kept, settings: Settings, language: str) -> str:
    """The page that needs nothing else."""
    if isinstance(kept.answer, Checked):
        return reports_page([kept.answer.seen(settings)], language)
    return pair_page(kept.answer.seen(settings), kept.answer.run, language)


def _pdf(page: str) -> bytes:
    if len(page) > MOST_PDF_CHARS:
        raise Problem(
            422, "report_too_large", "The report is too long for PDF; fetch .html and print it."
        )
    try:
        return pdf_of(page)
    except UsageError as error:
        detail = "This service was installed without what makes PDF; fetch .html."
        raise Problem(501, "pdf_unavailable", detail) from error
