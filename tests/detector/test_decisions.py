"""What was decided about findings stays as it was written, whatever becomes of the texts."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from detector.corpus.durable import DurableCorpus
from detector.corpus.findings import MAX_REASON_CHARS, finding_digest
from detector.errors import IndexUnusable, InputError
from detector.model import Comparison, Decision, Document, Ruling
from detector.store import database, open_store, schema, sqlite
from tests.detector import stories

RULINGS = tuple(Ruling)


@pytest.fixture
def corpus(tmp_path: Path) -> DurableCorpus:
    corpus = DurableCorpus(str(tmp_path / "news.db"))
    for name, text in {"dam": stories.DAM, "summary": stories.DAM_SUMMARY}.items():
        corpus.add(Document(name, text))
    return corpus


def decide(corpus: DurableCorpus, ruling: Ruling, reason: str = "") -> Decision:
    pair = pair_of(corpus)
    sides = corpus.get("summary"), corpus.get("dam")
    assert sides[0] is not None
    assert sides[1] is not None
    return corpus.findings.decide(pair, (sides[0], sides[1]), ruling, reason, "desk")


def pair_of(corpus: DurableCorpus) -> Comparison:
    return next(c for c in corpus.matches_of("summary") if c.b.document.id == "dam")


def test_the_last_decision_is_in_force_and_the_log_has_each(corpus: DurableCorpus) -> None:
    rng = random.Random("decisions")
    made = [decide(corpus, rng.choice(RULINGS), f"reason {n}") for n in range(20)]
    pair = pair_of(corpus)
    assert corpus.findings.latest([pair]) == {finding_digest(pair): made[-1]}
    assert list(corpus.findings.page(most=100)) == made[::-1]
    assert list(corpus.findings.about(pair)) == made[::-1]
    assert list(corpus.findings.page(made[5].seq, 3)) == made[4:1:-1]


def test_the_database_refuses_to_change_or_delete_a_decision(corpus: DurableCorpus) -> None:
    made = decide(corpus, Ruling.CONFIRMED)
    store = corpus._store
    assert isinstance(store, sqlite.SqliteStore)
    for statement in ("DELETE FROM decision", "UPDATE decision SET reason = 'other'"):
        with pytest.raises(IndexUnusable), store.writing():
            store._asked(statement)
    assert list(corpus.findings.page()) == [made]


def test_after_erasure_the_log_has_ids_and_times_and_what_people_wrote(
    corpus: DurableCorpus, tmp_path: Path
) -> None:
    made = decide(corpus, Ruling.DISMISSED, "canaryreason")
    corpus.erase(["dam", "summary"])
    assert list(corpus.findings.page()) == [made]
    content = b"".join(f.read_bytes() for f in tmp_path.rglob("*") if f.is_file())
    assert b"canaryreason" in content
    words = {word for word in stories.DAM.split() if len(word) > 9}
    assert len(words) > 5
    assert not [word for word in words if word.encode() in content]


def test_a_reason_has_a_longest_length(corpus: DurableCorpus) -> None:
    decide(corpus, Ruling.CONFIRMED, "x" * MAX_REASON_CHARS)
    with pytest.raises(InputError):
        decide(corpus, Ruling.CONFIRMED, "x" * (MAX_REASON_CHARS + 1))


def test_a_finding_is_the_same_whatever_the_view_and_the_order(corpus: DurableCorpus) -> None:
    pair = pair_of(corpus)
    assert finding_digest(pair) == finding_digest(pair.flip())
    (other,) = corpus.matches_of("dam")
    assert finding_digest(other) == finding_digest(pair)
    corpus.add(Document("summary", f"{stories.DAM_SUMMARY} {stories.CHESS}"))
    assert finding_digest(pair_of(corpus)) == finding_digest(pair)


def test_an_index_from_before_there_were_decisions_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    for module in (database, sqlite):
        monkeypatch.setattr(module, "MIGRATIONS", schema.MIGRATIONS[:1])
    with DurableCorpus(str(path)) as old:
        old.add(Document("dam", stories.DAM))
    monkeypatch.undo()
    with DurableCorpus(str(path)) as corpus:
        corpus.add(Document("summary", stories.DAM_SUMMARY))
        assert decide(corpus, Ruling.OPEN).seq == 1
        assert corpus.verify() == []
    assert open_store(str(path)).decisions.page(None, 10)


def test_documents_are_found_by_their_words_in_pages(
    corpus: DurableCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(7):
        corpus.add(Document(f"k{n}", stories.CHESS, title=f"Шахи {n}", outlet="Fell Mail"))
    assert corpus.search("fell ШАХИ 3").ids == ("k3",)
    assert corpus.search("nowhere").ids == ()
    monkeypatch.setattr("detector.corpus.lookup.LOOKED_THROUGH", 2)
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = corpus.search("mail", after, 3)
        found, after = [*found, *page.ids], page.after
    assert found == [f"k{n}" for n in range(7)]
