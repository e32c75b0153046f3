"""What arrives, held against the watches: events of the corpus in, hits and things to send out.

What an event gives, and how far the watches have come, is written in one transaction. So after a
crash the event is looked at again, and what was written before is not written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detector.corpus.durable import DurableCorpus
from detector.model import Comparison, Event, EventKind, Partners, Stored
from detector.rights import add_rights
from service.background.stop import Stopped
from service.delivery import outbox
from service.watches.query import BATCH, HIT, REPORT, taken_words
from service.watches.rows import Watch, Watches

_AT_ONCE = 200
_COMING = (EventKind.ADDED, EventKind.UPDATED)


@dataclass(frozen=True, slots=True)
class Lookout:
    """Looks at what arrives for the watches of all tenants."""

    watches: Watches
    partners: Partners | None
    is_stopping: Callable[[], bool]

    def look(self, tenant: str, corpus: DurableCorpus) -> bool:
        """Deal with the next events of a tenant's corpus; whether there were any.

        What came in bulk is waited for until its links are known. Raises Stopped.
        """
        watches = self.watches.of(tenant)
        if not watches or outbox.is_full(self.watches.ledger, tenant):
            return False
        events = corpus.events(min(watch.seen for watch in watches), _AT_ONCE)
        unrelated = corpus.first_unrelated()
        done = 0
        for event in events:
            if self.is_stopping():
                raise Stopped
            is_coming = event.kind in _COMING
            if is_coming and unrelated is not None and event.number >= unrelated:
                break
            if is_coming or event.kind is EventKind.REMOVED:
                awake = [watch for watch in watches if watch.seen < event.seq]
                self._deal_with(event, tenant, awake, corpus)
            done = event.seq
        if done:
            with self.watches.ledger.writing():
                self.watches.have_seen(watches, done)
        return bool(done)

    def announce_batch(self, tenant: str, facts: Mapping[str, Any]) -> None:
        """Have it told that a batch is over, inside a transaction."""
        for watch in self.watches.of(tenant):
            if BATCH in watch.query.events:
                self._send(tenant, watch, BATCH, {"batch": facts})

    def _deal_with(
        self, event: Event, tenant: str, watches: Sequence[Watch], corpus: DurableCorpus
    ) -> None:
        found = in_force(event, corpus.pairs_of(event.number))
        pairs = [(other, add_rights(pair, self.partners)) for other, pair in found]
        with self.watches.ledger.writing():
            if event.kind is EventKind.REMOVED:
                self.watches.forget_text(tenant, event.number)
            for watch in watches:
                for other, pair in pairs:
                    self._tell(event, tenant, watch, other, pair)
            self.watches.have_seen(watches, event.seq)

    def _tell(
        self, event: Event, tenant: str, watch: Watch, other: Stored, pair: Comparison
    ) -> None:
        """Note what a pair is to a watch."""
        texts = (event.number, other.number)
        query = watch.query
        if HIT in query.events and query.fits(pair):
            facts = hit_facts(pair)
            if self.watches.hit(watch, *texts, facts):
                self._send(tenant, watch, HIT, facts, texts)
        if REPORT in query.events and query.watches(other.document):
            facts = {"ids": [other.name], "url": f"/v1/documents/{other.name}/matches"}
            self._send(tenant, watch, REPORT, facts, texts)

    def _send(
        self,
        tenant: str,
        watch: Watch,
        event: str,
        facts: Mapping[str, Any],
        texts: tuple[int, int] | tuple[None, None] = (None, None),
    ) -> None:
        body = {"watch": {"id": watch.id, "name": watch.query.name}, **facts}
        for target in watch.query.targets:
            outbox.put(self.watches.ledger, tenant, watch.id, target, event, body, texts)


def in_force(
    event: Event, pairs: Sequence[tuple[Stored, Comparison]]
) -> list[tuple[Stored, Comparison]]:
    """The pairs worth telling, so that each is told with the later of its texts: with what was
    there before, of each document the latest version that shares anything, and not with its own."""
    latest: dict[str, tuple[Stored, Comparison]] = {}
    for other, pair in sorted(pairs, key=lambda each: each[0].version):
        if other.number < event.number and other.document.id != event.id:
            latest[other.document.id] = (other, pair)
    return list(latest.values())


def hit_facts(pair: Comparison) -> dict[str, Any]:
    """What is told of a pair: names and numbers, nothing of either text."""
    texts = (pair.a.document, pair.b.document)
    source = pair.direction.source
    return {
        "sentence": pair.verdict.sentence,
        "ids": [document.id for document in texts],
        "urls": [document.url for document in texts],
        "source": None if source is None else texts["ab".index(source)].id,
        "path": str(pair.direction.path),
        "relation": str(pair.relation),
        "words": taken_words(pair),
        "severity": str(pair.verdict.severity),
        "rights": pair.rights and str(pair.rights.status),
    }
