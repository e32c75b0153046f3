"""What one outlet may do with another's texts, as agreed, and whether a pair keeps to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from detector.model.phrase import Said
from detector.model.words import Permission


@dataclass(frozen=True, slots=True)
class Licence:
    """Terms on file for the texts of one source, which ``outlets`` or ``domains`` names.

    ``partners`` are the folded outlets and domains that may use them, none for anyone; ``first``
    and ``last`` the days of the term, both in it. ``words`` is the most of an excerpt, None for
    whole texts. Of the lines in ``credit``, if there are any, one must stand there. With
    ``corrections_follow`` a text that its source takes back may not be kept.
    """

    outlets: tuple[str, ...]
    domains: tuple[str, ...]
    partners: frozenset[str]
    first: date | None
    last: date | None
    words: int | None
    credit: tuple[str, ...]
    corrections_follow: bool


@dataclass(frozen=True, slots=True)
class Partners:
    """All licences on file, by the source's folded outlet and by its domain, in the order of the
    file."""

    by_outlet: Mapping[str, tuple[Licence, ...]]
    by_domain: Mapping[str, tuple[Licence, ...]]


@dataclass(frozen=True, slots=True)
class Rights:
    """Whether a pair keeps to the licences on file, and a plain sentence why."""

    status: Permission
    said: Said

    @property
    def reason(self) -> str:
        """The sentence in English."""
        return str(self.said)

    def to_dict(self) -> dict[str, str]:
        """The rights as the pair object has them."""
        return {"status": str(self.status), "reason": self.reason}
