"""An archive of evidence: complete, the same bytes every time, and its report can be made again."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from detector.corpus import Corpus
from detector.errors import InputError
from detector.evidence import Exhibit, Told, evidence_zip
from detector.model import Decision, Document, Ruling, Seen
from detector.settings import Settings
from detector.stats import PRIOR
from detector.view import EVERYTHING, PRESETS, Ignored, Quotes, View
from tests.detector import stories

AT = "2026-03-04T05:06Z"
SEEDS = Path(__file__).parents[2] / "seeds" / "texts"
IGNORING = View(
    quotes=Quotes.ATTRIBUTED,
    min_words=8,
    window_days=9,
    ignore=Ignored.parse(["the  water\nboard", "outlet: The Fell & Mail", "domain: fell.example"]),
)


def exhibit(name: str, text: str, **known: str) -> Exhibit:
    return Exhibit(Document(name, text, **known))  # type: ignore[arg-type]


ONE = exhibit("wire/1", stories.DAM, outlet="Lowmoor Wire", published_at="2026-03-02")
OTHER = exhibit("d'7; rm -rf $(HOME)", stories.DAM_SUMMARY, outlet="Digest", title="</title>")


def opened(made: bytes, folder: Path) -> dict[str, object]:
    """Unpack an archive; its manifest."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    manifest: dict[str, object] = json.loads((folder / "manifest.json").read_text())
    return manifest


def replay(folder: Path, manifest: dict[str, object]) -> None:
    """Run the commands as a stranger would; each compares what it makes with what is there."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    commands = manifest["replay"]
    assert isinstance(commands, list)
    for command in commands:
        subprocess.run(
            ["sh", "-c", command], cwd=folder, env={**os.environ, "PATH": path}, check=True
        )
    assert (folder / "again.json").read_bytes() == (folder / "report.json").read_bytes()
    assert (folder / "again.html").read_bytes() == (folder / "report.html").read_bytes()


@pytest.mark.parametrize(
    ("view", "language"),
    [(PRESETS["aggregator"], "en"), (IGNORING, "uk")],
)
def test_the_replay_gives_the_same_report(tmp_path: Path, view: View, language: str) -> None:
    made = evidence_zip(ONE, OTHER, view, AT, language)
    assert made == evidence_zip(ONE, OTHER, view, AT, language)
    replay(tmp_path, opened(made, tmp_path))


def test_every_file_is_listed_with_its_digest(tmp_path: Path) -> None:
    manifest = opened(evidence_zip(ONE, OTHER, EVERYTHING, AT), tmp_path)
    there = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    del there["manifest.json"]
    assert manifest["files"] == {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data)}
        for name, data in there.items()
    }
    documents = manifest["documents"]
    assert isinstance(documents, dict)
    assert documents["a"]["text_digest"] == ONE.document.digest
    assert documents["a"]["original"] is None


def test_originals_are_kept_under_names_that_no_stranger_chose(tmp_path: Path) -> None:
    data = b"<p>Rain fell on the dam."
    hostile = ["../../x.html", "a.PDF", "/etc/passwd", "x.\u202etxt", "x.tar.gz/..", "\x00.txt", ""]
    for number, name in enumerate(hostile):
        folder = tmp_path / str(number)
        made = evidence_zip(replace(ONE, original=data, file=name), OTHER, EVERYTHING, AT)
        manifest = opened(made, folder)
        (kept,) = folder.glob("a-original*")
        assert kept.read_bytes() == data
        assert kept.suffix in (".html", ".pdf", ".gz", ".txt", ".bin")
        assert manifest["documents"]["a"]["original_name"] == name  # type: ignore[index]


def test_random_texts_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.evidence.MAX_PRINTED_CHARS", 0)
    rng = random.Random("evidence")
    letters = [*"ab  \n\r\t\"'\\<&", "\ufeff", "\x00", "\u2028", "é", "漢", "😀", "\x85", "\x1b"]
    for number in range(2):
        noise = ["".join(rng.choices(letters, k=200)) for _ in range(2)]
        one, other = (exhibit(f"x{noise[0]}{i}", f"{text} {stories.DAM}", title=text)
                      for i, text in enumerate(noise))  # fmt: skip
        folder = tmp_path / str(number)
        manifest = opened(evidence_zip(one, other, EVERYTHING, AT), folder)
        assert manifest["pdf"] == "The page is too long to be printed."
        assert (folder / "a.txt").read_bytes() == one.document.text.encode()
        replay(folder, manifest)


def test_a_text_without_words_is_refused() -> None:
    with pytest.raises(InputError):
        evidence_zip(exhibit("x", "..."), OTHER, EVERYTHING, AT)


def test_what_a_corpus_said_is_there_beside_it(tmp_path: Path) -> None:
    with Corpus.open("memory:") as corpus:
        corpus.add(ONE.document)
        (pair,) = corpus.matches(OTHER.document)
    settings = Settings(review_words=1)
    seen = Seen("digest", 2), Seen("wire/1", 1)
    made = Decision("0" * 64, *seen, "b", Ruling.DISMISSED, "Licensed.", "desk", AT, 1)
    told = Told(pair, settings, "stats-7", [made])
    manifest = opened(evidence_zip(OTHER, ONE, EVERYTHING, AT, told=told), tmp_path)
    assert json.loads((tmp_path / "corpus.json").read_text()) == pair.to_dict()
    said = manifest["corpus"]
    assert isinstance(said, dict)
    assert (said["is_same"], said["stats_digest"]) == (True, "stats-7")
    assert said["settings"]["review_words"] == 1
    assert manifest["stats_digest"] == PRIOR.digest
    assert manifest["decisions"] == [made.to_dict()]


def test_the_command_line_writes_it_with_the_files_as_they_are(tmp_path: Path) -> None:
    one, other = SEEDS / "ferry-passengers.html", SEEDS / "ferry-wire.md"
    out = tmp_path / "proof.zip"
    command: list[str | Path] = ["compare", one, other, "--quotes", "all", "--evidence"]
    assert copydesk(*command, out) == 0
    folder = tmp_path / "proof"
    manifest = opened(out.read_bytes(), folder)
    assert (folder / "a-original.html").read_bytes() == one.read_bytes()
    replay(folder, manifest)
    assert copydesk(*command, tmp_path / "proof.txt") == 2
    assert copydesk("compare", out, other, "--evidence", out) == 2
    assert opened(out.read_bytes(), tmp_path / "again") == manifest


def copydesk(*words: str | Path) -> int:
    return subprocess.run([sys.executable, "-m", "detector.cli", *map(str, words)]).returncode
