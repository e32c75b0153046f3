"""Every noun of Copydesk, frozen. This module imports nothing of the project but its errors.

The straight line turns one noun into the next::

    bytes -> Document -> NormalText -> Sketch -> Candidate -> Alignment -> Comparison -> Report

``source`` is the text taken from, ``target`` the text that took. ``a`` and ``b`` are just the two
inputs in the order given. Spans are half-open ranges of Unicode code points in the text as given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Side = Literal["a", "b"]
Offsets = NDArray[np.int64]
Hashes = NDArray[np.uint64]


class Kind(StrEnum):
    """How close the wording of a passage is."""

    VERBATIM = "verbatim"
    EDITED = "edited"
    PARAPHRASE = "paraphrase"
    TRANSLATION = "translation"


class Basis(StrEnum):
    """Why both texts have a passage. Only ``DERIVATION`` counts in coverage."""

    DERIVATION = "derivation"
    SHARED_QUOTE = "shared_quote"
    BOILERPLATE = "boilerplate"
    INCIDENTAL = "incidental"


class Relation(StrEnum):
    """What two texts are to each other, weakest first."""

    INDEPENDENT = "independent"
    INCIDENTAL = "incidental"
    SHARED_QUOTES = "shared_quotes"
    DERIVED = "derived"
    EXCERPT = "excerpt"
    REVISION = "revision"
    SYNDICATED = "syndicated"
    IDENTICAL = "identical"

    @property
    def label(self) -> str:
        """The words people see.

        >>> Relation.SYNDICATED.label
        'Reprint'
        """
        return _LABELS[self]

    @property
    def is_copying(self) -> bool:
        """Whether text went from one to the other, or to both from a third."""
        return self not in (Relation.INDEPENDENT, Relation.INCIDENTAL, Relation.SHARED_QUOTES)


_LABELS = {
    Relation.INDEPENDENT: "No shared text found",
    Relation.INCIDENTAL: "Stock phrases only",
    Relation.SHARED_QUOTES: "Shared quotations",
    Relation.DERIVED: "Summary or rewrite",
    Relation.EXCERPT: "Excerpt",
    Relation.REVISION: "Revision",
    Relation.SYNDICATED: "Reprint",
    Relation.IDENTICAL: "Same text",
}


class Path(StrEnum):
    """How the text travelled."""

    DIRECT = "direct"
    THROUGH_OTHER = "through_other"
    COMMON_UPSTREAM = "common_upstream"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How much an editor should care, mildest first."""

    NONE = "none"
    NOTE = "note"
    REVIEW = "review"
    ALERT = "alert"


class Credit(StrEnum):
    """Whether the target names where its text comes from."""

    CREDITED = "credited"
    PARTLY = "partly"
    UNCREDITED = "uncredited"
    WRONG_SOURCE = "wrong_source"
    NOT_NEEDED = "not_needed"


class Role(StrEnum):
    """What an attribution credits: words, a photograph, people, or an outlet named in passing."""

    TEXT = "text"
    PHOTO = "photo"
    PERSON = "person"
    OUTLET = "outlet"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points.

    >>> Span(0, 5).slice("Hello, world")
    'Hello'
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def slice(self, text: str) -> str:
        """The characters of ``text`` that the span names."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Whether ``other`` lies inside this span."""
        return self.start <= other.start and other.end <= self.end

    def to_dict(self) -> dict[str, int]:
        """The span as the contract writes it."""
        return {"start": self.start, "end": self.end}


# What a document can be, and whether it may be used. How close a passage is: Kind.
KINDS = ("article", "wire", "press_release", "live_blog", "transcript")
STATUSES = ("usable", "withheld", "canceled")


@dataclass(frozen=True, slots=True)
class Document:
    """One text with what is known about it. ``text`` is kept exactly as given.

    >>> Document(id="x", text="Hello").digest[:8]
    '185f8db3'
    """

    id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    owner: str | None = None
    url: str | None = None
    byline: str | None = None
    language: str | None = None
    published_at: str | None = None
    kind: str | None = None
    version_of: str | None = None
    status: str = "usable"
    embargoed_until: str | None = None
    rights: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of the UTF-8 text, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def name(self) -> str:
        """What a sentence calls this text: its outlet, else its id."""
        return self.outlet or self.id


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that was not read, with a reason a person can act on. ``name`` is the file, with
    the line where a file has several documents: ``news.jsonl:17``."""

    name: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class NormalText:
    """A text as folded tokens, each with its place in the text as given.

    ``tokens`` has n folded words; ``starts`` and ``ends`` are int64[n] code point offsets.
    """

    text: str
    tokens: tuple[str, ...]
    starts: Offsets
    ends: Offsets

    def __len__(self) -> int:
        return len(self.tokens)

    def span(self, first: int, last: int) -> Span:
        """The span of tokens ``first`` to ``last``, half-open: ``last`` is not in it.

        Raises ValueError where that is no token at all: it has no place.
        """
        if not 0 <= first < last:
            raise ValueError(f"not a range of tokens: {first}..{last}")
        return Span(int(self.starts[first]), int(self.ends[last - 1]))


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What is kept of a document to find candidates.

    ``signature``: uint32[num_perm], the MinHash of all shingles.
    ``fingerprints``: uint64[f], sorted and unique winnowed shingle hashes.
    """

    signature: NDArray[np.uint32]
    fingerprints: Hashes


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A pair of documents (by position, ``a < b``) worth aligning. ``weight``: summed rarity of
    what they share, larger is stronger."""

    a: int
    b: int
    weight: float


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words inside quotation marks. ``span`` has the marks, ``inner`` has not.

    ``label`` is true where a word such as "Quote:" stands before it; ``depth`` is 1 for an outer
    quotation, 2 for one inside another.
    """

    span: Span
    inner: Span
    speaker: str | None = None
    depth: int = 1
    label: bool = False


@dataclass(frozen=True, slots=True)
class Attribution:
    """A place where a text says whose words or work it uses.

    ``source`` is the canonical name of the outlet, or None where the cue names none;
    ``covers`` are the spans of text the cue speaks for.
    """

    span: Span
    type: str
    role: Role
    source: str | None
    covers: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Furniture:
    """Text around the story that is not the story: caption, byline, headline, footer, label."""

    span: Span
    type: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One document, read: its words, quotations, attributions and furniture."""

    document: Document
    normal: NormalText
    quotations: tuple[Quotation, ...]
    attributions: tuple[Attribution, ...]
    furniture: tuple[Furniture, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CorpusStats:
    """How common each shingle is: what tells a formula or a footer from a lifted sentence.

    ``documents`` is the number of texts counted, ``keys`` sorted uint64[k] shingle hashes that
    more than one of them has, ``counts`` int32[k] in how many. ``digest`` names exactly these.
    """

    documents: int
    keys: Hashes
    counts: NDArray[np.int32]
    digest: str


@dataclass(frozen=True, slots=True)
class TokenRange:
    """A half-open range of token numbers."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class AlignedPassage:
    """One aligned pair of token ranges, before anybody asks why it is there.

    ``equal`` is the number of words that agree, ``longest`` the longest common run, ``ratio``
    is ``2 * equal / (len(a) + len(b))``. ``pairs`` are the matching runs inside the passage:
    (first word in a, first word in b, words in a, words in b).
    """

    a: TokenRange
    b: TokenRange
    kind: Kind
    equal: int
    longest: int
    ratio: float
    pairs: tuple[tuple[int, int, int, int], ...] = ()

    def flip(self) -> AlignedPassage:
        """The same passage with the texts swapped."""
        pairs = tuple((b, a, nb, na) for a, b, na, nb in self.pairs)
        return AlignedPassage(
            self.b, self.a, self.kind, self.equal, self.longest, self.ratio, pairs
        )


@dataclass(frozen=True, slots=True)
class Alignment:
    """All aligned passages of two texts, in the order of the first text."""

    passages: tuple[AlignedPassage, ...]
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One aligned pair of spans with its reading, as the contract's pair object shows it."""

    id: str
    a: Span
    b: Span
    kind: Kind
    basis: Basis
    words: int
    ratio: float
    quoted_a: bool
    quoted_b: bool
    attributed: bool
    quote_origin: str | None
    flags: tuple[str, ...] = ()

    def flip(self) -> Passage:
        """The same passage with the texts swapped."""
        return Passage(
            self.id, self.b, self.a, self.kind, self.basis, self.words, self.ratio,
            self.quoted_b, self.quoted_a, self.attributed, self.quote_origin, self.flags,
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """The passage as the contract writes it."""
        return {
            "id": self.id,
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "kind": str(self.kind),
            "basis": str(self.basis),
            "words": self.words,
            "ratio": round(self.ratio, 4),
            "quoted": {"a": self.quoted_a, "b": self.quoted_b},
            "attributed": self.attributed,
            "quote_origin": self.quote_origin,
            "flags": list(self.flags),
        }


@dataclass(frozen=True, slots=True)
class Evidence:
    """One weighed reason for a direction. ``detail`` is a plain sentence."""

    type: str
    weight: float
    detail: str

    def to_dict(self) -> dict[str, Any]:
        """The reason as the contract writes it."""
        return {"type": self.type, "weight": round(self.weight, 3), "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Upstream:
    """The original that two texts go back to: its outlet's name, and its id where the corpus
    has it."""

    name: str
    id: str | None = None

    def to_dict(self) -> dict[str, str | None]:
        """The original as the contract writes it."""
        return {"name": self.name, "id": self.id}


@dataclass(frozen=True, slots=True)
class Original:
    """A third text of the corpus that both texts of a pair take their shared words from, and the
    credit that both together give it."""

    upstream: Upstream
    credit: Credit


@dataclass(frozen=True, slots=True)
class Direction:
    """Who took from whom. ``source`` is None where nobody can tell: an honest answer."""

    source: Side | None
    confidence: float
    path: Path
    upstream: Upstream | None = None
    evidence: tuple[Evidence, ...] = ()

    def flip(self) -> Direction:
        """The same direction with the texts swapped."""
        source: Side | None = None
        if self.source is not None:
            source = "b" if self.source == "a" else "a"
        return Direction(source, self.confidence, self.path, self.upstream, self.evidence)

    def to_dict(self) -> dict[str, Any]:
        """The direction as the contract writes it."""
        return {
            "from": self.source,
            "confidence": round(self.confidence, 3),
            "path": str(self.path),
            "upstream": self.upstream.to_dict() if self.upstream else None,
            "evidence": [e.to_dict() for e in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to tell a person: one forwardable sentence, how serious, how credited."""

    sentence: str
    severity: Severity
    credit: Credit

    def to_dict(self) -> dict[str, str]:
        """The verdict as the contract writes it."""
        return {
            "sentence": self.sentence,
            "severity": str(self.severity),
            "credit": str(self.credit),
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of one text lies inside derivation passages. All counts are words of the text's
    own prose: captions and boilerplate are in neither number."""

    words: int
    of_words: int
    by_kind: Mapping[str, int]
    outside_quotes: float
    unattributed: float

    @property
    def share(self) -> float:
        """Derived words by all own words, 0 to 1."""
        return self.words / self.of_words if self.of_words else 0.0

    def to_dict(self) -> dict[str, Any]:
        """The counts as the contract writes them."""
        return {
            "words": self.words,
            "of_words": self.of_words,
            "by_kind": dict(self.by_kind),
            "outside_quotes": round(self.outside_quotes, 4),
            "unattributed": round(self.unattributed, 4),
        }


@dataclass(frozen=True, slots=True)
class PairSide:
    """What a pair object says about one of its two texts. ``attributions`` go with it."""

    document: Document
    words: int
    digest: str
    coverage: Coverage
    attributions: tuple[Attribution, ...]
    flags: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The text's card in the pair object."""
        return {
            "id": self.document.id,
            "title": self.document.title,
            "outlet": self.document.outlet,
            "published_at": self.document.published_at,
            "words": self.words,
            "digest": self.digest,
            "flags": list(self.flags),
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole answer about two texts. ``to_dict()`` gives the contract's pair object."""

    a: PairSide
    b: PairSide
    relation: Relation
    direction: Direction
    verdict: Verdict
    passages: tuple[Passage, ...]
    longest_words: int
    explain: tuple[str, ...]
    truncated: bool = False

    def flip(self) -> Comparison:
        """The same answer with the texts swapped; nothing else changes."""
        return Comparison(
            self.b, self.a, self.relation, self.direction.flip(), self.verdict,
            tuple(p.flip() for p in self.passages), self.longest_words, self.explain,
            self.truncated,
        )  # fmt: skip

    @property
    def weight(self) -> float:
        """How strong the match is, for sorting: relation first, then derived words."""
        rank = list(Relation).index(self.relation)
        return rank * 1e9 + max(self.a.coverage.words, self.b.coverage.words)

    def to_dict(self) -> dict[str, Any]:
        """The pair object of the contract, ready for JSON."""
        sides: tuple[tuple[Side, PairSide], ...] = (("a", self.a), ("b", self.b))
        in_order = sorted(sides, key=lambda s: (s[1].digest, s[1].document.id))
        return {
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "relation": str(self.relation),
            "direction": self.direction.to_dict(),
            "verdict": self.verdict.to_dict(),
            "coverage": {name: round(s.coverage.share, 4) for name, s in sides},
            "coverage_detail": {name: s.coverage.to_dict() for name, s in sides},
            "longest_words": self.longest_words,
            "passages": [p.to_dict() for p in self.passages],
            "attribution": [
                {
                    "in": name,
                    "start": cue.span.start,
                    "end": cue.span.end,
                    "type": cue.type,
                    "role": str(cue.role),
                    "source": cue.source,
                    "covers": [span.to_dict() for span in cue.covers],
                }
                for name, side in in_order
                for cue in side.attributions
            ],
            "explain": list(self.explain),
        }


@dataclass(frozen=True, slots=True)
class SourceShare:
    """How much of a checked text one source gives. ``share`` splits every covered word to one
    source, so shares add up to the coverage; ``exclusive_share`` counts words no other has."""

    id: str
    share: float
    exclusive_share: float

    def to_dict(self) -> dict[str, Any]:
        """The share as the contract writes it."""
        return {
            "id": self.id,
            "share": round(self.share, 4),
            "exclusive_share": round(self.exclusive_share, 4),
        }


@dataclass(frozen=True, slots=True)
class Searched:
    """Where a check looked. ``first`` and ``last`` are the earliest and latest stated dates."""

    documents: int
    outlets: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Texts that are one story: identical, reprints or revisions of their ``origin``, which is
    the most likely first one. ``members`` are sorted ids."""

    id: str
    members: tuple[str, ...]
    origin: str | None

    def to_dict(self) -> dict[str, Any]:
        """The cluster as the contract writes it."""
        return {"cluster": self.id, "members": list(self.members), "origin": self.origin}


@dataclass(frozen=True, slots=True)
class Run:
    """What is needed to reproduce a verdict."""

    version: str
    settings_digest: str
    stats_digest: str
    corpus_size: int
    at: str | None


@dataclass(frozen=True, slots=True)
class Report:
    """What ``check`` gives: one text against many, strongest match first."""

    document: PairSide
    verdict: Verdict
    coverage: float
    sources: tuple[SourceShare, ...]
    matches: tuple[Comparison, ...]
    total: int
    searched: Searched
    truncated: bool
    run: Run

    def to_dict(self) -> dict[str, Any]:
        """The report of the contract, ready for JSON."""
        searched = self.searched
        return {
            "document": self.document.to_dict(),
            "verdict": self.verdict.to_dict(),
            "coverage": round(self.coverage, 4),
            "sources": [s.to_dict() for s in self.sources],
            "matches": [m.to_dict() for m in self.matches],
            "total": self.total,
            "next": None,
            "searched": {
                "documents": searched.documents,
                "outlets": searched.outlets,
                "from": searched.first,
                "to": searched.last,
            },
            "not_searched": ["the web"],
            "checked": {"paraphrase": True, "translation": False},
            "truncated": self.truncated,
            "run": {
                "version": self.run.version,
                "settings_digest": self.run.settings_digest,
                "stats_digest": self.run.stats_digest,
                "corpus_size": self.run.corpus_size,
                "at": self.run.at,
            },
        }
