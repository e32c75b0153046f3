"""A watched folder: every file that comes to rest is read once, and none by half."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from detector.ingest import read_path
from detector.ingest.watch import Watched
from detector.model import Document, Skipped


def names(found: Watched) -> list[str]:
    return [item.id if isinstance(item, Document) else item.name for item in found.look()]


def put(path: Path, text: str) -> None:
    """As a careful sender does: write under another name, then rename."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(text)
    part.rename(path)


def test_a_file_is_read_once_it_rests_and_again_when_it_is_another(tmp_path: Path) -> None:
    watched = Watched(str(tmp_path), {})
    path = tmp_path / "a.txt"
    with path.open("w") as file:
        for _ in range(3):  # it grows from look to look
            file.write("More and more words. ")
            file.flush()
            assert names(watched) == []
    assert [names(watched) for _ in range(3)] == [["a.txt"], [], []]
    put(path, "Other words of another length.")
    assert [names(watched) for _ in range(3)] == [[], ["a.txt"], []]


def test_names_of_files_that_are_not_complete_are_never_read(tmp_path: Path) -> None:
    for name in ("a.txt.part", "b.txt.tmp", ".c.txt", "d.part", "e.tmp", ".sub/f.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Half of a")
    watched = Watched(str(tmp_path), {})
    assert [names(watched) for _ in range(3)] == [[], [], []]


def test_a_manifest_has_its_files_read_again(tmp_path: Path) -> None:
    watched = Watched(str(tmp_path), {})
    (tmp_path / "sub" / "deep").mkdir(parents=True)
    for name in ("a.txt", "sub/b.txt", "sub/deep/c.txt"):
        put(tmp_path / name, "Some words.")
    names(watched)
    assert names(watched) == ["a.txt", "sub/b.txt", "sub/deep/c.txt"]
    put(tmp_path / "sub" / "manifest.csv", "file,outlet\ndeep/c.txt,The Post\nlater.txt,Echo\n")
    names(watched)
    b, c = watched.look()
    assert isinstance(b, Document)
    assert isinstance(c, Document)
    assert (b.outlet, c.outlet) == (None, "The Post")


def test_a_file_that_cannot_be_read_is_named_once(tmp_path: Path) -> None:
    watched = Watched(str(tmp_path), {})
    (tmp_path / "a.txt").write_bytes(bytes(range(256)))
    names(watched)
    (skipped,) = watched.look()
    assert isinstance(skipped, Skipped)
    assert names(watched) == []


def test_a_folder_may_go_and_come_back(tmp_path: Path) -> None:
    folder = tmp_path / "mount"
    watched = Watched(str(folder), {})
    assert names(watched) == []
    folder.mkdir()
    put(folder / "a.txt", "Some words.")
    assert [names(watched) for _ in range(2)] == [[], ["a.txt"]]


@pytest.mark.parametrize("seed", range(5))
def test_after_two_looks_at_rest_all_has_been_read_as_it_is(tmp_path: Path, seed: int) -> None:
    rng = random.Random(f"watch {seed}")
    watched = Watched(str(tmp_path), {})
    read: dict[str, Document | Skipped] = {}
    (tmp_path / "sub").mkdir()
    for step in range(60):
        path = tmp_path / rng.choice(["", "sub"]) / f"{rng.randrange(6)}.txt"
        action = rng.random()
        if action < 0.5:
            put(path, f"The words of step {step} and {'more ' * rng.randrange(3)}.")
        elif action < 0.7:
            path.unlink(missing_ok=True)
        else:
            rows = [f"{rng.randrange(6)}.txt,Outlet {step}" for _ in range(2)]
            put(path.with_name("manifest.csv"), "\n".join(["file,outlet", *dict.fromkeys(rows)]))
        for _ in range(rng.randrange(3)):
            read |= {d.id: d for d in watched.look() if isinstance(d, Document)}
    for _ in range(2):
        read |= {d.id: d for d in watched.look() if isinstance(d, Document)}
    there = {d.id: d for d in read_path(tmp_path) if isinstance(d, Document)}
    assert there
    assert {name: read.get(name) for name in there} == there
