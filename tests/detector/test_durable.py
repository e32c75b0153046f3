"""A corpus on disk: what is added stays, is found, and is told as it stands now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from detector.corpus import Corpus, archive
from detector.corpus.durable import DurableCorpus
from detector.errors import IndexUnusable, InputError, UsageError
from detector.ingest import read_path
from detector.model import Added, CorpusStats, Document, Relation, Status
from detector.segment.counts import read_stats

LEAD = (
    "The ferry left Port Carrow at dawn with forty-one passengers and a cargo of seed potatoes. "
    "The captain, Mara Oyelaran, told reporters that the crossing would take nine hours in a "
    "rising swell. Nobody on the quay expected the storm to arrive before noon, she added, but "
    "the harbour master had ordered all the small boats in by ten."
)
CORRECTED = LEAD.replace("forty-one", "thirty-nine").replace(
    "would take nine hours", "might well take seven hours, not nine as first reported,"
)
SEEDS = Path(__file__).parents[2] / "seeds"
STORY = Document("post/1", LEAD, outlet="Harbour Post", published_at="2026-01-01T06:00:00Z")
COPY = Document("sea/7", f"{LEAD} Weather permitting.", outlet="Sea Times")
OTHER = Document("post/2", "The council voted on Monday to close the old bridge for two years.")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return str(tmp_path / "news.db")


@pytest.fixture
def corpus(url: str) -> Iterator[DurableCorpus]:
    with DurableCorpus(url) as made:
        yield made


def ids(corpus: DurableCorpus, name: str) -> list[str]:
    return [c.b.document.id for c in corpus.matches_of(name)]


def members(corpus: DurableCorpus) -> list[Sequence[str]]:
    return [c.members for c in corpus.clusters()]


def test_what_was_added_is_there_when_the_corpus_is_opened_again(url: str) -> None:
    with Corpus.open(url) as corpus:
        assert corpus.add(STORY).status is Status.ADDED
    with Corpus.open(f"sqlite:///{url}") as again:
        assert len(again) == 1
        (match,) = again.check(COPY).matches
        assert (match.b.document, match.relation) == (STORY, Relation.SYNDICATED)


def test_a_folder_holds_its_corpus_inside(tmp_path: Path) -> None:
    with Corpus.open(str(tmp_path)) as corpus:
        corpus.add(STORY)
    assert (tmp_path / "corpus.db").exists()


def test_a_check_says_the_same_as_a_corpus_in_memory(corpus: DurableCorpus) -> None:
    documents = [STORY, COPY, OTHER]
    for document in documents:
        corpus.add(document)
    mine = Document("mine", f"As others wrote: {LEAD}")
    kept, fresh = corpus.check(mine).to_dict(), Corpus.of(documents).check(mine).to_dict()
    assert kept == fresh


def test_the_same_text_again_changes_nothing(corpus: DurableCorpus) -> None:
    first = corpus.add(STORY)
    again = corpus.add(STORY)
    assert again == replace(first, status=Status.UNCHANGED)


def test_other_fields_replace_the_old_ones_without_a_new_version(corpus: DurableCorpus) -> None:
    corpus.add(STORY)
    changed = corpus.add(replace(STORY, title="Ferry", published_at=None))
    assert (changed.status, changed.version) == (Status.UPDATED, 1)
    (match,) = corpus.check(COPY).matches
    assert (match.b.document.title, match.b.document.published_at) == ("Ferry", None)


def test_another_text_is_the_next_version_and_a_revision_of_the_old(corpus: DurableCorpus) -> None:
    corpus.add(STORY)
    updated = corpus.add(replace(STORY, text=CORRECTED))
    assert (updated.status, updated.version) == (Status.UPDATED, 2)
    (match,) = corpus.matches_of("post/1")
    assert (match.b.document.id, match.relation) == ("post/1@1", Relation.REVISION)
    assert match.b.flags == ("superseded",)
    old = corpus.get("post/1@1")
    assert old is not None
    assert old.document.text == LEAD
    assert len(corpus) == 1


def test_who_holds_a_text_that_was_corrected_since_is_flagged_and_listed(
    corpus: DurableCorpus,
) -> None:
    for document in (STORY, COPY, replace(STORY, text=CORRECTED)):
        corpus.add(document)
    listed = [c for c in corpus.matches_of("post/1") if "outdated_copy" in c.b.flags]
    assert [(c.a.document.id, c.b.document.id) for c in listed] == [("post/1@1", "sea/7")]
    report = corpus.check(Document("mine", LEAD, outlet="Dock News"))
    assert report.matches[0].b.document.id == "post/1@1"
    assert "outdated_copy" in report.matches[0].a.flags
    assert "has changed its text since" in report.matches[0].explain[-1]


def test_who_has_replaced_the_copy_since_is_not_listed(corpus: DurableCorpus) -> None:
    for document in (STORY, COPY, replace(STORY, text=CORRECTED)):
        corpus.add(document)
    corpus.add(replace(COPY, text=OTHER.text))
    assert not [c for c in corpus.matches_of("post/1") if "outdated_copy" in c.b.flags]


def test_a_copy_of_the_version_in_force_is_not_outdated(corpus: DurableCorpus) -> None:
    for document in (STORY, replace(STORY, text=CORRECTED)):
        corpus.add(document)
    report = corpus.check(Document("mine", CORRECTED, outlet="Dock News"))
    assert [c.b.document.id for c in report.matches] == ["post/1"]
    assert report.matches[0].a.flags == ()


def test_a_copy_of_a_canceled_text_is_outdated(corpus: DurableCorpus) -> None:
    corpus.add(replace(STORY, status="canceled"))
    (match,) = corpus.check(COPY).matches
    assert match.a.flags == ("outdated_copy",)
    assert match.explain[-1] == "Harbour Post has canceled its text."


def test_copies_are_one_cluster_and_its_name_stays(corpus: DurableCorpus) -> None:
    name = corpus.add(STORY).cluster
    added = corpus.add(COPY)
    assert (added.cluster, added.role) == (name, "copy")
    assert corpus.add(OTHER).role == "single"
    (found,) = corpus.clusters()
    assert (found.id, found.members) == (name, ("post/1", "sea/7"))
    assert name is not None
    assert corpus.cluster(name) == found


def test_an_original_that_comes_late_merges_the_clusters_of_its_copies(
    corpus: DurableCorpus,
) -> None:
    tail = OTHER.text * 2
    long = f"{LEAD} {tail}"
    corpus.add(Document("a", long[: int(len(long) * 0.62)]))
    corpus.add(Document("b", long[int(len(long) * 0.38) :]))
    corpus.add(Document("whole", long))
    kinds = {str(e.kind) for e in corpus.events()}
    assert members(corpus) == [("a", "b", "whole")]
    assert "cluster.merged" in kinds


def test_a_removed_document_is_gone_from_answers_and_clusters(corpus: DurableCorpus) -> None:
    for document in (STORY, COPY, replace(STORY, text=CORRECTED)):
        corpus.add(document)
    corpus.remove("post/1")
    assert corpus.get("post/1") is None
    assert corpus.get("post/1@1") is None
    assert ids(corpus, "sea/7") == []
    assert members(corpus) == []
    assert corpus.check(STORY).total == 1
    assert corpus.verify() == []
    with pytest.raises(UsageError):
        corpus.remove("post/1")


def test_a_text_without_words_is_refused(corpus: DurableCorpus) -> None:
    with pytest.raises(InputError):
        corpus.add(Document("x", "..."))
    assert len(corpus) == 0


def test_expired_documents_go(corpus: DurableCorpus) -> None:
    corpus.add(replace(STORY, expires_at="2026-02-01T00:00:00Z"))
    corpus.add(COPY)
    assert corpus.expire("2026-01-31T00:00:00Z") == []
    assert corpus.expire("2026-02-01T00:00:01Z") == ["post/1"]
    assert corpus.page() == [("sea/7", COPY.digest)]


@pytest.mark.parametrize("workers", [1, 2])
def test_many_at_once_are_the_same_as_one_by_one(url: str, tmp_path: Path, workers: int) -> None:
    documents = [STORY, OTHER, COPY, replace(STORY, text=CORRECTED), STORY, COPY]
    with DurableCorpus(url) as one, DurableCorpus(str(tmp_path / "many.db")) as many:
        single = [one.add(document).status for document in documents]
        assert [a.status for a in many.add_all(documents) if isinstance(a, Added)] == single
        many.relate(workers=workers)
        for name in ("post/1", "sea/7", "post/2"):
            assert [c.to_dict() for c in many.matches_of(name)] == [
                c.to_dict() for c in one.matches_of(name)
            ]
        assert members(one) == members(many)
        assert many.verify() == []


def test_two_open_corpora_see_each_other(url: str) -> None:
    with DurableCorpus(url) as one, DurableCorpus(url) as other:
        one.add(STORY)
        assert other.check(COPY).total == 1
        other.remove("post/1")
        assert one.check(COPY).total == 0


def test_what_was_sealed_and_what_came_later_is_found(
    url: str, corpus: DurableCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detector.corpus.archive.SEAL_AT", 3)
    for number in range(10):
        corpus.add(replace(OTHER, id=f"o{number}", text=f"{OTHER.text} {number}"))
    corpus.add(STORY)
    corpus.remove("o3")
    with DurableCorpus(url) as again:
        assert again.check(COPY).total == 1
        assert again.verify() == []
    segments = list(Path(f"{url}.index").glob("*.segment"))
    assert 0 < len(segments) < 5


@pytest.mark.parametrize("name", ["manifest.json", "*.segment"])
def test_a_damaged_index_is_told_by_verify_and_made_anew_on_use(
    url: str, corpus: DurableCorpus, name: str
) -> None:
    corpus.add(STORY)
    corpus.seal()
    (path,) = Path(f"{url}.index").glob(name)
    path.write_bytes(path.read_bytes()[:20])
    with DurableCorpus(url) as again:
        assert again.verify() != []
        assert again.check(COPY).total == 1
        assert again.verify() == []


def test_statistics_are_learnt_once_there_are_enough_documents(
    url: str, corpus: DurableCorpus
) -> None:
    assert corpus.check(COPY).run.stats_digest == "prior-1"
    many = (replace(OTHER, id=f"o{n}", text=f"{OTHER.text} Item {n}.") for n in range(60))
    list(corpus.add_all(many))
    corpus.seal()
    digest = corpus.check(COPY).run.stats_digest
    assert digest != "prior-1"
    with DurableCorpus(url) as again:
        assert again.check(COPY).run.stats_digest == digest


def test_statistics_that_are_replaced_while_an_index_is_opened_are_those_that_are_read(
    url: str, corpus: DurableCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def many(first: int, stop: int) -> None:
        each = (
            replace(OTHER, id=f"o{n}", text=f"{OTHER.text} Item {n}.") for n in range(first, stop)
        )
        list(corpus.add_all(each))
        corpus.seal()

    def read_late(folder: Path, name: str, stamp: int) -> CorpusStats:
        monkeypatch.setattr(archive, "read_stats", read_stats)
        many(60, 300)
        assert not (folder / name).exists()
        return read_stats(folder, name, stamp)

    many(0, 60)
    monkeypatch.setattr(archive, "read_stats", read_late)
    monkeypatch.setattr(archive.Archive, "rebuild", None)  # nothing has to be made anew
    with DurableCorpus(url) as again:
        assert again.check(COPY).run.stats_digest == corpus.check(COPY).run.stats_digest
        assert again.verify() == []


def test_an_index_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable):
        Corpus.open(str(tmp_path / "none.db"), create=False)
    assert list(tmp_path.iterdir()) == []


def test_the_pairs_of_a_number_are_the_matches_of_its_document(corpus: DurableCorpus) -> None:
    for document in (STORY, COPY, OTHER, replace(STORY, id="again")):
        corpus.add(document)
    for event in corpus.events():
        if stored := corpus.get(event.id):
            pairs = {pair.b.document.id: pair for _, pair in corpus.pairs_of(stored.number)}
            matches = {pair.b.document.id: pair for pair in corpus.matches_of(event.id)}
            assert pairs == matches
    assert corpus.first_unrelated() is None
    list(corpus.add_all([replace(COPY, id="later")]))
    late = corpus.get("later")
    assert late is not None
    assert corpus.first_unrelated() == late.number
    assert list(corpus.pairs_of(late.number)) == []
    corpus.remove("later")
    assert corpus.first_unrelated() is None


def test_the_origin_is_that_of_a_batch_whichever_text_came_first(tmp_path: Path) -> None:
    texts = [d for d in read_path(str(SEEDS)) if isinstance(d, Document)]
    with DurableCorpus(str(tmp_path / "news.db")) as kept:
        for text in sorted(texts, key=lambda d: d.id):
            kept.add(text)
        found = {c.members: c.origin for c in kept.clusters()}
        assert found == {c.members: c.origin for c in Corpus.of(texts).clusters()}
        ours = next(c for c in kept.clusters() if "texts/ferry-wire.md" in c.members)
        drawn = kept.cascade(ours.id)
        assert drawn is not None
        sources = {branch.document.id: branch.source for branch in drawn.cascade.links}
    assert ours.origin == "texts/ferry-wire.md"
    assert (
        sources["texts/ferry-reprint-us.md"] == sources["texts/ferry-reprint-uk.md"] == ours.origin
    )
