"""What the service is started with: a TOML file, overruled by the environment.

Every key of the file is an environment variable too: ``min_words`` is ``COPYDESK_MIN_WORDS``. An
option of ``copydesk serve`` overrules both, by setting the variable.
"""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detector import loopback
from detector.errors import UsageError
from detector.settings import DEFAULT, Settings
from detector.view import EVERYTHING, MOST_WORDS

PREFIX = "COPYDESK_"
FILE = f"{PREFIX}CONFIG"
MAX_BYTES = 1 << 16
MOST_REPORT_DAYS = 3650
_SECRET = "cd_"  # noqa: S105 - how every key begins, none of them
_ON_COMMAND_LINE = "takes a file of keys, not a key: others can read a command line"


@dataclass(frozen=True, slots=True)
class _Number:
    """A number within bounds, whole or not."""

    least: float
    most: float
    whole: bool = True

    def read(self, value: object) -> float | None:
        """The value as such a number, also if it is written as text; None if it is not one."""
        kind = int if self.whole else float
        try:
            number = kind(value) if isinstance(value, str) else value
        except ValueError:
            return None
        if isinstance(number, bool) or not isinstance(number, int | kind):
            return None
        return kind(number) if self.least <= number <= self.most else None

    def __str__(self) -> str:
        what = "a whole number" if self.whole else "a number"
        return f"{what} from {self.least} to {self.most}"


_FILES = ("index", "against", "keys", "partners", "secret_file")
_NAMES = ("bind", *_FILES)
_NUMBERS = {
    "workers": _Number(1, 256),
    "rate": _Number(1, 1_000_000),
    "report_days": _Number(0, MOST_REPORT_DAYS),
    "max_report_days": _Number(0, MOST_REPORT_DAYS),
    "min_words": _Number(1, MOST_WORDS),
    "review_words": _Number(0, 1_000_000),
    "review_share": _Number(0, 1, whole=False),
    "alert_words": _Number(0, 1_000_000),
    "alert_share": _Number(0, 1, whole=False),
}
KEYS = (*_NAMES, *_NUMBERS)


@dataclass(frozen=True, slots=True)
class Config:
    """Where the service listens and with how many processes; the corpus it checks against (a
    folder ``against``, a stored ``index``); the files of ``keys`` and of licences (``partners``);
    how many requests a second one key may make on average; ``secret_file``: what signs log-ins;
    ``report_days``: how long a report is kept of which the request does not say, 0 for not at all,
    and ``max_report_days``, how long at most; the settings of a request without options."""

    bind: str = loopback.DEFAULT
    workers: int = 2
    index: str | None = None
    against: str | None = None
    keys: str | None = None
    partners: str | None = None
    rate: int = 20
    secret_file: str | None = None
    report_days: int = 0
    max_report_days: int = 30
    settings: Settings = DEFAULT


def read_config(environ: Mapping[str, str]) -> Config:
    """The configuration that the environment gives, with that of the file it names below it.

    Raises UsageError (``bad_config``) for an unknown key, a value that cannot be, or a file that
    cannot be read.

    >>> read_config({"COPYDESK_WORKERS": "3"}).workers
    3
    >>> read_config({"COPYDESK_MIN_WORDS": "some"})
    Traceback (most recent call last):
    ...
    detector.errors.UsageError: COPYDESK_MIN_WORDS must be a whole number from 1 to 1000, not 'some'
    """
    found = _of_file(Path(environ[FILE])) if environ.get(FILE) else {}
    found |= _of_environment(environ)
    names = [field.name for field in dataclasses.fields(Settings)]
    given = {name: found.pop(name) for name in names if name in found}
    view = {"min_words": found.pop("min_words")} if "min_words" in found else {}
    settings = Settings(**given, view=EVERYTHING.changed(view))
    return Config(**found, settings=settings)


def _of_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    variables = {key: f"{PREFIX}{key.upper()}" for key in KEYS}
    if variables["workers"] not in environ:
        variables["workers"] = "WEB_CONCURRENCY"  # what hosts set for any service
    # An empty name is none; an empty address is a mistake that must not open the wrong one.
    return {
        key: _value(key, environ[variable], variable)
        for key, variable in variables.items()
        if environ.get(variable, "") or (variable in environ and key not in _FILES)
    }


def _of_file(path: Path) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise _bad(f"{path} is larger than {MAX_BYTES} bytes")
        given = tomllib.loads(data.decode())
    except OSError as error:
        raise _bad(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:  # also what is no UTF-8 or no TOML
        raise _bad(f"{path}: {error}") from error
    for key in given:
        if key not in KEYS:
            near = difflib.get_close_matches(key, KEYS, 1)
            hint = f" (did you mean {near[0]!r}?)" if near else ""
            raise _bad(f"unknown key {key!r}{hint}")
    read = {key: _value(key, value, f"config: {key}") for key, value in given.items()}
    return {key: _beside(path, key, value) for key, value in read.items()}


def _value(key: str, value: object, called: str) -> Any:
    if key in _NUMBERS:
        of_file = called.startswith("config: ")
        number = None if of_file and isinstance(value, str) else _NUMBERS[key].read(value)
        if number is None:
            raise _wrong(called, str(_NUMBERS[key]), value)
        return number
    if not isinstance(value, str):
        raise _wrong(called, "a string", value)
    if key == "keys" and value.startswith(_SECRET):
        raise UsageError(f"{called} {_ON_COMMAND_LINE}", code="bad_config")
    return value


def _beside(path: Path, key: str, value: Any) -> Any:
    """A file that the configuration names stands beside it, whatever folder this runs in."""
    if key not in _FILES or "://" in value:
        return value
    return str(path.parent / value)


def _wrong(called: str, wanted: str, value: object) -> UsageError:
    return UsageError(f"{called} must be {wanted}, not {value!r}", code="bad_config")


def _bad(what: str) -> UsageError:
    return UsageError(f"config: {what}", code="bad_config")
