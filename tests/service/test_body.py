"""Strict JSON against the library's own lenient one."""

from __future__ import annotations

import contextlib
import json
import math
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.strictjson import MAX_DEPTH
from service.body import parse_json
from service.problems import Problem

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet='ab[{"\\'), inner),
    max_leaves=20,
)


@given(VALUES, st.booleans())
def test_sound_json_is_read_as_it_is(value: Any, ascii_only: bool) -> None:
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.text(alphabet='[]{}",:\\ \n0e.-Na\ud800', max_size=40) | st.text())
def test_anything_else_is_a_problem(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    with contextlib.suppress(Problem):
        assert parse_json(data) == json.loads(data)


def test_depth_counts_brackets_but_not_those_in_strings() -> None:
    deepest = "[" * MAX_DEPTH + '"' + '[{\\"[' * 100 + '"' + "]" * MAX_DEPTH
    assert parse_json(deepest.encode()) == json.loads(deepest)
    assert parse_json(b'"' + b"[" * 100 + b'"') == "[" * 100
    for opening in ('["",', '["\\"",', '["\\\\",', '{"a":'):
        with pytest.raises(Problem, match="nested deeper"):
            parse_json((opening * (MAX_DEPTH + 1)).encode())


def test_numbers_at_the_edge() -> None:
    assert parse_json(b"[-9223372036854775808, 9223372036854775807]") == [-(2**63), 2**63 - 1]
    assert parse_json(b"1e308") == 1e308
    assert parse_json(b"1e-999") == 0
    assert not math.isinf(float(str(parse_json(b"0." + b"9" * 5000))))
    for beyond in (b"9223372036854775808", b"-9223372036854775809"):
        with pytest.raises(Problem, match="out of range"):
            parse_json(beyond)


def test_a_surrogate_pair_is_a_character_and_an_escaped_backslash_is_none() -> None:
    assert parse_json(rb'"\ud83d\ude00 \\ud800"') == "\U0001f600 \\ud800"


def test_the_place_of_a_lone_surrogate_is_told() -> None:
    with pytest.raises(Problem, match="character 2") as caught:
        parse_json(rb'{"extra": [0, {"k": "ab\udc00"}]}')
    assert caught.value.errors[0].place == ("extra", "1", "k")
    with pytest.raises(Problem, match="character 0") as caught:
        parse_json(rb'{"extra": {"\udc00": "x"}}')
    assert caught.value.errors[0].place == ("extra",)


def test_a_long_key_is_not_repeated_in_full() -> None:
    key = b'"' + b"k" * 10_000 + b'":1'
    with pytest.raises(Problem) as caught:
        parse_json(b"{" + key + b"," + key + b"}")
    assert len(caught.value.detail) < 100


def told(data: bytes) -> str:
    try:
        parse_json(data)
    except Problem as problem:
        return problem.detail
    return "sound"


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"[" + b"[]," * 1_000_000 + b"[]]", "sound"),
        (b"{" + b",".join(b'"%d":0' % n for n in range(200_000)) + b',"199999":0}', "twice"),
        (b"[" * 60 + b'"",' * 500_000 + rb'"\ud83d\ude00"' + b"]" * 60, "sound"),
        (b"9" * 3_000_000, "out of range"),
        (b"0." + b"9" * 3_000_000, "sound"),
        (b'"' + b"\\" * 3_000_001, "not valid"),
    ],
    ids=["brackets", "keys", "deep strings", "digits", "decimals", "backslashes"],
)
def test_time_grows_no_faster_than_the_body(data: bytes, answer: str) -> None:
    begun = time.process_time()
    assert answer in told(data)
    assert time.process_time() - begun < 5
