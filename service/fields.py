"""Members of a JSON body, checked with every mistake noted, so that one answer names them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from detector.strictjson import Json
from service.problems import FieldError, Place, Problem
from service.schema import ANYTHING, STRING, Schema, choice, listed, nullable, ref


@dataclass(frozen=True, slots=True)
class Check:
    """What one member may hold: ``wrong`` says what is wrong with a value, nothing if nothing is;
    ``schema`` tells a client's programs the same."""

    wrong: Callable[[Json], str]
    schema: Schema


_SHOWN = 100  # characters of a key that a client made up


class Mistakes:
    """Collects what is wrong while a body is read.

    >>> mistakes = Mistakes()
    >>> mistakes.members({"text": 5, "id": "x"}, (), {"text": string, "id": string})
    {'id': 'x'}
    >>> mistakes.refuse_if_any()
    Traceback (most recent call last):
    ...
    service.problems.Problem: text: must be a string.
    """

    def __init__(self) -> None:
        self.found: list[FieldError] = []

    def note(self, place: Place, what: str) -> None:
        """Remember what is wrong at ``place``."""
        place = tuple(key[:_SHOWN] for key in place)
        self.found.append(FieldError(place, f"{'.'.join(place) or 'body'}: {what}"))

    def refuse_if_any(self) -> None:
        """Answer 422 if anything was wrong; the first mistake is the headline."""
        if self.found:
            detail = self.found[0].detail
            raise Problem(422, "validation_failed", detail, errors=tuple(self.found))

    def members(self, value: Json, place: Place, checks: Mapping[str, Check]) -> dict[str, Any]:
        """The members of the object ``value`` that pass their check; the others are noted."""
        if not isinstance(value, dict):
            self.note(place, "must be an object.")
            return {}
        sound = {}
        for name, each in value.items():
            wrong = checks[name].wrong(each) if name in checks else "unknown field."
            if wrong:
                self.note((*place, name), wrong)
            else:
                sound[name] = each
        return sound

    def require(self, value: Json, names: Iterable[str]) -> None:
        """Note which of these members the object ``value``, a whole body, does not have."""
        for name in names:
            if isinstance(value, dict) and name not in value:
                self.note((name,), "is missing.")

    def exactly_one(self, value: Json, place: Place, one: str, other: str) -> None:
        """Note it if the object ``value`` has both or neither of two members."""
        if isinstance(value, dict) and (one in value) == (other in value):
            self.note(place, f"give either {one} or {other}.")


def _string(value: Json) -> str:
    return "" if isinstance(value, str) else "must be a string."


def _mapping(value: Json) -> str:
    return "" if isinstance(value, dict) else "must be an object."


string = Check(_string, STRING)

mapping = Check(_mapping, ANYTHING)

name = Check(
    lambda value: _string(value) or ("" if value else "must not be empty."),
    {**STRING, "minLength": 1},
)
"""For a member by which people will call something."""

string_or_null = Check(lambda value: "" if value is None else _string(value), nullable(STRING))
"""For a member that may also be null, as answers write it when it is unknown."""


def mapping_of(schema: str) -> Check:
    """For an object that is checked further, as the schema of this name says."""
    return Check(_mapping, ref(schema))


def string_or(schema: str) -> Check:
    """For a member that may be written short, or in full as the schema of this name says."""
    return Check(
        lambda value: "" if isinstance(value, str | dict) else "must be a string or an object.",
        {"oneOf": [STRING, ref(schema)]},
    )


def one_of(*choices: str) -> Check:
    """For a member with few values, or null.

    >>> one_of("article", "wire").wrong("blog")
    'must be one of article, wire.'
    """
    wrong = f"must be one of {', '.join(choices)}."
    return Check(
        lambda value: "" if value is None or value in choices else wrong,
        {"enum": [*choices, None]},
    )


def required_of(*choices: str) -> Check:
    """As ``one_of``, but never null.

    >>> required_of("yes", "no").wrong(None)
    'must be one of yes, no.'
    """
    wrong = f"must be one of {', '.join(choices)}."
    return Check(lambda value: "" if value in choices else wrong, choice(choices))


def at_most(chars: int) -> Check:
    """For a string that is not too long, in code points.

    >>> at_most(3).wrong("Ні!?")
    'must be at most 3 characters.'
    """
    wrong = f"must be at most {chars} characters."
    return Check(
        lambda value: _string(value) or ("" if len(str(value)) <= chars else wrong),
        {**STRING, "maxLength": chars},
    )


def some_of(*choices: str) -> Check:
    """For a list, not empty, of some of a few values.

    >>> some_of("verbatim", "edited").wrong(["blog"])
    'must be a list of some of verbatim, edited.'
    """
    wrong = f"must be a list of some of {', '.join(choices)}."
    return Check(
        lambda value: "" if _is_list(value) and value and set(value) <= {*choices} else wrong,
        {**listed(choice(choices)), "minItems": 1},
    )


strings = Check(
    lambda value: "" if _is_list(value) else "must be a list of strings.", listed(STRING)
)


def _is_list(value: Json) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def between(least: int, most: int) -> Check:
    """For a whole number. JSON does not tell 6.0 from 6; Python does not tell True from 1.

    >>> check = between(1, 9).wrong
    >>> check(6.0), check(True), check(0)
    ('', 'must be a whole number.', 'must be between 1 and 9.')
    """

    def wrong(value: Json) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float) or value % 1:
            return "must be a whole number."
        return "" if least <= value <= most else f"must be between {least} and {most}."

    return Check(wrong, {"type": "integer", "minimum": least, "maximum": most})


def schema_of(
    checks: Mapping[str, Check], required: tuple[str, ...] = (), either: tuple[str, ...] = ()
) -> Schema:
    """The object whose members pass these checks and no others are known: ``required`` must be
    there, of ``either`` exactly one.

    >>> schema_of({"text": string}, required=("text",))["additionalProperties"]
    False
    """
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: check.schema for name, check in checks.items()},
        "additionalProperties": False,
    }
    if required:
        schema["required"] = list(required)
    if either:
        schema["oneOf"] = [{"required": [name]} for name in either]
    return schema
