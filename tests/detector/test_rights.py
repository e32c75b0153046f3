"""A pair and the licences on file: whether the one may use the other's text as it does."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.model import (
    Comparison,
    Document,
    Path,
    Permission,
    Relation,
    Rights,
    Side,
    Upstream,
    as_it_is,
)
from detector.partners import read_partners
from detector.rights import rights
from tests.detector.pairs import pair

FULL = '[[licence]]\noutlet = "Northern Wire"\nscope = "full"\n'
SHORT = '[[licence]]\noutlet = "Northern Wire"\nscope = "excerpt"\nwords = 9\n'
TERM = f"{FULL}from = 2026-03-01\nto = 2026-03-31\n"
CREDIT = f'{FULL}credit = "© Northern Wire, 2026"\n'
WIRE = Document("wire", "Ferry.", outlet="Northern Wire", url="https://news.wire.example/ferry")
POST = Document("post", "Ferry.", outlet="The Thornsea Post", published_at="2026-03-14T19:05:00Z")


def use(user: Document = POST, source: Document = WIRE, **known: Any) -> Comparison:
    return pair(source, user, source="a", **known)


def status(file: str, found: Comparison) -> str:
    return str(rights(found, read_partners(file.encode(), "p.toml")).status)


def reason(file: str, found: Comparison) -> str:
    return rights(found, read_partners(file.encode(), "p.toml")).reason


def changed(document: Document, **known: Any) -> Document:
    return dataclasses.replace(document, **known)


# Source and partner


def test_what_is_on_file_for_anyone_allows_it() -> None:
    assert status(FULL, use()) == "within_terms"
    assert reason(FULL, use()) == (
        "A licence on file lets The Thornsea Post use texts of Northern Wire in full."
    )


def test_what_is_not_on_file_is_said_to_be_missing() -> None:
    other = changed(WIRE, outlet="Southern Wire")
    assert status(FULL, use(source=other)) == "no_licence_on_file"
    assert reason(FULL, use(source=other)) == "Nothing is on file for texts of Southern Wire."


@pytest.mark.parametrize(
    ("partner", "wanted"),
    [
        ("Thornsea Post", "within_terms"),
        ("the THORNSEA  post", "within_terms"),
        ("thornsea.example", "within_terms"),
        ("www.Thornsea.Example", "within_terms"),
        ("example", "no_licence_on_file"),
        ("sea.example", "no_licence_on_file"),
        ("Dale Echo", "no_licence_on_file"),
    ],
)
def test_a_partner_is_named_by_outlet_or_domain(partner: str, wanted: str) -> None:
    user = changed(POST, url="https://www.thornsea.example:443/news/1")
    assert status(f'{FULL}partner = ["Fell Mail", "{partner}"]\n', use(user)) == wanted


def test_a_source_is_named_by_any_of_its_names_or_its_domain() -> None:
    names = FULL.replace('"Northern Wire"', '["NW", "Northern Wire"]')
    domain = '[[licence]]\ndomain = "wire.example"\nscope = "full"\n'
    assert status(names, use()) == status(domain, use()) == "within_terms"
    assert status(domain, use(source=changed(WIRE, url="http://[x"))) == "no_licence_on_file"


def test_known_names_of_one_outlet_are_the_same() -> None:
    file = FULL.replace("Northern Wire", "The Associated Press")
    assert status(file, use(source=changed(WIRE, outlet="AP"))) == "within_terms"


def test_nothing_is_told_of_texts_that_state_no_outlet() -> None:
    nobody = changed(WIRE, outlet=None, url=None)
    assert status(FULL, use(source=nobody)) == "unknown"
    assert reason(FULL, use(source=nobody)) == "wire states no outlet that could be looked up."
    partner = f'{FULL}partner = "Fell Mail"\n'
    assert status(partner, use(changed(POST, outlet=None))) == "unknown"
    assert status(FULL, use(changed(POST, outlet=None))) == "within_terms"
    assert status(CREDIT, use(changed(POST, outlet=None))) == "credit_missing"
    assert status(CREDIT + partner, use(changed(POST, outlet=None))) == "unknown"


# Terms


@pytest.mark.parametrize(
    ("at", "wanted"),
    [
        ("2026-03-01", "within_terms"),
        ("2026-03-31T23:59:00-11:00", "within_terms"),
        ("2026-02-28T23:59:59+14:00", "outside_terms"),
        ("2026-04-01", "outside_terms"),
        ("last week", "unknown"),
        (None, "unknown"),
    ],
)
def test_it_must_be_dated_while_the_licence_runs(at: str | None, wanted: str) -> None:
    assert status(TERM, use(changed(POST, published_at=at))) == wanted


def test_a_term_may_be_open_at_one_end() -> None:
    assert status(f"{FULL}from = 2026-03-01\n", use()) == "within_terms"
    assert status(f"{FULL}to = 2026-03-01\n", use()) == "outside_terms"
    assert reason(f"{FULL}to = 2026-03-01\n", use()) == (
        "The Thornsea Post is dated 2026-03-14, but the licence for texts of Northern Wire runs "
        "to 2026-03-01."
    )


def test_an_excerpt_may_not_be_longer_than_agreed() -> None:
    assert status(SHORT, use(words=9)) == "within_terms"
    assert status(SHORT, use(words=10)) == "outside_terms"
    assert "10 words of Northern Wire" in reason(SHORT, use(words=10))


def test_what_is_retold_is_no_excerpt() -> None:
    found = use(words=10)
    told = dataclasses.replace(found.b.coverage, by_kind={"paraphrase": 4, "edited": 6})
    retold = dataclasses.replace(found, b=dataclasses.replace(found.b, coverage=told))
    assert status(SHORT, retold) == "within_terms"


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        ({"text": "A ferry.\n© NORTHERN  WIRE, 2026."}, "within_terms"),
        ({"byline": "Northern Wire 2026"}, "within_terms"),
        ({"text": "Northern Wire said in 2026."}, "credit_missing"),
        ({"text": "xNorthern Wire 2026"}, "credit_missing"),
    ],
)
def test_the_credit_line_must_stand_there(known: dict[str, str], wanted: str) -> None:
    assert status(CREDIT, use(changed(POST, **known))) == wanted


def test_one_of_several_credit_lines_is_enough() -> None:
    file = f'{FULL}credit = ["Northern Wire", "NW"]\n'
    assert status(file, use(changed(POST, text="A ferry (NW)"))) == "within_terms"
    assert "The line “Northern Wire”" in reason(file, use())


def test_a_text_that_its_source_takes_back_may_not_be_kept() -> None:
    back = use(source=changed(WIRE, status="canceled"))
    assert status(FULL, back) == "within_terms"
    assert status(f"{FULL}corrections_follow = true\n", back) == "outside_terms"
    assert status(f"{FULL}corrections_follow = true\n", use()) == "within_terms"


def test_of_several_faults_the_worst_is_told_and_of_several_licences_the_kindest() -> None:
    both = f"{CREDIT}to = 2026-03-01\n"
    assert status(both, use()) == "outside_terms"
    assert status(both + CREDIT, use()) == "credit_missing"
    assert status(both + CREDIT + FULL, use()) == "within_terms"


# What the pair itself leaves open


@pytest.mark.parametrize("relation", [r for r in Relation if not r.is_copying])
def test_where_nothing_was_copied_nothing_is_told(relation: Relation) -> None:
    assert status(FULL, use(relation=relation)) == "unknown"


def test_a_house_needs_no_licence_for_its_own_texts() -> None:
    sister = changed(POST, owner="Reach")
    assert status("", use(sister, changed(WIRE, owner="Reach"))) == "within_terms"
    assert status("", use(changed(POST, outlet="the northern wire"))) == "within_terms"
    assert status("", use(relation=Relation.REVISION)) == "within_terms"


def test_where_nobody_can_tell_who_was_first_only_what_is_sure_is_told() -> None:
    same = pair(WIRE, POST, Relation.IDENTICAL)
    assert status(FULL, same) == "within_terms"
    assert status("", same) == "no_licence_on_file"
    assert status(f"{FULL}to = 2026-03-01\n", same) == "unknown"
    assert reason(FULL, same).startswith("Nobody can tell which text was first. A licence")


def test_a_source_by_its_stated_time_only_is_called_so() -> None:
    by_time = "Northern Wire is the source by its stated time only."
    assert reason("", use(confidence=0.599)).endswith(by_time)
    assert by_time not in reason("", use(confidence=0.75))
    assert by_time not in reason(FULL, use(confidence=0.599))


@pytest.mark.parametrize("source", [None, "a"])
def test_two_texts_of_an_absent_original_are_held_to_its_terms_and_not_to_each_other(
    source: Side | None,
) -> None:
    mail = changed(POST, id="mail", outlet="Fell Mail")
    upstream = Upstream("Northern Wire")
    both = pair(POST, mail, source=source, path=Path.COMMON_UPSTREAM, upstream=upstream)
    assert status(FULL, both) == "within_terms"
    assert status("", both) == "no_licence_on_file"
    one = f'{FULL}partner = "The Thornsea Post"\n'
    assert (
        reason(one, both) == "Nothing is on file for texts of Northern Wire that names Fell Mail."
    )
    assert status(SHORT, both) == "unknown"
    nothing = read_partners(b"", "p.toml")
    assert rights(both, nothing) == rights(both.flip(), nothing)


def test_what_is_not_named_or_has_pairs_of_its_own_is_left_to_those() -> None:
    for upstream in (None, Upstream("Northern Wire", "wire")):
        both = pair(POST, WIRE, path=Path.COMMON_UPSTREAM, upstream=upstream)
        assert status(FULL, both) == "unknown"


# Any pair, any file

LICENCES = [FULL, SHORT, TERM, CREDIT, f'{FULL}partner = "Fell Mail"\n']
WORST = list(Permission)


@st.composite
def any_pair(draw: st.DrawFn) -> Comparison:
    outlets = [None, "Northern Wire", "Thornsea Post", "Fell Mail"]
    one, other = (
        Document(
            name, "Ferry.", outlet=draw(st.sampled_from(outlets)),
            published_at=draw(st.sampled_from([None, "2026-03-14", "2025-03-14"])),
            url=draw(st.sampled_from([None, "https://wire.example/", "https://[", "x"])),
        )
        for name in "ab"
    )  # fmt: skip
    return pair(
        one, other, draw(st.sampled_from(list(Relation))),
        draw(st.sampled_from([None, "a", "b"])), path=draw(st.sampled_from(Path)),
        confidence=draw(st.sampled_from([0.5, 0.9])),
        upstream=draw(st.sampled_from([None, Upstream("Northern Wire"), Upstream("x", "x")])),
        words=draw(st.sampled_from([5, 15])),
    )  # fmt: skip


@given(any_pair(), st.lists(st.sampled_from(LICENCES)))
def test_swapping_the_texts_changes_nothing(found: Comparison, file: list[str]) -> None:
    partners = read_partners("".join(file).encode(), "p.toml")
    assert rights(found.flip(), partners) == rights(found, partners)
    assert rights(found, partners).reason.endswith(".")


@given(any_pair(), st.lists(st.sampled_from(LICENCES), min_size=1))
def test_a_file_allows_what_the_kindest_of_its_licences_allows(
    found: Comparison, file: list[str]
) -> None:
    directed = dataclasses.replace(
        found, direction=dataclasses.replace(found.direction, source="a", path=Path.DIRECT)
    )
    alone = [status(licence, directed) for licence in file]
    fitting = [one for one in alone if one != "no_licence_on_file"] or alone
    assert status("".join(file), directed) == min(fitting, key=[str(p) for p in WORST].index)


@given(any_pair())
def test_rights_change_nothing_else(found: Comparison) -> None:
    told = dataclasses.replace(found, rights=Rights(Permission.UNKNOWN, as_it_is("Because.")))
    facts = told.to_dict()
    assert facts.pop("rights") == {"status": "unknown", "reason": "Because."}
    assert facts == found.to_dict()
    assert told.flip().rights == told.rights
