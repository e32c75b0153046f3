"""Frozen dataclasses as what JSON has, and back by the annotations of their classes. Nothing in the
JSON can name a type or run.

An object becomes the list of its fields or, ``by_name``, their names and values: longer, and still
read when fields with defaults were added since. What stands for a document is for the caller to
say, for answers name the same texts many times.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from detector.model import Document

_ATOMS = frozenset([str, int, float, bool, type(None)])
"""Types of most values: they stay what they are."""


def members(value: Any, document: Callable[[Document], Any], by_name: bool) -> Any:
    """The fields of an object, as :func:`plain` has them.

    >>> from detector.model import Span
    >>> members(Span(2, 5), lambda document: document.id, by_name=True)
    {'start': 2, 'end': 5}
    """
    kind: type = type(value)
    names = _names(kind)
    found = [plain(getattr(value, name), document, by_name) for name in names]
    return dict(zip(names, found, strict=True)) if by_name else found


def plain(value: Any, document: Callable[[Document], Any], by_name: bool) -> Any:
    """A value of dataclasses, words, numbers and tuples, sets and mappings of these as JSON has it;
    ``document`` says what stands for a document."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is tuple:
        return [plain(each, document, by_name) for each in value]
    if kind is Document:
        return document(value)
    if is_dataclass(kind):
        return members(value, document, by_name)
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(plain(each, document, by_name) for each in value)
    if isinstance(value, Mapping):
        return {str(name): plain(each, document, by_name) for name, each in value.items()}
    return value


@cache
def _names(kind: type) -> Sequence[str]:
    return [each.name for each in fields(kind)]


def restored(kind: Any, data: Any, document: Callable[[Any], Document]) -> Any:
    """The value of a type that JSON stands for; ``document`` gives the document that something
    stands for.

    >>> from detector.model import Span
    >>> restored(tuple[Span, ...], [[2, 5], {"start": 6, "end": 9}], lambda data: None)
    (Span(start=2, end=5), Span(start=6, end=9))
    """
    if kind is Document:
        return document(data)
    if isinstance(kind, type) and is_dataclass(kind):
        return rebuilt(kind, data, document)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (some,) = (each for each in inner if each is not type(None))
        return None if data is None else restored(some, data, document)
    if origin is tuple:
        kinds = [inner[0]] * len(data) if inner[1:] == (...,) else inner
        return tuple(restored(k, v, document) for k, v in zip(kinds, data, strict=True))
    if origin is frozenset:
        return frozenset(restored(inner[0], each, document) for each in data)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {name: restored(inner[1], each, document) for name, each in data.items()}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(data)
    return data


def rebuilt(kind: Any, data: Any, document: Callable[[Any], Document]) -> Any:
    """The object that the list or the names and values of its fields stand for. Raises ValueError
    for a list of another length."""
    hints = _hints(kind)
    named = data if isinstance(data, Mapping) else dict(zip(hints, data, strict=True))
    return kind(**{n: restored(hints[n], v, document) for n, v in named.items() if n in hints})


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    """The types of its fields, in order."""
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}
