"""What a reader wants to see, in the address; and what the licences on file say, in answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.options import CHECKS
from tests.service.newsroom import HARBOUR, MILL

OURS, OTHERS = "Bend Courier", "Dock News"
MATCHES = "/v1/documents/ours/matches"


@pytest.fixture
def desk(tmp_path: Path) -> FlaskClient:
    """Ours, a copy by others, and a text that shares one sentence with it."""
    file = tmp_path / "partners.toml"
    file.write_text(f'[[licence]]\noutlet = "{OURS}"\npartner = "{OTHERS}"\nscope = "full"\n')
    app = create_app(index=str(tmp_path / "news.db"), partners=str(file))
    app.testing = True
    client = app.test_client()
    sentence = MILL.split(". ")[0]
    for name, text, outlet, day in (
        ("ours", MILL, OURS, 1),
        ("copy", MILL, OTHERS, 2),
        ("quote", f"{HARBOUR} {sentence}.", "Fell Mail", 20),
    ):
        when = f"2025-03-{day:02}T10:00:00Z"
        body = {"text": text, "outlet": outlet, "published_at": when}
        assert client.put(f"/v1/documents/{name}", json=body).status_code == 201
    return client


def found(client: FlaskClient, **query: Any) -> list[str]:
    answer = client.get(MATCHES, query_string=query)
    assert answer.status_code == 200, answer.text
    return [match["b"]["id"] for match in answer.json["matches"]]  # type: ignore[index]


def test_without_options_all_is_shown(desk: FlaskClient) -> None:
    assert found(desk) == ["copy", "quote"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"min_words": 30}, ["copy"]),
        ({"min_relation": "syndicated"}, ["copy"]),
        ({"window_days": 3}, ["copy"]),
        ({"ignore": "outlet: Dock News"}, ["quote"]),
        ({"ignore": ["outlet: Dock News", "id: quo*"]}, []),
        ({"ignore": f"outlet: {OURS}"}, ["copy", "quote"]),
        ({"kinds": "paraphrase"}, []),
        ({"kinds": "verbatim,edited"}, ["copy", "quote"]),
        ({"preset": "licensing"}, ["copy"]),
        ({"preset": "licensing", "min_relation": "independent"}, ["copy", "quote"]),
    ],
)
def test_options_in_the_address_are_those_of_a_check(
    desk: FlaskClient, query: dict[str, Any], names: list[str]
) -> None:
    assert found(desk, **query) == names
    options = {
        name: [value] if name == "ignore" and isinstance(value, str) else value
        for name, value in query.items()
    }
    if "kinds" in options:
        options["kinds"] = str(options["kinds"]).split(",")
    sent = {"document": {"id": "ours", "text": MILL, "outlet": OURS}, "options": options}
    sent["document"] |= {"published_at": "2025-03-01T10:00:00Z"}  # type: ignore[operator]
    checked = desk.post("/v1/check", json=sent).json
    assert checked is not None
    assert [match["b"]["id"] for match in checked["matches"] if match["b"]["id"] != "ours"] == names


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("min_words=0", "min_words: must be between 1 and 1000."),
        ("min_words=many", "min_words: must be a whole number."),
        ("min_words=-1", "min_words: must be a whole number."),
        ("window_days=99999999999", "window_days: must be between 0 and 36500."),
        ("preset=bench", "preset: must be one of desk, licensing, aggregator."),
        ("kinds=", "kinds: must be a list of some of verbatim, edited, paraphrase."),
        ("kinds=verbatim;edited", "kinds: must be a list of some of verbatim, edited, paraphrase."),
        ("same_owner=yes", "same_owner: must be one of show, hide."),
        ("ignore=id:", "ignore: id: names nothing."),
    ],
)
def test_options_that_make_no_sense_are_refused(desk: FlaskClient, query: str, detail: str) -> None:
    answer = desk.get(f"{MATCHES}?{query}")
    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (400, "bad_parameter")
    assert answer.json["detail"] == detail


def test_a_cursor_is_good_for_the_options_that_it_came_with(desk: FlaskClient) -> None:
    first = desk.get(MATCHES, query_string={"limit": 1, "min_words": 5}).json
    assert first is not None
    cursor = {"limit": 1, "cursor": first["next"]}
    assert found(desk, **cursor, min_words=5) == ["quote"]
    assert desk.get(MATCHES, query_string={**cursor, "min_words": 6}).status_code == 400


def test_every_option_is_a_described_parameter(desk: FlaskClient) -> None:
    described = desk.get("/openapi.json").json
    assert described is not None
    call = described["paths"]["/v1/documents/{id}/matches"]["get"]
    assert {*CHECKS} <= {each["name"] for each in call["parameters"]}


def test_pairs_say_whether_they_keep_to_the_licences_on_file(
    desk: FlaskClient, tmp_path: Path
) -> None:
    matches = desk.get(MATCHES).json
    assert matches is not None
    told = {match["b"]["id"]: match["rights"]["status"] for match in matches["matches"]}
    assert told == {"copy": "within_terms", "quote": "no_licence_on_file"}
    document = {"text": MILL, "outlet": OTHERS, "published_at": "2025-03-02T10:00:00Z"}
    report = desk.post("/v1/check", json={"document": document}).json
    assert report is not None
    (ours,) = (match for match in report["matches"] if match["b"]["id"] == "ours")
    assert ours["rights"]["status"] == "within_terms"
    pair = desk.post("/v1/compare", json={"a": document, "b": {"text": MILL, "outlet": OURS}}).json
    assert pair is not None
    assert pair["rights"]["status"] == "within_terms"
    plain = create_app(index=str(tmp_path / "news.db")).test_client().get(MATCHES).json
    assert plain is not None
    assert all("rights" not in match for match in plain["matches"])


def test_a_partners_file_that_makes_no_sense_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "partners.toml").write_text("[[licence]]\n")
    monkeypatch.setenv("COPYDESK_PARTNERS", str(tmp_path / "partners.toml"))
    with pytest.raises(Exception, match=r"partners\.toml: licence 1"):
        create_app(index=str(tmp_path / "news.db"))
