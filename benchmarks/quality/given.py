"""Labelled data that people made: the folder of corpora, and the project's own ``seeds/``."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations, islice
from pathlib import Path
from typing import Any

from benchmarks.quality.cases import Case, Truth
from detector.evaluate import SpanPair
from detector.ingest import read_path
from detector.model import Document, Relation, Span

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
NEWS_ITEMS = 5500
SMALL = 30
"""Labelled pairs in the small part of a corpus."""
PRINTED_TWICE = (("3200810896", "3200810926"), ("3206328941", "3206329007"))
"""Articles of BLN600 that carry one story: found by reading, not labelled."""
CLOUGH_LEVELS = {"non": 0, "heavy": 1, "light": 2, "cut": 3}


def ocr(shared: Path, small: bool = False) -> Case:
    """Old newspapers, read by machine and by hand (BLN600), among newer ones (Reuters-21578)."""
    rows = _labels(shared, "bln600_ocr/pairs", small)
    truths = tuple(Truth(r["a"], r["b"], _error_band(r["mean_cer"]), True) for r in rows)
    old = _documents(shared / "corpora/bln600_ocr/docs.jsonl.gz", truths)
    news = _texts(shared / "corpora/reuters21578/docs.jsonl.gz")
    others = tuple(
        replace(d, id=f"reuters-{d.id}")
        for d in islice(news, SMALL if small else NEWS_ITEMS - len(old))
    )
    repeats = [
        frozenset(f"{n}-{way}" for n in numbers for way in ("ocr", "gold"))
        for numbers in PRINTED_TWICE
    ]
    sent_twice = frozenset(d.id for d in others)  # some items, the agency's own repeats
    return Case("ocr", old + others, truths, "all", unjudged=(*repeats, sent_twice))


def _error_band(rate: float) -> str:
    """How badly a page was read, by the share of wrong characters."""
    return "errors under 5 %" if rate < 0.05 else "errors 5-10 %" if rate < 0.1 else "errors 10 %+"


def ukrainian(shared: Path, small: bool = False) -> Case:
    """Ukrainian texts before and after a corrector; two who corrected one text also share it.

    Many are translations that several volunteers made of one story, which no label tells: only
    recall can be measured, pairs of different texts are unjudged.
    """
    rows = _labels(shared, "ua_gec/pairs", small)
    versions: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        versions[row["a"]].append(row["b"])
    truths = [Truth(r["a"], r["b"], "corrected", True) for r in rows]
    for corrected in versions.values():
        truths += [Truth(a, b, "corrected twice", True) for a, b in combinations(corrected, 2)]
    documents = _documents(shared / "corpora/ua_gec/docs.jsonl.gz", tuple(truths))
    everything = (frozenset(d.id for d in documents),)
    return Case("ukrainian", documents, tuple(truths), "all", unjudged=everything)


def pan13(shared: Path, small: bool = False) -> Case:
    """Verbatim passages put into other texts (PAN 2013, without obfuscation)."""
    spans: dict[tuple[str, str], list[SpanPair]] = defaultdict(list)
    for row in _labels(shared, "pan13_verbatim/spans", small):
        source = Span(row["src_offset"], row["src_offset"] + row["src_length"])
        target = Span(row["susp_offset"], row["susp_offset"] + row["susp_length"])
        spans[row["src"], row["susp"]].append((source, target))
    truths = tuple(
        Truth(a, b, "verbatim", True, source=a, spans=tuple(found))
        for (a, b), found in spans.items()
    )
    documents = _documents(shared / "corpora/pan13_verbatim/docs.jsonl.gz", truths)
    return Case("pan13", documents, truths, "listed")


def clough(shared: Path, small: bool = False) -> Case:
    """Short answers written with more or less of an article before the writer's eyes (Clough and
    Stevenson, Developing a Corpus of Plagiarised Short Answers, 2011). It is small already."""
    truths = tuple(
        Truth(
            row["a"],
            row["b"],
            row["label"],
            CLOUGH_LEVELS[row["label"]] > 0,
            source=row["b"] if CLOUGH_LEVELS[row["label"]] else None,
            level=CLOUGH_LEVELS[row["label"]],
        )
        for row in _labels(shared, "clough_stevenson/pairs")
    )
    documents = _documents(shared / "corpora/clough_stevenson/docs.jsonl.gz", truths)
    return Case("clough", documents, truths, "listed")


def same_story(shared: Path, small: bool = False) -> Case:
    """News on one story or another, almost never copied (SemEval-2022 task 8): a control against
    false alarms. A few pairs are copies all the same; nobody labelled them."""
    truths = tuple(
        Truth(r["a"], r["b"], f"similarity {round(5 - r['overall'])} of 4", False)
        for r in _labels(shared, "semeval2022_task8/pairs", small)
    )
    documents = _documents(shared / "corpora/semeval2022_task8/docs.jsonl.gz", truths)
    return Case("same_story", documents, truths, "listed")


def real(shared: Path, small: bool = False) -> Case:
    """Five real articles with every passage marked by hand. Small already."""
    truth = json.loads((shared / "seeds/truth.json").read_text("utf-8"))
    names = {row["file"]: name for name, row in truth["documents"].items()}
    documents = tuple(
        replace(d, id=names[Path(d.id).name])
        for path in sorted((shared / "seeds").glob("*.txt"))
        for d in _texts(path)
    )
    return Case("real", documents, tuple(_real_truth(p) for p in truth["pairs"]), "listed")


def _real_truth(pair: Mapping[str, Any]) -> Truth:
    said = pair["contract"]
    passages = [p for p in pair["passages"] if p["basis"] == "derivation"]
    return Truth(
        pair["a"],
        pair["b"],
        said["relation"],
        Relation(said["relation"]).is_copying,
        said["relation"],
        pair[said["direction"]] if said["direction"] else None,
        tuple((Span(p["a_start"], p["a_end"]), Span(p["b_start"], p["b_end"])) for p in passages),
        tuple(_closeness(p["kind"]) for p in passages),
    )


def seeds(shared: Path, small: bool = False) -> Case:
    """The project's own demonstration texts; the labelled folder is not read. Small already."""
    truth = json.loads((SEEDS / "truth.json").read_text("utf-8"))
    truths = tuple(_seed_truth(p) for p in truth["pairs"])
    clusters = tuple(frozenset(members) for members in truth["clusters"])
    return Case("seeds", tuple(_texts(SEEDS)), truths, "all", clusters)


def _seed_truth(pair: Mapping[str, Any]) -> Truth:
    source, relation = pair["direction"]["from"], Relation(pair["relation"])
    is_sibling = relation.is_copying and pair["direction"]["path"] == "common_upstream"
    passages = [p for p in pair["passages"] if p["basis"] == "derivation"]
    return Truth(
        pair["a"],
        pair["b"],
        "siblings" if is_sibling else str(relation),
        relation.is_copying,
        str(relation),
        pair[source] if source else None,
        tuple((Span(**p["a"]), Span(**p["b"])) for p in passages),
        tuple(_closeness(p["kind"]) for p in passages),
    )


def _closeness(kind: str) -> str:
    return "paraphrase" if kind == "paraphrase" else "near-verbatim"


KINDS: Mapping[str, Callable[[Path, bool], Case]] = {
    case.__name__: case for case in (seeds, real, clough, pan13, ocr, ukrainian, same_story)
}


def _labels(shared: Path, name: str, small: bool = False) -> list[dict[str, Any]]:
    with gzip.open(shared / "corpora" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, SMALL if small else None)]


def _documents(path: Path, truths: tuple[Truth, ...]) -> tuple[Document, ...]:
    """The documents that the labels speak of, in the order of the file."""
    wanted = {name for t in truths for name in (t.a, t.b)}
    return tuple(d for d in _texts(path) if d.id in wanted)


def _texts(path: Path) -> Iterator[Document]:
    """The documents under a path. Raises ValueError where one of them cannot be read."""
    for document in read_path(path):
        if not isinstance(document, Document):
            raise ValueError(f"{document.name}: {document.reason}")
        yield document
