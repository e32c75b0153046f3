"""Every error answer, as one shape: RFC 9457 ``application/problem+json``.

Code below a view raises :class:`Problem`; errors of the detector and of Flask become one here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from detector.errors import CopydeskError, IndexUnusable, InputError, UsageError
from service.headers import REQUEST_ID, SECURITY, request_id

Place = tuple[str, ...]
MEDIA_TYPE = "application/problem+json"
MAX_FIELD_ERRORS = 100
"""A body with more mistakes than this is not being corrected by hand."""

_RETRYABLE = frozenset({408, 429, 503, 507})
_FROM_FLASK = {
    400: ("bad_framing", "Request is not valid HTTP."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not answer that method; see Allow."),
}
_STATUS_OF_ERROR: tuple[tuple[type[CopydeskError], int], ...] = (
    (InputError, 422),
    (UsageError, 400),
    (IndexUnusable, 503),
)
_OF_CODE = {
    "bad_encoding": (422, "Cannot decode as text."),
    "unsupported_charset": (415, "Unknown charset."),
    "report_outdated": (410, "The report was made by another version; check again."),
    "not_found": (404, "No such document."),
    "idempotency_mismatch": (422, "Key was used with a different request."),
    "storage_full": (507, "No space left for new documents."),
    "storage_error": (503, "Storage failed; not stored."),
    "overloaded": (503, "Too many documents are being read; try again."),
    "index_busy": (503, "Others are writing; try again."),
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """One mistake in a JSON body: the keys that lead to it, and what is wrong there.

    >>> FieldError(("extra", "a/b"), "must be a string.").to_dict()["pointer"]
    '/extra/a~1b'
    """

    place: Place
    detail: str

    def to_dict(self) -> dict[str, str]:
        """The mistake as ``errors[]`` lists it, its place a JSON pointer (RFC 6901)."""
        steps = (step.replace("~", "~0").replace("/", "~1") for step in self.place)
        return {"pointer": "".join(f"/{step}" for step in steps), "detail": self.detail}


class Problem(Exception):
    """An answer that is not the one hoped for. ``code`` is for programs, ``detail`` for people.

    >>> Problem(422, "no_text", "No words left after cleaning.").to_dict("r1")["title"]
    'Unprocessable Entity'
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: tuple[FieldError, ...] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers

    def to_dict(self, request_id: str) -> dict[str, Any]:
        """The members of the answer; ``errors`` only where fields are to blame."""
        members: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "retryable": self.status in _RETRYABLE,
            "request_id": request_id,
        }
        if self.errors:
            members["errors"] = [each.to_dict() for each in self.errors[:MAX_FIELD_ERRORS]]
        return members


def unprocessable(code: str, detail: str, place: Place) -> Problem:
    """The answer when one place of a well-formed body cannot be used."""
    return Problem(422, code, detail, errors=(FieldError(place, detail),))


def unexpected() -> Problem:
    """The answer when the service itself is wrong: nothing about how."""
    return Problem(500, "internal_error", "Something broke here; the request was not at fault.")


def as_http(problem: Problem, request_id: str) -> bytes:
    """A problem as it goes over the wire; the connection ends with it."""
    body = json.dumps(problem.to_dict(request_id)).encode()
    lines = {
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
        "Connection": "close",
        REQUEST_ID: request_id,
        **SECURITY,
        **problem.headers,
    }
    head = f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return head.encode("latin-1") + b"\r\n" + body


def install(app: Flask) -> None:
    """Make every error of ``app`` a problem. Unexpected ones reach Flask's log first."""
    app.register_error_handler(Problem, _answer)
    app.register_error_handler(CopydeskError, lambda error: _answer(of_error(error)))
    app.register_error_handler(HTTPException, lambda error: _answer(_of_flask(error)))


def _answer(problem: Problem) -> Response:
    response = jsonify(problem.to_dict(request_id()))
    response.status_code = problem.status
    response.mimetype = MEDIA_TYPE
    response.headers.update(problem.headers)
    return response


def of_error(error: Problem | CopydeskError) -> Problem:
    """The answer to what the detector raises on purpose."""
    if isinstance(error, Problem):
        return error
    if error.code in _OF_CODE:
        status, detail = _OF_CODE[error.code]
        errors = (FieldError((), error.message),) if status in (415, 422) else ()
        return Problem(status, error.code, detail, errors=errors, headers=_when(status))
    status = next((each for kind, each in _STATUS_OF_ERROR if isinstance(error, kind)), 500)
    return Problem(status, error.code, error.message, headers=_when(status))


def _when(status: int) -> Mapping[str, str]:
    return {"Retry-After": "2"} if status == 503 else {}


def _of_flask(error: HTTPException) -> Problem:
    if error.code not in _FROM_FLASK:
        return unexpected()
    code, detail = _FROM_FLASK[error.code]
    allow = error.get_response().headers.get("Allow")
    return Problem(error.code, code, detail, headers={"Allow": allow} if allow else {})
