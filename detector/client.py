"""A client of the HTTP service, with the standard library alone.

A call that fails because the service is busy or the network broke is made again, as long as the
service can tell that it is the same one: a document is sent with an ``Idempotency-Key``, so it is
stored once however often it had to be sent.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from detector.errors import CopydeskError, UsageError

Answer = dict[str, Any]
ATTEMPTS = 5
LONGEST_WAIT = 30.0  # seconds that the service may ask to wait before it is asked again


class ServiceError(CopydeskError):
    """The service refused a call, or could not be reached (``status`` 0). ``problem`` is what it
    said, as docs/api.md lists it."""

    default_code = "unreachable"

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail", "no answer")), code=problem.get("code"))
        self.status = status
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Client:
    """The service at ``url``; ``key`` is the secret of a key, where it asks for one. Each call
    opens a connection of its own, so threads may share a client.

    >>> Client("ftp://news.example")
    Traceback (most recent call last):
    ...
    detector.errors.UsageError: the address of a service begins with http:// or https://
    """

    url: str
    key: str | None = field(default=None, repr=False)
    timeout_s: float = 60.0
    sleep: Callable[[float], object] = field(default=time.sleep, repr=False)

    def __post_init__(self) -> None:
        if urlsplit(self.url).scheme not in ("http", "https"):
            raise UsageError("the address of a service begins with http:// or https://")

    def check(self, text: str | Mapping[str, Any], **options: int) -> Answer:
        """The report about a text, or a document as docs/api.md describes it. Raises
        ServiceError, as all calls do."""
        member = "text" if isinstance(text, str) else "document"
        return self._json("POST", "/v1/check", {member: text, "options": options})

    def compare(
        self, a: str | Mapping[str, Any], b: str | Mapping[str, Any], **options: int
    ) -> Answer:
        """The pair object of two texts or documents."""
        return self._json("POST", "/v1/compare", {"a": a, "b": b, "options": options})

    def add(self, document: Mapping[str, Any], once: str | None = None) -> Answer:
        """Store a document. ``once`` names the request, so that it can also be made again after
        this program was started anew; without one it is made up."""
        headers = {"Idempotency-Key": once or uuid.uuid4().hex}
        return self._json("POST", "/v1/documents", document, headers)

    def get(self, name: str) -> Answer:
        """A stored document. ServiceError has ``status`` 404 where there is none."""
        return self._json("GET", _address(name))

    def remove(self, name: str) -> None:
        """Forget a document. One that an attempt before this has removed already is no error."""
        self._ask("DELETE", _address(name), None, {}, gone_is_done=True)

    def matches(self, name: str) -> Iterator[Answer]:
        """The pair objects of a stored document, strongest first."""
        return self._pages(f"{_address(name)}/matches", "matches")

    def documents(self) -> Iterator[Answer]:
        """All stored documents, without their texts."""
        return self._pages("/v1/documents", "documents")

    def _pages(self, path: str, member: str) -> Iterator[Answer]:
        cursor = ""
        while cursor is not None:
            query = urlencode({"cursor": cursor} if cursor else {})
            page = self._json("GET", f"{path}?{query}")
            yield from page[member]
            cursor = page["next"]

    def _json(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        answer: Answer = json.loads(self._ask(method, path, data, headers or {}))
        return answer

    def _ask(
        self,
        method: str,
        path: str,
        data: bytes | None,
        headers: Mapping[str, str],
        gone_is_done: bool = False,
    ) -> bytes:
        for attempt in range(ATTEMPTS):
            try:
                status, wait_s, told = self._once(method, path, data, headers)
            except (OSError, HTTPException) as error:
                status, wait_s, told = 0, 0.0, json.dumps({"detail": str(error)}).encode()
            if 200 <= status < 300 or (gone_is_done and attempt and status == 404):
                return told
            failure = ServiceError(status, _problem(told))
            again = status in (0, 429, 503) and attempt + 1 < ATTEMPTS
            if not again or wait_s > LONGEST_WAIT:
                raise failure
            self.sleep(wait_s or 0.2 * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    def _once(
        self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, float, bytes]:
        """Status, seconds that the service asks to wait, and the body."""
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.netloc, timeout=self.timeout_s)
        try:
            given = {"Content-Type": "application/json", "Connection": "close", **headers}
            if self.key is not None:
                given["Authorization"] = f"Bearer {self.key}"
            connection.request(method, parts.path.rstrip("/") + path, data, given)
            answer = connection.getresponse()
            if answer.length is None and not answer.chunked:  # its headers may lack their end
                raise HTTPException("the answer broke off")
            return answer.status, _wait_s(answer), answer.read()
        finally:
            connection.close()


def _address(name: str) -> str:
    return f"/v1/documents/{quote(name, safe='')}"


def _wait_s(answer: HTTPResponse) -> float:
    given = answer.headers.get("Retry-After", "")
    return float(given) if given.isascii() and given.isdecimal() else 0.0


def _problem(told: bytes) -> Mapping[str, Any]:
    """What the service said; nothing of it, where something between answered instead."""
    try:
        problem = json.loads(told)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
