"""Members of a JSON body, checked with every mistake noted, so that one answer names them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from detector.strictjson import Json
from service.problems import FieldError, Place, Problem

Check = Callable[[Json], str]
"""Says what is wrong with a value; nothing, if nothing is."""

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
            wrong = checks[name](each) if name in checks else "unknown field."
            if wrong:
                self.note((*place, name), wrong)
            else:
                sound[name] = each
        return sound

    def exactly_one(self, value: Json, place: Place, one: str, other: str) -> None:
        """Note it if the object ``value`` has both or neither of two members."""
        if isinstance(value, dict) and (one in value) == (other in value):
            self.note(place, f"give either {one} or {other}.")


def string(value: Json) -> str:
    """For a member that must be a string, if it is there."""
    return "" if isinstance(value, str) else "must be a string."


def name(value: Json) -> str:
    """For a member by which people will call something."""
    return string(value) or ("" if value else "must not be empty.")


def string_or_null(value: Json) -> str:
    """For a member that may also be null, as answers write it when it is unknown."""
    return "" if value is None else string(value)


def mapping(value: Json) -> str:
    """For a member that must be an object."""
    return "" if isinstance(value, dict) else "must be an object."


def string_or_mapping(value: Json) -> str:
    """For a member that may be written short or in full."""
    return "" if isinstance(value, str | dict) else "must be a string or an object."


def one_of(*choices: str) -> Check:
    """For a member with few values, or null.

    >>> one_of("article", "wire")("blog")
    'must be one of article, wire.'
    """
    wrong = f"must be one of {', '.join(choices)}."
    return lambda value: "" if value is None or value in choices else wrong


def some_of(*choices: str) -> Check:
    """For a list, not empty, of some of a few values.

    >>> some_of("verbatim", "edited")(["blog"])
    'must be a list of some of verbatim, edited.'
    """
    wrong = f"must be a list of some of {', '.join(choices)}."
    return lambda value: "" if _is_list(value) and value and set(value) <= {*choices} else wrong


def strings(value: Json) -> str:
    """For a list of strings."""
    return "" if _is_list(value) else "must be a list of strings."


def _is_list(value: Json) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def between(least: int, most: int) -> Check:
    """For a whole number. JSON does not tell 6.0 from 6; Python does not tell True from 1.

    >>> between(1, 9)(6.0), between(1, 9)(True), between(1, 9)(0)
    ('', 'must be a whole number.', 'must be between 1 and 9.')
    """

    def check(value: Json) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float) or value % 1:
            return "must be a whole number."
        return "" if least <= value <= most else f"must be between {least} and {most}."

    return check
