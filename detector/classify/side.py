"""What the rules of this package look at: a reading with its marks, a passage with its basis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Protocol

import numpy as np

from detector.classify.marks import Counts, Marks, Mask
from detector.classify.outlet import text_credits
from detector.classify.release import cites_release, is_release
from detector.gist import Gist
from detector.model import (
    AlignedPassage,
    Attribution,
    Document,
    Marked,
    NormalText,
    Reading,
    Span,
    TokenRange,
    ranges_of,
)

__all__ = ["Marked", "Side", "Text", "count", "share", "share_of_both", "shared"]


class Text(Protocol):
    """What is asked of a text when words are counted and the verdict is spoken."""

    @property
    def document(self) -> Document:
        """The text with its metadata."""

    @property
    def credits(self) -> tuple[Attribution, ...]:
        """The cues that credit words to another outlet."""

    @property
    def quoted(self) -> Mask:
        """bool[n]: which words stand in quotation marks."""

    @property
    def furniture(self) -> Mask:
        """bool[n]: which words are in no count."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Words that were told to an outlet. ``reached``: where they and those before them end."""

    span: Span
    outlet: str
    reached: int


@dataclass(frozen=True, eq=False)
class Side:
    """A document as the rules of this package look at it. Only its words are known at once: of two
    texts that share none nothing else is asked. The rest is found out when it is first asked for,
    by ``read`` and ``mark``, and kept for its other passages and pairs: hence no slots."""

    document: Document
    normal: NormalText
    read: Callable[[], Reading]
    mark: Callable[[Reading], Marks]

    @property
    def quoted(self) -> Mask:
        """bool[n]: which words stand in quotation marks."""
        return self.marks.quoted

    @property
    def furniture(self) -> Mask:
        """bool[n]: which words are not of the story."""
        return self.marks.furniture

    @cached_property
    def digest(self) -> str:
        """That of the document, made once for all its pairs."""
        return self.document.digest

    @cached_property
    def spoken(self) -> Mask:
        """bool[n]: which words stand in a quotation whose speaker is named."""
        return self.normal.mask(q.inner for q in self.reading.quotations if q.speaker)

    @cached_property
    def plain(self) -> Mask:
        """bool[n]: which words carry news and are neither names nor numbers."""
        return self.marks.content & ~self.marks.fact

    @cached_property
    def rare(self) -> Mask:
        """bool[n]: which words hardly any other document of the corpus has; all, where none is
        known."""
        rare: Mask = self.marks.word_frequency <= self.marks.rare_documents
        return rare

    @cached_property
    def rare_news(self) -> Mask:
        """bool[n]: which of them carry news."""
        return self.marks.content & self.rare

    @cached_property
    def rare_facts(self) -> Mask:
        """bool[n]: which of them are names and numbers."""
        return self.marks.fact & self.rare

    @cached_property
    def is_of_corpus(self) -> bool:
        """Whether it is known how common any of its words is."""
        return bool(self.marks.word_frequency.any())

    @cached_property
    def fact_frequencies(self) -> Counts:
        """int32[f], rising: how common the runs are that its names and numbers stand in."""
        return np.sort(self.marks.run_frequency[self.marks.fact])

    @cached_property
    def ranges(self) -> Mapping[str, tuple[TokenRange, ...]]:
        """Where quotations, furniture and captions are, as :class:`Ground` has them."""
        captions = (f.span for f in self.reading.furniture if f.type == "caption")
        return {
            "quoted": ranges_of(self.quoted),
            "furniture": ranges_of(self.furniture),
            "captions": ranges_of(self.normal.mask(captions)),
        }

    @cached_property
    def gist(self) -> Gist:
        """The words, letters, stems and sentences of the text."""
        return Gist(self.normal)

    @cached_property
    def reading(self) -> Reading:
        """What stands in the text beside its words."""
        return self.read()

    @cached_property
    def marks(self) -> Marks:
        """What each of its words is."""
        return self.mark(self.reading)

    @cached_property
    def credits(self) -> tuple[Attribution, ...]:
        """The cues that credit words to another outlet."""
        return text_credits(self.reading)

    @cached_property
    def tellings(self) -> Sequence[Telling]:
        """What the text says was told to an outlet, in order."""
        told = sorted(
            {
                (span, cue.source)
                for cue in self.reading.attributions
                if cue.type == "told_outlet" and cue.source
                for span in cue.covers
            }
        )
        reached = accumulate((span.end for span, _ in told), max)
        return [Telling(*each, end) for each, end in zip(told, reached, strict=True)]

    @cached_property
    def is_release(self) -> bool:
        """Whether the text is a press release."""
        return is_release(self.document)

    @cached_property
    def cites_release(self) -> bool:
        """Whether the text says that it uses a press release or a statement."""
        return cites_release(self.document.text)


def count(mask: Mask) -> int:
    """How many tokens are marked."""
    return int(np.count_nonzero(mask))


def share(mask: Mask, where: TokenRange) -> float:
    """The share of some tokens that is marked."""
    return count(mask[where.first : where.last]) / len(where) if len(where) else 0.0


def shared(a: Side, passage: AlignedPassage, wanted: Mask) -> int:
    """How many of the equal words of a passage are in ``wanted``."""
    return sum(count(wanted[first : first + width]) for first, _, width, _ in passage.pairs)


def share_of_both(a: Side, b: Side, passage: AlignedPassage) -> float:
    """How much of the text that it covers less of a passage is."""
    return min(len(passage.a) / len(a.normal), len(passage.b) / len(b.normal))
