"""A text against a library of documents -> what it shares with them, strongest first.

A library is whatever can nominate documents by number and give them out: a corpus in memory, or an
archive on disk of which only the documents nominated are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Protocol

import numpy as np

from detector.classify import Side
from detector.cluster import originals
from detector.model import Comparison, CorpusStats, Document, Hashes, Outline, Sketch
from detector.outdated import tell_versions
from detector.pipeline import (
    Scan,
    common_fingerprints,
    compare_sides,
    match_sides,
    outline_of,
    relate_sides,
    scan,
    view,
)
from detector.screen import screen
from detector.settings import Settings

CHECKED = "\0checked"
MAX_EXPLAINED = 12
"""Of so many of the strongest matches every two are compared, to find what explains a pair."""
SCREENED = 4
"""For each candidate that may be aligned so many are screened, where their number is limited."""
ALIGNED_WORDS = 20_000_000
LEAST_ALIGNED = 20
"""So many words of the text are aligned, counted once for each candidate, if need be with so many
candidates: a book that has a thousand stories in it costs no more than half a minute."""


class Library(Protocol):
    """Documents by number. ``stats`` and the sketches it was made of have one ``hash_key``."""

    @property
    def stats(self) -> CorpusStats:
        """What is common in the library."""
        ...

    @property
    def hash_key(self) -> int:
        """What its hashes are keyed with."""
        ...

    def query(self, sketch: Sketch, common: Hashes) -> tuple[list[tuple[int, float]], bool]:
        """As ``Index.query``."""
        ...

    def document(self, number: int) -> Document:
        """A document."""
        ...

    def outline(self, number: int) -> Outline:
        """Its outline, which need not tell what is rare."""
        ...

    def side(self, number: int) -> Side:
        """The document, read."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """The checked text, read; its matches, strongest first; and whether candidates were cut."""

    mine: Side
    matches: tuple[Comparison, ...]
    is_cut: bool


def find(
    document: Document,
    library: Library,
    settings: Settings,
    leave_out: str | None = None,
    most: int | None = None,
) -> Found:
    """The pair objects of a text (as a) with every document that it shares text with, but for the
    one of id ``leave_out``. At most ``most`` of the strongest candidates are aligned."""
    scanned = scan(document, library.hash_key)
    numbers, is_cut = candidates(document, scanned, library, leave_out, most)
    mine = view(document, library.stats, library.hash_key)
    sides = [library.side(number) for number in numbers]
    answers = [match_sides(mine, side, settings) for side in sides]
    found = [answer for answer in answers if answer]
    named = {side.document.id: side for side in sides}
    return Found(mine, in_order(mine, found, named, settings), is_cut)


def candidates(
    document: Document,
    scanned: Scan,
    library: Library,
    leave_out: str | None = None,
    most: int | None = None,
) -> tuple[list[int], bool]:
    """The documents worth aligning with a text, strongest first, and whether some were cut: at most
    ``most``, of a very long text fewer, and never the one of id ``leave_out``."""
    mine = outline_of(document, library.stats, library.hash_key)
    ranked, is_cut = library.query(
        scanned.sketch, common_fingerprints(mine, library.stats, library.hash_key)
    )
    affordable = max(LEAST_ALIGNED, ALIGNED_WORDS // max(1, len(mine.stems)))
    most = affordable if most is None else min(most, affordable)
    some = ranked[: SCREENED * most]
    known = ((number, library.document(number)) for number, _ in some)
    digests = {number: other.digest for number, other in known if other.id != leave_out}
    numbers = list(digests)
    outlines = [mine, *map(library.outline, numbers)]
    # In the order of digests, as alignment has them.
    digest = document.digest
    is_first = [digest <= other for other in digests.values()]
    pairs = [(0, i) if first else (i, 0) for i, first in enumerate(is_first, 1)]
    kept = screen(outlines, np.array(pairs, np.int32).reshape(-1, 2)).tolist()
    staying = [number for number, stays in zip(numbers, kept, strict=True) if stays]
    is_cut |= len(some) < len(ranked) or len(staying) > most
    return staying[:most], is_cut


def in_order(
    mine: Side, found: list[Comparison], sides: Mapping[str, Side], settings: Settings
) -> tuple[Comparison, ...]:
    """The matches of a text, strongest first, those that a third match explains judged again and
    those with old versions told. ``sides``: the matched documents by id."""
    found = tell_versions(found)
    found.sort(key=lambda c: (-c.weight, c.b.document.id))
    return _with_originals(mine, found, sides, settings)


def _with_originals(
    mine: Side, found: list[Comparison], sides: Mapping[str, Side], settings: Settings
) -> tuple[Comparison, ...]:
    """Judge again the matches that share with the checked text only what both took from a
    third match: two outlets that used one press release."""
    copying = [c for c in found if c.relation.is_copying][:MAX_EXPLAINED]
    partners = sorted(c.b.document.id for c in copying)
    between = [
        relate_sides(sides[one], sides[other], settings) for one, other in combinations(partners, 2)
    ]
    # The checked text is not of the corpus, so its id may be one of the corpus too.
    common = originals([_renamed(c) for c in copying] + between)
    judged = []
    for c in found:
        original = common.get((CHECKED, c.b.document.id))
        other = sides[c.b.document.id]
        judged.append(compare_sides(mine, other, settings, original) if original else c)
    return tuple(judged)


def _renamed(c: Comparison) -> Comparison:
    """A match with an id for the checked text that no document of the corpus can have."""
    return replace(c, a=replace(c.a, document=replace(c.a.document, id=CHECKED)))
