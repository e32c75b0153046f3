"""The pages in a real browser: what is seen, what can be done, by whom; and texts stay texts."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import SEEDS, Visit, visiting
from tests.counts import LONG, many
from tests.detector import stories
from tests.detector.test_page import PAYLOADS, hostile

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
SUMMARY = (SEEDS / "texts" / "whey-trade-magazine.md").read_text(encoding="utf-8")
FLOOD = [str(SEEDS / "texts" / f"flood-diaries-{kind}.md") for kind in ("summary", "feature")]
SIZES = {"wide": {"width": 1280, "height": 800}, "narrow": {"width": 390, "height": 844}}
LOOKS = list(product(SIZES, ("light", "dark"), ("en", "uk")))
HEBREW = "הספינה יצאה מהנמל עם שחר ועל סיפונה ארבעים ואחד נוסעים ושקי זרעים לחקלאים באיים. " * 3


def bottom(visit: Visit, selector: str) -> float:
    box = visit.tab.locator(selector).bounding_box()
    return float(box["y"] + box["height"])


# -- what is seen


def test_what_matters_is_seen_without_scrolling(visit: Visit) -> None:
    visit.check(SUMMARY)
    assert "words" in visit.sentence()
    assert visit.tab.locator(".tiles .number").count() == 3
    for part in ("#sentence", ".tiles", ".see", ".glance .sources", ".first:first-of-type"):
        assert bottom(visit, part) <= 800, part


def test_a_file_is_chosen_and_two_are_compared(visit: Visit) -> None:
    visit.go("/compare")
    for side, file in zip("ab", FLOOD, strict=True):
        visit.tab.set_input_files(f"#{side}_file", file)
    visit.send()
    assert "flood-diaries-summary.md is a" in visit.sentence()
    for part in ("#sentence", ".tiles", ".glance .side:last-of-type", ".first:first-of-type"):
        assert bottom(visit, part) <= 800, part
    assert visit.tab.locator(".texts article").count() == 2


@pytest.mark.parametrize(
    ("size", "scheme", "language"), LOOKS if LONG else [LOOKS[n] for n in (0, 3, 5, 6)]
)
def test_nothing_sticks_out_and_axe_finds_nothing(
    chromium: Any, site: str, tmp_path: Path, size: str, scheme: str, language: str
) -> None:
    how = {"viewport": SIZES[size], "color_scheme": scheme, "bypass_csp": True}
    with visiting(chromium, site, **how) as visit:
        visit.check(f"{SUMMARY} {stories.DAM}", outlet="Lowmoor Wire")
        report = visit.tab.url.removeprefix(site)
        visit.go("/compare")
        for side, file in zip("ab", FLOOD, strict=True):
            visit.tab.set_input_files(f"#{side}_file", file)
        visit.send()
        pair = visit.tab.url.removeprefix(site)
        for page in ("/", "/compare", "/status", "/login", "/reports/none", report, pair):
            visit.go(f"{page}?lang={language}")
            wide = visit.tab.evaluate("document.documentElement.scrollWidth")
            assert wide <= SIZES[size]["width"], page
            assert found_by_axe(visit) == [], page
            visit.tab.screenshot(path=tmp_path / f"{page.count('/')}.png")


def found_by_axe(visit: Visit) -> list[str]:
    """What axe-core says against the page."""
    visit.tab.evaluate(AXE)
    told = visit.tab.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes']][:3]}"
        for each in told["violations"]
    ]


def test_a_page_can_be_printed(visit: Visit) -> None:
    visit.check(SUMMARY)
    assert visit.tab.pdf().startswith(b"%PDF")
    visit.tab.emulate_media(media="print")
    for part in (".bar-top", ".see", ".draft", ".acts"):
        assert not visit.tab.locator(part).first.is_visible()
    assert visit.tab.locator("#sentence").is_visible()


def test_a_text_from_right_to_left_is_shown_so(visit: Visit) -> None:
    visit.go("/compare")
    visit.tab.fill("#a_text", HEBREW)
    visit.tab.fill("#b_text", f"{HEBREW} {HEBREW}")
    visit.send()
    flows = visit.tab.locator(".texts .flow")
    assert [flows.nth(n).get_attribute("dir") for n in range(2)] == ["rtl", "rtl"]
    assert flows.first.evaluate("flow => getComputedStyle(flow).direction") == "rtl"


# -- what can be done


def test_a_toggle_shows_another_view_at_once(visit: Visit) -> None:
    visit.check(SUMMARY)
    before, kept = visit.sentence(), visit.tab.url
    asked: list[str] = []
    visit.tab.on("request", lambda request: asked.append(request.url))
    visit.tab.select_option("#see-quotes", "all")
    visit.tab.wait_for_url("**quotes=all**")
    visit.tab.wait_for_function(f"sentence.innerText != {json.dumps(before)}")
    # A part of the page was exchanged, nothing was loaded anew.
    assert [url for url in asked if not url.endswith(".svg")] == [visit.tab.url]
    told = visit.tab.request.get(visit.tab.url.replace("?", ".json?")).json()
    assert visit.sentence() == told["verdict"]["sentence"]
    seen, there = visit.sentence(), visit.tab.url
    visit.tab.reload()
    assert visit.sentence() == seen
    visit.tab.go_back()
    visit.tab.wait_for_url(kept)
    visit.tab.wait_for_function(f"sentence.innerText == {json.dumps(before)}")
    assert visit.tab.evaluate("JSON.stringify(localStorage)") == "{}"
    assert there != kept


def test_a_preset_sets_all_controls(visit: Visit) -> None:
    visit.check(SUMMARY)
    visit.tab.click("text=Before it goes out")
    visit.tab.wait_for_selector(".presets a[aria-current]:has-text('Before it goes out')")
    assert visit.tab.input_value("#see-quotes") == "attributed"
    assert visit.tab.input_value("#see-min_words") == "8"


def test_without_scripts_the_same_can_be_done(chromium: Any, site: str) -> None:
    with visiting(chromium, site, java_script_enabled=False) as visit:
        visit.check(SUMMARY)
        assert not visit.tab.locator("[data-copy]").first.is_visible()
        visit.tab.select_option("#see-quotes", "all")
        visit.tab.fill("#see-min_words", "9")
        visit.tab.click(".see button")
        visit.tab.wait_for_url(re.compile("quotes=all.*min_words=9"))
        assert visit.tab.input_value("#see-quotes") == "all"
        visit.tab.click("text=Delete it now")
        assert visit.tab.url == f"{site}/"


@pytest.mark.parametrize("secure", [True, False])
def test_a_sentence_is_copied_and_that_is_said(chromium: Any, site: str, secure: bool) -> None:
    allowed = ["clipboard-read", "clipboard-write"]
    with visiting(chromium, site, permissions=allowed) as visit:
        if not secure:  # as on a plain http:// address of another machine
            visit.tab.add_init_script("Object.defineProperty(navigator, 'clipboard', {get() {}})")
        visit.check(SUMMARY)
        visit.tab.focus("[data-copy=sentence]")
        visit.tab.keyboard.press("Enter")
        visit.tab.wait_for_function("document.getElementById('said').textContent == 'Copied'")
        if secure:
            copied = visit.tab.evaluate("navigator.clipboard.readText()")
            assert copied == visit.tab.text_content("#sentence")


def test_all_can_be_done_by_keyboard(visit: Visit) -> None:
    def tab_to(selector: str) -> None:
        for _ in range(60):
            visit.tab.keyboard.press("Tab")
            if visit.tab.evaluate(f"document.activeElement.matches('{selector}')"):
                return
        raise AssertionError(f"{selector} cannot be reached")

    visit.go("/")
    visit.tab.keyboard.press("Tab")
    assert visit.tab.evaluate("document.activeElement.className") == "skip"
    visit.tab.keyboard.press("Enter")
    tab_to("#text")
    visit.tab.keyboard.insert_text(SUMMARY)
    tab_to("button.main")
    visit.tab.keyboard.press("Enter")
    visit.tab.wait_for_url("**/reports/*")
    tab_to("#see-quotes")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert visit.tab.evaluate(outline) == "solid"
    visit.tab.keyboard.press("ArrowDown")
    visit.tab.wait_for_url("**quotes=attributed**")
    visit.tab.wait_for_selector(
        "#result:not(.htmx-request) option[value=attributed][selected]", state="attached"
    )
    assert visit.tab.evaluate("document.activeElement.id") == "see-quotes"


def test_a_result_is_deleted(visit: Visit) -> None:
    visit.check(SUMMARY)
    where = visit.tab.url
    visit.tab.click("text=Keep it for 30 days")
    visit.tab.wait_for_selector("text=This page is kept until")
    visit.tab.click("text=Delete it now")
    visit.tab.wait_for_url(f"{visit.site}/")
    assert visit.tab.goto(where).status == 404


def test_two_processes_serve_the_same_results(visit: Visit) -> None:
    visit.check(SUMMARY)
    where = visit.tab.url
    assert {visit.tab.request.get(where).status for _ in range(12)} == {200}


# -- who may


def test_a_key_is_asked_for_once(chromium: Any, locked: tuple[str, str]) -> None:
    site, secret = locked
    with visiting(chromium, site) as visit:
        visit.go("/compare?lang=en")
        assert "/login" in visit.tab.url
        visit.tab.fill("#key", "cd_guess")
        visit.tab.click("button.main")
        visit.tab.wait_for_selector("text=This key opens nothing.")
        visit.tab.fill("#key", secret)
        visit.tab.click("button.main")
        visit.tab.wait_for_url("**/compare?lang=en")
        assert "session" not in visit.tab.evaluate("document.cookie")
        visit.check(SUMMARY)
        where = visit.tab.url
        assert {visit.tab.request.get(where).status for _ in range(12)} == {200}
        assert found_by_axe_in(chromium, visit, where) == []
        visit.tab.click("text=Log out")
        visit.tab.wait_for_url("**/login")
        visit.tab.goto(where)
        assert "/login" in visit.tab.url


def found_by_axe_in(chromium: Any, visit: Visit, where: str) -> list[str]:
    """What axe says in a tab that shares the log-in, and whose policy lets axe in."""
    state = visit.tab.context.storage_state()
    with visiting(chromium, visit.site, storage_state=state, bypass_csp=True) as other:
        other.tab.goto(where)
        return found_by_axe(other)


def test_a_form_of_another_site_does_nothing(chromium: Any, site: str) -> None:
    tab = chromium.new_page()
    tab.set_content(
        f'<form method="post" action="{site}/" enctype="multipart/form-data">'
        '<textarea name="text">A text of some words.</textarea><button>x</button></form>'
    )
    tab.click("button")
    tab.wait_for_selector("text=This form was not sent from here.")
    tab.close()


# -- hostile texts


@pytest.mark.timeout(many(300, 7200))
def test_payloads_do_nothing(chromium: Any, site: str, tmp_path: Path) -> None:
    with visiting(chromium, site) as visit:
        for number, payload in enumerate([*PAYLOADS, *hostile(many(0, 1000), 7)]):
            text = stories.DAM.replace("Tuesday", f"Tuesday {payload}", 1)
            name = payload.replace("/", "").replace("\0", "")[:80]
            (tmp_path / f"{name}.html").write_text(f"<title>{payload}</title><p>{text}</p>")
            visit.go("/compare")
            visit.tab.fill("#a_text", text)
            visit.tab.fill("#a_outlet", payload)
            visit.tab.fill("#a_url", f"https://x.example/{number}")
            visit.tab.set_input_files("#b_file", str(tmp_path / f"{name}.html"))
            visit.send()
            visit.tab.select_option("#see-captions", "hide")
            visit.tab.wait_for_url("**captions=hide**")
            visit.tab.goto(f"{visit.tab.url.partition('?')[0]}.html?lang=uk")
    # What went wrong is looked at when the visit ends.
