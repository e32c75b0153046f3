"""Whatever arrives, the answer is never 500 and always JSON."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

MEDIA_TYPES = [
    "application/json",
    "text/plain",
    "text/html",
    "text/plain; charset=utf-16",
    "text/html; charset=windows-1251",
    "text/plain; charset=\x80",
    "application/octet-stream",
    "",
]
WORDS = st.text(max_size=60) | st.sampled_from(["Rain fell.", "2025-03-01T10:00:00Z", "wire", ""])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "text",
                    "document",
                    "html",
                    "a",
                    "b",
                    "options",
                    "min_words",
                    "preset",
                    "quotes",
                    "kinds",
                    "ignore",
                    "published_at",
                    "kind",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
TAGS = ["<p>", "</div>", "<script>", "<!--", '<meta charset="x">', "&#xD800;", "Rain fell.", "\0"]
PAGES = st.lists(st.sampled_from(TAGS)).map(lambda tags: "".join(tags).encode())
BODIES = PAGES | st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode())


@given(
    url=st.sampled_from(["/v1/check", "/v1/compare"]),
    media=st.sampled_from(MEDIA_TYPES),
    data=BODIES,
)
def test_no_body_breaks_the_service(client: FlaskClient, url: str, media: str, data: bytes) -> None:
    answer = client.post(url, data=data, content_type=media)
    assert answer.status_code in (200, 400, 415, 422), answer.text
    told: dict[str, Any] = json.loads(answer.data)
    assert ("relation" in told or "matches" in told) == (answer.status_code == 200)
