"""What ingest promises: every file is read as given or refused with a reason, and never stops the
files after it."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.errors import InputError, UsageError
from detector.ingest import SUFFIXES, decode, read, read_path
from detector.ingest.decode import decode_flagged
from detector.model import Document, Skipped

SENTENCES = {
    "English": "The council’s vote on Tuesday – after a “long debate” – closed the library.\r\n",
    "Ukrainian": "Рада проголосувала у вівторок: «Їхній міст закрито», — сказав Євген Ґалаґан.\r\n",
    "Russian": "Совет проголосовал во вторник за закрытие моста, объявил мэр города.\r\n",
}


def documents(found: Iterable[Document | Skipped]) -> list[Document]:
    return [item for item in found if isinstance(item, Document)]


def skips(found: Iterable[Document | Skipped]) -> list[Skipped]:
    return [item for item in found if isinstance(item, Skipped)]


def only_document(data: bytes, name: str) -> Document:
    (document,) = read(data, name)
    assert isinstance(document, Document), document
    return document


def only_skip(data: bytes, name: str) -> Skipped:
    (skipped,) = read(data, name)
    assert isinstance(skipped, Skipped), skipped
    return skipped


def jsonl(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


# Decoding


@given(
    sentence=st.sampled_from(list(SENTENCES.values())),
    times=st.integers(1, 50),
    encoding=st.sampled_from(
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251"]
    ),
)
def test_real_sentences_come_back_whole_from_every_usual_encoding(
    sentence: str, times: int, encoding: str
) -> None:
    if encoding == "cp1251" and sentence == SENTENCES["English"]:
        encoding = "cp1252"
    assert decode((sentence * times).encode(encoding)) == sentence * times


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])))
def test_any_utf8_text_comes_back_whole(text: str) -> None:
    expected = text.removeprefix("\ufeff")
    assert decode(b"\xef\xbb\xbf" + text.encode()) == text
    if not text.encode().startswith((b"PK\x03\x04", b"%PDF-", b"GIF8")):
        assert decode(text.encode()) == expected


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "windows-1251", "utf-7", "zlib"]))
def test_any_bytes_are_read_or_refused_with_a_code(data: bytes, declared: str | None) -> None:
    code = None
    try:
        decode(data, declared)
    except InputError as error:
        code = error.code
    assert code in (None, "bad_encoding", "unsupported_charset")


@pytest.mark.parametrize("encoding", ["koi8-u", "iso8859-5"])
def test_old_ukrainian_charsets_are_recognised(encoding: str) -> None:
    text = "Рада проголосувала у вівторок, сказав їхній речник.\n" * 3
    assert decode(text.encode(encoding)) == text


def test_western_letters_are_not_taken_for_central_european_ones() -> None:
    text = (
        "El concejo votó el martes por cerrar la biblioteca después de un largo debate. "
        "La señora Núñez, del ayuntamiento de La Coruña, dijo que mañana habrá más reuniones."
    )
    assert decode(text.encode("cp1252")) == text


def test_foreign_letters_are_seen_even_far_behind_plain_ascii() -> None:
    text = "plain words\n" * 50_000 + "Рада проголосувала у вівторок за закриття моста.\n" * 5
    assert decode(text.encode("cp1251")) == text


@pytest.mark.parametrize("charset", ["utf-7", "idna", "../../x", "zlib_codec", "x" * 10_000, ""])
def test_a_declared_charset_that_is_none_is_refused(charset: str) -> None:
    with pytest.raises(InputError) as caught:
        decode(b"text", charset)
    assert caught.value.code == "unsupported_charset"


def test_a_declared_charset_is_believed_only_where_utf8_fails() -> None:
    assert decode("Привіт".encode(), "windows-1251") == "Привіт"
    assert decode("Привіт".encode("koi8-u"), "KOI8-U") == "Привіт"


REPAIRED = ("encoding_repaired",)
FALSE_CLAIMS = {  # by the charset that the bytes are in
    "cp1252": "utf-8 koi8-r shift_jis windows-1251 windows-1255 iso-8859-2 iso-8859-15 big5 gbk",
    "cp1251": "utf-8 iso-8859-1 windows-1252 koi8-u shift_jis iso-8859-5 x-mac-cyrillic ibm866 gbk",
    "koi8-u": "utf-8 iso-8859-1 windows-1251 shift_jis iso-8859-5 euc-kr",
    "utf-8": "us-ascii iso-8859-1 windows-1252 windows-1251 koi8-r shift_jis utf-16",
    "utf-16-le": "utf-8 windows-1252 utf-16-be",
    "utf-16-be": "utf-8 windows-1252 utf-16 utf-16le",
}


@pytest.mark.parametrize("head", ["", '<meta charset="windows-1250">'])
@pytest.mark.parametrize(
    ("encoding", "claim"), [(e, c) for e, claims in FALSE_CLAIMS.items() for c in claims.split()]
)
def test_a_false_claim_is_overruled_and_flagged(encoding: str, claim: str, head: str) -> None:
    languages = {"cp1252": ["English"], "cp1251": ["Ukrainian", "Russian"], "koi8-u": ["Russian"]}
    for language in languages.get(encoding, list(SENTENCES)):
        text = head + SENTENCES[language] * 3
        found = decode_flagged(text.encode(encoding), claim)
        # The dashes and quotation marks are the same in all charsets of Windows.
        is_harmless = encoding == "cp1252" and claim.startswith("windows")
        assert (found.text, found.flags) == (text, () if is_harmless else REPAIRED)


@pytest.mark.parametrize("claim", ["koi8-r", "shift_jis", "big5", "windows-1251"])
@pytest.mark.parametrize("sign", ["year’s first", "£600m", "AT&amp;T’s 15", "the “Steps”", "©"])
def test_a_single_foreign_sign_shows_that_a_claim_is_false(sign: str, claim: str) -> None:
    text = f"The council voted on Tuesday after a long debate, {sign} and closed the library."
    found = decode_flagged(text.encode("cp1252"), claim)
    is_harmless = found.text == text.encode("cp1252").decode(claim, "replace")
    assert (found.text, found.flags) == (text, () if is_harmless else REPAIRED)


TRUE_CLAIMS = {
    "windows-1250": "Rada miasta Łódź zdecydowała, że żółte łodzie będą pływać również jesienią.",
    "iso-8859-2": "Příliš žluťoučký kůň úpěl ďábelské ódy, řekl náměstek hejtmana.",
    "windows-1251": "Їхній МіГ-29 і ТікТок, каже НАЗК; «Су-27» летів над VIP-ложею.",
    "koi8-r": "Мэр объявил, что старый мост закроют до мая.",
    "iso-8859-5": "Кметът обяви, че старият мост ще бъде затворен до месец май.",
    "x-mac-cyrillic": "Градоначелник је рекао да ће стари мост бити затворен до маја.",
    "windows-1252": "La señora Núñez, de La Coruña, pagó £600 por el “más” grande.",
    "iso-8859-15": "Le maire a réservé 600 € pour l'œuvre achevée à Noël.",
    "macintosh": "La señora Núñez dijo que mañana habrá más en el país.",
    "windows-1253": "Ο δήμαρχος ανακοίνωσε ότι η παλιά γέφυρα θα μείνει κλειστή.",
    "windows-1254": "İstanbul'da ılık bir gün; ışığı kapalı, çığ uyarısı kaldırıldı.",
    "windows-1255": "ראש העיר אמר כי הגשר הישן ייסגר עד חודש מאי.",
    "windows-1256": "أعلن رئيس البلدية أن الجسر القديم سيغلق حتى مايو.",
    "windows-1257": "Meras pranešė, kad senasis tiltas bus uždarytas iki gegužės.",
    "windows-874": "นายกเทศมนตรีกล่าวว่าสะพานเก่าจะปิดจนถึงเดือนพฤษภาคม",
    "gb2312": "市长表示，旧桥将关闭到五月。NBA球员和EU都说没有。",
    "big5": "市長表示，舊橋將關閉到五月。NATO發言人說沒有。",
    "shift_jis": "市長は、古い橋を五月まで閉鎖すると述べた。LGはｶﾀｶﾅ。",
    "euc-jp": "市長は、古い橋を五月まで閉鎖すると述べた。",
    "euc-kr": "시장은 낡은 다리를 5월까지 폐쇄한다고 밝혔다. NATO와 EU도.",
}


@pytest.mark.parametrize("claim", TRUE_CLAIMS)
def test_a_true_claim_is_believed_and_not_flagged(claim: str) -> None:
    python = {"windows-874": "cp874", "macintosh": "mac-roman", "x-mac-cyrillic": "mac-cyrillic"}
    text = TRUE_CLAIMS[claim]
    data = text.encode("cp932" if claim == "shift_jis" else python.get(claim, claim))
    found = decode_flagged(data, claim)
    assert (found.text, found.flags) == (text, ())


def test_a_charset_that_nobody_claims_is_no_false_claim() -> None:
    text = SENTENCES["Ukrainian"] * 3
    for encoding in ("cp1251", "utf-8"):
        assert decode_flagged(text.encode(encoding)).flags == ()
    for claim in ("koi8-r", "windows-1252", "us-ascii", "shift_jis"):
        assert decode_flagged(b"Plain ASCII is what any of them say.", claim).flags == ()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("language", SENTENCES)
def test_wide_characters_without_a_mark_are_flagged(language: str, encoding: str) -> None:
    data = SENTENCES[language].encode(encoding)
    assert decode_flagged(data) == (SENTENCES[language], encoding, REPAIRED)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(50),
        b"%PDF-1.7\n%text",
        b"PK\x03\x04word/document.xml",
        gzip.compress(b"text"),
        bytes(range(256)) * 40,
        bytes(1000),
        b"\xff\xfea",  # half a UTF-16 character
        b"\xef\xbb\xbf\xff",  # says UTF-8, is not
    ],
    ids=["png", "pdf", "zip", "gzip", "all bytes", "zeros", "cut utf-16", "false mark"],
)
def test_binary_data_does_not_look_like_text(data: bytes) -> None:
    with pytest.raises(InputError, match="does not look like text") as caught:
        decode(data)
    assert caught.value.code == "bad_encoding"


def test_damaged_utf8_is_refused_and_never_turned_into_nonsense() -> None:
    with pytest.raises(InputError, match=r"UTF-8 with a broken character after '.* Рада'"):
        decode(("слово " * 10 + "Рада").encode() + b"\xff" + " голосувала".encode())


@pytest.mark.parametrize("text", ["市议会周二投票决定关闭图书馆。" * 9, "The bridge", "Міст"])
def test_utf16_without_a_mark_is_read_when_it_is_declared(text: str) -> None:
    assert decode(text.encode("utf-16-le"), "utf-16le") == text


def test_a_nul_in_a_text_is_kept() -> None:
    assert decode(b"one\0two") == "one\0two"


def test_line_ends_stay_as_they_are() -> None:
    assert decode(b"a\r\nb\rc\n") == "a\r\nb\rc\n"


@pytest.mark.parametrize("megabytes", [5, pytest.param(50, marks=pytest.mark.slow)])
@pytest.mark.parametrize("unit", [b"x", b"\xe9", b"x\0", b"\0", "ї".encode(), b"\x98\xff "])
def test_one_long_line_is_decided_in_linear_time(unit: bytes, megabytes: int) -> None:
    data = unit * (megabytes * 1_000_000 // len(unit))
    start = time.perf_counter()
    with contextlib.suppress(InputError):
        decode(data)
    assert time.perf_counter() - start < megabytes / 10 + 1


# Plain text and Markdown


def test_a_text_is_kept_exactly_with_its_digest() -> None:
    data = "\ufeffРада проголосувала.\r\n\r\n  Кінець.\n".encode()
    document = only_document(data, "news/a.txt")
    assert document.id == "news/a.txt"
    assert document.text == "Рада проголосувала.\r\n\r\n  Кінець.\n"


@pytest.mark.parametrize("data", [b"", b" \n\t", "\u200b\u200d".encode(), "— … !".encode()])
def test_a_text_without_words_is_skipped(data: bytes) -> None:
    assert only_skip(data, "a.txt") == Skipped("a.txt", "no_text", "no words in it")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Bridge closes\n\nThe old bridge was closed.", "Bridge closes"),
        ("Bridge closes\r\n\r\nThe old bridge was closed.", "Bridge closes"),
        ("Bridge closes\nThe old bridge was closed.", None),
        ("The bridge was closed.\n\nOn Monday.", None),
        ("word " * 40 + "\n\nOn Monday.", None),
        ("Bridge closes", None),
    ],
)
def test_only_a_clear_headline_becomes_the_title_and_the_text_stays_whole(
    text: str, title: str | None
) -> None:
    document = only_document(text.encode(), "a.txt")
    assert document.title == title
    assert document.text == text


def test_markdown_front_matter_gives_fields_and_stays_in_the_text() -> None:
    text = (
        "---\ntitle: 'The bridge: closed'\nauthor: Jane Roe\ndate: 2025-05-19\noutlet: The Post\n"
        'url: "https://post.example/1"\ndraft: true\n---\n# Other\nThe bridge was closed.\n'
    )
    document = only_document(text.encode(), "a.md")
    assert document.text == text
    assert document.title == "The bridge: closed"
    assert document.byline == "Jane Roe"
    assert document.published_at == "2025-05-19"
    assert document.outlet == "The Post"
    assert document.url == "https://post.example/1"
    assert document.extra == {}


def test_markdown_without_front_matter_takes_its_first_heading() -> None:
    assert only_document(b"Intro\n\n# Bridge closes #\r\nText", "a.md").title == "Bridge closes"
    assert only_document(b"---\ntitle: no end\nText", "a.md").title is None


def test_a_date_that_is_none_is_handed_back_but_not_believed() -> None:
    document = only_document(b"---\ndate: last Monday\n---\nText", "a.md")
    assert document.published_at is None
    assert document.extra == {"published_at": "last Monday"}


def test_a_status_nobody_knows_is_refused_so_that_no_withheld_text_gets_out() -> None:
    skipped = only_skip(b"---\nstatus: cancelled\n---\nText", "a.md")
    assert skipped.code == "validation_failed"
    assert "usable, withheld, canceled" in skipped.reason


def test_a_file_over_the_limit_is_skipped() -> None:
    skipped = only_skip(b"a " * 13_107_201, "a.txt")
    assert skipped == Skipped("a.txt", "too_large", "larger than 26214400 bytes")


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".TXT", ".unknown", ""])
@given(data=st.binary(max_size=200))
def test_any_bytes_under_any_name_give_documents_or_skips(suffix: str, data: bytes) -> None:
    found: list[Document | Skipped] = []
    with contextlib.suppress(UsageError) if suffix == ".csv" else contextlib.nullcontext():
        found = list(read(data, f"a{suffix}"))
    assert all(isinstance(item, Document | Skipped) for item in found)


# JSON Lines


def test_jsonl_fields_are_those_of_the_contract_and_others_are_handed_back() -> None:
    record = {
        "id": "x1", "text": "The bridge was closed.", "title": "Bridge", "outlet": "Post",
        "language": "en", "published_at": "2025-05-19T10:00:00Z", "kind": "wire",
        "embargoed_until": None, "extra": {"desk": 7}, "tags": ["a", {"b": 1.5}],
    }  # fmt: skip
    (document,) = read(jsonl(record), "news.jsonl")
    assert document == Document(
        id="x1", text="The bridge was closed.", title="Bridge", outlet="Post", language="en",
        published_at="2025-05-19T10:00:00Z", kind="wire",
        extra={"desk": 7, "tags": ["a", {"b": 1.5}]},
    )  # fmt: skip


def test_jsonl_html_is_extracted_and_the_line_outranks_the_page() -> None:
    page = "<title>From page</title><meta property=og:site_name content=Post><p>Closed today."
    (document,) = read(jsonl({"id": "x", "html": page, "title": "From line"}), "a.jsonl")
    assert isinstance(document, Document)
    assert (document.text, document.title, document.outlet) == (
        "Closed today.",
        "From line",
        "Post",
    )


def test_bad_jsonl_lines_cost_only_themselves_and_are_named_by_line() -> None:
    good = b'{"id": "%d", "text": "good words"}'
    bad = {
        b'{"text": ': "bad_json",
        b'{"text": 5}': "validation_failed",
        b'{"text": null}': "validation_failed",
        b'["text"]': "validation_failed",
        b'{"text": "a", "text": "b"}': "duplicate_key",
        b'{"text": "a", "x": NaN}': "bad_json",
        b'{"text": "a", "x": -Infinity}': "bad_json",
        b'{"text": "a", "x": 1e999}': "bad_json",
        b'{"text": "a", "x": 9223372036854775808}': "bad_json",
        b'{"text": "a", "x": ' + b"9" * 5000 + b"}": "bad_json",
        b'{"text": "half \\ud800"}': "bad_unicode",
        b'{"text": "a", "\\udfff": 1}': "bad_unicode",
        b'{"text": "a", "x": ' + b"[" * 64 + b"]" * 64 + b"}": "bad_json",
        b"[" * 200_000: "bad_json",
        b'{"text": "\xcf\xf0\xe8"}': "bad_utf8",
        b'{"text": "..."}': "no_text",
        b'{"id": "0", "text": "again"}': "bad_id",
        b'{"id": 5, "text": "a"}': "validation_failed",
        b'{"text": "a", "embargoed_until": "soon"}': "bad_timestamp",
    }
    lines = [good % 0]
    for number, line in enumerate(bad, start=1):
        lines += [line, good % number]
    found = list(read(b"\n".join(lines), "dir/news.jsonl"))
    assert [document.id for document in documents(found)] == [str(n) for n in range(len(bad) + 1)]
    assert [skipped.code for skipped in skips(found)] == list(bad.values())
    for at, skipped in enumerate(skips(found)):
        assert skipped.name == f"dir/news.jsonl:{2 * at + 2}"
        assert skipped.reason.startswith(f"line {2 * at + 2}: ")


def test_what_is_wrong_with_a_jsonl_line_is_told_by_its_place_in_the_file() -> None:
    lines = {
        b'{"text":': "It is not valid JSON (line %d, column 9).",
        b'{"text":\r': "It is not valid JSON (line %d, column 9).",
        b'{"text": "\xcf"}': "It is not UTF-8 (byte 10).",
        b"[" * 65: "It is nested deeper than 64 levels.",
        b'{"text": Infinity}': "NaN and Infinity are not JSON.",
        b'{"text": 9223372036854775808}': "Number out of range.",
        b'{"text": "a", "text": "b"}': "Key 'text' appears twice.",
        b'{"text": "half \\ud800"}': "Text has a lone surrogate at character 5.",
    }
    found = skips(read(b"\n".join(lines), "news.jsonl"))
    assert [skipped.reason for skipped in found] == [
        f"line {number}: {message.replace('%d', str(number))}"
        for number, message in enumerate(lines.values(), start=1)
    ]


def test_jsonl_takes_a_mark_windows_line_ends_and_no_last_line_end() -> None:
    data = b'\xef\xbb\xbf{"text": "one"}\r\n\r\n  \n{"text": "two \\u0000"}'
    found = documents(read(data, "a.jsonl"))
    assert [document.id for document in found] == ["a.jsonl:1", "a.jsonl:4"]
    assert found[1].text == "two \0"


def test_a_jsonl_line_over_the_limit_is_passed_over() -> None:
    data = b'{"text": "' + b"a " * 13_107_200 + b'"}\n{"text": "small"}\n'
    found = list(read(data, "a.jsonl"))
    assert [s.code for s in skips(found)] == ["too_large"]
    assert [d.id for d in documents(found)] == ["a.jsonl:2"]


def test_64_levels_of_nesting_are_allowed() -> None:
    data = b'{"text": "a", "x": ' + b"[" * 63 + b"]" * 63 + b"}"
    assert documents(read(data, "a.jsonl"))


def test_map_names_the_fields_of_jsonl() -> None:
    data = jsonl({"guid": "x", "body": "The text.", "text": "teaser"}, {"guid": "y"})
    document, skipped = read(data, "a.jsonl", mapping={"text": "body", "id": "guid"})
    assert document == Document(id="x", text="The text.", extra={"text": "teaser"})
    assert isinstance(skipped, Skipped)
    assert skipped.reason == "line 2: it has no 'body'; --map text=NAME tells where it is"


def test_a_mapping_of_a_field_no_document_has_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="--map txt=body"):
        read(b"", "a.csv", mapping={"txt": "body"})


def test_a_cut_gzip_file_gives_what_is_before_the_cut() -> None:
    packed = gzip.compress(jsonl(*({"text": f"news {n} {n**9}"} for n in range(20_000))))
    found = list(read(packed[: len(packed) // 2], "a.jsonl.gz"))
    assert len(documents(found)) > 1000
    (skipped,) = skips(found)
    assert skipped.code == "read_failed"
    assert skipped.reason.endswith("; the rest of the file is not read")


def test_a_gzip_file_that_is_none_is_skipped() -> None:
    assert only_skip(b'{"text": "a"}', "a.jsonl.gz").code == "read_failed"


def test_a_zip_bomb_is_unpacked_in_pieces() -> None:
    bomb = io.BytesIO()
    with gzip.GzipFile(fileobj=bomb, mode="wb") as packed:
        for _ in range(300):
            packed.write(bytes(1_000_000))
        packed.write(b'\n{"text": "after"}')
    found = list(read(bomb.getvalue(), "a.jsonl.gz"))
    assert [s.code for s in skips(found)] == ["too_large"]
    assert [d.text for d in documents(found)] == ["after"]


# CSV


def test_csv_keeps_cells_as_given_and_other_columns_as_extra() -> None:
    data = '\ufeffid,text,outlet,desk\r\nx,"One, ""two""\r\nthree",Post,7\r\n'.encode()
    (document,) = read(data, "a.csv")
    assert document == Document(
        id="x", text='One, "two"\r\nthree', outlet="Post", extra={"desk": "7"}
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_csv_from_a_spreadsheet_may_have_semicolons_and_any_charset(encoding: str) -> None:
    data = "guid;body\r\n1;Рада проголосувала у вівторок за закриття моста\r\n".encode(encoding)
    (document,) = read(data, "a.csv", mapping={"text": "body", "id": "guid"})
    assert isinstance(document, Document)
    assert document.id == "1"
    assert document.text == "Рада проголосувала у вівторок за закриття моста"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251"])
def test_csv_larger_than_the_sample_that_decides_its_charset_is_read_whole(encoding: str) -> None:
    rows = "".join(f"{n},Рада проголосувала у вівторок\n" for n in range(20_000))
    found = list(read(f"id,text\n{rows}".encode(encoding), "a.csv"))
    assert len(documents(found)) == 20_000


def test_csv_without_a_text_column_says_which_columns_there_are() -> None:
    with pytest.raises(UsageError, match=r"no column 'text' among guid, body; --map text=NAME"):
        list(read(b"guid,body\n1,Text\n", "a.csv"))


def test_csv_with_a_column_twice_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="twice"):
        list(read(b"text,text\na,b\n", "a.csv"))


def test_csv_rows_with_too_many_or_no_words_are_skipped_by_line() -> None:
    data = b'text,outlet\n"two\nlines",Post\na,b,c\n"",Post\nlast\n'
    found = list(read(data, "a.csv"))
    assert [document.id for document in documents(found)] == ["a.csv:2", "a.csv:6"]
    assert [(s.name, s.code) for s in skips(found)] == [
        ("a.csv:4", "validation_failed"),
        ("a.csv:5", "no_text"),
    ]


def test_csv_with_an_open_quotation_mark_stops_there_and_says_so() -> None:
    (document, skipped) = read(b'text\nfirst\n"second\nthird\n', "a.csv")
    assert isinstance(document, Document)
    assert isinstance(skipped, Skipped)
    assert skipped.name == "a.csv:3"
    assert skipped.reason.endswith("the rest of the file is not read")


def test_csv_cells_may_be_as_large_as_a_document_and_no_larger() -> None:
    data = b'text\n"' + b"word " * 1_000_000 + b'"\n'
    assert len(documents(read(data, "a.csv"))) == 1
    data = b'text\n"' + b"word \n" * 5_000_000 + b'"\n'
    assert only_skip(data, "a.csv").code == "too_large"


def test_empty_tables_hold_nothing() -> None:
    assert list(read(b"", "a.jsonl")) == []
    assert list(read(b"", "a.csv")) == []
    assert list(read(b"text\n", "a.csv")) == []


# Standard input and single files


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Міст закрито.".encode())))
    assert list(read_path("-")) == [Document(id="-", text="Міст закрито.")]


def test_a_single_file_has_its_path_as_id(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"Text.")
    assert list(read_path(path)) == [Document(id=path.as_posix(), text="Text.")]


@pytest.mark.parametrize("path", ["/no/such/file.txt", "/etc/passwd/x", "a\0b"])
def test_a_path_that_does_not_exist_is_a_usage_error(path: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_path(path)
    assert caught.value.code == "not_found"
    assert caught.value.message == f"{path}: no such file or directory"


def test_the_five_real_articles_are_read_as_they_are(shared_folder: Path) -> None:
    for path in shared_folder.glob("seeds/*.txt"):
        (document,) = read_path(path)
        assert isinstance(document, Document)
        assert document.text.encode() == path.read_bytes()
