"""``/clusters``: stories that several texts tell; ``/clusters/{id}``: who took it from whom."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response

from detector.corpus.durable import DurableCorpus
from detector.model import Cluster, Document
from service.access import needs, tenant
from service.pages import shell
from service.pages.addresses import document_address, pair_address
from service.pages.desk import Desk, Link
from service.paging import asked_page
from service.problems import Problem

LINKS = (Link("/clusters", "Clusters", needs_index=True),)
ROWS = 20
NAMED = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A story in the list: its cluster, the text that stands for it, and some of its texts."""

    cluster: Cluster
    head: Document | None
    named: tuple[Document, ...]


def add(pages: Blueprint, desk: Desk) -> None:
    """Add both pages."""

    @pages.get("/clusters")
    @needs("read")
    def clusters() -> Response:
        corpus = desk.corpora.stored(tenant())
        asked = asked_page("clusters", corpus.secret, ROWS)
        names = corpus.cluster_names(asked.after, asked.limit)
        found = [cluster for name in names if (cluster := corpus.cluster(name))]
        return shell.page(
            "clusters.html",
            rows=[_row(corpus, cluster) for cluster in found if len(cluster.members) > 1],
            following=asked.following(names, str),
            document_address=document_address,
        )

    @pages.get("/clusters/<name>")
    @needs("read")
    def cluster(name: str) -> Response:
        drawn = desk.corpora.stored(tenant()).cascade(name)
        if drawn is None:
            raise Problem(404, "not_found", "No such cluster.")
        story = drawn.cascade
        links = {link.document.id: link for link in story.links}
        return shell.page(
            "cluster.html",
            name=name,
            story=story,
            is_cut=drawn.is_cut,
            shown=[links[document.id] for document in story.timeline],
            sources={link.document.id: link.document for link in story.links},
            document_address=document_address,
            pair_address=pair_address,
        )


def _row(corpus: DurableCorpus, cluster: Cluster) -> Row:
    names = [cluster.origin] if cluster.origin else []
    names += [name for name in cluster.members if name != cluster.origin]
    stored = [found.document for name in names[:NAMED] if (found := corpus.get(name))]
    return Row(cluster, stored[0] if stored else None, tuple(stored))
