"""Everything that can go wrong on purpose, as one tree.

::

    CopydeskError
    ├── UsageError        the caller asked for something that cannot be done (exit 2, HTTP 4xx)
    ├── InputError        one document cannot be read; the others go on (exit 3, HTTP 4xx)
    ├── IndexUnusable     the index is missing, damaged or of another version (exit 4, HTTP 503)
    └── OutputError       the result could not be written (exit 5)

Every error has a ``code`` for programs and a message for people. The message says what to do.
"""

from __future__ import annotations


class CopydeskError(Exception):
    """The root: catch this to catch everything Copydesk raises on purpose.

    >>> raise CopydeskError("nothing to compare", code="nothing_to_do")
    Traceback (most recent call last):
    ...
    detector.errors.CopydeskError: nothing to compare
    """

    default_code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code


class UsageError(CopydeskError):
    """An option, path or setting that makes no sense."""

    default_code = "bad_parameter"


class InputError(CopydeskError):
    """One input that is refused: wrong encoding, broken JSON, too large, no text."""

    default_code = "read_failed"


class IndexUnusable(CopydeskError):
    """An index that cannot be opened or trusted."""

    default_code = "index_corrupt"


class OutputError(CopydeskError):
    """A result that could not be written."""

    default_code = "output_failed"
