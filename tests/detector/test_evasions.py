"""Disguised copies of the demonstration texts: found, flagged, and mistaken for no other text."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from benchmarks.quality.disguise import DISGUISES, Disguise
from benchmarks.quality.evasions import curl_quotes
from detector.ingest import read_path
from detector.model import Document
from detector.pipeline import compare, read

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "texts"
# Eight stories that share nothing with one another.
STORIES = (
    "bee-thefts.txt ferry-wire.md flood-diaries-feature.md market-ruling-court-report.txt "
    "toll-bridge.md town-clock.html tram-strike-article.md whey-release.md"
).split()


def _story(name: str) -> str:
    """The text without its front matter, quotation marks as newspapers set them: in plain ASCII
    a wrong encoding would break nothing."""
    document = next(read_path(SEEDS / name))
    assert isinstance(document, Document)
    text = curl_quotes(document.text.rpartition("---\n")[2])
    assert len(text.split()) >= 150
    return text


SOURCES = [_story(name) for name in STORIES]


@cache
def _copies(disguise: Disguise) -> list[Document]:
    """A disguised copy of each source; unrelated to it is what the other sources say."""
    copies = []
    for number, source in enumerate(SOURCES):
        rng = random.Random(f"{disguise.name} {number}")
        others = " ".join(SOURCES[number + 1 :] + SOURCES[:number])
        file = disguise.make(source, rng, others)
        assert file != source.encode() or disguise.name == "plain"
        copy = disguise.read(file, f"copy-{number}")
        assert isinstance(copy, Document)
        copies.append(copy)
    return copies


def _is_copying(a: str | Document, b: str | Document) -> bool:
    return compare(a, b).relation.is_copying


def _named(disguises: Iterable[Disguise]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("disguise", list(disguises), ids=lambda d: d.name)


@_named(d for d in DISGUISES if d.goal is not None)
def test_copies_are_found_as_often_as_asked(disguise: Disguise) -> None:
    pairs = zip(SOURCES, _copies(disguise), strict=True)
    found = [_is_copying(source, copy) for source, copy in pairs]
    assert sum(found) / len(found) >= (disguise.goal or 0)


@_named(d for d in DISGUISES if d.must_flag)
def test_every_copy_is_flagged(disguise: Disguise) -> None:
    flags = [read(copy).flags for copy in _copies(disguise)]
    assert [f for f in flags if disguise.must_flag not in f] == []


# What is put around a copy comes from the other sources there.
@_named(d for d in DISGUISES if not d.name.startswith(("dilution", "html_inverse")))
def test_a_disguise_makes_no_other_text_guilty(disguise: Disguise) -> None:
    copies = _copies(disguise)
    for number, copy in enumerate(copies):
        assert not _is_copying(copy, SOURCES[number - 1])
        assert not _is_copying(copy, copies[number - 1])


def test_text_that_nobody_sees_is_no_overlap() -> None:
    disguise = next(d for d in DISGUISES if d.name == "html_inverse_hidden")
    for source, copy in zip(SOURCES, _copies(disguise), strict=True):
        assert not _is_copying(source, copy)
