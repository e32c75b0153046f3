"""What ingest promises about folders: all that is meant is read in order, nothing else is opened,
and whatever is left out is named."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from detector.errors import InputError
from detector.ingest import read_path
from detector.ingest.files import read_file
from detector.ingest.table import Table
from detector.model import Document, Skipped


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"Text of {path.name}.".encode("utf-8", "surrogateescape")[:60])


def ids(folder: Path) -> list[str]:
    found = list(read_path(folder))
    assert all(isinstance(item, Document) for item in found), found
    return [item.id for item in found if isinstance(item, Document)]


def test_a_folder_is_walked_in_order_with_relative_ids(tmp_path: Path) -> None:
    fill(tmp_path, "b.txt", "a.md", "sub/z.html", "sub/deep/y.htm", "A.TXT", "sub2/x.txt")
    assert ids(tmp_path) == [
        "A.TXT", "a.md", "b.txt", "sub/z.html", "sub/deep/y.htm", "sub2/x.txt",
    ]  # fmt: skip


def test_what_is_no_document_is_left_out_silently(tmp_path: Path) -> None:
    fill(
        tmp_path, "a.txt", "README.md", "README", "truth.json", "photo.jpg", "notes",
        ".hidden.txt", ".git/x.txt", "sub/README.txt",
    )  # fmt: skip
    assert ids(tmp_path) == ["a.txt"]


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert list(read_path(tmp_path)) == []


def test_tables_in_a_folder_give_their_documents_and_ids_count_once(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt")
    (tmp_path / "b.jsonl").write_text('{"id": "a.txt", "text": "x"}\n{"text": "y"}\n')
    (tmp_path / "c.csv").write_text("guid,body\n1,No text column\n")
    first, repeated, unnamed, table = read_path(tmp_path)
    assert isinstance(first, Document)
    assert isinstance(unnamed, Document)
    assert unnamed.id == "b.jsonl:2"
    assert isinstance(repeated, Skipped)
    assert (repeated.name, repeated.code) == ("b.jsonl:1", "bad_id")
    assert isinstance(table, Skipped)
    assert (table.name, table.code) == ("c.csv", "validation_failed")
    assert "--map" in table.reason


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "c.txt")
    (tmp_path / "b.txt").write_bytes(bytes(range(256)))
    assert [type(item) for item in read_path(tmp_path)] == [Document, Skipped, Document]


def test_strange_file_names_are_kept(tmp_path: Path) -> None:
    names = [b"\xff.txt", b"a\nb.txt", b"-rf.txt", b"\x1b[2J.txt", "\u202egpj.txt".encode()]
    names.append(b"n" * 251 + b".txt")
    for name in names:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
            file.write(b"Some text.")
    assert sorted(map(os.fsencode, ids(tmp_path))) == sorted(names)


@pytest.mark.parametrize("name", ["pipe.txt", "socket.txt"])
def test_pipes_and_sockets_are_never_opened(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name == "pipe.txt":
        os.mkfifo(path)
    else:
        with socket.socket(socket.AF_UNIX) as server:
            os.chdir(tmp_path)
            server.bind(name)
    for given, shown in ((tmp_path, name), (path, path.as_posix())):
        (skipped,) = read_path(given)
        assert isinstance(skipped, Skipped)
        assert (skipped.name, skipped.code) == (shown, "skipped_special")


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    fill(tmp_path, "in/a.txt", "out/secret.txt")
    folder = tmp_path / "in"
    (folder / "b.txt").symlink_to("../out/secret.txt")
    (folder / "c.txt").symlink_to("/dev/zero")
    (folder / "d").symlink_to("../out")
    (folder / "e.txt").symlink_to("a.txt")
    found = list(read_path(folder))
    assert [item.id for item in found if isinstance(item, Document)] == ["a.txt", "e.txt"]
    assert [(item.name, item.code) for item in found if isinstance(item, Skipped)] == [
        ("b.txt", "skipped_symlink"),
        ("c.txt", "skipped_symlink"),
        ("d", "skipped_symlink"),
    ]


def test_links_that_run_in_circles_do_no_harm(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "sub/b.txt")
    (tmp_path / "sub" / "up").symlink_to("..")
    (tmp_path / "same").symlink_to("sub")
    assert ids(tmp_path) == ["a.txt", "sub/b.txt"]
    (tmp_path / "self.txt").symlink_to("self.txt")
    (skipped,) = (item for item in read_path(tmp_path) if isinstance(item, Skipped))
    assert (skipped.name, skipped.code) == ("self.txt", "read_failed")


def test_a_link_to_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to("gone.txt")
    assert list(read_path(tmp_path)) == [Skipped("a.txt", "read_failed", "a link to nothing")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "sub/b.txt")
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "sub").chmod(0)
    try:
        assert list(read_path(tmp_path)) == [
            Skipped("a.txt", "read_failed", "permission denied"),
            Skipped("sub", "read_failed", "permission denied"),
        ]
    finally:
        (tmp_path / "sub").chmod(0o700)


def test_a_refusal_of_the_system_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a.txt", "b.txt")
    real_open = os.open

    def refuse(path: str, *args: Any, **kwargs: Any) -> int:
        if path == "a.txt":
            raise PermissionError(13, "Permission denied")
        return real_open(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", refuse)
    skipped, document = read_path(tmp_path)
    assert skipped == Skipped("a.txt", "read_failed", "permission denied")
    assert isinstance(document, Document)


def test_a_huge_file_is_skipped_without_being_read(tmp_path: Path) -> None:
    with open(tmp_path / "a.txt", "wb") as file:
        file.truncate(10_000_000_000)
    start = time.perf_counter()
    assert list(read_path(tmp_path)) == [
        Skipped("a.txt", "too_large", "larger than 26214400 bytes")
    ]
    assert time.perf_counter() - start < 1


def test_a_file_that_changes_while_it_is_read_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    fill(tmp_path, "a.txt")
    real_fstat = os.fstat

    def fstat_then_grow(file: int) -> os.stat_result:
        result = real_fstat(file)
        with path.open("ab") as writer:
            writer.write(b" And more.")
        return result

    monkeypatch.setattr(os, "fstat", fstat_then_grow)
    assert list(read_path(tmp_path)) == [
        Skipped("a.txt", "changed_during_read", "it changed while it was read")
    ]


def test_a_file_deleted_during_the_walk_is_named(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "b.txt", "sub/c.txt")
    walk = read_path(tmp_path)
    assert isinstance(next(walk), Document)
    (tmp_path / "b.txt").unlink()
    (tmp_path / "sub" / "c.txt").unlink()
    (tmp_path / "sub").rmdir()
    assert [(i.name, i.code) for i in walk if isinstance(i, Skipped)] == [
        ("b.txt", "changed_during_read"),
        ("sub", "changed_during_read"),
    ]


def test_a_file_replaced_by_a_link_at_the_last_moment_is_not_followed(tmp_path: Path) -> None:
    fill(tmp_path, "secret.txt")
    (tmp_path / "a.txt").symlink_to("secret.txt")
    with pytest.raises(InputError) as caught:
        list(read_file(str(tmp_path / "a.txt"), None, Table("a.txt", {}, set())))
    assert caught.value.code == "skipped_special"


def test_a_thousand_races_never_crash(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    stop = threading.Event()

    def rewrite() -> None:
        size = 0
        while not stop.is_set():
            size = (size + 7) % 50
            path.write_text(json.dumps({"text": "word " * size}) + "\n")
            path.unlink()
            path.write_text("half a line")

    path.write_text("")
    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        for _ in range(1000):
            assert all(isinstance(item, Document | Skipped) for item in read_path(tmp_path))
    finally:
        stop.set()
        writer.join()


def test_a_folder_deeper_than_any_path_can_say_is_read_to_the_bottom(tmp_path: Path) -> None:
    bottom = _dig(tmp_path, levels=25)
    file = os.open("a.txt", os.O_CREAT | os.O_WRONLY, dir_fd=bottom)
    os.write(file, b"At the bottom.")
    os.close(file)
    os.close(bottom)
    (document,) = read_path(tmp_path)
    assert isinstance(document, Document)
    assert len(document.id) > 4096
    assert document.text == "At the bottom."


def _dig(folder: Path, levels: int) -> int:
    """The open folder at the bottom of a chain longer than PATH_MAX."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("deep" * 50, dir_fd=here)
        below = os.open("deep" * 50, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    return here


@pytest.fixture(autouse=True)
def _in_its_own_folder(tmp_path: Path) -> Iterator[None]:
    """Back to where the test began, and no trace of folders that pytest could not remove."""
    before = os.getcwd()
    yield
    os.chdir(before)


@pytest.mark.slow
def test_a_hundred_thousand_files_are_walked_quickly(tmp_path: Path) -> None:
    for number in range(100_000):
        (tmp_path / f"{number:06}.txt").touch()
    start = time.perf_counter()
    assert sum(isinstance(item, Skipped) for item in read_path(tmp_path)) == 100_000
    assert time.perf_counter() - start < 30
