"""Invented documents, many and short, of which some share a story."""

from __future__ import annotations

import random
from collections.abc import Iterator

from detector.model import Document
from tests.detector.stories import prose

STORY_WORDS = 80
COPIES = 5
"""Of so many documents in a row the first two carry the same story."""


def document(number: int, version: int = 1, name: str = "") -> Document:
    """A document that depends on its number and version only."""
    story, place = divmod(number, COPIES)
    own = prose(10, seed=1_000_000 * version + number)
    shared = prose(STORY_WORDS, seed=-1 - story) if place < 2 else ""
    return Document(
        id=name or f"d{number:05}",
        text=f"{shared} {own}".strip(),
        title=f"Title {number} in version {version}",
        outlet=f"Paper {number % 3}",
        published_at=f"2026-03-{1 + number % 28:02}T08:00:00Z",
    )


def documents(count: int) -> Iterator[Document]:
    """The first so many of them."""
    return map(document, range(count))


def question() -> Document:
    """A text that shares the story of the first two documents."""
    return Document(id="asked", text=prose(STORY_WORDS, seed=-1))


def shuffled(count: int, seed: str) -> list[Document]:
    """The first so many in another order."""
    return random.Random(seed).sample(list(documents(count)), count)
