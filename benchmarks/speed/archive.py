"""An archive of news of any size, made from real texts, with known copies in it.

::

    python -m benchmarks.speed.archive LABELLED --count 100000 -o archive.jsonl [--truth T.jsonl]

A document is one or several real texts, up to the length of a news story. Once all texts are used
they are used again in another *edition*: every word but the commonest is another word of like
frequency, and every digit another digit. So a large archive has more different passages than a
small one, and yet words as unevenly spread as in real news. One document in ten takes from an
earlier one; the truth says which.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from benchmarks.quality.planting import change_words
from detector.ingest import read_path
from detector.model import Document

COLLECTIONS = ("bbc", "reuters21578")
MIN_WORDS = 150
STORY_WORDS = 450
COMMON_WORDS = 60
COPIES = 0.1
WAYS = ("reprint", "excerpt", "rewrite")
REWRITTEN = 0.1
OUTLETS = 40
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
_WORD = re.compile(r"[^\W\d_]+")
_WRAPPED = re.compile(r"(?<!\n)\n(?=\S)")
_PARAGRAPH = "\n\n"


@dataclass(frozen=True, slots=True)
class Copy:
    """A document that takes from an earlier one, and how."""

    target: str
    source: str
    way: str


@dataclass(frozen=True)
class Archive:
    """``texts``: the real ones."""

    texts: tuple[str, ...]

    @classmethod
    def of(cls, shared: Path) -> Archive:
        """From the folder of labelled data."""
        found: list[str] = []
        for name in COLLECTIONS:
            file = next((shared / "corpora" / name).glob("docs.jsonl*"))
            documents = (each for each in read_path(file) if isinstance(each, Document))
            long = (d.text for d in documents if len(d.text.split()) >= MIN_WORDS)
            found += [_WRAPPED.sub(" ", text) for text in long]
        return cls(tuple(dict.fromkeys(found)))

    @cached_property
    def _classes(self) -> tuple[tuple[str, ...], ...]:
        """Words of like frequency, the commonest left out."""
        counts = Counter(word.lower() for text in self.texts for word in _WORD.findall(text))
        ranked = sorted(counts, key=lambda word: (-counts[word], word))[COMMON_WORDS:]
        edges = [0]
        while edges[-1] < len(ranked):
            edges.append(min(len(ranked), max(60, 2 * edges[-1])))
        return tuple(tuple(ranked[i:j]) for i, j in pairwise(edges))

    def documents(self, count: int) -> Iterator[tuple[Document, Copy | None]]:
        """So many documents; the first ones are the same whatever the count."""
        made: list[str] = []
        for number, story in enumerate(self._stories(count)):
            rng = random.Random(f"document {number}")
            copy = None
            if number and rng.random() < COPIES:
                source, way = rng.randrange(number), WAYS[number % len(WAYS)]
                story = taken(made[source], story, way, rng)
                copy = Copy(_id(number), _id(source), way)
            made.append(story)
            yield _document(number, story, rng), copy

    def _stories(self, count: int) -> Iterator[str]:
        edition, left = 0, count
        while left > 0:
            for story in self._edition(edition):
                yield story
                left -= 1
                if not left:
                    return
            edition += 1

    def _edition(self, number: int) -> Iterator[str]:
        rng = random.Random(f"edition {number}")
        order, story = list(range(len(self.texts))), ""
        rng.shuffle(order)
        others = self._others(rng) if number else {}
        digits = str.maketrans("123456789", "".join(rng.sample("123456789", 9)))
        for place in order:
            text = self.texts[place]
            if number:
                text = _reworded(text, others).translate(digits)
            story = _PARAGRAPH.join([story, text]) if story else text
            if len(story.split()) >= STORY_WORDS:
                yield story
                story = ""

    def _others(self, rng: random.Random) -> Mapping[str, str]:
        others: dict[str, str] = {}
        for words in self._classes:
            others |= zip(words, rng.sample(words, len(words)), strict=True)
        return others


def taken(source: str, story: str, way: str, rng: random.Random) -> str:
    r"""What a document that takes from ``source`` says.

    >>> taken("One two. Three four.", "Five six.", "excerpt", random.Random(1))
    'Five six.\n\nOne two. Three four.'
    """
    words = source.split(" ")
    if way == "excerpt":
        length = rng.randint(60, 150)
        first = rng.randrange(max(1, len(words) - length))
        paragraphs = story.split(_PARAGRAPH)
        paragraphs.insert(rng.randint(1, len(paragraphs)), " ".join(words[first : first + length]))
        return _PARAGRAPH.join(paragraphs)
    if way == "reprint":
        return " ".join(words[: round(len(words) * rng.uniform(0.4, 0.8))])
    return " ".join(change_words(words, REWRITTEN, rng, story.split()))


def _reworded(text: str, others: Mapping[str, str]) -> str:
    def other(match: re.Match[str]) -> str:
        word = match[0]
        new = others.get(word.lower(), word)
        return new.upper() if word.isupper() else new.capitalize() if word[0].isupper() else new

    return _WORD.sub(other, text)


def _document(number: int, text: str, rng: random.Random) -> Document:
    return Document(
        id=_id(number),
        text=text,
        outlet=f"outlet {rng.randrange(OUTLETS)}",
        published_at=(FIRST + timedelta(minutes=number)).isoformat(),
    )


def _id(number: int) -> str:
    return f"{number:08d}"


def save(documents: Iterable[tuple[Document, Copy | None]], file: Path) -> list[Copy]:
    """Write documents as lines of JSON, and give the copies among them."""
    copies = []
    with open(file, "w", encoding="utf-8") as lines:
        for document, copy in documents:
            fields = {name: getattr(document, name) for name in ("id", "text", "outlet")}
            fields["published_at"] = document.published_at
            lines.write(json.dumps(fields, ensure_ascii=False) + "\n")
            if copy:
                copies.append(copy)
    return copies


def main() -> None:
    """Write an archive."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", type=Path, help="the folder of labelled data")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--truth", type=Path, help="write the copies, a line each")
    options = parser.parse_args()
    copies = save(Archive.of(options.shared).documents(options.count), options.output)
    if options.truth:
        lines = (json.dumps([copy.target, copy.source, copy.way]) for copy in copies)
        options.truth.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
