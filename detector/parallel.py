"""The same work on many items by several processes or threads; the results come in the order of the
items, so that nothing depends on how many there are."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from detector.errors import CopydeskError

Item = TypeVar("Item")
Result = TypeVar("Result")
AHEAD = 3
"""So many items for each worker are handed out before the first result is taken."""


def each(
    work: Callable[[Item], Result], items: Iterable[Item], workers: int = 1
) -> Iterator[Result]:
    """What ``work`` makes of each item, in order. With several workers it must be a function of a
    module, or an object of one; items and results are copied between the processes, and a script
    that comes here must do so under ``if __name__ == "__main__"``, as the workers import it.

    Raises CopydeskError where a process was killed.

    >>> list(each(abs, [-2, 1]))
    [2, 1]
    """
    if workers == 1:
        yield from map(work, items)
        return
    # Spawned: a copy of a process that has threads can hang.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _leave_interrupts_to_the_parent)
    try:
        yield from _in_order(pool, work, items, AHEAD * workers)
    except BrokenProcessPool as error:
        raise CopydeskError(
            "a worker process was killed, as happens where memory runs out (use fewer workers), or "
            'could not start, as in a script without `if __name__ == "__main__"`',
            code="worker_lost",
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def each_by_threads(
    work: Callable[[Item], Result], items: Iterable[Item], workers: int = 1
) -> Iterator[Result]:
    """The same by threads: for work that is mostly the compiled kernel's, which leaves the others
    running, and whose results would take longer to copy.

    >>> list(each_by_threads(abs, [-2, 1], workers=2))
    [2, 1]
    """
    if workers == 1:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from _in_order(pool, work, items, AHEAD * workers)


def _in_order(
    pool: Executor, work: Callable[[Item], Result], items: Iterable[Item], ahead: int
) -> Iterator[Result]:
    waiting: deque[Future[Result]] = deque()
    for item in items:
        waiting.append(pool.submit(work, item))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
