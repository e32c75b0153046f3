"""How long answers are kept as reports, and what is told of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from detector.checked import Checked, Compared
from detector.config import Config
from detector.corpus.kept import Kept
from detector.model import Document, Run
from detector.pipeline import compare
from detector.settings import Settings
from detector.stats import PRIOR
from detector.version import VERSION
from detector.view import EVERYTHING
from service.access import tenant
from service.corpora import Corpora
from service.problems import Problem

DAY_SECONDS = 24 * 60 * 60
BRIEF_SECONDS = 60 * 60
"""How long what a page shows is kept, unless somebody asks for more."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Keeps reports for ``days`` where a request does not say how long, 0 for not at all, and for
    at most ``most_days``."""

    corpora: Corpora
    days: int
    most_days: int

    @classmethod
    def of(cls, corpora: Corpora, config: Config) -> Keeping:
        """As the configuration says. Without an index nothing can be kept for days."""
        return cls(corpora, config.report_days if corpora.index else 0, config.max_report_days)

    def days_for(self, asked: float | None) -> int:
        """For how many days a request that asks for so many has its report kept."""
        return min(self.days if asked is None else int(asked), self.most_days)

    def keep(self, answer: Checked | Compared, settings: Settings, days: int) -> Kept:
        """Keep an answer for so many days.

        Raises Problem (503, ``storage_unavailable``) without an index.
        """
        reports = self.corpora.stored(tenant()).reports
        here = self.corpora.fixed is None
        return reports.keep(answer, settings, days * DAY_SECONDS, is_found_here=here)

    def keep_briefly(self, answer: Checked | Compared, settings: Settings) -> Kept:
        """Keep an answer as long as somebody may look at its page."""
        reports = self.corpora.reports(tenant())
        here = self.corpora.fixed is None
        return reports.keep(answer, settings, BRIEF_SECONDS, True, is_found_here=here)

    def find(self, report_id: str) -> Kept:
        """A report of the tenant. Raises Problem (404)."""
        kept = self.corpora.reports(tenant()).get(report_id)
        if kept is None:
            raise Problem(404, "not_found", "No such report; its time may be over.")
        return kept


def compared(a: Document, b: Document, settings: Settings) -> Compared:
    """All that two texts share, for any view."""
    run = Run(VERSION, settings.digest, PRIOR.digest, 2, now())
    return Compared(compare(a, b, replace(settings, view=EVERYTHING)), run)


def now() -> str:
    """The time, to the second, as reports have it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
