"""Many documents at once: all pairs inside a collection, or one collection against another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from detector.cluster import cluster
from detector.corpus import Corpus
from detector.journal import Journal
from detector.lens import look
from detector.model import Cluster, Comparison, Document
from detector.settings import DEFAULT, Settings
from detector.stats import PRIOR


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Every pair that shares text, sorted by ids, and the clusters of one story. ``comparisons``
    are those that the view shows, as it shows them; ``found`` are all, as they were found.
    ``stats_digest``: the statistics that they rest on."""

    comparisons: tuple[Comparison, ...]
    clusters: tuple[Cluster, ...]
    found: tuple[Comparison, ...] = ()
    stats_digest: str = PRIOR.digest


def compare_all(
    documents: Sequence[Document],
    reference: Sequence[Document] | None = None,
    settings: Settings = DEFAULT,
    progress: Callable[[str, int, int], None] | None = None,
    workers: int = 1,
    journal: Journal | None = None,
) -> BatchResult:
    """All pairs inside ``documents``; with ``reference``, each document (as a) against those only.

    ``progress`` is told (stage, done, total). Neither the order of the documents nor the number of
    worker processes changes anything. What ``journal`` knows
    of an earlier run is not asked again. A script that asks for several must do so under
    ``if __name__ == "__main__"``.

    >>> story = "The ferry left Port Carrow at dawn with forty-one passengers and sacks of seed."
    >>> twice = [Document(id="x", text=story), Document(id="y", text=story)]
    >>> [c.relation.label for c in compare_all(twice).comparisons]
    ['Same text']
    """
    if reference is None:
        corpus = Corpus.of(documents, settings, progress)
        pairs = corpus.pairs(progress, workers, journal)
        shown = tuple(seen for pair in pairs if (seen := look(pair, settings)))
        return BatchResult(shown, cluster(pairs), pairs, corpus.stats_digest)
    corpus = Corpus.of(reference, settings, progress)
    found = [c for answers in (journal.known if journal else ()) for c in answers if c]
    first = len(journal.known) if journal else 0
    for done, document in enumerate(documents[first:], first + 1):
        matches = corpus.matches(document)
        found += matches
        if journal:
            journal.add(list(matches))
        if progress:
            progress("comparing", done, len(documents))
    found.sort(key=lambda c: (c.a.document.id, c.b.document.id))
    return BatchResult(tuple(found), (), stats_digest=corpus.stats_digest)
