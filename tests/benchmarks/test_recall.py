"""The recall benchmark: what is planted is there, every cell is measured, the same comes out each
time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise, product
from pathlib import Path
from statistics import fmean
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks.quality.nets import IN_USE, NETS, PARTS, WINDOW_VALUES, hashed
from benchmarks.quality.planting import EDITS, LONGEST, Ground, ground, plant
from benchmarks.quality.recall import KNOWING, LENGTHS, RATES, SMALL_PAIRS, SMALL_TEXTS, measure
from detector.index import Index
from detector.normalise import normalise
from detector.pipeline import read, scan

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def field(shared_folder: Path) -> Ground:
    return ground(shared_folder, SMALL_PAIRS, SMALL_TEXTS)


@pytest.fixture(scope="module")
def result(shared_folder: Path) -> dict[str, Any]:
    return measure(shared_folder, small=True)


def _mean(result: dict[str, Any], name: str, **wanted: object) -> float:
    cells = (c for c in result["cells"] if wanted.items() <= c.items())
    return fmean(c["nominated"][name] for c in cells)


def test_the_planted_words_are_there_and_nothing_else_is_changed(field: Ground) -> None:
    for pair, length in product(field.pairs, LENGTHS):
        planted = plant(pair, length, "words", 0.0)
        passage = planted.span.slice(planted.text).split()
        source = field.corpus[pair.source].text.split()
        assert passage == source[pair.first : pair.first + length]
        assert len(passage) == length
        before, after = planted.text[: planted.span.start], planted.text[planted.span.end :]
        assert (before + after).split() == pair.host.text.split()


def test_no_rate_changes_nothing_whatever_the_edit(field: Ground) -> None:
    for pair in field.pairs:
        assert len({plant(pair, LONGEST, edit, 0.0).text for edit in EDITS}) == 1


@pytest.mark.parametrize("rate", RATES[1:])
def test_as_many_words_are_changed_as_the_rate_says(field: Ground, rate: float) -> None:
    kept = total = 0
    for pair in field.pairs:
        planted = plant(pair, LONGEST, "words", rate)
        passage = planted.span.slice(planted.text).split()
        words = pair.words[pair.first : pair.first + LONGEST]
        kept += _longest_common(words, passage)
        total += len(words)
    # An insertion keeps its word; a word may be replaced by itself or by its neighbour.
    assert kept / total == pytest.approx(1 - rate * 2 / 3, abs=0.05)


def _longest_common(one: tuple[str, ...], other: list[str]) -> int:
    """The length of the longest common subsequence, by the textbook's table."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for at, mate in enumerate(other, 1):
            before, row[at] = row[at], before + 1 if word == mate else max(row[at], row[at - 1])
    return row[-1]


@pytest.mark.parametrize("rate", RATES[1:])
def test_as_many_letters_are_changed_as_the_rate_says(field: Ground, rate: float) -> None:
    changed = total = 0
    for pair in field.pairs:
        planted = plant(pair, LONGEST, "letters", rate)
        before = " ".join(pair.words[pair.first : pair.first + LONGEST])
        after = planted.span.slice(planted.text)
        for old, new in zip(before, after, strict=True):
            assert old.isalnum() or old == new
            changed += old != new
            total += old.isalnum()
    assert changed / total == pytest.approx(rate * 25 / 26, abs=0.02)


def test_source_and_host_share_no_five_words(field: Ground) -> None:
    for pair in field.pairs:
        runs = [_runs(text) for text in (pair.host.text, field.corpus[pair.source].text)]
        assert runs[0].isdisjoint(runs[1])


def _runs(text: str) -> set[tuple[str, ...]]:
    words = normalise(text).tokens
    return set(zip(*(words[i:] for i in range(5)), strict=False))


def test_the_hosts_are_not_in_the_corpus(field: Ground) -> None:
    assert not {p.host.id for p in field.pairs} & {d.id for d in field.corpus}


def test_the_net_in_use_is_the_sketch_of_the_detector(field: Ground) -> None:
    for document in field.corpus[:20]:
        reading = read(document)
        ours, theirs = scan(document).sketch, NETS[IN_USE].sketch(hashed(reading.normal.tokens))
        assert np.array_equal(ours.signature, theirs.signature)
        assert np.array_equal(ours.fingerprints, theirs.fingerprints)
        assert np.array_equal(ours.letters, theirs.letters)


@pytest.mark.parametrize("name", NETS)
def test_a_net_finds_a_text_that_it_holds_and_no_other(name: str) -> None:
    texts = [" ".join(f"{word}{i}" for i in range(200)) for word in ("harbour", "ferry")]
    sketches = [NETS[name].sketch(hashed(normalise(text).tokens)) for text in texts]
    ranked, _ = Index(sketches[:1]).query(sketches[0])
    assert [number for number, _ in ranked] == [0]
    assert Index(sketches[:1]).query(sketches[1])[0] == []


@pytest.mark.parametrize(("words", "windows"), [(3, 1), (60, 1), (61, 2), (90, 2), (91, 3)])
def test_windows_cover_the_text(words: int, windows: int) -> None:
    found = hashed([f"w{i}" for i in range(words)]).windows
    assert found.shape == (windows, WINDOW_VALUES)


def test_every_cell_is_measured_once(result: dict[str, Any]) -> None:
    cells = [(c["edit"], c["rate"], c["length_words"]) for c in result["cells"]]
    assert cells == list(product(EDITS, RATES, LENGTHS))
    for cell in result["cells"]:
        assert cell["pairs"] == SMALL_PAIRS
        assert set(cell["nominated"]) == {KNOWING, IN_USE, *PARTS}
        assert cell["nominated"][KNOWING] <= cell["nominated"][IN_USE]
        shares = [*cell["nominated"].values(), cell["provable"], cell["found"]]
        assert all(0 <= share <= 1 for share in shares)
        assert cell["found"] <= cell["provable"]
        assert cell["nominated"][IN_USE] >= max(cell["nominated"][name] for name in PARTS)


def test_longer_passages_are_nominated_more_often(result: dict[str, Any]) -> None:
    means = [_mean(result, IN_USE, length_words=length) for length in LENGTHS]
    assert all(longer >= shorter - 0.05 for shorter, longer in pairwise(means)), means
    assert means[-1] > means[0] + 0.1


@pytest.mark.parametrize("edit", EDITS)
def test_changed_passages_are_nominated_less_often(result: dict[str, Any], edit: str) -> None:
    means = [_mean(result, IN_USE, edit=edit, rate=rate) for rate in RATES]
    assert means[0] == 1
    assert all(more <= less + 0.05 for less, more in pairwise(means)), means
    assert means[-1] < means[0]


def test_smaller_windows_keep_more_and_find_more(result: dict[str, Any]) -> None:
    for family in ("words", "letters"):
        nets = [net for net in result["nets"].values() if net["family"] == family]
        for dense, sparse in pairwise(nets):
            assert dense["document_bytes"] > sparse["document_bytes"]
            assert fmean(dense["recall"].values()) > fmean(sparse["recall"].values())


def test_the_command_measures_the_same_whatever_the_hash_seed(
    result: dict[str, Any], shared_folder: Path, tmp_path: Path
) -> None:
    output, plot = tmp_path / "recall.json", tmp_path / "recall.svg"
    options = ["--small", "-o", str(output), "--plot", str(plot)]
    subprocess.run(
        [sys.executable, "-m", "benchmarks.quality.recall", str(shared_folder), *options],
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "4711"},
    )
    written = json.loads(output.read_text("utf-8"))
    assert {name: written[name] for name in result} == json.loads(json.dumps(result))
    assert written["machine"]["python"]
    svg = ElementTree.fromstring(plot.read_text("utf-8"))  # noqa: S314 written above
    lines = svg.findall(".//{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 2 * len(RATES) + 3
