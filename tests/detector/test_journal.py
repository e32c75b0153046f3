"""What a journal gives back is what was put in, up to the first byte that is another."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from detector.batch import compare_all
from detector.errors import OutputError
from detector.ingest import read_path
from detector.journal import Answers, Journal, run_digest
from detector.model import Document
from detector.report import json_line
from detector.settings import DEFAULT, Settings
from detector.view import View

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def texts() -> list[Document]:
    return [found for found in read_path(SEEDS) if isinstance(found, Document)]


@pytest.fixture(scope="module")
def answers(texts: list[Document]) -> list[Answers]:
    """All there is to say of the seeds, one pair and one None a task."""
    return [[pair, None] for pair in compare_all(texts).comparisons]


def kept(path: Path, texts: list[Document], some: list[Answers], run: str = "run") -> bytes:
    """The bytes of the journal of a run that was stopped."""
    journal = Journal(str(path), run, texts, texts)
    with suppress(SystemExit), journal:
        for each in some:
            journal.add(each)
        raise SystemExit(143)
    return path.read_bytes()


def known(path: Path, texts: list[Document], run: str = "run") -> tuple[list[Answers], bool]:
    with Journal(str(path), run, texts, texts) as journal:
        return journal.known, journal.is_foreign


def test_every_kind_of_answer_comes_back_as_it_was(
    tmp_path: Path, texts: list[Document], answers: list[Answers]
) -> None:
    kept(tmp_path / "j", texts, answers)
    found, is_foreign = known(tmp_path / "j", texts)
    assert not is_foreign
    assert found == answers
    for mine, theirs in zip(found, answers, strict=True):
        assert mine[0] is not None
        assert theirs[0] is not None
        assert json_line(mine[0]) == json_line(theirs[0])
        assert mine[0].a.document is theirs[0].a.document
        assert mine[0].flip() == theirs[0].flip()
        assert type(mine[0].relation) is type(theirs[0].relation)
    assert list(tmp_path.iterdir()) == []


def test_a_reference_may_have_the_same_ids(tmp_path: Path, texts: list[Document]) -> None:
    given, others = [Document("x", texts[0].text)], [Document("x", texts[0].text, outlet="Post")]
    (pair,) = compare_all(given, others).comparisons
    with suppress(SystemExit), Journal(str(tmp_path / "j"), "run", given, others) as journal:
        journal.add([pair])
        raise SystemExit(143)
    with Journal(str(tmp_path / "j"), "run", given, others) as journal:
        assert journal.known == [[pair]]


@pytest.mark.parametrize("seed", range(40))
def test_what_comes_after_a_damaged_byte_is_not_believed(
    tmp_path: Path, texts: list[Document], answers: list[Answers], seed: int
) -> None:
    rng = random.Random(f"journal {seed}")
    data = bytearray(kept(tmp_path / "j", texts, answers[:6]))
    place = rng.randrange(len(data))
    whole_lines = data.count(b"\n", 0, place)
    if seed % 2:
        del data[place:]
    else:
        data[place] ^= 1 << rng.randrange(8)
    (tmp_path / "j").write_bytes(data)
    found, is_foreign = known(tmp_path / "j", texts)
    assert found == answers[: max(0, whole_lines - 1)]
    assert is_foreign == (whole_lines == 0 and len(data) > 0)


def test_a_journal_goes_on_after_what_it_knows(
    tmp_path: Path, texts: list[Document], answers: list[Answers]
) -> None:
    path = tmp_path / "j"
    whole = kept(path, texts, answers[:3])
    path.unlink()
    path.write_bytes(kept(path, texts, answers[:2])[:-7])
    assert kept(path, texts, answers[1:3]) == whole


@pytest.mark.parametrize("content", [b"not ours\n", b"0123456789abcdef {}\n", b"\0" * 99])
def test_a_file_of_another_kind_is_not_believed(
    tmp_path: Path, texts: list[Document], content: bytes
) -> None:
    (tmp_path / "j").write_bytes(content)
    assert known(tmp_path / "j", texts) == ([], True)


def test_a_journal_of_another_run_is_not_believed(
    tmp_path: Path, texts: list[Document], answers: list[Answers]
) -> None:
    kept(tmp_path / "j", texts, answers, "one run")
    assert known(tmp_path / "j", texts, "another") == ([], True)


def test_only_one_run_writes_a_journal(tmp_path: Path, texts: list[Document]) -> None:
    with (
        Journal(str(tmp_path / "j"), "run", texts, texts),
        pytest.raises(OutputError, match="another run writes"),
    ):
        Journal(str(tmp_path / "j"), "run", texts, texts)


def test_a_run_that_did_nothing_leaves_nothing(tmp_path: Path, texts: list[Document]) -> None:
    with suppress(SystemExit), Journal(str(tmp_path / "j"), "run", texts, texts):
        raise SystemExit(130)
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_its_documents_with_their_fields_and_its_settings(texts: list[Document]) -> None:
    one = Document("x", "Some words.")
    runs = [
        run_digest([one], settings=DEFAULT),
        run_digest([one], [one], settings=DEFAULT),
        run_digest([Document("x", "Some words!")], settings=DEFAULT),
        run_digest([Document("x", "Some words.", outlet="Post")], settings=DEFAULT),
        run_digest([one], settings=Settings(view=View(min_words=5))),
        run_digest([Document("\udcff", "Some words.")], settings=DEFAULT),
    ]
    assert len(set(runs)) == len(runs)
    assert run_digest([one], None, settings=DEFAULT) == run_digest([one], None, settings=DEFAULT)
