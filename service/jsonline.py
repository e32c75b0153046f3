"""Everything worth telling as one line of JSON. What a client makes up is escaped, so that nobody
can forge a line."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any


class JsonLine(logging.Formatter):
    r"""A record as one line of JSON. All beyond ASCII is escaped, and so are control characters.

    >>> record = logging.makeLogRecord({"msg": "a\nb", "levelname": "INFO", "created": 0})
    >>> JsonLine().format(record)
    '{"at": "1970-01-01T00:00:00.000Z", "level": "info", "message": "a\\nb"}'
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told: dict[str, Any] = {"at": at[:23] + "Z", "level": record.levelname.lower()}
        told |= record.__dict__.get("request") or {"message": record.getMessage()}
        if record.exc_info and record.exc_info[1]:
            # Where it broke, not what it said: an exception may quote the text it broke at.
            error = record.exc_info[1]
            frames = traceback.extract_tb(error.__traceback__)
            told["error"] = type(error).__name__
            told["where"] = [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
        return json.dumps(told)
