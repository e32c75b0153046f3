"""How an answer is seen: its view, the licences on file; and the options of a view as pages have
them: in the address, with controls for some."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from flask import request

from detector.checked import Checked, Compared
from detector.lens import narrow
from detector.model import Comparison, Partners, Reading, Report
from detector.rights import add_rights
from detector.settings import Settings
from detector.view import EVERYTHING, WORDS, View
from service import options

CONTROLS = ("quotes", "boilerplate", "captions", "min_words")
"""The options that pages have controls for."""


@dataclass(frozen=True, slots=True)
class Viewing:
    """What whoever asks sees of an answer: what the view of ``settings`` leaves of it, its pairs
    held against the licences on file, where there are any."""

    settings: Settings
    partners: Partners | None

    def answer(self, answer: Checked | Compared) -> Report | Comparison:
        """What is seen of an answer that was kept."""
        return self.report(answer) if isinstance(answer, Checked) else self.pair(answer.pair)

    def report(self, checked: Checked, reading: Reading | None = None) -> Report:
        """What is seen of all that was found for a text, which was perhaps read already."""
        return add_rights(checked.seen(self.settings, reading), self.partners)

    def pair(self, pair: Comparison) -> Comparison:
        """What is seen of all that two texts share."""
        return add_rights(narrow(pair, self.settings), self.partners)


def seen_as(asked: Settings) -> Settings:
    """The settings of a page: those that were asked with, or with what the address says of the
    view, which then is all that is left out."""
    if request.args.keys().isdisjoint(options.CHECKS):
        return asked
    return options.of_address(dataclasses.replace(asked, view=EVERYTHING))


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
