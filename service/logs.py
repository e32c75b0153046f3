"""A line in the log for each request, without a word of a text, an id of a document or a secret."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import Flask, Response, g, request

from service import metrics
from service.headers import request_id
from service.jsonline import Answered

log = logging.getLogger("copydesk.request")


def install(app: Flask) -> None:
    """A line for every answer of ``app``."""

    @app.after_request
    def line(response: Response) -> Response:
        answered = Answered(
            request_id(),
            g.key.tenant if "key" in g else None,
            request.method if request.url_rule else None,
            metrics.route(),
            response.status_code,
            round(metrics.elapsed_ms(), 1),
            request.content_length or 0,
            response.content_length or 0,
        )
        tell([answered])
        return response


def tell(answers: Sequence[Answered]) -> None:
    """Log these answers, in one go."""
    log.info("answers", extra={"answers": answers})
