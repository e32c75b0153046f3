"""Several processes with one corpus, here several corpora of one file: each sees what others do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from detector.corpus.durable import DurableCorpus
from detector.errors import IndexUnusable, OutputError
from detector.segment import folder as segments
from tests.durability.newsroom import document, documents, question


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[DurableCorpus, DurableCorpus]]:
    url = str(tmp_path / "news.db")
    with DurableCorpus(url) as one, DurableCorpus(url) as other:
        for each in documents(3):
            one.add(each)
        yield one, other


def outlets(corpus: DurableCorpus) -> set[str | None]:
    return {match.b.document.outlet for match in corpus.check(question()).matches}


def names(corpus: DurableCorpus) -> list[str]:
    return sorted(match.b.document.id for match in corpus.check(question()).matches)


def test_a_change_is_seen_even_where_the_index_was_sealed_meanwhile(
    two: tuple[DurableCorpus, DurableCorpus],
) -> None:
    one, other = two
    assert outlets(one) == {"Paper 0", "Paper 1"}
    other.add(replace(document(0), outlet="Sea Times"))
    other.add(document(1, version=2))
    other.seal()
    assert outlets(one) == {"Sea Times", "Paper 1"}
    assert names(one) == ["d00000", "d00001"]
    assert one.get("d00001@1") is not None


def test_an_index_is_used_by_others_while_it_is_made_anew(
    two: tuple[DurableCorpus, DurableCorpus], tmp_path: Path
) -> None:
    one, other = two
    expected = names(other)
    for _ in range(3):
        one.rebuild()
        assert names(other) == names(one) == expected
    assert [path.name for path in tmp_path.glob("*.index/*") if path.is_dir()] == []
    assert one.verify() == other.verify() == []


@pytest.mark.parametrize("spoiled", ["manifest.json", "*.segment"])
def test_an_index_that_is_damaged_or_gone_is_made_anew_by_whoever_needs_it(
    two: tuple[DurableCorpus, DurableCorpus], tmp_path: Path, spoiled: str
) -> None:
    one, _ = two
    one.seal()
    expected = names(one)
    (path,) = tmp_path.glob(f"*.index/{spoiled}")
    sound = path.read_bytes()
    for content in (sound[:-1], sound[:-2] + b"\0\0", bytes([*sound[:99], sound[99] ^ 1]), None):
        path.write_bytes(content) if content is not None else path.unlink()
        with DurableCorpus(str(tmp_path / "news.db")) as later:
            assert names(later) == expected
            assert later.verify() == []
        (path,) = tmp_path.glob(f"*.index/{spoiled}")


def test_an_index_can_be_mended_in_the_middle_of_an_addition(
    two: tuple[DurableCorpus, DurableCorpus], tmp_path: Path
) -> None:
    one, _ = two
    one.seal()
    with one._store.writing():
        (tmp_path / "news.db.index" / "manifest.json").unlink()
        one._archive.refresh()
    assert one.verify() == []


def test_an_index_of_a_later_store_is_not_used(tmp_path: Path) -> None:
    with DurableCorpus(str(tmp_path / "news.db")) as corpus:
        corpus.add(document(0))
    copy = (tmp_path / "news.db").read_bytes()
    with DurableCorpus(str(tmp_path / "news.db")) as corpus:
        corpus.add(document(1))
        corpus.seal()
    (tmp_path / "news.db").write_bytes(copy)
    with pytest.raises(IndexUnusable, match="latest changes are lost"):
        DurableCorpus(str(tmp_path / "news.db"))
    (tmp_path / "news.db.lock").unlink()
    with DurableCorpus(str(tmp_path / "news.db")) as corpus:
        assert names(corpus) == ["d00000"]
        corpus.add(document(2))
        assert corpus.verify() == []


def test_a_document_is_added_even_where_the_index_cannot_be_written(
    two: tuple[DurableCorpus, DurableCorpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise OutputError("no room")

    one, other = two
    monkeypatch.setattr(segments, "write", fail)
    monkeypatch.setattr("detector.corpus.archive.SEAL_AT", 1)
    assert one.add(document(5)).version == 1
    assert other.get("d00005") is not None
    with pytest.raises(IndexUnusable, match="no room") as caught:
        one.seal()
    assert caught.value.code == "storage_error"


def test_what_expires_is_what_the_version_in_force_says(tmp_path: Path) -> None:
    end = "2026-04-01T00:00:00Z"
    with DurableCorpus(str(tmp_path / "news.db")) as corpus:
        corpus.add(replace(document(0), expires_at=end))
        corpus.add(document(0, version=2))
        corpus.add(replace(document(1), expires_at=end))
        assert corpus.expire("2026-05-01T00:00:00Z") == ["d00001"]
        assert [name for name, _ in corpus.page()] == ["d00000"]


def test_texts_stay_together_when_the_first_of_them_is_looked_at_last(tmp_path: Path) -> None:
    with DurableCorpus(str(tmp_path / "news.db")) as corpus:
        list(corpus.add_all([document(0)]))
        corpus.add(document(1))
        before = corpus.clusters()
        corpus.relate()
        assert corpus.clusters() == before
        assert [cluster.members for cluster in before] == [("d00000", "d00001")]
