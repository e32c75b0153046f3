"""A text put together from pieces, which knows where each piece was taken from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.quality.cases import Truth
from benchmarks.quality.collection import Item
from detector.evaluate import SpanPair
from detector.model import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or more of a page. ``source`` and ``span`` say where it was taken from, None
    where it is the page's own; ``how`` names the kind of rewriting."""

    text: str
    source: Item | None = None
    span: Span | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of the source that stands in the target, and the kind of rewriting."""

    source: Span
    target: Span
    how: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What a page took from one source, in the order of the page."""

    matches: tuple[Match, ...]

    @property
    def spans(self) -> tuple[SpanPair, ...]:
        """(span in the source, span in the page)."""
        return tuple((match.source, match.target) for match in self.matches)

    @property
    def span_types(self) -> tuple[str, ...]:
        """The kind of rewriting of each span."""
        return tuple(match.how for match in self.matches)


@dataclass(frozen=True, slots=True)
class Page:
    """A finished text. ``places`` says where each piece stands."""

    text: str
    places: tuple[tuple[Piece, Span], ...]

    @property
    def taken(self) -> Mapping[str, Taken]:
        """By the source's id, what was taken. Neighbours in both texts are one match."""
        found: dict[str, list[Match]] = defaultdict(list)
        texts: dict[str, str] = {}
        for piece, span in self.places:
            if piece.source and piece.span:
                texts[piece.source.id] = piece.source.document.text
                found[piece.source.id].append(Match(piece.span, span, piece.how))
        return {name: Taken(joined(rows, texts[name], self.text)) for name, rows in found.items()}

    def share(self, source: str) -> float:
        """How much of the page's characters come from a source, 0 to 1."""
        return sum(len(match.target) for match in self.taken[source].matches) / len(self.text)

    def kept(self, source: Item) -> float:
        """How much of a source's characters the page has, 0 to 1."""
        matches = self.taken[source.id].matches
        return sum(len(match.source) for match in matches) / len(source.document.text)


def page(paragraphs: Sequence[Sequence[Piece]]) -> Page:
    """The paragraphs with an empty line between them."""
    parts: list[str] = []
    places: list[tuple[Piece, Span]] = []
    length = 0
    for paragraph in paragraphs:
        for number, piece in enumerate(paragraph):
            gap = " " if number else "\n\n" if parts else ""
            start = length + len(gap)
            length = start + len(piece.text)
            parts += [gap, piece.text]
            places.append((piece, Span(start, length)))
    return Page("".join(parts), tuple(places))


def joined(matches: Sequence[Match], source: str, target: str) -> tuple[Match, ...]:
    """Matches that follow each other in both texts put together. They come in the order of the
    target."""
    found: list[Match] = []
    for match in matches:
        if found and found[-1].how == match.how and _touch(found[-1], match, source, target):
            first = found.pop()
            match = Match(
                Span(first.source.start, match.source.end),
                Span(first.target.start, match.target.end),
                match.how,
            )
        found.append(match)
    return tuple(found)


def _touch(first: Match, then: Match, source: str, target: str) -> bool:
    """Whether only white space lies between the two, in both texts."""
    return first.source.end <= then.source.start and not (
        source[first.source.end : then.source.start].strip()
        or target[first.target.end : then.target.start].strip()
    )


def lay_out(pieces: Sequence[Piece], sentences: int) -> list[list[Piece]]:
    """The pieces as paragraphs of so many."""
    return [list(pieces[i : i + sentences]) for i in range(0, len(pieces), sentences)]


def truths(made: Page, name: str, kind: str, relation: str | None) -> Iterator[Truth]:
    """What is known of the page ``name`` and each of its sources. Two texts that are the same have
    no source that could be told from them."""
    for source, taken in made.taken.items():
        yield Truth(
            source,
            name,
            kind,
            is_reuse=True,
            relation=relation,
            source=None if relation == "identical" else source,
            spans=taken.spans,
            span_types=taken.span_types,
        )
