"""Matches of a text -> which of them are with texts that were corrected or withdrawn since.

A document that comes again with another text has a new version; the old one stays and is matched
too, as ``story@1``. Whoever took from the old one holds an outdated copy, and so does whoever took
from a text that was canceled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detector.model import Basis, Comparison, Document, PairSide, Said, said

SUPERSEDED = "superseded"
OUTDATED = "outdated_copy"
CANCELED = "canceled"


def tell_versions(matches: Sequence[Comparison]) -> list[Comparison]:
    """The matches of one text (as a), without those with old versions that share no more than the
    version in force does; in the others a side that copies an old or canceled text is flagged
    ``outdated_copy``."""
    shared = {c.b.document.id: _shared(c) for c in matches}
    kept = [
        c
        for c in matches
        if SUPERSEDED not in c.b.flags
        or _is_own_version(c)
        or _shared(c) > shared.get(c.b.document.version_of or "", 0)
    ]
    return [_flagged(c) for c in kept]


def outdated_holders(
    matches: Sequence[Comparison], of_old: Sequence[Comparison]
) -> list[Comparison]:
    """Who holds a copy of an old version: the matches of an old version of a text (as a), but for
    its other versions, for texts that were replaced themselves, and for those that share as much
    with the one in force, whose ``matches`` are given."""
    shared = {c.b.document.id: _shared(c) for c in matches}
    return [
        c
        for c in tell_versions(of_old)
        if OUTDATED in c.b.flags and _shared(c) > shared.get(c.b.document.id, 0)
    ]


def name_in_force(document: Document) -> str:
    """The id of the document that a version, old or not, is of.

    >>> name_in_force(Document("story@1", "x", version_of="story", flags=(SUPERSEDED,)))
    'story'
    """
    return document.version_of or "" if SUPERSEDED in document.flags else document.id


def _shared(c: Comparison) -> float:
    """How many words went from one to the other as they were."""
    return sum(p.words * p.ratio for p in c.passages if p.basis is Basis.DERIVATION)


def _is_own_version(c: Comparison) -> bool:
    one, other = c.a.document, c.b.document
    return (one.version_of or one.id) == (other.version_of or other.id)


def _flagged(c: Comparison) -> Comparison:
    if not c.relation.is_copying or _is_own_version(c):
        return c
    if _is_outdated(c.b):
        return replace(c, a=_with_flag(c.a), remarks=(*c.remarks, _why(c.b)))
    if _is_outdated(c.a):
        return replace(c, b=_with_flag(c.b), remarks=(*c.remarks, _why(c.a)))
    return c


def _is_outdated(side: PairSide) -> bool:
    return SUPERSEDED in side.flags or side.document.status == CANCELED


def _with_flag(side: PairSide) -> PairSide:
    return replace(side, flags=tuple(sorted({*side.flags, OUTDATED})))


def _why(side: PairSide) -> Said:
    why = "{name} has changed its text since: this is an old version of it."
    if side.document.status == CANCELED:
        why = "{name} has canceled its text."
    return said(why, name=side.document.name)
