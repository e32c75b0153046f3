"""The pages of what is stored in a real browser: found, decided, drawn, sent, by mouse and by key;
and nothing in an id, a title or a reason does anything."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from detector.corpus.durable import DurableCorpus
from detector.model import Document
from service.pages.addresses import document_address, pair_address
from tests.browser.conftest import SEEDS, Visit, serving, visiting
from tests.browser.test_pages import SIZES, found_by_axe
from tests.counts import many
from tests.detector import stories
from tests.detector.test_page import PAYLOADS
from tests.detector.test_page import hostile as mixed

WIRE, REPRINT = "texts/ferry-wire.md", "texts/ferry-reprint-us.md"
PAIR = pair_address(REPRINT, WIRE)
SENTENCE = "the machine went under whenever the water rose above the"
MIXED = [text for text in (*PAYLOADS, *mixed(1150, 9)) if "\x00" not in text]
HOSTILE = MIXED[: many(20, 1000)]
TOLD_ALIKE = 20
"""So many of them are one story: of more a document is not linked with all."""


def story_of(visit: Visit) -> str:
    """The page of the story that the wire is in."""
    visit.go(document_address(WIRE))
    return str(visit.tab.get_attribute("a[href^='/clusters/']", "href"))


@pytest.fixture(scope="module")
def hostile(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service over texts whose every field is a payload."""
    index = str(tmp_path_factory.mktemp("hostile") / "news.db")
    with DurableCorpus(index) as corpus:
        for number, payload in enumerate(HOSTILE):
            corpus.add(
                Document(
                    f"{number}{payload}",
                    f"{stories.prose(60, number // TOLD_ALIKE)} {payload}",
                    title=payload,
                    outlet=payload,
                    byline=payload,
                    owner=payload,
                    url=payload,
                )
            )
    with serving(COPYDESK_INDEX=index) as address:
        yield address


# -- what is seen


@pytest.mark.parametrize("language", ["en", "uk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_sticks_out_and_axe_finds_nothing(
    chromium: Any, site: str, size: str, scheme: str, language: str
) -> None:
    how = {"viewport": SIZES[size], "color_scheme": scheme, "bypass_csp": True}
    with visiting(chromium, site, **how) as visit:
        pages = [
            "/corpus",
            f"/corpus?q={SENTENCE}",
            "/corpus?q=none",
            document_address(WIRE),
            PAIR,
            "/clusters",
            story_of(visit),
            "/findings",
            "/batches",
            "/documents/none",
        ]
        for page in pages:
            visit.go(f"{page}{'&' if '?' in page else '?'}lang={language}")
            wide = visit.tab.evaluate("document.documentElement.scrollWidth")
            assert wide <= SIZES[size]["width"], page
            assert found_by_axe(visit) == [], page


def test_a_document_is_found_by_a_sentence_of_it(visit: Visit) -> None:
    visit.go("/corpus")
    visit.tab.fill("#q", SENTENCE)
    visit.tab.keyboard.press("Enter")
    visit.tab.wait_for_url("**/corpus?q=*")
    found = visit.tab.locator("[aria-labelledby=in-texts] li a").all_inner_texts()
    assert "The lock-keeper's forty-one winters" in found


def test_a_story_is_drawn_and_its_table_leads_to_pairs(visit: Visit) -> None:
    visit.go(story_of(visit))
    drawn = visit.tab.locator(".cascade svg")
    assert drawn.get_attribute("role") == "img"
    assert visit.tab.locator(".timeline tbody tr").count() >= 3
    dots = visit.tab.evaluate(
        "[...document.querySelectorAll('.cascade circle')].map((dot) => getComputedStyle(dot).fill)"
    )
    assert len(set(dots)) >= 1
    visit.tab.locator(".timeline td a[href*='/matches/']").first.click()
    visit.tab.wait_for_url("**/matches/**")
    assert visit.sentence()


# -- what is done


def test_a_finding_is_decided_by_key_and_the_log_has_it(visit: Visit) -> None:
    visit.go(PAIR)
    visit.tab.focus("#reason")
    visit.tab.keyboard.type("Licensed <b>since</b> May")
    visit.tab.keyboard.press("Tab")
    visit.tab.keyboard.press("Tab")
    assert visit.tab.evaluate("document.activeElement.value") == "dismissed"
    visit.tab.keyboard.press("Enter")
    visit.tab.wait_for_selector(".ruled .ruling.dismissed")
    assert "Licensed <b>since</b> May" in visit.tab.inner_text(".ruled .log")
    visit.go("/findings")
    assert "Licensed <b>since</b> May" in visit.tab.inner_text(".log li")
    visit.tab.locator(".log li a[href*='/matches/']").first.click()
    visit.tab.wait_for_url("**/matches/**")
    visit.tab.click("button[value=open]")
    visit.tab.wait_for_selector("h1 .ruling.open")


def test_a_match_is_decided_among_those_of_a_document(visit: Visit) -> None:
    visit.go(document_address("texts/oak-pipes-original.md"))
    row = visit.tab.locator(".matches > li").first
    row.locator("summary").click()
    row.locator("button[value=confirmed]").click()
    visit.tab.wait_for_selector(".matches .ruling.confirmed")


def test_a_pair_is_shown_anew_without_a_load_and_its_evidence_is_of_that_view(
    visit: Visit, tmp_path: Path
) -> None:
    visit.go(PAIR)
    visit.tab.evaluate("window.stays = true")
    visit.tab.fill("#see-min_words", "200")
    visit.tab.keyboard.press("Tab")
    visit.tab.wait_for_url("**min_words=200**")
    assert "shorter" in visit.tab.inner_text("#result") or "fewer" in visit.sentence()
    assert visit.tab.evaluate("window.stays")
    with visit.tab.expect_download(timeout=120_000) as loading:  # a PDF is in it
        visit.tab.click(".evidence a")
    loading.value.save_as(tmp_path / "evidence.zip")
    with zipfile.ZipFile(tmp_path / "evidence.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["settings"]["view"]["min_words"] == 200
    assert "--min-words 200" in manifest["replay"][0]


@pytest.mark.parametrize("has_script", [True, False])
def test_a_batch_is_sent_and_brings_itself_to_its_end(
    chromium: Any, site: str, has_script: bool, tmp_path: Path
) -> None:
    lines = [{"id": name, "text": stories.DAM} for name in "ab"]
    (tmp_path / "texts.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with visiting(chromium, site, java_script_enabled=has_script) as visit:
        visit.go("/batches")
        visit.tab.set_input_files("#file", str(tmp_path / "texts.jsonl"))
        visit.tab.click("button.main")
        visit.tab.wait_for_url("**/batches/b-*")
        visit.tab.wait_for_selector(".state.finished", timeout=60_000)
        assert "2 texts · 1 pair · 1 story" in visit.tab.inner_text("#batch")
        visit.tab.click("a.go")
        visit.tab.wait_for_url("**.html")
        assert visit.tab.locator(".cascade svg").count() == 1
        visit.tab.go_back()
        visit.tab.click("form[action$='/delete'] button")
        visit.tab.wait_for_selector(".state.purged")


# -- words that are not ours


@pytest.mark.timeout(many(300, 7200))
def test_nothing_in_an_id_a_title_or_a_reason_does_anything(chromium: Any, hostile: str) -> None:
    names = [f"{number}{payload}" for number, payload in enumerate(HOSTILE)]
    with visiting(chromium, hostile) as visit:
        visit.go("/clusters")
        story = visit.tab.get_attribute(".rows a", "href")
        for number, name in enumerate(names):
            visit.go(pair_address(name, names[number ^ 1]))
            visit.tab.fill("#reason", HOSTILE[number])
            visit.tab.click(".ruled button[value=confirmed]")
            visit.tab.wait_for_selector("h1 .ruling.confirmed")
            visit.go(document_address(name))
            assert visit.tab.locator(".matches li").count() > 3
        for page in ("/corpus", "/clusters", story, "/findings", "/corpus?q=<script>"):
            visit.go(str(page))
            assert visit.tab.locator("main script, main img, main iframe").count() == 0


def test_a_large_screen_and_paper_show_the_drawing_whole(visit: Visit) -> None:
    visit.go(story_of(visit))
    box = visit.tab.locator(".cascade svg").bounding_box()
    assert box["width"] <= 1280
    assert visit.tab.pdf().startswith(b"%PDF")
    assert visit.tab.evaluate("document.fonts.status") == "loaded"
    assert SEEDS.exists()
