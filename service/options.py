"""What a request wants to see of an answer: the options of a view, in a body or in the address."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from flask import request

from detector.config import MOST_REPORT_DAYS
from detector.errors import UsageError
from detector.settings import Settings
from detector.strictjson import Json
from detector.view import KINDS, MOST_DAYS, MOST_WORDS, PRESETS, WORDS
from service import fields
from service.problems import Problem
from service.schema import Schema, choice

CHECKS: Mapping[str, fields.Check] = {
    "preset": fields.one_of(*PRESETS),
    **{name: fields.one_of(*words) for name, words in WORDS.items()},
    "min_words": fields.between(1, MOST_WORDS),
    "window_days": fields.between(0, MOST_DAYS),
    "kinds": fields.some_of(*KINDS),
    "ignore": fields.strings,
}
"""The options of a view, by name, with what each may be."""
OF_BODY = {**CHECKS, "keep_report_days": fields.between(0, MOST_REPORT_DAYS)}
"""All options of a body."""

_WORDS: Mapping[str, tuple[str, ...]] = {
    "preset": tuple(PRESETS),
    **{name: tuple(map(str, words)) for name, words in WORDS.items()},
}
_ABOUT = {
    "preset": "Several options at once, as newsrooms use them; those given beside it win.",
    "quotes": "Which quotations are left out.",
    "boilerplate": "Whether passages of boilerplate are shown.",
    "captions": "Whether passages in captions are shown.",
    "min_relation": "Pairs of a weaker relation are not reported.",
    "same_owner": "Whether pairs of one owner or outlet are shown.",
    "min_words": "Shorter passages are not reported.",
    "window_days": "Pairs whose stated times lie farther apart are not reported.",
    "kinds": "Passages of other kinds are not reported; with commas, or given again.",
    "ignore": "A phrase or a source to leave out; may be given again.",
}


def of_body(
    value: Json, settings: Settings, mistakes: fields.Mistakes
) -> tuple[Settings, float | None]:
    """``settings`` as the member ``options`` of a body changes them, and for how many days it asks
    its report to be kept, None where it does not say; what is wrong is noted."""
    options = mistakes.members(value, ("options",), OF_BODY)
    days = options.pop("keep_report_days", None)
    try:
        return _changed(settings, options), days
    except UsageError as error:  # all but the lines to ignore were checked
        mistakes.note(("options", "ignore"), f"{error.message}.")
        return settings, days


def of_address(settings: Settings) -> Settings:
    """``settings`` as the query of the request under way changes them.

    Raises Problem (400, ``bad_parameter``).
    """
    mistakes = fields.Mistakes()
    given: dict[str, Json] = {name: _read(name) for name in CHECKS if name in request.args}
    options = mistakes.members(given, (), CHECKS)
    if mistakes.found:
        raise Problem(400, "bad_parameter", mistakes.found[0].detail)
    try:
        return _changed(settings, options)
    except UsageError as error:
        raise Problem(400, "bad_parameter", f"{error.message}.") from error


def parameter(name: str) -> Mapping[str, object]:
    """An option as a parameter of an address, for the description of the calls."""
    schema: Schema = choice(_WORDS[name]) if name in _WORDS else CHECKS[name].schema
    many = {"explode": name == "ignore"} if schema["type"] == "array" else {}
    return {"in": "query", "description": _ABOUT[name], "schema": schema, **many}


def _read(name: str) -> Json:
    """An option of the address as a body would have it."""
    value = request.args[name]
    if name == "ignore":
        return [*request.args.getlist(name)]
    if name == "kinds":
        return [kind for some in request.args.getlist(name) for kind in some.split(",")]
    is_number = name in ("min_words", "window_days") and value.isascii() and value.isdecimal()
    return int(value[:9]) if is_number else value


def _changed(settings: Settings, options: Mapping[str, Any]) -> Settings:
    given = {name: value for name, value in options.items() if value is not None}
    return dataclasses.replace(settings, view=settings.view.changed(given))
