"""The index on disk: it answers as the index in memory does, or says what is wrong with it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from detector import index, kernel
from detector.errors import IndexUnusable, OutputError, UsageError
from detector.index import CROWD_HOLDERS, Index
from detector.model import Hashes, Sketch
from detector.net import spread
from detector.segment import part as part_module
from detector.segment.file import Segment, stamp, write
from detector.segment.part import Part, arrays_of, build, merged
from detector.segment.query import Searcher

EMPTY = 2**32 - 1
VALUES = [0x12345678, 0x9ABCDEF0, 0x0F1E2D3C]
STAMP = stamp(hash_key=7)
levels = pytest.mark.parametrize("level", kernel.LEVELS)


def made(signature: Sequence[int], fingerprints: Sequence[int], letters: Sequence[int]) -> Sketch:
    return Sketch(
        np.array(signature, dtype=np.uint32),
        np.array(sorted(set(fingerprints)), dtype=np.uint64),
        np.array(sorted(set(letters)), dtype=np.uint64),
    )


signatures = st.one_of(
    st.just([EMPTY] * 10), st.lists(st.sampled_from(VALUES), min_size=10, max_size=10)
)
sketches = st.builds(
    made,
    signatures,
    st.lists(st.integers(0, 12), max_size=5),
    st.lists(st.integers(0, 9), max_size=8),
)
documents = st.lists(st.tuples(sketches, st.booleans()), max_size=14)
caps = st.tuples(*[st.integers(2, 6)] * 3, st.integers(1, 8), st.integers(1, 5))


@contextmanager
def rules(
    level: str, caps: tuple[int, ...] = (64, 512, 64, CROWD_HOLDERS, 2000), least: float = 3
) -> Iterator[None]:
    names = ("MAX_POSTINGS", "MAX_BAND_POSTINGS", "MAX_LETTER_POSTINGS", "CROWD_HOLDERS")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "LEVEL", level)
        patch.setattr(index, "MIN_LETTERS", least)
        for name, cap in zip((*names, "MAX_CANDIDATES"), caps, strict=True):
            patch.setattr(index, name, cap)
        yield


def pieces(given: Sequence[tuple[Sketch, bool]], edges: Sequence[int]) -> Searcher:
    """The documents in several parts, without those that are marked as gone."""
    parts, gone = [], []
    for start, stop in zip([0, *edges], [*edges, len(given)], strict=True):
        some = given[start:stop]
        parts.append(build([10 * i for i in range(start, stop)], [one for one, _ in some]))
        gone.append(np.array([out for _, out in some], np.bool_) if start % 2 else None)
    return Searcher(parts, gone)


def oracle(
    given: Sequence[tuple[Sketch, bool]],
    edges: Sequence[int],
    asked: Sketch,
    common: Hashes | None = None,
) -> tuple[list[tuple[int, float]], bool]:
    """What the index in memory says of the documents that are left."""
    ends = zip([0, *edges], [*edges, len(given)], strict=True)
    left = [
        i for start, stop in ends for i in range(start, stop) if not (start % 2 and given[i][1])
    ]
    ranked, is_cut = Index([given[i][0] for i in left]).query(asked, common)
    return [(10 * left[number], weight) for number, weight in ranked], is_cut


@levels
@given(
    documents,
    st.lists(st.integers(0, 14), max_size=3),
    sketches,
    caps,
    st.integers(1, 4),
    st.sets(st.integers(0, 12)),
)
def test_parts_answer_as_the_index_in_memory(
    level: str,
    given: list[tuple[Sketch, bool]],
    cuts: list[int],
    asked: Sketch,
    caps: tuple[int, ...],
    least: int,
    numbers: set[int],
) -> None:
    edges = sorted(min(cut, len(given)) for cut in cuts)
    common = np.array(sorted(numbers), np.uint64)
    with rules(level, caps, least):
        searcher = pieces(given, edges)
        everyone = [asked, *(one for one, _ in given)]
        answers = searcher.query_all(everyone)
        by_what_is_rare = searcher.query_all(everyone, [common] * len(everyone))
        for i, one in enumerate(everyone):
            assert answers.of(i) == searcher.query(one) == oracle(given, edges, one)
            wanted = oracle(given, edges, one, common)
            assert by_what_is_rare.of(i) == searcher.query(one, common) == wanted


@levels
@pytest.mark.parametrize("seed", range(100))
def test_crowds_are_thinned_and_cut_as_in_memory(level: str, seed: int) -> None:
    rng = random.Random(seed)
    kinds = rng.randint(2, 9)

    def some() -> Sketch:
        return made([EMPTY] * 4, rng.choices(range(kinds), k=rng.randint(1, 6)), [])

    given = [(some(), rng.random() < 0.2) for _ in range(rng.randint(3, 16))]
    edges = sorted(rng.choices(range(len(given)), k=2))
    with rules(level, (rng.randint(2, 4), 2, 2, rng.randint(1, 6), rng.choice([3, 2000]))):
        searcher = pieces(given, edges)
        for _ in range(10):
            asked = some()
            assert searcher.query(asked) == oracle(given, edges, asked)


@levels
def test_signatures_alone_ask_the_net_of_bands(level: str) -> None:
    with rules(level):
        some = [text_like(seed) for seed in range(30)]
        searcher = Searcher([build(range(30), some)], [None])
        asked = np.array([some[4].signature, some[9].signature, [EMPTY] * 128], np.uint32)
        answers = searcher.query_signatures(asked)
        assert [[n for n, _ in answers.of(i)[0]] for i in range(3)] == [[4], [9], []]
        assert searcher.query_all([]).edges.tolist() == [0]


@levels
def test_an_index_of_nothing_has_no_candidates(level: str) -> None:
    with rules(level):
        assert Searcher([], []).query(text_like(1)) == ([], False)
        assert Searcher([build([], [])], [None]).query(text_like(1)) == ([], False)


def test_keys_that_agree_in_their_first_bits_after_spreading_are_one_key() -> None:
    inverse = pow(0x9E3779B97F4A7C15, -1, 2**64)  # of the spreading, which is a product
    one, other, third = ((x * inverse) % 2**64 for x in (5 << 20, (5 << 20) + 1, 6 << 20))
    assert spread(np.array([one, other, third], np.uint64)).tolist() == [5, 5, 6]
    searcher = Searcher([build([0], [made([EMPTY] * 4, [one], [])])], [None])
    assert [n for n, _ in searcher.query(made([EMPTY] * 4, [other], []))[0]] == [0]
    assert searcher.query(made([EMPTY] * 4, [third], []))[0] == []


def test_a_part_refuses_numbers_that_do_not_rise_and_more_documents_than_rows() -> None:
    for numbers in ([3, 3], [4, 2]):
        with pytest.raises(UsageError, match="rise"):
            build(numbers, [text_like(1), text_like(2)])
    with pytest.raises(UsageError, match="at most 1048576 documents"):
        part_module.check_numbers(np.arange(2**20 + 1))


# Files


def text_like(seed: int, size: int = 40) -> Sketch:
    """What random texts look like; neighbours share a few fingerprints."""
    rng = random.Random(seed)
    shared = [random.Random(f"shared {seed + i}").getrandbits(60) for i in range(2)]
    own = [rng.getrandbits(62) for _ in range(size)]
    return made([rng.getrandbits(32) for _ in range(128)], [*own, *shared], own)


@pytest.fixture(scope="module")
def part() -> Part:
    return build(range(5, 35), [text_like(seed) for seed in range(30)])


@pytest.fixture
def path(part: Part, tmp_path: Path) -> Path:
    return tmp_path / write(arrays_of(part), tmp_path, STAMP)


@given(documents, st.lists(st.integers(0, 14), max_size=3))
def test_merged_parts_are_the_bytes_of_one_built_anew(
    tmp_path_factory: pytest.TempPathFactory, given: list[tuple[Sketch, bool]], cuts: list[int]
) -> None:
    edges = [0, *sorted(min(cut, len(given)) for cut in cuts), len(given)]
    parts = [
        build(range(start, stop), [one for one, _ in given[start:stop]])
        for start, stop in pairwise(edges)
        if start < stop
    ]
    gone = [
        np.array([out for _, out in given[start:stop]], np.bool_)
        for start, stop in pairwise(edges)
        if start < stop
    ]
    left = [i for i, (_, out) in enumerate(given) if not out]
    if not left:
        return
    folder = tmp_path_factory.mktemp("merged")
    anew = build(left, [given[i][0] for i in left])
    names = {write(arrays, folder, STAMP) for arrays in (arrays_of(anew), merged(parts, gone))}
    assert [each.name for each in folder.iterdir()] == [*names]


def test_a_file_answers_as_the_part_it_was_written_from(part: Part, path: Path) -> None:
    segment = Segment(path, STAMP)
    segment.verify()
    from_file, from_memory = Searcher([segment.part], [None]), Searcher([part], [None])
    for seed in range(40):
        asked = text_like(seed)
        assert from_file.query(asked) == from_memory.query(asked)
    assert from_file.query(text_like(3))[0][0][0] == 8


def test_the_same_documents_give_the_same_file(part: Part, path: Path) -> None:
    before = path.read_bytes()
    assert write(arrays_of(part), path.parent, STAMP) == path.name
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_file_cut_anywhere_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    cut = path.with_name("cut.segment")
    lengths = [*range(700), *range(700, len(whole), 61), len(whole) - 1]
    for length in lengths:
        cut.write_bytes(whole[:length])
        with pytest.raises(IndexUnusable, match=r"cut\.segment: .*rebuild"):
            Segment(cut, STAMP)
    cut.write_bytes(whole + b"\0")
    with pytest.raises(IndexUnusable, match="something after its end"):
        Segment(cut, STAMP)


@levels
def test_a_changed_byte_is_found_and_until_then_breaks_nothing(level: str, path: Path) -> None:
    whole = path.read_bytes()
    damaged = path.with_name("damaged.segment")
    rng = random.Random("bytes")
    places = [*range(300), *rng.sample(range(300, len(whole)), 700)]
    with rules(level):
        for place in places:
            data = bytearray(whole)
            data[place] ^= rng.choice([1, 0x80, 0xFF])
            damaged.write_bytes(data)
            with pytest.raises(IndexUnusable):
                asks_and_verifies(damaged)


def asks_and_verifies(path: Path) -> None:
    segment = Segment(path, STAMP)
    try:
        Searcher([segment.part], [None]).query(text_like(3))
    finally:
        segment.verify()


def test_what_is_no_segment_or_another_ones_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    with pytest.raises(IndexUnusable, match="no such file") as missing:
        Segment(path.with_name("none.segment"), STAMP)
    assert missing.value.code == "index_missing"
    with pytest.raises(IndexUnusable, match="another hash key"):
        Segment(path, stamp(hash_key=8))
    path.write_bytes(b"%PDF-1.7" + whole[8:])
    with pytest.raises(IndexUnusable, match="is no segment of an index"):
        Segment(path, STAMP)
    path.write_bytes(whole[:8] + b"\2" + whole[9:])
    with pytest.raises(IndexUnusable, match="has format 2, not 1"):
        Segment(path, STAMP)
    with pytest.raises(IndexUnusable, match="cannot be read"):
        Segment(path.parent, STAMP)


def test_a_file_that_cannot_be_written_leaves_nothing(
    part: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write(arrays_of(part), tmp_path, STAMP)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not kernel.is_compiled(), reason="needs the compiled kernel")
def test_the_kernel_refuses_arrays_that_do_not_fit(part: Part) -> None:
    entries, directory = part.bands.entries, part.bands.directory
    nets: list[NDArray[Any]] = [entries, directory] * 3
    none, gone = np.empty(0, np.bool_), np.zeros(3, np.bool_)
    wrong: tuple[NDArray[Any], ...]
    for wrong in (
        (part.numbers, gone, *nets),
        (part.numbers, none, *nets[:5], directory[:-1]),
        (part.numbers, none, *nets[:5], directory[:0]),
    ):
        with pytest.raises(ValueError, match="do not fit"):
            kernel.parts([wrong])
    held = kernel.parts([(part.numbers, none, *nets)])
    table = np.ones(3)

    def ask(
        keys: list[int],
        edges: list[int],
        values: int = 4,
        most: int = 2,
        num_perm: int = 4,
        common: int = 0,
    ) -> None:
        signatures = np.zeros((values // num_perm, num_perm), np.uint32)
        flags = np.zeros(common, np.bool_)
        numbers = np.array(keys, np.uint64), flags, np.array(edges, np.int64), np.array([most] * 3)
        kernel.nominate(held, signatures, *numbers, table, 1, 1, 0.5, table, table)

    ask([1, 2], [0, 1, 2])
    ask([], [0], values=0)
    for keys, edges, values in (
        ([1], [0, 1, 2], 4),
        ([1], [0, 1, 0], 4),
        ([1], [-1, 0, 1], 4),
        ([], [0, 0], 4),
        ([], [], 4),
        ([], [0, 0, 0], 8),
        ([], [0, 0, 0, 0, 0], 4),
    ):
        with pytest.raises(ValueError, match="do not fit"):
            ask(keys, edges, values)
    ask([1, 2], [0, 1, 2], common=2)
    with pytest.raises(ValueError, match="do not fit"):
        ask([], [0, 0, 0], most=3)
    with pytest.raises(ValueError, match="do not fit"):
        ask([1, 2], [0, 1, 2], common=1)
