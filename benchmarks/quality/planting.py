"""Passages of one news item planted in another, of any length and with any share of it changed.

The agency's odd-numbered items are used; the syndication cases have the others.
"""

from __future__ import annotations

import hashlib
import random
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from detector.ingest import read_path
from detector.model import Document, Hashes, Span
from detector.normalise import normalise
from detector.shingle import shingle, token_hashes

MIN_WORDS = 60
HOST_WORDS = 100
LONGEST = 150
SOURCE_WORDS = LONGEST + 20
_PARAGRAPH = "\n    "

Edit = Callable[[Sequence[str], float, random.Random, Sequence[str]], list[str]]


@dataclass(frozen=True, slots=True)
class Pair:
    """A text to take from, ``source`` by its place in the corpus, and one to plant in. They share
    no shingle. The passage begins at word ``first`` and is put before paragraph ``gap``."""

    source: int
    words: tuple[str, ...]
    host: Document
    first: int
    gap: int


@dataclass(frozen=True, slots=True)
class Planted:
    """A host with a passage at ``span``, as a paragraph of its own."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Ground:
    """What passages are looked for in, without the hosts, and the pairs to plant."""

    corpus: tuple[Document, ...]
    pairs: tuple[Pair, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the corpus and the pairs."""
        content = hashlib.sha256()
        for document in self.corpus:
            content.update(document.digest.encode())
        for p in self.pairs:
            content.update(f"{p.source} {p.host.digest} {p.first} {p.gap}\n".encode())
        return content.hexdigest()


def ground(shared: Path, pairs: int, texts: int | None = None) -> Ground:
    """``pairs`` hosts, each with a source among the other items: all of ``MIN_WORDS``, or only
    ``texts`` of them, none twice."""
    rows = islice(read_path(shared / "corpora/reuters21578/docs.jsonl.gz"), 0, None, 2)
    found = {tuple(d.text.split()): d for d in rows if isinstance(d, Document)}
    items = [(words, d) for words, d in found.items() if len(words) >= MIN_WORDS]
    random.Random("planting").shuffle(items)
    hosts = [d for words, d in items if len(words) >= HOST_WORDS][:pairs]
    taken = {d.id for d in hosts}
    corpus = [(words, d) for words, d in items if d.id not in taken][:texts]
    sources = [(at, words) for at, (words, _) in enumerate(corpus) if len(words) >= SOURCE_WORDS]
    return Ground(
        tuple(d for _, d in corpus),
        tuple(_pair(number, host, sources) for number, host in enumerate(hosts)),
    )


def _pair(number: int, host: Document, sources: Sequence[tuple[int, tuple[str, ...]]]) -> Pair:
    """The host with a source that shares no shingle with it."""
    rng = random.Random(f"pair {number}")
    own = _shingles(host.text)
    while True:
        at, words = rng.choice(sources)
        if not np.isin(_shingles(" ".join(words)), own).any():
            first = rng.randint(0, len(words) - LONGEST)
            gap = rng.randint(1, len(host.text.split(_PARAGRAPH)))
            return Pair(at, words, host, first, gap)


def _shingles(text: str) -> Hashes:
    return shingle(token_hashes(normalise(text).tokens))


def plant(pair: Pair, length: int, edit: str, rate: float) -> Planted:
    """The host with the first ``length`` words of the passage, changed by ``EDITS[edit]``. The
    passage of a pair begins at the same word whatever its length."""
    rng = random.Random(f"{edit} {rate} {length} {pair.source} {pair.first}")
    paragraphs = pair.host.text.split(_PARAGRAPH)
    words = pair.words[pair.first : pair.first + length]
    others = pair.host.text.split() if edit == "words" else string.ascii_lowercase
    passage = " ".join(EDITS[edit](words, rate, rng, others))
    before = _PARAGRAPH.join([*paragraphs[: pair.gap], ""])
    text = _PARAGRAPH.join([before + passage, *paragraphs[pair.gap :]])
    return Planted(text, Span(len(before), len(before) + len(passage)))


def change_words(
    words: Sequence[str], rate: float, rng: random.Random, others: Sequence[str]
) -> list[str]:
    """Each word changed with chance ``rate``: one of ``others`` put in its place, dropped, or one
    of ``others`` put after it, one as often as the other.

    >>> change_words("the old harbour bridge".split(), 0.5, random.Random(4), ["new"])
    ['the', 'new', 'new', 'harbour', 'new', 'bridge']
    """
    changed: list[str] = []
    for word in words:
        if rng.random() >= rate:
            changed.append(word)
            continue
        other = rng.choice(others)
        changed += rng.choice(([other], [], [word, other]))
    return changed


def change_letters(
    words: Sequence[str], rate: float, rng: random.Random, others: Sequence[str]
) -> list[str]:
    """Each letter or digit read as one of ``others`` with chance ``rate``, as bad machine reading
    does.

    >>> change_letters("the old harbour bridge".split(), 0.2, random.Random(1), "x")
    ['xhe', 'old', 'xarbour', 'brxxgx']
    """
    return [
        "".join(rng.choice(others) if c.isalnum() and rng.random() < rate else c for c in word)
        for word in words
    ]


EDITS: Mapping[str, Edit] = {"words": change_words, "letters": change_letters}
