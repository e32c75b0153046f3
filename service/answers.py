"""What the calls answer, as JSON Schema. The classes of :mod:`detector.model` write these objects;
every answer in the tests is held against its schema, so that they cannot part."""

from __future__ import annotations

from detector.model import (
    Basis,
    Credit,
    Difference,
    EventKind,
    Kind,
    Path,
    Permission,
    Relation,
    Role,
    Ruling,
    Severity,
    Status,
)
from service.batches.rows import State
from service.schema import (
    ANYTHING,
    COUNT,
    FLAG,
    SHARE,
    STRING,
    Schema,
    choice,
    exactly,
    listed,
    nullable,
    ref,
)
from service.watches.query import MEMBERS

_TEXT = nullable(STRING)
_DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_WORDS = listed(STRING)
_CLUSTER_ROLES = ("single", "representative", "copy")


def _sides(of: Schema) -> Schema:
    return exactly(a=of, b=of)


def _page(name: str, items: str) -> Schema:
    return exactly(**{name: listed(ref(items)), "next": _TEXT})


PROBLEM = exactly(
    ["errors"],
    type=STRING,
    title=STRING,
    status={"type": "integer", "minimum": 400, "maximum": 599},
    detail=STRING,
    code={"type": "string", "pattern": "^[a-z0-9_]+$"},
    retryable=FLAG,
    request_id=STRING,
    errors=listed(exactly(pointer=STRING, detail=STRING)),
)

_PAIR: dict[str, Schema] = {
    "Span": exactly(start=COUNT, end=COUNT),
    "Upstream": exactly(name=STRING, id=_TEXT),
    "Verdict": exactly(sentence=STRING, severity=choice(Severity), credit=choice(Credit)),
    "Direction": exactly(
        from_={"enum": ["a", "b", None]},
        confidence=SHARE,
        path=choice(Path),
        upstream=nullable(ref("Upstream")),
        evidence=listed(exactly(type=STRING, weight={"type": "number"}, detail=STRING)),
    ),
    "Card": exactly(
        id=STRING,
        title=_TEXT,
        outlet=_TEXT,
        published_at=_TEXT,
        words=COUNT,
        digest=_DIGEST,
        flags=_WORDS,
    ),
    "Coverage": exactly(
        words=COUNT,
        of_words=COUNT,
        by_kind={
            "type": "object",
            "propertyNames": choice(Kind),
            "additionalProperties": COUNT,
        },
        outside_quotes=SHARE,
        unattributed=SHARE,
    ),
    "Passage": exactly(
        id=STRING,
        a=ref("Span"),
        b=ref("Span"),
        kind=choice(Kind),
        basis=choice(Basis),
        words=COUNT,
        ratio=SHARE,
        quoted=_sides(FLAG),
        attributed=FLAG,
        quote_origin=_TEXT,
        flags=_WORDS,
    ),
    "Attribution": exactly(
        **{"in": choice("ab")},
        start=COUNT,
        end=COUNT,
        type=STRING,
        role=choice(Role),
        source=_TEXT,
        covers=listed(ref("Span")),
    ),
    "Finding": exactly(
        type=choice(Difference),
        a=ref("Span"),
        b=ref("Span"),
        detail=STRING,
    ),
    "CreditLine": exactly(text=STRING, note=_TEXT),
    "Pair": exactly(
        ["rights"],
        **_sides(ref("Card"))["properties"],
        relation=choice(Relation),
        direction=ref("Direction"),
        verdict=ref("Verdict"),
        coverage=_sides(SHARE),
        coverage_detail=_sides(ref("Coverage")),
        longest_words=COUNT,
        passages=listed(ref("Passage")),
        attribution=listed(ref("Attribution")),
        explain=_WORDS,
        fidelity=exactly(quotations=listed(ref("Finding")), statements=listed(ref("Finding"))),
        credit_line=nullable(ref("CreditLine")),
        rights=exactly(status=choice(Permission), reason=STRING),
    ),
}

_COMPARED = {  # of texts that are in no corpus
    name: schema
    for name, schema in _PAIR["Pair"]["properties"].items()
    if name not in ("finding", "decision")
}
_KEPT: dict[str, Schema] = dict.fromkeys(("report_id", "html_url", "report_expires_at"), STRING)
_SEEN = exactly(id=STRING, version={"type": "integer", "minimum": 1})
_DECISION = exactly(
    seq=COUNT,
    at=STRING,
    by=STRING,
    decision=choice(Ruling),
    reason=STRING,
    finding=_DIGEST,
    **_sides(_SEEN)["properties"],
    from_={"enum": ["a", "b", None]},
)
_MATCH = exactly(
    ["rights"],
    **_PAIR["Pair"]["properties"],
    finding=_DIGEST,
    decision=nullable(ref("Decision")),
)
_REPORT = exactly(
    [*_KEPT],
    document=ref("Card"),
    verdict=ref("Verdict"),
    coverage=SHARE,
    sources=listed(exactly(id=STRING, share=SHARE, exclusive_share=SHARE)),
    matches=listed(ref("Pair")),
    total=COUNT,
    next=_TEXT,
    searched=exactly(documents=COUNT, outlets=COUNT, from_=_TEXT, to=_TEXT),
    not_searched=_WORDS,
    checked=exactly(paraphrase=FLAG, translation=FLAG),
    truncated=FLAG,
    run=exactly(
        version=STRING, settings_digest=STRING, stats_digest=STRING, corpus_size=COUNT, at=_TEXT
    ),
    **_KEPT,
)

_ADDED: dict[str, Schema] = {
    "id": STRING,
    "status": choice(Status),
    "version": {"type": "integer", "minimum": 1},
    "cluster_id": _TEXT,
    "role": nullable(choice(_CLUSTER_ROLES)),
}
_SHOWN: dict[str, Schema] = {
    "id": STRING,
    "title": _TEXT,
    "outlet": _TEXT,
    "published_at": _TEXT,
    "version": {"type": "integer", "minimum": 1},
    "digest": _DIGEST,
    "first_seen": STRING,
    "superseded_at": _TEXT,
}
_STORED = exactly(
    **_SHOWN,
    cluster_id=_TEXT,
    role=nullable(choice(_CLUSTER_ROLES)),
    text=STRING,
    **dict.fromkeys(("owner", "url", "byline", "language", "kind", "version_of"), _TEXT),
    status=STRING,
    **dict.fromkeys(("embargoed_until", "expires_at", "rights"), _TEXT),
    extra=ANYTHING,
    flags=_WORDS,
)

SCHEMAS: dict[str, Schema] = {
    "Problem": PROBLEM,
    **_PAIR,
    "Report": _REPORT,
    "Compared": exactly(["rights", *_KEPT], **_COMPARED, **_KEPT),
    "KeptReport": {"oneOf": [ref("Report"), ref("Compared")]},
    "Added": exactly(**_ADDED, warnings=_WORDS),
    "LineAnswer": {
        "oneOf": [
            exactly(**_ADDED),
            exactly(status={"type": "integer"}, code=STRING, detail=STRING),
        ]
    },
    "StoredCard": exactly(**_SHOWN),
    "Stored": _STORED,
    "Documents": _page("documents", "StoredCard"),
    "Matches": exactly(
        document=ref("StoredCard"), matches=listed(ref("Match")), total=COUNT, next=_TEXT
    ),
    "Match": _MATCH,
    "Decision": _DECISION,
    "Decisions": _page("findings", "Decision"),
    "Cluster": exactly(id=STRING, cluster=STRING, members=_WORDS, origin=_TEXT),
    "Clusters": _page("clusters", "Cluster"),
    "Change": {  # further members tell what the event is about
        **exactly(seq=COUNT, at=STRING, type=choice(EventKind), id=STRING),
        "additionalProperties": True,
    },
    "Changes": _page("changes", "Change"),
    "Status": exactly(
        tenant=STRING,
        documents=COUNT,
        versions=COUNT,
        pending=COUNT,
        outlets=COUNT,
        from_=_TEXT,
        to=_TEXT,
        size_bytes=COUNT,
        segments=COUNT,
        stats_digest=STRING,
    ),
    "Batch": exactly(
        ["documents", "pairs", "clusters", "skipped", "skipped_first", "error"],
        id=STRING,
        status=choice(State),
        url=STRING,
        html_url=_TEXT,
        progress=exactly(stage=_TEXT, done=COUNT, total=COUNT),
        documents=COUNT,
        pairs=COUNT,
        clusters=COUNT,
        skipped=COUNT,
        skipped_first=listed(exactly(name=STRING, code=STRING, detail=STRING)),
        error={},
        result_url=_TEXT,
        made_at=_TEXT,
        ended_at=_TEXT,
        expires_at=_TEXT,
    ),
    "Batches": _page("batches", "Batch"),
    "Watch": {
        "type": "object",
        "properties": {
            **{name: check.schema for name, check in MEMBERS.items()},
            **dict.fromkeys(("id", "url", "csv_url", "made_at"), STRING),
            "hits": COUNT,
            "deliveries": exactly(waiting=COUNT, sent=COUNT, failed=COUNT),
            "last_failure": _TEXT,
        },
        "required": ["id", "name", "url", "csv_url", "made_at"],
    },
    "Watches": exactly(watches=listed(ref("Watch"))),
    "Health": exactly(status=choice(["ok"]), version=STRING),
    "Ready": exactly(status=choice(["ready"])),
}
