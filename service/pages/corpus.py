"""``/corpus``: what is stored, and where in it some words are."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, request

from detector.corpus.durable import DurableCorpus
from detector.errors import InputError
from detector.model import Comparison, Document, Stored
from service.access import needs, tenant
from service.pages import shell
from service.pages.addresses import document_address
from service.pages.desk import Desk, Link
from service.paging import Page, asked_page
from service.problems import Problem

LINKS = (Link("/corpus", "Corpus", needs_index=True),)
ROWS = 40
PHRASE_WORDS = 8
"""So many words in a row are looked for in the texts, too; the index may not know fewer."""
PHRASE_HITS = 20
MAX_ASKED_CHARS = 1000


def add(pages: Blueprint, desk: Desk) -> None:
    """Add the page."""

    @pages.get("/corpus")
    @needs("read")
    def corpus() -> Response:
        stored = desk.corpora.stored(tenant())
        words = request.args.get("q", "").strip()
        if len(words) > MAX_ASKED_CHARS:
            detail = f"At most {MAX_ASKED_CHARS} characters can be looked for."
            raise Problem(400, "bad_parameter", detail)
        asked = asked_page(f"corpus {words}", stored.secret, ROWS)
        names, after = _names(stored, words, asked)
        return shell.page(
            "corpus.html",
            words=words,
            shown=_existing(stored, names),
            phrase=_phrase(stored, words) if words and not asked.after else None,
            searched=stored.summary() if not words else None,
            following=asked.cursor(after) if after else None,
            phrase_words=PHRASE_WORDS,
            document_address=document_address,
        )


def _names(corpus: DurableCorpus, words: str, asked: Page) -> tuple[Sequence[str], str | None]:
    """The ids of a page, and after which the next begins."""
    if words:
        found = corpus.search(words, asked.after, asked.limit)
        return found.ids, found.after
    names = [name for name, _ in corpus.page(asked.after, asked.limit)]
    return names, names[-1] if len(names) == asked.limit else None


def _existing(corpus: DurableCorpus, names: Sequence[str]) -> list[Stored]:
    return [stored for name in names if (stored := corpus.get(name))]


def _phrase(corpus: DurableCorpus, words: str) -> Sequence[Comparison] | None:
    """The texts that share a phrase, None where it is too short to be looked for."""
    if len(words.split()) < PHRASE_WORDS:
        return None
    try:
        return corpus.check(Document(id="", text=words)).matches[:PHRASE_HITS]
    except InputError:
        return None
