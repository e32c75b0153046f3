"""Documents that make their reader hang, spin, crash, eat memory, flood or reach out, over HTTP:
they get their answer in time, nobody else waits for them, and nothing is left behind."""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest

from detector.ingest.extraction import Extractor
from tests.conftest import Note
from tests.counts import LONG, many
from tests.detector.faulty_child import CAUSES
from tests.service.faulty_app import LIMITS
from tests.service.newsroom import MILL
from tests.service.server import ask, children, running

FAULTS = many(12, 200)
AT_ONCE = 4
KINDS = ("hang", "spin", "segfault", "eat", "silent", "flood", "leave", "socket")
"""``socket`` is kept from reaching out, and goes on."""
GRACE_SECONDS = 2
OTHERS = (
    ("text", "application/json", json.dumps({"text": MILL}).encode()),
    ("page", "text/html", f"<p>{MILL}".encode()),
)


@dataclass
class Beside:
    """Others who ask all the time, one kind of request each: how long each took, in seconds."""

    port: int
    took: dict[str, list[float]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    @contextmanager
    def asking(self) -> Iterator[None]:
        ending = threading.Event()

        def one(name: str, media: str, body: bytes) -> None:
            while not ending.is_set():
                begun = time.monotonic()
                status, told = post(self.port, media, body)
                self.took.setdefault(name, []).append(time.monotonic() - begun)
                if status != http.client.OK:
                    self.refused.append(f"{name}: {told}")

        threads = [threading.Thread(target=one, args=each) for each in OTHERS]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            ending.set()
            for each in threads:
                each.join()

    def percentiles_ms(self) -> dict[str, dict[str, float]]:
        found = {}
        for name, seconds in self.took.items():
            ranked = sorted(seconds)
            told = {f"p{share}_ms": ranked[share * len(ranked) // 100] for share in (50, 99)}
            found[name] = {key: round(1000 * value, 1) for key, value in told.items()}
        return found


def post(port: int, media: str, body: bytes) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", "/v1/check", body, {"Content-Type": media})
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


def below(pid: int) -> set[int]:
    """The processes that one has started, and those that they have."""
    found: set[int] = set()
    for each in children(pid):
        found |= {each, *below(each)}
    return found


def left_open(pids: set[int]) -> list[str]:
    """What processes have open but sockets and pipes, of which each warm reader has some."""
    opened = []
    for file in (file for pid in pids for file in Path(f"/proc/{pid}/fd").iterdir()):
        with suppress(FileNotFoundError):  # a socket that was closed meanwhile
            opened.append(os.readlink(file))
    return sorted(each for each in opened if not each.startswith(("socket:", "pipe:", "anon")))


@pytest.mark.timeout(3600)
def test_faults_of_readers_reach_nobody_else(tmp_path: Path, folder: Path, note: Note) -> None:
    (tmp_path / "tmp").mkdir()
    with running(
        app="tests.service.faulty_app:create_app()",
        COPYDESK_AGAINST=str(folder),
        COPYDESK_WORKERS="2",
        TMPDIR=str(tmp_path / "tmp"),
    ) as (port, process):
        with ThreadPoolExecutor(2 * AT_ONCE) as senders:  # so that no fault waits for a first start
            list(senders.map(lambda each: post(port, *OTHERS[1][1:]), range(8 * AT_ONCE)))
        alone, beside = Beside(port), Beside(port)
        with alone.asking():
            time.sleep(many(2, 10))
        files = sorted(os.listdir(tmp_path / "tmp"))
        answering = set(children(process.pid))
        opened = left_open(answering)
        with beside.asking(), ThreadPoolExecutor(AT_ONCE) as senders:
            refused = list[str]()
            dice = random.Random("faults")
            faults = [*KINDS, *dice.choices(KINDS, k=FAULTS - len(KINDS))]
            started = [seconds_to_start()]
            took = list(senders.map(lambda fault: assert_told(port, fault, refused), faults))
            started.append(seconds_to_start())
        assert ask(port, "GET", "/healthz")[0] == 200
        assert set(children(process.pid)) == answering, "no process had to be replaced"
        assert left_open(answering) == opened
        assert sorted(os.listdir(tmp_path / "tmp")) == files
        for pid in below(process.pid) - answering:
            assert children(pid) == {}, "nothing but readers that wait for a document"
    note(
        faults=FAULTS,
        refused_at_first=len(refused),
        start_s=[round(each, 2) for each in started],
        beyond_2_s=sum(each > LIMITS.wall_s + GRACE_SECONDS for each in took),
        longest_s=round(max(took), 2),
        alone=alone.percentiles_ms(),
        beside=beside.percentiles_ms(),
        others={name: len(seconds) for name, seconds in beside.took.items()},
    )
    # Who comes when all readers are busy has to wait for one to start, on a busy machine for long.
    assert max(took) < LIMITS.wall_s + GRACE_SECONDS + max(started)
    assert alone.refused == []
    assert beside.refused == []
    assert not LONG or all(each["p99_ms"] < 1000 for each in beside.percentiles_ms().values())


def assert_told(port: int, fault: str, refused: list[str]) -> float:
    """How long the answer to a fault took, which is the one it must get."""
    while True:
        begun = time.monotonic()
        status, body = post(port, "application/pdf", fault.encode())
        seconds = time.monotonic() - begun
        if status != http.client.SERVICE_UNAVAILABLE:
            break
        refused.append(fault)  # as many are slow already in the process that it came to
        time.sleep(2)
    if fault == "socket":
        assert status == http.client.OK, body
        return seconds
    told = json.loads(body)
    assert (status, told["code"]) == (422, "extraction_failed"), f"{fault}: {body}"
    # On a busy machine one that takes all there is may run out of time before that.
    causes = {CAUSES.get(fault, "crash"), *(["timeout"] if fault in ("eat", "flood") else [])}
    assert told["detail"] in {f"Text extraction stopped ({cause})." for cause in causes}
    return seconds


def seconds_to_start() -> float:
    """How long a reader takes to start here and now, and to read a page."""
    begun = time.monotonic()
    extractor = Extractor("tests.detector.faulty_child", LIMITS)
    extractor.extract("html", OTHERS[1][2])
    extractor.close()
    return time.monotonic() - begun
