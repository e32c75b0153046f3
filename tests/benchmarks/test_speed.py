"""The measure of speed: that everyone gets the same work, and nobody who is absent a figure."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks.speed import signatures as speed
from benchmarks.speed import stream
from benchmarks.speed.index import Stock, Writer
from detector import kernel, shingle_hashes
from detector.normalise import normalise
from detector.shingle import SHINGLE_WORDS

RNG = random.Random(3)
WORDS = "the mayor said that harbour bridge would close for two years from March".split()
TEXTS = [" ".join(RNG.choices(WORDS, k=40)) for _ in range(5)]


def test_every_way_is_measured_in_every_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "TURN_TEXTS", 2)
    elapsed = speed.measure(TEXTS, rounds=2)
    assert {f"{level}, from bytes" for level in kernel.LEVELS} < elapsed.keys()
    assert all(len(row) == 2 and min(row) > 0 for row in elapsed.values())
    faster = speed.ratios(elapsed)
    assert f"{kernel.LEVELS[-1]}, from bytes / datasketch" in faster


def test_a_ratio_is_to_the_fastest_way_of_a_peer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "LEVELS", ("numpy", "best"))
    ours = {"best, from bytes": [1.0], "best, from str": [2.0], "numpy, from str": [5.0]}
    rows = ours | {"datasketch, bulk": [10.0], speed.USUAL: [20.0], "datasketch, update": [90.0]}
    faster = speed.ratios(rows)
    assert faster["best, from bytes / datasketch"]["median"] == 10
    assert faster["best, from str / datasketch"]["median"] == 5
    assert faster[f"numpy, from str / {speed.USUAL}"]["median"] == 4
    assert not any("rensa" in name for name in faster)


def test_peers_sign_as_many_shingles_as_we_do() -> None:
    for text in TEXTS:
        assert speed.zipped(text) == speed.sliced(text)
        assert len(set(speed.zipped(text))) == len(shingle_hashes(text))


def test_a_level_with_other_bits_stops_the_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    speed.check(TEXTS)
    monkeypatch.setattr(speed, "sketch_texts", lambda texts: np.zeros((len(texts), 128)))
    with pytest.raises(AssertionError, match="numpy"):
        speed.check(TEXTS)


def test_twice_the_text_is_measured_for_hostile_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "DOUBLINGS_MIB", (1, 2))
    longer = speed.doublings(TEXTS, repeats=1)
    assert longer.keys() == speed.ENDLESS.keys()
    assert all(len(row) == 1 and row[0] > 0 for row in longer.values())


def test_a_peer_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rensa", None)
    assert speed.rensa_ways() == {}
    assert speed.versions()["datasketch"].startswith("2.")


def test_news_are_cut_to_size(shared_folder: Path) -> None:
    texts = speed.news(shared_folder, count=3)
    assert len(texts) == 3
    for text in texts:
        assert len(normalise(text)) == speed.SHINGLES + SHINGLE_WORDS - 1


def made_stock() -> Stock:
    rng = np.random.default_rng(5)
    sentences = [(rng.integers(1, 2**63, 20, np.uint64),) * 2 for _ in range(50)]
    return Stock(tuple(sentences), (3, 5))


def test_a_stream_is_sealed_merged_and_expired_and_nothing_gets_lost(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(stream, "PHASES", {"steady": (200, 1), "peak": (400, 1)})
    monkeypatch.setattr(stream, "SEAL_DOCUMENTS", 50)
    row = stream.measure(Writer(made_stock(), 400, 500), tmp_path)
    assert {change["change"] for change in row["changes"]} == {"seal", "merge", "expire"}
    assert row["changes"][0]["documents"] == 40  # the two halves
    assert row["documents_at_end"] == 400 - 40 + 600
    assert row["times"]["steady"]["documents"] == 200
    assert row["times"]["peak"]["documents"] == 400
    assert 9 <= row["segments"] < 40


def test_what_one_document_makes_others_wait_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stalled:
        def query(self, number: int) -> None:
            if number == 0:
                time.sleep(0.2)

        def add(self, number: int, sketch: int) -> None: ...

    class Idle:
        running = None

        def tend(self, added: int) -> None: ...

    monkeypatch.setattr(stream, "PHASES", {"peak": (100, 1)})
    row = stream.run(Stalled(), 0, range(100), Idle())  # type: ignore[arg-type]
    peak = row["times"]["peak"]
    assert peak["check_ms"]["p50"] < peak["check_ms_since_due"]["p99"]
    assert peak["check_ms_since_due"]["p99"] > 150  # the second one came .01 s later
