"""The tables of the embedded store, and how to come from an older version of them to this one.

``text`` is small, so that lists and counts are quick; what is long stands in ``content``. Every row
of both is sealed: a checksum over all of it, looked at whenever it is read.
"""

from __future__ import annotations

APPLICATION_ID = 0x43504459
"""Says to ``file`` and to us that a database is Copydesk's: "CPDY"."""

MIGRATIONS = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
    CREATE TABLE text (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        digest BLOB NOT NULL,
        first_seen INTEGER NOT NULL,  -- microseconds since 1970, as all times
        superseded_at INTEGER,
        expires_at INTEGER,
        moment REAL,                  -- the stated time, in seconds
        fields TEXT NOT NULL,         -- all but id and text, as JSON
        is_linked INTEGER NOT NULL,
        seal BLOB NOT NULL,
        UNIQUE (id, version)
    );
    CREATE UNIQUE INDEX text_current ON text (id) WHERE superseded_at IS NULL;
    CREATE INDEX text_unlinked ON text (number) WHERE NOT is_linked;
    CREATE INDEX text_expires ON text (expires_at, id)
        WHERE superseded_at IS NULL AND expires_at IS NOT NULL;
    CREATE INDEX text_moment ON text (moment) WHERE superseded_at IS NULL AND moment IS NOT NULL;
    CREATE TABLE content (
        number INTEGER PRIMARY KEY,
        sketch BLOB NOT NULL,  -- first, so that it is read without the text
        body BLOB NOT NULL
    );
    CREATE TABLE outlet (name TEXT PRIMARY KEY, documents INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE link (
        first INTEGER NOT NULL,
        second INTEGER NOT NULL,
        joins INTEGER NOT NULL,
        alignment BLOB NOT NULL,
        PRIMARY KEY (first, second)
    ) WITHOUT ROWID;
    CREATE INDEX link_second ON link (second, first);
    CREATE TABLE member (
        number INTEGER PRIMARY KEY,
        cluster TEXT NOT NULL,
        is_head INTEGER NOT NULL
    );
    CREATE INDEX member_cluster ON member (cluster, is_head DESC, number);
    CREATE TABLE event (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        kind TEXT NOT NULL,
        number INTEGER NOT NULL,
        id TEXT NOT NULL,
        detail TEXT NOT NULL
    );
    CREATE TABLE receipt (
        key TEXT PRIMARY KEY,
        request TEXT NOT NULL,
        answer TEXT NOT NULL,
        at INTEGER NOT NULL
    ) WITHOUT ROWID;
    """,
    """
    CREATE TABLE report (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        expires_at INTEGER NOT NULL,
        is_brief INTEGER NOT NULL,    -- may go sooner, where room is needed
        body BLOB NOT NULL
    );
    CREATE INDEX report_expires ON report (expires_at);
    CREATE TABLE report_text (        -- whose text a report shows
        report INTEGER NOT NULL,
        id BLOB NOT NULL,
        digest BLOB NOT NULL,
        PRIMARY KEY (report, id, digest)
    ) WITHOUT ROWID;
    CREATE INDEX report_text_id ON report_text (id, report);
    CREATE INDEX report_text_digest ON report_text (digest, report);
    """,
    """
    CREATE TABLE decision (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        finding TEXT NOT NULL,        -- digest of both ids and of the words they share
        a TEXT NOT NULL,
        a_version INTEGER NOT NULL,
        b TEXT NOT NULL,
        b_version INTEGER NOT NULL,
        source TEXT,                  -- a or b, null where nobody could tell
        ruling TEXT NOT NULL,
        reason TEXT NOT NULL,
        by TEXT NOT NULL,
        at INTEGER NOT NULL
    );
    CREATE INDEX decision_finding ON decision (finding, seq);
    CREATE TRIGGER decision_stays BEFORE UPDATE ON decision
        BEGIN SELECT raise(ABORT, 'decisions are not changed'); END;
    CREATE TRIGGER decision_is_kept BEFORE DELETE ON decision
        BEGIN SELECT raise(ABORT, 'decisions are not deleted'); END;
    """,
)
"""Each brings the tables from the version of its place to the next."""
