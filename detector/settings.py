"""One frozen, validated set of settings. Its digest stamps every report."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass

from detector.errors import UsageError
from detector.view import EVERYTHING, View


@dataclass(frozen=True, slots=True)
class Settings:
    """The few things a user may move. Everything else is a documented constant of its stage.

    ``review_words``, ``review_share``, ``alert_words``, ``alert_share``: where severity begins, in
    uncredited derived words and as a share of the text (review needs either, alert needs both).
    ``view``: what of an answer is shown and counted.

    >>> Settings(review_share=2)
    Traceback (most recent call last):
    ...
    detector.errors.UsageError: review_share must be between 0 and 1, not 2
    """

    review_words: int = 30
    review_share: float = 0.10
    alert_words: int = 50
    alert_share: float = 0.25
    view: View = EVERYTHING

    def __post_init__(self) -> None:
        for name in ("review_share", "alert_share"):
            share = getattr(self, name)
            if not 0 <= share <= 1:
                raise UsageError(f"{name} must be between 0 and 1, not {share}")

    @property
    def digest(self) -> str:
        """A short name for exactly these settings."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True, default=sorted)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


DEFAULT = Settings()
