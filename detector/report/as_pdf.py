"""A page as PDF, with WeasyPrint: the same words and marks, laid out for paper."""

from __future__ import annotations

from functools import partial

from detector.errors import UsageError


def pdf_of(page: str) -> bytes:
    """The PDF of one of our pages. Nothing is fetched for it, from the network or from files.

    Raises UsageError where WeasyPrint is not installed (the extra ``pdf-report``).
    """
    try:
        from fontTools.ttLib import TTFont
        from weasyprint import HTML
        from weasyprint.pdf import fonts
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:  # OSError: it is there and Pango is not
        raise UsageError(
            'PDF needs WeasyPrint and Pango: pip install "copydesk[pdf-report]", '
            "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error
    # The same page is the same PDF: fontTools would write the time into its fonts.
    fonts.TTFont = partial(TTFont, recalcTimestamp=False)
    nothing = URLFetcher(allowed_protocols=())
    made: bytes = HTML(string=page, url_fetcher=nothing).write_pdf(pdf_identifier=b"copydesk")
    return made
