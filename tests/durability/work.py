"""A piece of work on a corpus, step by step, and whether what is left of it is right."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from detector.corpus import archive
from detector.corpus.durable import DurableCorpus
from detector.model import Document
from tests.durability.newsroom import document, question

NAME = "news.db"
SEAL_AT = 16
"""Events; so few that the index is written, merged and swept in the middle of the work."""


@dataclass(frozen=True, slots=True)
class Step:
    """A document to be added, or one to be removed."""

    id: str
    document: Document | None


State = Mapping[str, Document]


def steps(count: int) -> Iterator[Step]:
    """So many of them: additions, with some new versions and removals between."""
    for number in range(count):
        old = document(number // 2)
        if number % 7 == 5:
            yield Step(old.id, document(number // 2, version=number))
        elif number % 11 == 10:
            yield Step(document(number - 1).id, None)
        else:
            yield Step(document(number).id, document(number))


def additions(count: int) -> Iterator[Step]:
    """The same without removals and new versions."""
    for number in range(count):
        yield Step(document(number).id, document(number))


def states(work: Sequence[Step]) -> Sequence[State]:
    """What is in force before the first step and after each."""
    found: list[dict[str, Document]] = [{}]
    for step in work:
        now = dict(found[-1])
        if step.document:
            now[step.id] = step.document
        else:
            del now[step.id]
        found.append(now)
    return found


def carry_out(corpus: DurableCorpus, step: Step) -> None:
    """Do a step; once this returns it must not be lost."""
    if step.document:
        corpus.add(step.document)
    else:
        corpus.remove(step.id)


def seal_often() -> None:
    """Have this process seal its index after a few events."""
    archive.SEAL_AT = SEAL_AT


def state_of(corpus: DurableCorpus) -> State:
    """What is in force now."""
    found = {}
    for name, _ in corpus.page(most=10_000):
        stored = corpus.get(name)
        assert stored is not None
        found[name] = stored.document
    return found


def wrong_after(folder: Path, work: Sequence[Step], acknowledged: int) -> list[str]:
    """What is wrong with a corpus that was cut off after so many steps were acknowledged: the next
    one may be there, as a whole. Then it is used."""
    with DurableCorpus(str(folder / NAME)) as corpus:
        expected = states(work)[acknowledged : acknowledged + 2]
        now = state_of(corpus)
        if now not in expected:
            return [f"{len(now)} documents after {acknowledged} steps"]
        problems = corpus.verify()
        if corpus._store.kinship.unlinked(0, 1):
            problems.append("a document is there without its links")
        shared = {name for name, each in now.items() if is_asked_for(each)}
        if shared - {match.b.document.id for match in corpus.check(question()).matches}:
            problems.append("a copy is not found")
        corpus.add(document(99_999))
        if corpus.get("d99999") is None or len(corpus) != len(now) + 1:
            problems.append("no document can be added")
        return problems


def is_asked_for(each: Document) -> bool:
    """Whether a document carries the story of the question."""
    return question().text in each.text


def write(folder: Path, work: Sequence[Step]) -> None:
    """Do the work and say so after each step."""
    with DurableCorpus(str(folder / NAME)) as corpus:
        for step in work:
            carry_out(corpus, step)
            sys.stdout.write(f"{step.id}\n")
            sys.stdout.flush()
