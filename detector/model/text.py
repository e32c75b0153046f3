"""A text and what is read in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.model.words import Role

Offsets = NDArray[np.int64]
Hashes = NDArray[np.uint64]
KINDS = ("article", "wire", "press_release", "live_blog", "transcript")
STATUSES = ("usable", "withheld", "canceled")
RARE_DOCUMENTS = 3
RARE_SHARE = 0.002


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


@dataclass(frozen=True, slots=True)
class Document:
    """One text with what is known about it. ``text`` is kept exactly as given.

    ``flags``: what its file showed that the text alone does not, such as ``hidden_text``.

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
    expires_at: str | None = None
    rights: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of the UTF-8 text, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def moment(self) -> float | None:
        """The stated time as seconds since 1970, for ordering; None where it states none.

        A time without a zone is read as UTC: the machine's own zone must not change an answer.

        >>> Document(id="x", text="x", published_at="1970-01-01T02:00:00+02:00").moment
        0.0
        """
        try:
            moment = datetime.fromisoformat(self.published_at or "")
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except ValueError:
            return None

    def to_dict(self) -> dict[str, Any]:
        """The document as a line of .jsonl has it: what is known, without what is not.

        >>> Document(id="x", text="Hello", flags=("hidden_text",)).to_dict()
        {'id': 'x', 'text': 'Hello', 'status': 'usable', 'flags': ['hidden_text']}
        """
        known = {field.name: getattr(self, field.name) for field in fields(self)}
        known |= {"extra": dict(self.extra), "flags": list(self.flags)}
        return {name: value for name, value in known.items() if value or name in ("id", "text")}

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

    def tokens_in(self, span: Span) -> tuple[int, int]:
        """The tokens that lie in a span, at least in part: first and last, half-open."""
        first = int(self.ends.searchsorted(span.start, "right"))
        return first, max(first, int(self.starts.searchsorted(span.end, "left")))

    def mask(self, spans: Iterable[Span]) -> NDArray[np.bool_]:
        """bool[n]: which tokens lie in any of the spans, at least in part."""
        change = np.zeros(len(self) + 1, np.int64)
        for span in spans:
            first, last = self.tokens_in(span)
            change[first] += 1
            change[last] -= 1
        inside: NDArray[np.bool_] = np.cumsum(change[:-1]) > 0
        return inside


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What is kept of a document to find candidates.

    ``signature``: uint32[num_perm], the MinHash of all shingles.
    ``fingerprints``: uint64[f], sorted and unique winnowed shingle hashes.
    ``letters``: uint64[l], the same of shingles of letters, which survive noise in the words.
    """

    signature: NDArray[np.uint32]
    fingerprints: Hashes
    letters: Hashes


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What of a folded text decides whether it can share anything telling with another.

    ``words``: uint32[w], one code for each word without titles, equal however a word is spelled.
    ``kinds``: uint8[w], whether a word carries news (1), whether it may be quoted (2), and whether
    it carries news and is rare in the corpus (4), as far as that is known.
    ``stems``: uint32[n], one code for each token, 0 where it carries no news; the last bit is set
    where the word is rare, too.
    ``letters``: the tokens in UTF-8, each with a blank after it, or "!" where it is such a word.
    """

    words: NDArray[np.uint32]
    kinds: NDArray[np.uint8]
    stems: NDArray[np.uint32]
    letters: bytes


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
    """One document, read: its words, quotations, attributions and furniture.

    ``flags`` are sorted words of advice for people, such as ``mixed_script``; they decide nothing.
    """

    document: Document
    normal: NormalText
    quotations: tuple[Quotation, ...]
    attributions: tuple[Attribution, ...]
    furniture: tuple[Furniture, ...]
    flags: tuple[str, ...] = ()


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

    @property
    def rare_documents(self) -> int:
        """In so many documents a rare word stands at most."""
        return max(RARE_DOCUMENTS, int(RARE_SHARE * self.documents))

    def frequency(self, hashes: Hashes) -> NDArray[np.int32]:
        """In how many documents each of some hashes stands, int32[n]; 0 where no corpus was learnt
        from."""
        if not len(self.keys):
            return np.zeros(len(hashes), np.int32)
        order = np.argsort(hashes)  # neighbours are found in half the time
        at = np.empty(len(hashes), np.int64)
        at[order] = np.minimum(np.searchsorted(self.keys, hashes[order]), len(self.keys) - 1)
        return np.where(self.keys[at] == hashes, self.counts[at], 1).astype(np.int32)
