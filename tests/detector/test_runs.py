"""Equal runs of two sequences, by the kernel and without it, beside the slow reference."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector import kernel
from detector.runs import Codes, common_runs
from tests import oracles

every_level = pytest.mark.parametrize("level", kernel.LEVELS)
few_codes = st.integers(1, 5).flatmap(lambda n: st.lists(st.integers(0, n - 1), max_size=40))
any_codes = st.lists(st.sampled_from([0, 1, 2**31, 2**32 - 2, 2**32 - 1]), max_size=24)


def codes(numbers: list[int]) -> Codes:
    return np.array(numbers, np.uint32)


@every_level
@given(
    st.one_of(few_codes, any_codes), st.one_of(few_codes, any_codes), st.integers(1, 9), st.data()
)
def test_the_runs_are_those_of_the_reference(
    level: str, a: list[int], b: list[int], gram: int, data: st.DataObject
) -> None:
    most = data.draw(st.integers(1, 9))
    wanted, is_cut = oracles.seeded_runs(a, b, gram, most)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "LEVEL", level)
        rows, cut = common_runs(codes(a), codes(b), gram, most)
    assert [tuple(row) for row in rows.tolist()] == wanted
    assert cut is is_cut


@every_level
def test_a_long_text_against_itself_is_one_run(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "LEVEL", level)
    text = np.arange(50_000, dtype=np.uint32)
    rows, is_cut = common_runs(text, text, gram=4, most=8)
    assert rows.tolist() == [[0, 0, 50_000]]
    assert not is_cut


@every_level
@pytest.mark.parametrize("period", [1, 2, 7, 1000])
def test_what_is_repeated_seeds_nothing_and_costs_little(
    level: str, period: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "LEVEL", level)
    text = np.arange(200_000, dtype=np.uint32) % period
    started = time.process_time()
    rows, is_cut = common_runs(text, text, gram=4, most=8)
    assert len(rows) == 0
    assert is_cut
    assert time.process_time() - started < 20  # quadratic would be hours


@pytest.mark.skipif(len(kernel.LEVELS) == 1, reason="needs the compiled kernel")
@pytest.mark.parametrize(("gram", "most"), [(0, 8), (4, 0), (65, 8), (4, 65)])
def test_the_kernel_refuses_grams_that_cannot_be(gram: int, most: int) -> None:
    with pytest.raises(ValueError, match="grams"):
        kernel.common_runs(codes([1]), codes([1]), gram, most)
