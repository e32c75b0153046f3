"""A story as a tree in 80 columns."""

from __future__ import annotations

import io
from pathlib import Path as File

import pytest
from rich.cells import cell_len
from rich.console import Console

from detector.model import (
    Branch,
    Cascade,
    Cluster,
    Credit,
    Document,
    Path,
    Relation,
    Upstream,
)
from detector.report.story import story_view

GOLDEN = File(__file__).parents[1] / "golden"
AGENCY = Upstream("Northern Wire")


def printed(story: Cascade, colour: bool = False) -> str:
    console = Console(
        width=80, file=io.StringIO(), force_terminal=colour,
        color_system="truecolor" if colour else None,
    )  # fmt: skip
    with console.capture() as captured:
        console.print(story_view(story))
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def text(name: str, outlet: str | None = None, at: str | None = None) -> Document:
    return Document(id=name, text="", outlet=outlet, published_at=at)


def link(
    document: Document | str,
    source: str | None = None,
    path: Path | None = Path.DIRECT,
    relation: Relation | None = Relation.SYNDICATED,
    credit: Credit | None = Credit.CREDITED,
    member: bool = True,
    upstream: Upstream | None = None,
) -> Branch:
    given = text(document) if isinstance(document, str) else document
    return Branch(given, member, source, upstream, path, 0.8, relation, credit)


def first(document: Document | str) -> Branch:
    return link(document, None, None, None, None)


def story(*links: Branch, origin: str | None = "wire", upstream: Upstream | None = None) -> Cascade:
    members = tuple(sorted(x.document.id for x in links if x.member))
    return Cascade(Cluster("c", members, origin), upstream, links)


def told() -> Cascade:
    return story(
        first(text("agency/2026/wire.txt", "Northern Wire", "2026-03-14T19:05:00Z")),
        link(
            text("courier.txt", "The Lindmoor Courier", "2026-03-14T23:40:12+02:00"),
            "agency/2026/wire.txt",
        ),
        link(
            text("blog.html", None, "2026-03-15"), "courier.txt", Path.UNKNOWN,
            credit=Credit.WRONG_SOURCE,
        ),
        link(
            text("digest.txt", "Harbour Digest"), "courier.txt", Path.THROUGH_OTHER,
            Relation.DERIVED, Credit.UNCREDITED, member=False,
        ),
        link(
            text("courier-2.txt", "The Lindmoor Courier", "2026-03-16T08:00"), "courier.txt",
            relation=Relation.REVISION, credit=Credit.NOT_NEEDED,
        ),
        link("lost.txt", None, Path.UNKNOWN, Relation.IDENTICAL, None),
        origin="agency/2026/wire.txt",
    )  # fmt: skip


def of(upstream: Upstream, document: Document | str) -> Branch:
    return link(document, None, Path.COMMON_UPSTREAM, upstream=upstream)


def absent() -> Cascade:
    return story(
        of(AGENCY, text("courier.txt", "The Lindmoor Courier")),
        of(AGENCY, "echo.txt"),
        link("post.txt", "echo.txt", credit=Credit.PARTLY),
        of(Upstream("Pell Dairies", "release.txt"), "mail.txt"),
        origin="courier.txt",
        upstream=AGENCY,
    )


def test_stories_are_the_golden_ones() -> None:
    # To take a new look after a change: read the failed comparison, then write it there.
    shown = printed(told()) + "\n" + printed(absent())
    assert shown == (GOLDEN / "story.txt").read_text()


def test_a_long_list_is_cut_and_says_what_is_not_credited() -> None:
    copies = [
        link(f"{n:02}", "wire", credit=Credit.UNCREDITED if n > 46 else None) for n in range(48)
    ]
    shown = printed(story(first("wire"), *copies))
    assert shown.count("Reprint") == 11
    assert shown.endswith("└── and 37 more, 1 without credit to the source\n")


def test_what_is_cut_is_counted_below_the_text_it_comes_from() -> None:
    chain = [link(f"{n}", f"{n - 1}" if n else "wire") for n in range(9)]
    shown = printed(story(first("wire"), *chain, link("beside", "wire")))
    assert shown.splitlines()[-3].endswith("└── and 4 more")
    assert "beside" in shown.splitlines()[-2]


def test_what_is_cut_below_an_absent_original_is_counted_there() -> None:
    copies = [of(AGENCY, f"{n:02}") for n in range(14)]
    assert printed(story(*copies, origin=None)).endswith("    └── and 2 more\n")


def test_the_texts_nearest_to_the_origin_are_shown() -> None:
    inner = [link(f"copy{n}", "wire") for n in range(8)]
    outer = [link(f"far{n}", "copy0") for n in range(40)]
    shown = printed(story(first("wire"), inner[0], *outer, *inner[1:]))
    assert all(f"copy{n}" in shown for n in range(8))
    assert "and 37 more" in shown


def test_nobody_is_called_first_where_nobody_can_tell() -> None:
    shown = printed(
        story(link("a", None, Path.UNKNOWN), link("b", None, Path.UNKNOWN), origin=None)
    )
    assert "Nobody can tell who had it first" in shown
    assert "sure" not in shown
    assert "origin" not in shown


def test_missing_credit_stands_out_in_colour() -> None:
    shown = printed(told(), colour=True)
    assert shown.count("\x1b[2;38;2;215;95;95m") == 2


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2026-03-14T19:05:59.5Z", "2026-03-14 19:05  x"),
        ("2026-03-14T19:05:00-05:00", "2026-03-14 19:05-05:00  x"),
        ("2026-03-14", "2026-03-14        x"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01 00:00+14:00  x"),
        ("last week", "no time stated    x"),
        ("2026W11\x1b06", "2026W11\\x1b06     x"),
    ],
)
def test_times_stay_as_they_are_stated(given: str, shown: str) -> None:
    assert f"└── {shown}\n" in printed(story(first(text("x", None, given)), origin=None))


@pytest.mark.parametrize("name", ["渡轮恢复运营" * 12, "ferry🚢" * 20, "a" * 300, "המעבורת" * 9])
def test_no_name_is_wider_than_the_page(name: str) -> None:
    links = [first(text(name, name)), *(link(text(f"{n}{name}", name), name) for n in range(3))]
    assert max(map(cell_len, printed(story(*links, origin=name)).splitlines())) <= 80
