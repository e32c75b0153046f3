"""Views: what their options take, and which sources and phrases a list leaves out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from detector.errors import UsageError
from detector.model import Document, Kind
from detector.settings import DEFAULT
from detector.view import (
    EVERYTHING,
    MOST_LINE_CHARS,
    MOST_LINES,
    PRESETS,
    Ignored,
    Quotes,
    Shown,
    View,
)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"min_words": 0}, "min_words must be between 1 and 1000, not 0"),
        ({"min_words": 1001}, "min_words must be between 1 and 1000, not 1001"),
        ({"window_days": -1}, "window_days must be between 0 and 36500, not -1"),
        ({"quotes": "some"}, "quotes must be one of none, attributed, all, not some"),
        ({"captions": "no"}, "captions must be one of show, hide, not no"),
        ({"kinds": ["new"]}, "kinds must be one of verbatim, edited, paraphrase, not new"),
        ({"kinds": []}, "kinds must name at least one kind of passage"),
        ({"preset": "bench"}, "preset must be one of desk, licensing, aggregator, not bench"),
        ({"ignore": ["outlet:"]}, "ignore: outlet: names nothing"),
        ({"ignore": ["x"] * (MOST_LINES + 1)}, "ignore takes at most 1000 lines, not 1001"),
        (
            {"ignore": ["x" * (MOST_LINE_CHARS + 1)]},
            "ignore: a line has more than 2000 characters",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError) as refused:
        EVERYTHING.changed(options)
    assert refused.value.message == message


def test_options_are_read_as_they_are_written() -> None:
    assert EVERYTHING.changed(
        {"quotes": "all", "same_owner": "hide", "kinds": ["edited"], "window_days": 30}
    ) == View(Quotes.ALL, same_owner=Shown.HIDE, kinds=frozenset([Kind.EDITED]), window_days=30)


def test_a_preset_takes_the_place_of_what_was_there() -> None:
    assert View(window_days=3).changed({"preset": "desk"}) == PRESETS["desk"]
    assert View(window_days=3).changed({"quotes": "all"}) == View(Quotes.ALL, window_days=3)


def test_every_option_is_in_the_digest_of_the_settings() -> None:
    others: list[dict[str, Any]] = [
        {"quotes": "all"},
        {"boilerplate": "hide"},
        {"captions": "hide"},
        {"min_words": 5},
        {"kinds": ["edited"]},
        {"min_relation": "excerpt"},
        {"window_days": 0},
        {"same_owner": "hide"},
        {"ignore": ["x"]},
        {"ignore": ["id: x"]},
    ]
    views = [EVERYTHING, *(EVERYTHING.changed(options) for options in others)]
    digests = [replace(DEFAULT, view=view).digest for view in views]
    assert len(set(digests)) == len(views)
    shuffled = [EVERYTHING.changed({"ignore": lines}) for lines in (["b", "a"], ["a", "b", "#"])]
    assert len({replace(DEFAULT, view=view).digest for view in shuffled}) == 1


@pytest.mark.parametrize(
    ("line", "has"),
    [
        ("outlet: the fell mail", True),
        ("outlet: Fell", False),
        ("id: archive/*", True),
        ("id: archive", False),
        ("domain: WWW.fell.example", True),
        ("domain: news.fell.example", True),
        ("domain: ell.example", False),
        ("# outlet: Fell Mail", False),
        ("Outlet: Fell Mail", False),  # a phrase: words before a colon begin many sentences
        ("The ferry", False),
    ],
)
def test_a_line_names_a_source(line: str, has: bool) -> None:
    document = Document(
        "archive/1", "The ferry", outlet="Fell Mail", url="https://news.fell.example/1"
    )
    assert Ignored.parse([line]).has(document) is has


def test_a_source_of_which_nothing_is_known_is_none_of_those_named() -> None:
    listed = Ignored.parse(["outlet: Fell Mail", "domain: fell.example", "id: x"])
    assert not listed.has(Document("y", "The ferry"))
    assert not listed.has(Document("y", "The ferry", url="http://[broken"))
