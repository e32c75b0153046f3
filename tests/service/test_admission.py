"""Who is served, who waits, who is told to come back: the line, the rates, the answers."""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from detector.ingest.fields import Extract
from detector.keys import make_key, save_keys
from service.app import create_app
from service.line import LIMIT, LONG, PATIENCE, PLACES, Line
from service.problems import Problem
from service.rate import BURST_SECONDS, KEYS, Rates
from tests.service.newsroom import MILL


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


# The line


def test_as_many_work_as_there_are_slots_and_the_next_waits() -> None:
    line = Line(slots=2)
    first, _ = line.enter(), line.enter()  # a little later
    came = threading.Event()

    def wait() -> None:
        line.enter()
        came.set()

    waiter = threading.Thread(target=wait)
    waiter.start()
    assert not came.wait(0.1)
    assert (line.working, line.waiting) == (2, 1)
    line.leave(first)
    assert came.wait(10)
    waiter.join()
    assert (line.working, line.waiting) == (2, 0)


def test_one_works_at_a_time_and_a_second_beside_one_that_takes_long() -> None:
    clock = Clock()
    line = Line(slots=2, clock=clock)
    line.enter()
    begun = threading.Event()

    def begin() -> None:
        line.enter()
        begun.set()

    second = threading.Thread(target=begin)
    second.start()
    assert not begun.wait(3 * LONG)  # no time has passed by the line's clock
    clock.now += LONG
    assert begun.wait(10)
    second.join()
    assert line.working == 2


def test_beside_one_that_takes_long_the_others_follow_each_other_at_once() -> None:
    clock = Clock()
    line = Line(slots=2, clock=clock)
    line.enter()
    clock.now += LONG
    started = time.monotonic()
    for _ in range(20):
        line.leave(line.enter())
    assert time.monotonic() - started < LONG
    assert line.working == 1


def test_what_waits_for_another_process_lets_others_work_and_is_never_refused() -> None:
    line = Line(slots=1)
    line.leave(line.enter())  # gone aside
    others = line.enter()
    line.waiting = PLACES  # whoever came now would be refused
    back = threading.Event()

    def come_back() -> None:
        line.rejoin()
        back.set()

    waiter = threading.Thread(target=come_back)
    waiter.start()
    assert not back.wait(0.1)
    line.leave(others)
    assert back.wait(10)
    waiter.join()
    assert line.working == 1


def test_a_document_is_read_while_others_have_the_turn(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    line: Line = client.application.extensions["copydesk_line"]
    working: list[int] = []

    def read(*_: object) -> Extract:
        working.append(line.working)
        return Extract(MILL, {})

    monkeypatch.setattr("detector.ingest.extract", read)
    assert client.post("/v1/check", data=b"<p>", content_type="text/html").status_code == 200
    assert working == [0]
    assert line.working == 0


def test_who_would_wait_too_long_is_refused_at_once_and_told_when_to_come_back() -> None:
    clock = Clock()
    line = Line(slots=1, clock=clock)
    for _ in range(100):  # it learns that each takes 1.5 s
        begun = line.enter()
        clock.now += 1.5
        line.leave(begun)
    line.refuse_if_full()  # nobody is there: no wait at all
    line.enter()
    with pytest.raises(Problem) as refused:
        line.enter()
    assert (refused.value.status, refused.value.code) == (503, "overloaded")
    assert refused.value.headers["Retry-After"] == "2"
    assert refused.value.detail == "Try again in 2 s."


def test_the_line_has_only_so_many_places() -> None:
    line = Line(slots=1)
    line.enter()
    line.waiting = PLACES
    with pytest.raises(Problem, match="Try again"):
        line.refuse_if_full()


def test_one_long_turn_does_not_close_the_service() -> None:
    clock = Clock()
    line = Line(slots=1, clock=clock)
    begun = line.enter()
    clock.now += 3600
    line.leave(begun)
    line.enter()
    line.refuse_if_full()
    assert PATIENCE < LIMIT


# The rate


def test_a_key_gets_its_rate_in_the_long_run_and_never_more_than_its_burst() -> None:
    """Beside a count of what passed: in no stretch of time more than rate and burst allow."""
    clock, chance = Clock(), random.Random(7)
    rates = Rates(per_second=20, clock=clock)
    passed: list[float] = []
    for _ in range(5000):
        clock.now += chance.choice([0.0, 0.01, 0.03, 0.5 * (chance.random() < 0.02)])
        if rates.ask("desk").passes:
            passed.append(clock.now)
    for first in range(0, len(passed), 37):
        for last in range(first, len(passed), 41):
            seconds = passed[last] - passed[first]
            assert last - first + 1 <= 20 * (seconds + BURST_SECONDS) + 1
    assert len(passed) >= min(20 * (clock.now - 1000) * 0.9, 4000 * 0.5)


def test_other_keys_are_not_touched_by_one_that_asks_too_often() -> None:
    clock = Clock()
    rates = Rates(per_second=20, clock=clock)
    refused = {f"key{number}": 0 for number in range(10)}
    for tick in range(1000):
        clock.now += 0.01
        for _ in range(5):
            refused["key0"] += not rates.ask("key0").passes
        for number in range(1, 10):
            if tick % 6 == 0:  # about 17 a second
                refused[f"key{number}"] += not rates.ask(f"key{number}").passes
    assert refused.pop("key0") > 4000
    assert set(refused.values()) == {0}


def test_who_is_refused_is_told_how_long_and_may_then() -> None:
    clock = Clock()
    rates = Rates(per_second=2, clock=clock)
    while (allowed := rates.ask("desk")).passes:
        pass
    clock.now += allowed.wait_s
    assert rates.ask("desk").passes


def test_more_keys_than_there_is_memory_for_still_have_a_rate() -> None:
    clock = Clock()
    rates = Rates(per_second=1, clock=clock)
    for number in range(2 * KEYS):
        clock.now += 1e-6
        assert rates.ask(f"key{number}").passes
    while (allowed := rates.ask("last")).passes:
        pass
    assert 0 < allowed.wait_s <= 1


def test_processes_count_together() -> None:
    rates = Rates(per_second=5, clock=lambda: 1000.0)
    children = []
    for _ in range(4):
        if not (child := os.fork()):
            os._exit(sum(rates.ask("desk").passes for _ in range(50)))
        children.append(child)
    passed = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert sum(passed) == 5 * BURST_SECONDS


# The answers


def test_a_key_above_its_rate_is_told_so_and_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {name: make_key(name, name, ["read"]) for name in ("busy", "calm")}
    save_keys(tmp_path / "keys.json", [key for key, _ in made.values()])
    monkeypatch.setenv("COPYDESK_RATE", "1")
    client = create_app(
        index=str(tmp_path / "n.db"), keys=str(tmp_path / "keys.json")
    ).test_client()
    busy, calm = ({"Authorization": f"Bearer {secret}"} for _, secret in made.values())
    answers = [client.post("/v1/check", json={"text": MILL}, headers=busy) for _ in range(9)]
    refused = [answer for answer in answers if answer.status_code != 200]
    assert refused
    told = refused[-1].json
    assert told is not None
    assert (told["status"], told["code"], told["retryable"]) == (429, "rate_limited", True)
    assert told["detail"] == "Rate limit is 1 per second."
    assert int(refused[-1].headers["Retry-After"]) >= 1
    assert refused[-1].headers["RateLimit-Policy"] == '"key";q=1;w=1'
    assert refused[-1].headers["RateLimit"].startswith('"key";r=0;t=')
    other = client.post("/v1/check", json={"text": MILL}, headers=calm)
    assert (other.status_code, other.headers["RateLimit"]) == (200, '"key";r=1;t=0')


def test_a_full_line_is_answered_while_health_goes_on(client: FlaskClient) -> None:
    line: Line = client.application.extensions["copydesk_line"]
    turns = [line.enter(), line.enter()]
    line.waiting = PLACES
    try:
        refused = client.post("/v1/check", json={"text": MILL})
        assert (refused.status_code, refused.json and refused.json["code"]) == (503, "overloaded")
        assert refused.headers["Retry-After"] == "1"
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 200
    finally:
        line.waiting = 0
        for begun in turns:
            line.leave(begun)
    assert client.post("/v1/check", json={"text": MILL}).status_code == 200
