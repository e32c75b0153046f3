"""The web pages: what an editor reads instead of JSON.

A page is a module with ``add(pages, desk)``, which adds its addresses, and ``LINKS``, its places in
the navigation. Where the next page goes: its module here, its template in ``templates/``, one line
in ``PAGES``, its words in :mod:`service.pages.phrases`.
"""

from __future__ import annotations

from flask import Blueprint, Flask

from detector.config import Config
from service.corpora import Corpora
from service.keeping import Keeping
from service.pages import (
    batches,
    check,
    clusters,
    compare,
    corpus,
    documents,
    files,
    findings,
    guard,
    login,
    pairs,
    reports,
    shell,
    status,
)
from service.pages.desk import Desk
from service.pages.session import Sessions, secret_of

PAGES = (
    check,
    compare,
    reports,
    corpus,
    documents,
    pairs,
    clusters,
    findings,
    batches,
    status,
    login,
)
"""The modules of pages, in the order of the navigation."""


def install(app: Flask, corpora: Corpora, keeping: Keeping, config: Config) -> None:
    """Add the pages to ``app``. They ask for a log-in where the service asks for keys."""
    desk = Desk(corpora, keeping, Sessions(secret_of(config)))
    pages = Blueprint("pages", __name__)
    guard.install(pages, desk)
    files.add(pages)
    for module in PAGES:
        module.add(pages, desk)
    app.extensions[shell.LINKS] = tuple(
        link for module in PAGES for link in module.LINKS if corpora.index or not link.needs_index
    )
    app.register_blueprint(pages)
