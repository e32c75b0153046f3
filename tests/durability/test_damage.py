"""A changed bit in any file is noticed or does no harm: never is there a wrong answer."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from detector.corpus.durable import DurableCorpus
from detector.errors import IndexUnusable
from tests.conftest import Note
from tests.durability import many
from tests.durability.newsroom import documents, question
from tests.durability.work import NAME, carry_out, state_of, steps

pytestmark = pytest.mark.timeout(3600)


@pytest.fixture(scope="module")
def cut_off(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a corpus whose process was killed, with commits in the database and in its log,
    of which the index has some."""
    folder = tmp_path_factory.mktemp("sound")
    with _opened(folder) as corpus:
        for document in documents(60):
            corpus.add(document)
        corpus.rebuild()
    with _opened(folder) as corpus:
        for step in steps(12):
            carry_out(corpus, step)
        corpus.seal()
        corpus.add(next(iter(documents(1))))
        left = folder / "left"
        shutil.copytree(folder / "work", left, ignore=shutil.ignore_patterns("*-shm"))
    assert {path.suffix for path in _files(left)} == {
        *(".db", ".db-wal", ".lock", ".json", ".segment", ".stats")
    }
    return left


def _opened(folder: Path) -> DurableCorpus:
    (folder / "work").mkdir(exist_ok=True)
    return DurableCorpus(str(folder / "work" / NAME))


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "writer.lock")


def answers(corpus: DurableCorpus) -> str:
    """What a corpus says to some questions, as one text."""
    state = state_of(corpus)
    matches = [corpus.matches_of(name) for name in list(state)[:6]]
    said = [
        sorted(state.items()),
        [corpus.get(f"{name}@1") for name in state],
        corpus.check(question()).to_dict(),
        [[match.to_dict() for match in some] for some in matches],
        corpus.clusters(),
        len(corpus),
    ]
    return repr(said)


def test_a_changed_bit_is_noticed_or_does_no_harm(
    cut_off: Path, tmp_path: Path, note: Note
) -> None:
    place = tmp_path / "damaged"
    shutil.copytree(cut_off, place)
    with DurableCorpus(str(place / NAME)) as corpus:
        sound = answers(corpus)
    rng = random.Random("bits")
    outcomes: Counter[str] = Counter()
    for _ in range(many(20, 1000)):
        shutil.rmtree(place)
        shutil.copytree(cut_off, place)
        path = rng.choice(_files(place))
        content = bytearray(path.read_bytes())
        content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        path.write_bytes(content)
        outcomes[f"{path.suffix} {outcome(place, sound)}"] += 1
    note(**dict(sorted(outcomes.items())))
    assert not [name for name in outcomes if "wrong" in name]


def outcome(folder: Path, sound: str) -> str:
    """What becomes of a corpus that may be damaged."""
    try:
        with DurableCorpus(str(folder / NAME)) as corpus:
            is_same = answers(corpus) == sound
            problems = corpus.verify()
    except IndexUnusable:
        return "refused"
    if problems:
        return "found by verify" if is_same else "found by verify after wrong answers"
    return "without effect" if is_same else "wrong and not noticed"
