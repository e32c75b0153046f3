"""Requests for the rules of HTTP, but for those about documents: for each rule a function of its
name, which gives the answers that are to be held against it."""

from __future__ import annotations

import gzip
import io
import json
import random
import time
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np

from detector.shingle import shingle, token_hashes
from tests.counts import LONG
from tests.hostile.desk import (
    CHECK,
    DOCUMENTS,
    HTML,
    LINES,
    PLAIN,
    Answers,
    Desk,
    Reply,
    stored,
)
from tests.service.newsroom import HARBOUR, MILL
from tests.service.test_uploads import word

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


REQUESTS: Mapping[str, Callable[[Desk], Answers]] = {
    each.__name__: each
    for each in (
        *(body_too_large, body_too_large_chunked, one_line_100mb, content_length_lies, te_and_cl),
        *(header_flood, zip_docx, bad_range_page),
        *(json_syntax, json_nan, json_big_int, json_dup_keys, json_lone_surrogate, json_nul),
        *(json_wrong_types, option_range),
        *(empty_text, short_text, repeat_token_doc, nfkc_expansion, regex_bait, binary_as_text),
        bad_declared_charset,
        *(read_key_writes, other_tenant_object, idem_other_body, put_stale_etag),
        *(forged_similarity, future_date),
    )
}
