"""What the extraction step promises: the readers' own answer, and no harm from any document."""

from __future__ import annotations

import codecs
import encodings.aliases
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from detector.errors import InputError
from detector.ingest import child, extraction
from detector.ingest.extraction import QUICK, Extractor, _Stay
from detector.ingest.fields import Extract
from detector.sandbox import Limits, is_filtered
from tests.counts import many
from tests.detector.faulty_child import CAUSES, DEEDS, REACHES, STOPS
from tests.tinypdf import column, pdf

LIMITS = Limits(cpu_s=1, wall_s=3, address_bytes=400 << 20)
PAGE = "<p>Міст закрито через негоду.".encode()


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    extractor = Extractor("tests.detector.faulty_child", LIMITS)
    yield extractor
    extractor.close()


@pytest.fixture(scope="module")
def unfiltered() -> Iterator[Extractor]:
    extractor = Extractor("tests.detector.unfiltered_child", LIMITS)
    yield extractor
    extractor.close()


def children() -> set[int]:
    """The processes below this one, zombies too."""
    found: set[int] = set()
    for path in Path("/proc/self/task").glob("*/children"):
        found.update(map(int, path.read_text().split()))
    return found


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("html", PAGE),
        ("html", "<p>Міст закрито.".encode("cp1251")),
        ("html", b"<html lang=en><title>T</title><p>Rain</p>" + b"<a href=/>Menu</a>" * 200),
        ("html", b"\0" * 100 + b"<p>Rain"),
        ("html", b"<p>&#xd800; &#55357; \xf0\x9f\x98\x80"),
        ("html", b""),
        ("pdf", pdf([column(["Rain fell on the hills."])], title="Rain")),
        ("pdf", b"%PDF-"),
        ("docx", b"PK"),
        ("docx", b"PK\5\6" + bytes(18)),
    ],
)
def test_a_child_answers_what_the_reader_answers(kind: str, data: bytes) -> None:
    assert_is_oracle(child.READERS[kind], kind, data)


CODECS = sorted({*encodings.aliases.aliases.values()} - {"mbcs"})


@pytest.mark.parametrize("codec", CODECS)
def test_a_child_decodes_what_the_reader_decodes(codec: str) -> None:
    letters = (
        PAGE.decode().encode(codec, "replace") if codecs.lookup(codec)._is_text_encoding else b""
    )
    for declared in ("", codec.replace("_", "-")):
        data = f"<meta charset={declared}>".encode() + letters
        assert_is_oracle(child.READERS["html"], "html", data)


def assert_is_oracle(reader: child.Reader, kind: str, data: bytes) -> None:
    wanted, found = (told(lambda: reader(data)), told(lambda: extraction.extract(kind, data)))
    assert found == wanted


def told(read: Callable[[], Extract]) -> Extract | tuple[str, str]:
    """What reading a document gives, an error included."""
    try:
        return read()
    except InputError as error:
        return error.code, error.message


def outcome(kind: str, data: bytes) -> str:
    """``text`` or the code of the error that reading a document gives."""
    found = told(lambda: extraction.extract(kind, data))
    return "text" if isinstance(found, Extract) else found[0]


@pytest.mark.parametrize("fault", sorted(STOPS))
def test_a_fault_stops_one_document(extractor: Extractor, fault: str) -> None:
    begun = time.monotonic()
    with pytest.raises(InputError) as stopped:
        extractor.extract("pdf", fault.encode())
    assert time.monotonic() - begun < LIMITS.wall_s + 10
    cause = CAUSES.get(fault, "crash")
    assert stopped.value.code == "extraction_failed"
    assert stopped.value.message == f"Text extraction stopped ({cause})."
    assert extractor.extract("html", PAGE).text == "Міст закрито через негоду."


@pytest.mark.skipif(not is_filtered(), reason="needs a filter of system calls")
@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_a_document_can_do_nothing_but_compute(extractor: Extractor, deed: str) -> None:
    assert extractor.extract("docx", deed.encode()).text == f"{deed}: EPERM"


@pytest.mark.parametrize("deed", sorted(REACHES))
def test_limits_alone_close_files_and_network(unfiltered: Extractor, deed: str) -> None:
    assert unfiltered.extract("docx", deed.encode()).text == f"{deed}: EMFILE"


def test_a_child_knows_no_secrets(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_KEYS", "/srv/keys")
    extractor.close()  # the next process starts with this environment
    text = extractor.extract("pdf", b"secrets").text
    assert "keys" not in text
    assert "PATH" not in text


def test_nothing_of_a_document_is_left_where_the_next_is_read() -> None:
    before = children()
    extractor = Extractor()
    word = "Unwiederholbar"
    assert word in extractor.extract("html", f"<p>{word} {'and so on ' * 50}".encode()).text
    (warm,) = children() - before
    assert b"detector" in (memory := memory_of(warm))
    assert word.encode() not in memory
    extractor.close()


def memory_of(process: int) -> bytes:
    """All that a process can write to."""
    found = bytearray()
    with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if rights.startswith("rw"):
                start, end = (int(each, 16) for each in span.split("-"))
                memory.seek(start)
                found += memory.read(end - start)
    return bytes(found)


def test_a_process_that_was_killed_is_replaced(extractor: Extractor) -> None:
    before = children()  # such as the one that keeps track of resources for workers
    extractor.extract("html", PAGE)
    for warm in children() - before:
        os.kill(warm, signal.SIGKILL)
    time.sleep(0.1)
    assert extractor.extract("html", PAGE).text == "Міст закрито через негоду."


def test_a_process_may_start_before_it_is_needed() -> None:
    before = children()
    extractor = Extractor()
    extractor.warm_up()
    extractor.warm_up()
    assert len(warm := children() - before) == 1
    extractor.extract("html", PAGE)
    assert children() - before == warm
    extractor.close()


def test_documents_that_hang_hold_up_others_for_a_moment_only() -> None:
    """One place of each kind: the first that hangs is moved to the slow one, the second is refused
    as soon as it turns out to be slow, and what is quick has its turn."""
    quick, slow = threading.BoundedSemaphore(1), threading.BoundedSemaphore(1)
    told: list[str] = []
    ours, theirs = socket.socketpair()
    with ours, theirs, subprocess.Popen(["sleep", "60"]) as child:
        got: list[bytes] = []

        def hang() -> None:
            with _Stay(quick, slow, 0.05, 60, lambda: told.append("slow")) as stay:
                stay.begin()
                got.append(stay.received(ours, 9, child.pid))

        hanging = threading.Thread(target=hang)
        hanging.start()
        while os.getpriority(os.PRIO_PROCESS, child.pid) == 0:
            time.sleep(0.01)
        with _Stay(quick, slow, 0.05, 60, lambda: told.append("slow")) as stay:
            stay.begin()
            with pytest.raises(InputError) as refused:
                stay.received(ours, 9, child.pid)
        assert refused.value.code == "overloaded"
        with _Stay(quick, slow, 0.05, 0.05, lambda: told.append("slow")) as stay:
            stay.begin()
            with pytest.raises(TimeoutError):
                stay.received(ours, 9, child.pid)
        theirs.sendall(b"done")
        hanging.join()
        child.kill()
    assert got == [b"done"]
    assert told == ["slow"]
    for places in (quick, slow):
        assert places.acquire(blocking=False)


def test_who_finds_no_place_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "PATIENCE_S", 0.1)
    extractor = Extractor()
    for _ in range(QUICK):
        extractor._quick.acquire()
    with pytest.raises(InputError) as refused:
        extractor.extract("html", PAGE)
    assert refused.value.code == "overloaded"


def test_a_slow_document_works_behind_all_others() -> None:
    extractor = Extractor("tests.detector.faulty_child", LIMITS, quick_s=0.2)
    before = children()
    reading = threading.Thread(target=_fail, args=(extractor, b"hang"))
    reading.start()
    while not (warm := children() - before):
        time.sleep(0.01)
    (pid,) = warm
    reader = Path(f"/proc/{pid}/task/{pid}/children")
    while not (child := reader.read_text()) or os.getpriority(os.PRIO_PROCESS, int(child)) == 0:
        assert reading.is_alive()
        time.sleep(0.01)
    assert os.getpriority(os.PRIO_PROCESS, int(child)) == 10
    assert os.getpriority(os.PRIO_PROCESS, pid) == 0, "the next document is as quick as any"
    reading.join()
    extractor.close()


def _fail(extractor: Extractor, data: bytes) -> None:
    with pytest.raises(InputError):
        extractor.extract("pdf", data)


def test_two_hundred_faults_leave_nothing_behind() -> None:
    before = children()
    extractor = Extractor("tests.detector.faulty_child", LIMITS)
    extractor.extract("html", PAGE)
    opened = len(os.listdir("/proc/self/fd"))
    dice = random.Random("faults")
    for _ in range(many(10, 200)):
        fault = dice.choice(sorted(STOPS))
        begun = time.monotonic()
        _fail(extractor, fault.encode())
        assert time.monotonic() - begun < 10, fault
    assert extractor.extract("html", PAGE).text == "Міст закрито через негоду."
    warm = children() - before  # one that reads, and one made ready when a document was slow
    assert len(warm) <= 2
    assert len(os.listdir("/proc/self/fd")) == opened + len(warm) - 1
    assert {Path(f"/proc/{pid}/task/{pid}/children").read_text() for pid in warm} == {""}
    extractor.close()
    assert children() <= before
    assert not Path("/tmp/copydesk-fault").exists()  # noqa: S108


def test_a_fork_of_this_process_does_not_share_its_children() -> None:
    extraction.extract("html", PAGE)
    pid = os.fork()
    if not pid:
        os._exit(0 if extraction.extract("html", PAGE).text else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert extraction.extract("html", PAGE).text == "Міст закрито через негоду."
