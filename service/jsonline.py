"""Everything worth telling as one line of JSON. What a client makes up is escaped, so that nobody
can forge a line."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple


class Answered(NamedTuple):
    """A request and its answer, as the log tells them; ``ms`` is what the answer took, the rest has
    the names of HTTP. Without a word of a text, an id of a document or a secret."""

    id: str
    tenant: str | None
    method: str | None
    route: str
    status: int
    ms: float
    bytes_in: int
    bytes_out: int


class JsonLine(logging.Formatter):
    r"""A record as one line of JSON; answers that are told together, as a line each. All beyond
    ASCII is escaped, and so are control characters.

    >>> record = logging.makeLogRecord({"msg": "a\nb", "levelname": "INFO", "created": 0})
    >>> JsonLine().format(record)
    '{"at": "1970-01-01T00:00:00.000Z", "level": "info", "message": "a\\nb"}'
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line or lines, without the last one's end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"at": at[:23] + "Z", "level": record.levelname.lower()}
        answers: Sequence[Answered] | None = record.__dict__.get("answers")
        if answers is None:
            return json.dumps(head | _message(record))
        return "\n".join(json.dumps(head | answer._asdict()) for answer in answers)


def _message(record: logging.LogRecord) -> dict[str, Any]:
    told: dict[str, Any] = {"message": record.getMessage()}
    if record.exc_info and record.exc_info[1]:
        # Where it broke, not what it said: an exception may quote the text it broke at.
        error = record.exc_info[1]
        frames = traceback.extract_tb(error.__traceback__)
        told["error"] = type(error).__name__
        told["where"] = [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
    return told
