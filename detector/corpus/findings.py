"""What people decide about findings: confirmed or dismissed, as long as the finding stays the same.

A finding is two documents and the words they share. Its digest is made of both ids and of all
passages, by their words on either side, in no order. So a decision holds when a pair is checked
again, with other settings or statistics, and when either document has a new version in which those
words stand as they did. One passage more or less, or another word in one, is another finding, which
nobody has decided about; the log keeps what was said of the earlier one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from detector.errors import InputError, UsageError
from detector.model import Comparison, Decision, EventKind, Ruling, Seen, Stored
from detector.outdated import name_in_force
from detector.store import Store

MAX_REASON_CHARS = 1000
TOLD_OF_ONE = 100
"""So many decisions about one finding are told, the latest; the log has all."""


class Findings:
    """The decisions about the pairs of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def decide(
        self, pair: Comparison, sides: tuple[Stored, Stored], ruling: Ruling, reason: str, by: str
    ) -> Decision:
        """Write down what somebody, by the name of his key, says of a pair of stored texts; it
        takes the place of what was said before, which stays in the log.

        Raises InputError (``bad_reason``) for a reason that is too long, UsageError (``not_found``)
        where one of the texts was removed meanwhile.
        """
        if len(reason) > MAX_REASON_CHARS:
            raise InputError(f"more than {MAX_REASON_CHARS} characters", code="bad_reason")
        a, b = sides
        seen = Seen(a.document.id, a.version), Seen(b.document.id, b.version)
        with self._store.writing():
            for each in sides:
                if self._store.stored(each.number) is None:
                    raise UsageError(f"{each.name}: no such document", code="not_found")
            finding = finding_digest(pair)
            source = pair.direction.source
            made = self._store.decisions.add(finding, seen, source, ruling, reason, by)
            self._store.log(
                EventKind.DECIDED, a.number, a.document.id,
                other=b.document.id, finding=finding, decision=str(ruling),
            )  # fmt: skip
        return made

    def latest(self, pairs: Iterable[Comparison]) -> Mapping[str, Decision]:
        """The decisions in force about pairs, by the digest of the finding."""
        return self._store.decisions.latest(map(finding_digest, pairs))

    def about(self, pair: Comparison) -> Sequence[Decision]:
        """What was decided about a pair, the newest first."""
        return self._store.decisions.about(finding_digest(pair), TOLD_OF_ONE)

    def page(self, before: int | None = None, most: int = 100) -> Sequence[Decision]:
        """The log: what was decided before a number, None for all, the newest first."""
        return self._store.decisions.page(before, most)


def finding_digest(pair: Comparison) -> str:
    """What tells a finding from others: SHA-256 of both ids and of all passages, in hexadecimal.

    >>> from detector.pipeline import compare
    >>> text = "The ferry left Port Carrow at dawn with forty-one passengers and sacks of seed."
    >>> pair = compare(text, f"As told: {text}")
    >>> finding_digest(pair) == finding_digest(pair.flip())
    True
    """
    names = sorted(name_in_force(side.document) for side in (pair.a, pair.b))
    passages = sorted(passage.id for passage in pair.grounds.passages)
    return hashlib.sha256(json.dumps([names, passages]).encode()).hexdigest()
