"""Each way a request can be wrong, with the answer it must get."""

from __future__ import annotations

import io
import json
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service import body
from service.app import create_app
from service.uploads import FILES
from tests.service.newsroom import MILL

LIMIT = "Body is larger than 26214400 bytes."
NAN = "NaN and Infinity are not JSON."
RANGE = "Number out of range."
NO_TEXT = "No words left after cleaning."
WHEN = "published_at must be RFC 3339 and not in the future."
SURROGATE = "Text has a lone surrogate at character 0."


def is_problem(answer: Any, status: int, code: str, detail: str) -> bool:
    """Whether ``answer`` is this problem, whole and well formed."""
    problem = json.loads(answer.data)
    assert answer.content_type == "application/problem+json"
    assert answer.headers["X-Request-Id"] == problem["request_id"]
    assert problem["type"] == "about:blank"
    assert problem["title"]
    assert problem["retryable"] is (status in (408, 503))
    assert (answer.status_code, problem["status"]) == (status, status)
    assert (problem["code"], problem["detail"]) == (code, detail)
    return True


@pytest.mark.parametrize(
    ("raw", "status", "code", "detail"),
    [
        ('{"text":', 400, "bad_json", "Body is not valid JSON (line 1, column 9)."),
        ("", 400, "bad_json", "Body is not valid JSON (line 1, column 1)."),
        ('{"text":"x"} {}', 400, "bad_json", "Body is not valid JSON (line 1, column 14)."),
        ('{\n"text":"a\nb"}', 400, "bad_json", "Body is not valid JSON (line 2, column 10)."),
        ('{"options":{"min_words":NaN}}', 400, "bad_json", NAN),
        ('{"options":{"min_words":Infinity}}', 400, "bad_json", NAN),
        ('{"options":{"min_words":-Infinity}}', 400, "bad_json", NAN),
        ('{"options":{"min_words":1e999}}', 400, "bad_json", NAN),
        (f'{{"options":{{"min_words":{"9" * 5000}}}}}', 400, "bad_json", RANGE),
        (f'{{"document":{{"id":{2**63}}}}}', 400, "bad_json", RANGE),
        (
            '{"tenant":"a","tenant":"b","text":"x"}',
            400,
            "duplicate_key",
            "Key 'tenant' appears twice.",
        ),
        ("[" * 65 + "]" * 65, 400, "bad_json", "Body is nested deeper than 64 levels."),
        ("[" * 100_000, 400, "bad_json", "Body is nested deeper than 64 levels."),
        ('{"text":"\\ud800"}', 422, "bad_unicode", SURROGATE),
        ('{"document":{"text":"x","id":"\\udfff"}}', 422, "bad_unicode", SURROGATE),
        ('{"document":{"text":"x","title":"\\ud800x"}}', 422, "bad_unicode", SURROGATE),
        ('{"document":{"text":"x","extra":{"\\ud800":1}}}', 422, "bad_unicode", SURROGATE),
        (b'{"text":"\xff"}', 400, "bad_utf8", "Body is not UTF-8 (byte 9)."),
    ],
)
def test_body_that_is_no_sound_json(
    client: FlaskClient, raw: str | bytes, status: int, code: str, detail: str
) -> None:
    for url in ("/v1/check", "/v1/compare"):
        answer = client.post(url, data=raw, content_type="application/json")
        assert is_problem(answer, status, code, detail)


CHECKS: list[tuple[Any, list[tuple[str, str]]]] = [
    ({"text": 5}, [("/text", "text: must be a string.")]),
    ({"text": None}, [("/text", "text: must be a string.")]),
    ({"text": []}, [("/text", "text: must be a string.")]),
    ({"text": {}}, [("/text", "text: must be a string.")]),
    ([], [("", "body: must be an object.")]),
    ("x", [("", "body: must be an object.")]),
    ({}, [("", "body: give either text or document.")]),
    ({"text": "x", "document": {"text": "x"}}, [("", "body: give either text or document.")]),
    ({"document": "x"}, [("/document", "document: must be an object.")]),
    ({"document": {}}, [("/document", "document: give either text or html.")]),
    (
        {"document": {"text": "x", "html": "x"}},
        [("/document", "document: give either text or html.")],
    ),
    ({"text": "x", "tenant": "a"}, [("/tenant", "tenant: unknown field.")]),
    ({"text": "x", "a/b~c": 1}, [("/a~1b~0c", "a/b~c: unknown field.")]),
    ({"text": "x", "options": None}, [("/options", "options: must be an object.")]),
    (
        {"text": "x", "options": {"min_words": "6"}},
        [("/options/min_words", "options.min_words: must be a whole number.")],
    ),
    (
        {"text": "x", "options": {"min_words": True}},
        [("/options/min_words", "options.min_words: must be a whole number.")],
    ),
    (
        {"text": "x", "options": {"min_words": 6.5}},
        [("/options/min_words", "options.min_words: must be a whole number.")],
    ),
    (
        {"text": "x", "options": {"min_wrods": 6}},
        [("/options/min_wrods", "options.min_wrods: unknown field.")],
    ),
    *(
        (
            {"text": "x", "options": {"min_words": number}},
            [("/options/min_words", "options.min_words: must be between 1 and 1000.")],
        )
        for number in (-1, 0, 1001, 10**9, 1e9)
    ),
    *(
        ({"text": "x", "options": {name: value}}, [(f"/options/{name}", f"options.{name}: {what}")])
        for name, value, what in (
            ("preset", "bench", "must be one of desk, licensing, aggregator."),
            ("quotes", "some", "must be one of none, attributed, all."),
            ("same_owner", True, "must be one of show, hide."),
            ("window_days", -1, "must be between 0 and 36500."),
            ("kinds", "edited", "must be a list of some of verbatim, edited, paraphrase."),
            ("kinds", [], "must be a list of some of verbatim, edited, paraphrase."),
            ("kinds", [["edited"]], "must be a list of some of verbatim, edited, paraphrase."),
            ("ignore", "x", "must be a list of strings."),
            ("ignore", ["x", 1], "must be a list of strings."),
            ("ignore", ["id:"], "ignore: id: names nothing."),
        )
    ),
    (
        {"document": {"text": 5, "id": "", "kind": "blog", "extra": [], "title": 1, "age": 2}},
        [
            ("/document/text", "document.text: must be a string."),
            ("/document/id", "document.id: must not be empty."),
            (
                "/document/kind",
                "document.kind: must be one of article, wire, press_release, live_blog, "
                "transcript.",
            ),
            ("/document/extra", "document.extra: must be an object."),
            ("/document/title", "document.title: must be a string."),
            ("/document/age", "document.age: unknown field."),
        ],
    ),
]
COMPARES: list[tuple[Any, list[tuple[str, str]]]] = [
    ({}, [("/a", "a: is missing."), ("/b", "b: is missing.")]),
    ({"a": "x"}, [("/b", "b: is missing.")]),
    ({"a": 1, "b": "x"}, [("/a", "a: must be a string or an object.")]),
    ({"a": {"html": 1}, "b": "x"}, [("/a/html", "a.html: must be a string.")]),
    ({"a": "x", "b": "x", "c": "x"}, [("/c", "c: unknown field.")]),
    ([], [("", "body: must be an object.")]),
]


@pytest.mark.parametrize(
    ("url", "sent", "mistakes"),
    [("/v1/check", *row) for row in CHECKS] + [("/v1/compare", *row) for row in COMPARES],
)
def test_every_mistake_is_listed_by_pointer(
    client: FlaskClient, url: str, sent: Any, mistakes: list[tuple[str, str]]
) -> None:
    answer = client.post(url, json=sent)
    assert is_problem(answer, 422, "validation_failed", mistakes[0][1])
    found = [(each["pointer"], each["detail"]) for each in json.loads(answer.data)["errors"]]
    assert found == mistakes


def test_a_list_of_mistakes_ends_somewhere(client: FlaskClient) -> None:
    answer = client.post("/v1/check", json={str(number): 0 for number in range(1000)})
    assert len(json.loads(answer.data)["errors"]) == 100
    answer = client.post("/v1/check", json={"k" * 1_000_000: 0, "text": MILL})
    assert len(answer.data) < 1000


@pytest.mark.parametrize("text", ["", "  \n\t ", "\u200b\u200d\ufeff", "– — …", "\0"])
def test_text_without_words(client: FlaskClient, text: str) -> None:
    for url, sent in (
        ("/v1/check", {"text": text}),
        ("/v1/check", {"document": {"text": text}}),
        ("/v1/compare", {"a": MILL, "b": text}),
    ):
        assert is_problem(client.post(url, json=sent), 422, "no_text", NO_TEXT)
    answer = client.post("/v1/check", data=text.encode(), content_type="text/plain")
    assert is_problem(answer, 422, "no_text", NO_TEXT)


def test_page_without_words(client: FlaskClient) -> None:
    page = "<html><script>nothing</script><p> </p></html>"
    answer = client.post("/v1/check", data=page.encode(), content_type="text/html")
    assert is_problem(answer, 422, "no_text", NO_TEXT)


def test_the_side_without_words_is_named(client: FlaskClient) -> None:
    answer = client.post("/v1/compare", json={"a": MILL, "b": "..."})
    assert json.loads(answer.data)["errors"] == [{"pointer": "/b", "detail": NO_TEXT}]


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("word " * 1_000_001, "Text has more than 1000000 words."),
        ("漢" * 1_000_001, "Text has more than 1000000 words."),
        ("\ufdfa" * 1_000_000, "Text grows past the limit when normalised."),
    ],
    ids=["words", "characters that are words", "ligatures"],
)
def test_text_too_large(client: FlaskClient, text: str, detail: str) -> None:
    answer = client.post("/v1/check", data=text.encode(), content_type="text/plain; charset=utf-8")
    assert is_problem(answer, 422, "text_too_large", detail)


@pytest.mark.parametrize(
    "stamp",
    [
        pytest.param((datetime.now(UTC) + timedelta(days=2)).isoformat(), id="in two days"),
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        "2016-12-31T23:59:60Z",
        "2025-03-01T10:00:00",
        "2025-03-01",
        "2025-02-30T10:00:00Z",
        "2025-03-01T10:00:00+24:00",
        "yesterday",
        "",
    ],
)
def test_published_at_that_is_no_time_or_in_the_future(client: FlaskClient, stamp: str) -> None:
    sent = {"document": {"text": MILL, "published_at": stamp}}
    answer = client.post("/v1/check", json=sent)
    assert is_problem(answer, 422, "bad_timestamp", WHEN)
    assert json.loads(answer.data)["errors"][0]["pointer"] == "/document/published_at"


@pytest.mark.parametrize(
    "media_type",
    [
        None,
        "application/octet-stream",
        "application/msword",
        "application/x-www-form-urlencoded",
    ],
)
def test_other_media_types(client: FlaskClient, media_type: str | None) -> None:
    answer = client.post("/v1/check", data=b"x", content_type=media_type)
    wanted = f"Content-Type must be {' or '.join(('application/json', *FILES))}."
    assert is_problem(answer, 415, "unsupported_media_type", wanted)


def test_compare_takes_json_only(client: FlaskClient) -> None:
    answer = client.post("/v1/compare", data=b"x", content_type="text/plain")
    wanted = "Content-Type must be application/json."
    assert is_problem(answer, 415, "unsupported_media_type", wanted)


def test_packed_bodies(client: FlaskClient) -> None:
    answer = client.post("/v1/check", json={"text": MILL}, headers={"Content-Encoding": "gzip"})
    wanted = "Send the body without Content-Encoding."
    assert is_problem(answer, 415, "unsupported_encoding", wanted)
    plain = {"Content-Encoding": "identity"}
    assert client.post("/v1/check", json={"text": MILL}, headers=plain).status_code == 200


@pytest.mark.parametrize("charset", ["utf-7", "idna", "zlib_codec", "../../x"])
@pytest.mark.parametrize("media_type", ["text/plain", "text/html"])
def test_unknown_charsets(client: FlaskClient, charset: str, media_type: str) -> None:
    content_type = f'{media_type}; charset="{charset}"'
    answer = client.post("/v1/check", data=b"Rain fell.", content_type=content_type)
    assert is_problem(answer, 415, "unsupported_charset", "Unknown charset.")


def test_noise_labelled_as_text(client: FlaskClient) -> None:
    noise = random.Random(7).randbytes(1 << 20)
    answer = client.post("/v1/check", data=noise, content_type="text/plain")
    assert is_problem(answer, 422, "bad_encoding", "Cannot decode as text.")


class Endless(io.RawIOBase):
    """A body without an announced length that never ends; counts what was taken."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        self.taken += size
        return b"a " * (size // 2)


def chunked(client: FlaskClient, stream: Any, **environ: Any) -> Any:
    """Send ``stream`` as a server hands on a chunked body: no length, its end marked."""
    return client.post(
        "/v1/check",
        content_type="text/plain",
        environ_overrides={"wsgi.input": stream, "wsgi.input_terminated": True, **environ},
    )


def test_body_announced_too_large_is_not_read(client: FlaskClient) -> None:
    stream = Endless()
    answer = chunked(client, stream, CONTENT_LENGTH="27262976")
    assert stream.taken == 0
    assert is_problem(answer, 413, "body_too_large", LIMIT)


def test_chunked_body_is_cut_off_at_the_limit(client: FlaskClient) -> None:
    stream = Endless()
    assert is_problem(chunked(client, stream), 413, "body_too_large", LIMIT)
    assert stream.taken <= body.MAX_BYTES + (1 << 16)


def test_chunked_body_of_just_the_limit_is_read(client: FlaskClient) -> None:
    stream = io.BytesIO(b"." * body.MAX_BYTES)
    assert is_problem(chunked(client, stream), 422, "no_text", NO_TEXT)


class Broken(io.RawIOBase):
    """A body whose client stalls, hangs up or frames it wrongly."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read(self, size: int = -1) -> bytes:
        raise self.error


class Socket:
    """Stands for the client's socket; keeps how long it will wait."""

    timeout: float | None = None

    def settimeout(self, seconds: float) -> None:
        self.timeout = seconds


def test_body_that_does_not_arrive(client: FlaskClient) -> None:
    socket = Socket()
    answer = chunked(client, Broken(TimeoutError()), **{"gunicorn.socket": socket})
    assert is_problem(answer, 408, "request_timeout", "Body did not arrive in time.")
    assert socket.timeout == body.PATIENCE


@pytest.mark.parametrize("error", [ConnectionResetError(), ValueError("bad chunk")])
def test_body_that_breaks_off(client: FlaskClient, error: Exception) -> None:
    wanted = "Body is broken off or badly framed."
    assert is_problem(chunked(client, Broken(error)), 400, "bad_framing", wanted)


def test_body_shorter_than_announced(client: FlaskClient) -> None:
    answer = chunked(client, io.BytesIO(b"Rain"), CONTENT_LENGTH="1000")
    assert is_problem(answer, 400, "bad_framing", "Body is broken off or badly framed.")


def test_addresses_and_methods_that_do_not_exist(client: FlaskClient) -> None:
    nothing = "There is nothing at this address."
    for path in ("/v1/nothing", "//v1/check", "/v1/check/", "/nothing/x", "/%ED%A0%80"):
        assert is_problem(client.post(path, json={}), 404, "not_found", nothing)
    answer = client.get("/v1/check")
    wanted = "This address does not answer that method; see Allow."
    assert is_problem(answer, 405, "method_not_allowed", wanted)
    assert "POST" in answer.headers["Allow"]


def test_check_without_a_folder() -> None:
    answer = create_app().test_client().post("/v1/check", json={"text": MILL})
    wanted = "started without --index or --against: nothing to check against"
    assert is_problem(answer, 503, "storage_unavailable", wanted)


def test_a_bug_is_answered_without_its_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("secret")

    monkeypatch.setattr("service.api.compared", broken)
    answer = create_app().test_client().post("/v1/compare", json={"a": "x", "b": "y"})
    wanted = "Something broke here; the request was not at fault."
    assert is_problem(answer, 500, "internal_error", wanted)
    assert b"secret" not in answer.data


def test_bait_for_slow_parsers_is_answered_in_time(client: FlaskClient) -> None:
    bait = ["a" * 50_000 + "!", "1111-11-" * 6250, "(" * 50_000, " " * 50_000 + "\nRain fell."]
    for text in [*bait[:2], *bait[3:], "\n".join(bait)]:
        begun = time.process_time()
        answer = client.post("/v1/check", json={"text": text})
        assert answer.status_code == 200
        assert time.process_time() - begun < 2


def test_one_word_a_hundred_thousand_times(tmp_path: Path) -> None:
    text = "buffalo " * 100_000
    (tmp_path / "buffalo.txt").write_text(text, encoding="utf-8")
    client = create_app(str(tmp_path)).test_client()
    begun = time.process_time()
    report = client.post("/v1/check", json={"text": text}).json
    assert time.process_time() - begun < 5
    assert report is not None
    assert report["total"] == 1


def test_a_folder_without_texts(tmp_path: Path) -> None:
    answer = create_app(str(tmp_path)).test_client().post("/v1/check", json={"text": MILL})
    assert answer.status_code == 200
    assert answer.json["searched"]["documents"] == 0  # type: ignore[index]
