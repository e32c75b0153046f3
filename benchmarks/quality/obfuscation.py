"""Generated: passages put into other texts after rewording, every span known.

A suspicious text is a host with one to three passages of a source text put between its sentences,
each reworded in one of the ways of :mod:`benchmarks.quality.rewording`. Host and source are
unrelated texts of one collection. As many more pairs are about one topic and share nothing.

English: BBC articles, every other Reuters item (the ones that the syndication cases leave alone),
and three encyclopaedia articles. Ukrainian: the corrected texts of UA-GEC. Texts shorter than
needed are joined.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.cases import Case, Truth
from benchmarks.quality.rewording import KINDS, Words
from benchmarks.quality.texts import Text, articles, corrected, encyclopaedia, wire
from benchmarks.quality.thesaurus import Vocabulary
from detector.model import Document, Span
from detector.sentence import sentences

PAIRS = 60
"""Pairs of each kind in each language; ``SMALL`` of them in the small part."""
SMALL = 6
SOURCE_WORDS = (200, 800)
HOST_WORDS = (200, 600)
PASSAGE_WORDS = (40, 200)
FOREIGN_WORDS = 8
"""Texts that share so many words in a row are not unrelated."""


@dataclass(frozen=True, slots=True)
class Item:
    """One text of a collection, as its sentences. ``topic`` is "" where nobody gave it one."""

    topic: str
    sentences: tuple[str, ...]

    @property
    def words(self) -> int:
        """How many words it has."""
        return sum(len(s.split()) for s in self.sentences)

    @property
    def runs(self) -> set[tuple[str, ...]]:
        """Every ``FOREIGN_WORDS`` words in a row, in small letters."""
        words = " ".join(self.sentences).lower().split()
        return {tuple(words[i : i + FOREIGN_WORDS]) for i in range(len(words) - FOREIGN_WORDS + 1)}


Collections = Mapping[str, tuple[Sequence[Item], int]]
"""The items of each collection, and how often it is drawn from, by weight."""


def cases(shared: Path, small: bool = False) -> Iterator[Case]:
    """The cases "obfuscated en" and "obfuscated uk"."""
    for language, collections in (("en", _english(shared)), ("uk", _ukrainian(shared))):
        items = [item for found, _ in collections.values() for item in found]
        words = Words(language, Vocabulary.of(" ".join(item.sentences) for item in items))
        documents: list[Document] = []
        truths: list[Truth] = []
        for kind in (*KINDS, "no reuse"):
            for number in range(SMALL if small else PAIRS):
                rng = random.Random(f"obfuscated {language} {kind} {number}")
                host, source = _unrelated(collections, rng, same_topic=kind not in KINDS)
                name = f"{language}-{kind.replace(' ', '-')}-{number:03}"
                suspicious, given, truth = _pair(name, kind, host, source, words, rng)
                documents += [suspicious, given]
                truths.append(truth)
        yield Case(f"obfuscated {language}", tuple(documents), tuple(truths), "listed")


def _pair(
    name: str, kind: str, host: Item, source: Item, words: Words, rng: random.Random
) -> tuple[Document, Document, Truth]:
    """The suspicious document, its source, and what is known of them."""
    given, places = _laid_out(source.sentences, rng)
    b = Document(id=f"{name}-source", text=given, language=words.language)
    passages = _passages(source.sentences, rng) if kind in KINDS else []
    parts = list(host.sentences)
    gaps = sorted(rng.sample(range(1, len(parts)), len(passages)), reverse=True)
    order = rng.sample(passages, len(passages))
    for gap, (first, last) in zip(gaps, order, strict=True):
        parts.insert(gap, KINDS[kind](source.sentences[first:last], rng, words))
    text, target_places = _laid_out(parts, rng)
    a = Document(id=f"{name}-suspicious", text=text, language=words.language)
    # The last gap was filled first, so every passage before it has moved it by one.
    moved = [gap + len(gaps) - 1 - turn for turn, gap in enumerate(gaps)]
    spans = tuple(
        (target_places[place], Span(places[first].start, places[last - 1].end))
        for place, (first, last) in zip(moved, order, strict=True)
    )
    return (
        a,
        b,
        Truth(
            a.id,
            b.id,
            kind,
            is_reuse=bool(spans),
            source=b.id if spans else None,
            spans=spans,
            span_types=(kind,) * len(spans),
        ),
    )


def _passages(sentences_of: Sequence[str], rng: random.Random) -> list[tuple[int, int]]:
    """One to three ranges of sentences, each with a number of words in ``PASSAGE_WORDS``, no two
    touching."""
    low, high = PASSAGE_WORDS
    count = rng.randint(1, 3)
    found = []
    for part in range(count):
        stop = (part + 1) * len(sentences_of) // count - (part + 1 < count)
        first = rng.randrange(part * len(sentences_of) // count, max(1, stop))
        words, last = 0, first
        wanted = rng.randint(low, high - 60)
        while last < stop and words < wanted:
            words += len(sentences_of[last].split())
            last += 1
        if low <= words <= high:
            found.append((first, last))
    return found or _passages(sentences_of, rng)


def _laid_out(parts: Sequence[str], rng: random.Random) -> tuple[str, list[Span]]:
    """One text of the parts, in paragraphs of two to four, and the place of each part in it."""
    text, spans, left = "", [], rng.randint(2, 4)
    for part in parts:
        if text:
            text += " " if left else "\n\n"
            left = left - 1 if left else rng.randint(1, 3)
        spans.append(Span(len(text), len(text) + len(part)))
        text += part
    return text, spans


def _unrelated(collections: Collections, rng: random.Random, same_topic: bool) -> tuple[Item, Item]:
    """A host and a source of one collection that have no ``FOREIGN_WORDS`` words in common."""
    weights = [weight for _, weight in collections.values()]
    while True:
        name = rng.choices(list(collections), weights)[0]
        items = list(collections[name][0])
        rng.shuffle(items)
        if same_topic:
            items = [item for item in items if item.topic == items[0].topic]
        source, left = _long_enough(items, SOURCE_WORDS)
        host, _ = _long_enough(left, HOST_WORDS)
        is_long = source.words >= SOURCE_WORDS[0] and host.words >= HOST_WORDS[0]
        if is_long and source.runs.isdisjoint(host.runs):
            return host, source


def _long_enough(items: Sequence[Item], words: tuple[int, int]) -> tuple[Item, Sequence[Item]]:
    """As many of ``items`` as give ``words`` (least, most) together, cut after a sentence, and the
    items left."""
    low, high = words
    kept: list[str] = []
    used = size = 0
    while used < len(items) and size < low:
        for sentence in items[used].sentences:
            length = len(sentence.split())
            if size + length <= high:
                kept.append(sentence)
                size += length
        used += 1
    return Item(items[0].topic if items else "", tuple(kept)), items[used:]


def _english(shared: Path) -> Collections:
    return {
        "articles": (_items(articles(shared)), 10),
        "wire": (_items(wire(shared)), 10),
        "encyclopaedia": (_items(encyclopaedia(shared)), 1),
    }


def _ukrainian(shared: Path) -> Collections:
    return {"corrected": (_items(corrected(shared)), 1)}


def _items(texts: Iterable[Text]) -> list[Item]:
    return [Item(t.topic, tuple(s.slice(t.text) for s in sentences(t.text))) for t in texts]
