"""Writers whose connections are cut at any moment: what they send is stored once."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from detector.client import Client, ServiceError
from tests.conftest import Note
from tests.counts import many
from tests.service.proxy import Fate, cutting
from tests.service.server import ask, running

WRITES = many(200, 10_000)
WRITERS = 12
_SYLLABLES = [a + b for a in ("ba", "ke", "lo", "mi", "ru", "so") for b in ("r", "st", "n", "l")]


def story(number: int) -> dict[str, Any]:
    """A text that shares no words with any other."""
    chance = random.Random(f"story {number}")
    words = ("".join(chance.choices(_SYLLABLES, k=4)) for _ in range(12))
    return {"id": f"w{number:05}", "text": " ".join(words)}


@pytest.mark.timeout(3600)
def test_whoever_asks_again_with_the_same_key_stores_once(tmp_path: Path, note: Note) -> None:
    """Each is told that it was added, as he would have been the first time, and every document has
    one version and one event."""
    index = str(tmp_path / "news.db")
    with (
        running(COPYDESK_INDEX=index, COPYDESK_WORKERS="2") as (port, _),
        cutting(port, "writes") as proxy,
    ):
        client = Client(f"http://127.0.0.1:{proxy.server_address[1]}")

        def write(number: int) -> str:
            while True:
                try:
                    return str(client.add(story(number), once=f"key-{number}")["status"])
                except ServiceError as error:
                    if error.status not in (0, 503):
                        raise

        with ThreadPoolExecutor(WRITERS) as writers:
            told = list(writers.map(write, range(WRITES)))
        assert set(told) == {"added"}
        fates = {str(fate): proxy.fates[fate] for fate in Fate}
        summary = ask(port, "GET", "/v1/status")[1]
        events, cursor = list[dict[str, Any]](), ""
        while (page := ask(port, "GET", f"/v1/changes?cursor={cursor}")[1])["changes"]:
            events += page["changes"]
            cursor = page["next"]
        shown = [ask(port, "GET", f"/v1/documents/w{n:05}")[1]["text"] for n in range(WRITES)]
    note(writes=WRITES, connections=fates)
    assert all(fates.values())
    assert (summary["documents"], summary["versions"]) == (WRITES, WRITES)
    added = [event["id"] for event in events if event["type"] == "document.added"]
    assert sorted(added) == [f"w{number:05}" for number in range(WRITES)]
    assert len(events) == WRITES
    assert shown == [story(number)["text"] for number in range(WRITES)]
