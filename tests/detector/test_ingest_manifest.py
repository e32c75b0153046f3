"""A manifest tells of the files beside it what they do not tell themselves."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.ingest import read, read_path
from detector.ingest.fields import MAPPABLE
from detector.model import Document, Skipped

FRONT_MATTER = "---\ntitle: Own title\noutlet: Own outlet\n---\nThe bridge was closed."


def deliver(folder: Path, manifest: str, *names: str) -> list[Document | Skipped]:
    """What is read of a folder with these files and a manifest."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"The text of {name} is this.")
    (folder / "manifest.csv").write_text(manifest)
    return list(read_path(folder))


def only(found: list[Document | Skipped]) -> Document:
    (document,) = found
    assert isinstance(document, Document)
    return document


def test_a_row_gives_its_file_fields_and_an_id(tmp_path: Path) -> None:
    found = only(
        deliver(
            tmp_path,
            "file,id,outlet,owner,url,date,kind,title,author,desk\n"
            "a.txt,wire-7,Post,Group,https://x/7,2026-03-02,wire,Bridge,By Ann,sport\n",
            "a.txt",
        )
    )
    assert found == Document(
        id="wire-7", text="The text of a.txt is this.", title="Bridge", outlet="Post",
        owner="Group", url="https://x/7", byline="By Ann", published_at="2026-03-02", kind="wire",
        extra={"desk": "sport"},
    )  # fmt: skip


def test_a_manifest_counts_more_than_the_file_and_says_nothing_where_it_is_blank(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.md").write_text(FRONT_MATTER)
    found = only(deliver(tmp_path, "file,outlet,title\na.md,Post,\n"))
    assert (found.outlet, found.title) == ("Post", "Own title")


def test_a_manifest_tells_of_folders_below_and_a_nearer_one_counts_more(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "manifest.csv").write_text("file,outlet\nb.txt,Near\n")
    rows = "file,outlet\n./sub/b.txt,Far\nsub/c.txt,Far\n"
    found = deliver(tmp_path, rows, "sub/b.txt", "sub/c.txt")
    assert [(d.id, d.outlet) for d in found if isinstance(d, Document)] == [
        ("sub/b.txt", "Near"),
        ("sub/c.txt", "Far"),
    ]


def test_rows_that_cannot_be_read_are_named_and_the_files_are_read(tmp_path: Path) -> None:
    rows = "file,outlet\na.txt,Post\na.txt,Echo\n,Nobody\na.txt,x,y\n../b.txt,Out\n"
    *skipped, document, outside = deliver(tmp_path, rows, "a.txt")
    assert [s.name for s in skipped if isinstance(s, Skipped)] == [
        "manifest.csv:3", "manifest.csv:4", "manifest.csv:5",
    ]  # fmt: skip
    assert isinstance(document, Document)
    assert document.outlet == "Post"
    assert isinstance(outside, Skipped)
    assert (outside.name, outside.code) == ("../b.txt", "not_found")


def test_a_status_that_cannot_be_read_lets_no_text_out(tmp_path: Path) -> None:
    rows = "file,status\na.txt,embargo\nb.txt,withheld\n"
    first, second = deliver(tmp_path, rows, "a.txt", "b.txt")
    assert isinstance(first, Skipped)
    assert (first.name, first.code) == ("a.txt", "validation_failed")
    assert isinstance(second, Document)
    assert second.status == "withheld"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    _, missing = deliver(tmp_path, "file\na.txt\ntypo.txt\n", "a.txt")
    assert isinstance(missing, Skipped)
    assert (missing.name, missing.reason) == (
        "typo.txt",
        "manifest.csv names it, and it is not there",
    )


def test_one_id_for_two_files_is_refused(tmp_path: Path) -> None:
    first, second = deliver(tmp_path, "file,id\na.txt,x\nb.txt,x\n", "a.txt", "b.txt")
    assert isinstance(first, Document)
    assert isinstance(second, Skipped)
    assert second.code == "bad_id"


@pytest.mark.parametrize("header", ["id,text", "file,text", "file,html"])
def test_a_table_of_texts_is_none_whatever_its_name(tmp_path: Path, header: str) -> None:
    found = only(deliver(tmp_path, f"{header}\nx,The bridge was closed.\n"))
    assert found.text == "The bridge was closed."


def test_a_manifest_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The bridge was closed.")
    (tmp_path / "manifest.csv").write_bytes(bytes(range(256)))
    skipped, document = read_path(tmp_path)
    assert isinstance(skipped, Skipped)
    assert skipped.name == "manifest.csv"
    assert isinstance(document, Document)


def test_columns_are_mapped_as_in_any_table(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The bridge was closed.")
    (tmp_path / "manifest.csv").write_text("file,paper\na.txt,Post\n")
    (found,) = read_path(tmp_path, mapping={"outlet": "paper"})
    assert isinstance(found, Document)
    assert (found.outlet, found.extra) == ("Post", {})


_VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
_FIELDS = st.dictionaries(
    st.sampled_from([*(set(MAPPABLE) - {"text", "html", "status"}), "desk", "page"]), _VALUES
)


@given(_FIELDS)
def test_a_row_says_what_a_line_of_json_says(
    tmp_path_factory: pytest.TempPathFactory, fields: dict[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("delivery")
    table = io.StringIO()
    writer = csv.DictWriter(table, ["file", *fields])
    writer.writeheader()
    writer.writerow({"file": "a.txt", **fields})
    (found,) = deliver(folder, table.getvalue(), "a.txt")
    line = json.dumps({"id": "a.txt", "text": "The text of a.txt is this.", **fields})
    (expected,) = read(line.encode(), "feed.jsonl")
    if isinstance(expected, Document):
        assert found == expected
    else:
        assert isinstance(found, Skipped)
        assert found.code == expected.code
