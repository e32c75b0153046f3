"""Reports that are kept: they come back as they were, and go with what they show."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from detector.checked import Checked, Compared
from detector.corpus.durable import DurableCorpus
from detector.corpus.kept import Kept
from detector.errors import IndexUnusable, InputError, UsageError
from detector.ingest import read_path
from detector.lens import narrow
from detector.model import Document, Run
from detector.pipeline import compare
from detector.plain import rebuilt
from detector.settings import DEFAULT, Settings
from detector.store import record, schema, shelf
from detector.store.record import pack_record, unpack_record
from detector.view import EVERYTHING, PRESETS, Quotes, View
from tests.detector import stories

ROOT = Path(__file__).parents[2]
RUN = Run("0.1.0", "settings", "statistics", 2, "2026-03-04T05:06Z")
SEEDS = [each for each in read_path(str(ROOT / "seeds")) if isinstance(each, Document)]
VIEWS = [EVERYTHING, *PRESETS.values(), View(quotes=Quotes.ALL), View(min_words=20)]
HOUR = 3600.0


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DurableCorpus]:
    with DurableCorpus(str(tmp_path_factory.mktemp("kept") / "news.db")) as corpus:
        list(corpus.add_all(SEEDS))
        corpus.relate()
        yield corpus


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DurableCorpus]:
    with DurableCorpus(str(tmp_path / "news.db")) as corpus:
        corpus.add(Document("dam", stories.DAM, outlet="Lowmoor Wire"))
        corpus.add(Document("bees", stories.BEES))
        yield corpus


def keep(corpus: DurableCorpus, text: str, id: str = "draft", **more: Any) -> Kept:
    answer, _ = corpus.find(Document(id, text), "2026")
    return corpus.reports.keep(answer, DEFAULT, more.pop("seconds", HOUR), **more)


# -- as they were


@pytest.mark.parametrize("document", SEEDS[::3], ids=lambda document: document.id)
def test_a_kept_report_is_that_of_a_new_check_in_every_view(
    seeded: DurableCorpus, document: Document
) -> None:
    mine = replace(document, id="mine")
    kept = seeded.reports.keep(seeded.find(mine, "2026")[0], DEFAULT, HOUR)
    read = seeded.reports.get(kept.id)
    assert read == kept
    assert isinstance(read.answer, Checked)
    for view in VIEWS:
        settings = Settings(view=view)
        again = seeded.check(mine, "2026", settings=settings)
        assert read.answer.seen(settings).to_dict() == again.to_dict()


def test_a_kept_pair_is_that_of_a_new_comparison_in_every_view(seeded: DurableCorpus) -> None:
    rng = random.Random("pairs")
    for _ in range(12):
        a, b = rng.sample(SEEDS, 2)
        kept = seeded.reports.keep(Compared(compare(a, b), RUN), DEFAULT, HOUR)
        read = seeded.reports.get(kept.id)
        assert read == kept
        assert isinstance(read.answer, Compared)
        for view in VIEWS:
            settings = Settings(view=view)
            assert narrow(read.answer.pair, settings).to_dict() == compare(a, b, settings).to_dict()


def test_bytes_that_are_no_unicode_come_back(seeded: DurableCorpus) -> None:
    odd = Document("agency\udcff", f"{stories.DAM} \ud800\x00\u202e", extra={"deep": [{"a": 1.5}]})
    answer = Compared(compare(odd, Document("b", stories.DAM)), RUN)
    kept = seeded.reports.keep(answer, DEFAULT, HOUR)
    assert seeded.reports.get(kept.id) == kept


def test_the_same_answer_is_the_same_bytes_and_a_text_stands_in_them_once() -> None:
    answer = Compared(compare(Document("a", stories.DAM), Document("b", stories.DAM)), RUN)
    assert pack_record(answer) == pack_record(answer)
    alone = len(pack_record(Document("a", stories.prose(3000, 1))))
    both = len(pack_record((Document("a", stories.prose(3000, 1)),) * 50))
    assert both < alone + 500


def shape(kind: Any, seen: set[Any]) -> Iterator[str]:
    """All fields of a dataclass and of those it holds, with their types."""
    if isinstance(kind, type) and is_dataclass(kind) and kind not in seen:
        seen.add(kind)
        hints = get_type_hints(kind)
        for each in fields(kind):
            yield f"{kind.__name__}.{each.name}: {hints[each.name]}"
            yield from shape(hints[each.name], seen)
    for inner in getattr(kind, "__args__", ()):
        yield from shape(inner, seen)


def test_who_changes_what_is_kept_raises_its_version() -> None:
    seen: set[Any] = set()
    told = "\n".join([*shape(Checked, seen), *shape(Compared, seen), *shape(Settings, seen)])
    # Fields with defaults may be added: older reports are read without. Otherwise older bytes are
    # misread: raise VERSION, and write what this says now.
    assert (record.VERSION, hashlib.sha256(told.encode()).hexdigest()[:16]) == (
        2,
        "5f54b81ef3130ac0",
    )


def test_fields_that_were_added_or_taken_away_since_do_no_harm() -> None:
    document = rebuilt(Document, {"id": "x", "text": "Rain.", "gone": 5}, record._no_document)
    assert document == Document("x", "Rain.")


def test_what_another_copydesk_kept_is_outdated(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack_record((Document("x", "Rain."), 7))
    monkeypatch.setattr(record, "VERSION", record.VERSION + 1)
    with pytest.raises(UsageError) as refused:
        unpack_record(tuple[Document, int], data)
    assert refused.value.code == "report_outdated"


def test_a_byte_that_changed_is_noticed() -> None:
    data = pack_record((Document("x", stories.DAM), 7))
    for place in range(0, len(data), 7):
        changed = bytes([*data[:place], data[place] ^ 1, *data[place + 1 :]])
        with pytest.raises(IndexUnusable):
            unpack_record(tuple[Document, int], changed)


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "MOST_BYTES", 1000)
    with pytest.raises(InputError) as refused:
        pack_record(Document("x", stories.prose(400, 1)))
    assert refused.value.code == "report_too_large"


# -- how long


def test_a_report_is_gone_when_its_time_is_over(desk: DurableCorpus) -> None:
    brief, long = keep(desk, stories.DAM, seconds=-1), keep(desk, stories.DAM)
    assert desk.reports.get(brief.id) is None
    assert desk.reports.get(long.id) == long
    desk.expire()
    assert count(desk) == 1
    desk.expire("2200-01-01T00:00:00+00:00")
    assert count(desk) == 0
    assert desk.reports.get(long.id) is None


def test_a_report_can_be_kept_for_longer_and_deleted(desk: DurableCorpus) -> None:
    kept = keep(desk, stories.DAM, is_brief=True)
    desk.reports.prolong(kept.id, 10 * HOUR)
    longer = desk.reports.get(kept.id)
    assert longer is not None
    assert not longer.is_brief
    assert longer.expires_at > kept.expires_at
    desk.reports.delete(kept.id)
    desk.reports.delete(kept.id)
    assert desk.reports.get(kept.id) is None


def test_brief_reports_make_room_and_others_stay(
    desk: DurableCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = keep(desk, stories.DAM)
    brief = [keep(desk, stories.DAM, is_brief=True, seconds=HOUR + n) for n in range(3)]
    ((size,),) = desk._store._asked("SELECT max(length(body)) FROM report")  # type: ignore[attr-defined]
    monkeypatch.setattr(shelf, "MOST_BYTES", int(4.5 * size))
    second = keep(desk, stories.DAM)
    left = [desk.reports.get(kept.id) for kept in (first, *brief, second)]
    assert [kept is not None for kept in left] == [True, False, True, True, True]
    monkeypatch.setattr(shelf, "MOST_BYTES", int(2.5 * size))
    with pytest.raises(IndexUnusable) as refused:
        keep(desk, stories.DAM)
    assert refused.value.code == "storage_full"
    assert desk.reports.get(first.id) is not None


def count(corpus: DurableCorpus) -> int:
    ((reports, texts),) = corpus._store._asked(  # type: ignore[attr-defined]
        "SELECT (SELECT count(*) FROM report), (SELECT count(DISTINCT report) FROM report_text)"
    )
    assert reports == texts
    return int(reports)


# -- erasure


def test_a_document_takes_the_reports_that_show_it_with_it(desk: DurableCorpus) -> None:
    shown = keep(desk, stories.DAM_SUMMARY)
    draft = keep(desk, stories.DAM_REWRITE, id="later")
    other = keep(desk, stories.BEES)
    desk.remove("dam")
    assert desk.reports.get(shown.id) is None
    assert desk.reports.get(draft.id) is None
    assert desk.reports.get(other.id) == other


def test_a_draft_goes_with_the_document_it_became(desk: DurableCorpus) -> None:
    text = stories.prose(200, 5)
    by_text = keep(desk, text, id="another name")
    by_id = keep(desk, stories.prose(200, 6), id="story/17")
    desk.add(Document("story/17", text))
    desk.add(Document("story/17", f"{text} A second version."))
    desk.remove("story/17")
    assert desk.reports.get(by_text.id) is None
    assert desk.reports.get(by_id.id) is None


def test_nothing_of_an_erased_text_is_left_in_any_file_by_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "_LEVEL", 0)  # so that what is left could be found
    canary = "canary4711"
    folder = tmp_path / "store"
    folder.mkdir()
    with DurableCorpus(str(folder / "news.db")) as corpus:
        corpus.add(Document("dam", stories.DAM))
        corpus.add(Document("marked", f"{stories.DAM} {canary}", title=canary))
        for _ in range(5):
            keep(corpus, stories.DAM_SUMMARY)
        assert found(folder, canary) > 5
        corpus.erase(["marked"])
        assert found(folder, canary) == 0
        assert corpus.verify() == []
    assert found(folder, canary) == 0


def found(folder: Path, words: str) -> int:
    return sum(
        len(re.findall(words.encode(), path.read_bytes()))
        for path in folder.rglob("*")
        if path.is_file()
    )


def test_a_text_that_is_removed_while_a_report_is_made_does_not_come_back(
    desk: DurableCorpus,
) -> None:
    answer, _ = desk.find(Document("draft", stories.DAM_SUMMARY))
    desk.remove("dam")
    with pytest.raises(IndexUnusable) as refused:
        desk.reports.keep(answer, DEFAULT, HOUR)
    assert refused.value.code == "index_busy"
    assert count(desk) == 0
    desk.reports.keep(answer, DEFAULT, HOUR, is_found_here=False)  # of a folder, which has it still


def test_an_old_version_that_is_still_there_may_be_shown(desk: DurableCorpus) -> None:
    answer, _ = desk.find(Document("draft", stories.DAM_SUMMARY))
    desk.add(Document("dam", f"{stories.DAM} More."))
    kept = desk.reports.keep(answer, DEFAULT, HOUR)
    assert desk.reports.get(kept.id) == kept


# -- the file


def test_verify_names_a_damaged_report(desk: DurableCorpus) -> None:
    kept = keep(desk, stories.DAM)
    assert desk.verify() == []
    desk._store._asked("UPDATE report SET body = substr(body, 1, 100)")  # type: ignore[attr-defined]
    (problem,) = desk.verify()
    assert kept.id in problem


def test_a_store_of_the_format_before_gets_the_tables(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in ("schema", "sqlite", "database"):
            patch.setattr(f"detector.store.{module}.MIGRATIONS", schema.MIGRATIONS[:1])
        with DurableCorpus(str(tmp_path / "news.db")) as corpus:
            corpus.add(Document("dam", stories.DAM))
    with DurableCorpus(str(tmp_path / "news.db")) as corpus:
        kept = keep(corpus, stories.DAM_SUMMARY)
        assert corpus.reports.get(kept.id) == kept
        assert corpus.verify() == []
