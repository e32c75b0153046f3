"""Each process computes on a processor of its own, what parses documents on any."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from service.processors import least_used
from tests.service.newsroom import MILL
from tests.service.server import ask, children, running
from tests.service.test_background import until

MINE = os.sched_getaffinity(0)


def test_the_next_process_gets_a_processor_that_fewest_use() -> None:
    first, last = min(MINE), max(MINE)
    assert least_used([], len(MINE)) == first
    others = [each for each in sorted(MINE) if each != last]
    assert least_used(others, len(MINE)) == last
    assert least_used([*MINE, *MINE, first], 9 * len(MINE)) != first or first == last


def test_no_processor_stands_idle_because_there_are_few_processes() -> None:
    assert least_used([], len(MINE) - 1) is None


def workers(master: int) -> list[int]:
    """The processes that answer: those that keep to one processor."""
    return [each for each in children(master) if len(os.sched_getaffinity(each)) == 1]


def test_processes_share_all_processors_evenly_after_one_died_and_a_reload(folder: Path) -> None:
    if len(MINE) == 1:
        pytest.skip("needs two processors")

    def are_even() -> bool:
        kept = [os.sched_getaffinity(each) for each in workers(process.pid)]
        return len(kept) == len(MINE) and set().union(*kept) == MINE

    number = str(len(MINE))
    with running(COPYDESK_AGAINST=str(folder), COPYDESK_WORKERS=number) as (port, process):
        until(are_even)
        before = workers(process.pid)
        os.kill(before[0], signal.SIGKILL)
        until(lambda: before[0] not in children(process.pid) and are_even())
        before = workers(process.pid)
        process.send_signal(signal.SIGHUP)
        until(lambda: not set(before) & set(children(process.pid)) and are_even())
        assert ask(port, "POST", "/v1/check", {"text": MILL})[0] == 200


def test_a_document_is_parsed_on_any_processor(folder: Path) -> None:
    with running(COPYDESK_AGAINST=str(folder), COPYDESK_WORKERS=str(len(MINE))) as (port, process):
        until(lambda: len(workers(process.pid)) == len(MINE))
        for worker in workers(process.pid):
            for reader in children(worker):
                os.kill(reader, signal.SIGKILL)
        page = {"document": {"html": f"<p>{MILL}"}}
        # A thread that keeps to one processor starts the next.
        until(lambda: ask(port, "POST", "/v1/check", page)[0] == 200)
        readers = [reader for each in workers(process.pid) for reader in children(each)]
        assert {frozenset(os.sched_getaffinity(each)) for each in readers} == {frozenset(MINE)}
