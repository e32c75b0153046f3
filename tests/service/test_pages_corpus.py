"""The pages of what is stored, as a client without scripts gets them."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from detector.corpus.findings import MAX_REASON_CHARS
from detector.keys import make_key, save_keys
from detector.model import STATUSES, Ruling
from detector.pipeline import compare
from detector.report.phrases import LANGUAGES, Phrases
from detector.settings import DEFAULT
from service.app import create_app
from service.background.ledger import JOBS, Ledger
from service.background.worker import Worker
from service.batches.rows import State
from service.corpora import Corpora, beside
from service.delivery.config import NOBODY
from service.pages.addresses import document_address, pair_address
from service.pages.corpus import ROWS
from service.pages.phrases import UKRAINIAN
from tests.detector.test_page import PAYLOADS
from tests.service.newsroom import HARBOUR, MILL

OURS = {"Origin": "http://localhost"}
PHRASE = "walked out through the north gate together. Managers had promised in March"
LISTS = ("/corpus", "/clusters", "/findings", "/batches")
LINES = "".join(json.dumps({"id": n, "text": t}) + "\n" for n, t in (("x", MILL), ("y", MILL)))


@pytest.fixture
def desk(app: Flask) -> Any:
    client: Any = app.test_client()
    put(client, "bend/mill", MILL, outlet="Bend Courier", title="The mill closes")
    put(client, "copy", f"{MILL} More follows.", outlet="Dock News")
    put(client, "boats", HARBOUR, outlet="Dock News", published_at="2025-05-01T10:00:00Z")
    return client


def put(client: Any, name: str, text: str, **known: Any) -> None:
    answer = client.post("/v1/documents", json={"id": name, "text": text, **known})
    assert answer.status_code in (200, 201), answer.text


def send(client: Any, address: str, headers: Any = OURS, **fields: Any) -> Any:
    return client.post(address, data=fields, content_type="multipart/form-data", headers=headers)


def decide(client: Any, decision: str, **more: Any) -> Any:
    asked = {"a": "copy", "b": "bend/mill", "decision": decision, "next": "/findings", **more}
    return send(client, "/findings", **asked)


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, tag: str, name: str) -> list[str]:
        return [known[name] or "" for each, known in self.tags if each == tag and name in known]


# -- corpus and documents


def test_every_document_is_listed_once_in_pages(desk: Any) -> None:
    for number in range(ROWS):
        put(desk, f"n{number:03}", f"{HARBOUR} Day {number}.")
    seen: list[str] = []
    address = "/corpus"
    while address:
        hrefs = Tags(desk.get(address).text).values("a", "href")
        seen += [href for href in hrefs if href.startswith("/documents/")]
        address = next(
            (f"/corpus{href}" for href in hrefs if "cursor=" in href and "lang=" not in href), ""
        )
    assert len(seen) == len(set(seen)) == ROWS + 3


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("MILL closes", {"/documents/bend/mill"}),
        ("dock", {"/documents/copy", "/documents/boats"}),
        ("bend/mill", {"/documents/bend/mill"}),
        (PHRASE, {"/documents/bend/mill", "/documents/copy"}),
        ("nothing like it", set()),
    ],
)
def test_documents_are_found_by_names_and_sentences(desk: Any, words: str, found: set[str]) -> None:
    hrefs = Tags(desk.get("/corpus", query_string={"q": words}).text).values("a", "href")
    assert {href for href in hrefs if href.startswith("/documents/")} == found


def test_a_document_tells_what_is_known_of_it_and_leads_to_its_matches(desk: Any) -> None:
    put(desk, "late", HARBOUR, status="withheld", embargoed_until="2030-01-01T00:00:00Z")
    page = desk.get("/documents/bend/mill").text
    assert "Bend Courier" in page
    assert pair_address("bend/mill", "copy") in Tags(page).values("a", "href")
    assert "/clusters/c-1-1" in Tags(page).values("a", "href")
    held = desk.get("/documents/late").text
    assert "withheld" in held
    assert "embargoed until 2030-01-01T00:00:00Z" in held
    assert desk.get("/documents/none").status_code == 404


def test_an_old_version_has_a_page_and_says_so(desk: Any) -> None:
    put(desk, "copy", f"{MILL} All of it follows now.")
    assert "/documents/copy%401" in Tags(desk.get("/documents/copy").text).values("a", "href")
    old = desk.get("/documents/copy%401").text
    assert "This is an old version." in old
    assert "More follows." in old


IDS = [
    "../up.txt", "/from/the/top.txt", "a//b", "./x", "sport/matches/final.txt",
    "sport/matches/semi.txt",
    "a\nb", "100%.txt", "a?b#c", "matches", "ä ö", "a@1", "x.zip", "..",
]  # fmt: skip


def test_any_id_has_a_page_and_any_two_have_one_together(desk: Any, app: Flask) -> None:
    for name in IDS:
        put(desk, name, MILL)
    for name in IDS:
        page = desk.get(document_address(name))
        assert page.status_code == 200, name
        shown = [v for v in Tags(page.text).values("input", "value") if v == name]
        assert shown, name
        pair = desk.get(pair_address(name, "bend/mill"))
        assert pair.status_code == 200, name
        other = desk.get(pair_address("sport/matches/final.txt", name))
        assert other.status_code == (404 if name == "sport/matches/final.txt" else 200), name


# -- pairs, decisions, evidence


def test_a_pair_is_shown_as_its_address_asks(desk: Any) -> None:
    address = pair_address("copy", "bend/mill")
    assert "Reprint" in desk.get(address).text
    assert "Before it goes out" in desk.get(address).text
    assert "No shared text found" in desk.get(f"{address}?min_words=900").text
    assert desk.get(f"{address}?min_words=0").status_code == 400
    named = desk.get("/documents?id=copy&with=bend/mill&quotes=all").text
    hidden = Tags(named).values("input", "name")
    assert {"id", "with"} <= set(hidden)
    assert desk.get(pair_address("copy", "boats")).status_code == 404


def test_a_decision_is_made_by_a_form_and_shown_everywhere(desk: Any) -> None:
    form = [known for tag, known in Tags(desk.get("/documents/copy").text).tags if tag == "input"]
    given = {str(k["name"]): k["value"] for k in form if k.get("type") == "hidden"}
    answer = send(desk, "/findings", **given, decision="dismissed", reason="Licensed, see 17.")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/documents/copy")
    for address in ("/documents/copy", "/documents/bend/mill", pair_address("copy", "bend/mill"),
                    "/findings"):  # fmt: skip
        page = desk.get(address).text
        assert "Dismissed" in page
        assert "Licensed, see 17." in page
    desk.delete("/v1/documents/copy")
    log = desk.get("/findings").text
    assert "Licensed, see 17." in log
    assert "/documents/copy" not in Tags(log).values("a", "href")


def test_a_decision_that_cannot_be_is_told_as_a_page(desk: Any) -> None:
    assert decide(desk, "perhaps").status_code == 422
    assert decide(desk, "dismissed", reason="x" * (MAX_REASON_CHARS + 1)).status_code == 422
    assert decide(desk, "confirmed", finding="0" * 64).status_code == 409
    assert decide(desk, "confirmed", b="boats").status_code == 404
    assert send(desk, "/findings", headers={"Origin": "http://evil.example"}).status_code == 403
    assert decide(desk, "confirmed", next="//evil.example").headers["Location"] == "/"
    assert len(desk.get("/v1/findings").json["findings"]) == 1


def test_evidence_of_a_pair_is_an_archive_of_both(desk: Any) -> None:
    decide(desk, "confirmed", reason="Seen.")
    address = next(
        href
        for href in Tags(desk.get(pair_address("copy", "bend/mill")).text).values("a", "href")
        if href.startswith("/evidence")
    )
    answer = desk.get(address)
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        report = json.loads(archive.read("report.json"))
        assert json.loads(archive.read("corpus.json"))["a"]["id"] == "copy"
        manifest = json.loads(archive.read("manifest.json"))
    assert report["coverage"] == compare(f"{MILL} More follows.", MILL).to_dict()["coverage"]
    assert manifest["documents"]["a"]["version"] == 1
    assert manifest["documents"]["b"]["first_seen"]
    assert [made["reason"] for made in manifest["decisions"]] == ["Seen."]
    assert desk.get("/evidence?a=copy&b=boats").status_code == 404
    assert desk.get("/evidence").status_code == 404


# -- stories


def test_a_story_is_listed_drawn_and_told_in_a_table(desk: Any) -> None:
    (address,) = [
        href
        for href in Tags(desk.get("/clusters").text).values("a", "href")
        if href.startswith("/clusters/")
    ]
    page = desk.get(address).text
    assert "<svg" in page
    rows = Tags(page[page.index("<table") :]).values("a", "href")
    assert {"/documents/copy", "/documents/bend/mill"} <= set(rows)
    assert desk.get("/clusters/none").status_code == 404


# -- batches


def test_a_batch_is_sent_followed_and_looked_at(desk: Any, app: Flask, tmp_path: Path) -> None:
    index = str(tmp_path / "news.db")
    worker = Worker(Corpora(DEFAULT, index=index), Ledger(beside(index, JOBS)), NOBODY)
    file = (io.BytesIO(LINES.encode()), "texts.jsonl")
    address = send(desk, "/batches", file=file, min_words="4").headers["Location"]
    page = desk.get(address).text
    assert 'hx-trigger="every 2s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert desk.get(f"{address}.html").status_code == 409
    assert worker.run_batch()
    done = desk.get(address).text
    assert "hx-trigger" not in done
    assert "2 texts · 1 pair · 1 story" in done
    assert json.loads(desk.get(f"{address}.jsonl").text)["relation"] == "identical"
    result = desk.get(f"{address}.html")
    assert "2 texts · 1 pair · 1 story" in result.text
    assert "unsafe" not in result.headers["Content-Security-Policy"]
    assert "2 тексти · 1 пара · 1 історія" in desk.get(f"{address}.html?lang=uk").text
    told = desk.get(f"/v1{address}").json
    assert told["html_url"] == address
    assert send(desk, f"{address}/delete").status_code == 303
    assert "purged" in desk.get(address).text
    for form in ("jsonl", "html"):
        assert desk.get(f"{address}.{form}").status_code == 410
    assert list(worker.ledger.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "data", "min_words", "status"),
    [
        ("", b"", "4", 422),
        ("x.pdf", b"%PDF", "4", 415),
        ("x.zip", b"PK", "4", 422),
        ("x.jsonl", b"{}", "0", 400),
        ("x.jsonl", b"{}", "", 400),
    ],
)
def test_what_is_no_batch_is_told_above_the_form(
    desk: Any, name: str, data: bytes, min_words: str, status: int
) -> None:
    answer = send(desk, "/batches", file=(io.BytesIO(data), name), min_words=min_words)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert "<form" in answer.text


# -- who may see what


@pytest.fixture
def guarded(tmp_path: Path) -> tuple[Any, Any, Any]:
    """Clients who are logged in: who may write, who may read, who is of another tenant."""
    made = [
        make_key("editor", "metro", ["write"]),
        make_key("reader", "metro", ["read"]),
        make_key("other", "coast", ["write"]),
    ]
    save_keys(tmp_path / "keys.json", [key for key, _ in made])
    app = create_app(index=str(tmp_path / "news.db"), keys=str(tmp_path / "keys.json"))
    clients: list[Any] = []
    for _, secret in made:
        client: Any = app.test_client()
        assert send(client, "/login", key=secret).status_code == 303
        clients.append(client)
    bearer = {"Authorization": f"Bearer {made[0][1]}"}
    for name in ("mill", "copy"):
        clients[0].put(f"/v1/documents/{name}", json={"text": MILL}, headers=bearer)
    editor, reader, other = clients
    return editor, reader, other


def test_pages_are_of_one_tenant_and_forms_of_who_may_write(guarded: tuple[Any, ...]) -> None:
    editor, reader, other = guarded
    file = (io.BytesIO(LINES.encode()), "texts.jsonl")
    batch = send(editor, "/batches", file=file, min_words="4").headers["Location"]
    cluster = next(
        href
        for href in Tags(editor.get("/clusters").text).values("a", "href")
        if href.startswith("/clusters/")
    )
    addresses = ["/documents/mill", pair_address("mill", "copy"), batch, "/evidence?a=mill&b=copy"]
    for address in [*addresses, cluster]:
        assert reader.get(address).status_code == 200, address
    for address in addresses:
        assert other.get(address).status_code == 404, address
    assert "mill" not in other.get("/corpus").text
    assert 'action="/findings"' in editor.get("/documents/mill").text
    assert 'action="/findings"' not in reader.get("/documents/mill").text
    assert 'type="file"' not in reader.get("/batches").text
    asked = {"a": "mill", "b": "copy", "decision": "confirmed"}
    assert send(reader, "/findings", **asked).status_code == 403
    assert send(reader, f"{batch}/delete").status_code == 403
    assert send(other, f"{batch}/delete").status_code == 404
    assert send(editor, "/findings", **asked).status_code == 303
    assert "editor" in reader.get("/findings").text
    assert "editor" not in other.get("/findings").text


def test_nobody_is_shown_anything_without_a_key(guarded: tuple[Any, ...]) -> None:
    client = guarded[0].application.test_client()
    for address in (
        "/corpus",
        "/documents/mill",
        "/clusters",
        "/findings",
        "/batches",
        "/evidence",
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"][:6]) == (303, "/login")


def test_without_an_index_there_are_no_such_pages(client: Any) -> None:
    home = client.get("/").text
    for address in LISTS:
        assert f'href="{address}"' not in home
        assert client.get(address).status_code == 503


# -- words that are not ours


def test_payloads_stay_text(desk: Any) -> None:
    payloads = [p for p in PAYLOADS if "\x00" not in p]
    for number, payload in enumerate(payloads):
        put(
            desk, f"{number}{payload}", f"{MILL} {payload}", title=payload, outlet=payload,
            byline=payload, owner=payload, rights=payload, url=payload,
        )  # fmt: skip
        decide(desk, "confirmed", a=f"{number}{payload}", reason=payload)
    cluster = desk.get("/v1/clusters").json["clusters"][0]["id"]
    addresses = [
        "/corpus",
        "/clusters",
        f"/clusters/{cluster}",
        "/findings",
        "/documents/bend/mill",
    ]
    addresses += [f"/corpus?q={number}" for number in range(3)]
    addresses += [document_address(f"{n}{p}") for n, p in enumerate(payloads)]
    addresses += [pair_address(f"{n}{p}", "bend/mill") for n, p in enumerate(payloads)]
    for number, address in enumerate(addresses):
        page = desk.get(
            address, query_string=None, headers={"Accept-Language": LANGUAGES[number % 2]}
        )
        assert page.status_code == 200, address
        for tag, known in Tags(page.text).tags:
            assert not [name for name in known if name.startswith("on") or name == "style"], address
            assert tag not in ("iframe", "img", "base", "style", "plaintext", "object")
            assert tag != "script" or (known["src"] or "").startswith("/static/")
            assert (known.get("href") or "/").startswith(("/", "#", "?", "https://", "http://"))
            assert (known.get("action") or "/").startswith("/")
        assert page.text.count("<meta http-equiv") == 0


def test_words_that_stand_in_no_template_are_there_in_ukrainian() -> None:
    say = Phrases("uk", UKRAINIAN)
    ruled = Path("service/pages/templates/decisions.html").read_text()
    words = re.findall(r'"(?:confirmed|dismissed|open)": "([^"]+)"', ruled)
    assert len(words) == len(Ruling)
    for word in [*words, *State, *STATUSES[1:], "reading", "comparing"]:
        assert say(str(word)) != str(word)
