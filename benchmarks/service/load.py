"""The service at more than it can serve: ``python -m benchmarks.service.load --seconds 20``.

First its capacity, with as many clients as keep it busy and each waiting for its answer; then an
open loop: requests at fixed moments, ``--times`` the capacity, whatever becomes of those before
(a closed loop would slow down with the service and hide that it is late). Latency counts from the
moment a request was due. Capacity and load come from one run, on one machine that also makes the
load, so only their ratio means something.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.service.client import closed, opened, percentile, service
from benchmarks.service.flights import TOO_LATE, Asked

_WORDS = [f"{a}{b}{c}" for a in ("ba", "ke", "lo", "mi") for b in ("r", "st", "n") for c in "aeiou"]


@dataclass(frozen=True, slots=True)
class Result:
    """``capacity_per_s`` was served in a closed loop; of ``sent`` requests at ``offered_per_s``,
    ``served_per_s`` were. Percentiles in milliseconds; ``failed``: neither served nor refused as
    documented; ``late``: hung up on because the client had connected and could not send."""

    capacity_per_s: float
    offered_per_s: float
    served_per_s: float
    sent: int
    refused: int
    failed: int
    late: int
    served_p99_ms: float
    refused_p99_ms: float

    @property
    def served_share(self) -> float:
        """How much of the capacity was still served under the load."""
        return self.served_per_s / self.capacity_per_s


def measure(seconds: float, times: float) -> Result:
    """Start a service over a made-up archive, find its capacity, then overload it."""
    chance = random.Random("load")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "one.txt").write_text(_text(chance, 50), encoding="utf-8")
        with service(COPYDESK_AGAINST=folder) as port:
            return _loaded(port, chance, seconds, times)


def _loaded(port: int, chance: random.Random, seconds: float, times: float) -> Result:
    body = json.dumps({"a": _text(chance, 600), "b": _text(chance, 600)}).encode()
    asked = Asked(port, "/v1/compare", [body])
    closed(asked, min(2.0, seconds))  # the first requests load and learn
    answers = closed(asked, seconds)
    capacity = sum(a.status == 200 for a in answers) / seconds
    answers = opened(asked, capacity * times, seconds)
    served = [a.elapsed_ms for a in answers if a.status == 200]
    refused = [a.elapsed_ms for a in answers if a.status in (429, 503) and a.retry_after]
    late = sum(a.status == TOO_LATE for a in answers)
    return Result(
        round(capacity, 1),
        round(capacity * times, 1),
        round(len(served) / seconds, 1),
        len(answers),
        len(refused),
        len(answers) - len(served) - len(refused) - late,
        late,
        percentile(served, 0.99),
        percentile(refused, 0.99),
    )


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(words)) + "."


def told(result: Result) -> dict[str, float]:
    """The result as JSON has it."""
    return {**asdict(result), "served_share": round(result.served_share, 3)}


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--times", type=float, default=4.0)
    given = parser.parse_args()
    result = measure(given.seconds, given.times)
    print(json.dumps(told(result)))


if __name__ == "__main__":
    main()
