"""A line in the log for each request, without a word of a text, an id of a document or a secret."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, request

from service import metrics
from service.headers import request_id

log = logging.getLogger("copydesk.request")


def install(app: Flask) -> None:
    """A line for every answer of ``app``."""

    @app.after_request
    def line(response: Response) -> Response:
        tell(
            request_id(),
            g.key.tenant if "key" in g else None,
            request.method if request.url_rule else None,
            metrics.route(),
            response.status_code,
            metrics.elapsed_ms(),
            request.content_length or 0,
            response.content_length or 0,
        )
        return response


def tell(
    request_id: str,
    tenant: str | None,
    method: str | None,
    route: str,
    status: int,
    elapsed_ms: float,
    bytes_in: int,
    bytes_out: int,
) -> None:
    """Log an answer."""
    told = {
        "id": request_id,
        "tenant": tenant,
        "method": method,
        "route": route,
        "status": status,
        "ms": round(elapsed_ms, 1),
        "bytes_in": bytes_in,
        "bytes_out": bytes_out,
    }
    log.info("request", extra={"request": told})
