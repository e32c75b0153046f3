"""What was decided about findings: a table to which rows are only ever added."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from detector.model import Decision, Ruling, Seen
from detector.store.clock import now, said
from detector.store.database import Row

_COLUMNS = "finding, a, a_version, b, b_version, source, ruling, reason, by, at"


class DecisionLog:
    """The decisions of a store, numbered as they came. The database refuses to change or to delete
    one. Errors as those of the store."""

    def __init__(self, asked: Callable[..., list[Row]]) -> None:
        self._asked = asked

    def add(
        self, finding: str, sides: tuple[Seen, Seen], source: str | None, ruling: Ruling,
        reason: str, by: str,
    ) -> Decision:  # fmt: skip
        """Write one down, inside a transaction."""
        a, b = sides
        values = (
            *(finding, a.id, a.version, b.id, b.version, source),
            *(str(ruling), reason, by, now()),
        )
        ((seq,),) = self._asked(
            f"INSERT INTO decision ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "  # noqa: S608
            "RETURNING seq",
            values,
        )
        return _decision((*values, seq))

    def latest(self, findings: Iterable[str]) -> Mapping[str, Decision]:
        """The last decision about each of these findings that has one."""
        rows = self._asked(
            f"SELECT {_COLUMNS}, max(seq) FROM decision "  # noqa: S608
            "WHERE finding IN (SELECT value FROM json_each(?)) GROUP BY finding",
            (json.dumps(list(findings)),),
        )
        return {row[0]: _decision(row) for row in rows}

    def page(self, before: int | None, most: int) -> Sequence[Decision]:
        """Those that came before a number, None for all, the newest first."""
        rows = self._asked(
            f"SELECT {_COLUMNS}, seq FROM decision WHERE ?1 IS NULL OR seq < ?1 "  # noqa: S608
            "ORDER BY seq DESC LIMIT ?2",
            (before, most),
        )
        return [_decision(row) for row in rows]

    def about(self, finding: str, most: int) -> Sequence[Decision]:
        """The last decisions about one finding, the newest first."""
        rows = self._asked(
            f"SELECT {_COLUMNS}, seq FROM decision WHERE finding = ? "  # noqa: S608
            "ORDER BY seq DESC LIMIT ?",
            (finding, most),
        )
        return [_decision(row) for row in rows]


def _decision(row: Row) -> Decision:
    finding, a, a_version, b, b_version, source, ruling, reason, by, at, seq = row
    sides = Seen(a, a_version), Seen(b, b_version)
    return Decision(finding, *sides, source, Ruling(ruling), reason, by, said(at), seq)
