"""What every store of documents promises. A new backend is added to ``STORES`` and must pass."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import apsw
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import IndexUnusable, UsageError
from detector.model import (
    AlignedPassage,
    Alignment,
    Document,
    EventKind,
    Kind,
    Link,
    Receipt,
    Sketch,
    TokenRange,
)
from detector.store import Store, database, open_store
from detector.store.blob import pack_alignment, pack_sketch, unpack_alignment, unpack_sketch
from detector.store.schema import MIGRATIONS
from detector.store.sqlite import SqliteStore

STORES: tuple[Callable[[Path], Store], ...] = (lambda folder: SqliteStore(folder / "news.db"),)
SKETCH = Sketch(
    np.arange(128, dtype=np.uint32), np.array([5, 9], np.uint64), np.array([2**63], np.uint64)
)
STORY = Document(
    id="desk/1",
    text="The ferry left\0 Port Carrow at dawn. Паром вийшов з порту.",
    title="Ferry",
    outlet="Harbour Post",
    published_at="2026-03-01T08:00:00Z",
    expires_at="2027-01-01T00:00:00Z",
    extra={"slug": ["a", {"b": None}]},
    flags=("hidden_text",),
)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = request.param(tmp_path)
    yield made
    made.close()


def put(store: Store, document: Document = STORY) -> int:
    with store.writing():
        return store.insert(document, SKETCH, store.current(document.id)).number


def test_a_stored_document_comes_back_as_it_was(store: Store) -> None:
    number = put(store)
    stored = store.stored(number)
    assert stored == store.current("desk/1")
    assert stored is not None
    assert stored.document == STORY
    assert (stored.version, stored.superseded_at) == (1, None)
    sketch = store.sketch(number)
    assert sketch is not None
    assert sketch.letters.tolist() == [2**63]
    assert store.page("", 9) == [("desk/1", STORY.digest)]


def test_another_text_under_the_same_id_is_the_next_version_and_the_old_one_stays(
    store: Store,
) -> None:
    first, second = put(store), put(store, replace(STORY, text="It never left."))
    assert second > first
    old, new = store.versions("desk/1")
    assert (old.document.text, new.document.text) == (STORY.text, "It never left.")
    assert (old.name, new.name) == ("desk/1@1", "desk/1")
    assert old.superseded_at is not None
    assert store.current("desk/1") == new
    assert store.searched().documents == 1


def test_fields_change_without_a_new_version(store: Store) -> None:
    number = put(store)
    changed = replace(STORY, outlet="Sea Times", status="canceled", published_at=None)
    with store.writing():
        stored = store.stored(number)
        assert stored is not None
        store.change_fields(stored, changed)
    assert [v.document for v in store.versions("desk/1")] == [changed]
    assert store.searched().first is None


def test_an_error_inside_a_transaction_undoes_all_of_it(store: Store) -> None:
    put(store)

    def fail() -> None:
        with store.writing():
            store.insert(replace(STORY, id="other"), SKETCH)
            store.log(EventKind.ADDED, 2, "other")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert store.current("other") is None
    assert store.last_seq() == 0
    assert put(store, replace(STORY, id="third")) == 2


def test_a_deleted_document_takes_its_sketch_and_links_with_it(store: Store) -> None:
    one, two = put(store), put(store, replace(STORY, id="two"))
    with store.writing():
        store.kinship.link(two, [Link(one, two, Alignment(()), joins=True)])
        store.kinship.assign("c-1", [one, two])
    assert store.kinship.joined([one, two]) == [(one, two)]
    with store.writing():
        store.kinship.assign("c-1", [one])
        store.delete(two)
    assert store.stored(two) is None
    assert store.kinship.links(one) == []
    assert store.kinship.members("c-1") == [one]
    assert store.searched().documents == 1
    assert store.sketch(two) is None


def test_numbers_are_never_used_again(store: Store) -> None:
    number = put(store)
    with store.writing():
        store.delete(number)
    assert put(store) > number


def test_links_are_those_of_both_texts_and_looked_for_once(store: Store) -> None:
    one, two, three = (put(store, replace(STORY, id=name)) for name in ("1", "2", "3"))
    assert store.kinship.unlinked(0, 9) == [one, two, three]
    with store.writing():
        store.kinship.link(two, [Link(two, one, Alignment(()), joins=False)])
        store.kinship.link(three, [Link(three, two, Alignment(()), joins=True)])
    assert store.kinship.unlinked(0, 9) == [one]
    assert [link.other(two) for link in store.kinship.links(two)] == [one, three]
    assert store.kinship.joined([one, two, three]) == [(three, two)]


def test_clusters_are_told_head_first_and_those_of_one_text_not_listed(store: Store) -> None:
    with store.writing():
        store.kinship.assign("c-2", [7, 3, 9])
        store.kinship.assign("c-1", [4])
    assert store.kinship.members("c-2") == [7, 3, 9]
    assert [store.kinship.cluster_of(n) for n in (9, 4, 5)] == ["c-2", "c-1", None]
    assert store.kinship.clusters("", 9) == ["c-2"]
    assert store.kinship.clusters("c-2", 9) == []


def test_events_are_told_in_order_from_any_place(store: Store) -> None:
    with store.writing():
        seqs = [store.log(EventKind.ADDED, n, f"{n}", version=n) for n in range(1, 6)]
    assert seqs == [1, 2, 3, 4, 5]
    assert [e.detail["version"] for e in store.events(2, 2)] == [3, 4]
    assert store.last_seq() == 5


def test_a_key_keeps_its_first_answer(store: Store) -> None:
    with store.writing():
        store.keep(Receipt("k", "digest", "answer"))
    assert store.receipt("k") == Receipt("k", "digest", "answer")
    assert store.receipt("other") is None


def test_what_was_searched_counts_documents_outlets_and_times(store: Store) -> None:
    put(store)
    put(store, replace(STORY, id="b", published_at="2026-01-01T00:00:00Z"))
    put(store, Document(id="c", text="x", outlet=None))
    searched = store.searched()
    assert (searched.documents, searched.outlets) == (3, 1)
    assert (searched.first, searched.last) == ("2026-01-01T00:00:00Z", "2026-03-01T08:00:00Z")


def test_expired_documents_are_named(store: Store) -> None:
    put(store)
    put(store, replace(STORY, id="stays", expires_at=None))
    assert store.expired("2026-12-31T00:00:00Z", 9) == []
    assert store.expired("2027-01-01T00:00:00Z", 9) == ["desk/1"]


def test_reading_sees_one_moment_while_others_write(store: Store) -> None:
    put(store)
    with store.reading():
        before = store.page("", 9)
        writer = threading.Thread(target=put, args=(store, replace(STORY, id="new")))
        writer.start()
        writer.join()
        assert store.page("", 9) == before
    assert len(store.page("", 9)) == 2


def test_writers_wait_for_each_other_and_none_is_lost(store: Store) -> None:
    def write(name: str) -> None:
        for i in range(20):
            put(store, replace(STORY, id=f"{name}{i}"))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.page("", 99)) == 80


def test_writers_are_served_in_the_order_in_which_they_came(tmp_path: Path) -> None:
    store, served = SqliteStore(tmp_path / "n.db"), list[int]()

    def write(number: int) -> None:
        with store.writing():
            served.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    with store.writing():
        for number, thread in enumerate(threads):
            thread.start()
            while (
                tickets(tmp_path / "n.db.lock") < number + 4
            ):  # two made the file and its tables, one is us
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert served == list(range(12))


def test_threads_that_ended_keep_no_files_open(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "n.db")
    for _ in range(8):
        thread = threading.Thread(target=put, args=(store,))
        thread.start()
        thread.join()
    files = [os.readlink(file) for file in Path("/proc/self/fd").iterdir() if file.exists()]
    assert files.count(str(tmp_path / "n.db")) <= 2  # SQLite keeps one to use it again


def tickets(lock: Path) -> int:
    """How many have come so far."""
    return int.from_bytes(lock.read_bytes()[64:72], "little")


def test_nothing_of_a_scrubbed_text_is_left_in_any_file(store: Store, tmp_path: Path) -> None:
    number = put(store, replace(STORY, text="A canary sang in the yellow mine " * 500))
    put(store, replace(STORY, id="stays"))
    with store.writing():
        store.delete(number)
    store.scrub()
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert b"canary sang" not in file.read_bytes()
    assert store.current("stays") is not None


def test_a_sound_store_has_nothing_to_say(store: Store) -> None:
    put(store)
    assert store.check() == []


# What the embedded store promises beyond that


def test_a_writer_that_waits_too_long_is_told_who_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, other = SqliteStore(tmp_path / "n.db"), SqliteStore(tmp_path / "n.db")
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with store.writing(), pytest.raises(IndexUnusable, match=r"process [0-9]+;") as caught:
        put(other)
    assert caught.value.code == "index_busy"
    assert put(other) == 1


def test_a_database_of_a_newer_copydesk_is_refused(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "n.db").close()
    with apsw.Connection(str(tmp_path / "n.db")) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(IndexUnusable, match="use a newer one"):
        SqliteStore(tmp_path / "n.db")


@pytest.mark.parametrize("content", [b"not a database at all " * 99, b"x"])
def test_a_file_of_another_kind_is_refused_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "n.db"
    path.write_bytes(content)
    with pytest.raises(IndexUnusable):
        SqliteStore(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_kept(tmp_path: Path) -> None:
    with apsw.Connection(str(tmp_path / "n.db")) as connection:
        connection.execute("CREATE TABLE mine (x); INSERT INTO mine VALUES (1)")
    before = (tmp_path / "n.db").read_bytes()
    with pytest.raises(IndexUnusable, match="another program"):
        SqliteStore(tmp_path / "n.db")
    assert (tmp_path / "n.db").read_bytes() == before


def test_without_create_a_missing_index_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable) as caught:
        open_store(str(tmp_path / "none.db"), create=False)
    assert caught.value.code == "index_missing"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["", "postgresql://host/db", "http://x/y", "sqlite://x"])
def test_an_address_of_another_kind_is_a_usage_error(url: str) -> None:
    with pytest.raises(UsageError):
        open_store(url)


def test_a_changed_row_is_noticed_when_it_is_read(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "n.db")
    number = put(store)
    for change in (
        "UPDATE text SET fields = replace(fields, 'Ferry', 'Berry')",
        "UPDATE content SET body = x'41'",
        "UPDATE text SET version = 2",
        "DELETE FROM content",
    ):
        with apsw.Connection(str(tmp_path / "n.db")) as connection:
            connection.execute(change)
        with pytest.raises(IndexUnusable) as caught:
            store.stored(number)
        assert caught.value.code == "index_corrupt"


def test_a_changed_bit_is_noticed_wherever_a_page_is_read(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "n.db")
    one, two = put(store), put(store, replace(STORY, id="two"))
    with store.writing():
        store.kinship.link(two, [Link(one, two, Alignment(()), joins=True)])
        store.kinship.assign("c-1", [one, two])
    store.close()
    sound = (tmp_path / "n.db").read_bytes()
    for change in (b"c-1", b"Harbour Post", b"desk/1"):
        place = sound.index(change)
        damaged = bytearray(sound)
        damaged[place] ^= 1
        (tmp_path / "n.db").write_bytes(damaged)
        store = SqliteStore(tmp_path / "n.db")
        assert "damaged" in " ".join(store.check())
        store.close()


def test_commits_that_a_damaged_log_swallows_are_missed(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "n.db")
    for number in range(3):
        with store.writing():
            store.log(EventKind.ADDED, number, "x")
    (tmp_path / "copy").mkdir()
    for file in tmp_path.glob("n.db*"):  # as a killed process leaves them
        if file.is_file() and file.suffix != ".db-shm":
            (tmp_path / "copy" / file.name).write_bytes(file.read_bytes())
    log = tmp_path / "copy" / "n.db-wal"
    log.write_bytes(log.read_bytes()[:-1])
    with pytest.raises(IndexUnusable, match="events 3 to 3; add again") as caught:
        SqliteStore(tmp_path / "copy" / "n.db")
    assert caught.value.code == "index_corrupt"
    (tmp_path / "copy" / "n.db.lock").unlink()
    assert SqliteStore(tmp_path / "copy" / "n.db").last_seq() == 2


def test_a_text_is_not_said_to_be_scrubbed_while_a_reader_holds_on_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    store, other = SqliteStore(tmp_path / "n.db"), SqliteStore(tmp_path / "n.db")
    number = put(store)
    with other.reading():
        assert other.stored(number) is not None
        with store.writing():
            store.delete(number)
        with pytest.raises(IndexUnusable) as caught:
            store.scrub()
        assert caught.value.code == "index_busy"
    store.scrub()


# Bytes of sketches and alignments

tokens = st.integers(0, 2**31 - 1)
ranges = st.builds(lambda a, b: TokenRange(min(a, b), max(a, b)), tokens, tokens)
passages = st.builds(
    AlignedPassage,
    ranges,
    ranges,
    st.sampled_from(Kind),
    tokens,
    tokens,
    st.floats(0, 1),
    st.lists(st.tuples(tokens, tokens, tokens, tokens), max_size=4).map(tuple),
    tokens,
)
alignments = st.builds(
    Alignment,
    st.lists(passages, max_size=4).map(tuple),
    st.booleans(),
    st.dictionaries(st.text(), st.text(), max_size=3),
)


@given(alignments)
def test_an_alignment_comes_back_from_its_bytes(alignment: Alignment) -> None:
    assert unpack_alignment(pack_alignment(alignment)) == alignment


def test_damaged_bytes_are_refused_wherever_they_are_cut_or_changed() -> None:
    rng = random.Random("bytes")
    alignment = Alignment(
        (AlignedPassage(TokenRange(0, 4), TokenRange(1, 5), Kind.EDITED, 4, 4, 1.0),)
    )
    for whole, unpack in (
        (pack_sketch(SKETCH), unpack_sketch),
        (pack_alignment(alignment), unpack_alignment),
    ):
        for place in range(len(whole)):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << rng.randrange(8)
            for damaged in (bytes(flipped), whole[:place]):
                with pytest.raises(IndexUnusable):
                    unpack(damaged)


def test_those_who_make_a_store_at_once_wait_for_each_other(tmp_path: Path) -> None:
    def opened(path: Path) -> int:
        start.wait()
        store = SqliteStore(path)
        store.close()
        return store.hash_key

    with ThreadPoolExecutor(8) as pool:
        for number in range(100):
            start = threading.Barrier(8)
            assert len(set(pool.map(opened, [tmp_path / f"{number}.db"] * 8))) == 1


def test_the_digests_are_those_in_force_and_of_known_documents_only(store: Store) -> None:
    put(store)
    put(store, replace(STORY, text="It never left."))
    found = store.digests(["desk/1", "nobody's", "half \ud800 a pair"])
    assert found == {"desk/1": replace(STORY, text="It never left.").digest}
