"""The whole answer about a pair, about a text, about a corpus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from detector.model.direction import Direction
from detector.model.fidelity import Fidelity
from detector.model.grounds import NO_GROUNDS, Grounds
from detector.model.passage import Passage
from detector.model.phrase import Said, spoken
from detector.model.rights import Rights
from detector.model.text import Attribution, Document, Quotation
from detector.model.words import Credit, Relation, Severity, Side


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to tell a person: one forwardable sentence, how serious, how credited. ``said``: the
    sentence, and those that go with it, as facts."""

    said: tuple[Said, ...]
    severity: Severity
    credit: Credit

    @property
    def sentence(self) -> str:
        """What it says in English."""
        return spoken(self.said)

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
    """What a pair object says about one of its two texts. ``attributions`` go with it,
    ``quotations`` are there for views."""

    document: Document
    words: int
    digest: str
    coverage: Coverage
    attributions: tuple[Attribution, ...]
    flags: tuple[str, ...] = ()
    quotations: tuple[Quotation, ...] = ()

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
class CreditLine:
    """A line that can be printed under the text that took, as it is. ``said``: what its editor
    should know of it, None where there is nothing."""

    text: str
    said: Said | None = None

    @property
    def note(self) -> str | None:
        """What the editor should know, in English."""
        return str(self.said) if self.said else None

    def to_dict(self) -> dict[str, str | None]:
        """The line as the pair object has it."""
        return {"text": self.text, "note": self.note}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole answer about two texts. ``to_dict()`` gives the contract's pair object.

    ``reasons`` come from the texts, ``remarks`` from what else is known of them. ``rights`` are
    there only if licences were asked about. ``grounds``: what all numbers are counted from, kept
    so that they can be counted again for another view.
    """

    a: PairSide
    b: PairSide
    relation: Relation
    direction: Direction
    verdict: Verdict
    passages: tuple[Passage, ...]
    longest_words: int
    reasons: tuple[Said, ...]
    truncated: bool = False
    rights: Rights | None = None
    fidelity: Fidelity = Fidelity()  # noqa: RUF009 -- frozen, so that all may have the same
    credit_line: CreditLine | None = None
    remarks: tuple[Said, ...] = ()
    grounds: Grounds = NO_GROUNDS

    @property
    def explain(self) -> tuple[str, ...]:
        """One plain sentence in English for each reason behind the answer."""
        return tuple(map(str, self.why))

    @property
    def why(self) -> tuple[Said, ...]:
        """The reasons behind the answer as facts."""
        return self.reasons + self.remarks

    def flip(self) -> Comparison:
        """The same answer with the texts swapped; nothing else changes."""
        return replace(
            self,
            a=self.b,
            b=self.a,
            direction=self.direction.flip(),
            passages=tuple(p.flip() for p in self.passages),
            grounds=self.grounds.flip(),
            fidelity=self.fidelity.flip(),
        )

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
            "fidelity": self.fidelity.to_dict(),
            "credit_line": self.credit_line and self.credit_line.to_dict(),
            **({"rights": self.rights.to_dict()} if self.rights else {}),
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
