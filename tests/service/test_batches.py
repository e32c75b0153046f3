"""Batches: sent, run, fetched, purged; archives that mean harm; each tenant its own."""

from __future__ import annotations

import errno
import io
import json
import stat
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from detector.batch import compare_all
from detector.errors import UsageError
from detector.keys import make_key, save_keys
from detector.model import Document, Once
from detector.report import json_line
from detector.settings import DEFAULT
from service.app import create_app
from service.background.ledger import JOBS, Ledger
from service.background.stop import Stopped
from service.background.worker import Worker
from service.batches import source
from service.batches.rows import MAX_TRIES, MAX_WAITING, Batches, State
from service.corpora import Corpora, beside
from service.delivery.config import NOBODY
from tests.service.newsroom import HARBOUR, MILL

LINES = "application/x-ndjson"
TEXTS = {"mill": MILL, "copy": MILL, "harbour": HARBOUR}
SENT = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in TEXTS.items())


@pytest.fixture
def index(tmp_path: Path) -> str:
    return str(tmp_path / "news.db")


@pytest.fixture
def desk(index: str) -> FlaskClient:
    app = create_app(index=index)
    app.testing = True
    return app.test_client()


@pytest.fixture
def worker(index: str) -> Worker:
    return Worker(Corpora(DEFAULT, index=index), Ledger(beside(index, JOBS)), NOBODY)


def send(desk: FlaskClient, data: Any = SENT, form: str = LINES, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return desk.post("/v1/batches", data=data, content_type=form, headers=named)


def told(answer: TestResponse) -> dict[str, Any]:
    assert isinstance(answer.json, dict)
    return answer.json


def archive(files: dict[str, bytes | str], **more: Any) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, **more) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return data.getvalue()


ZIPPED = archive({f"{name}.txt": text for name, text in TEXTS.items()})


# From sending to fetching


def test_a_batch_is_accepted_run_and_gives_the_pairs_of_copydesk_batch(
    desk: FlaskClient, worker: Worker
) -> None:
    accepted = send(desk)
    assert accepted.status_code == 202
    batch = told(accepted)
    assert batch["status"] == "queued"
    assert accepted.headers["Location"] == batch["url"]
    early = desk.get(f"{batch['url']}/result")
    assert (early.status_code, told(early)["code"]) == (409, "not_finished")
    assert worker.run_batch()
    assert not worker.run_batch()
    batch = told(desk.get(batch["url"]))
    assert batch["status"] == "finished"
    assert (batch["documents"], batch["pairs"], batch["clusters"]) == (3, 1, 1)
    expected = compare_all([Document(id=name, text=text) for name, text in TEXTS.items()])
    lines = "".join(json_line(pair) for pair in expected.comparisons)
    assert desk.get(batch["result_url"]).text == lines


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (ZIPPED, "application/zip"),
        ({"file": (io.BytesIO(ZIPPED), "texts.zip")}, "multipart/form-data"),
    ],
)
def test_an_archive_of_text_files_may_be_sent(
    desk: FlaskClient, worker: Worker, data: Any, form: str
) -> None:
    batch = told(send(desk, data, form))
    worker.run_batch()
    (pair,) = desk.get(f"{batch['url']}/result").text.splitlines()
    assert json.loads(pair)["a"]["id"] == "copy.txt"


def test_what_cannot_be_read_is_named_and_the_rest_compared(
    desk: FlaskClient, worker: Worker
) -> None:
    batch = told(send(desk, SENT + "{nonsense\n" + SENT))
    worker.run_batch()
    batch = told(desk.get(batch["url"]))
    assert (batch["status"], batch["documents"], batch["skipped"]) == ("finished", 3, 4)
    assert batch["skipped_first"][0]["code"] == "bad_json"
    assert {each["code"] for each in batch["skipped_first"][1:]} == {"bad_id"}


def test_an_empty_batch_is_finished_at_once(desk: FlaskClient, worker: Worker) -> None:
    batch = told(send(desk, b"\n"))
    worker.run_batch()
    assert told(desk.get(batch["url"]))["status"] == "finished"
    assert desk.get(f"{batch['url']}/result").text == ""


def test_min_words_of_the_address_is_that_of_the_batch(desk: FlaskClient, worker: Worker) -> None:
    partly = [MILL, f"{HARBOUR} {MILL[:200]}"]
    data = "".join(json.dumps({"text": text}) + "\n" for text in partly)
    found = []
    for words in ("4", "1000"):
        answer = desk.post(f"/v1/batches?min_words={words}", data=data, content_type=LINES)
        worker.run_batch()
        found.append(told(desk.get(told(answer)["url"]))["pairs"])
    assert found == [1, 0]
    for wrong in ("0", "x", "1001", "1" * 50):
        answer = desk.post(f"/v1/batches?min_words={wrong}", data=SENT, content_type=LINES)
        assert (answer.status_code, told(answer)["code"]) == (400, "bad_parameter")


def test_batches_are_listed_in_pages_newest_first(desk: FlaskClient) -> None:
    names = sorted((told(send(desk))["id"] for _ in range(5)), reverse=True)
    seen: list[str] = []
    cursor = ""
    while True:
        page = told(desk.get("/v1/batches", query_string={"limit": "2", "cursor": cursor}))
        seen += [each["id"] for each in page["batches"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == names


# Deleting, crashing, trying again


@pytest.mark.parametrize("is_run", [False, True])
def test_a_deleted_batch_leaves_no_file(desk: FlaskClient, worker: Worker, is_run: bool) -> None:
    batch = told(send(desk))
    if is_run:
        worker.run_batch()
    assert desk.delete(batch["url"]).status_code == 204
    assert told(desk.get(batch["url"]))["status"] == "purged"
    gone = desk.get(f"{batch['url']}/result")
    assert (gone.status_code, told(gone)["code"]) == (410, "purged")
    assert list(worker.ledger.folder.iterdir()) == []
    assert not worker.run_batch()


def test_a_batch_deleted_while_it_runs_is_given_up(
    desk: FlaskClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = told(send(desk))

    def purge_first(*given: Any, **named: Any) -> Any:
        desk.delete(batch["url"])
        return compare_all(*given, **named)

    monkeypatch.setattr("service.batches.run.compare_all", purge_first)
    worker.run_batch()
    assert told(desk.get(batch["url"]))["status"] == "purged"
    assert list(worker.ledger.folder.iterdir()) == []


def test_a_worker_that_is_told_to_stop_puts_the_batch_back(
    desk: FlaskClient, worker: Worker
) -> None:
    batch = told(send(desk))
    worker.stopping.set()
    for _ in range(MAX_TRIES + 1):
        with pytest.raises(Stopped):
            worker.run_batch()
    assert told(desk.get(batch["url"]))["status"] == "queued"
    worker.stopping.clear()
    worker.run_batch()
    assert told(desk.get(batch["url"]))["status"] == "finished"


def test_a_batch_that_is_taken_up_again_compares_no_pair_twice(
    desk: FlaskClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[int] = []

    def stopped_once(given: Any, journal: Any, progress: Any, **named: Any) -> Any:
        known.append(len(journal.known))

        def note(stage: str, done: int, total: int) -> None:
            if stage == "comparing" and len(known) == 1:
                worker.stopping.set()
            progress(stage, done, total)

        return compare_all(given, journal=journal, progress=note, **named)

    monkeypatch.setattr("service.batches.run.compare_all", stopped_once)
    batch = told(send(desk))
    with pytest.raises(Stopped):
        worker.run_batch()
    worker.stopping.clear()
    worker.run_batch()
    assert known == [0, 1]
    assert told(desk.get(batch["url"]))["pairs"] == 1
    left = {file.name for file in worker.ledger.folder.iterdir()}
    assert left == {f"{batch['id']}.result.{kind}" for kind in ("jsonl", "en.html", "uk.html")}


def test_a_batch_that_kills_the_worker_every_time_fails(desk: FlaskClient, worker: Worker) -> None:
    batch = told(send(desk))
    for _ in range(MAX_TRIES):
        assert worker.batches.claim()  # and then the worker dies
        worker.batches.take_up_again()
    worker.run_batch()
    assert told(desk.get(batch["url"]))["status"] == "failed"
    answer = desk.get(f"{batch['url']}/result")
    assert (answer.status_code, told(answer)["code"]) == (409, "batch_failed")


def test_an_unexpected_error_fails_the_batch_and_says_nothing_of_it(
    desk: FlaskClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = told(send(desk))
    monkeypatch.setattr("service.batches.run.compare_all", lambda *_, **__: 1 // 0)
    worker.run_batch()
    batch = told(desk.get(batch["url"]))
    assert (batch["status"], batch["error"]) == ("failed", "Something broke here.")


def test_results_are_deleted_after_their_time_and_files_of_none_too(
    desk: FlaskClient, worker: Worker
) -> None:
    batch = told(send(desk))
    worker.run_batch()
    (worker.ledger.folder / "b-of-none.jsonl").write_text("left by a crash")
    ended = worker.batches.find("default", batch["id"])
    assert ended is not None
    assert ended.expires_at is not None
    worker.batches.sweep(ended.expires_at - 60)
    assert told(desk.get(batch["url"]))["status"] == "finished"
    worker.batches.sweep(ended.expires_at + 60)
    assert told(desk.get(batch["url"]))["status"] == "purged"
    assert list(worker.ledger.folder.iterdir()) == []
    worker.batches.sweep(ended.expires_at + 100 * 86_400)
    assert desk.get(batch["url"]).status_code == 404


def test_sent_again_with_its_key_a_batch_is_the_same_one(desk: FlaskClient) -> None:
    one, again = send(desk, Idempotency_Key="k1"), send(desk, Idempotency_Key="k1")
    assert told(one)["id"] == told(again)["id"]
    other = send(desk, "\n", Idempotency_Key="k1")
    assert (other.status_code, told(other)["code"]) == (422, "idempotency_mismatch")
    forms = [
        send(desk, {"file": (io.BytesIO(ZIPPED), "x.zip")}, "multipart/form-data", **key)
        for key in ({"Idempotency_Key": "k2"},) * 2
    ]
    assert len({told(each)["id"] for each in forms}) == 1


def test_one_key_sent_by_many_at_once_makes_one_batch(worker: Worker) -> None:
    made: list[str] = []
    once = Once("k", "digest")

    def add() -> None:
        made.append(worker.batches.add("default", b"\n", "jsonl", 4, once).id)

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len(set(made)) == 1
    with pytest.raises(UsageError):
        worker.batches.add("default", b"\n", "jsonl", 4, Once("k", "another"))


def test_too_many_waiting_batches_are_refused_until_one_is_done(
    desk: FlaskClient, worker: Worker
) -> None:
    for _ in range(MAX_WAITING):
        assert send(desk, "\n").status_code == 202
    refused = send(desk, "\n")
    assert (refused.status_code, told(refused)["code"]) == (429, "overloaded")
    assert refused.headers["Retry-After"] == "60"
    assert told(refused)["retryable"]
    worker.run_batch()
    assert send(desk, "\n").status_code == 202


def test_tenants_take_turns(worker: Worker) -> None:
    for tenant in ("a", "a", "a", "b"):
        worker.batches.add(tenant, b"\n", "jsonl", 4)
    order = []
    while batch := worker.batches.claim():
        order.append(batch.tenant)
        worker.batches.end(batch, State.FINISHED, {})
    assert order == ["a", "b", "a", "a"]


def test_a_full_disk_is_said_to_be_full_and_keeps_nothing_of_the_batch(
    desk: FlaskClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", no_space)
        refused = send(desk)
    assert (refused.status_code, told(refused)["code"]) == (507, "storage_full")
    assert list(worker.ledger.folder.iterdir()) == []
    assert not worker.run_batch()
    assert send(desk).status_code == 202


# What is refused


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    return made


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"../a.txt": "x"}, "no folders or paths"),
        ({"/etc/a.txt": "x"}, "no folders or paths"),
        ({"C:\\a.txt": "x"}, "no folders or paths"),
        ({"a/b.txt": "x"}, "no folders or paths"),
        ({"..": "x"}, "no folders or paths"),
        ({"a.exe": "x"}, "is none of .txt"),
        ({"a.zip": ZIPPED}, "is none of .txt"),
    ],
)
def test_an_archive_that_hides_something_is_refused(
    desk: FlaskClient, files: dict[str, bytes | str], why: str
) -> None:
    answer = send(desk, archive(files), "application/zip")
    assert (answer.status_code, told(answer)["code"]) == (422, "bad_archive")
    assert why in told(answer)["detail"]


def test_an_archive_with_a_link_or_a_name_twice_is_refused(desk: FlaskClient) -> None:
    for names, why in (
        ([entry("a.txt", stat.S_IFLNK | 0o777)], "no ordinary file"),
        ([entry("a.txt", 0o600), entry("a.txt", 0o600)], "the same name"),
    ):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as made, pytest.MonkeyPatch.context() as patch:
            patch.setattr("warnings.warn", lambda *_, **__: None)
            for each in names:
                made.writestr(each, "/etc/passwd")
        answer = send(desk, data.getvalue(), "application/zip")
        assert (answer.status_code, told(answer)["code"]) == (422, "bad_archive")
        assert why in told(answer)["detail"]


def test_an_archive_that_unpacks_to_too_much_is_refused(desk: FlaskClient) -> None:
    bomb = archive({"a.txt": b"a" * (20 << 20)})
    assert len(bomb) < 1 << 20
    answer = send(desk, bomb, "application/zip")
    assert (answer.status_code, told(answer)["code"]) == (413, "batch_too_large")


def test_an_archive_with_too_many_files_is_refused(
    desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "MAX_ENTRIES", 2)
    answer = send(desk, ZIPPED, "application/zip")
    assert (answer.status_code, told(answer)["code"]) == (413, "batch_too_large")


def test_an_archive_that_lies_about_sizes_is_read_no_further_than_it_says(
    desk: FlaskClient, worker: Worker
) -> None:
    honest = archive({"a.txt": b"a " * 500_000, "mill.txt": MILL, "copy.txt": MILL})
    lie = honest.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lie != honest
    batch = told(send(desk, lie, "application/zip"))
    worker.run_batch()
    batch = told(desk.get(batch["url"]))
    assert (batch["documents"], batch["skipped"], batch["pairs"]) == (2, 1, 1)


@pytest.mark.parametrize("size", [0, 10, 200])
def test_an_archive_that_is_cut_off_is_refused(desk: FlaskClient, size: int) -> None:
    answer = send(desk, ZIPPED[:size], "application/zip")
    assert (answer.status_code, told(answer)["code"]) == (422, "bad_archive")


@pytest.mark.parametrize(
    ("data", "form", "status", "code"),
    [
        (SENT, "application/json", 415, "unsupported_media_type"),
        ("{}\n" * 10_001, LINES, 413, "batch_too_large"),
        ("x" * ((1 << 20) + 1), LINES, 413, "batch_too_large"),
        ("--x", "multipart/form-data", 400, "bad_multipart"),
        ("nonsense", "multipart/form-data; boundary=x", 400, "bad_multipart"),
        ({"file": "no file"}, "multipart/form-data", 400, "bad_multipart"),
        (
            {"file": [(io.BytesIO(b""), "a.zip"), (io.BytesIO(b""), "b.zip")]},
            "multipart/form-data", 400, "bad_multipart",
        ),
        (
            {"file": (io.BytesIO(b""), "a.exe")},
            "multipart/form-data", 415, "unsupported_media_type",
        ),
    ],
)  # fmt: skip
def test_what_is_no_batch_is_refused(
    desk: FlaskClient, data: Any, form: str, status: int, code: str
) -> None:
    answer = send(desk, data, form)
    assert (answer.status_code, told(answer)["code"]) == (status, code)


def test_without_an_index_there_are_no_batches(client: FlaskClient, tmp_path: Path) -> None:
    for answer in (send(client), client.get("/v1/batches"), client.get("/v1/batches/b-1")):
        assert (answer.status_code, told(answer)["code"]) == (503, "storage_unavailable")


def test_another_tenants_batch_is_not_there(tmp_path: Path, index: str) -> None:
    wanted = {"a": ("a", ["write"]), "b": ("b", ["write"]), "reader": ("a", ["read"])}
    made = {name: make_key(name, *rest) for name, rest in wanted.items()}
    save_keys(tmp_path / "keys.json", [key for key, _ in made.values()])
    app = create_app(index=index, keys=str(tmp_path / "keys.json"))
    desk = app.test_client()
    heads = {name: {"Authorization": f"Bearer {secret}"} for name, (_, secret) in made.items()}
    batch = told(send(desk, SENT, LINES, **heads["a"]))
    for method, path in (("GET", ""), ("GET", "/result"), ("DELETE", "")):
        other = desk.open(batch["url"] + path, method=method, headers=heads["b"])
        none = desk.open(f"/v1/batches/b-0{path}", method=method, headers=heads["b"])
        assert other.status_code == none.status_code == 404
        assert told(other)["detail"] == told(none)["detail"]
    assert told(desk.get("/v1/batches", headers=heads["b"]))["batches"] == []
    assert send(desk, SENT, LINES, **heads["reader"]).status_code == 403
    assert desk.delete(batch["url"], headers=heads["reader"]).status_code == 403
    assert desk.get(batch["url"], headers=heads["reader"]).status_code == 200


def test_a_database_of_another_program_or_version_is_left_alone(tmp_path: Path) -> None:
    import apsw

    other = apsw.Connection(str(tmp_path / "other.db"))
    other.execute("CREATE TABLE diary (entry)")
    with pytest.raises(Exception, match="another program's"):
        Batches(Ledger(tmp_path / "other.db")).claim()
    ours = Ledger(tmp_path / "ours.db")
    assert Batches(ours).claim() is None
    apsw.Connection(str(ours.path)).execute("PRAGMA user_version = 99")
    with pytest.raises(Exception, match="format 99"):
        Batches(Ledger(ours.path)).claim()
