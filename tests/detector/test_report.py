"""What a result looks like to people and to programs. The texts are made up."""

import csv
import dataclasses
import io
import json
import re
from pathlib import Path as File

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from detector.model import (
    Attribution,
    Basis,
    Branch,
    Cascade,
    Cluster,
    Comparison,
    Coverage,
    Credit,
    Direction,
    Document,
    Kind,
    PairSide,
    Passage,
    Path,
    Permission,
    Relation,
    Report,
    Rights,
    Role,
    Run,
    Searched,
    Severity,
    SourceShare,
    Span,
    Upstream,
    Verdict,
    as_it_is,
)
from detector.report import csv_header, csv_row, json_line, overview, pair_view, report_view

GOLDEN = File(__file__).parents[1] / "golden"

WIRE = Document(
    id="wire/ferry-4.txt",
    title="Ferry back in service after engine fire",
    outlet="Northern Wire",
    published_at="2026-03-02T06:10:00Z",
    text="""The harbour ferry returned to service on Monday, eleven days after a fire in its engine
room left 140 passengers adrift for three hours. Inspectors found that a fuel line had been
patched with tape and that the crew had reported the leak twice. The operator refused to say who
had ordered the repair. “Nobody was hurt, and that was luck,” said the harbour master, Ida Lund.
More to follow.""",
)
DIGEST = Document(
    id="digest.txt",
    outlet="Harbour Digest",
    text="""According to Northern Wire, the harbour ferry is sailing again, eleven days after a
fire in its engine room. The agency writes: “Inspectors found that a fuel line had been patched
with tape and that the crew had reported the leak twice.” The company would not name the person
behind the makeshift fix. “Nobody was hurt, and that was luck,” the harbour master told reporters.
More to follow.""",
)


def where(document: Document, first: str, last: str) -> Span:
    start = document.text.index(first)
    return Span(start, document.text.index(last, start) + len(last))


def passage(
    a: tuple[str, str],
    b: tuple[str, str],
    kind: Kind,
    words: int,
    ratio: float,
    basis: Basis = Basis.DERIVATION,
    quoted: tuple[bool, bool] = (False, False),
    attributed: bool = False,
    flags: tuple[str, ...] = (),
) -> Passage:
    return Passage(
        f"{words}-{kind}", where(WIRE, *a), where(DIGEST, *b), kind, basis, words, ratio,
        *quoted, attributed, None, flags,
    )  # fmt: skip


PASSAGES = (
    passage(("The harbour ferry", "room"), ("the harbour ferry", "room"), Kind.EDITED, 17, 0.8),
    passage(
        ("Inspectors", "leak twice."), ("Inspectors", "leak twice."), Kind.VERBATIM, 20, 1.0,
        quoted=(False, True), attributed=True,
    ),
    passage(("The operator", "the repair."), ("The company", "fix."), Kind.PARAPHRASE, 10, 0.1),
    passage(
        ("“Nobody", "luck,”"), ("“Nobody", "luck,”"), Kind.VERBATIM, 7, 1.0,
        Basis.SHARED_QUOTE, quoted=(True, True),
    ),
    passage(("More", "follow."), ("More", "follow."), Kind.VERBATIM, 3, 1.0, Basis.INCIDENTAL),
)  # fmt: skip


def side(document: Document, words: int, derived: int, *cues: Attribution) -> PairSide:
    coverage = Coverage(derived, words, {"verbatim": 20}, 0.4, 0.3)
    return PairSide(document, words, document.digest, coverage, cues)


def summary() -> Comparison:
    agency = Attribution(
        where(DIGEST, "According", "Wire"), "according_to", Role.TEXT, "Northern Wire"
    )
    return Comparison(
        a=side(WIRE, 68, 47),
        b=side(DIGEST, 66, 44, agency),
        relation=Relation.DERIVED,
        direction=Direction("a", 0.82, Path.DIRECT),
        verdict=verdict(
            "Harbour Digest is a credited summary of a Northern Wire text. 44 of its 66 words"
            " (67 %) follow it: 20 quote its prose, 24 rewrite it. Permission was not assessed.",
            Severity.REVIEW,
            Credit.PARTLY,
        ),
        passages=PASSAGES,
        longest_words=20,
        reasons=(
            as_it_is("Prose of A stands in quotation marks in B."),
            as_it_is("B names Northern Wire in its first sentence."),
        ),
    )


def verdict(sentence: str, severity: Severity, credit: Credit) -> Verdict:
    return Verdict((as_it_is(sentence),), severity, credit)


def report() -> Report:
    pair = summary().flip()
    stock = dataclasses.replace(
        pair,
        a=side(DIGEST, 66, 0),
        b=side(Document("tides.txt", "Tide tables."), 2, 0),
        relation=Relation.INCIDENTAL,
        direction=Direction(None, 0, Path.UNKNOWN),
        verdict=verdict(
            "Harbour Digest and tides.txt share a stock phrase only.",
            Severity.NONE,
            Credit.NOT_NEEDED,
        ),
        passages=(),
    )
    return Report(
        document=pair.a,
        verdict=pair.verdict,
        coverage=0.67,
        sources=(SourceShare("wire/ferry-4.txt", 0.67, 0.67),),
        matches=(pair, stock),
        total=2,
        searched=Searched(24, 9, "2026-03-01", "2026-04-02"),
        truncated=False,
        run=Run("0.1.0", "0" * 16, "0" * 16, 24, None),
    )


def story() -> Cascade:
    first = Branch(WIRE, True, None, None, None, 0.0, None, None)
    copy = Branch(
        DIGEST, True, "wire/ferry-4.txt", None, Path.DIRECT, 0.82, Relation.SYNDICATED,
        Credit.PARTLY,
    )  # fmt: skip
    return Cascade(Cluster("c1", (DIGEST.id, WIRE.id), WIRE.id), None, (first, copy))


def printed(view: RenderableType, colour: bool = False, width: int = 80) -> str:
    console = Console(
        width=width, file=io.StringIO(), force_terminal=colour,
        color_system="truecolor" if colour else None,
    )  # fmt: skip
    with console.capture() as captured:
        console.print(view)
    return "".join(f"{line.rstrip(' ')}\n" for line in captured.get().splitlines())


def cells(row: str) -> list[str]:
    (cells,) = csv.reader(io.StringIO(row, newline=""))
    return cells


def renamed(pair: Comparison, **facts: str) -> Comparison:
    document = dataclasses.replace(pair.a.document, **facts)  # type: ignore[arg-type]
    return dataclasses.replace(pair, a=dataclasses.replace(pair.a, document=document))


def of_texts(a: str, b: str, kind: Kind = Kind.EDITED) -> Comparison:
    """A pair whose one passage is both texts as a whole."""
    pair = summary()
    whole = Passage(
        "p", Span(0, len(a)), Span(0, len(b)), kind, Basis.DERIVATION, len(a.split()), 0.9,
        False, False, False, None,
    )  # fmt: skip
    sides = [side(Document(name, text), 9, 9) for name, text in (("a", a), ("b", b))]
    return dataclasses.replace(pair, a=sides[0], b=sides[1], passages=(whole,))


# For people


@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("pair", pair_view(summary())),
        ("report", report_view(report())),
        (
            "overview",
            overview(
                "24 files read, 2 matches",
                [*report().matches, summary()],
                [story()],
            ),
        ),
    ],
)
def test_view_is_the_golden_one(name: str, view: RenderableType) -> None:
    # To take a new look after a change: read the failed comparison, then write it there.
    assert printed(view) == (GOLDEN / f"{name}.txt").read_text()


def test_the_verdict_comes_first() -> None:
    assert printed(pair_view(summary())).split()[:3] == ["Review", "Harbour", "Digest"]


def test_people_see_labels_not_codes() -> None:
    shown = printed(pair_view(summary()))
    assert "Summary or rewrite" in shown
    assert "derived" not in shown


def test_the_source_stands_on_the_left_whatever_the_order() -> None:
    columns = [line for line in printed(pair_view(summary())).splitlines() if "│" in line]
    flipped = [line for line in printed(pair_view(summary().flip())).splitlines() if "│" in line]
    assert flipped[0].startswith("B  Northern Wire  source")
    assert flipped[1:] == columns[1:]


def test_differing_words_are_underlined_in_colour_and_underscored_without() -> None:
    pair = of_texts("The fire was put out on Monday.", "The fire was extinguished on Monday.")
    assert "_put out_" in printed(pair_view(pair))
    coloured = printed(pair_view(pair), colour=True)
    assert "\x1b[4mextinguished\x1b[0m" in coloured
    assert "_" not in coloured


def test_swapping_the_texts_moves_no_mark() -> None:
    pair = of_texts("“Talks failed,” he said.", "Talks failed, said he.")
    unknown = dataclasses.replace(pair, direction=Direction(None, 0, Path.UNKNOWN))
    views = [printed(pair_view(one)) for one in (unknown, unknown.flip())]
    marks = [sorted(re.findall("_[^_]+_", view)) for view in views]
    assert marks[0] == marks[1] != []


def test_a_long_passage_is_shown_by_its_ends() -> None:
    words = [f"word{i}" for i in range(205)]
    shown = printed(pair_view(of_texts(" ".join(words), " ".join(words), Kind.VERBATIM)))
    assert "[… 115 words …]" in " ".join(shown.replace("│", " ").split())
    assert "word59" in shown
    assert "word60" not in shown
    assert "word204" in shown


@pytest.mark.parametrize(
    "text",
    [
        "המעבורת חזרה לפעול ביום שני אחרי אחד עשר ימים של תיקונים בנמל הצפוני",
        "渡轮在星期一恢复运营，此前机舱起火导致一百四十名乘客漂流三个小时。检查员发现燃油管用胶带修补。",
        "The ferry 🚢 is back 👩‍👩‍👧 and everyone 🇺🇦 cheers ❤️ in the harbour 🎉 on Monday",
        "A" * 200,
    ],
    ids=["hebrew", "han", "emoji", "one long word"],
)
def test_no_script_breaks_the_columns(text: str) -> None:
    pair = renamed(of_texts(text, text + " end"), title=text, outlet=text)
    lines = printed(pair_view(pair)).splitlines()
    assert max(cell_len(line) for line in lines) <= 80
    assert len({cell_len(line.partition("│")[0]) for line in lines if "│" in line}) == 1


HOSTILE = "x\x1b[2J\n\x9b31m\u202e[bold]y[/bold]:smile:\udcff"


@pytest.mark.parametrize("field", ["id", "title", "outlet", "published_at", "text"])
def test_nothing_from_a_text_reaches_the_terminal_raw(field: str) -> None:
    pair = renamed(summary(), **{field: HOSTILE * 9 if field == "text" else HOSTILE})
    pair = dataclasses.replace(
        pair,
        verdict=verdict(HOSTILE, Severity.NOTE, Credit.CREDITED),
        direction=Direction("a", 0.5, Path.COMMON_UPSTREAM, Upstream(HOSTILE)),
        reasons=(as_it_is(HOSTILE),),
        passages=of_texts(HOSTILE * 9, HOSTILE * 9).passages if field == "text" else PASSAGES,
    )
    whole = dataclasses.replace(report(), document=pair.a, matches=(pair,), verdict=pair.verdict)
    first = dataclasses.replace(
        story().links[0], document=pair.a.document, upstream=Upstream(HOSTILE)
    )
    telling = dataclasses.replace(story(), upstream=first.upstream, links=(first,))
    seen = overview("1 file read", [pair], [telling])
    wrong = dataclasses.replace(pair, rights=Rights(Permission.OUTSIDE_TERMS, as_it_is(HOSTILE)))
    for view in (pair_view(pair), report_view(whole), seen, overview("1 file read", [wrong])):
        shown = printed(view)
        assert not set("\x1b\x9b\u202e\udcff") & set(shown)
        assert "[bold]" in shown
        assert ":smile:" in shown


def test_nothing_found_says_where_it_looked() -> None:
    empty = dataclasses.replace(report(), matches=(), sources=(), total=0)
    shown = " ".join(printed(report_view(empty)).split())
    assert "Searched 24 documents of 9 outlets, 2026-03-01 to 2026-04-02." in shown
    assert "Not searched: the web." in shown


def test_an_overview_of_many_pairs_says_what_it_leaves_out() -> None:
    shown = " ".join(printed(overview("99 files read", [summary()] * 50)).split())
    assert "10 weaker pairs are not shown." in shown


def test_an_overview_of_many_stories_shows_the_largest() -> None:
    large = dataclasses.replace(story(), cluster=Cluster("c2", ("a", "b", "c"), None))
    shown = printed(overview("99 files read", [summary()], [*[story()] * 11, large]))
    assert re.findall("One story in . texts", shown)[0] == "One story in 3 texts"
    assert shown.count("One story in") == 10
    assert "2 smaller stories are not shown; --clusters FILE.jsonl has all." in " ".join(
        shown.split()
    )


def licensed(status: Permission, reason: str = "Because.") -> Comparison:
    return dataclasses.replace(summary(), rights=Rights(status, as_it_is(reason)))


def test_the_licences_on_file_stand_with_the_facts_if_they_were_asked_about() -> None:
    pair = licensed(Permission.OUTSIDE_TERMS)
    of_pair = printed(pair_view(pair))
    of_report = printed(report_view(dataclasses.replace(report(), matches=(pair,))))
    assert "\nRights      Outside terms: Because.\n" in of_pair
    assert "\nOutside terms: Because.\n" in of_report
    assert "Rights" not in printed(pair_view(summary()))


def test_an_overview_tells_what_breaks_terms_the_worst_first() -> None:
    pairs = [
        licensed(Permission.WITHIN_TERMS, "Fine."),
        licensed(Permission.CREDIT_MISSING, "No line."),
        *[licensed(Permission.OUTSIDE_TERMS, "Too long.")] * 2,
        licensed(Permission.UNKNOWN, "No outlet."),
    ]
    shown = printed(overview("5 files read", pairs))
    assert (
        """
Rights
• Within terms 1 · Rights not known 1 · Credit line missing 1 · Outside terms 2
• Outside terms: Too long.
  wire/ferry-4.txt · digest.txt, and 1 more pair
• Credit line missing: No line.
  wire/ferry-4.txt · digest.txt

"""
        in shown
    )
    many = [licensed(Permission.NO_LICENCE_ON_FILE, f"Reason {n}.") for n in range(13)]
    assert "• and 3 more\n" in printed(overview("13 files read", many))


# For programs


def test_json_is_one_line_with_the_keys_of_the_contract() -> None:
    line = json_line(summary())
    assert line.count("\n") == 1
    assert json.loads(line) == summary().to_dict()
    assert list(json.loads(line))[:6] == ["a", "b", "relation", "direction", "verdict", "coverage"]
    assert "“Nobody" not in line  # the texts themselves stay where they are


def test_json_keeps_what_a_terminal_would_act_on_as_escapes() -> None:
    line = json_line(renamed(summary(), id=HOSTILE, title="Київ\u2028"))
    assert json.loads(line)["a"]["id"] == HOSTILE
    assert "Київ" in line
    assert len(line.splitlines()) == 1
    line.encode()
    assert not set("\x1b\x9b\u202e") & set(line)


def test_csv_has_a_cell_for_each_column() -> None:
    facts = dict(zip(cells(csv_header()), cells(csv_row(summary())), strict=True))
    assert facts["a"] == "wire/ferry-4.txt"
    assert facts["label"] == "Summary or rewrite"
    assert facts["from"] == "a"
    assert facts["coverage_b"] == "0.6667"
    assert facts["passages"] == "5"
    assert csv_row(summary()).endswith("\r\n")


def test_csv_has_a_column_for_rights_if_they_were_asked_about() -> None:
    assert cells(csv_header(with_rights=True)) == [*cells(csv_header()), "rights"]
    assert cells(csv_row(licensed(Permission.OUTSIDE_TERMS))) == [
        *cells(csv_row(summary())),
        "outside_terms",
    ]


@pytest.mark.parametrize(
    "name", ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠1"]
)
def test_no_cell_is_a_formula(name: str) -> None:
    assert cells(csv_row(renamed(summary(), id=name)))[0].startswith("'")


@pytest.mark.parametrize("name", ["a,b", 'say "no"', "a\nb", "a;b"])
def test_csv_is_quoted_as_rfc_4180_says(name: str) -> None:
    assert cells(csv_row(renamed(summary(), id=name)))[0] == name.replace("\n", r"\n")


def test_swapping_the_texts_swaps_the_columns_and_nothing_else() -> None:
    columns = cells(csv_header())
    row = dict(zip(columns, cells(csv_row(summary())), strict=True))
    swapped = dict(zip(columns, cells(csv_row(summary().flip())), strict=True))
    row["a"], row["b"] = row["b"], row["a"]
    row["coverage_a"], row["coverage_b"] = row["coverage_b"], row["coverage_a"]
    row["from"] = "b"
    assert swapped == row
