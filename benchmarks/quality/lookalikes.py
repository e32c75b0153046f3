"""Texts that share words and copy nothing: the same quotations, the same footer, one formula."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from benchmarks.quality.cases import Truth
from benchmarks.quality.collection import Item
from benchmarks.quality.grammar import compose, load
from benchmarks.quality.newsroom import any_desk
from benchmarks.quality.page import Piece, page
from detector.model import Document

FORMULAS = ("earnings", "dividend", "bond", "stake", "meeting")
QUOTE_WORDS = (10, 45)
FOOTER_WORDS = (20, 60)

_QUOTE = re.compile(r'"([A-Z][^"]+[.,])"')


@dataclass(frozen=True, slots=True)
class Part:
    """Some documents of a case and what is known of their pairs."""

    documents: tuple[Document, ...]
    truths: tuple[Truth, ...]


def quotes_only(number: int, hosts: Sequence[Item], quotes: Sequence[str]) -> Part:
    """Two unrelated stories that quote one person with the same words, each introduced in its own
    way. ``quotes`` are one to three quotations."""
    rng = random.Random(f"quotes only {number}")
    rules = load("newsroom")
    known: dict[str, str] = {}
    documents = []
    leads = rng.sample(rules["quote_lead"], 2)
    for side, host, lead in zip("ab", hosts, leads, strict=True):
        lines = [compose(rules, rng, "{quote_link}")] if rng.random() < 0.5 else []
        for count, quote in enumerate(quotes):
            known["quote"] = quote
            line = compose(rules, rng, "{quote_again}" if count else lead, known)
            # Inside a sentence the quotation ends with a comma.
            lines.append(line.replace('."', ',"', 1) if line.startswith('"') else line)
        paragraphs = any_desk(rng, (), host).own(host)
        places = sorted(rng.randint(1, len(paragraphs)) for _ in lines)
        for place, line in reversed(list(zip(places, lines, strict=True))):
            paragraphs.insert(place, [Piece(line)])
        documents.append(Document(f"quotes-{number:03}-{side}", page(paragraphs).text))
    return _unrelated(documents, "quotes only", "shared_quotes")


def quotations(items: Iterable[Item]) -> Iterator[str]:
    """Whole sentences that people say in the stories, at most one of each story."""
    low, high = QUOTE_WORDS
    for item in items:
        lines = (item.sentence(span) for span in item.sentences)
        found = (quote for line in lines for quote in _QUOTE.findall(line))
        fitting = (quote for quote in found if low <= len(quote.split()) <= high)
        if quote := next(fitting, None):
            yield quote[:-1] + "."


def one_footer(name: str, hosts: Sequence[Item]) -> Part:
    """Unrelated stories with the same footer under each."""
    rng = random.Random(f"footer {name}")
    outlet = compose(load("newsroom"), rng, "{outlet}")
    low, high = FOOTER_WORDS
    footer = ""
    while not low <= len(footer.split()) <= high:
        footer = compose(load("newsroom", "footers"), rng, "{footer}", {"target": outlet})
    documents = [
        Document(
            f"footer-{name}-{number:02}",
            page([*any_desk(rng, (), host).own(host), [Piece(footer)]]).text,
        )
        for number, host in enumerate(hosts)
    ]
    return _unrelated(documents, "footer of two" if len(hosts) == 2 else "footer of many")


def one_formula(rule: str, count: int) -> Part:
    """Notices of one kind about other firms with other figures."""
    rules = load("newsroom", "formulas")
    documents = [
        Document(
            f"formula-{rule}-{number:02}",
            compose(rules, random.Random(f"formula {rule} {number}"), f"{{{rule}}}"),
        )
        for number in range(count)
    ]
    return _unrelated(documents, "formula")


def _unrelated(documents: Sequence[Document], name: str, relation: str | None = None) -> Part:
    """Every pair of ``documents`` is no reuse."""
    pairs = combinations(sorted(d.id for d in documents), 2)
    truths = (Truth(a, b, name, is_reuse=False, relation=relation) for a, b in pairs)
    return Part(tuple(documents), tuple(truths))
