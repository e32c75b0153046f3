"""Bytes of a request -> JSON value. A body past the limit is refused, however it is sent."""

from __future__ import annotations

import time
from collections.abc import Iterator

from flask import Request

from detector.ingest import MAX_BYTES as MAX_BYTES  # one document, one request
from detector.strictjson import Json, JsonError, loads
from service.problems import Problem, unprocessable

PATIENCE = 30.0
"""Seconds without a byte until a body counts as not coming."""

LONGEST = 120.0
"""Seconds until a body must be there as a whole, however steadily it drips."""

_PIECE = 1 << 16
_READ = "copydesk.body"


def read_body(request: Request) -> bytes:
    """The whole body, also if it is asked for again. Never holds more than the limit, whether a
    length was announced or not."""
    if _READ not in request.environ:
        request.environ[_READ] = _read(request)
    data: bytes = request.environ[_READ]
    return data


def parse_json(body: bytes) -> Json:
    """The JSON value in ``body``, as strictly as :func:`detector.strictjson.loads` reads it.

    >>> parse_json(b'{"text": "Hello"}')
    {'text': 'Hello'}
    >>> parse_json(b'{"text":')
    Traceback (most recent call last):
    ...
    service.problems.Problem: Body is not valid JSON (line 1, column 9).
    """
    try:
        return loads(body)
    except JsonError as error:
        if error.code == "bad_unicode":  # sound JSON, but one string of it cannot be used
            raise unprocessable(error.code, error.message, error.place) from error
        raise Problem(400, error.code, error.message) from error


def _read(request: Request) -> bytes:
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise Problem(415, "unsupported_encoding", "Send the body without Content-Encoding.")
    announced = request.content_length or 0
    if announced > MAX_BYTES:
        raise _too_large()
    pieces, size = [], 0
    for piece in _pieces(request):
        size += len(piece)
        # Werkzeug's own limit would cut a chunked body here and call the rest its end.
        if size > MAX_BYTES:
            raise _too_large()
        pieces.append(piece)
    if size < announced:
        raise _broken_off()
    return b"".join(pieces)


def _pieces(request: Request) -> Iterator[bytes]:
    # A worker has few threads: one that waits for a silent client serves nobody else.
    if socket := request.environ.get("gunicorn.socket"):
        socket.settimeout(PATIENCE)
    deadline = time.monotonic() + LONGEST
    try:
        while piece := request.stream.read(_PIECE):
            if time.monotonic() > deadline:
                raise TimeoutError
            yield piece
    except TimeoutError as error:
        raise Problem(408, "request_timeout", "Body did not arrive in time.") from error
    except Exception as error:  # each server has its own for a bad chunk or a client gone
        raise _broken_off() from error


def _too_large() -> Problem:
    return Problem(413, "body_too_large", f"Body is larger than {MAX_BYTES} bytes.")


def _broken_off() -> Problem:
    return Problem(400, "bad_framing", "Body is broken off or badly framed.")
