"""The worker under gunicorn: started, watched, killed, ended; nothing lost, nothing sent twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from service.background.ledger import Ledger
from service.batches.rows import Batches
from tests.service.newsroom import HARBOUR, MILL
from tests.service.receiver import Receiver, delivery_file, receiving
from tests.service.server import ask, children, free_port, running, start, wait_until_ready

WORKER = b"service.background.worker"
NAMES = ["Anna", "Boris", "Clara", "Dmytro", "Elena", "Farid", "Greta", "Hugo", "Iryna", "Jonas"]


def until(known: Callable[[], Any], seconds: float = 120.0) -> Any:
    end = time.monotonic() + seconds
    while not (found := known()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
    return found


def worker_of(process: subprocess.Popen[str]) -> int:
    """The process id of the worker, once there is one."""

    def found() -> int | None:
        return next((pid for pid, line in children(process.pid).items() if WORKER in line), None)

    pid: int = until(found)
    return pid


def is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@contextmanager
def service(tmp_path: Path, receiver: Receiver) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    (tmp_path / "delivery.toml").write_text(delivery_file(receiver))
    with running(
        COPYDESK_INDEX=str(tmp_path / "news.db"),
        COPYDESK_DELIVERY=str(tmp_path / "delivery.toml"),
        DESK_SECRET="of this test",
        COPYDESK_WORKERS="1",
    ) as served:
        yield served


def send_lines(port: int, path: str, lines: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", path, lines.encode(), {"Content-Type": "application/x-ndjson"})
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


def stories(number: int) -> list[dict[str, str]]:
    """Texts that share most of their words: the more of them, the longer a batch takes."""
    found = []
    for at in range(number):
        name, place = NAMES[at // 2 % 10], f"Quarter {at // 20}"
        text = f"{name} of {place} counted {at // 2} boats. {HARBOUR} {MILL[: 40 + at // 2]}"
        found.append({"id": f"s{at:04}", "text": text})
    return found


def as_lines(documents: list[dict[str, str]]) -> str:
    return "".join(json.dumps(each) + "\n" for each in documents)


def test_a_batch_survives_the_death_of_the_worker_and_its_result_is_announced(
    tmp_path: Path,
) -> None:
    with receiving() as receiver, service(tmp_path, receiver) as (port, process):
        asked = {"name": "Batches", "events": ["batch.finished"], "webhook": receiver.origin}
        assert ask(port, "POST", "/v1/watches", asked)[0] == 201
        first = worker_of(process)
        status, answer = send_lines(port, "/v1/batches", as_lines(stories(60)))
        assert status == 202
        batch = json.loads(answer)
        until(lambda: ask(port, "GET", batch["url"])[1]["status"] == "running")
        os.kill(first, signal.SIGKILL)
        second = until(lambda: (pid := worker_of(process)) != first and pid)
        until(lambda: ask(port, "GET", batch["url"])[1]["status"] == "finished")
        assert second != first
        (got,) = receiver.wait_for(1)
        assert got.event["batch"]["id"] == batch["id"]
        assert got.event["batch"]["pairs"] > 0


def test_hits_come_once_each_though_the_worker_is_killed_again_and_again(tmp_path: Path) -> None:
    with receiving() as receiver, service(tmp_path, receiver) as (port, process):
        receiver.delay_seconds = 0.02
        made = ask(port, "POST", "/v1/watches", {"name": "All", "webhook": receiver.origin})[1]
        copies = [{**each, "id": f"{each['id']}/{n}"} for each in stories(8) for n in range(4)]
        assert send_lines(port, "/v1/documents", as_lines(copies))[0] == 207
        dead = 0
        for wanted in (2, 20):
            receiver.wait_for(wanted)
            dead = until(lambda: (pid := worker_of(process)) != dead and pid)  # noqa: B023
            os.kill(dead, signal.SIGKILL)

        def is_done() -> bool:
            told = ask(port, "GET", made["url"])[1]
            everything = len(copies) * (len(copies) - 1) // 2
            return bool(told["hits"] == told["deliveries"]["sent"] == everything)

        until(is_done)
        # What was not acknowledged when the worker died came again, with the same id.
        ids = [got.event["id"] for got in receiver.got]
        pairs = {tuple(sorted(got.event["ids"])) for got in receiver.got}
        assert len(set(ids)) == len(pairs) == len(copies) * (len(copies) - 1) // 2
        assert len(ids) - len(set(ids)) <= 2


def test_jobs_survive_a_restart_of_the_service(tmp_path: Path) -> None:
    with receiving() as receiver:
        ledger = Ledger(tmp_path / "news.db.jobs.db")
        batch = Batches(ledger).add("default", as_lines(stories(4)).encode(), "jsonl", 4)
        assert Batches(ledger).claim() == batch  # a worker begins, and the power goes
        with service(tmp_path, receiver) as (port, _):
            url = f"/v1/batches/{batch.id}"
            until(lambda: ask(port, "GET", url)[1]["status"] == "finished")
            assert ask(port, "GET", url)[1]["documents"] == 4


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_worker_ends_with_the_service(tmp_path: Path, how: signal.Signals) -> None:
    with receiving() as receiver, service(tmp_path, receiver) as (_, process):
        worker = worker_of(process)
        process.send_signal(how)
        code = process.wait(timeout=60)
        until(lambda: not is_running(worker), 30)
        assert code == (0 if how is signal.SIGTERM else -signal.SIGKILL)


def test_on_reload_the_worker_begins_anew(tmp_path: Path) -> None:
    with receiving() as receiver, service(tmp_path, receiver) as (port, process):
        before = worker_of(process)
        process.send_signal(signal.SIGHUP)
        until(lambda: worker_of(process) != before)
        wait_until_ready(port, process)


def test_without_an_index_there_is_no_worker(folder: Path) -> None:
    with running(COPYDESK_AGAINST=str(folder)) as (_, process):
        assert not any(WORKER in line for line in children(process.pid).values())


def test_a_delivery_file_that_makes_no_sense_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "delivery.toml").write_text("[[webhook]]\norigin = 'https://desk.example'\n")
    process = start(
        COPYDESK_BIND=f"127.0.0.1:{free_port()}",
        COPYDESK_INDEX=str(tmp_path / "news.db"),
        COPYDESK_DELIVERY=str(tmp_path / "delivery.toml"),
    )
    _, said = process.communicate(timeout=60)
    assert process.returncode not in (0, None)
    assert "webhook 1: it needs secret_env or secret_file" in said
