"""Requests for the rules of HTTP: for each rule a function of its name, which gives the answers
that are to be held against it."""

from __future__ import annotations

import gzip
import io
import json
import random
import socket
import textwrap
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import numpy as np
import pytest

from detector.shingle import shingle, token_hashes
from tests.counts import LONG
from tests.detector.test_ingest_pdf import ENDLESS
from tests.hostile.desk import Desk, Reply
from tests.service.newsroom import HARBOUR, MILL
from tests.service.test_uploads import LOCKED, STORY, form, word
from tests.tinypdf import column, pdf

PLAIN, HTML, PDF, LINES = "text/plain", "text/html", "application/pdf", "application/x-ndjson"
CHECK, DOCUMENTS = "/v1/check", "/v1/documents"
Answers = Iterator[Reply]


def stored(desk: Desk, reply: Reply) -> str:
    """The text that a document was stored with."""
    text: str = desk.send("GET", f"{DOCUMENTS}/{quote(reply.json['id'])}").json["text"]
    return text


# -- size and framing


def body_too_large(desk: Desk) -> Answers:
    lines = {"Content-Length": str(26 << 20), "Content-Type": PLAIN}
    yield desk.raw(desk.head("POST", DOCUMENTS, lines=lines))
    yield desk.send("POST", DOCUMENTS, b"a " * (13 << 20), PLAIN)


def body_too_large_chunked(desk: Desk) -> Answers:
    piece = b"10000\r\n" + b"a " * (1 << 15) + b"\r\n"
    head = desk.head(
        "POST", DOCUMENTS, lines={"Transfer-Encoding": "chunked", "Content-Type": PLAIN}
    )
    yield desk.raw(head, *[piece] * (26 << 4), b"0\r\n\r\n")


def one_line_100mb(desk: Desk) -> Answers:
    head = desk.head(
        "POST", DOCUMENTS, lines={"Content-Length": "100000000", "Content-Type": PLAIN}
    )
    yield desk.raw(head, *[b"a" * 1_000_000] * 100)


def content_length_lies(desk: Desk) -> Answers:
    lines = {"Content-Length": "1000", "Content-Type": PLAIN}
    yield desk.raw(desk.head("POST", DOCUMENTS, lines=lines) + b"ten bytes.")


def te_and_cl(desk: Desk) -> Answers:
    lines = {"Content-Length": "4", "Transfer-Encoding": "chunked", "Content-Type": PLAIN}
    smuggled = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    reply = desk.raw(desk.head("POST", CHECK, lines=lines), smuggled)
    assert reply.rest == b""
    yield reply


def header_flood(desk: Desk) -> Answers:
    yield desk.raw(desk.head("GET", "/healthz", lines={f"X-{n}": "1" for n in range(101)}))
    yield desk.raw(desk.head("GET", "/healthz", lines={"X": "x" * 9216}))
    yield desk.raw(desk.head("GET", "/" + "x" * 5120))


def zip_docx(desk: Desk) -> Answers:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("mimetype", "application/epub+zip")
    for body, media in (
        (data.getvalue(), "application/zip"),
        (data.getvalue(), "application/epub+zip"),
        (data.getvalue(), PLAIN),
        (gzip.compress(MILL.encode()), "application/gzip"),
        (gzip.compress(MILL.encode()), PLAIN),
        (word(MILL), "application/zip"),
    ):
        yield desk.send("POST", DOCUMENTS, body, media)


def bad_range_page(desk: Desk) -> Answers:
    for query in ("limit=-1", "limit=1e9", "limit=abc", "limit=0", "cursor=forged", "cursor=Zm9v"):
        yield desk.send("GET", f"{DOCUMENTS}?{query}")


# -- JSON


def json_syntax(desk: Desk) -> Answers:
    yield desk.send("POST", CHECK, '{"text":')


def json_nan(desk: Desk) -> Answers:
    for number in ("NaN", "Infinity", "-Infinity", "1e999"):
        yield desk.send("POST", CHECK, f'{{"options":{{"min_words":{number}}}}}')


def json_big_int(desk: Desk) -> Answers:
    yield desk.send("POST", CHECK, f'{{"text":{"9" * 5000}}}')
    yield desk.send("POST", CHECK, f'{{"document":{{"id":{2**63}}}}}')


def json_dup_keys(desk: Desk) -> Answers:
    yield desk.send("POST", CHECK, '{"tenant":"a","tenant":"b","text":"x"}')


def json_lone_surrogate(desk: Desk) -> Answers:
    for name in ("text", "id", "title"):
        body = {"text": MILL, name: "\ud800x"}
        yield desk.send("POST", DOCUMENTS, body)


def json_nul(desk: Desk) -> Answers:
    text = f"{MILL[:9]}\0{MILL[9:]}"
    reply = desk.send("POST", DOCUMENTS, {"text": text})
    assert stored(desk, reply) == text
    yield reply


def json_wrong_types(desk: Desk) -> Answers:
    values: tuple[object, ...] = (5, None, [], {})
    for value in values:
        reply = desk.send("POST", CHECK, {"text": value})
        assert [each["pointer"] for each in reply.json["errors"]] == ["/text"]
        yield reply
    for option in ({"min_words": "6"}, {"min_wrods": 6}):
        reply = desk.send("POST", CHECK, {"text": "x", "options": option})
        pointers = [each["pointer"] for each in reply.json["errors"]]
        assert pointers == [f"/options/{name}" for name in option]
        yield reply


def option_range(desk: Desk) -> Answers:
    for number in (-1, 0, 10**9, 1e9):
        yield desk.send("POST", CHECK, {"text": "x", "options": {"min_words": number}})


# -- texts


def empty_text(desk: Desk) -> Answers:
    for text in ("", "  \n\t ", "\u200b\u200d\ufeff", "\0", "(" * 50_000):
        yield desk.send("POST", DOCUMENTS, {"text": text})


def short_text(desk: Desk) -> Answers:
    for text in ("Ferry runs again.", "Ferry stops again."):
        reply = desk.send("POST", DOCUMENTS, {"text": text})
        assert reply.json["warnings"] == ["too_short_to_match"]
        yield reply
    assert desk.send("POST", CHECK, {"text": "Ferry waits again."}).json["total"] == 0


def repeat_token_doc(desk: Desk) -> Answers:
    text = "buffalo " * 100_000
    assert desk.send("POST", DOCUMENTS, {"text": text}, key="other").status == 201
    reply = desk.send("POST", CHECK, {"text": text}, key="other")
    assert reply.json["total"] == 1
    yield reply


def nfkc_expansion(desk: Desk) -> Answers:
    yield desk.send("POST", CHECK, "\ufdfa" * 1_000_000, "text/plain; charset=utf-8")


def regex_bait(desk: Desk) -> Answers:
    baits = ("a" * 50_000 + "!", "1111-11-" * 6250, "(" * 50_000, " " * 50_000 + "\n")
    for bait in baits:
        yield desk.send("POST", CHECK, {"text": f"{bait} Rain fell."})


def binary_as_text(desk: Desk) -> Answers:
    yield desk.send("POST", CHECK, random.Random("noise").randbytes(1 << 20), PLAIN)


def bad_declared_charset(desk: Desk) -> Answers:
    for charset in ("utf-7", "idna", "../../x", "zlib_codec"):
        for media in (PLAIN, HTML):
            yield desk.send("POST", DOCUMENTS, b"Rain fell.", f'{media}; charset="{charset}"')


# -- documents


def html_deep(desk: Desk) -> Answers:
    reply = desk.send("POST", DOCUMENTS, f"<html><body>{'<div>' * 100_000}{MILL}", HTML)
    assert reply.status != 201 or MILL in stored(desk, reply)
    yield reply


def html_script_payload(desk: Desk) -> Answers:
    for bait in (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
        "<svg onload=alert(1)><style><img src=x onerror=alert(1)></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
        "onerror=alert(1)&gt;'>",
    ):
        page = f"<html><body>{bait}<p>{MILL}</p>{bait}</body></html>"
        reply = desk.send("PUT", f"{DOCUMENTS}/{random.Random(bait).random()}", page, HTML)
        text = stored(desk, reply)
        assert MILL in text
        assert "<script" not in text
        yield reply


def xml_billion_laughs(desk: Desk) -> Answers:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.2)
        url = f"http://127.0.0.1:{trap.getsockname()[1]}/x.dtd"
        for doctype, entity in (
            (f'[<!ENTITY a0 "lol">{laughs}]', "&a9;"),
            ('[<!ENTITY a SYSTEM "file:///etc/passwd">]', "&a;"),
            (f'SYSTEM "{url}" [<!ENTITY % a SYSTEM "{url}">%a;]', ""),
        ):
            page = f"<?xml version='1.0'?><!DOCTYPE html {doctype}><html><p>{MILL} {entity}</p>"
            reply = desk.send("PUT", f"{DOCUMENTS}/x{len(entity)}", page, HTML)
            if reply.status == 201:
                text = stored(desk, reply)
                assert "root:" not in text
                assert len(text) < len(MILL) + 100
            yield reply
        with pytest.raises(TimeoutError):
            trap.accept()


def html_remote_refs(desk: Desk) -> Answers:
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.settimeout(0.2)
        for url in (f"http://127.0.0.1:{trap.getsockname()[1]}/", "http://169.254.169.254/"):
            page = (
                f'<html><head><base href="{url}"><link rel=stylesheet href="{url}"><meta '
                f'http-equiv=refresh content="0;url={url}"></head><body><img src="{url}">'
                f'<iframe src="{url}"></iframe><p>{MILL} {url}</p>'
            )
            yield desk.send("POST", DOCUMENTS, page, HTML)
        with pytest.raises(TimeoutError):
            trap.accept()


def pdf_truncated(desk: Desk) -> Answers:
    yield desk.send("POST", DOCUMENTS, STORY[: len(STORY) // 2], PDF)
    table = int(STORY.split(b"startxref\n")[1].split()[0])
    wrong = STORY.replace(f"startxref\n{table}".encode(), b"startxref\n7")
    yield desk.send("PUT", f"{DOCUMENTS}/wrong-table", wrong, PDF)
    for seed in range(500 if LONG else 10):
        chance = random.Random(f"flip {seed}")
        flipped = bytearray(STORY)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        reply = desk.send("PUT", f"{DOCUMENTS}/flipped-{seed}", bytes(flipped), PDF)
        if reply.status == 201 or reply.json["code"] == "extraction_failed":
            yield reply
        else:  # a page without its text, or a loop, is told as what it is
            assert (reply.status, reply.json["code"]) in {
                (422, "no_text"),
                (422, "extraction_limit"),
                (422, "document_encrypted"),
            }


def pdf_loop(desk: Desk) -> Answers:
    for data in ENDLESS.values():
        yield desk.send("POST", DOCUMENTS, data, PDF)


def pdf_encrypted(desk: Desk) -> Answers:
    locked = pdf([column(["Rain."])], trailer=f"{LOCKED} /ID [<00> <00>]")
    yield desk.send("POST", DOCUMENTS, locked, PDF)


def pdf_no_text(desk: Desk) -> Answers:
    yield desk.send("POST", DOCUMENTS, pdf([[], []]), PDF)


def multipart_filename(desk: Desk) -> Answers:
    names = (b"../../etc/cron.d/x", b"C:\\\\x", b"a\0.pdf", b"x" * 5000, b"CON")
    for number, name in enumerate((*names, b"a%0D%0AX-Evil: 1", "\u202efdp".encode())):
        story = pdf([column(textwrap.wrap(f"{MILL} Number {number}.", 60))])
        request = form(story, name, b"Content-Type: application/pdf\r\n")
        reply = desk.send("POST", DOCUMENTS, request["data"], request["content_type"])
        assert "X-Evil" not in reply.headers
        shown = desk.send("GET", f"{DOCUMENTS}/{reply.json['id']}")
        assert list(shown.json["extra"]) == ["filename"]
        assert shown.data.isascii()
        yield reply


def jsonl_bad_lines(desk: Desk) -> Answers:
    lines = [json.dumps({"id": f"line-{n}", "text": f"{HARBOUR} Day {n}."}) for n in range(1000)]
    bad = (
        *("{", '"text"', '{"text": 5}', '{"id": "x", "text": " "}', '{"text": "\\ud800"}'),
        *('{"text": "x", "text": "y"}', '{"text": "Rain fell.", "published_at": "yesterday"}'),
    )
    for number, line in enumerate(bad):
        lines[number * 140 + 3] = line
    reply = desk.send("POST", DOCUMENTS, "\n".join(lines), LINES)
    told = [json.loads(line) for line in reply.data.splitlines()]
    assert [n for n, each in enumerate(told) if each["status"] != "added"] == [
        number * 140 + 3 for number in range(len(bad))
    ]
    assert len(told) == 1000
    assert desk.send("GET", f"{DOCUMENTS}/line-999").status == 200
    yield reply


def jsonl_too_many(desk: Desk) -> Answers:
    yield desk.send("POST", DOCUMENTS, "{}\n" * 10_001, LINES)
    yield desk.send("POST", DOCUMENTS, json.dumps({"text": "a " * (1 << 20)}), LINES)
    lines = [json.dumps({"id": f"crlf-{n}", "text": f"{HARBOUR} Hour {n}."}) for n in range(3)]
    for body in ("\r\n".join(lines), "\n".join(lines), "\ufeff" + "\n".join(lines) + "\n"):
        reply = desk.send("POST", DOCUMENTS, body, LINES)
        statuses = [json.loads(line)["status"] for line in reply.data.splitlines()]
        assert len(statuses) == 3
        assert set(statuses) <= {"added", "unchanged"}
        yield reply


# -- keys, tenants, versions


def read_key_writes(desk: Desk) -> Answers:
    for method, path in (
        ("POST", DOCUMENTS),
        ("PUT", f"{DOCUMENTS}/x"),
        ("DELETE", f"{DOCUMENTS}/x"),
        ("POST", "/v1/watches"),
        ("DELETE", "/v1/watches/x"),
        ("POST", "/v1/batches"),
        ("DELETE", "/v1/batches/x"),
    ):
        yield desk.send(method, path, {"text": MILL}, key="reader")


def other_tenant_object(desk: Desk) -> Answers:
    """Every call on something by its id, on what another has and on what nobody has: the answers
    are the same but for the id of the request."""
    story = desk.send("PUT", f"{DOCUMENTS}/ours", {"text": MILL})
    desk.send("PUT", f"{DOCUMENTS}/ours-2", {"text": f"{MILL} More follows."})
    lines = json.dumps({"text": MILL}) + "\n"
    batch = desk.send("POST", "/v1/batches", lines, LINES).json
    watch = desk.send("POST", "/v1/watches", {"name": "Ours"}).json
    cluster = story.json["cluster_id"]
    cases = [
        *((m, f"{DOCUMENTS}/{{}}", "ours") for m in ("GET", "DELETE")),
        ("GET", f"{DOCUMENTS}/{{}}/matches", "ours"),
        ("GET", "/v1/clusters/{}", cluster),
        *((m, "/v1/batches/{}", batch["id"]) for m in ("GET", "DELETE")),
        ("GET", "/v1/batches/{}/result", batch["id"]),
        *((m, "/v1/watches/{}", watch["id"]) for m in ("GET", "DELETE")),
        ("GET", "/v1/watches/{}.csv", watch["id"]),
    ]
    for method, path, name in cases:
        tag = {"If-Match": story.headers["ETag"], "X-Request-Id": "same"}
        theirs, nobodys = (
            desk.send(method, path.format(each), key="stranger", headers=tag)
            for each in (name, "nobody-has-this")
        )
        assert (theirs.data, theirs.status) == (nobodys.data, nobodys.status)
        yield theirs
    assert desk.send("GET", f"{DOCUMENTS}/ours").status == 200


def idem_other_body(desk: Desk) -> Answers:
    once = {"Idempotency-Key": "order-17"}
    first = desk.send("POST", DOCUMENTS, {"id": "once", "text": MILL}, headers=once)
    assert first.status == 201
    yield desk.send("POST", DOCUMENTS, {"id": "twice", "text": MILL}, headers=once)


def raced(desk: Desk, path: str, tag: str, words: str) -> list[Reply]:
    """What twenty are answered who change the same version at once."""

    def write(number: int) -> Reply:
        body = {"text": f"{HARBOUR} Writer {number} {words}."}
        while (reply := desk.send("PUT", path, body, headers={"If-Match": tag})).status == 503:
            time.sleep(0.1)  # told to wait for a turn
        return reply

    with ThreadPoolExecutor(20) as writers:
        return list(writers.map(write, range(20)))


def put_stale_etag(desk: Desk) -> Answers:
    path = f"{DOCUMENTS}/raced"
    tag = desk.send("PUT", path, {"text": MILL}).headers["ETag"]
    first = tag
    for number in range(5 if LONG else 1):
        replies = raced(desk, path, tag, f"of round {number}")
        (won,) = (reply for reply in replies if reply.status == 200)
        tag = won.headers["ETag"]
        yield from (reply for reply in replies if reply is not won)
    yield desk.send("PUT", path, {"text": MILL}, headers={"If-Match": first})


# -- attacks


def forged_similarity(desk: Desk) -> Answers:
    """Two texts of shingles whose public hashes agree in the 32 bits that sketches are made of."""
    chance = random.Random("collisions")
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(400_000)]
    hashes = shingle(token_hashes(words, 0)) >> np.uint64(32)
    order = np.argsort(hashes, kind="stable")
    (equal,) = np.nonzero(hashes[order[1:]] == hashes[order[:-1]])
    assert len(equal) > 5
    one, other = (
        ". ".join(" ".join(words[order[at] : order[at] + 5]) for at in equal + side)
        for side in (0, 1)
    )
    assert desk.send("POST", DOCUMENTS, {"text": one}).status == 201
    reply = desk.send("POST", CHECK, {"text": other})
    assert reply.json["total"] == 0
    yield reply


def future_date(desk: Desk) -> Answers:
    for stamp in (
        (datetime.now(UTC) + timedelta(days=2)).isoformat(),
        *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2016-12-31T23:59:60Z"),
        *("2025-03-01T10:00:00", "2025-03-01", "yesterday", ""),
    ):
        yield desk.send("POST", DOCUMENTS, {"text": MILL, "published_at": stamp})


_ALL = (
    *(body_too_large, body_too_large_chunked, one_line_100mb, content_length_lies, te_and_cl),
    *(header_flood, zip_docx, bad_range_page),
    *(json_syntax, json_nan, json_big_int, json_dup_keys, json_lone_surrogate, json_nul),
    *(json_wrong_types, option_range),
    *(empty_text, short_text, repeat_token_doc, nfkc_expansion, regex_bait, binary_as_text),
    bad_declared_charset,
    *(html_deep, html_script_payload, xml_billion_laughs, html_remote_refs),
    *(pdf_truncated, pdf_loop, pdf_encrypted, pdf_no_text, multipart_filename),
    *(jsonl_bad_lines, jsonl_too_many),
    *(read_key_writes, other_tenant_object, idem_other_body, put_stale_etag),
    *(forged_similarity, future_date),
)
REQUESTS: Mapping[str, Callable[[Desk], Answers]] = {each.__name__: each for each in _ALL}
