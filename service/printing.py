"""A report in the forms that it can be fetched in: JSON, CSV, a page, PDF."""

from __future__ import annotations

from flask import Response, jsonify

from detector.corpus.kept import Kept
from detector.errors import UsageError
from detector.model import Comparison, Report, Run
from detector.report.as_csv import csv_header, csv_row
from detector.report.as_html import pair_page, reports_page, style_digest
from detector.report.as_pdf import pdf_of
from service.problems import Problem
from service.viewing import Viewing

FORMS = ("json", "csv", "html", "pdf")
MOST_PDF_CHARS = 60_000
"""Longer pages are not laid out for paper here: WeasyPrint's time grows with the square of a long
text (1 s of a processor for 20,000 characters, 12 for 72,000, 53 for 130,000), and a request under
way holds up others. A browser prints them at once."""


def printed(kept: Kept, form: str, viewing: Viewing, language: str) -> Response:
    """A report as it is seen, in one of ``FORMS``.

    Raises Problem (for PDF: 422 ``report_too_large``, 501 ``pdf_unavailable``).
    """
    seen = viewing.answer(kept.answer)
    if form == "json":
        return jsonify({**seen.to_dict(), **of_report(kept)})
    if form == "csv":
        pairs = seen.matches if isinstance(seen, Report) else (seen,)
        header = csv_header(with_rights=viewing.partners is not None)
        return Response([header, *map(csv_row, pairs)], mimetype="text/csv")
    page = _page(seen, kept.answer.run, language)
    if form == "pdf":
        return Response(_pdf(page), mimetype="application/pdf")
    return confined(Response(page.encode("utf-8", "replace"), mimetype="text/html"))


def confined(page: Response) -> Response:
    """A page that needs nothing else, allowed nothing but its own style sheet."""
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{style_digest()}'; base-uri 'none';"
        " form-action 'none'; frame-ancestors 'none'"
    )
    return page


def of_report(kept: Kept) -> dict[str, str]:
    """What an answer says of the report that is kept of it."""
    return {
        "report_id": kept.id,
        "html_url": f"/reports/{kept.id}",
        "report_expires_at": kept.expires_at,
    }


def _page(seen: Report | Comparison, run: Run, language: str) -> str:
    """The page that needs nothing else."""
    if isinstance(seen, Report):
        return reports_page([seen], language)
    return pair_page(seen, run, language)


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
