"""What is erased is nowhere on the disk any more."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from detector.corpus.durable import DurableCorpus
from detector.model import Document
from tests.conftest import Note
from tests.durability import many
from tests.durability.newsroom import document, question
from tests.durability.work import NAME


def test_nothing_of_erased_texts_is_left_in_any_file(tmp_path: Path, note: Note) -> None:
    number = many(60, 1000)
    canaries, given = [], []
    for place, each in enumerate(map(document, range(number))):
        marks = [
            f"canary{kind}{random.Random(f'{place}{kind}').getrandbits(80):020x}" for kind in "abc"
        ]
        canaries += marks
        given.append(with_canaries(each, marks))
    with DurableCorpus(str(tmp_path / NAME)) as corpus:
        corpus.add(replace(document(0), id="stays"))
        for each in given[: number // 2]:
            corpus.add(each)
        corpus.seal()
        list(corpus.add_all(given[number // 2 :]))
        corpus.relate()
        corpus.add(replace(given[0], text=f"{given[0].text} second version"))
        corpus.rebuild()
        assert sum(found_in(tmp_path, canaries)) == len(canaries)
        corpus.remove(given[1].id)
        corpus.erase([each.id for each in given if each is not given[1]])
        assert sum(found_in(tmp_path, canaries)) == 0
        assert [name for name, _ in corpus.page()] == ["stays"]
        assert [m.b.document.id for m in corpus.check(question()).matches] == ["stays"]
        assert corpus.verify() == []
    assert sum(found_in(tmp_path, canaries)) == 0
    note(texts=number, canaries=len(canaries), left=0)


def with_canaries(each: Document, marks: list[str]) -> Document:
    """The same with one in the text, one in the title and one in what else is known."""
    inside, title, other = marks
    return replace(
        each, text=f"{each.text} {inside}.", title=f"{each.title} {title}", extra={"note": other}
    )


def found_in(folder: Path, canaries: list[str]) -> Iterator[bool]:
    """For each canary whether it is in some file or name, in any letters."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    content = b"\0".join([*(p.read_bytes() for p in paths), *(p.name.encode() for p in paths)])
    low = content.lower()
    for canary in canaries:
        yield canary.encode() in low
