"""Bad requests against the running service: each is answered as its rule says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from detector.keys import make_key, save_keys
from service.problems import MEDIA_TYPE
from tests.counts import LONG
from tests.hostile.bad_documents import DOCUMENT_REQUESTS
from tests.hostile.bad_requests import REQUESTS
from tests.hostile.desk import Desk, Reply
from tests.hostile.rules import RULES, Rule
from tests.service.server import running

ALL = {**REQUESTS, **DOCUMENT_REQUESTS}
KEYS = {
    "desk": ("metro", ["write"]),
    "reader": ("metro", ["read"]),
    "other": ("coast", ["write"]),
    "stranger": ("hills", ["write"]),  # who has stored nothing
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    where = tmp_path_factory.mktemp("desk")
    made = {name: make_key(name, tenant, scopes) for name, (tenant, scopes) in KEYS.items()}
    save_keys(where / "keys", [key for key, _ in made.values()])
    with running(
        COPYDESK_INDEX=str(where / "news.db"),
        COPYDESK_KEYS=str(where / "keys"),
        COPYDESK_RATE="1000000",
    ) as (port, _):
        yield Desk(port, {name: secret for name, (_, secret) in made.items()})


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if RULES[name].is_slow else []) for name in ALL],
)
def test_a_bad_request_is_answered_as_its_rule_says(desk: Desk, name: str) -> None:
    rule, told = RULES[name], set[str]()
    for reply in ALL[name](desk):
        assert reply.status in rule.status, reply.data
        if reply.status >= 400:
            assert_is_refusal(reply, rule)
            told.add(reply.json["detail"])
        assert not LONG or reply.seconds <= rule.seconds
    assert len(rule.status) > 1 or told == {*rule.detail} or name == "other_tenant_object"


def assert_is_refusal(reply: Reply, rule: Rule) -> None:
    problem = reply.json
    assert reply.headers["Content-Type"] == MEDIA_TYPE
    assert reply.headers["X-Request-Id"] == problem["request_id"]
    assert problem["status"] == reply.status
    assert problem["code"] == rule.code
    assert problem["detail"] in rule.detail
    assert problem["retryable"] is (reply.status in (408, 429, 503, 507))
