"""The options of a view as the query of an address, as :mod:`service.api` has them in a body."""

from __future__ import annotations

import dataclasses
from typing import Any

from flask import request

from detector.settings import Settings
from detector.view import EVERYTHING, WORDS, View
from service.problems import Problem

NUMBERS = ("min_words", "window_days")
LISTS = ("kinds", "ignore")
CONTROLS = ("quotes", "boilerplate", "captions", "min_words")
"""The options that pages have controls for."""
OPTIONS = ("preset", *WORDS, *NUMBERS, *LISTS)


def asked_view(settings: Settings) -> Settings:
    """``settings`` with the view that the request under way asks for; lists are given by naming
    the option once for each item.

    Raises Problem (400, ``bad_parameter``), and UsageError with the same code.
    """
    args = request.args
    given: dict[str, Any] = {name: args[name] for name in ("preset", *WORDS) if name in args}
    given |= {name: _number(name, args[name]) for name in NUMBERS if name in args}
    given |= {name: args.getlist(name) for name in LISTS if name in args}
    return dataclasses.replace(settings, view=settings.view.changed(given))


def seen_as(asked: Settings) -> Settings:
    """The settings of a page: those that were asked with, or with what the address says of the
    view, which then is all that is left out."""
    if request.args.keys().isdisjoint(OPTIONS):
        return asked
    return asked_view(dataclasses.replace(asked, view=EVERYTHING))


def options_of(view: View) -> list[tuple[str, str]]:
    """A view as options that make it of the one that shows everything.

    >>> options_of(View(min_words=8, window_days=2))[3:]
    [('min_words', '8'), ('window_days', '2')]
    """
    rest = [name for name in WORDS if name not in CONTROLS]
    given = [(name, str(getattr(view, name))) for name in CONTROLS]
    given += [
        (name, str(getattr(view, name)))
        for name in rest
        if getattr(view, name) != getattr(EVERYTHING, name)
    ]
    if view.window_days is not None:
        given.append(("window_days", str(view.window_days)))
    if view.kinds != EVERYTHING.kinds:
        given += [("kinds", str(kind)) for kind in sorted(view.kinds)]
    return given + [("ignore", line) for line in view.ignore.lines]


def _number(name: str, given: str) -> int:
    if not (given.isascii() and given.isdecimal()):
        raise Problem(400, "bad_parameter", f"{name} must be a whole number.")
    return int(given[:9])
