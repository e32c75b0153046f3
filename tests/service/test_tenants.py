"""What a tenant is answered does not depend on what another has stored: two services, the same but
for the other's corpus, which is empty in one and full in the other, asked the same side by side.

Times are left out, ids are fixed from outside; all else of an answer must be the same bytes.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from detector.keys import make_key, save_keys
from detector.settings import DEFAULT
from service.app import create_app
from service.background.ledger import JOBS, Ledger
from service.background.worker import Worker
from service.corpora import Corpora, beside
from service.delivery.config import NOBODY
from service.openapi import describe
from tests.conftest import Note
from tests.counts import LONG
from tests.service.newsroom import HARBOUR, MILL
from tests.service.test_uploads import STORY

REQUESTS = 10_000 if LONG else 0  # but each call once
DOCUMENTS = 40 if LONG else 12
LINES = "application/x-ndjson"
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
_OF_THE_MOMENT = {"Date", "RateLimit"}
Ask = Callable[..., TestResponse]


def texts(name: str, number: int) -> Iterator[dict[str, Any]]:
    """Documents of which many share passages, with those of others too."""
    for at in range(number):
        text = f"{MILL if at % 3 else HARBOUR} {name} counted {at} boats on the {at % 7}th day."
        yield {"id": f"{name}-{at}", "text": text, "outlet": f"{name} {at % 5}"}


@dataclass
class Known:
    """What one may ask about: ids of both tenants, and what answers gave out."""

    ids: list[str] = field(default_factory=list)
    cursors: list[str] = field(default_factory=lambda: ["", "forged", "Zm9v"])
    tags: list[str] = field(default_factory=lambda: ["*", '"none"'])

    def learn(self, answer: TestResponse) -> None:
        if answer.is_json and isinstance(answer.json, dict):
            self.cursors += filter(None, [answer.json.get("next")])
            found = (answer.json.get(key) for key in ("id", "cluster_id"))
            self.ids += [str(each) for each in found if each]
        if "ETag" in answer.headers:
            self.tags.append(answer.headers["ETag"])


@dataclass(frozen=True)
class Pair:
    """Two services, where the other tenant's corpus is empty and where it is full."""

    empty: FlaskClient
    full: FlaskClient
    workers: tuple[Worker, Worker]
    key: Mapping[str, str]
    known: Known

    def work(self) -> None:
        for worker in self.workers:
            while worker.run_batch() or worker.relate() or worker.look():
                pass


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    monkeypatch.setenv("COPYDESK_RATE", "1000000")
    made = {name: make_key(name, name, ["write"]) for name in ("ours", "theirs")}
    save_keys(tmp_path / "keys", [key for key, _ in made.values()])
    keys = {name: {"Authorization": f"Bearer {secret}"} for name, (_, secret) in made.items()}
    known = Known()
    (tmp_path / "empty").mkdir()

    def service(name: str) -> FlaskClient:
        index = str(tmp_path / name / "news.db")
        return create_app(index=index, keys=str(tmp_path / "keys")).test_client()

    fill(service("empty"), keys["ours"], "ours", known)
    shutil.copytree(tmp_path / "empty", tmp_path / "full")
    full = service("full")
    fill(full, keys["theirs"], "theirs", known)
    indexes = [str(tmp_path / name / "news.db") for name in ("empty", "full")]
    workers = [
        Worker(Corpora(DEFAULT, index=each), Ledger(beside(each, JOBS)), NOBODY) for each in indexes
    ]
    return Pair(service("empty"), full, (workers[0], workers[1]), keys["ours"], known)


def fill(client: FlaskClient, key: Mapping[str, str], name: str, known: Known) -> None:
    for document in texts(name, DOCUMENTS):
        known.learn(client.post("/v1/documents", json=document, headers=key))
    known.learn(client.post("/v1/batches", data=json.dumps({"text": MILL}), headers=key,
                            content_type=LINES))  # fmt: skip
    known.learn(client.post("/v1/watches", json={"name": name}, headers=key))
    known.learn(client.get("/v1/documents?limit=3", headers=key))


def requests(pair: Pair, dice: random.Random) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each call of the description, then again and again: (its name, its address, the rest)."""
    calls = [
        (path, method, told)
        for path, methods in describe(pair.empty.application)["paths"].items()
        for method, told in methods.items()
        if method != "parameters"
    ]
    for number in itertools.count():
        path, method, told = calls[number] if number < len(calls) else dice.choice(calls)
        address = path.replace("{id}", quote(dice.choice(pair.known.ids)))
        query = {
            "limit": dice.choice(["1", "3", "100", "0"]),
            "cursor": dice.choice(pair.known.cursors[-9:] + pair.known.cursors[:9]),
        }
        guard, once = dice.choice(pair.known.tags), f"order-{dice.randrange(9)}"
        takes = {each["name"] for each in told.get("parameters", ())}
        sent = {"If-Match": guard, "If-None-Match": guard, "Idempotency-Key": once}
        headers = {n: each for n, each in sent.items() if n in takes and dice.random() < 0.3}
        rest: dict[str, Any] = {"headers": headers, "method": method.upper()}
        rest["query_string"] = {name: value for name, value in query.items() if dice.random() < 0.4}
        yield f"{method.upper()} {path}", address, rest | body_of(told, dice)


def body_of(told: Mapping[str, Any], dice: random.Random) -> dict[str, Any]:
    if "requestBody" not in told:
        return {}
    media = dice.choice(sorted(told["requestBody"]["content"]))
    document = dice.choice(
        [*texts("ours", DOCUMENTS), *texts("theirs", DOCUMENTS), *texts("new", 9)]
    )
    bodies: dict[str, list[Any]] = {
        "application/json": [document, {"text": document["text"]}, {"a": MILL, "b": document},
                             {"name": "Ours", "outlet": ["theirs 1"]}],
        "application/pdf": [STORY],
        "text/html": [f"<p>{document['text']}"],
        LINES: ["\n".join(json.dumps(each) for each in texts("new", dice.choice([2, 22])))],
    }  # fmt: skip
    body = dice.choice(bodies.get(media, [document["text"]]))
    data = json.dumps(body) if isinstance(body, dict) else body
    return {"data": data, "content_type": media}


def seen(answer: TestResponse) -> tuple[int, dict[str, str], bytes]:
    headers = {k: v for k, v in answer.headers.items() if k not in _OF_THE_MOMENT}
    return answer.status_code, headers, _TIME.sub(b"a time", answer.data)


@pytest.mark.timeout(3600)
def test_answers_are_the_same_bytes_whether_another_tenant_has_much_or_nothing(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, note: Note
) -> None:
    dice = random.Random("tenants")
    number = 0
    for module in ("service.batches.rows", "service.watches.rows"):
        clock = SimpleNamespace(time=lambda: float(2_000_000_000 + number))
        chance = SimpleNamespace(token_hex=lambda size: f"{number:0{2 * size}x}")
        monkeypatch.setattr(f"{module}.time", clock)
        monkeypatch.setattr(f"{module}.secrets", chance)
    asked: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    calls = sum(len(item) - ("parameters" in item)
                for item in describe(pair.empty.application)["paths"].values())  # fmt: skip
    for number, (name, address, rest) in zip(
        range(max(calls, REQUESTS)), requests(pair, dice), strict=False
    ):
        rest["headers"] |= {**pair.key, "X-Request-Id": f"r{number}"}
        one, other = (client.open(address, **rest) for client in (pair.empty, pair.full))
        assert seen(one) == seen(other), f"{name} {address}\n{one.text}\n{other.text}"
        asked[name] += 1
        statuses[one.status_code] += 1
        pair.known.learn(one)
        if number % 50 == 49:
            pair.work()
    note(requests=asked.total(), calls=len(asked), statuses=dict(sorted(statuses.items())))
    assert len(asked) == calls
    assert 500 not in statuses


def test_only_the_metrics_tell_of_all_tenants_and_only_to_who_may_admin(tmp_path: Path) -> None:
    """They are for whoever runs the service: how many documents each tenant has, by its name, and
    counts of all requests together."""
    made = {
        name: make_key(name, tenant, [scope])
        for name, tenant, scope in (("ours", "ours", "admin"), ("theirs", "theirs", "write"))
    }
    save_keys(tmp_path / "keys", [key for key, _ in made.values()])
    client = create_app(index=str(tmp_path / "n.db"), keys=str(tmp_path / "keys")).test_client()
    ours, theirs = ({"Authorization": f"Bearer {secret}"} for _, secret in made.values())
    assert client.post("/v1/documents", json={"text": MILL}, headers=theirs).status_code == 201
    assert 'copydesk_documents{tenant="theirs"} 1.0' in client.get("/metrics", headers=ours).text
    assert client.get("/metrics", headers=theirs).status_code == 403
    assert client.get("/v1/status", headers=ours).json["documents"] == 0  # type: ignore[index]
