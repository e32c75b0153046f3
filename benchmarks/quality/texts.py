"""The texts of the labelled folder that others are made from, with their paragraphs as lines."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

from detector.ingest import read_path
from detector.model import Document

MIN_WORDS = 150


@dataclass(frozen=True, slots=True)
class Text:
    """One text. ``topic`` is "" where nobody gave it one."""

    text: str
    topic: str = ""


def articles(shared: Path) -> list[Text]:
    """The broadcaster's articles."""
    return [Text(d.text, d.extra["label"]) for d in _documents(shared, "bbc")]


def wire(shared: Path) -> list[Text]:
    """Every other item of the agency, from the first on: the syndication cases have the others.
    Only those of ``MIN_WORDS``."""
    return [
        Text(_unwrapped(d.text), next(iter(d.extra["topics"]), ""))
        for d in _documents(shared, "reuters21578")[::2]
        if len(d.text.split()) >= MIN_WORDS
    ]


def encyclopaedia(shared: Path) -> list[Text]:
    """The sources of the answers of Clough and Stevenson."""
    return [
        Text(_unwrapped(d.text))
        for d in _documents(shared, "clough_stevenson")
        if d.id.startswith("orig")
    ]


def corrected(shared: Path) -> list[Text]:
    """Ukrainian texts after a corrector, the first where several had one."""
    firsts = {
        d.id.partition(".")[0]: d
        for d in reversed(_documents(shared, "ua_gec"))
        if d.id.startswith("cor-")
    }
    return [Text(d.text) for d in reversed(firsts.values())]


def news(shared: Path) -> list[str]:
    """Articles and agency items of ``MIN_WORDS``, mixed, none twice."""
    found = [t.text for t in (*articles(shared), *wire(shared)) if len(t.text.split()) >= MIN_WORDS]
    unique = list(dict.fromkeys(found))
    random.Random("news").shuffle(unique)
    return unique


def _documents(shared: Path, name: str) -> list[Document]:
    path = shared / "corpora" / name / "docs.jsonl.gz"
    return [d for d in read_path(path) if isinstance(d, Document)]


def _unwrapped(text: str) -> str:
    """A text whose lines were cut at a fixed length, one line for each paragraph."""
    return re.sub(r"(?<!\n)\n(?=\S)", " ", text)
