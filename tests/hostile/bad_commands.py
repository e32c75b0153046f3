"""Command lines for the rules of the command line: for each rule a function of its name, which
gives what came of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from detector.keys import make_key, save_keys
from tests.counts import LONG
from tests.service.newsroom import HARBOUR, MILL, fill
from tests.service.server import ROOT

COPYDESK = [sys.executable, "-m", "detector.cli"]


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended: its exit code, all that it printed, how long it took."""

    exit: int
    said: str
    seconds: float


Ends = Iterator[Done]


def run(*arguments: str, cwd: Path, command: list[str] = COPYDESK) -> Done:
    begun = time.monotonic()
    done = subprocess.run(
        [*command, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        timeout=900,
    )
    said = (done.stdout + done.stderr).decode(errors="surrogateescape")
    return Done(done.returncode, said, time.monotonic() - begun)


def desk(folder: Path) -> Path:
    """A folder with a folder of texts in it."""
    (folder / "texts").mkdir()
    fill(folder / "texts")
    (folder / "texts" / "noise.txt").unlink()
    return folder


def cli_missing_dir(folder: Path) -> Ends:
    yield run("batch", "nowhere", cwd=folder)


def cli_empty_dir(folder: Path) -> Ends:
    (folder / "empty").mkdir()
    yield run("batch", "empty", cwd=folder)


def cli_proc_sys(folder: Path) -> Ends:
    done = run("batch", "/proc/self", cwd=folder)
    assert "inputs skipped" in done.said or "while they were read" in done.said
    yield done
    assert run("batch", "/sys/kernel", cwd=folder).exit in (0, 3)


def cli_non_utf8_name(folder: Path) -> Ends:
    (folder / "texts").mkdir()
    names = [b"a\xff.txt", b"new\nline.txt", b"esc\x1b[2J.txt", b"-dash.txt", b"n" * 251 + b".txt"]
    names.append("\u202ertl.txt".encode())
    for name in names:
        (folder / "texts" / os.fsdecode(name)).write_text(MILL)
    done = run("batch", "texts", cwd=folder)
    assert not {"\x1b", "\u202e", "\udcff"} & set(done.said)
    yield done
    assert run("batch", "texts", "-o", "pairs.jsonl", cwd=folder).exit == 0
    pairs = [json.loads(line) for line in (folder / "pairs.jsonl").read_bytes().splitlines()]
    assert {pair[side]["id"] for pair in pairs for side in "ab"} == set(map(os.fsdecode, names))


def cli_huge_file(folder: Path) -> Ends:
    (folder / "texts").mkdir()
    with (folder / "texts" / "huge.txt").open("wb") as file:
        file.truncate(10_000_000_000)
    yield run("batch", "texts", cwd=folder)


def cli_million_files(folder: Path) -> Ends:
    (folder / "texts").mkdir()
    for number in range(1_000_000 if LONG else 1000):
        (folder / "texts" / f"{number}.txt").touch()
    here = os.open(folder / "texts", os.O_RDONLY)
    name = "deeper" * 30
    for _ in range(30):  # a path of all of them is longer than the system takes
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_DATA, (500 << 20,) * 2);"
    program = f"{limit} import sys; from detector.cli import main; sys.exit(main())"
    yield run("batch", "texts", cwd=folder, command=[sys.executable, "-c", program])


def cli_stdout_closed(folder: Path) -> Ends:
    texts = desk(folder) / "texts"
    for number in range(30):
        (texts / f"{number}.txt").write_text(f"{MILL} Number {number}.")
    line = f"{' '.join(COPYDESK)} batch texts -f json | head -1 >first; exit ${{PIPESTATUS[0]}}"
    done = run(line, cwd=folder, command=["bash", "-c"])
    assert done.said == ""
    assert json.loads((folder / "first").read_text())
    yield done


def cli_output_full(folder: Path) -> Ends:
    (desk(folder) / "texts" / "copy.txt").write_text(MILL)
    yield run("batch", "texts", "-o", "/dev/full", cwd=folder)


def cli_two_writers(folder: Path) -> Ends:
    desk(folder)
    line = " ".join([*COPYDESK, "index add texts --index news.db -f json"])
    both = f"{line} & {line}; code=$?; wait $! && exit $code"
    yield run(both, cwd=folder, command=["bash", "-c"])
    assert run("index", "verify", "--index", "news.db", cwd=folder).exit == 0


def cli_corrupt_index(folder: Path) -> Ends:
    desk(folder)
    verify = ("index", "verify", "--index", "news.db")
    assert run("index", "add", "texts", "--index", "news.db", cwd=folder).exit == 0
    run("index", "rebuild", "--index", "news.db", cwd=folder)
    (segment,) = (folder / "news.db.index").glob("*.segment")
    sound = segment.read_bytes()
    segment.write_bytes(sound[:99] + bytes([sound[99] ^ 1]) + sound[100:])
    yield run(*verify, cwd=folder)
    segment.write_bytes(sound)
    os.truncate(folder / "news.db", 9000)
    yield run(*verify, cwd=folder)
    (folder / "news.db").write_text(HARBOUR)
    yield run(*verify, cwd=folder)


def cli_bad_config(folder: Path) -> Ends:
    for text in ("min_wrods = 4\n", "min_words = 'many'\n"):
        (folder / "c.toml").write_text(text)
        yield run("serve", "--config", "c.toml", cwd=folder)
    key, secret = make_key("desk", "default", ["read"])
    save_keys(folder / "keys", [key])
    (folder / "keys").chmod(0o644)
    yield run("serve", "--keys", "keys", cwd=folder)
    yield run("serve", "--keys", secret, cwd=folder)


_ALL = (
    *(cli_missing_dir, cli_empty_dir, cli_proc_sys, cli_non_utf8_name, cli_huge_file),
    *(cli_million_files, cli_stdout_closed, cli_output_full, cli_two_writers, cli_corrupt_index),
    cli_bad_config,
)
COMMANDS: Mapping[str, Callable[[Path], Ends]] = {each.__name__: each for each in _ALL}
