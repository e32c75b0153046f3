"""JSON as RFC 8259 has it, and no more: what other readers let pass or choke on is refused.

That is NaN, huge numbers, keys given twice, deep nesting and half a surrogate pair. Every step
takes time linear in the size of the input.
"""

from __future__ import annotations

import json
import math
import re
import reprlib
from collections.abc import Iterable
from itertools import accumulate
from typing import Any, NoReturn

from detector.errors import InputError

MAX_DEPTH = 64

Json = dict[str, Any] | list[Any] | str | int | float | bool | None

_INT64 = range(-(2**63), 2**63)
# Possessive, so that no input makes it backtrack; an unclosed string reaches to the end.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_STEP = dict.fromkeys(b"[{", 1) | dict.fromkeys(b"]}", -1)
_NOT_BRACKETS = bytes(set(range(256)) - _STEP.keys())
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


class JsonError(InputError):
    """JSON that is refused. ``place`` is the path to a bad string, as in a JSON pointer: the keys
    and the numbers of list items; empty for all other mistakes."""

    default_code = "bad_json"
    place: tuple[str, ...] = ()


def loads(data: bytes, name: str = "Body", line: int = 1) -> Json:
    """The value that one JSON text stands for. ``name`` is what a message calls that text, ``line``
    the line of its file where it begins.

    Raises ``JsonError``: ``bad_utf8``, ``bad_json`` (also for NaN, huge numbers and more than 64
    levels), ``duplicate_key``, ``bad_unicode`` for half a surrogate pair.

    >>> loads(b'{"text": "Hello"}')
    {'text': 'Hello'}
    >>> loads(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ...
    detector.strictjson.JsonError: Key 'a' appears twice.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{name} is not UTF-8 (byte {error.start})."
        raise JsonError(message, code="bad_utf8") from error
    if _is_too_deep(data):
        raise JsonError(f"{name} is nested deeper than {MAX_DEPTH} levels.")
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        where = f"line {line - 1 + error.lineno}, column {error.colno}"
        raise JsonError(f"{name} is not valid JSON ({where}).") from error
    if _SURROGATE_ESCAPE.search(data):
        _refuse_lone_surrogates(value)
    return value


def _is_too_deep(data: bytes) -> bool:
    """Whether brackets nest past the limit, known before a parser has to recurse. What stands after
    the first mistake may mislead it, but then the text is no JSON anyway."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return False  # nearly every document: no need to look closer
    brackets = _STRING.sub(b"", data).translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > MAX_DEPTH


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise JsonError(f"Key {reprlib.repr(key)} appears twice.", code="duplicate_key")
        members[key] = value
    return members


def _integer(digits: str) -> int:
    # Reading digits takes quadratic time, so the length comes first.
    if len(digits) > 20 or (value := int(digits)) not in _INT64:
        raise JsonError("Number out of range.")
    return value


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        _no_constant(digits)
    return value


def _no_constant(_: str) -> NoReturn:
    raise JsonError("NaN and Infinity are not JSON.")


def _refuse_lone_surrogates(value: Json) -> None:
    """They are no text: no store can write them."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            message = f"Text has a lone surrogate at character {error.start}."
            raise JsonError(message, code="bad_unicode") from error
    elif isinstance(value, list):
        _refuse_inside(enumerate(value))
    elif isinstance(value, dict):
        for key in value:
            _refuse_lone_surrogates(key)
        _refuse_inside(value.items())


def _refuse_inside(members: Iterable[tuple[object, Json]]) -> None:
    for step, value in members:
        try:
            _refuse_lone_surrogates(value)
        except JsonError as error:
            # Put together on the way out: of what may be millions of strings, one needs its place.
            error.place = (str(step), *error.place)
            raise
