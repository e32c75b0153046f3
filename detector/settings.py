"""One frozen, validated set of settings. Its digest stamps every report."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass

from detector.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """The few numbers a user may move. Everything else is a documented constant of its stage.

    ``min_words``: shorter passages are not reported. ``review_words``, ``review_share``,
    ``alert_words``, ``alert_share``: where severity begins, in uncredited derived words and as a
    share of the text (review needs either, alert needs both).

    >>> Settings(min_words=0)
    Traceback (most recent call last):
    ...
    detector.errors.UsageError: min_words must be between 1 and 1000, not 0
    """

    min_words: int = 4
    review_words: int = 30
    review_share: float = 0.10
    alert_words: int = 50
    alert_share: float = 0.25

    def __post_init__(self) -> None:
        if not 1 <= self.min_words <= 1000:
            raise UsageError(f"min_words must be between 1 and 1000, not {self.min_words}")
        for name in ("review_share", "alert_share"):
            share = getattr(self, name)
            if not 0 <= share <= 1:
                raise UsageError(f"{name} must be between 0 and 1, not {share}")

    @property
    def digest(self) -> str:
        """A short name for exactly these settings."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


DEFAULT = Settings()
