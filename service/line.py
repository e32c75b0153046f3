"""The line before the work: few requests are worked on at once, few wait, the rest is told at once.

Comparing texts takes a processor, so more at a time would only make all of them late: one at a
time, and another beside it where that one takes long, so that it does not stop all others. Who
would wait longer than ``PATIENCE`` is refused when he comes, not after waiting in vain.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from service.problems import Problem

SLOTS = 2  # of one process
LONG = 0.1  # seconds of work after which another begins beside it
PLACES = 16
PATIENCE = 1.0  # seconds that somebody may expect to wait
LIMIT = 5.0  # seconds after which even that expectation has failed
_LEARNING = 0.1
_LONGEST = 2.0  # one bulk upload must not make every other request look as long


class Line:
    """Who waits and who works, in one process.

    >>> line = Line()
    >>> begun = line.enter()
    >>> line.working
    1
    >>> line.leave(begun)
    """

    def __init__(self, slots: int = SLOTS, clock: Callable[[], float] = time.monotonic) -> None:
        self.waiting = 0
        self._coming = 0
        self._begun: list[float] = []  # when those who work began, rising
        self._slots = slots
        self._clock = clock
        self._seconds = 0.05  # what one takes, learnt from those who were served
        self._changed = threading.Condition()

    @property
    def working(self) -> int:
        """How many work."""
        return len(self._begun)

    def refusal(self) -> Problem | None:
        """What who comes now must be told, if he would wait too long: 503, ``overloaded``."""
        ahead = self.waiting + self._coming
        if self.working < self._slots and not ahead:
            return None
        expected = (ahead + 1) * self._seconds
        is_full = ahead >= PLACES or expected > PATIENCE
        return _overloaded(expected) if is_full else None

    def refuse_if_full(self) -> None:
        """Raise Problem (503, ``overloaded``) if who comes now would wait too long."""
        if problem := self.refusal():
            raise problem

    def expect(self, number: int) -> None:
        """So many more, or fewer, are on their way to the line and count as if they waited."""
        with self._changed:
            self._coming += number

    def enter(self) -> float:
        """Wait for a turn; the moment it began is for :meth:`leave`.

        Raises Problem (503, ``overloaded``) where that would take too long.
        """
        with self._changed:
            self.refuse_if_full()
            self.waiting += 1
            try:
                return self._begin(LIMIT)
            finally:
                self.waiting -= 1

    def rejoin(self) -> float:
        """Wait for another turn of work that has begun, which is not refused any more; the moment
        it began is for :meth:`leave`."""
        with self._changed:
            return self._begin(math.inf)

    def _begin(self, limit: float) -> float:
        """Wait for a turn, so many seconds at most; when it began."""
        came = self._clock()
        while not self._has_turn():
            if self._clock() - came > limit:
                raise _overloaded(limit)
            self._changed.wait(LONG)
        self._begun.append(self._clock())
        return self._begun[-1]

    def _has_turn(self) -> bool:
        """Whether who is first may begin: all who work have done so for long."""
        are_long = not self._begun or self._clock() - self._begun[-1] >= LONG
        return are_long and self.working < self._slots

    def leave(self, begun: float) -> None:
        """Let the next one in, and learn how long a turn takes."""
        took = min(self._clock() - begun, _LONGEST)
        with self._changed:
            self._begun.remove(begun)
            self._seconds += _LEARNING * (took - self._seconds)
            self._changed.notify()


def _overloaded(seconds: float) -> Problem:
    wait = max(1, math.ceil(seconds))
    detail = f"Try again in {wait} s."
    return Problem(503, "overloaded", detail, headers={"Retry-After": str(wait)})
