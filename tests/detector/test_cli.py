"""The command line as a user runs it. The texts are made up."""

import io
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO

import pytest
import typer

import detector.cli
from detector import kernel
from detector.cli.app import app
from detector.keys import find_key, read_keys

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "cli.md"

WIRE = """The harbour ferry returned to service on Monday, eleven days after a fire in its engine
room left 140 passengers adrift for three hours. Inspectors found that a fuel line had been patched
with tape and that the crew had reported the leak twice. The operator refused to say who had ordered
the repair. The ministry will publish its findings in April, and the harbour master has asked for a
second boat until then. Tickets bought before the fire stay valid until the end of the summer.
"""
COPY = f"HARBOUR, March 2\n\n{WIRE}\nOur reporters will follow the story.\n"
OTHER = """Bakers in the old quarter have agreed on a shorter working week. From June the ovens will
stay cold on Sundays, and apprentices get a free afternoon for school. Customers seem to mind less
than the owners had feared: most already buy two loaves on Saturday.
"""


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str, stdin: str = "", cwd: Path | None = None) -> Done:
    """One run inside this process, which is quicker; ``start`` makes a process of its own."""
    out, err = io.BytesIO(), io.BytesIO()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    texts = io.TextIOWrapper(out, write_through=True), io.TextIOWrapper(err, write_through=True)
    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(texts[0]),
        redirect_stderr(texts[1]),
    ):
        patch.setattr(sys, "argv", ["copydesk", *arguments])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        if cwd:
            patch.chdir(cwd)
        code = detector.cli.main()
    for number, handler in handlers.items():
        signal.signal(number, handler)
    return Done(code, out.getvalue().decode(), err.getvalue().decode())


def start(
    *arguments: str, stdout: int | IO[bytes] = subprocess.PIPE, program: str | None = None,
    cwd: Path | None = None,
) -> "subprocess.CompletedProcess[bytes]":  # fmt: skip
    """One run as the shell would start it."""
    what = ["-m", "detector.cli", *arguments] if program is None else ["-c", program]
    return subprocess.run(
        [sys.executable, *what], stdout=stdout, stderr=subprocess.PIPE, env=environment(),
        cwd=cwd, check=False, timeout=60,
    )  # fmt: skip


def environment(**changes: str) -> dict[str, str]:
    ours = ("COLUMNS", "NO_COLOR", "FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **changes}


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A wire text, its reprint and something else."""
    folder = tmp_path / "news"
    folder.mkdir()
    for name, text in (("wire", WIRE), ("copy", COPY), ("other", OTHER)):
        (folder / f"{name}.txt").write_text(text)
    return folder


@pytest.fixture
def half_bad(tmp_path: Path) -> Path:
    """Texts with a line that is no JSON."""
    lines = [json.dumps({"id": name, "text": text}) for name, text in (("w", WIRE), ("c", COPY))]
    path = tmp_path / "half_bad.jsonl"
    path.write_text("\n".join([lines[0], "{broken", lines[1]]) + "\n")
    return path


def rows(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def pair_of(row: dict[str, object]) -> tuple[str, str]:
    return row["a"]["id"], row["b"]["id"]  # type: ignore[index]


# compare


def test_compare_shows_the_verdict_first_in_plain_text_of_80_columns(news: Path) -> None:
    done = run("compare", str(news / "wire.txt"), str(news / "copy.txt"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] in ("Alert", "Review", "Note")
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert done.stderr == ""


def test_compare_gives_the_pair_object(news: Path) -> None:
    (pair,) = rows(run("compare", "wire.txt", "copy.txt", "-f", "json", cwd=news).stdout)
    (swap,) = rows(run("compare", "copy.txt", "wire.txt", "-f", "json", cwd=news).stdout)
    assert pair_of(pair) == ("wire.txt", "copy.txt")
    assert (swap["a"], swap["b"]) == (pair["b"], pair["a"])
    assert (swap["relation"], swap["verdict"]) == (pair["relation"], pair["verdict"])


def test_compare_reads_standard_input_once(news: Path) -> None:
    done = run("compare", "-", str(news / "wire.txt"), "-f", "csv", stdin=COPY)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2
    twice = run("compare", "-", "-", stdin=COPY)
    assert (twice.returncode, twice.stdout) == (2, "")
    assert "only one input can be -" in twice.stderr


def test_compare_without_a_text_is_a_usage_error(news: Path) -> None:
    (news / "blank.txt").write_text("")
    for name in ("blank.txt", "missing.txt"):
        done = run("compare", str(news / "wire.txt"), str(news / name))
        assert (done.returncode, done.stdout) == (2, "")
        assert name in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_compare_wants_one_text_a_side(news: Path) -> None:
    done = run("compare", str(news), str(news / "wire.txt"))
    assert done.returncode == 2
    assert "more than one text" in done.stderr


# check


def test_check_gives_a_report_for_each_file(news: Path, tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text(COPY)
    (tmp_path / "fresh.txt").write_text("Snow lay on the pass until the middle of May.")
    files = ("draft.txt", "fresh.txt", "--against", str(news))
    done = run("check", *files, "-f", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    reports = rows(done.stdout)
    assert [r["document"]["id"] for r in reports] == ["draft.txt", "fresh.txt"]  # type: ignore[index]
    assert [r["total"] for r in reports] == [2, 0]
    assert list(reports[0])[:3] == ["document", "verdict", "coverage"]
    shown = " ".join(run("check", *files, cwd=tmp_path).stdout.split())
    assert shown.count("Searched 3 documents") >= 2
    assert shown.count("Not searched: the web.") == 2


def test_check_holds_no_text_against_itself(news: Path) -> None:
    files = (str(news / "copy.txt"), str(news / "wire.txt"))
    reports = rows(run("check", *files, "--against", str(news), "-f", "json").stdout)
    found = [[pair_of(match)[1] for match in report["matches"]] for report in reports]  # type: ignore[attr-defined]
    assert found == [["wire.txt"], ["copy.txt"]]


def test_check_goes_on_when_a_file_cannot_be_read(news: Path, tmp_path: Path) -> None:
    draft, out = tmp_path / "draft.txt", tmp_path / "out.csv"
    draft.write_text(COPY)
    done = run("check", "missing.txt", str(draft), "--against", str(news), "-o", str(out))
    assert (done.returncode, done.stdout) == (3, "")
    assert "copydesk: skipped missing.txt: no such file or directory\n" in done.stderr
    assert out.read_text().count("draft.txt") >= 2


def test_check_with_nothing_to_check_has_not_been_done(news: Path, tmp_path: Path) -> None:
    done = run("check", "missing.txt", "--against", str(news), "-o", str(tmp_path / "out.csv"))
    assert done.returncode == 2
    assert "missing.txt" in done.stderr
    assert not (tmp_path / "out.csv").exists()


# batch


def test_batch_gives_an_overview(news: Path) -> None:
    done = run("batch", str(news))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("3 files read, 1 match\n")
    assert "Reprint" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert done.stderr == ""


def test_batch_writes_what_the_suffix_says_and_nothing_else(news: Path, tmp_path: Path) -> None:
    for name in ("pairs.jsonl", "pairs.csv"):
        done = run("batch", str(news), "-o", str(tmp_path / name))
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr == "copydesk: 3 files read, 1 match\n"
    (pair,) = rows((tmp_path / "pairs.jsonl").read_text())
    assert pair_of(pair) == ("copy.txt", "wire.txt")
    header, row = (tmp_path / "pairs.csv").read_bytes().split(b"\r\n")[:2]
    assert header.startswith(b"a,b,relation,label,from,")
    assert row.startswith(b"copy.txt,wire.txt,syndicated,Reprint,")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["news", "pairs.csv", "pairs.jsonl"]


def test_batch_with_f_shows_rows_too(news: Path, tmp_path: Path) -> None:
    out = tmp_path / "pairs.jsonl"
    done = run("batch", str(news), "-f", "json", "-o", str(out))
    assert done.stdout == out.read_text()


def test_batch_rows_are_sorted_and_the_same_each_time(news: Path) -> None:
    for name in ("b", "a", "B"):
        (news / f"{name}.txt").write_text(WIRE)
    first, again = (run("batch", str(news), "-f", "json").stdout for _ in range(2))
    pairs = [pair_of(row) for row in rows(first)]
    assert first == again
    assert pairs == sorted(pairs)
    assert all(a < b for a, b in pairs)


def test_batch_of_nothing_is_done_and_leaves_an_empty_file(tmp_path: Path) -> None:
    empty, out = tmp_path / "empty", tmp_path / "out.jsonl"
    empty.mkdir()
    shown = run("batch", str(empty))
    assert (shown.returncode, shown.stdout) == (0, "0 files read, 0 matches\n")
    assert run("batch", str(empty), "-o", str(out)).returncode == 0
    assert out.read_text() == ""


def test_batch_with_a_reference_compares_only_across(news: Path, tmp_path: Path) -> None:
    reference = tmp_path / "archive.jsonl"
    reference.write_text(json.dumps({"id": "zero", "text": WIRE}) + "\n")
    done = run("batch", str(news), "--reference", str(reference), "-f", "json")
    assert sorted(pair_of(row) for row in rows(done.stdout)) == [
        ("copy.txt", "zero"),
        ("wire.txt", "zero"),
    ]


def test_batch_writes_clusters(news: Path, tmp_path: Path) -> None:
    out = tmp_path / "stories.jsonl"
    run("batch", str(news), "--clusters", str(out))
    (cluster,) = rows(out.read_text())
    assert list(cluster)[:3] == ["cluster", "members", "origin"]
    assert cluster["members"] == ["copy.txt", "wire.txt"]
    assert {link["id"] for link in cluster["tree"]} == {"copy.txt", "wire.txt"}  # type: ignore[attr-defined]


PARTNERS = '[[licence]]\noutlet = "Northern Wire"\nscope = "full"\n'


def test_licences_are_told_of_pairs_only_if_a_partners_file_is_given(tmp_path: Path) -> None:
    partners, feed = tmp_path / "partners.toml", tmp_path / "feed.jsonl"
    partners.write_text(PARTNERS)
    texts = [
        {"id": "wire", "text": WIRE, "outlet": "Northern Wire"},
        {"id": "copy", "text": WIRE, "outlet": "Fell Mail"},
    ]
    feed.write_text("".join(json.dumps(text) + "\n" for text in texts))
    asked = ("--partners", str(partners))
    plain = json.loads(run("batch", str(feed), "-f", "json").stdout)
    told = json.loads(run("batch", str(feed), "-f", "json", *asked).stdout)
    assert told.pop("rights")["status"] == "within_terms"
    assert told == plain
    header, row = run("batch", str(feed), "-f", "csv", *asked).stdout.splitlines()
    assert header.endswith(",passages,rights")
    assert row.endswith(",within_terms")


def test_check_and_compare_take_a_partners_file_too(news: Path, tmp_path: Path) -> None:
    partners = tmp_path / "partners.toml"
    partners.write_text(PARTNERS)
    asked = ("--partners", str(partners))
    copy, wire = str(news / "copy.txt"), str(news / "wire.txt")
    pair = json.loads(run("compare", copy, wire, *asked, "-f", "json").stdout)
    report = json.loads(run("check", copy, "--against", str(news), *asked, "-f", "json").stdout)
    assert pair["rights"]["status"] == report["matches"][0]["rights"]["status"] == "unknown"
    assert "Rights      Rights not known: " in run("compare", copy, wire, *asked).stdout
    assert run("check", copy, "--against", str(news), *asked, "-f", "csv").stdout.count(",rights")


def test_batch_maps_fields(tmp_path: Path) -> None:
    source = tmp_path / "feed.jsonl"
    lines = [{"guid": "1", "body": WIRE}, {"guid": "2", "body": COPY}]
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = run("batch", str(source), "--map", "text=body,id=guid", "-f", "json")
    assert [pair_of(row) for row in rows(done.stdout)] == [("1", "2")]
    wrong = run("batch", str(source), "--map", "text")
    assert wrong.returncode == 2
    assert "--map takes pairs such as text=body" in wrong.stderr


# How a run ends


def test_what_was_skipped_is_named_and_counted(half_bad: Path) -> None:
    done = run("batch", str(half_bad), "-f", "csv")
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 2
    assert f"copydesk: skipped {half_bad}:2: " in done.stderr
    assert "copydesk: 1 input skipped: " in done.stderr


@pytest.mark.parametrize(
    ("level", "code"),
    [("review", 1), ("derived", 1), ("syndicated", 1), ("identical", 0)],
)
def test_fail_on_means_that_or_stronger(news: Path, level: str, code: int) -> None:
    assert run("batch", str(news), "--fail-on", level).returncode == code


def test_fail_on_counts_more_than_a_skipped_input(half_bad: Path) -> None:
    assert run("batch", str(half_bad), "--fail-on", "derived").returncode == 1


def test_pages_are_shown_and_written_the_same(
    news: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    draft = tmp_path / "draft.txt"
    draft.write_text(COPY.replace("Monday", "Tuesday"))
    for arguments in (
        ["compare", str(news / "wire.txt"), str(draft)],
        ["check", str(draft), "--against", str(news)],
        ["batch", str(news)],
    ):
        page = tmp_path / "page.html"
        done = run(*arguments, "-f", "html", "-o", str(page), "--lang", "uk")
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith('<!doctype html>\n<html lang="uk">')
        assert "1970-01-01T00:00Z" in done.stdout
        assert page.read_text() == done.stdout


@pytest.mark.parametrize(("suffix", "beginning"), [("pdf", b"%PDF"), ("parquet", b"PAR1")])
def test_pairs_are_written_as_pdf_and_as_parquet(
    news: Path, tmp_path: Path, suffix: str, beginning: bytes
) -> None:
    out = tmp_path / f"pairs.{suffix}"
    done = run("batch", str(news), "-o", str(out))
    if "copydesk[" in done.stderr:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    assert out.read_bytes().startswith(beginning)


def test_fail_on_works_for_every_command(news: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(COPY.replace("Monday", "Tuesday"))
    for arguments in (["compare", str(news / "wire.txt")], ["check", "--against", str(news)]):
        assert run(*arguments, str(draft), "--fail-on", "excerpt").returncode == 1
        assert run(*arguments, str(draft), "--fail-on", "identical").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("batch /nope", "copydesk: /nope: no such file or directory\n"),
        ("batch . -f docx", "'text', 'json', 'csv', 'html'"),
        ("batch . -f pdf", "write it with -o OUT.pdf"),
        ("batch . -o out.docx", "can be .jsonl, .csv, .html, .pdf or .parquet"),
        ("batch . --clusters out.csv", "clusters can be .jsonl"),
        ("batch . --fail-on derivd", "--fail-on takes one of review, alert,"),
        ("batch . --partners /nope.toml", "copydesk: /nope.toml: No such file or directory\n"),
        ("compare a b --partners .", "copydesk: .: Is a directory\n"),
        ("batch . --min-words 0", "min_words must be between 1 and 1000, not 0"),
        ("batch . --quotes some", "quotes must be one of none, attributed, all, not some"),
        ("batch . --preset bench", "preset must be one of desk, licensing, aggregator, not bench"),
        ("batch . --kinds new", "kinds must be one of verbatim, edited, paraphrase, not new"),
        ("batch . --ignore /nope", "/nope: No such file or directory"),
        ("batch . --no-such-option", "--no-such-option"),
        ("check a.txt", "--against"),
        ("check - --against -", "only one input can be -"),
        ("compare a.txt", "Missing argument"),
        ("colate a b", "colate"),
        ("serve --bind 0.0.0.0:8000", "without keys only a loopback address"),
        ("serve --bind [::]:8000", "without keys only a loopback address"),
        ("serve --bind example.org:8000", "without keys only a loopback address"),
        ("serve --bind 127.0.0.1", "--bind takes HOST:PORT"),
        ("serve --keys cd_secret", "takes a file of keys, not a key"),
        ("serve --config /nope", "config: /nope cannot be read"),
        ("key rm desk --keys /nope", "there is no key 'desk'"),
        ("key add DESK --keys /nope", "small letters, digits, - and _ only"),
        ("serve --bind 127.0.0.1:65536", "--bind takes HOST:PORT"),
        ("serve --bind 127.0.0.1:1,127.0.0.1:2", "an address is HOST:PORT"),
        ("serve --against /nope", "copydesk: /nope: no such file or directory\n"),
    ],
)
def test_usage_errors_are_one_line_and_exit_2(arguments: str, message: str, tmp_path: Path) -> None:
    done = run(*arguments.split(), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.startswith("copydesk: ")
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_input_is_never_the_output(tmp_path: Path) -> None:
    source = tmp_path / "news.jsonl"
    source.write_text(json.dumps({"id": "w", "text": WIRE}) + "\n")
    done = run("batch", str(source), "-o", str(source))
    assert done.returncode == 2
    assert WIRE[:20] in source.read_text()


def test_output_that_fails_exits_5_and_leaves_the_old_report(news: Path, tmp_path: Path) -> None:
    full = run("batch", str(news), "-o", "/dev/full")
    assert full.returncode == 5
    assert full.stderr == "copydesk: cannot write report: No space left on device\n"
    nowhere = run("batch", str(news), "-o", str(tmp_path / "nowhere" / "out.csv"))
    assert nowhere.returncode == 5
    old = tmp_path / "old.csv"
    old.write_text("old")
    assert run("batch", "/nope", "-o", str(old)).returncode == 2
    assert old.read_text() == "old"


def test_output_to_standard_output_by_name(news: Path) -> None:
    done = start("batch", str(news), "-o", "/dev/stdout")
    assert done.returncode == 0, done.stderr
    assert [pair_of(row) for row in rows(done.stdout.decode())] == [("copy.txt", "wire.txt")]


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_a_full_standard_output_exits_5(news: Path, form: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = start("batch", str(news), "-f", form, stdout=full)
    assert done.returncode == 5
    assert b"copydesk: cannot write report: No space left on device\n" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_a_reader_that_leaves_ends_it_quietly(news: Path, form: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = start("batch", str(news), "-f", form, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_ends_it_quietly_and_leaves_no_half_written_file(
    name: str, code: int, tmp_path: Path
) -> None:
    program = f"""
import os, signal, sys
import detector.cli
from detector.cli.outfile import OutputFile

def interrupted(**_):
    with OutputFile("out.csv") as file:
        file.write("half")
        os.kill(os.getpid(), signal.{name})

detector.cli.app = interrupted
sys.exit(detector.cli.main())
"""
    done = start(program=program, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (code, b"")
    assert list(tmp_path.iterdir()) == []


# Names and terminals


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    folder = tmp_path / "hostile"
    folder.mkdir()
    names = [b"a\xff.txt", b"new\nline.txt", b"esc\x1b[2J.txt", "\u202ertl.txt".encode()]
    names += [b"-dash.txt", b"=1+1.txt", b"[bold]b.txt", b"n" * 251 + b".txt"]
    for name in names:
        (folder / os.fsdecode(name)).write_text(WIRE + "\x1b[31m \u202e [red]markup[/red]\n")
    return folder


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_no_name_reaches_the_terminal_raw(hostile: Path, form: str) -> None:
    done = run("batch", str(hostile), "-f", form)
    assert done.returncode == 0, done.stderr
    assert not {"\x1b", "\u202e"} & set(done.stdout + done.stderr)
    if form == "text":
        for name in (r"a\xff.txt", r"new\nline.txt", r"esc\x1b[2J.txt", "[bold]b.txt", "=1+1.txt"):
            assert name in done.stdout
    if form == "json":
        names = {name for row in rows(done.stdout) for name in pair_of(row)}
        assert names == set(os.listdir(hostile))
    if form == "csv":
        assert "'=1+1.txt" in done.stdout
        assert "'-dash.txt" in done.stdout


def test_a_skipped_name_is_shown_escaped(tmp_path: Path) -> None:
    (tmp_path / "\x1b[2J\n.jsonl").write_text("{broken\n")
    done = run("batch", str(tmp_path))
    assert done.returncode == 3
    assert r"\x1b[2J\n.jsonl" in done.stderr
    assert "\x1b" not in done.stderr


def on_a_terminal(*arguments: str, **changes: str) -> str:
    ours, theirs = pty.openpty()
    try:
        subprocess.run(
            [sys.executable, "-m", "detector.cli", *arguments], stdin=theirs, stdout=theirs,
            stderr=theirs, check=False, env=environment(**changes), timeout=60,
        )  # fmt: skip
    finally:
        os.close(theirs)
    return b"".join(_until_closed(ours)).decode()


def _until_closed(terminal: int) -> Iterator[bytes]:
    try:
        while part := os.read(terminal, 65536):
            yield part
    except OSError:
        pass
    finally:
        os.close(terminal)


def test_a_terminal_gets_colours_unless_it_wants_none(news: Path) -> None:
    files = [str(news / "wire.txt"), str(news / "copy.txt")]
    assert "\x1b[" in on_a_terminal("compare", *files)
    assert not re.search(r"\x1b\[(\d+;)*[39]\d", on_a_terminal("compare", *files, NO_COLOR="1"))
    assert "\x1b" not in on_a_terminal("compare", *files, TERM="dumb")


# The program itself


def test_version_tells_what_hashes() -> None:
    done = run("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"copydesk {version('copydesk')}, {kernel.title()}\n"


@pytest.mark.parametrize("level", kernel.LEVELS)
def test_the_environment_names_what_hashes(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kernel.VARIABLE, level)
    title = "numpy" if level == "numpy" else f"kernel {level}"
    assert start("--version").stdout.decode().endswith(f", {title}\n")


def test_what_this_machine_cannot_run_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kernel.VARIABLE, "abacus")
    done = start("--version")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"abacus" in done.stderr


def test_without_a_command_it_shows_help() -> None:
    done = run()
    assert done.returncode == 2
    assert "Usage" in done.stdout + done.stderr


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys, detector.cli; "
        "print(*{'numpy', 'datasketch', 'flask', 'rapidfuzz', 'rich.console'} & set(sys.modules))"
    )
    assert start(program=program).stdout == b"\n"


def test_serve_becomes_gunicorn(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(os, "execvpe", lambda _, *rest: started.append(rest))
    app(["serve", "--against", str(news), "--workers", "3"], standalone_mode=False)
    [(command, environ)] = started
    service = ["-c", "python:service.gunicorn_conf", "service.app:create_app()"]
    assert command == [sys.executable, "-m", "gunicorn", *service]
    assert environ["COPYDESK_AGAINST"] == str(news)
    assert environ["COPYDESK_WORKERS"] == "3"
    assert "COPYDESK_AGAINST" not in os.environ


def test_serve_opens_the_page_once_the_service_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(os, "fork", lambda: 0)  # as the child sees it
    monkeypatch.setattr(os, "_exit", sys.exit)
    monkeypatch.setattr(webbrowser, "open", opened.append)
    with socket.create_server(("127.0.0.1", 0)) as service:
        bind = f"127.0.0.1:{service.getsockname()[1]}"
        with pytest.raises(SystemExit):
            app(["serve", "--bind", bind, "--open"], standalone_mode=False)
    assert opened == [f"http://{bind}/"]


@pytest.mark.parametrize(
    "arguments",
    [["compare", "copy.txt", "wire.txt"], ["check", "copy.txt", "--against", "."], ["batch", "."]],
)
def test_every_command_shows_what_is_asked_for(
    arguments: list[str], news: Path, tmp_path: Path
) -> None:
    listed = tmp_path / "ignore.txt"
    listed.write_text("# the agency\n\nid: wire*\n", encoding="utf-8-sig")
    shown = run(*arguments, "-f", "json", "--ignore", str(listed), cwd=news)
    assert shown.returncode == 0
    assert '"start"' not in shown.stdout
    assert '"start"' in run(*arguments, "-f", "json", "--preset", "aggregator", cwd=news).stdout
    longer = run(*arguments, "-f", "json", "--preset", "desk", "--min-words", "900", cwd=news)
    assert '"start"' not in longer.stdout


def test_clusters_are_the_same_whatever_is_shown(news: Path, tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("all.jsonl", "none.jsonl")]
    run("batch", str(news), "--clusters", files[0])
    run("batch", str(news), "--clusters", files[1], "--min-words", "900")
    assert Path(files[0]).read_bytes() == Path(files[1]).read_bytes() != b""


@pytest.mark.parametrize(
    ("content", "message"), [(b"\xff", "not UTF-8"), (b"outlet:", "names nothing")]
)
def test_a_list_that_cannot_be_read_is_a_mistake(
    content: bytes, message: str, news: Path, tmp_path: Path
) -> None:
    listed = tmp_path / "ignore.txt"
    listed.write_bytes(content)
    done = run("batch", str(news), "--ignore", str(listed))
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_serve_refuses_keys_that_others_may_read(tmp_path: Path) -> None:
    run("key", "add", "desk", "--keys", str(tmp_path / "keys"))
    (tmp_path / "keys").chmod(0o644)
    done = run("serve", "--bind", "127.0.0.1:1", "--keys", str(tmp_path / "keys"))
    assert done.returncode == 2
    assert "others may read it; chmod 600 it" in done.stderr


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("min_wrods = 4\n")
    done = run("serve", "--config", str(tmp_path / "c.toml"))
    assert done.returncode == 2
    assert done.stderr == (
        "copydesk: config: unknown key 'min_wrods' (did you mean 'min_words'?)\n"
    )


def test_keys_are_made_listed_and_removed(tmp_path: Path) -> None:
    keys = ("--keys", str(tmp_path / "keys.json"))
    made = run("key", "add", "desk", *keys, "--tenant", "metro", "--scope", "write")
    secret = made.stdout.strip()
    assert re.fullmatch(r"cd_[\w-]{43}", secret)
    assert secret not in made.stderr + (tmp_path / "keys.json").read_text()
    assert run("key", "add", "desk", *keys).returncode == 2
    shown = json.loads(run("key", "ls", *keys, "-f", "json").stdout)
    assert (shown["name"], shown["tenant"], shown["scopes"]) == ("desk", "metro", ["write"])
    assert run("key", "ls", *keys).stdout.startswith("desk\tmetro\twrite\t")
    assert find_key(read_keys(tmp_path / "keys.json"), secret) is not None
    assert run("key", "rm", "desk", *keys).returncode == 0
    assert run("key", "ls", *keys).stdout == ""


def test_every_command_and_option_is_documented() -> None:
    text = DOCS.read_text()
    shared = text.partition("\n## What is shown and counted\n")[2].partition("\n## ")[0]
    program = typer.main.get_command(app)
    for name, subcommand in program.commands.items():  # type: ignore[attr-defined]
        _, _, section = text.partition(f"\n## copydesk {name}\n")
        section = section.partition("\n## ")[0]
        assert section, f"no section for {name}"
        commands = getattr(subcommand, "commands", {}).values() or [subcommand]
        for parameter in (each for command in commands for each in command.params):
            for option in parameter.opts:
                if option.startswith("-"):
                    assert f"`{option}" in section + shared, f"{name} {option}"


def test_the_documented_examples_run(tmp_path: Path) -> None:
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    commands = r"^copydesk (compare|check|batch|index) ([^|\n]+)"
    lines = re.findall(commands, DOCS.read_text(), re.MULTILINE)
    assert len(lines) > 12
    for command, arguments in lines:
        done = run(command, *arguments.split(), cwd=tmp_path)
        assert done.returncode == (1 if "--fail-on" in arguments else 0), arguments + done.stderr
