"""Work by several processes or threads: in order, lazily, and with a clear word when one dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from detector.errors import CopydeskError
from detector.parallel import AHEAD, each, each_by_threads


def square(number: int) -> int:
    return number * number


def die_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def fail(number: int) -> int:
    raise ValueError(f"no {number}")


both_ways = pytest.mark.parametrize("each_by", [each, each_by_threads])


@both_ways
@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_items(
    each_by: Callable[..., Iterator[Any]], workers: int
) -> None:
    assert list(each_by(square, range(40), workers)) == [n * n for n in range(40)]
    assert list(each_by(square, [], workers)) == []


@both_ways
def test_items_are_taken_only_a_few_ahead(each_by: Callable[..., Iterator[Any]]) -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield number

    results = each_by(square, items(), 2)
    assert next(results) == 0
    assert taken <= 2 * AHEAD + 1
    results.close()  # type: ignore[attr-defined]


def test_a_killed_worker_is_told_with_what_to_do() -> None:
    with pytest.raises(CopydeskError, match="fewer workers") as caught:
        list(each(die_at_three, range(10), 2))
    assert caught.value.code == "worker_lost"


@both_ways
@pytest.mark.parametrize("workers", [1, 2])
def test_what_goes_wrong_in_the_work_is_raised(
    each_by: Callable[..., Iterator[Any]], workers: int
) -> None:
    with pytest.raises(ValueError, match="no 1"):
        list(each_by(fail, [1], workers))
