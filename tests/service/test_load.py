"""More than can be served: what is not served is refused as documented, nothing is lost."""

from __future__ import annotations

from benchmarks.service.load import Answer, Result, _percentile, measure


def test_what_cannot_be_served_is_refused_with_the_time_to_come_back() -> None:
    result = measure(seconds=2, times=6)
    assert result.failed == 0
    assert result.refused > 0
    assert result.sent - result.refused > 0


def test_a_percentile_is_a_value_that_occurred() -> None:
    assert _percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert _percentile([1.0], 0.99) == 1.0
    assert _percentile([], 0.99) == 0.0
    assert Answer(200, 1.0, False).status == 200
    assert Result(10.0, 40.0, 8.0, 0, 0, 0, 0.0, 0.0).served_share == 0.8
