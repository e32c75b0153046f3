"""What stored texts share and the clusters that they form, in the same file as the texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from detector.model import Link
from detector.store.blob import pack_alignment, unpack_alignment
from detector.store.database import Row


class KinshipRows:
    """The links and clusters of a database; ``asked`` gives the rows of a statement. Errors as
    those of the store."""

    def __init__(self, asked: Callable[..., list[Row]]) -> None:
        self._asked = asked

    def unlinked(self, after: int, most: int) -> Sequence[int]:
        """The first numbers above ``after`` that nobody has looked for links of."""
        rows = self._asked(
            "SELECT number FROM text WHERE NOT is_linked AND number > ? ORDER BY number LIMIT ?",
            (after, most),
        )
        return [number for (number,) in rows]

    def links(self, number: int) -> Sequence[Link]:
        """What a text shares with others, by the other's number."""
        rows = self._asked(
            "SELECT first, second, joins, alignment FROM link WHERE first = ?1 UNION ALL "
            "SELECT first, second, joins, alignment FROM link WHERE second = ?1",
            (number,),
        )
        found = [Link(a, b, unpack_alignment(data), bool(joins)) for a, b, joins, data in rows]
        return sorted(found, key=lambda link: link.other(number))

    def joined(self, numbers: Iterable[int]) -> Sequence[tuple[int, int]]:
        """The pairs of these that are one story."""
        rows = self._asked(
            "SELECT first, second FROM link, json_each(?1) AS a WHERE first = a.value AND joins "
            "AND second IN (SELECT value FROM json_each(?1)) ORDER BY first, second",
            (json.dumps(list(numbers)),),
        )
        return [(first, second) for first, second in rows]

    def cluster_of(self, number: int) -> str | None:
        """The cluster a text is in."""
        rows = self._asked("SELECT cluster FROM member WHERE number = ?", (number,))
        return rows[0][0] if rows else None

    def members(self, cluster: str) -> Sequence[int]:
        """The numbers of the texts of a cluster, the head first, then rising."""
        rows = self._asked(
            "SELECT number FROM member WHERE cluster = ? ORDER BY is_head DESC, number", (cluster,)
        )
        return [number for (number,) in rows]

    def clusters(self, after: str, most: int) -> Sequence[str]:
        """Clusters of two texts or more whose name comes after, by name."""
        rows = self._asked(
            "SELECT cluster FROM member WHERE cluster > ? GROUP BY cluster HAVING count(*) > 1 "
            "ORDER BY cluster LIMIT ?",
            (after, most),
        )
        return [name for (name,) in rows]

    def link(self, number: int, links: Iterable[Link]) -> None:
        """Store the links of a text; from then on it is not unlinked."""
        for link in links:
            self._asked(
                "INSERT OR REPLACE INTO link (first, second, joins, alignment) VALUES (?, ?, ?, ?)",
                (link.first, link.second, link.joins, pack_alignment(link.alignment)),
            )
        self._asked("UPDATE text SET is_linked = 1 WHERE number = ?", (number,))

    def assign(self, cluster: str, members: Sequence[int]) -> None:
        """Have a cluster of exactly these, head first; none of them is in another one. Without
        members there is no such cluster."""
        self._asked("DELETE FROM member WHERE cluster = ?", (cluster,))
        for number in members:
            self._asked(
                "INSERT OR REPLACE INTO member (number, cluster, is_head) VALUES (?, ?, ?)",
                (number, cluster, number == members[0]),
            )
