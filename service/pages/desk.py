"""What all pages work with."""

from __future__ import annotations

from dataclasses import dataclass

from detector.settings import Settings
from service.corpora import Corpora
from service.keeping import Keeping
from service.pages.session import Sessions
from service.viewing import Viewing, seen_as


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the navigation: an address, its words in English, and whether it is only there
    where a corpus is stored."""

    path: str
    words: str
    needs_index: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """The tenants' corpora, the reports that are kept, and who is logged in."""

    corpora: Corpora
    keeping: Keeping
    sessions: Sessions

    @property
    def settings(self) -> Settings:
        """Those of a page without options."""
        return self.corpora.settings

    def viewing(self, asked: Settings) -> Viewing:
        """What the page under way shows of an answer that was asked for with these settings."""
        return Viewing(seen_as(asked), self.corpora.partners)
