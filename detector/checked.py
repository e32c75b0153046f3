"""What was found for a text or a pair, before any view: enough to answer again for another view,
also later, without the documents it was found in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from detector.lens import look_at_matches, lost_words
from detector.model import Comparison, Document, Reading, Report, Run, Searched
from detector.pipeline import read
from detector.settings import Settings
from detector.union import report_verdict, unite


@dataclass(frozen=True, slots=True)
class Checked:
    """A text and all its matches (as a), strongest first; where it looked, whether candidates were
    cut, and what is needed to find the same again."""

    document: Document
    matches: tuple[Comparison, ...]
    searched: Searched
    truncated: bool
    run: Run

    @property
    def documents(self) -> tuple[Document, ...]:
        """All whose text it shows, the checked one first."""
        return (self.document, *(match.b.document for match in self.matches))

    def seen(self, settings: Settings, reading: Reading | None = None) -> Report:
        """The report as the view of ``settings`` shows it. ``reading``: of the checked text, where
        it was read already."""
        matches = look_at_matches(self.matches, settings)
        lost = [lost_words(match, settings.view) for match in matches]
        side, share, sources = unite(reading or read(self.document), matches, lost)
        hidden = len(self.matches) - len(matches)
        return Report(
            document=side,
            verdict=report_verdict(side, share, sources, matches, self.searched, hidden),
            coverage=share,
            sources=sources,
            matches=matches,
            total=len(matches),
            searched=self.searched,
            truncated=self.truncated,
            run=replace(self.run, settings_digest=settings.digest),
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """A pair with all that was found of it, and what is needed to find the same again."""

    pair: Comparison
    run: Run

    @property
    def documents(self) -> tuple[Document, ...]:
        """Both texts."""
        return self.pair.a.document, self.pair.b.document
