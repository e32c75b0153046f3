"""What of an answer a reader wants to see and to have counted. It never changes what is found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any

from detector.errors import UsageError
from detector.model import Document, Kind, Relation
from detector.outlet import domain_key, domains_of, outlet_key

MIN_WORDS = 4
"""Shorter passages are not looked at, whatever the view."""
MOST_WORDS = 1000
MOST_DAYS = 36_500
MOST_LINES = 1000
MOST_LINE_CHARS = 2000


class Quotes(StrEnum):
    """Which quotations are left out."""

    NONE = "none"
    ATTRIBUTED = "attributed"
    ALL = "all"


class Shown(StrEnum):
    """Whether something is shown or left out."""

    SHOW = "show"
    HIDE = "hide"


_SOURCES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"outlet": outlet_key, "id": str, "domain": domain_key}
)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Phrases and sources to be left out. ``outlets`` are names as :func:`outlet_key` has them,
    ``ids`` patterns with ``*``, ``?`` and ``[...]``, ``domains`` hosts, with all below them."""

    phrases: frozenset[str] = frozenset()
    outlets: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, lines: Iterable[str]) -> Ignored:
        """Read one phrase or source a line; empty lines and those that begin with ``#`` say
        nothing. Raises UsageError for too many lines, a line too long, or a source without a name.

        >>> found = Ignored.parse(["# ours", "outlet: Fell Mail", "Sign up for our newsletter"])
        >>> sorted(found.outlets), sorted(found.phrases)
        (['fell mail'], ['Sign up for our newsletter'])
        """
        found: dict[str, set[str]] = {kind: set() for kind in ("phrase", *_SOURCES)}
        said = [line.strip() for line in lines]
        said = [line for line in said if line and not line.startswith("#")]
        if len(said) > MOST_LINES:
            raise UsageError(f"ignore takes at most {MOST_LINES} lines, not {len(said)}")
        for line in said:
            if len(line) > MOST_LINE_CHARS:
                raise UsageError(f"ignore: a line has more than {MOST_LINE_CHARS} characters")
            kind, _, name = line.partition(":")
            if kind not in _SOURCES:
                found["phrase"].add(line)
            elif key := _SOURCES[kind](name.strip()):
                found[kind].add(key)
            else:
                raise UsageError(f"ignore: {line} names nothing")
        return cls(*map(frozenset, found.values()))

    @property
    def lines(self) -> list[str]:
        """Lines that :meth:`parse` makes the same of."""
        return [
            *sorted(self.phrases),
            *(f"outlet: {name}" for name in sorted(self.outlets)),
            *(f"id: {name}" for name in sorted(self.ids)),
            *(f"domain: {name}" for name in sorted(self.domains)),
        ]

    @property
    def only_phrases(self) -> Ignored:
        """The same without sources."""
        return Ignored(self.phrases)

    def has(self, document: Document) -> bool:
        """Whether a document is one of the sources.

        >>> ours = Ignored.parse(["domain: fell.example", "id: archive/*"])
        >>> ours.has(Document("x", "Hello", url="https://www.fell.example/1"))
        True
        """
        if document.outlet and outlet_key(document.outlet) in self.outlets:
            return True
        if any(fnmatchcase(document.id, pattern) for pattern in self.ids):
            return True
        return not self.domains.isdisjoint(domains_of(document.url))


@dataclass(frozen=True, slots=True)
class View:
    """What is shown and counted.

    ``quotes``: which quotations are in no passage and no count; ``boilerplate``, ``captions``:
    whether passages of these are shown, they are never counted; ``min_words``: shorter passages
    are left out; ``kinds``: passages of other kinds are left out; ``min_relation``: pairs of a
    weaker relation are left out, and with ``window_days`` those whose stated times lie farther
    apart, with ``same_owner`` those of one owner or outlet; ``ignore``: phrases in no count, and
    sources.

    Raises UsageError for a value that makes no sense.

    >>> View(min_words=0)
    Traceback (most recent call last):
    ...
    detector.errors.UsageError: min_words must be between 1 and 1000, not 0
    """

    quotes: Quotes = Quotes.NONE
    boilerplate: Shown = Shown.SHOW
    captions: Shown = Shown.SHOW
    min_words: int = MIN_WORDS
    kinds: frozenset[Kind] = frozenset(Kind)
    min_relation: Relation = Relation.INDEPENDENT
    window_days: int | None = None
    same_owner: Shown = Shown.SHOW
    ignore: Ignored = Ignored()

    def __post_init__(self) -> None:
        _require_between("min_words", self.min_words, 1, MOST_WORDS)
        if self.window_days is not None:
            _require_between("window_days", self.window_days, 0, MOST_DAYS)
        if not self.kinds:
            raise UsageError("kinds must name at least one kind of passage")

    def changed(self, options: Mapping[str, Any]) -> View:
        """The view as options change it, by name and as they are written: ``preset`` first, then
        each of the others, whatever their order. Raises UsageError.

        >>> EVERYTHING.changed({"min_words": 12, "preset": "desk"}).min_words
        12
        """
        rest = dict(options)
        preset = rest.pop("preset", None)
        view = self if preset is None else PRESETS[one_of("preset", PRESETS, preset)]
        return replace(view, **{name: _read(name, value) for name, value in rest.items()})


def one_of(name: str, choices: Iterable[str], value: str) -> str:
    """``value``, if it is one of the choices. Raises UsageError.

    >>> one_of("quotes", Quotes, "some")
    Traceback (most recent call last):
    ...
    detector.errors.UsageError: quotes must be one of none, attributed, all, not some
    """
    known = list(choices)
    if value not in known:
        raise UsageError(f"{name} must be one of {', '.join(known)}, not {value}")
    return value


def _read(name: str, value: Any) -> Any:
    """An option's value in the type that the view has it in."""
    if name == "ignore":
        return Ignored.parse(value)
    if name == "kinds":
        return frozenset(Kind(one_of("kinds", KINDS, kind)) for kind in value)
    if name in WORDS:
        words = WORDS[name]
        return words(one_of(name, words, value))
    return int(value)


def _require_between(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise UsageError(f"{name} must be between {least} and {most}, not {value}")


EVERYTHING = View()
WORDS: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "quotes": Quotes,
        "boilerplate": Shown,
        "captions": Shown,
        "min_relation": Relation,
        "same_owner": Shown,
    }
)
"""The options that take one of a few words."""
KINDS = (Kind.VERBATIM, Kind.EDITED, Kind.PARAPHRASE)
"""What ``kinds`` can name: the kinds that are looked for."""
PRESETS: Mapping[str, View] = MappingProxyType(
    {
        # Before a story goes out: what stands there without credit, and not every turn of phrase.
        "desk": View(
            quotes=Quotes.ATTRIBUTED,
            boilerplate=Shown.HIDE,
            captions=Shown.HIDE,
            min_words=8,
        ),
        # Who prints our copy: whole reprints with all that is in them, in other houses.
        "licensing": View(
            boilerplate=Shown.HIDE,
            min_relation=Relation.SYNDICATED,
            same_owner=Shown.HIDE,
        ),
        # One story once: texts so alike that a reader would not want both.
        "aggregator": View(
            boilerplate=Shown.HIDE,
            captions=Shown.HIDE,
            kinds=frozenset([Kind.VERBATIM, Kind.EDITED]),
            min_relation=Relation.REVISION,
        ),
    }
)
"""Views by the name of who wants them."""
