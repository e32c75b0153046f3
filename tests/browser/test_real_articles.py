"""The pages on the real articles, as an editor goes through them: what people found in these texts
is what the pages say. Without the folder of labelled data these tests are skipped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from detector.corpus.durable import DurableCorpus
from detector.model import Document, Relation
from service.pages.addresses import document_address, pair_address
from tests.browser.conftest import Visit, serving, visiting
from tests.browser.test_pages import LOOKS, SIZES, found_by_axe
from tests.counts import LONG

REPRINT = "reprint of 000"


@pytest.fixture(scope="module")
def newsroom(
    chromium: Any,
    real_articles: dict[str, str],
    real_truth: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """A service over the real articles, the first of them printed once more elsewhere."""
    index = str(tmp_path_factory.mktemp("newsroom") / "news.db")
    outlets = {name: real_truth["documents"][name]["outlet"] for name in real_articles}
    documents = [Document(name, text, outlet=outlets[name]) for name, text in real_articles.items()]
    with DurableCorpus(index) as corpus:
        for document in documents:
            corpus.add(document)
        corpus.add(Document(REPRINT, real_articles["000"], outlet="Elsewhere Daily"))
    with serving(COPYDESK_INDEX=index) as address:
        yield address


@pytest.fixture
def desk(chromium: Any, newsroom: str) -> Iterator[Visit]:
    with visiting(chromium, newsroom) as visit:
        yield visit


def labels(truth: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Each pair that people compared, and what a page calls its relation."""
    found = [(pair["a"], pair["b"], pair["contract"]["relation"]) for pair in truth["pairs"]]
    return [(a, b, Relation(relation).label) for a, b, relation in found]


def test_two_pasted_articles_stand_as_people_found(
    desk: Visit, real_articles: dict[str, str], real_truth: dict[str, Any]
) -> None:
    for a, b, label in labels(real_truth):
        desk.go("/compare")
        desk.tab.fill("#a_text", real_articles[a])
        desk.tab.fill("#b_text", real_articles[b])
        desk.send()
        assert label in desk.tab.inner_text("h1"), (a, b)


def test_stored_articles_stand_as_people_found(desk: Visit, real_truth: dict[str, Any]) -> None:
    for a, b, label in labels(real_truth):
        answer = desk.tab.goto(f"{desk.site}{pair_address(a, b)}")
        if answer.status == 404:
            assert label == Relation.INDEPENDENT.label, (a, b)
        else:
            assert label in desk.tab.inner_text("h1"), (a, b)


def test_a_summary_is_checked_changed_kept_and_printed(
    desk: Visit, real_articles: dict[str, str]
) -> None:
    desk.check(real_articles["001"].partition("\n")[2], outlet="Another Herald")
    assert "stand under a credit" in desk.sentence()
    words = {quotes: quoted_words(desk, quotes) for quotes in ("none", "all")}
    assert words["none"] > 300
    assert words["all"] == 0
    desk.tab.click("text=Keep it for 30 days")
    desk.tab.wait_for_selector("text=This page is kept until")
    kept = desk.tab.url
    assert desk.tab.pdf().startswith(b"%PDF")
    told = desk.tab.request.get(f"{kept.partition('?')[0]}.pdf", timeout=120_000)
    assert told.body().startswith(b"%PDF")
    desk.go("/")
    desk.tab.goto(kept)
    assert desk.sentence()


def quoted_words(visit: Visit, quotes: str) -> int:
    """The tile of quoted words, with these quotations left out."""
    if visit.tab.input_value("#see-quotes") != quotes:
        visit.tab.select_option("#see-quotes", quotes)
        visit.tab.wait_for_url(f"**quotes={quotes}**")
        visit.tab.wait_for_selector("#result:not(.htmx-request)")
        chosen = f"#see-quotes option[value={quotes}][selected]"
        visit.tab.wait_for_selector(chosen, state="attached")
    return int(visit.tab.inner_text(".tiles .number:nth-child(2) dd").replace(",", ""))


def test_files_are_uploaded_and_the_credit_line_names_the_paper(
    desk: Visit, shared_folder: Path
) -> None:
    desk.go("/compare")
    for side, file in zip("ab", sorted(shared_folder.glob("seeds/00[01]_*.txt")), strict=True):
        desk.tab.set_input_files(f"#{side}_file", str(file))
    desk.send()
    assert "credited summary of a New York Times article" in desk.sentence()
    assert "The New York Times" in desk.tab.inner_text(".creditline")


def test_a_document_leads_to_its_pairs_and_a_match_is_confirmed(desk: Visit) -> None:
    desk.go("/corpus")
    desk.tab.click(f"a[href='{document_address('001')}']")
    desk.tab.wait_for_url("**/documents/001")
    desk.tab.locator(".matches a[href*='/matches/']").first.click()
    desk.tab.wait_for_url("**/matches/**")
    desk.tab.fill("#reason", "Seen with the night editor")
    desk.tab.click(".ruled button[value=confirmed]")
    desk.tab.wait_for_selector("h1 .ruling.confirmed")
    desk.go("/findings")
    assert "Seen with the night editor" in desk.tab.inner_text(".log li")


def test_a_story_shows_its_reprint_and_who_uses_it(desk: Visit) -> None:
    desk.go("/clusters")
    desk.tab.locator(".rows a").first.click()
    desk.tab.wait_for_url("**/clusters/**")
    assert "2 texts, used by 1 more" in desk.tab.inner_text("header .known")
    rows = desk.tab.locator(".timeline tbody tr").all_inner_texts()
    assert len(rows) == 3
    assert any("Ukrainska Pravda" in row and "no copy of it" in row for row in rows)
    assert desk.tab.locator(".cascade svg circle").count() >= 3


def test_a_batch_of_the_articles_ends_in_a_page_with_a_link_to_each_pair(
    desk: Visit, real_articles: dict[str, str], tmp_path: Path
) -> None:
    lines = [json.dumps({"id": name, "text": text}) for name, text in real_articles.items()]
    (tmp_path / "desk.jsonl").write_text("\n".join(lines), encoding="utf-8")
    desk.go("/batches")
    desk.tab.set_input_files("#file", str(tmp_path / "desk.jsonl"))
    desk.tab.click("button.main")
    desk.tab.wait_for_selector(".state.finished", timeout=60_000)
    desk.tab.click("a.go")
    desk.tab.wait_for_url("**.html")
    assert "000" in desk.tab.inner_text("main")


@pytest.mark.parametrize(
    ("size", "scheme", "language"), LOOKS if LONG else [LOOKS[n] for n in (1, 6)]
)
def test_nothing_sticks_out_and_axe_finds_nothing(
    chromium: Any,
    newsroom: str,
    real_articles: dict[str, str],
    size: str,
    scheme: str,
    language: str,
) -> None:
    how = {"viewport": SIZES[size], "color_scheme": scheme, "bypass_csp": True}
    with visiting(chromium, newsroom, **how) as visit:
        visit.check(real_articles["001"])
        report = visit.tab.url.removeprefix(newsroom)
        visit.go("/clusters")
        story = str(visit.tab.get_attribute(".rows a", "href"))
        for page in (report, pair_address("000", "001"), document_address("003"), story):
            visit.go(f"{page}?lang={language}")
            wide = visit.tab.evaluate("document.documentElement.scrollWidth")
            assert wide <= SIZES[size]["width"], page
            assert found_by_axe(visit) == [], page
