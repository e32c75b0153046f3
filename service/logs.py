"""A line in the log for each request, without a word of a text, an id of a document or a secret."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, g, request

from service import metrics
from service.headers import request_id

log = logging.getLogger("copydesk.request")


def install(app: Flask) -> None:
    """A line for every answer of ``app``."""

    @app.after_request
    def line(response: Response) -> Response:
        log.info("request", extra={"request": _told(response)})
        return response


def _told(response: Response) -> dict[str, Any]:
    return {
        "id": request_id(),
        "tenant": g.key.tenant if "key" in g else None,
        "method": request.method if request.url_rule else None,
        "route": metrics.route(),
        "status": response.status_code,
        "ms": round(metrics.elapsed_ms(), 1),
        "bytes_in": request.content_length or 0,
        "bytes_out": response.content_length or 0,
    }
