"""What Schemathesis checks of every answer beyond its own checks."""

from __future__ import annotations

import schemathesis
from schemathesis import Case, CheckContext, GenerationMode, Response

# What no schema can say: an id is that of the address and leads to one, and how a line to ignore is
# written.
_BEYOND = ("id: is not the id of the address.", "id: must not end in", "options.ignore: ")


@schemathesis.check
def a_sound_body_is_never_called_malformed(
    ctx: CheckContext, response: Response, case: Case
) -> None:
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    if case.media_type != "application/json" or response.status_code != 422:
        return
    told = response.json()
    wrong = [e["detail"] for e in told.get("errors", []) if not e["detail"].startswith(_BEYOND)]
    assert told["code"] != "validation_failed" or not wrong, wrong


@schemathesis.check
def every_answer_has_its_id_and_the_safe_headers(
    ctx: CheckContext, response: Response, case: Case
) -> None:
    assert response.headers["x-request-id"]
    assert response.headers["x-content-type-options"] == ["nosniff"]
