"""``/metrics``: what the processes have counted, together, as Prometheus reads it.

Under gunicorn each process counts in files of PROMETHEUS_MULTIPROC_DIR, which must be set before
this is imported; elsewhere in memory.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30)
_AMOUNTS = (0, 1, 2, 5, 10, 20, 50, 100, 1000)
REQUESTS = Counter("copydesk_requests", "Answers.", ["route", "method", "status"])
LATENCY = Histogram("copydesk_request_seconds", "Until the answer.", ["route"], buckets=_SECONDS)
STAGES = Histogram("copydesk_stage_seconds", "read, wait, work.", ["stage"], buckets=_SECONDS)
MATCHES = Histogram("copydesk_check_matches", "Matches of a check.", buckets=_AMOUNTS)
WAITING = Gauge("copydesk_waiting", "Requests in line.", multiprocess_mode="livesum")
_NO_ROUTE = "none"  # a path that somebody made up is no label


def install(app: Flask) -> None:
    """Count every answer of ``app``."""

    @app.before_request
    def begin() -> None:
        g.begun = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        tell(route(), request.method, response.status_code, elapsed_ms())
        return response


def tell(route: str, method: str, status: int, elapsed_ms: float) -> None:
    """Count an answer."""
    REQUESTS.labels(route, method, status).inc()
    LATENCY.labels(route).observe(elapsed_ms / 1000)


def route() -> str:
    """The address of the call under way, as it is written in the routes."""
    return request.url_rule.rule if request.url_rule else _NO_ROUTE


def elapsed_ms() -> float:
    """How long the request under way has taken."""
    begun: float = g.begun
    return 1000 * (time.perf_counter() - begun)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Time one stage of a request."""
    with STAGES.labels(name).time():
        yield


def page(documents: Mapping[str, int]) -> Response:
    """All numbers; ``documents``: how many each tenant has stored."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    sizes = CollectorRegistry()
    gauge = Gauge("copydesk_documents", "Stored documents.", ["tenant"], registry=sizes)
    for tenant, amount in documents.items():
        gauge.labels(tenant).set(amount)
    body = generate_latest(registry) + generate_latest(sizes)
    return Response(body, content_type=CONTENT_TYPE_LATEST)
