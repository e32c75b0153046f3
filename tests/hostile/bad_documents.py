"""Requests for the rules about documents: for each rule a function of its name, which gives the
answers that are to be held against it."""

from __future__ import annotations

import json
import random
import socket
import textwrap
from collections.abc import Callable, Mapping

import pytest

from tests.counts import LONG
from tests.detector.test_ingest_pdf import ENDLESS
from tests.hostile.desk import (
    DOCUMENTS,
    HTML,
    LINES,
    PDF,
    Answers,
    Desk,
    stored,
)
from tests.service.newsroom import BAITS, HARBOUR, MILL
from tests.service.test_uploads import LOCKED, STORY, form
from tests.tinypdf import column, pdf


def html_deep(desk: Desk) -> Answers:
    reply = desk.send("POST", DOCUMENTS, f"<html><body>{'<div>' * 100_000}{MILL}", HTML)
    assert reply.status != 201 or MILL in stored(desk, reply)
    yield reply


def html_script_payload(desk: Desk) -> Answers:
    for bait in BAITS:
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


DOCUMENT_REQUESTS: Mapping[str, Callable[[Desk], Answers]] = {
    each.__name__: each
    for each in (
        *(html_deep, html_script_payload, xml_billion_laughs, html_remote_refs),
        *(pdf_truncated, pdf_loop, pdf_encrypted, pdf_no_text, multipart_filename),
        *(jsonl_bad_lines, jsonl_too_many),
    )
}
