"""The partners file: licences that a newsroom has given or been given, in TOML."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from detector.errors import UsageError
from detector.fold import has_words
from detector.model import Licence, Partners
from detector.outlet import domain_key, outlet_key

MAX_BYTES = 262_144
MAX_LINE_BYTES = 1000
"""tomllib takes quadratic time for one long dotted key: 56 s for one of 100 kB."""
MAX_LICENCES = 5000
MAX_NAMES = 500
MAX_NAME_CHARS = 200
MAX_WORDS = 100_000
SCOPES = ("full", "excerpt")
KEYS = (
    "outlet", "domain", "partner", "from", "to", "scope", "words", "credit", "corrections_follow",
)  # fmt: skip


def read_partners(data: bytes, name: str) -> Partners:
    r"""The licences of a partners file. ``name`` is what a message calls the file.

    Raises UsageError, naming the entry, where one cannot be understood: guessing could allow what
    nobody has allowed.

    >>> file = b'[[licence]]\noutlet = "Northern Wire"\nscope = "full"\n'
    >>> read_partners(file, "partners.toml").by_outlet["northern wire"][0].words is None
    True
    >>> read_partners(file + b"words = 90", "partners.toml")
    Traceback (most recent call last):
    ...
    detector.errors.UsageError: partners.toml: licence 1 (Northern Wire): words goes with ...
    """
    entries = _entries(data, name)
    licences = []
    for number, entry in enumerate(entries, 1):
        try:
            licences.append(_licence(entry))
        except ValueError as error:
            raise _unusable(f"{name}: licence {number}{_called(entry)}: {error}") from error
    return Partners(
        _by_name((outlet_key(key), x) for x in licences for key in x.outlets),
        _by_name((domain_key(key), x) for x in licences for key in x.domains),
    )


def read_partners_file(path: str | None) -> Partners | None:
    """The licences on file; None where there is no file.

    Raises UsageError where it cannot be read, or as :func:`read_partners`.
    """
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            return read_partners(file.read(MAX_BYTES + 1), path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", code="bad_config") from error


def _entries(data: bytes, name: str) -> Sequence[object]:
    if len(data) > MAX_BYTES:
        raise _unusable(f"{name}: larger than {MAX_BYTES} bytes")
    for number, line in enumerate(data.split(b"\n"), 1):
        if len(line) > MAX_LINE_BYTES:
            raise _unusable(f"{name}: line {number} is longer than {MAX_LINE_BYTES} bytes")
    try:
        table = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and TOMLDecodeError too
        raise _unusable(f"{name}: not TOML: {error}") from error
    if unknown := table.keys() - {"licence"}:
        raise _unusable(f"{name}: it may have [[licence]] only, not {min(unknown)}")
    entries = table.get("licence", [])
    if not isinstance(entries, list):
        raise _unusable(f"{name}: write [[licence]] above each licence")
    if len(entries) > MAX_LICENCES:
        raise _unusable(f"{name}: more than {MAX_LICENCES} licences")
    return entries


def _licence(entry: object) -> Licence:
    if not isinstance(entry, dict):
        raise ValueError("write [[licence]] above it")
    if unknown := entry.keys() - set(KEYS):
        raise ValueError(f"{min(unknown)} is not one of {', '.join(KEYS)}")
    outlets, domains = _names(entry, "outlet"), _names(entry, "domain")
    if bool(outlets) == bool(domains):
        raise ValueError("it needs outlet or domain, and not both")
    first, last = _day(entry, "from"), _day(entry, "to")
    if first and last and last < first:
        raise ValueError("to is before from")
    follows = entry.get("corrections_follow", False)
    if not isinstance(follows, bool):
        raise ValueError("corrections_follow is true or false")
    credit = _names(entry, "credit")
    if not all(map(has_words, credit)):
        raise ValueError("credit needs words")
    partners = _names(entry, "partner")
    keys = frozenset([*map(outlet_key, partners), *map(domain_key, partners)])
    return Licence(outlets, domains, keys, first, last, _words(entry), credit, follows)


def _names(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """One name or a list of them; none where the key is not there."""
    if key not in entry:
        return ()
    given = entry[key] if isinstance(entry[key], list) else [entry[key]]
    if not 1 <= len(given) <= MAX_NAMES:
        raise ValueError(f"{key} takes 1 to {MAX_NAMES} names")
    for name in given:
        if not isinstance(name, str) or not name.strip():
            raise ValueError(f"{key} takes names in quotation marks")
        if len(name) > MAX_NAME_CHARS:
            raise ValueError(f"{key} is longer than {MAX_NAME_CHARS} characters")
    return tuple(name.strip() for name in given)


def _day(entry: Mapping[str, Any], key: str) -> date | None:
    day = entry.get(key)
    if day is None:
        return None
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError(f"{key} takes a day without quotation marks: {key} = 2026-01-31")
    return day


def _words(entry: Mapping[str, Any]) -> int | None:
    scope, words = entry.get("scope"), entry.get("words")
    if scope not in SCOPES:
        raise ValueError('it needs scope = "full" or scope = "excerpt"')
    if scope == "full" and words is not None:
        raise ValueError('words goes with scope = "excerpt"')
    if scope == "full":
        return None
    if not isinstance(words, int) or isinstance(words, bool) or not 1 <= words <= MAX_WORDS:
        raise ValueError(f'scope = "excerpt" needs words = 1 to {MAX_WORDS}')
    return words


def _by_name(named: Iterable[tuple[str, Licence]]) -> Mapping[str, tuple[Licence, ...]]:
    found: dict[str, list[Licence]] = defaultdict(list)
    for name, licence in named:
        found[name].append(licence)
    return {name: tuple(licences) for name, licences in found.items()}


def _called(entry: object) -> str:
    """Whose licence it is, so far as that can be read."""
    source = (entry.get("outlet") or entry.get("domain")) if isinstance(entry, dict) else None
    first = source[0] if isinstance(source, list) and source else source
    return f" ({first[:MAX_NAME_CHARS]})" if isinstance(first, str) else ""


def _unusable(message: str) -> UsageError:
    return UsageError(message, code="bad_config")
