"""News syndication, made by program: what newsrooms do with each other's stories, with its truth.

The sources are real news items; the targets are reprints, excerpts, mosaics and rewrites of them
(:mod:`benchmarks.quality.newsroom`) among texts that only look alike
(:mod:`benchmarks.quality.lookalikes`) and thousands of untouched items. What the relations mean is
the contract's business; where it leaves room, this is how it was read:

- a mosaic is an ``excerpt`` of each of its sources: one block of a source in a text that is
  otherwise not from it, and whose the rest is cannot be seen in the pair;
- a rewrite with a tenth of its words changed and everything else in place is still a reprint
  (``syndicated``); with a fifth or more changed, sentences moved and left out it is ``derived``;
- a reprint with a local paragraph put in is ``syndicated`` while the source gives at least 85 % of
  it; a story cut and filled up, so that the source gives 50 to 72 % of it and at most 75 % of the
  source is left, is ``derived``; nothing in between is made.

Two targets of one source share text that nobody labelled: such pairs are unjudged, like pairs of
untouched items on one affair, which the newsrooms themselves often took over in part.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path

from benchmarks.quality import newsroom
from benchmarks.quality.cases import Case, Truth
from benchmarks.quality.collection import Collection, Item, collection
from benchmarks.quality.lookalikes import (
    FORMULAS,
    Part,
    one_footer,
    one_formula,
    quotations,
    quotes_only,
)
from benchmarks.quality.page import Page, truths
from detector.model import Document

SOURCES = 600
UNTOUCHED = 3000
SMALL_UNTOUCHED = 75
HOST_WORDS = 100
CLUSTERED = ("identical", "syndicated")
RELATIONS = (*CLUSTERED, "excerpt", "derived")
UNDATED_SHARE = 0.1
FIRST_DAY = datetime(2024, 3, 1, tzinfo=UTC)
MONTH_MINUTES = 28 * 24 * 60


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of target: how it is made, how many of it, and the relation that it has to each of
    its sources, which have at least ``min_words`` words. ``hosts`` is how many unrelated stories
    it needs as its own text; the number of its sources is drawn from ``sources``."""

    name: str
    make: newsroom.Kind
    targets: int
    relation: str
    min_words: int = 100
    hosts: int = 0
    sources: tuple[int, ...] = (1,)


KINDS = (
    Kind("exact repeat", newsroom.exact, 40, "identical"),
    Kind("reprint", newsroom.reprint, 60, "syndicated"),
    Kind("reprint credited", newsroom.reprint_credited, 60, "syndicated"),
    Kind("reprint cut", newsroom.reprint_cut, 80, "syndicated", 150),
    Kind("reprint local", newsroom.reprint_local, 60, "syndicated", 250, 1),
    Kind("local story", newsroom.local_story, 60, "derived", 200, 1),
    Kind("excerpt quoted", newsroom.excerpt_quoted, 40, "excerpt", 200, 1),
    Kind("excerpt quoted credited", newsroom.excerpt_quoted_credited, 40, "excerpt", 200, 1),
    Kind("excerpt plain", newsroom.excerpt_plain, 40, "excerpt", 200, 1),
    Kind("excerpt plain credited", newsroom.excerpt_plain_credited, 40, "excerpt", 200, 1),
    Kind("mosaic", newsroom.mosaic, 70, "excerpt", 150, 0, (2, 3, 3, 4)),
    Kind("rewrite 10 %", newsroom.rewrite_10, 60, "syndicated"),
    Kind("rewrite 20 %", newsroom.rewrite_20, 60, "derived", 150),
    Kind("rewrite 30 %", newsroom.rewrite_30, 60, "derived", 150),
)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything is made; ``share`` of the targets of each kind."""

    share: float
    untouched: int
    quote_pairs: int
    footer_pairs: int
    footers: int
    footer_texts: int
    formula_texts: int


FULL = Size(1.0, UNTOUCHED, 70, 30, 3, 30, 12)
SMALL = Size(0.05, SMALL_UNTOUCHED, 3, 2, 1, 4, 3)


def cases(shared: Path, small: bool = False) -> Iterator[Case]:
    """The case without times and outlets, then the same texts with them. Small: a twentieth of the
    targets, about 150 documents."""
    case = undated(collection(shared), SMALL if small else FULL)
    yield case
    yield dated(case)


class Stock:
    """The stories that targets are made of: ``sources`` stand in the corpus as well, hosts do not,
    and each is drawn once."""

    def __init__(self, prose: Sequence[Item]) -> None:
        """``prose`` in the order of the items; they are shuffled here."""
        shuffled = [item for item in prose if item.words >= HOST_WORDS]
        random.Random("syndication stock").shuffle(shuffled)
        self.sources = shuffled[:SOURCES]
        self._spare = iter(shuffled[SOURCES:])
        self.drawn: set[str] = set()

    def hosts(self, number: int) -> list[Item]:
        """So many stories that nobody else gets. Raises ValueError where there are no more."""
        found = list(islice(self._spare, number))
        if len(found) < number:
            raise ValueError("too few news items to make all targets")
        self.drawn |= {item.id for item in found}
        return found


def undated(news: Collection, size: Size) -> Case:
    """All texts, with what is known of their pairs."""
    stock = Stock(news.prose)
    made = [
        target(kind, number, stock)
        for kind in KINDS
        for number in range(round(kind.targets * size.share))
    ]
    alike = list(lookalikes(stock, size))
    labels = [truth for part in (*made, *alike) for truth in part.truths]
    touched = {name for truth in labels for name in (truth.a, truth.b)}
    others = [item for item in news.items if item.id not in touched | stock.drawn]
    random.Random("syndication untouched").shuffle(others)
    used = [item for item in stock.sources if item.id in touched]
    untouched = (*used, *others[: max(0, size.untouched - len(used))])
    documents = [item.document for item in untouched]
    documents += [document for part in (*made, *alike) for document in part.documents]
    names = {document.id for document in documents}
    return Case(
        "syndication",
        tuple(documents),
        tuple(labels),
        "all",
        tuple(_groups(labels, CLUSTERED)),
        (*_groups(labels, RELATIONS), *(pair for pair in news.repeats if pair <= names)),
    )


def target(kind: Kind, number: int, stock: Stock) -> Part:
    """One target, from the first sources and host drawn that suit."""
    name = f"{kind.name.replace(' %', '').replace(' ', '-')}-{number:03}"
    page = next(page for page in _attempts(kind, name, stock) if page)
    return Part((Document(name, page.text),), tuple(truths(page, name, kind.name, kind.relation)))


def _attempts(kind: Kind, name: str, stock: Stock) -> Iterator[Page | None]:
    """What comes of one draw of sources and host after the other; None where they do not suit."""
    suitable = [item for item in stock.sources if item.words >= kind.min_words]
    for attempt in count():
        rng = random.Random(f"syndication {name} {attempt}")
        sources = rng.sample(suitable, rng.choice(kind.sources))
        hosts = stock.hosts(kind.hosts) or sources
        yield kind.make(newsroom.any_desk(rng, sources, hosts[0]))


def lookalikes(stock: Stock, size: Size) -> Iterator[Part]:
    """Texts that share words with others of their kind and copy nothing."""
    quotes = quotations(iter(lambda: stock.hosts(1)[0], None))
    for number in range(size.quote_pairs):
        wanted = 1 + number % 3
        yield quotes_only(number, stock.hosts(2), list(islice(quotes, wanted)))
    for number in range(size.footer_pairs):
        yield one_footer(f"pair-{number:02}", stock.hosts(2))
    for number in range(size.footers):
        yield one_footer(f"all-{number}", stock.hosts(size.footer_texts))
    for rule in FORMULAS:
        yield one_formula(rule, size.formula_texts)


def _groups(truths: Sequence[Truth], relations: Sequence[str]) -> Iterator[frozenset[str]]:
    """Each source with all its targets that have one of ``relations`` to it."""
    groups: dict[str, set[str]] = defaultdict(set)
    for truth in truths:
        if truth.is_reuse and truth.relation in relations:
            groups[truth.a] |= {truth.a, truth.b}
    return map(frozenset, groups.values())


def dated(case: Case) -> Case:
    """The same texts with times and outlets: a target comes 1 to 48 hours after the last of its
    sources, from another outlet; one target in ten has no time."""
    sources: dict[str, list[str]] = defaultdict(list)
    for truth in case.truths:
        if truth.is_reuse:
            sources[truth.b].append(truth.a)
    known = {document.id: document for document in case.documents}
    documents = []
    for document in case.documents:
        rng = random.Random(f"syndication time {document.id}")
        taken_from = [known[name] for name in sources[document.id]]
        moment = max(map(_first_printed, taken_from or [document]))
        if taken_from:
            moment += timedelta(minutes=rng.randint(60, 48 * 60))
        is_stated = not taken_from or rng.random() >= UNDATED_SHARE
        documents.append(
            replace(
                document,
                outlet=_other_outlet(document, taken_from),
                published_at=moment.isoformat() if is_stated else None,
            )
        )
    return replace(case, name="syndication dated", documents=tuple(documents))


def _first_printed(document: Document) -> datetime:
    minutes = random.Random(f"syndication day {document.id}").randrange(MONTH_MINUTES)
    return FIRST_DAY + timedelta(minutes=minutes)


def _other_outlet(document: Document, taken_from: Sequence[Document]) -> str:
    """The outlet of a text, which is none of its sources' outlets."""
    names = (newsroom.outlet(replace(document, id=f"{document.id}{salt}")) for salt in ("", "+"))
    taken = {newsroom.outlet(source) for source in taken_from}
    return next(name for name in names if name not in taken)
