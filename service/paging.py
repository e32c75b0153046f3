"""Long lists in pages: a limit, and a cursor that only we can make."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import request

from service.problems import Problem

MAX_LIMIT = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """What was asked for: at most ``limit`` items after ``after``, "" for from the start.

    ``secret`` signs cursors, ``name`` is the list they are for.
    """

    limit: int
    after: str
    name: str
    secret: bytes

    def cursor(self, after: str) -> str:
        """Where the next page begins, for a client to give back."""
        data = after.encode("utf-8", "surrogatepass")
        return base64.urlsafe_b64encode(_sign(self.secret, self.name, data) + data).decode()

    def following(self, found: Sequence[T], name: Callable[[T], str]) -> str | None:
        """Where the page after these begins, by the ``name`` of the last; None at the end."""
        return self.cursor(name(found[-1])) if len(found) == self.limit else None

    def part(self, whole: Sequence[T]) -> tuple[Sequence[T], str | None]:
        """Of a list that is all there this page, and where the next begins; None at the end."""
        first = int(self.after or 0)
        stop = first + self.limit
        return whole[first:stop], self.cursor(str(stop)) if stop < len(whole) else None


def asked_page(name: str, secret: bytes, usual: int = MAX_LIMIT) -> Page:
    """The page that the request under way asks for, of ``usual`` items if it does not say.

    Raises Problem (400, ``bad_parameter``) for a limit out of range and a cursor that we did not
    give out for this list.
    """
    limit = request.args.get("limit", str(usual))
    if not (limit.isascii() and limit.isdecimal() and 1 <= int(limit[:9]) <= MAX_LIMIT):
        raise Problem(400, "bad_parameter", f"limit must be 1 to {MAX_LIMIT}.")
    cursor = request.args.get("cursor", "")
    return Page(int(limit), _opened(cursor, name, secret) if cursor else "", name, secret)


def _opened(cursor: str, name: str, secret: bytes) -> str:
    try:
        data = base64.urlsafe_b64decode(cursor.encode("ascii"))
        if hmac.compare_digest(data[:8], _sign(secret, name, data[8:])):
            return data[8:].decode("utf-8", "surrogatepass")
    except (ValueError, binascii.Error):
        pass
    raise Problem(400, "bad_parameter", "cursor is not one that this list gave out.")


def _sign(secret: bytes, name: str, data: bytes) -> bytes:
    return hmac.digest(secret, name.encode() + b"\0" + data, hashlib.sha256)[:8]
