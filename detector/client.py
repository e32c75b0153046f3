"""A client of the HTTP service, with the standard library alone.

A call that fails because the service is busy or the network broke is made again, as long as the
service can tell that it is the same one: documents and batches are sent with an
``Idempotency-Key``, so they are stored once however often they had to be sent. A decision is sent
again only where the service said that it took none.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any, Literal
from urllib.parse import quote, urlencode, urlsplit

from detector.errors import CopydeskError, UsageError

Answer = dict[str, Any]
Option = int | str | Sequence[str]
"""What an option may be; docs/api.md lists them."""
ATTEMPTS = 5
LONGEST_WAIT = 30.0  # seconds that the service may ask to wait before it is asked again
_LINES = "application/x-ndjson"
_NOT_TAKEN = (429, 503)
_PERHAPS_TAKEN = (0, *_NOT_TAKEN)


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

    def check(self, text: str | Mapping[str, Any], **options: Option) -> Answer:
        """The report about a text, or a document as docs/api.md describes it; with the option
        ``keep_report_days`` it is kept, as its ``report_id``. Raises ServiceError, as all calls
        do."""
        member = "text" if isinstance(text, str) else "document"
        return self._json("POST", "/v1/check", {member: text, "options": options})

    def compare(
        self, a: str | Mapping[str, Any], b: str | Mapping[str, Any], **options: Option
    ) -> Answer:
        """The pair object of two texts or documents."""
        return self._json("POST", "/v1/compare", {"a": a, "b": b, "options": options})

    def report(self, name: str) -> Answer:
        """A report that is kept, by its ``report_id``: the answer that was given."""
        return self._json("GET", f"/v1/reports/{_step(name)}")

    def report_as(
        self, name: str, form: Literal["csv", "html", "pdf"], language: str = "en"
    ) -> bytes:
        """The same as a file; ``language`` is that of a page, on paper too."""
        query = "" if form == "csv" else f"?{urlencode({'lang': language})}"
        return self._ask("GET", f"/v1/reports/{_step(name)}.{form}{query}", None, {})

    def add(self, document: Mapping[str, Any], once: str | None = None) -> Answer:
        """Store a document. ``once`` names the request, so that it can also be made again after
        this program was started anew; without one it is made up."""
        data = json.dumps(document).encode()
        return _read(self._ask("POST", "/v1/documents", data, _once(once)))

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

    def decide(self, a: str, b: str, decision: str, reason: str = "", finding: str = "") -> Answer:
        """Say of two stored documents that share something that this is ``confirmed``,
        ``dismissed`` or ``open`` again. ``finding``: the digest that was looked at; ServiceError
        has ``status`` 409 where they share something else by now."""
        given = {"a": a, "b": b, "decision": decision, "reason": reason}
        data = json.dumps({**given, **({"finding": finding} if finding else {})}).encode()
        return _read(self._ask("POST", "/v1/findings", data, {}, again=_NOT_TAKEN))

    def decisions(self) -> Iterator[Answer]:
        """All that was decided, the latest first."""
        return self._pages("/v1/findings", "findings")

    def start_batch(
        self,
        documents: Iterable[Mapping[str, Any]],
        min_words: int | None = None,
        once: str | None = None,
    ) -> Answer:
        """Have documents compared with each other, in the background; nothing of them is stored.
        ``min_words``: of the shortest passage that counts, None for what the service is set to;
        ``once`` as in :meth:`add`."""
        query = urlencode({"min_words": min_words} if min_words is not None else {})
        data = "".join(f"{json.dumps(document)}\n" for document in documents).encode()
        headers = {"Content-Type": _LINES, **_once(once)}
        return _read(self._ask("POST", f"/v1/batches?{query}", data, headers))

    def batch(self, name: str) -> Answer:
        """How far a batch is: ``status`` ends as ``finished``, ``failed`` or ``purged``."""
        return self._json("GET", f"/v1/batches/{_step(name)}")

    def batches(self) -> Iterator[Answer]:
        """All batches, the newest first."""
        return self._pages("/v1/batches", "batches")

    def batch_result(self, name: str) -> list[Answer]:
        """The pair objects of a finished batch. ServiceError has ``status`` 409 before."""
        told = self._ask("GET", f"/v1/batches/{_step(name)}/result", None, {})
        return [_read(line) for line in told.splitlines()]

    def purge_batch(self, name: str) -> None:
        """End a batch and delete its result."""
        self._ask("DELETE", f"/v1/batches/{_step(name)}", None, {})

    def _pages(self, path: str, member: str) -> Iterator[Answer]:
        cursor = ""
        while cursor is not None:
            query = urlencode({"cursor": cursor} if cursor else {})
            page = self._json("GET", f"{path}?{query}")
            yield from page[member]
            cursor = page["next"]

    def _json(self, method: str, path: str, body: object = None) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        return _read(self._ask(method, path, data, {}))

    def _ask(
        self,
        method: str,
        path: str,
        data: bytes | None,
        headers: Mapping[str, str],
        gone_is_done: bool = False,
        again: Sequence[int] = _PERHAPS_TAKEN,
    ) -> bytes:
        """The body of an answer. A failure of a status ``again`` is asked again."""
        for attempt in range(ATTEMPTS):
            try:
                status, wait_s, told = self._once(method, path, data, headers)
            except (OSError, HTTPException) as error:
                status, wait_s, told = 0, 0.0, json.dumps({"detail": str(error)}).encode()
            if 200 <= status < 300 or (gone_is_done and attempt and status == 404):
                return told
            failure = ServiceError(status, _problem(told))
            if status not in again or attempt + 1 == ATTEMPTS or wait_s > LONGEST_WAIT:
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
    return f"/v1/documents/{_step(name)}"


def _step(name: str) -> str:
    """A name as one step of a path, whatever it holds."""
    return quote(name, safe="")


def _once(name: str | None) -> dict[str, str]:
    return {"Idempotency-Key": name or uuid.uuid4().hex}


def _read(told: bytes) -> Answer:
    answer: Answer = json.loads(told)
    return answer


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
