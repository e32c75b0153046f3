"""``/status``: what texts are checked against, and with what."""

from __future__ import annotations

from flask import Blueprint, Response

from detector.version import VERSION
from service.access import needs, tenant
from service.pages import shell
from service.pages.desk import Desk, Link

LINKS = (Link("/status", "Status"),)


def add(pages: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @pages.get("/status")
    @needs("read")
    def status() -> Response:
        corpora = desk.corpora
        return shell.page(
            "status.html",
            version=VERSION,
            tenant=tenant(),
            searched=corpora.searched(tenant()),
            summary=corpora.stored(tenant()).summary() if corpora.index else None,
            settings_digest=desk.settings.digest,
        )
