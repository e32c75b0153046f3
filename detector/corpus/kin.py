"""What a text shares with stored ones, found when it is added and kept as links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from detector.check import candidates
from detector.classify import classify
from detector.cluster import JOINING
from detector.corpus.archive import Archive
from detector.model import Alignment, Document, Link, Relation
from detector.pipeline import Scan, align_sides, digest_order, scan, view
from detector.settings import Settings
from detector.store import Store, open_store

MAX_LINKS = 64
"""A text is aligned with so many of the strongest candidates when it is added."""


@dataclass(frozen=True, slots=True)
class Kin:
    """A stored text, by its number, that shares passages with another one; the alignment has them
    in the order of their digests. ``joins``: whether they are one story."""

    number: int
    alignment: Alignment
    joins: bool


def find_kin(
    document: Document,
    scanned: Scan,
    archive: Archive,
    settings: Settings,
    known: Mapping[int, Kin],
) -> dict[int, Kin]:
    """The kin of a text among the documents of an archive, by number. What is ``known`` already is
    not aligned again."""
    numbers, _ = candidates(document, scanned, archive, most=MAX_LINKS)
    mine = None
    found: dict[int, Kin] = {}
    for number in numbers:
        if number in known:
            found[number] = known[number]
            continue
        mine = mine or view(document, archive.stats, archive.hash_key)
        one, other = sorted((mine, archive.side(number)), key=digest_order)
        alignment = align_sides(one, other)
        if not alignment.passages:
            continue
        relation = classify(one, other, alignment, settings).relation
        if relation is not Relation.INDEPENDENT:
            found[number] = Kin(number, alignment, relation in JOINING)
    return found


def kin_of_some(
    archive: Archive, settings: Settings, numbers: Sequence[int]
) -> list[tuple[int, list[Kin]]]:
    """Those of some stored texts that are still there, each with its kin among those before it."""
    archive.refresh()
    found = []
    for number in numbers:
        if archive.stored(number) is not None:
            document = archive.document(number)
            kin = find_kin(document, scan(document, archive.hash_key), archive, settings, {})
            found.append((number, [k for k in kin.values() if k.number < number]))
    return found


def kin_by_worker(
    url: str, settings: Settings, numbers: Sequence[int]
) -> list[tuple[int, list[Kin]]]:
    """The same in a process of its own, for the store at an address."""
    return kin_of_some(_opened(url), settings, numbers)


@lru_cache(maxsize=1)
def _opened(url: str) -> Archive:
    return Archive(open_store(url, create=False))


def links_of(store: Store, number: int, kin: Iterable[Kin]) -> list[Link]:
    """The links of a stored text with those of its kin that are still there."""
    stored = store.stored(number)
    links = []
    for one in kin:
        other = store.stored(one.number)
        if stored is None or other is None:
            continue
        order = [(stored.document.digest, number), (other.document.digest, other.number)]
        (_, first), (_, second) = sorted(order)
        links.append(Link(first, second, one.alignment, one.joins))
    return links
