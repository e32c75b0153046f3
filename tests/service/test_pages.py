"""The web pages as a client without scripts gets them."""

from __future__ import annotations

import io
import re
import textwrap
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from detector.keys import make_key, save_keys
from detector.report.phrases import Phrases
from service.app import create_app
from service.pages.phrases import UKRAINIAN
from service.pages.result import _PRESET_WORDS
from tests.detector import stories
from tests.detector.test_page import PAYLOADS
from tests.service.newsroom import HARBOUR, MILL
from tests.tinypdf import column, pdf

OURS = {"Origin": "http://localhost"}
TEMPLATES = Path(__file__).parents[2] / "service" / "pages" / "templates"
QUOTED = str.maketrans({'"': "%22", "/": "", "\x00": ""})  # as browsers send them
PAGES = ("/", "/compare", "/status", "/login")


@pytest.fixture
def desk(app: Flask) -> Any:
    client: Any = app.test_client()
    for name, text in (("mill", MILL), ("harbour", HARBOUR)):
        client.put(f"/v1/documents/{name}", json={"text": text, "outlet": f"The {name}"})
    return client


def send(client: Any, address: str, headers: Any = OURS, **fields: Any) -> Any:
    return client.post(address, data=fields, content_type="multipart/form-data", headers=headers)


def result(client: Any, address: str = "/", **fields: Any) -> str:
    """The address of what a form leads to."""
    answer = send(client, address, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


# -- what is around every page


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["en", "uk"])
def test_a_page_allows_itself_only_what_comes_from_here(
    desk: Any, address: str, language: str
) -> None:
    page = desk.get(f"{address}?lang={language}")
    assert page.status_code == 200
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert f'<html lang="{language}">' in page.text
    for tag, known in Tags(page.text).tags:
        assert not [name for name in known if name.startswith("on") or name == "style"], tag
        assert tag != "style"
        assert tag != "script" or known["src"]
        for name in ("href", "src"):
            if (where := known.get(name)) and not where.startswith(("#", "?")):
                assert where.startswith("/")
                assert desk.get(where).status_code in (200, 303)


def test_htmx_may_evaluate_nothing_and_leaves_no_page_in_the_browser(desk: Any) -> None:
    config = next(k for t, k in Tags(desk.get("/").text).tags if k.get("name") == "htmx-config")
    for setting in (
        '"allowEval": false',
        '"includeIndicatorStyles": false',
        '"historyCacheSize": 0',
    ):
        assert setting in str(config["content"])


def test_every_phrase_is_there_in_ukrainian() -> None:
    said = {
        phrase
        for template in TEMPLATES.glob("*.html")
        for phrase in re.findall(r'say\("([^"]+)"', template.read_text())
    }
    said |= {*_PRESET_WORDS.values(), "All that was found", "As it was asked for"}
    say = Phrases("uk", UKRAINIAN)
    assert [phrase for phrase in said if not say(phrase)] == []
    assert len(said) > 60


def test_the_language_is_asked_for_remembered_or_the_browsers(desk: Any) -> None:
    accepted = {"Accept-Language": "uk-UA,uk;q=0.9,en;q=0.5"}
    assert '<html lang="uk">' in desk.get("/", headers=accepted).text
    assert '<html lang="en">' in desk.get("/", headers={"Accept-Language": "fr"}).text
    assert '<html lang="en">' in desk.get("/?lang=xx").text
    desk.get("/?lang=uk")
    assert '<html lang="uk">' in desk.get("/").text


# -- forms


def test_a_text_is_checked_and_not_stored(desk: Any) -> None:
    before = desk.get("/v1/status").json
    page = desk.get(result(desk, text=MILL))
    assert "Same text" in page.text
    assert "Draft." in page.text
    after = desk.get("/v1/status").json
    assert [before[name] for name in ("documents", "versions")] == [
        after[name] for name in ("documents", "versions")
    ]
    assert [change["id"] for change in desk.get("/v1/changes").json["changes"]] == [
        each["id"] for each in desk.get("/v1/changes").json["changes"] if each["id"] != "text"
    ]


FILES = [
    (MILL.encode(), "mill.txt"), (f"<p>{MILL}</p>".encode(), "mill.html"),
    (MILL.encode(), "mill.md"), (pdf([column(textwrap.wrap(MILL, 60))]), "mill.pdf"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "name"), FILES, ids=[name for _, name in FILES])
def test_a_file_is_read_as_uploads_are(desk: Any, data: bytes, name: str) -> None:
    page = desk.get(result(desk, file=(io.BytesIO(data), name), text=""))
    assert "The mill" in page.text
    assert name in page.text


def test_what_is_known_of_a_text_is_shown(desk: Any) -> None:
    fields = {"outlet": "Bend Courier", "day": "2026-03-01", "url": "https://bend.example/1"}
    page = desk.get(result(desk, text=MILL, **fields)).text
    for words in ("Bend Courier", "2026-03-01", "https://bend.example/1"):
        assert words in page


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"text": ""}, 422, "Paste a text"),
        ({"text": "  \n"}, 422, "Paste a text"),
        ({"text": "?!"}, 422, "No words left"),
        ({"text": MILL, "day": "2999-01-01"}, 422, "a day that has begun"),
        ({"text": MILL, "day": "soon"}, 422, "a day that has begun"),
    ],
)
def test_a_mistake_is_told_above_the_form_and_what_was_filled_in_stays(
    desk: Any, fields: dict[str, str], status: int, words: str
) -> None:
    answer = send(desk, "/", outlet="Bend <Courier>", **fields)
    assert answer.status_code == status
    assert words in answer.text
    assert 'role="alert"' in answer.text
    assert "Bend &lt;Courier&gt;" in answer.text
    assert fields["text"].strip() in Tags(answer.text).words
    told = send(desk, "/?lang=uk", **fields).text
    assert words not in told


def test_a_text_and_a_file_or_an_archive_are_refused(desk: Any) -> None:
    both = send(desk, "/", text=MILL, file=(io.BytesIO(MILL.encode()), "mill.txt"))
    assert both.status_code == 422
    packed = send(desk, "/", text="", file=(io.BytesIO(b"PK\3\4"), "mill.zip"))
    assert packed.status_code == 415
    assert send(desk, "/compare", a_text=MILL).status_code == 422
    assert desk.post("/", data={"text": MILL}, headers=OURS).status_code == 415


def test_a_pasted_text_keeps_its_first_empty_line(desk: Any) -> None:
    answer = send(desk, "/", text="\n\n?!")
    assert ">\n\n\n?!</textarea>" in answer.text.replace("\r", "")


def test_two_texts_are_compared(desk: Any) -> None:
    where = result(desk, "/compare", a_text=MILL, b_text=f"{MILL} {HARBOUR}", a_outlet="Courier")
    page = desk.get(where).text
    assert "Courier" in page
    assert "text B" in page
    assert desk.get("/compare").status_code == 200


def test_without_any_texts_only_pairs_can_be_compared() -> None:
    client: Any = create_app().test_client()
    assert "without a folder" in client.get("/").text
    assert send(client, "/", text=MILL).status_code == 503
    where = result(client, "/compare", a_text=MILL, b_text=MILL)
    assert "Same text" in client.get(where).text
    assert "without a folder" in client.get("/status").text


# -- results


def test_a_page_shows_the_view_that_its_address_says(desk: Any) -> None:
    where = result(desk, text=f"{MILL} {HARBOUR}")
    for query in ("", "?quotes=all", "?min_words=200", "?preset=desk", "?quotes=none&lang=en"):
        asked = desk.get(f"{where}.json{query}").json
        page = desk.get(f"{where}{query}")
        sentence = re.search(r'id="sentence"[^>]*>(.*?)</p>', page.text, re.DOTALL)
        assert sentence
        assert Tags(sentence[1]).words == asked["verdict"]["sentence"]
    told = desk.get(f"{where}?preset=desk&lang=en").text
    assert re.search(r'aria-current="true">Before it goes out', told)
    assert '<option value="attributed" selected>' in told


def test_the_forms_of_a_page_are_of_its_view(desk: Any) -> None:
    where = result(desk, text=f"{MILL} {HARBOUR}")
    page = desk.get(f"{where}?quotes=all&min_words=7&window_days=3").text
    links = [k["href"] for t, k in Tags(page).tags if t == "a" and "download" in k]
    assert [Path(str(link).partition("?")[0]).suffix for link in links] == [
        ".json", ".csv", ".html", ".pdf",
    ]  # fmt: skip
    assert (
        desk.get(links[0]).json["run"]
        == desk.get(f"{where}.json?quotes=all&min_words=7&window_days=3").json["run"]
    )
    hidden = {k["name"]: k["value"] for t, k in Tags(page).tags if k.get("type") == "hidden"}
    assert hidden == {"window_days": "3"}
    assert desk.get(f"{where}.exe").status_code == 404


def test_ids_of_a_page_are_its_own_and_its_links_lead_somewhere(desk: Any) -> None:
    pages = [
        result(desk, text=f"{MILL} {HARBOUR}"),
        result(desk, "/compare", a_text=stories.DAM, b_text=stories.DAM_SUMMARY),
        "/", "/compare", "/status",
    ]  # fmt: skip
    for where in pages:
        tags = Tags(desk.get(where).text).tags
        ids = [str(known["id"]) for _, known in tags if "id" in known]
        assert len(ids) == len(set(ids))
        for _, known in tags:
            if (link := known.get("href") or "").startswith("#"):
                assert link[1:] in ids
            for name in ("for", "aria-labelledby", "aria-describedby"):
                assert set((known.get(name) or "").split()) <= {*ids, "wrong"}, known


def test_a_result_can_be_kept_and_deleted(desk: Any) -> None:
    where = result(desk, text=MILL)
    assert "Keep it for 30 days" in desk.get(where).text
    assert send(desk, f"{where}/keep").headers["Location"] == where
    assert "This page is kept until" in desk.get(where).text
    assert desk.get(f"/v1{where}").status_code == 200
    assert send(desk, f"{where}/delete").headers["Location"] == "/"
    gone = desk.get(where)
    assert gone.status_code == 404
    assert "No such report" in gone.text


def test_without_an_index_results_are_there_for_an_hour_and_no_more(client: Any) -> None:
    where = result(client, text=MILL)
    page = client.get(where).text
    assert "Same text" in page
    assert "Keep it" not in page
    assert send(client, f"{where}/keep").status_code == 403
    folder = client.application.extensions["copydesk_scratch"].folder
    assert [path.stat().st_mode & 0o077 for path in (folder, *folder.parent.glob("none"))] == [0]


def test_a_removed_document_takes_the_pages_that_show_it_with_it(desk: Any) -> None:
    where = result(desk, text=MILL)
    desk.delete("/v1/documents/mill")
    assert desk.get(where).status_code == 404


# -- who may


@pytest.fixture
def guarded(tmp_path: Path) -> Any:
    made = [make_key(name, name, ["read"]) for name in ("metro", "rural")]
    save_keys(tmp_path / "keys.json", [key for key, _ in made])
    app = create_app(index=str(tmp_path / "news.db"), keys=str(tmp_path / "keys.json"))
    app.testing = True
    app.extensions["secrets"] = [secret for _, secret in made]
    app.extensions["keys"] = tmp_path / "keys.json"
    return app


def log_in(app: Flask, number: int = 0, **headers: str) -> tuple[Any, Any]:
    client: Any = app.test_client()
    secret = app.extensions["secrets"][number]
    answer = send(client, "/login", {**OURS, **headers}, key=f" {secret} ", next="/compare?lang=uk")
    return client, answer


def test_who_is_not_logged_in_is_led_to_where_one_can(guarded: Flask) -> None:
    client: Any = guarded.test_client()
    for address in ("/", "/compare", "/status", "/reports/x", "/reports/x.json"):
        answer = client.get(f"{address}?lang=uk")
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/login?next=%2F")
    assert send(client, "/", text=MILL).headers["Location"] == "/login?next=%2F"
    assert client.get("/login?next=/compare").status_code == 200


def test_a_key_opens_the_pages_and_the_cookie_does_not_hold_it(guarded: Flask) -> None:
    client, answer = log_in(guarded)
    assert answer.headers["Location"] == "/compare?lang=uk"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie
    assert guarded.extensions["secrets"][0] not in cookie
    where = result(client, text=MILL) if client.get("/").status_code == 200 else ""
    assert client.get(where).status_code == 200
    assert client.get("/status").text.count("metro") >= 1
    # The cookie opens pages; programs send the key.
    assert client.get("/v1/status").status_code == 401
    send(client, "/logout")
    assert client.get("/").status_code == 303


def test_behind_tls_the_cookie_is_sent_over_tls_only(guarded: Flask) -> None:
    _, answer = log_in(guarded, Origin="https://localhost")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_a_page_is_of_one_tenant(guarded: Flask) -> None:
    one, _ = log_in(guarded)
    other, _ = log_in(guarded, 1)
    where = result(one, "/compare", a_text=MILL, b_text=MILL)
    assert one.get(where).status_code == 200
    for form in ("", ".json", ".html"):
        assert other.get(f"{where}{form}").status_code == 404
    for act in ("keep", "delete"):
        assert send(other, f"{where}/{act}").status_code == 404
    assert one.get(where).status_code == 200


@pytest.mark.parametrize("key", ["", "cd_guess", "\x00", "ключ"])
def test_a_wrong_key_opens_nothing(guarded: Flask, key: str) -> None:
    client: Any = guarded.test_client()
    answer = send(client, "/login", key=key, next="/")
    assert answer.status_code == 403
    assert "This key opens nothing." in answer.text
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "where", ["//evil.example", "https://evil.example", "/\\evil.example", "x", "/\n/"]
)
def test_a_log_in_leads_nowhere_else(guarded: Flask, where: str) -> None:
    client: Any = guarded.test_client()
    secret = guarded.extensions["secrets"][0]
    assert send(client, "/login", key=secret, next=where).headers["Location"] == "/"


def test_cookies_that_we_did_not_make_open_nothing(guarded: Flask) -> None:
    client, _ = log_in(guarded)
    good = client.get_cookie("copydesk_session").value
    digest, end, sign = good.split(".")
    for bad in (
        f"{digest}.{int(end) + 1}.{sign}", f"{digest}.{end}.{sign[:-1]}0x", f"{digest}..{sign}",
        "", ".", "..", "ключ", f"{'0' * 64}.{end}.{sign}",
    ):  # fmt: skip
        client.set_cookie("copydesk_session", bad)
        assert client.get("/").status_code == 303
    client.set_cookie("copydesk_session", good)
    assert client.get("/").status_code == 200


def test_a_key_that_is_taken_away_ends_its_log_in(guarded: Flask) -> None:
    client, _ = log_in(guarded)
    save_keys(guarded.extensions["keys"], [])
    assert client.get("/").status_code == 303


def test_log_ins_outlive_the_service_where_it_has_a_secret(
    guarded: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {
        "index": str(tmp_path / "news.db"),
        "keys": str(tmp_path / "keys.json"),
    }
    secret = tmp_path / "secret"
    secret.write_text("s" * 40)
    secret.chmod(0o600)
    for setting in (("COPYDESK_SECRET", "e" * 40), ("COPYDESK_SECRET_FILE", str(secret)), None):
        with monkeypatch.context() as patch:
            if setting:
                patch.setenv(*setting)
            one, other = create_app(**given), create_app(**given)
            one.extensions.update(guarded.extensions)
        client, _ = log_in(one)
        cookie = client.get_cookie("copydesk_session").value
        again: Any = other.test_client()
        again.set_cookie("copydesk_session", cookie)
        assert again.get("/").status_code == (200 if setting else 303)


# -- forms of others


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {}, {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "none"},
    ],
)  # fmt: skip
def test_forms_of_other_sites_do_nothing(desk: Any, headers: dict[str, str]) -> None:
    where = result(desk, text=MILL)
    for address in ("/", "/compare", "/login", "/logout", f"{where}/delete", f"{where}/keep"):
        answer = send(desk, address, headers, text=MILL)
        assert answer.status_code == 403, address
    assert desk.get(where).status_code == 200


def test_a_browser_that_says_the_form_is_ours_is_believed(desk: Any) -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
    assert send(desk, "/", headers, text=MILL).status_code == 303


# -- hostile texts


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_stay_text(desk: Any, payload: str) -> None:
    text = MILL.replace("Friday", f"Friday {payload}", 1)
    desk.put(
        "/v1/documents/evil",
        json={
            "text": text,
            "title": payload,
            "outlet": payload,
            "url": f"https://x.example/{payload}",
        },
    )
    file = (io.BytesIO(text.encode()), f"{payload.translate(QUOTED)}.txt")
    pages = [
        result(desk, text=text, outlet=payload, url=payload),
        result(desk, file=file, text=""),
        result(desk, "/compare", a_text=text, b_text=text + payload, a_outlet=payload),
    ]
    answers = [desk.get(f"{where}?lang=uk") for where in pages]
    answers.append(send(desk, "/", text=payload, day=payload, outlet=payload, url=payload))
    for answer in answers:
        assert answer.status_code in (200, 422, 303)
        for tag, known in Tags(answer.text).tags:
            assert tag not in {"iframe", "img", "base", "style", "object", "plaintext"}
            assert not [name for name in known if name.startswith("on") or name == "style"]
            assert tag != "script" or str(known["src"]).startswith("/static/")
            where = known.get("href") or known.get("action") or "#"
            assert where.startswith(("#", "/", "?", "https://x.example/")), (tag, where)
            assert not where.startswith("//")
