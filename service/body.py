"""Bytes of a request -> JSON value. A body past the limit is refused, however it is sent."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator

from flask import Request, request

from detector.ingest import MAX_BYTES as MAX_BYTES  # one document, one request
from detector.model import Once
from detector.strictjson import Json, JsonError, loads
from service.problems import Problem, unprocessable

PATIENCE = 30.0
"""Seconds without a byte until a body counts as not coming."""

JSON, LINES = "application/json", "application/x-ndjson"
MAX_LINES = 10_000
MAX_LINE_BYTES = 1 << 20
MAX_KEY = 200
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


def check_lines(body: bytes) -> list[bytes]:
    r"""The lines of a body of many documents, one a line; blank ones too.

    Raises Problem (413, ``batch_too_large``).

    >>> check_lines(b"{}\n\n{}")
    [b'{}', b'', b'{}']
    """
    lines = body.removeprefix(b"\xef\xbb\xbf").splitlines()
    if len(lines) > MAX_LINES or any(len(line) > MAX_LINE_BYTES for line in lines):
        detail = f"At most {MAX_LINES} lines of {MAX_LINE_BYTES} bytes."
        raise Problem(413, "batch_too_large", detail)
    return lines


def asked_once(data: bytes) -> Once | None:
    """The idempotency key of the request under way, with the digest of what it asks.

    Raises Problem (400, ``bad_parameter``) for a key that cannot be.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not (1 <= len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        detail = f"Idempotency-Key must be 1 to {MAX_KEY} printable ASCII characters."
        raise Problem(400, "bad_parameter", detail)
    # A form is sent again with another boundary; what it holds is in the data.
    is_form = request.mimetype.startswith("multipart/")
    kind = request.mimetype if is_form else request.content_type
    asked = f"{request.method} {request.full_path.rstrip('?')} {kind}\n".encode()
    return Once(key, hashlib.sha256(asked + data).hexdigest())


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
