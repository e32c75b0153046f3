"""How much the index misses, by length of the passage and share of it changed, against its size.

::

    python -m benchmarks.quality.recall LABELLED -o recall.json --plot recall.svg [--small]

A passage of one news item is planted in another that shares no shingle with it, and the index of
thousands of items is asked for the source, as every check does. *Nominated* is the share of pairs
for which the source is among the candidates. Of some pairs the texts are compared too: *provable*
is the share that the comparison calls copying, *found* the share of those that a check comes to
compare, as they are nominated and pass the screen. A check knows which words are rare in the corpus
(``KNOWING``), as the comparison does; the nets are compared without that.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from benchmarks.batch_cost import machine
from benchmarks.quality.nets import IN_USE, NETS, PARTS, TOGETHER, hashed
from benchmarks.quality.planting import EDITS, Pair, ground, plant
from benchmarks.quality.recall_plot import draw
from detector.classify import Side
from detector.index import Index
from detector.model import Document, Outline
from detector.normalise import normalise
from detector.pipeline import common_fingerprints, compare_sides, outline_of, scan, view
from detector.screen import screen
from detector.settings import DEFAULT
from detector.stats import learn

LENGTHS = (10, 15, 20, 30, 40, 60, 100, 150)
RATES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4)
PAIRS = 200
JUDGED = 40
SMALL_PAIRS = 12
SMALL_JUDGED = 2
SMALL_TEXTS = 800
KNOWING = f"{IN_USE}, knowing what is rare"

Nominated = Mapping[str, frozenset[int]]
"""By the name of the net, the places of the documents it nominates."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What was measured at one length and rate. ``nominated`` is a share of ``pairs`` by net;
    ``others`` how many other documents each net nominated for a text. ``provable`` and ``found``
    are shares of ``judged`` pairs."""

    edit: str
    length_words: int
    rate: float
    pairs: int
    nominated: Mapping[str, float]
    others: Mapping[str, float]
    judged: int
    provable: float
    found: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What one net, or some together, give and cost: mean share of pairs nominated over the cells
    of each edit, bytes kept of a document, other documents nominated for a text."""

    family: str
    recall: Mapping[str, float]
    document_bytes: float
    others: float


class Finder:
    """One corpus in every net."""

    def __init__(self, corpus: Sequence[Document]) -> None:
        texts = [hashed(normalise(d.text).tokens) for d in corpus]
        self._corpus = corpus
        self._stats = learn(scan(document).hashes for document in corpus)
        self._indexes: dict[str, Index] = {}
        sizes: dict[str, float] = {}
        for name, net in NETS.items():
            sketches = [net.sketch(text) for text in texts]
            self._indexes[name] = Index(sketches)
            sizes[name] = fmean(map(net.size_bytes, sketches))
        joined = {_joined(names): sum(sizes[name] for name in names) for names in TOGETHER}
        self.document_bytes: Mapping[str, float] = {**sizes, KNOWING: sizes[IN_USE], **joined}

    def nominated(self, text: str) -> Nominated:
        """What each net makes a candidate, and what those of ``TOGETHER`` do side by side."""
        words_and_letters = hashed(normalise(text).tokens)
        alone: dict[str, frozenset[int]] = {}
        for name, net in NETS.items():
            ranked, _ = self._indexes[name].query(net.sketch(words_and_letters))
            alone[name] = frozenset(number for number, _ in ranked)
        common = common_fingerprints(self._outline(text), self._stats)
        ranked, _ = self._indexes[IN_USE].query(NETS[IN_USE].sketch(words_and_letters), common)
        alone[KNOWING] = frozenset(number for number, _ in ranked)
        joined = {
            _joined(names): frozenset().union(*(alone[name] for name in names))
            for names in TOGETHER
        }
        return {**alone, **joined}

    def source(self, number: int) -> Side:
        """A document of the corpus, to be compared."""
        return view(self._corpus[number], self._stats)

    def target(self, text: str) -> Side:
        """A text, to be compared with it."""
        return view(Document("target", text), self._stats)

    def stays(self, number: int, text: str) -> bool:
        """Whether a check compares a text with a document that was nominated for it."""
        outlines = [outline_of(self._corpus[number]), self._outline(text)]
        return bool(screen(outlines, np.array([[0, 1]], np.int32)).all())

    def _outline(self, text: str) -> Outline:
        return outline_of(Document("text", text), self._stats)


def _joined(names: Sequence[str]) -> str:
    return " + ".join(names)


def measure(shared: Path, small: bool = False) -> dict[str, Any]:
    """The whole result, without the time it took."""
    here = ground(shared, SMALL_PAIRS, SMALL_TEXTS) if small else ground(shared, PAIRS)
    finder = Finder(here.corpus)
    judged = SMALL_JUDGED if small else JUDGED
    sources = [finder.source(pair.source) for pair in here.pairs[:judged]]
    cells = [
        _cell(here.pairs, finder, sources, edit, length, rate)
        for edit in EDITS
        for rate in RATES
        for length in LENGTHS
    ]
    chance = [finder.nominated(pair.host.text) for pair in here.pairs]
    return {
        "benchmark": "recall",
        "part": "small" if small else "all",
        "digest": here.digest,
        "texts": len(here.corpus),
        "nominated_without_passage": _rounded(_shares(here.pairs, chance)),
        "nets": {name: asdict(cost) for name, cost in _costs(cells, finder).items()},
        "cells": [_row(cell) for cell in cells],
    }


def _cell(
    pairs: Sequence[Pair],
    finder: Finder,
    sources: Sequence[Side],
    edit: str,
    length: int,
    rate: float,
) -> Cell:
    """Plant a passage in every pair and look for it; compare the texts of the first pairs, those
    that have a side in ``sources``."""
    texts = [plant(pair, length, edit, rate).text for pair in pairs]
    nominated = [finder.nominated(text) for text in texts]
    provable = [
        compare_sides(source, finder.target(text), DEFAULT).relation.is_copying
        for source, text in zip(sources, texts, strict=False)
    ]
    found = [
        is_copy and pair.source in row[KNOWING] and finder.stays(pair.source, text)
        for is_copy, pair, row, text in zip(provable, pairs, nominated, texts, strict=False)
    ]
    return Cell(
        edit,
        length,
        rate,
        len(pairs),
        nominated=_shares(pairs, nominated),
        others=_others(pairs, nominated),
        judged=len(sources),
        provable=fmean(provable),
        found=fmean(found),
    )


def _shares(pairs: Sequence[Pair], nominated: Sequence[Nominated]) -> dict[str, float]:
    """By net, in how many pairs the source was nominated, 0 to 1."""
    return {
        name: fmean(p.source in row[name] for p, row in zip(pairs, nominated, strict=True))
        for name in nominated[0]
    }


def _others(pairs: Sequence[Pair], nominated: Sequence[Nominated]) -> dict[str, float]:
    """By net, how many documents but the source were nominated for a text."""
    return {
        name: fmean(len(row[name] - {p.source}) for p, row in zip(pairs, nominated, strict=True))
        for name in nominated[0]
    }


def _costs(cells: Sequence[Cell], finder: Finder) -> dict[str, Cost]:
    return {
        name: Cost(
            NETS[name].family if name in NETS else "together",
            {
                edit: round(fmean(c.nominated[name] for c in cells if c.edit == edit), 4)
                for edit in EDITS
            },
            round(size),
            round(fmean(c.others[name] for c in cells), 2),
        )
        for name, size in finder.document_bytes.items()
    }


def _row(cell: Cell) -> dict[str, Any]:
    """What the JSON says of a cell: the nets in use only, the others are in the costs."""
    in_use = {name: cell.nominated[name] for name in (KNOWING, IN_USE, *PARTS)}
    row = asdict(cell) | {"nominated": _rounded(in_use)}
    del row["others"]
    return row


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


def main() -> None:
    """Measure, write the result and the plot, show the costs."""
    options = _options()
    started = time.perf_counter()
    result = measure(options.shared, options.small)
    result |= {
        "elapsed_s": round(time.perf_counter() - started, 1),
        "machine": machine(),
        "versions": {name: version(name) for name in ("datasketch", "numpy", "xxhash")},
    }
    options.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if options.plot:
        options.plot.write_text(draw(result), encoding="utf-8")
    for name, cost in result["nets"].items():
        recall = "  ".join(f"{edit} {share:.3f}" for edit, share in cost["recall"].items())
        print(f"{name:24}{cost['document_bytes']:6} bytes  {recall}  {cost['others']:7.2f} others")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", type=Path, help="the folder of labelled data")
    parser.add_argument("-o", "--output", type=Path, required=True, help="write the result as JSON")
    parser.add_argument("--plot", type=Path, help="write the curves as SVG")
    parser.add_argument("--small", action="store_true", help="a fixed small part")
    return parser.parse_args()


if __name__ == "__main__":
    main()
