"""The partners file: what it says, and what is refused."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import UsageError
from detector.model import Licence
from detector.partners import MAX_BYTES, MAX_LINE_BYTES, read_partners

WIRE = """
[[licence]]
outlet = ["Fairlead Press Agency", "FPA"]
partner = ["The Lindmoor Courier", "post.example"]
from = 2026-01-01
to = 2026-12-31
scope = "excerpt"
words = 150
credit = "Fairlead Press Agency"
corrections_follow = true
"""
OPEN = '[[licence]]\ndomain = "www.Whey.example"\nscope = "full"\n'


def test_every_key_is_read() -> None:
    partners = read_partners((WIRE + OPEN).encode(), "p.toml")
    wire = Licence(
        ("Fairlead Press Agency", "FPA"), (), frozenset({"lindmoor courier", "post.example",
        "the lindmoor courier"}), date(2026, 1, 1), date(2026, 12, 31), 150,
        ("Fairlead Press Agency",), True,
    )  # fmt: skip
    whole = Licence((), ("www.Whey.example",), frozenset(), None, None, None, (), False)
    assert partners.by_outlet == {"fairlead press agency": (wire,), "fpa": (wire,)}
    assert partners.by_domain == {"whey.example": (whole,)}


def test_licences_for_one_source_keep_the_order_of_the_file() -> None:
    named = [f'[[licence]]\noutlet = "{n} Echo"\nscope = "excerpt"\nwords = {w}\n' for n, w in
             [("The Dale", 9), ("Fell", 8), ("Dale", 7)]]  # fmt: skip
    partners = read_partners("".join(named).encode(), "p.toml")
    assert [x.words for x in partners.by_outlet["dale echo"]] == [9, 7]


def test_the_documented_example_is_one() -> None:
    docs = Path(__file__).parents[2] / "docs" / "cli.md"
    (example,) = re.findall(r"```toml\n(\[\[licence.*?)```", docs.read_text(), re.DOTALL)
    partners = read_partners(example.encode(), "p.toml")
    assert set(partners.by_outlet) == {"fairlead press agency", "fpa"}
    assert partners.by_domain["review.example"][0].words == 100


def test_an_empty_file_has_no_licences() -> None:
    assert not read_partners(b"\xef\xbb\xbf# none yet\n", "p.toml").by_outlet


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('scope = "full"', "licence 1: it needs outlet or domain, and not both"),
        ('outlet = "A"\ndomain = "b.example"\nscope = "full"', "licence 1 (A): it needs outlet or"),
        ('outlet = "A"', 'licence 1 (A): it needs scope = "full" or scope = "excerpt"'),
        ('outlet = "A"\nscope = "all"', 'licence 1 (A): it needs scope = "full" or'),
        ('outlet = "A"\nscope = ["full"]', 'licence 1 (A): it needs scope = "full" or'),
        ('outlet = "A"\nscope = "excerpt"', 'licence 1 (A): scope = "excerpt" needs words = 1 to'),
        ('outlet = "A"\nscope = "excerpt"\nwords = 0', "needs words = 1 to 100000"),
        ('outlet = "A"\nscope = "excerpt"\nwords = true', "needs words = 1 to 100000"),
        ('outlet = "A"\nscope = "excerpt"\nwords = 9.5', "needs words = 1 to 100000"),
        ('outlet = "A"\nscope = "full"\nwords = 9', 'words goes with scope = "excerpt"'),
        ('outlet = "A"\nscope = "full"\nfrom = "2026-01-01"', "from takes a day without quotation"),
        ('outlet = "A"\nscope = "full"\nto = 2026-01-01T10:00:00', "to takes a day without"),
        ('outlet = "A"\nscope = "full"\nfrom = 2026-02-01\nto = 2026-01-01', "to is before from"),
        ('outlet = "A"\nscope = "full"\ncorrections_follow = "yes"', "is true or false"),
        ('outlet = "A"\nscope = "full"\ncredit = "©"', "licence 1 (A): credit needs words"),
        ('outlet = "A"\nscope = "full"\npartners = "B"', "partners is not one of outlet, domain,"),
        ('outlet = 7\nscope = "full"', "licence 1: outlet takes names in quotation marks"),
        ('outlet = " "\nscope = "full"', "outlet takes names in quotation marks"),
        ('outlet = []\nscope = "full"', "outlet takes 1 to 500 names"),
        ('outlet = "A"\nscope = "full"\npartner = ["B", 7]', "partner takes names in quotation"),
        (f'outlet = "{"A" * 201}"\nscope = "full"', "outlet is longer than 200 characters"),
    ],
)
def test_an_entry_that_cannot_be_understood_is_named(entry: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        read_partners(f"[[licence]]\n{entry}\n".encode(), "p.toml")
    assert message in error.value.message
    assert error.value.message.startswith("p.toml: licence 1")
    assert error.value.code == "bad_config"


def test_the_number_of_the_entry_is_told() -> None:
    with pytest.raises(UsageError, match=r"^p.toml: licence 2 \(B\): it needs scope"):
        read_partners(f'{OPEN}[[licence]]\noutlet = "B"\n'.encode(), "p.toml")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"[[licence", "p.toml: not TOML: "),
        (b"\xff", "p.toml: not TOML: "),
        (b"a = 1" + b"1" * 900, "p.toml: it may have"),
        (b"licence = 7", "write [[licence]] above each licence"),
        (b"licence = [7]", "licence 1: write [[licence]] above it"),
        (b"[licence]\noutlet = 'A'", "write [[licence]] above each licence"),
        (b"[[partner]]\n", "it may have [[licence]] only, not partner"),
        (b"#\n" * MAX_BYTES, "larger than 262144 bytes"),
        (b"a" + b".a" * MAX_LINE_BYTES + b" = 1", "line 1 is longer than 1000 bytes"),
        (b"a = " + b"[\n" * 20_000, "p.toml: not TOML: "),
        (b"[[licence]]\n" * 5001, "more than 5000 licences"),
    ],
    ids=["half", "no utf-8", "long number", "number", "list", "table", "other name", "large",
         "dotted key", "deep", "many"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(UsageError) as error:
        read_partners(data, "p.toml")
    assert message in error.value.message


@given(st.binary(max_size=200) | st.text("[]licence=\"\n.ol{}'#7-", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(UsageError):
        assert not read_partners(data, "p.toml").by_domain
