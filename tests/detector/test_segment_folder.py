"""The index in a folder: whatever happens to it, it answers as one in memory over the documents
that are left, and nobody sees half of a change."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import IndexUnusable, OutputError, UsageError
from detector.index import Index
from detector.model import Sketch
from detector.segment import manifest
from detector.segment.file import SUFFIX, Segment, stamp, write
from detector.segment.folder import IndexReader, IndexWriter
from detector.segment.neighbours import to_merge
from detector.segment.part import arrays_of, build
from detector.segment.unsealed import Unsealed, arrays_of_all

KEY = 7
ROOT = Path(__file__).parents[2]


def text_like(number: int) -> Sketch:
    """What a random text looks like; some share fingerprints, some whole signatures."""
    rng = random.Random(number % 11)
    own = {rng.getrandbits(62) for _ in range(20)}
    common = {random.Random(f"common {number % 3}").getrandbits(60)}
    return Sketch(
        np.array([rng.getrandbits(32) for _ in range(32)], dtype=np.uint32),
        np.array(sorted(own | common), dtype=np.uint64),
        np.array(sorted(own), dtype=np.uint64),
    )


def expected(numbers: list[int], asked: Sketch) -> tuple[list[tuple[int, float]], bool]:
    ranked, is_cut = Index([text_like(number) for number in numbers]).query(asked)
    return [(numbers[place], weight) for place, weight in ranked], is_cut


def assert_has(reader: IndexReader, numbers: list[int]) -> None:
    assert len(reader) == len(numbers)
    for number in range(12):
        assert reader.query(text_like(number)) == expected(numbers, text_like(number))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of three segments with ten documents each, from which two were removed."""
    with IndexWriter.create(tmp_path / "index", KEY) as writer:
        for number in range(30):
            writer.add(number, text_like(number))
            if number % 10 == 9:
                writer.seal()
        writer.remove(3)
        writer.remove(17)
        writer.seal()
    return tmp_path / "index"


LEFT = [number for number in range(30) if number not in (3, 17)]
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["add", "remove", "expire"]), st.integers(0, 9)),
        st.tuples(st.just("merge"), st.integers(0, 3)),
        st.sampled_from([("seal", 0), ("seal", 0), ("reopen", 0), ("compact", 0)]),
        st.tuples(st.just("meanwhile"), st.integers(0, 9)),
    ),
    max_size=25,
)


@given(steps)
def test_after_any_steps_it_answers_as_the_index_in_memory(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("index")
    story = Story(IndexWriter.create(folder, KEY))
    try:
        for step, value in steps:
            getattr(story, step)(value)
            numbers = sorted(story.there)
            assert story.writer.query(text_like(value)) == expected(numbers, text_like(value))
        story.seal(0)
        assert_has(story.writer, sorted(story.there))
        assert_has(IndexReader(folder, KEY), sorted(story.there))
        story.writer.merge()
        assert_is_built_anew(folder, sorted(story.there))
    finally:
        story.writer.close()


def assert_is_built_anew(folder: Path, numbers: list[int]) -> None:
    """The index has the one file that these documents give, or none for none."""
    names = [each.name for each in manifest.read(folder).segments]
    assert sorted(names) == sorted(path.name for path in folder.glob(f"*{SUFFIX}"))
    if numbers:
        anew = build(numbers, list(map(text_like, numbers)))
        assert [write(arrays_of(anew), folder, stamp(KEY))] == names
    else:
        assert names == []


class Story:
    """What was done to an index, and which documents should be in it."""

    def __init__(self, writer: IndexWriter) -> None:
        self.writer = writer
        self.next = 0
        self.there: set[int] = set()
        self.sealed: list[list[int]] = []
        self.delta: list[int] = []

    def add(self, gap: int) -> None:
        self.next += gap + 1
        self.writer.add(self.next, text_like(self.next))
        self.delta.append(self.next)
        self.there.add(self.next)

    def remove(self, which: int) -> None:
        if self.there:
            number = sorted(self.there)[which % len(self.there)]
            self.writer.remove(number)
            self.there.discard(number)
            self.delta = [each for each in self.delta if each != number]
        with pytest.raises(UsageError, match="no such document"):
            self.writer.remove(self.next + 1)

    def seal(self, _: int) -> None:
        self.writer.seal()
        if self.delta:
            self.sealed.append(self.delta)
        self.delta = []

    def merge(self, first: int) -> None:
        self.writer.merge(first)
        merged = [number for some in self.sealed[first:] for number in some]
        left = [number for number in merged if number in self.there]
        self.sealed[first:] = [left] if left else []

    def expire(self, tenth: int) -> None:
        before = tenth * self.next // 10
        self.writer.expire(before)
        for some in self.sealed:
            if some[-1] < before:
                self.there.difference_update(some)
        self.sealed = [some for some in self.sealed if some[-1] >= before]

    def compact(self, _: int) -> None:
        self.writer.compact()
        sizes = [sum(number in self.there for number in some) for some in self.sealed]
        while chosen := to_merge(sizes):
            merged = [number for some in self.sealed[slice(*chosen)] for number in some]
            self.sealed[slice(*chosen)] = [[n for n in merged if n in self.there]]
            sizes[slice(*chosen)] = [len(self.sealed[chosen[0]])]

    def meanwhile(self, value: int) -> None:
        """Documents come and go while the ones before are sealed, in this order or the other."""
        change = self.writer.begin_seal()
        sealed, self.delta = self.delta, []
        segments = change.carry_out() if value % 2 else ()
        self.add(value)
        self.remove(value)
        self.remove(len(self.there) - 1)
        same = expected(sorted(self.there), text_like(value))
        assert self.writer.query(text_like(value)) == same
        with pytest.raises(UsageError, match="another change"):
            self.writer.begin_merge()
        if value % 3:
            self.writer.finish(segments or change.carry_out())
            self.sealed += [sealed] if sealed and change.parts else []
        else:
            self.writer.give_up()
            self.delta = [number for number in [*sealed, *self.delta] if number in self.there]

    def reopen(self, _: int) -> None:
        self.seal(0)
        folder = self.writer.folder
        self.writer.close()
        self.writer = IndexWriter(folder, KEY)


def test_questions_are_answered_while_another_thread_merges(folder: Path) -> None:
    with IndexWriter(folder, KEY) as writer, ThreadPoolExecutor(1) as thread:
        merging = thread.submit(writer.begin_merge().carry_out)
        for number in range(100, 130):
            writer.add(number, text_like(number))
            has_all = [*LEFT, *range(100, number + 1)]
            assert writer.query(text_like(number)) == expected(has_all, text_like(number))
        writer.remove(4)
        replaced = writer.finish(merging.result())
        assert [len(each.left) for each in replaced] == [8, 9, 10]
        left = [number for number in [*LEFT, *range(100, 130)] if number != 4]
        assert_has(writer, left)
        assert_has(IndexReader(folder, KEY), LEFT)  # the removal is not published yet
        writer.seal()
        assert_has(IndexReader(folder, KEY), left)


def test_a_reader_sees_what_is_published_when_it_looks_again(folder: Path) -> None:
    reader = IndexReader(folder, KEY)
    assert_has(reader, LEFT)
    with IndexWriter(folder, KEY) as writer:
        writer.add(40, text_like(40))
        assert_has(writer, [*LEFT, 40])
        reader.refresh()
        assert_has(reader, LEFT)
        writer.seal()
        writer.merge()
    assert_has(reader, LEFT)  # the files are deleted, and open all the same
    reader.refresh()
    assert_has(reader, [*LEFT, 40])
    reader.verify()
    with IndexWriter(folder, KEY) as writer:
        writer.expire(before=41)
    reader.refresh()
    assert_has(reader, [])


def test_numbers_must_rise_and_one_process_writes(folder: Path) -> None:
    with IndexWriter(folder, KEY) as writer:
        with pytest.raises(UsageError, match="29"):
            writer.add(29, text_like(1))
        with pytest.raises(UsageError, match="no such document"):
            writer.remove(3)
        with pytest.raises(IndexUnusable, match="another process writes") as locked:
            IndexWriter(folder, KEY)
        assert locked.value.code == "index_locked"
        with pytest.raises(UsageError, match="already"):
            IndexWriter.create(folder, KEY)
    IndexWriter(folder, KEY).close()


def test_what_is_no_index_or_another_ones_is_refused(folder: Path, tmp_path: Path) -> None:
    for opened in (IndexReader, IndexWriter):
        with pytest.raises(IndexUnusable) as missing:
            opened(tmp_path / "none", KEY)
        assert missing.value.code == "index_missing"
        with pytest.raises(IndexUnusable, match="another hash key"):
            opened(folder, KEY + 1)
    next(folder.glob(f"*{SUFFIX}")).unlink()
    with pytest.raises(IndexUnusable, match="no such file"):
        IndexReader(folder, KEY)


def test_a_damaged_list_is_refused_wherever_it_is_cut_or_changed(folder: Path) -> None:
    path = folder / manifest.NAME
    whole = path.read_bytes()
    rng = random.Random("manifest")
    for place in range(len(whole) - 1):
        path.write_bytes(whole[:place])
        with pytest.raises(IndexUnusable):
            manifest.read(folder)
        if not whole[place : place + 1].isspace():
            path.write_bytes(
                whole[:place] + bytes([whole[place] ^ rng.choice([1, 128])]) + whole[place + 1 :]
            )
            with pytest.raises(IndexUnusable):
                manifest.read(folder)
    for other in (b"[]", b"null", b'"x"', b"{}", b"\xff"):
        path.write_bytes(other)
        with pytest.raises(IndexUnusable, match="damaged"):
            manifest.read(folder)
    path.write_bytes(whole.replace(b'"format": 2', b'"format": 3'))
    with pytest.raises(IndexUnusable, match="has format 3, not 2"):
        manifest.read(folder)


# Parts that double


@given(st.lists(st.sampled_from(["add", "add", "add", "remove", "ask"]), max_size=60))
def test_what_comes_one_by_one_is_what_is_built_at_once(steps: list[str]) -> None:
    some, there = Unsealed(), list[int]()
    for number, step in enumerate(steps):
        if step == "add":
            some.add(number, text_like(number))
            there.append(number)
        elif step == "ask":
            assert sum(map(len, some.parts())) == len(there)
        elif there:
            assert some.remove(there.pop(number % len(there)))
            assert not some.remove(number)
    anew = build(there, [text_like(number) for number in there])
    one_by_one = arrays_of_all(some.parts()) if there else arrays_of(anew)
    for one, other in zip(one_by_one, arrays_of(anew), strict=True):
        assert np.array_equal(one, other)


@given(st.lists(st.integers(1, 40), max_size=300), st.integers(40, 400))
def test_merging_neighbours_leaves_few_parts_and_takes_few_steps(
    seals: list[int], most: int
) -> None:
    sizes: list[int] = []
    work = 0
    for seal in seals:
        sizes.append(seal)
        while chosen := to_merge(sizes, most):
            first, stop = chosen
            total = sum(sizes[first:stop])
            assert stop - first > 1
            assert total <= most
            sizes[first:stop] = [total]
            work += total
    assert sum(sizes) == sum(seals)
    for one, other in pairwise(sizes):
        assert one >= 2 * other or one + other > most
    least_full = sum(one + other > most for one, other in pairwise(sizes))
    assert len(sizes) <= 1 + least_full + sum(seals).bit_length()
    assert least_full <= 2 * sum(seals) / most
    assert work <= sum(seals) * (1 + 2 * most.bit_length())


def test_twenty_seals_of_like_size_leave_two_segments(tmp_path: Path) -> None:
    with IndexWriter.create(tmp_path, KEY) as writer:
        for number in range(40):
            writer.add(number, text_like(number))
            if number % 2:
                writer.seal()
                writer.compact()
        assert [len(each.left) for each in writer._segments] == [32, 8]
        assert_has(IndexReader(tmp_path, KEY), list(range(40)))


# Crashes


class Killed(BaseException):
    """Nothing after it happens, as when a process is killed."""


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """How many more calls that change the disk a process lives for; afterwards it does none."""
    lives = [10**9]

    def mortal(name: str) -> None:
        whole = getattr(os, name)

        def call(*args: object) -> object:
            lives[0] -= 1
            if lives[0] < 0:
                raise Killed
            return whole(*args)

        monkeypatch.setattr(os, name, call)

    for name in ("fsync", "replace", "unlink"):
        mortal(name)
    yield lives
    lives[0] = 10**9


def change(writer: IndexWriter) -> None:
    writer.add(50, text_like(50))
    writer.remove(5)
    writer.seal()
    writer.merge()


def test_a_process_killed_at_any_moment_leaves_the_old_index_or_the_new(
    folder: Path, deadly: list[int]
) -> None:
    whole = {path.name: path.read_bytes() for path in folder.iterdir()}
    before, after = LEFT, [number for number in [*LEFT, 50] if number != 5]
    for lives in range(100):
        for path in folder.iterdir():
            path.unlink()
        for name, data in whole.items():
            (folder / name).write_bytes(data)
        writer = IndexWriter(folder, KEY)
        deadly[0] = lives
        try:
            change(writer)
        except Killed:
            pass
        else:
            break
        finally:
            deadly[0] = 10**9
            writer.close()
        reader = IndexReader(folder, KEY)
        assert_has(reader, before if len(reader) == len(before) and has(reader, 5) else after)
        with IndexWriter(folder, KEY) as again:  # and nothing is left behind
            names = {each.name for each in manifest.read(folder).segments}
            assert {path.name for path in folder.glob(f"*{SUFFIX}")} == names
            assert not list(folder.glob("*.tmp"))
            again.verify()
    assert 8 < lives < 99


def has(reader: IndexReader, number: int) -> bool:
    return number in [found for found, _ in reader.query(text_like(number))[0]]


def test_a_full_disk_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with IndexWriter(folder, KEY) as writer:
        writer.add(50, text_like(50))
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(OutputError, match="No space left"):
                writer.seal()
        assert_has(writer, [*LEFT, 50])
        assert_has(IndexReader(folder, KEY), LEFT)
        writer.seal()
        assert_has(IndexReader(folder, KEY), [*LEFT, 50])


# Several processes

READ = """
import sys
from pathlib import Path
from detector.segment.folder import IndexReader
from tests.detector.test_segment_folder import KEY, text_like
folder = Path(sys.argv[1])
reader, sizes = IndexReader(folder, KEY), []
print("ready", flush=True)
while not (folder / "done").exists() or not sizes:
    reader.refresh()
    sizes.append(len(reader))
    assert sizes[-1] % 10 == 0, sizes[-1]
    numbers = [number for number, _ in reader.query(text_like(1))[0]]
    assert sorted(numbers) == [n for n in range(sizes[-1]) if n % 11 == 1 or n % 3 == 1], numbers
assert sizes == sorted(sizes)
print(len(set(sizes)))
"""


def test_readers_never_see_half_while_another_process_writes_and_merges(tmp_path: Path) -> None:
    writer = IndexWriter.create(tmp_path, KEY)
    command = [sys.executable, "-c", READ, str(tmp_path)]
    readers = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for reader in readers:
        assert reader.stdout
        assert reader.stdout.readline() == "ready\n"
    with writer:
        for number in range(150):
            writer.add(number, text_like(number))
            if number % 10 == 9:
                writer.seal()
                time.sleep(0.01)
            if number % 20 == 19:
                writer.compact()
            if number % 30 == 29:
                writer.merge(random.Random(number).randrange(3))
    (tmp_path / "done").touch()
    for reader in readers:
        out, _ = reader.communicate(timeout=60)
        assert reader.returncode == 0
        assert int(out) > 3


def test_an_open_index_is_a_few_pages_of_memory(folder: Path) -> None:
    segment = Segment(next(folder.glob(f"*{SUFFIX}")), stamp(KEY))
    assert not segment.part.signatures.flags.writeable
    assert not segment.part.signatures.flags.owndata
