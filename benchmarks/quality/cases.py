"""Labelled data and answers, as every part of the quality benchmark sees them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple, dataclass
from typing import Literal

from detector.evaluate import SpanPair
from detector.model import Document

Mode = Literal["all", "listed"]


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of the pair ``a``, ``b`` (ids).

    ``type`` names the kind of reuse, for the breakdown ("excerpt", "quotes_only"). ``relation`` is
    the contract's word, ``source`` the id of the text taken from; None where nobody judged it.
    ``spans`` are the copied passages, (span in a, span in b) in code points, each with its kind of
    rewriting in ``span_types``; None where passages are not labelled. ``level`` is how much of the
    target comes from the source, larger is more.
    """

    a: str
    b: str
    type: str
    is_reuse: bool
    relation: str | None = None
    source: str | None = None
    spans: tuple[SpanPair, ...] | None = None
    span_types: tuple[str, ...] = ()
    level: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """The two ids in order."""
        return (min(self.a, self.b), max(self.a, self.b))


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of labelled data.

    ``mode`` "all": every pair of documents is looked at, and a pair that ``truths`` does not list
    is no reuse, unless both are in one group of ``unjudged`` (pairs nobody labelled, such as two
    copies of one source). "listed": only the listed pairs are compared, one by one.

    Raises ValueError where an id or a pair stands twice, or a pair names no document.
    """

    name: str
    documents: tuple[Document, ...]
    truths: tuple[Truth, ...]
    mode: Mode
    clusters: tuple[frozenset[str], ...] = ()
    unjudged: tuple[frozenset[str], ...] = ()

    def __post_init__(self) -> None:
        names = {d.id for d in self.documents}
        if len(names) < len(self.documents):
            raise ValueError(f"{self.name}: two documents have one id")
        if len({t.key for t in self.truths}) < len(self.truths):
            raise ValueError(f"{self.name}: a pair is labelled twice")
        unknown = {name for t in self.truths for name in (t.a, t.b)} - names
        if unknown:
            raise ValueError(f"{self.name}: no document {min(unknown)!r}")

    @property
    def digest(self) -> str:
        """SHA-256 of all that a detector is given and all that is known of it."""
        content = hashlib.sha256(self.mode.encode())
        for d in self.documents:
            known = [d.id, d.digest, d.title, d.outlet, d.byline, d.published_at, d.kind, d.owner]
            content.update(json.dumps(known).encode())
        for t in self.truths:
            content.update(json.dumps(astuple(t)).encode())
        for groups in (self.clusters, self.unjudged):
            content.update(json.dumps([sorted(members) for members in groups]).encode())
        return content.hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """A detector's answer on a pair. ``score`` is how much of the more covered text is shared, 0
    to 1; ``relation`` and ``source`` are None where the detector does not say."""

    a: str
    b: str
    is_reuse: bool
    score: float
    relation: str | None = None
    source: str | None = None
    spans: tuple[SpanPair, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """All that a detector says of a case: pairs (those it leaves out are no reuse), clusters of
    one story, and how long it took."""

    found: tuple[Found, ...]
    clusters: tuple[frozenset[str], ...]
    elapsed_s: float
