"""What the licences on file say: the same in every answer about a pair, in every form and page."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from detector.partners import read_partners_file
from detector.settings import DEFAULT
from service.app import create_app
from service.background.ledger import JOBS, Ledger
from service.background.worker import Worker
from service.corpora import Corpora, beside
from service.delivery.config import NOBODY
from tests.service.newsroom import MILL

# Each may use the other's texts, as nobody can tell which of two same texts was first.
LICENCES = """
[[licence]]
outlet = "Bend Courier"
scope = "excerpt"
words = 20
[[licence]]
outlet = "Dock News"
scope = "excerpt"
words = 20
"""
SOURCE = {"id": "bend", "text": MILL, "outlet": "Bend Courier"}
COPY = {"id": "dock", "text": MILL, "outlet": "Dock News"}
ALIEN = {"text": "Nothing that anybody else has written here before us."}
WORDS = {"en": "Outside terms", "uk": "Поза умовами"}
REASON = {
    "en": "the licence allows excerpts of up to 20.",
    "uk": "ліцензія дозволяє уривки до 20 слів.",
}


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    licences = tmp_path / "partners.toml"
    licences.write_text(LICENCES)
    made = create_app(index=str(tmp_path / "news.db"), partners=str(licences))
    made.testing = True
    return made


@pytest.fixture
def desk(app: Flask) -> Any:
    client: Any = app.test_client()
    assert client.post("/v1/documents", json=SOURCE).status_code == 201
    return client


def kept(desk: Any, asked: str = "check") -> dict[str, Any]:
    """The answer to a check or a comparison, of which a report is kept."""
    body = {"document": COPY} if asked == "check" else {"a": COPY, "b": SOURCE}
    answer = desk.post(f"/v1/{asked}", json={**body, "options": {"keep_report_days": 7}})
    told: dict[str, Any] = answer.json
    return told


@pytest.mark.parametrize("asked", ["check", "compare"])
def test_a_kept_report_is_the_answer_with_its_rights(desk: Any, asked: str) -> None:
    told = kept(desk, asked)
    pair = told["matches"][0] if asked == "check" else told
    assert pair["rights"]["status"] == "outside_terms"
    assert desk.get(f"/v1/reports/{told['report_id']}.json").json == told


@pytest.mark.parametrize("asked", ["check", "compare"])
def test_a_kept_report_as_csv_has_a_column_for_rights(desk: Any, asked: str) -> None:
    text = desk.get(f"/v1/reports/{kept(desk, asked)['report_id']}.csv").text
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["rights"] == "outside_terms"


def test_it_has_that_column_where_nothing_was_found(desk: Any) -> None:
    body = {"document": ALIEN, "options": {"keep_report_days": 7}}
    name = desk.post("/v1/check", json=body).json["report_id"]
    (header,) = desk.get(f"/v1/reports/{name}.csv").text.splitlines()
    assert header.endswith(",rights")


@pytest.mark.parametrize("asked", ["check", "compare"])
@pytest.mark.parametrize("language", ["en", "uk"])
def test_pages_say_it_in_words_with_the_reason(desk: Any, asked: str, language: str) -> None:
    desk.post("/v1/documents", json=COPY)
    report = f"/reports/{kept(desk, asked)['report_id']}"
    for address in (f"/v1{report}.html", report, "/documents/dock/matches/bend"):
        page = desk.get(address, query_string={"lang": language}).text
        badge = f'<strong class="permission outside_terms">{WORDS[language]}</strong>'
        assert badge in page
        assert REASON[language] in page
    assert badge in desk.get("/documents/dock", query_string={"lang": language}).text


def test_the_pairs_of_a_batch_have_them_too(desk: Any, tmp_path: Path) -> None:
    lines = "".join(json.dumps(each) + "\n" for each in (SOURCE, COPY))
    made = desk.post("/v1/batches", data=lines, content_type="application/x-ndjson").json
    index = str(tmp_path / "news.db")
    licences = read_partners_file(str(tmp_path / "partners.toml"))
    corpora = Corpora(DEFAULT, index=index, partners=licences)
    assert Worker(corpora, Ledger(beside(index, JOBS)), NOBODY).run_batch()
    pair = json.loads(desk.get(f"{made['url']}/result").text)
    assert pair["rights"]["status"] == "outside_terms"
    for language, words in WORDS.items():
        page = desk.get(f"/batches/{made['id']}.html", query_string={"lang": language}).text
        assert f">{words}</strong>" in page
        assert REASON[language] in page


def test_nothing_is_said_of_rights_without_a_file(tmp_path: Path) -> None:
    desk: Any = create_app(index=str(tmp_path / "news.db")).test_client()
    for document in (SOURCE, COPY):
        desk.post("/v1/documents", json=document)
    report = f"/reports/{kept(desk)['report_id']}"
    for address in (f"/v1{report}.html", report, "/documents/dock", "/documents/dock/matches/bend"):
        page = desk.get(address)
        assert page.status_code == 200
        assert '"permission ' not in page.text
    assert "rights" not in desk.get(f"/v1{report}.json").json["matches"][0]
    assert "rights" not in desk.get(f"/v1{report}.csv").text
