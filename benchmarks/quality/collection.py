"""News items of the labelled folder as sentences with their places, and what may be made of them.

Only every second item of the agency's collection is used; the rest is left to other measures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, combinations, islice
from pathlib import Path

from detector.ingest import read_path
from detector.model import Document, Span
from detector.sentence import sentences

MIN_WORDS = 60
REPEAT_WORDS = 16
REPEAT_FIGURES = 2
REPEAT_ITEMS = 3
AFFAIR_WORDS = 6
AFFAIR_ITEMS = 4
AFFAIR_RARE = 2
RARE_ITEMS = 12
PROSE_SENTENCES = 4
PROSE_DIGITS = 0.12

_WRAP = re.compile(r"\n(?! {4})")
_SENTENCE_END = re.compile(r"[.?!][\"')]?\Z")
# The agency's computer took the full stop of "U.S." for the end of a sentence.
_FALSE_CAPITAL = re.compile(r"(?<=\b[A-Z]\.[A-Z]\. )(?:And|Or|To|In|On|For|Will|Has|Was|Is|As)\b")


@dataclass(frozen=True, slots=True)
class Item:
    """One news item. ``paragraphs`` holds the spans of the sentences of the story, without the
    headline that some texts begin with, which is ``headline``. ``words`` counts the whole text."""

    document: Document
    words: int
    paragraphs: tuple[tuple[Span, ...], ...]
    headline: Span | None = None

    @property
    def id(self) -> str:
        """The document's id."""
        return self.document.id

    @property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences of the story in order."""
        return tuple(span for paragraph in self.paragraphs for span in paragraph)

    def sentence(self, span: Span) -> str:
        """The words at ``span`` on one line, as an editor would copy them."""
        line = " ".join(span.slice(self.document.text).split())
        return _FALSE_CAPITAL.sub(lambda word: word[0].lower(), line)


@dataclass(frozen=True, slots=True)
class Collection:
    """Items worth using. ``prose`` can be rewritten: it is a story in sentences and repeats no
    other item. ``repeats`` are pairs of items on one affair, of which nobody has judged whether
    one repeats the other: mostly the newsroom's own updates."""

    items: tuple[Item, ...]
    prose: tuple[Item, ...]
    repeats: tuple[frozenset[str], ...]


@cache
def collection(shared: Path) -> Collection:
    """The even-numbered agency items and all articles of the broadcaster, without short ones and
    exact repeats."""
    corpora = shared / "corpora"
    wire = islice(_documents(corpora / "reuters21578"), 1, None, 2)
    items: list[Item] = []
    seen: set[tuple[str, ...]] = set()
    for item in (*map(_wire_item, wire), *map(_web_item, _documents(corpora / "bbc"))):
        words = tuple(item.document.text.split())
        if item.words >= MIN_WORDS and words not in seen:
            seen.add(words)
            items.append(item)
    repeats = repeated(items)
    touched = frozenset().union(*repeats)
    prose = tuple(item for item in items if is_prose(item) and item.id not in touched)
    return Collection(tuple(items), prose, repeats)


def _documents(folder: Path) -> Iterator[Document]:
    for row in read_path(folder / "docs.jsonl.gz"):
        assert isinstance(row, Document), row
        yield row


def _wire_item(row: Document) -> Item:
    """Lines are wrapped; a new paragraph is indented. Unwrapping keeps every offset."""
    document = Document(f"reuters-{row.id}", row.text, title=row.title, kind="wire")
    return Item(document, len(row.text.split()), _paragraphs(_WRAP.sub(" ", row.text)))


def _web_item(row: Document) -> Item:
    """The first line is the headline."""
    document = Document(f"bbc-{row.id}", row.text, title=row.text.partition("\n")[0])
    paragraphs = _paragraphs(row.text)
    headline = paragraphs[0][0] if paragraphs else None
    return Item(document, len(row.text.split()), paragraphs[1:], headline)


def _paragraphs(text: str) -> tuple[tuple[Span, ...], ...]:
    found: list[list[Span]] = []
    reached = 0
    for span in sentences(text):
        if not found or "\n" in text[reached : span.start]:
            found.append([])
        found[-1].append(span)
        reached = span.end
    return tuple(map(tuple, found))


def is_prose(item: Item) -> bool:
    """Whether an item is a story in sentences, not a table or a list of figures."""
    lines = [item.sentence(span) for span in item.sentences]
    whole = [line for line in lines if _SENTENCE_END.search(line)]
    words = [word for line in lines for word in line.split()]
    digits = sum(any(c.isdigit() for c in word) for word in words)
    return len(whole) == len(lines) >= PROSE_SENTENCES and digits <= PROSE_DIGITS * len(words)


def repeated(items: Iterable[Item]) -> tuple[frozenset[str], ...]:
    """Pairs of ids that share a long run of words, or a short run and two rare words: reports on
    one affair. Runs that stand in more than a few items are formulas of the trade, which are no
    copying and stay judged."""
    words = {item.id: re.findall(r"\w+", item.document.text.casefold()) for item in items}
    long = _sharing(_runs(words, REPEAT_WORDS, REPEAT_FIGURES), REPEAT_ITEMS)
    short = _sharing(_runs(words, AFFAIR_WORDS, 0), AFFAIR_ITEMS)
    rare = _sharing(_runs(words, 1, 0), RARE_ITEMS)
    pairs = long.keys() | {pair for pair in short if rare[pair] >= AFFAIR_RARE}
    return tuple(frozenset(pair) for pair in sorted(pairs))


Pair = tuple[str, str]


def _runs(
    words: Mapping[str, Sequence[str]], length: int, figures: int
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every run of ``length`` words with at most ``figures`` figures, with its item's id."""
    for name, row in words.items():
        # How many figures stand before each word.
        before = [0, *accumulate(word[0].isdigit() for word in row)]
        for first, run in enumerate(zip(*(row[i:] for i in range(length)), strict=False)):
            if before[first + length] - before[first] <= figures:
                yield name, run


def _sharing(runs: Iterable[tuple[str, tuple[str, ...]]], most: int) -> Counter[Pair]:
    """How many runs each pair of ids shares, of those that at most ``most`` items have."""
    first: dict[tuple[str, ...], str] = {}
    shared: dict[tuple[str, ...], set[str]] = {}  # few runs: most stand in one item only
    for name, run in runs:
        if (holder := first.setdefault(run, name)) != name:
            shared.setdefault(run, {holder}).add(name)
    rare = (sorted(names) for names in shared.values() if len(names) <= most)
    return Counter(pair for names in rare for pair in combinations(names, 2))


def stretch(item: Item, low: int, high: int, first: int) -> Sequence[Span]:
    """Sentences in a row from number ``first`` on, until they have ``low`` words; none where the
    story ends before, or where they have more than ``high``."""
    words = 0
    for last, span in enumerate(item.sentences[first:], first + 1):
        words += len(item.sentence(span).split())
        if words >= low:
            return item.sentences[first:last] if words <= high else ()
    return ()
