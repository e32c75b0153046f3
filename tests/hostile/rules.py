"""The rules of ``rules.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of one kind of bad input. ``exit``: of the command line; else of HTTP. One of
    ``detail`` is the detail of a refusal over HTTP, or stands in what the command line prints."""

    name: str
    says: str
    status: tuple[int, ...] = ()
    exit: int | None = None
    code: str | None = None
    detail: tuple[str, ...] = ()
    seconds: float = 0.0
    is_slow: bool = False
    shown_by: tuple[str, ...] = ()


def _read() -> Mapping[str, Rule]:
    text = Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")
    found = {}
    for name, given in tomllib.loads(text).items():
        lists = {key: tuple(value) for key, value in given.items() if isinstance(value, list)}
        found[name] = Rule(name, **{**given, **lists})
    return found


RULES = _read()
