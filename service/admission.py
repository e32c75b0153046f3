"""Who is served now: within the rate of the key, and in turn. Health checks never wait."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Flask, Response, current_app, g, has_request_context, request

from detector.keys import Key
from service import logs, metrics
from service.body import read_body
from service.jsonline import Answered
from service.line import Line
from service.problems import Problem
from service.rate import Rates
from service.shedding import Shedding


def install(app: Flask, rate: int | None) -> None:
    """``rate``: requests a second of one key; None for no limit."""
    line = Line()
    app.extensions["copydesk_line"] = line
    app.extensions["copydesk_shedding"] = Shedding(line, app.url_map.bind(""), _tell_refusals)
    app.extensions["copydesk_rates"] = Rates(rate) if rate else None
    app.after_request(_tell_rate)


def within_rate(key: Key) -> None:
    """Count a request of this key. Raises Problem (429, ``rate_limited``) above its rate."""
    rates: Rates | None = current_app.extensions["copydesk_rates"]
    if rates is None:
        return
    allowed = rates.ask(key.digest)
    g.rate = f'"key";r={allowed.remaining};t={math.ceil(allowed.wait_s)}'
    if not allowed.passes:
        wait = {"Retry-After": str(max(1, math.ceil(allowed.wait_s)))}
        detail = f"Rate limit is {rates.per_second} per second."
        raise Problem(429, "rate_limited", detail, headers=wait)


@contextmanager
def turn() -> Iterator[None]:
    """Read the body, then wait for a turn: who sends slowly keeps nobody from working.

    Raises Problem (503, ``overloaded``) at once where the wait would be long.
    """
    line: Line = current_app.extensions["copydesk_line"]
    line.refuse_if_full()
    if request.method in ("POST", "PUT"):
        with metrics.stage("read"):
            read_body(request)
    with metrics.stage("wait"), metrics.WAITING.track_inprogress():
        g.turn = line.enter()
    try:
        with metrics.stage("work"):
            yield
    finally:
        line.leave(g.pop("turn"))


@contextmanager
def aside() -> Iterator[None]:
    """Let others have the turn while another process works for the request under way."""
    if not has_request_context() or "turn" not in g:
        yield
        return
    line: Line = current_app.extensions["copydesk_line"]
    line.leave(g.turn)
    try:
        yield
    finally:
        g.turn = line.rejoin()


def _tell_refusals(answers: Sequence[Answered]) -> None:
    for answer in answers:
        metrics.tell(answer.route, str(answer.method), answer.status, answer.ms)
    logs.tell(answers)


def _tell_rate(response: Response) -> Response:
    rates: Rates | None = current_app.extensions["copydesk_rates"]
    if rates is not None and "rate" in g:
        response.headers["RateLimit-Policy"] = f'"key";q={rates.per_second};w=1'
        response.headers["RateLimit"] = g.rate
    return response
