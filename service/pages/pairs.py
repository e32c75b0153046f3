"""``/documents/{id}/matches/{other}``: what two stored documents share, what was decided about it,
and ``/evidence``: all of it as an archive."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, g, request

from detector.corpus.durable import DurableCorpus
from detector.corpus.findings import finding_digest
from detector.evidence import Exhibit, Told, evidence_zip
from detector.lens import narrow
from detector.report.as_html import pair_values
from service.access import needs, tenant
from service.findings import existing_document, existing_pair
from service.pages import shell
from service.pages.addresses import document_address, pair_address
from service.pages.desk import Desk, Link
from service.pages.result import presets
from service.viewing import CONTROLS, options_of, seen_as

LINKS: tuple[Link, ...] = ()


def add(pages: Blueprint, desk: Desk) -> None:
    """Add the archive of evidence. The page of a pair has an address among those of documents."""

    @pages.get("/evidence")
    @needs("read")
    def evidence() -> Response:
        corpus = desk.corpora.stored(tenant())
        found = existing_pair(corpus, request.args.get("a", ""), request.args.get("b", ""))
        settings = seen_as(desk.settings)
        pair = narrow(found, settings)  # without licences, as whoever finds it again has none
        told = Told(pair, settings, corpus.stats_digest, corpus.findings.about(pair))
        a, b = (_exhibit(corpus, side.document.id) for side in (pair.a, pair.b))
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")
        made = evidence_zip(a, b, settings.view, at, shell.language(), told)
        answer = Response(made, mimetype="application/zip")
        name = f"evidence-{finding_digest(pair)[:12]}.zip"
        answer.headers["Content-Disposition"] = f"attachment; filename={name}"
        return answer


def page(desk: Desk, corpus: DurableCorpus, name: str, other: str) -> Response:
    """The page of two documents. Raises Problem (404) where they share nothing."""
    found = existing_pair(corpus, name, other)
    viewing = desk.viewing(desk.settings)
    pair, view = viewing.pair(found), viewing.settings.view
    options = options_of(view)
    here = [("id", name), ("with", other)] if "with" in request.args else []
    return shell.page(
        "matched.html",
        **pair_values(pair),
        seen=pair,
        shown=view,
        presets=presets(view, desk.settings.view),
        carried=here + [each for each in options if each[0] not in CONTROLS],
        prefix=f"{urlencode(here)}&" if here else "",
        finding=finding_digest(found),
        decisions_made=corpus.findings.about(found),
        may_write=g.key.may("write"),
        address=pair_address(name, other).partition("?")[0],
        evidence=f"/evidence?{urlencode([('a', name), ('b', other), *options])}",
        here_again=pair_address(name, other),
        document_address=document_address,
    )


def _exhibit(corpus: DurableCorpus, name: str) -> Exhibit:
    stored = existing_document(corpus, name)
    return Exhibit(stored.document, version=stored.version, first_seen=stored.first_seen)
