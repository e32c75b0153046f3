"""Keeping an archive, as an editor does at a shell: what is told, what survives, what mends it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from detector.cli.index import app
from detector.corpus.durable import DurableCorpus
from detector.ingest import read_path
from detector.model import KINDS, Document
from detector.store import database
from detector.store.sqlite import SqliteStore
from tests.detector.test_cli import COPY, DOCS, OTHER, WIRE, Done, environment, rows, run

REPRINT = f"{COPY}\nIt was printed again in the evening.\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with texts in ``archive`` and the index to be in ``news.db``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPYDESK_INDEX", "news.db")
    (tmp_path / "archive").mkdir()
    for name, text in (("wire", WIRE), ("copy", COPY), ("other", OTHER)):
        (tmp_path / "archive" / f"{name}.txt").write_text(text)
    return tmp_path


@pytest.fixture
def kept(desk: Path) -> Path:
    """The same, added."""
    assert index("add", "archive").returncode == 0
    return desk


def index(*arguments: str) -> Done:
    return run("index", *arguments)


def answers(done: Done) -> list[tuple[Any, Any]]:
    return [(row["id"], row["status"]) for row in rows(done.stdout)]


def ids() -> list[str]:
    return index("ls").stdout.splitlines()


def process(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "detector.cli", "index", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), text=True,
    )  # fmt: skip


@contextmanager
def killed_at_last(child: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that outlives no test that fails: waiting for it would look like work."""
    with child:
        try:
            yield child
        finally:
            child.kill()


def many(path: Path, count: int, seed: str = "many") -> None:
    """So many short texts of made-up words; every tenth has been printed before."""
    rng, texts = random.Random(seed), list[str]()
    for number in range(count):
        words = ["".join(rng.choices("aeioubdklmnrst", k=rng.randint(3, 9))) for _ in range(60)]
        texts.append(texts[-1] if number % 10 == 9 else " ".join(words))
    rows = [{"id": f"{seed}-{number:04}", "text": text} for number, text in enumerate(texts)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


# Adding


def test_each_text_is_told_with_what_became_of_it(kept: Path) -> None:
    (kept / "archive" / "wire.txt").write_text(WIRE + "A correction was made.")
    (kept / "archive" / "new.txt").write_text(REPRINT)
    (kept / "archive" / "empty.txt").write_text("")
    done = index("add", "archive", "-f", "json")
    assert done.returncode == 3
    assert sorted(answers(done)) == [
        ("copy.txt", "unchanged"), ("empty.txt", "skipped"), ("new.txt", "added"),
        ("other.txt", "unchanged"), ("wire.txt", "updated"),
    ]  # fmt: skip
    reasons = {row["id"]: row["reason"] for row in rows(done.stdout)}
    assert reasons == {**dict.fromkeys(reasons), "empty.txt": "no words in it"}
    assert "copydesk: skipped empty.txt: no words in it\n" in done.stderr
    assert "1 added, 2 unchanged, 1 updated; 4 documents in the index" in done.stderr


def test_people_get_a_summary(desk: Path) -> None:
    done = index("add", "archive")
    assert (done.stdout, done.stderr) == ("3 added; 3 documents in the index\n", "")
    assert index("add", "archive").stdout == "3 unchanged; 3 documents in the index\n"


def test_every_kind_of_input_is_taken_at_once(desk: Path) -> None:
    (desk / "feed.jsonl").write_text(json.dumps({"guid": "j", "body": WIRE}) + "\n")
    (desk / "feed.csv").write_text(f'guid,body\nc,"{OTHER}"\n')
    done = index("add", "archive", "feed.jsonl", "feed.csv", "archive/copy.txt",
                 "--map", "text=body,id=guid", "-f", "json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sorted(name for name, _ in answers(done)) == [
        "archive/copy.txt", "c", "copy.txt", "j", "other.txt", "wire.txt",
    ]  # fmt: skip


def test_an_input_that_is_not_there_is_a_mistake_and_makes_no_index(desk: Path) -> None:
    done = index("add", "archive", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "copydesk: nowhere: no such file or directory\n"
    assert "no id to be kept under" in index("add", "-").stderr
    assert not (desk / "news.db").exists()


def test_one_text_that_cannot_be_kept_does_not_stop_the_others(desk: Path) -> None:
    odd = os.fsdecode(b"\xff.txt")
    (desk / "archive" / odd).write_text(OTHER)
    (desk / "archive" / "undone.txt").write_text("a\b")
    (desk / "archive" / "ends.jsonl").write_text(json.dumps({"text": WIRE, "expires_at": "soon"}))
    done = index("add", "archive", "-f", "json")
    assert done.returncode == 3, done.stderr
    skipped = {row["id"]: row["reason"] for row in rows(done.stdout) if row["status"] == "skipped"}
    assert set(skipped) >= {odd, "ends.jsonl:1"}
    assert "no Unicode text" in str(skipped[odd])
    assert {"copy.txt", "other.txt", "wire.txt"} <= set(ids())
    assert run("check", f"archive/{odd}").returncode == 0


def test_the_number_of_workers_changes_nothing(desk: Path) -> None:
    one = index("add", "archive", "--workers", "1", "-f", "json").stdout
    os.environ["COPYDESK_INDEX"] = "again.db"  # monkeypatch of the fixture puts it back
    assert index("add", "archive", "--workers", "2", "-f", "json").stdout == one


# What is kept


def test_documents_are_listed_by_id(kept: Path) -> None:
    assert ids() == ["copy.txt", "other.txt", "wire.txt"]
    digests = {d.id: d.digest for d in read_path("archive") if isinstance(d, Document)}
    listed = {row["id"]: row["digest"] for row in rows(index("ls", "-f", "json").stdout)}
    assert listed == digests


def test_documents_are_taken_out(kept: Path) -> None:
    assert index("rm", "copy.txt", "other.txt").stdout == "2 documents removed\n"
    assert ids() == ["wire.txt"]
    some = index("rm", "wire.txt", "nobody")
    assert (some.returncode, some.stdout) == (3, "1 document removed\n")
    assert some.stderr == "copydesk: nobody: no such document\n"
    none = index("rm", "nobody")
    assert (none.returncode, none.stdout) == (2, "")


def test_what_the_index_holds_is_shown(desk: Path) -> None:
    texts = [
        {"id": "a", "text": WIRE, "outlet": "Post", "published_at": "2026-03-02"},
        {"id": "b", "text": OTHER, "outlet": "Echo", "published_at": "2026-03-01T06:00:00Z"},
    ]
    (desk / "feed.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts))
    index("add", "feed.jsonl")
    index("add", "archive/copy.txt")
    (found,) = rows(index("stats", "-f", "json").stdout)
    assert {name: found[name] for name in ("documents", "versions", "outlets", "pending")} == {
        "documents": 3, "versions": 3, "outlets": 2, "pending": 0,
    }  # fmt: skip
    assert (found["from"], found["to"]) == ("2026-03-01T06:00:00Z", "2026-03-02")
    files = [desk / "news.db", *desk.glob("news.db-wal"), *desk.glob("news.db.index/*")]
    assert found["size_bytes"] == sum(file.stat().st_size for file in files)
    shown = index("stats").stdout
    assert "3, from 2 outlets" in shown
    assert "2026-03-01T06:00:00Z to 2026-03-02" in shown


def test_documents_whose_time_is_over_are_removed(desk: Path) -> None:
    texts = [{"id": str(y), "text": WIRE, "expires_at": f"{y}-01-01"} for y in (2001, 2999)]
    (desk / "feed.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts))
    index("add", "feed.jsonl")
    assert index("expire").stdout == "1 document removed\n"
    assert ids() == ["2999"]


def test_nothing_is_left_of_what_was_erased(kept: Path) -> None:
    secret = b"Bakers in the old quarter"
    files = lambda: [*kept.glob("news.db*"), *kept.glob("news.db.index/*")]  # noqa: E731
    assert any(secret in path.read_bytes() for path in files() if path.is_file())
    done = index("erase", "other.txt", "nobody")
    assert done.returncode == 3
    assert done.stdout == "1 document removed, nothing is left of what was\n"
    assert not any(secret in path.read_bytes() for path in files() if path.is_file())
    assert ids() == ["copy.txt", "wire.txt"]


def test_a_clock_that_jumps_back_changes_no_order(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() - 63_072_000_000_000_000)
    (kept / "archive" / "wire.txt").write_text(WIRE + "A correction was made.")
    assert "1 updated" in index("add", "archive").stdout
    with DurableCorpus("news.db") as corpus:
        found = corpus.get("wire.txt")
        assert found is not None
        assert (found.version, found.document.text[-9:]) == (2, "was made.")
        assert corpus.verify() == []


# Checking against it


def test_an_index_and_its_folder_give_the_same_answer(kept: Path) -> None:
    (kept / "draft.txt").write_text(REPRINT)
    stored = run("check", "draft.txt", "-f", "json")
    read = run("check", "draft.txt", "--against", "archive", "-f", "json")
    assert stored.returncode == 0, stored.stderr
    one, other = rows(stored.stdout)[0], rows(read.stdout)[0]
    assert one == other
    assert one["total"] == 2


def test_a_text_of_the_index_is_not_held_against_itself(kept: Path) -> None:
    (report,) = rows(run("check", "archive/wire.txt", "--index", "news.db", "-f", "json").stdout)
    assert [match["b"]["id"] for match in report["matches"]] == ["copy.txt"]  # type: ignore[attr-defined]
    (kept / "archive" / "wire.txt").write_text(WIRE + "It was changed since.")
    (report,) = rows(run("check", "archive/wire.txt", "-f", "json").stdout)
    assert report["total"] == 2


def test_where_to_look_must_be_said_once(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = run("check", "archive/wire.txt", "--index", "news.db", "--against", "archive")
    assert (both.returncode, both.stderr) == (2, "copydesk: --against or --index, not both\n")
    monkeypatch.delenv("COPYDESK_INDEX")
    for arguments in (("check", "archive/wire.txt"), ("index", "ls"), ("index", "add", "archive")):
        done = run(*arguments)
        assert done.returncode == 2
        assert "--index URL" in done.stderr
        assert "COPYDESK_INDEX" in done.stderr
    assert index("add", "archive", "--index", "memory:").returncode == 2


# Exporting


def test_an_export_is_an_input(kept: Path) -> None:
    done = index("export", "-o", "all.jsonl")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert index("export").stdout == (kept / "all.jsonl").read_text()
    assert index("add", "all.jsonl").stdout == "3 unchanged; 3 documents in the index\n"
    assert index("export", "-o", "all.csv").returncode == 2


_PLAIN = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False,
    allow_infinity=False) | _PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_PLAIN, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
_EXTRA = st.dictionaries(
    _PLAIN | st.sampled_from(["id", "text", "flags", "extra"]), _JSON, max_size=3
)
_DOCUMENTS = st.lists(
    st.builds(
        Document,
        id=_PLAIN,
        text=_PLAIN.map(lambda text: f"{text}word"),
        title=st.none() | _PLAIN,
        outlet=st.none() | _PLAIN,
        owner=st.none() | _PLAIN,
        url=st.none() | _PLAIN,
        byline=st.none() | _PLAIN,
        language=st.none() | _PLAIN,
        published_at=st.none() | st.sampled_from(["2026-03-02", "2026-03-02T06:00:00+02:00"]),
        kind=st.none() | st.sampled_from(KINDS),
        version_of=st.none() | _PLAIN,
        status=st.sampled_from(["usable", "withheld", "canceled"]),
        embargoed_until=st.none() | st.just("2026-04-01"),
        expires_at=st.none() | st.just("2999-04-01"),
        rights=st.none() | _PLAIN,
        extra=_EXTRA,
        flags=st.sampled_from([(), ("hidden_text",), ("encoding_repaired", "hidden_text")]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda document: document.id,
)


@settings(max_examples=25)
@given(_DOCUMENTS)
def test_a_document_comes_back_from_an_export_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, documents: list[Document]
) -> None:
    desk = tmp_path_factory.mktemp("desk")
    with DurableCorpus(f"{desk}/one.db") as corpus:
        for document in documents:
            corpus.add(document)
    exported = f"{desk}/all.jsonl"
    assert index("export", "--index", f"{desk}/one.db", "-o", exported).returncode == 0
    done = index("add", exported, "--index", f"{desk}/two.db")
    assert (done.returncode, done.stderr) == (0, "")
    assert index("ls", "--index", f"{desk}/one.db", "-f", "json") == (
        index("ls", "--index", f"{desk}/two.db", "-f", "json")
    )
    with DurableCorpus(f"{desk}/two.db") as corpus:
        for document in documents:
            stored = corpus.get(document.id)
            assert stored is not None
            assert stored.document == document


# What is missing, damaged, or in use


@pytest.mark.parametrize(
    "command", ["rm x", "ls", "stats", "verify", "rebuild", "expire", "erase x", "export"]
)
def test_an_index_that_is_not_there_exits_4_and_is_not_made(desk: Path, command: str) -> None:
    done = index(*command.split())
    assert (done.returncode, done.stdout) == (4, "")
    message = "copydesk: news.db: no index there; `copydesk index add` makes one\n"
    assert done.stderr == message
    assert run("check", "archive/wire.txt").stderr == message
    assert sorted(path.name for path in desk.iterdir()) == ["archive"]


def test_a_damaged_index_is_found_and_made_anew(kept: Path) -> None:
    index("rebuild")
    (segment,) = (kept / "news.db.index").glob("*.segment")
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    found = index("verify")
    assert (found.returncode, found.stdout) == (4, "")
    assert str(segment.relative_to(kept)) in found.stderr
    assert found.stderr.endswith("the index is damaged; run `copydesk index rebuild`\n")
    assert index("rebuild").stdout == "rebuilt from 3 documents\n"
    assert index("verify").stdout == "3 documents, nothing is damaged\n"


def test_a_damaged_text_is_found(kept: Path) -> None:
    database = kept / "news.db"
    data = database.read_bytes()
    assert data.count(b"Bakers in the old") == 1
    database.write_bytes(data.replace(b"Bakers in the old", b"Fakers in the old"))
    found = index("verify")
    assert (found.returncode, found.stdout) == (4, "")
    assert found.stderr.startswith("copydesk: news.db: is damaged; bring back a copy")
    assert index("export").returncode == 4


def test_a_database_that_is_cut_exits_4(kept: Path) -> None:
    os.truncate("news.db", 9000)
    for done in (index("verify"), index("add", "archive"), run("check", "archive/wire.txt")):
        assert done.returncode == 4
        assert "news.db: is damaged" in done.stderr


def test_what_is_no_index_of_ours_is_left_alone(desk: Path) -> None:
    (desk / "news.db").write_text("A shopping list.")
    done = index("add", "archive")
    assert done.returncode == 4
    assert done.stderr == "copydesk: news.db: is no index, but a file of another kind\n"
    assert (desk / "news.db").read_text() == "A shopping list."


def test_an_index_of_a_newer_version_is_left_alone(kept: Path) -> None:
    SqliteStore(kept / "news.db").close()  # so that pages are written with their checksums
    with apsw.Connection("news.db") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    for done in (index("ls"), index("verify"), index("add", "archive")):
        assert done.returncode == 4
        assert "news.db: has format 99" in done.stderr
        assert "use a newer one" in done.stderr


def test_who_writes_for_too_long_is_named(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    with SqliteStore(kept / "news.db").writing():
        done = index("rm", "wire.txt")
        assert index("ls").stdout.splitlines() == ["copy.txt", "other.txt", "wire.txt"]
    assert done.returncode == 4
    assert f"more than 0.2 s, now process {os.getpid()}; try again later" in done.stderr
    assert index("rm", "wire.txt").returncode == 0


# Several processes, and ends in the middle


def test_two_that_add_at_once_queue(desk: Path) -> None:
    for name in "ab":
        many(desk / f"{name}.jsonl", 40, name)
    both = [process("add", name, "-f", "json") for name in ("a.jsonl", "b.jsonl")]
    for each in both:
        out, err = each.communicate(timeout=120)
        assert (each.returncode, len(out.splitlines())) == (0, 40), err
    assert len(ids()) == 80
    assert index("verify").stdout == "80 documents, nothing is damaged\n"


def test_whoever_has_it_open_sees_what_the_command_line_adds(kept: Path) -> None:
    (kept / "late.txt").write_text(REPRINT)
    mine = Document("mine", REPRINT)
    with DurableCorpus("news.db") as corpus:
        assert corpus.check(mine).total == 2
        adding = process("add", "late.txt")
        assert adding.wait(60) == 0
        adding.communicate()
        assert corpus.check(mine).total == 3
        corpus.add(replace(mine, id="desk"))
    assert "late.txt" in ids()
    assert index("verify").returncode == 0


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_what_was_told_is_kept_and_the_next_run_goes_on(
    desk: Path, number: signal.Signals, code: int
) -> None:
    many(desk / "many.jsonl", 300)
    adding = process("add", "many.jsonl", "-f", "json", "--workers", "1")
    assert adding.stdout is not None
    assert adding.stderr is not None
    with adding, adding.stdout as out, adding.stderr as err:
        lines = [out.readline()]
        adding.send_signal(number)
        lines += out.readlines()
        assert (adding.wait(60), err.read()) == (code, "")
    told = [json.loads(line)["id"] for line in lines if line.endswith("\n")]
    assert set(told) <= set(ids())
    (before,) = rows(index("stats", "-f", "json").stdout)
    assert before["pending"]
    done = index("add", "many.jsonl")
    assert done.returncode == 0, done.stderr
    assert "300 documents in the index" in done.stdout
    (after,) = rows(index("stats", "-f", "json").stdout)
    assert (after["pending"], after["versions"]) == (0, 300)
    assert index("verify").returncode == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_watched_directory_is_followed_until_a_signal(
    desk: Path, number: signal.Signals, code: int
) -> None:
    with killed_at_last(process("add", "archive", "--watch", "-f", "json")) as watching:
        out, err = watching.stdout, watching.stderr
        assert out is not None
        assert err is not None
        first = {json.loads(out.readline())["id"] for _ in range(3)}
        assert first == {"copy.txt", "other.txt", "wire.txt"}
        (desk / "archive" / "late.txt.part").write_text(REPRINT)
        (desk / "archive" / "late.txt.part").rename(desk / "archive" / "late.txt")
        assert json.loads(out.readline()) == {"id": "late.txt", "status": "added", "reason": None}
        (desk / "archive" / "manifest.csv").write_text("file,outlet\nlate.txt,The Post\n")
        told = {}
        while "late.txt" not in told:
            row = json.loads(out.readline())
            told[row["id"]] = row["status"]
        assert told["late.txt"] == "updated"
        watching.send_signal(number)
        rest = out.readlines()
        assert all(json.loads(line)["status"] == "unchanged" for line in rest)
        assert watching.wait(60) == code
        assert err.read() == "copydesk: watching archive; Ctrl-C ends it\n"
    with DurableCorpus("news.db") as corpus:
        late = corpus.get("late.txt")
        assert late is not None
        assert late.document.outlet == "The Post"
    assert index("verify").returncode == 0


def test_only_directories_are_watched(desk: Path) -> None:
    done = index("add", "archive/wire.txt", "--watch")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--watch takes directories" in done.stderr
    assert not (desk / "news.db").exists()


# The documentation


def test_every_command_and_option_of_the_index_is_documented() -> None:
    _, _, text = DOCS.read_text().partition("\n## copydesk index\n")
    section = text.partition("\n## ")[0]
    program = typer.main.get_command(app)
    for name, subcommand in program.commands.items():  # type: ignore[attr-defined]
        assert f"`index {name}" in section, name
        for option in (o for p in subcommand.params for o in p.opts if o.startswith("-")):
            assert f"`{option}" in section, f"{name} {option}"
