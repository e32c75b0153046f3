"""The options that say what is shown and counted. Every command that compares has all of them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from detector.settings import Settings


def _option(metavar: str, help: str, type_: Any = str) -> Any:
    return Annotated[type_ | None, typer.Option(metavar=metavar, help=help)]


_SHOWN = "show|hide"
_OPTIONS: Mapping[str, Any] = {
    "preset": _option("NAME", "What desk, licensing or aggregator want to see."),
    "quotes": _option("none|attributed|all", "Which quotations to leave out."),
    "min_words": _option("N", "Report no passage of fewer words (1 to 1000).", int),
    "kinds": _option("KINDS", "Report only passages that are verbatim,edited,paraphrase."),
    "boilerplate": _option(_SHOWN, "Passages of boilerplate."),
    "captions": _option(_SHOWN, "Passages in captions."),
    "min_relation": _option("RELATION", "Report no pair of a weaker relation."),
    "window_days": _option("N", "Report no pair whose stated times lie farther apart.", int),
    "same_owner": _option(_SHOWN, "Pairs of one owner or outlet."),
    "ignore": _option("FILE", "Phrases and sources to leave out, one a line."),
}


def viewed(command: Callable[..., int]) -> Callable[..., int]:
    """A command with the options of a view in place of its parameter ``settings``."""
    del command.__annotations__["settings"]  # whose type is heavy to import
    signature = inspect.signature(command, eval_str=True)
    own = [p for p in signature.parameters.values() if p.name != "settings"]
    options = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
        for name, kind in _OPTIONS.items()
    ]

    @wraps(command)
    def run(**given: Any) -> int:
        chosen = {name: given.pop(name) for name in _OPTIONS}
        return command(settings=_settings(chosen), **given)

    vars(run)["__signature__"] = signature.replace(parameters=[*own, *options])
    return run


def _settings(chosen: Mapping[str, Any]) -> Settings:
    """The settings with the options that were given. Raises UsageError."""
    from detector.cli.inputs import ignore_lines
    from detector.settings import DEFAULT

    given = {name: value for name, value in chosen.items() if value is not None}
    if "kinds" in given:
        given["kinds"] = given["kinds"].split(",")
    if "ignore" in given:
        given["ignore"] = ignore_lines(given["ignore"])
    return replace(DEFAULT, view=DEFAULT.view.changed(given))
