"""Puts the service together: a folder of texts, the calls, one shape of error, safe headers."""

from __future__ import annotations

import logging
import os

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.routing import BaseConverter

from detector import loopback
from detector.config import read_config
from detector.corpus import Corpus
from detector.ingest import read_path
from detector.model import Document, Skipped
from detector.partners import read_partners_file
from detector.settings import Settings
from service import (
    access,
    admission,
    api,
    archive,
    findings,
    headers,
    logs,
    metrics,
    openapi,
    pages,
    problems,
    reports,
)
from service.background.ledger import JOBS, Ledger
from service.batches import calls as batch_calls
from service.batches.rows import Batches
from service.corpora import Corpora, beside
from service.delivery.config import Targets, read_targets
from service.keeping import Keeping
from service.scratch import Scratch
from service.watches import calls as watch_calls
from service.watches.rows import Watches

log = logging.getLogger("copydesk.service")


class PlainName(BaseConverter):
    """An id that we gave out: it has no dot, so ``.csv`` behind it is another address."""

    regex = "[^/.]+"


class InOrder(DefaultJSONProvider):
    """JSON with members in the order of the contract, not of the alphabet."""

    sort_keys = False


def create_app(
    against: str | None = None,
    settings: Settings | None = None,
    index: str | None = None,
    keys: str | None = None,
    delivery: str | None = None,
    partners: str | None = None,
) -> Flask:
    """The service as a WSGI application.

    What is not given here the configuration says (:mod:`detector.config`). ``against`` is a folder
    of texts to check against. It is read once, here: start gunicorn with ``preload_app`` and all
    workers share it. ``index`` is the address of a corpus that documents are stored in, ``keys``
    the file of those who may, ``delivery`` that of whom watches may tell (COPYDESK_DELIVERY),
    ``partners`` that of licences.

    >>> create_app().test_client().get("/healthz").json["status"]
    'ok'
    """
    config = read_config(os.environ)
    keys, settings = keys or config.keys, settings or config.settings
    if keys is None:
        loopback.require(config.bind)
    folder = against or config.against
    fixed = _load(folder, settings) if folder else None
    index = index or config.index
    scratch = None if index else Scratch()
    licences = read_partners_file(partners or config.partners)
    corpora = Corpora(settings, fixed, index, licences, scratch)
    app = Flask(__name__, static_folder=None)
    app.extensions["copydesk_scratch"] = scratch  # which is there as long as the service is
    app.json = InOrder(app)
    app.url_map.merge_slashes = False  # a redirect is no answer to a POST
    app.url_map.converters["id"] = archive.OwnAddress
    app.url_map.converters["plain"] = PlainName
    keeping = Keeping.of(corpora, config)
    app.register_blueprint(api.blueprint(corpora, settings, keeping))
    app.register_blueprint(reports.blueprint(keeping))
    app.register_blueprint(archive.blueprint(corpora))
    app.register_blueprint(findings.blueprint(corpora))
    _add_background(app, corpora, read_targets(delivery or os.environ.get("COPYDESK_DELIVERY")))
    pages.install(app, corpora, keeping, config)
    access.install(app, keys)
    admission.install(app, config.rate if keys else None)
    problems.install(app)
    logs.install(app)  # what is installed last sees an answer first, so these see it complete
    metrics.install(app)
    headers.install(app)
    openapi.install(app)  # last: it describes all of the above
    return app


def _add_background(app: Flask, corpora: Corpora, targets: Targets) -> None:
    """The calls on what the worker does. Without an index there is nothing for it to do."""
    ledger = Ledger(beside(corpora.index or "", JOBS))
    app.register_blueprint(batch_calls.blueprint(Batches(ledger), corpora, corpora.settings))
    app.register_blueprint(watch_calls.blueprint(Watches(ledger), corpora, targets))


def _load(folder: str, settings: Settings) -> Corpus:
    """Read ``folder`` and index it, before there are workers."""
    documents = _documents(folder)
    corpus = Corpus.of(documents, settings)
    for document in documents[:1]:
        corpus.matches(document)  # the first question builds the index
    return corpus


def _documents(folder: str) -> list[Document]:
    """The texts of ``folder``. One that cannot be read is named in the log, the others stay."""
    documents = []
    for found in read_path(folder):
        if isinstance(found, Skipped):
            log.warning("skipped %a: %a (%s)", found.name, found.reason, found.code)
        else:
            documents.append(found)
    return documents
