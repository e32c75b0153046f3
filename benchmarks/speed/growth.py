"""How much longer everything takes for twice as much: of text, also hostile text, and of documents.

A cost that grows linearly takes twice as long; ``worst`` has the largest factor of each row, the
goal is ``GOAL``, and ``mean`` the factor of all its doublings together, which tells a real growth
from a size that had bad luck. Processor time counts, which other work on the machine changes least,
of sizes up to ``REPEATED_S`` the least of ``REPEATS``. A row ends with a size that took longer than
``Scale.slow_s``, so that a cost that grows by squares shows early and holds up nothing. What takes
less than ``SURE_MS`` is listed, but no factor is taken from it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import geometric_mean
from typing import TypeVar

from benchmarks.speed.archive import Archive
from benchmarks.speed.candidates import sketch_of
from benchmarks.speed.scale import Row, Scale
from detector.index import Index
from detector.ingest import read as ingest
from detector.model import Document, Sketch
from detector.pipeline import compare, read, scan

GOAL = 2.2
SURE_MS = 10.0
REPEATS = 3
REPEATED_S = 1.0
HOSTILE: Mapping[str, str] = {
    "one word repeated": "buffalo ",
    "one endless word": "a",
    "marks only": "\u0301",
    "quotation marks only": '"',
    "brackets only": "(",
    "nested tags": "<div><p>",
    "digits": "1234567890",
    "one letter by turns": "a b ",
}
PAGE = "nested tags"
PATCHED = "news, every other dozen words"
PATCH_WORDS = 12

T = TypeVar("T")
Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Step:
    """One size of a row: the time it took, and what is worth knowing of the answer."""

    size: int
    cpu_ms: float
    facts: Facts


def measure(shared: Path, scale: Scale) -> Row:
    """All rows, by what is done: sizes of texts in KiB of characters, of collections in documents,
    and the largest factors."""
    archive = Archive.of(shared)
    rows = {**of_texts(archive, scale), **of_collections(archive, scale)}
    told = {name: some for name, steps in rows.items() if (some := factors(steps))}
    return {
        "goal": GOAL,
        "worst": {name: max(some) for name, some in sorted(told.items(), key=lambda f: -max(f[1]))},
        "mean": {name: round(geometric_mean(some), 2) for name, some in told.items()},
        "rows": {
            name: {"steps": [asdict(step) for step in steps], "factors": factors(steps)}
            for name, steps in rows.items()
        },
    }


def factors(steps: Sequence[Step]) -> list[float]:
    """How many times longer each size took than the one before.

    >>> factors([Step(1, 1, {}), Step(2, 20, {}), Step(4, 40, {}), Step(8, 84, {})])
    [2.0, 2.1]
    """
    sure = [step.cpu_ms for step in steps if step.cpu_ms >= SURE_MS]
    return [round(b / a, 2) for a, b in pairwise(sure)]


def row(
    make: Callable[[int], T], do: Callable[[T], Facts], sizes: Sequence[int], slow_s: float
) -> list[Step]:
    """What ``do`` takes for each size of what ``make`` makes, up to the first that is slow."""
    steps: list[Step] = []
    do(make(sizes[0]))  # what is loaded at first use is no growth
    for size in sizes:
        made, took = make(size), list[float]()
        while len(took) < REPEATS and sum(took) < REPEATED_S:
            started = time.process_time()
            facts = do(made)
            took.append(time.process_time() - started)
        steps.append(Step(size, round(1000 * min(took), 1), facts))
        if min(took) > slow_s:
            break
    return steps


# -- texts


def of_texts(archive: Archive, scale: Scale) -> dict[str, list[Step]]:
    """Reading, comparing with another such text; of news, with one that shares many passages; of
    markup, reading as a page."""
    longest = 1024 * max(scale.text_kib)
    texts = {"news": news(archive, longest)}
    texts |= {name: unit * (longest // len(unit)) for name, unit in HOSTILE.items()}
    rows = {}
    for name, text in texts.items():
        for kind, do in (("read", read_and_scan), ("compare", compare_twins)):
            rows[f"{kind}: {name}"] = _row_of(text, do, scale)
    rows[f"compare: {PATCHED}"] = _row_of(texts["news"], compare_patchwork, scale)
    rows[f"page: {PAGE}"] = _row_of(texts[PAGE], read_page, scale)
    return rows


def _row_of(text: str, do: Callable[[str], Facts], scale: Scale) -> list[Step]:
    return row(lambda kib: text[: 1024 * kib], do, scale.text_kib, scale.slow_s)


def news(archive: Archive, length: int) -> str:
    """So many characters of different stories."""
    stories: list[str] = []
    for document, _ in archive.documents(1 + length // 1000):
        stories.append(document.text)
        length -= len(document.text) + 2
        if length < 0:
            break
    return "\n\n".join(stories)


def read_and_scan(text: str) -> Facts:
    """A text as every document is read and hashed."""
    document = Document("text", text)
    scan(document)
    return {"words": len(read(document).normal.tokens)}


def compare_twins(text: str) -> Facts:
    """Two texts that differ at both ends, where both have words."""
    answer = compare(f"{text} and so on", f"this is how {text}")
    return {"relation": answer.relation, "is_truncated": answer.truncated}


def compare_patchwork(text: str) -> Facts:
    """A text with one that has every other dozen of its words, and of the rest none."""
    words = text.split()
    for first in range(0, len(words), 2 * PATCH_WORDS):
        words[first : first + PATCH_WORDS] = [w[::-1] for w in words[first : first + PATCH_WORDS]]
    answer = compare(text, " ".join(words))
    return {"relation": answer.relation, "passages": len(answer.passages)}


def read_page(text: str) -> Facts:
    """The same as a web page."""
    found = list(ingest(text.encode(), "page.html"))
    return {"documents": sum(isinstance(each, Document) for each in found)}


# -- collections


def of_collections(archive: Archive, scale: Scale) -> dict[str, list[Step]]:
    """Building the index and all its pairs. In a collection twice as large, made of news that
    share formulas, a document has more candidates; how many pairs there are is told."""
    documents = archive.documents(max(scale.growth_documents))
    sketches = [sketch_of(document.text) for document, _ in documents]

    def pairs(index: Index) -> Facts:
        return {"pairs": len(index.pairs())}

    def build(some: Sequence[Sketch]) -> Facts:
        return {"documents": Index(some).size}

    sizes, slow_s = scale.growth_documents, scale.slow_s
    return {
        "index: build": row(lambda count: sketches[:count], build, sizes, slow_s),
        "index: pairs": row(lambda count: Index(sketches[:count]), pairs, sizes, slow_s),
    }
