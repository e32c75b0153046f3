"""All measures of speed in their short run: what they write, and that the ways agree. No time is
asserted."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks.speed.__main__ import BENCHMARKS
from benchmarks.speed.accuracy import error, jaccard
from benchmarks.speed.archive import WAYS, Archive, Copy, taken
from benchmarks.speed.bars import MET, MISSED, OPEN, Bar, Bars
from benchmarks.speed.batch import recall
from benchmarks.speed.candidates import (
    ALL_NETS,
    BANDS,
    DOCUMENT_NET,
    by_all_nets,
    by_datasketch,
    by_document_net,
    ways,
)
from benchmarks.speed.growth import HOSTILE, Step, factors, row
from benchmarks.speed.plot import draw, peers
from benchmarks.speed.process import watch
from benchmarks.speed.scale import SHORT, by_turns
from detector import sketch_texts

ROOT = Path(__file__).resolve().parents[2]
WORDS = [f"word{number}" for number in range(2000)]


@pytest.fixture(scope="module")
def archive() -> Archive:
    """Of invented texts."""
    rng = random.Random("archive")
    return Archive(tuple(" ".join(rng.choices(WORDS, k=500)) for _ in range(12)))


@pytest.fixture(scope="module")
def results(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("results")
    command = [sys.executable, "-m", "benchmarks.speed", str(shared_folder)]
    run = [*command, "--short", "-o", str(folder)]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    assert all(f"{name} ..." in done.stderr for name in BENCHMARKS)
    ElementTree.fromstring((folder / "speed.svg").read_text("utf-8"))  # noqa: S314 - our own
    return {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}


def _spreads(found: Any) -> Iterator[dict[str, float]]:
    """Every minimum, median and maximum in a result."""
    if isinstance(found, dict):
        if found.keys() == {"min", "median", "max"}:
            yield found
        for each in found.values():
            yield from _spreads(each)


def test_each_benchmark_writes_what_it_is_and_where_it_ran(results: dict[str, Any]) -> None:
    assert results.keys() == BENCHMARKS.keys()
    for name, result in results.items():
        assert result["benchmark"] == name
        assert result["part"] == "short"
        assert result["machine"]["python"] == sys.version.split()[0]
        assert result["versions"]["datasketch"].startswith("2.")


def test_what_was_measured_often_has_a_minimum_median_and_maximum(results: dict[str, Any]) -> None:
    for name in ("signatures", "index", "batch"):
        found = list(_spreads(results[name]))
        assert found
        assert all(each["min"] <= each["median"] <= each["max"] for each in found)


def test_a_batch_finds_the_same_from_lines_and_from_a_folder(results: dict[str, Any]) -> None:
    commands = results["batch"]["commands"]
    assert commands["jsonl"]["pairs"] == commands["folder"]["pairs"] > 0
    assert commands["jsonl"]["recall"] == commands["folder"]["recall"]
    assert set(commands["jsonl"]["recall"].values()) == {1.0}
    for kind in ("jsonl", "folder"):
        assert commands[kind]["peak_mib"]["min"] > 10
        assert commands[kind]["cpu_s"]["min"] > 0.1


def test_all_ways_find_the_reprints(results: dict[str, Any]) -> None:
    found = results["batch"]["candidates"]["ways"]
    assert {ALL_NETS, DOCUMENT_NET, "datasketch"} <= found.keys()
    assert all(row["recall"]["reprint"] >= 0.8 for row in found.values())
    assert set(found[ALL_NETS]["recall"].values()) == {1.0}


def test_a_corpus_on_disk_names_the_sources_of_near_copies(results: dict[str, Any]) -> None:
    (row,) = results["durable"]["documents"].values()
    assert row["check"]["recall"] == 1.0
    assert row["added_per_s"] > 0


def test_checks_name_the_sources_of_near_copies(results: dict[str, Any]) -> None:
    (row,) = results["check"]["documents"].values()
    (on_disk,) = results["check"]["on_disk"].values()
    assert row["recall"] == on_disk["recall"] == 1
    assert row["candidates"].keys() == {"near-copies", "new texts"}
    assert row["ms"].keys() == on_disk["ms"].keys() == {"near-copies", "new texts", "all"}


def test_hostile_texts_are_measured_and_their_answers_told(results: dict[str, Any]) -> None:
    rows = results["growth"]["rows"]
    assert results["growth"]["mean"].keys() == results["growth"]["worst"].keys() <= rows.keys()
    for name in HOSTILE:
        assert len(rows[f"read: {name}"]["steps"]) == len(SHORT.text_kib)
    told = {step["facts"]["is_truncated"] for step in rows["compare: one word repeated"]["steps"]}
    assert told == {True}
    assert [step["facts"]["pairs"] > 0 for step in rows["index: pairs"]["steps"]] == [True, True]


def test_estimates_are_as_good_as_theory_says(results: dict[str, Any]) -> None:
    for rows in results["accuracy"]["jaccard"].values():
        assert rows[0]["pairs"] == SHORT.pairs
        assert abs(rows[0]["bias"]) < 5 * rows[0]["bias_by_chance"]
    whole = [r["recall"] for r in results["accuracy"]["recall"] if r["words"] == 150]
    assert whole[0] == 1


def test_no_attack_hides_a_source_or_forges_one(results: dict[str, Any]) -> None:
    rows = results["attacks"]["attacks"]
    for name, found in rows.items():
        assert found["recall"] == {"before": 1, "after": 1}, name
        assert found["sources_reported"]["after"] == found["sources_reported"]["before"] > 0, name
    assert rows["more news"]["candidates"]["after"] >= rows["more news"]["candidates"]["before"]
    for name in ("planted minima", "32-bit collisions"):
        assert rows[name]["reports_of_attackers"] == 0
        assert rows[name]["candidates"]["after"] == rows[name]["candidates"]["before"]
    assert rows["reprints, 60 each"]["reports_of_attackers"] > 0


def test_long_texts_and_batches_give_pages_that_open(results: dict[str, Any]) -> None:
    pair, batch = results["pages"]["pair"], results["pages"]["batch"]
    assert pair["words"][0] == SHORT.page_words
    assert SHORT.page_passages <= pair["passages"] <= 1.2 * SHORT.page_passages
    assert batch["size_bytes"] > 10_000
    if "service" in pair:  # there is a browser
        for shown in (pair["file"], pair["service"], batch):
            assert shown["opened_ms"]["min"] > 0
            assert shown["frames"] > 0


# -- the picture


def test_a_bar_begins_at_one_and_meets_its_goal_or_not() -> None:
    some = (Bar("half", 0.5, 0.4, 0.6, 1), Bar("twice", 2, 1, 3, 1), Bar("free", 2, 1, 3))
    svg = Bars("Speed", "times", (0.5, 1, 2), some, 400, 100).draw()
    drawn = ElementTree.fromstring(f"<g>{svg}</g>")  # noqa: S314 - our own
    rects = [each.attrib for each in drawn.iter("rect")]
    assert [rect["fill"] for rect in rects] == [MISSED, MET, OPEN]
    left, right = (float(rect["x"]) for rect in rects[:2])
    assert left == 100
    assert left + float(rects[0]["width"]) == pytest.approx(right)
    assert rects[1]["width"] == rects[2]["width"]


def test_what_was_not_measured_has_no_bars() -> None:
    faster = {"avx2, from str / datasketch": {"min": 1, "median": 50, "max": 60}}
    machine = {"copydesk": "1", "processor": "a <processor>"}
    result = {"times_faster": faster, "machine": machine}
    (bar,) = peers({"signatures": result})
    assert (bar.value, bar.low, bar.high, bar.goal) == (50, 1, 60, 35)
    assert draw({"signatures": result}).count("<rect") == 2


# -- the parts


def test_the_document_net_finds_those_that_share_a_band(archive: Archive) -> None:
    texts = [document.text for document, _ in archive.documents(60)]
    rows = sketch_texts(texts).reshape(len(texts), BANDS, -1)
    wanted = {
        (a, b)
        for a, b in combinations(range(len(texts)), 2)
        if (rows[a] == rows[b]).all(axis=1).any()
    }
    assert wanted
    assert by_document_net(texts) == wanted
    assert wanted <= by_all_nets(texts)


@pytest.mark.parametrize("name", [name for name in ways() if name != ALL_NETS])
def test_a_whole_copy_is_a_pair_to_everyone_and_strangers_are_not(name: str) -> None:
    rng = random.Random("strangers")
    one, other = (" ".join(rng.choices(WORDS, k=200)) for _ in range(2))
    assert ways()[name]([one, other, one]) == {(0, 2)}


def test_a_peer_that_is_not_installed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("rensa", "gaoya.minhash", "FastSketchLSH"):
        monkeypatch.setitem(sys.modules, module, None)
    assert list(ways()) == [ALL_NETS, DOCUMENT_NET, "datasketch"]


def test_archives_are_the_same_whatever_the_count(archive: Archive) -> None:
    assert list(archive.documents(30)) == list(archive.documents(60))[:30]


def test_an_archive_has_the_copies_it_says(archive: Archive) -> None:
    made = list(archive.documents(300))
    texts = {document.id: document.text for document, _ in made}
    copies = [copy for _, copy in made if copy]
    assert {copy.way for copy in copies} == set(WAYS)
    assert len(texts) == 300
    for copy in copies:
        assert copy.source < copy.target
        shared = set(texts[copy.target].split()) & set(texts[copy.source].split())
        assert len(shared) > 40


def test_another_edition_has_other_words_in_the_same_places(archive: Archive) -> None:
    first, later = (
        [document.text for document, copy in archive.documents(48) if not copy][i] for i in (0, -1)
    )
    assert jaccard(first.split(), later.split()) < 0.01


def test_a_reprint_is_the_beginning_of_its_source() -> None:
    source = " ".join(WORDS[:100])
    assert source.startswith(taken(source, "another story", "reprint", random.Random(2)))


def test_the_share_of_copies_found_is_by_kind() -> None:
    copies = [Copy("c", "a", "reprint"), Copy("d", "a", "reprint"), Copy("e", "b", "excerpt")]
    found = [frozenset("ac"), frozenset("de")]
    assert recall(copies, found) == {"excerpt": 0.0, "reprint": 0.5}


def test_every_way_has_its_turn_in_every_round() -> None:
    turns: list[str] = []
    took = by_turns({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}, 3)
    assert turns == list("ababab")
    assert {name: len(values) for name, values in took.items()} == {"a": 3, "b": 3}


def test_the_memory_of_children_counts() -> None:
    child = "import time; held = bytearray(64 << 20); time.sleep(0.5)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    usage = watch([sys.executable, "-c", code])
    assert 64 < usage.peak_mib < 200
    assert usage.elapsed_s > 0.5


def test_a_command_that_fails_stops_the_measure() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        watch([sys.executable, "-c", "raise SystemExit(3)"])


def test_a_row_ends_with_the_first_size_that_is_slow() -> None:
    steps = row(lambda size: size, lambda size: {"size": size}, [1, 2, 4], slow_s=-1)
    assert [step.facts["size"] for step in steps] == [1]


def test_no_factor_is_taken_from_what_takes_no_time() -> None:
    steps = [Step(1, 0.1, {}), Step(2, 50.0, {}), Step(4, 200.0, {})]
    assert factors(steps) == [4.0]


def test_the_error_of_estimates_is_told_beside_theory() -> None:
    exact, estimated = np.full(4, 0.5), np.array([0.6, 0.4, 0.6, 0.6])
    told = error(exact, estimated)
    assert told["bias"] == pytest.approx(0.05)
    assert told["rmse"] == pytest.approx(0.1)
    assert told["rmse_in_theory"] == pytest.approx((0.25 / 128) ** 0.5, abs=1e-5)


def test_datasketch_finds_what_shares_its_bands() -> None:
    rng = random.Random("many")
    texts = [" ".join(rng.choices(WORDS, k=100)) for _ in range(10)]
    assert by_datasketch([*texts, *texts]) == {(n, n + 10) for n in range(10)}
