"""Documents found by their id, title or outlet, a stretch of the list at a time."""

from __future__ import annotations

from dataclasses import dataclass

from detector.store import Store

LOOKED_THROUGH = 20_000
"""One question looks at so many documents at most; the next goes on from there."""
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Hits:
    """The ids that were found, in order. ``after``: from where to look on, None at the end."""

    ids: tuple[str, ...]
    after: str | None


def search(store: Store, words: str, after: str, most: int) -> Hits:
    """The documents whose id, title or outlet have all of these words, in small or capital letters,
    by id; those that come after an id, at most ``most``. Time grows with the documents looked at,
    ``LOOKED_THROUGH`` at most."""
    wanted = words.casefold().split()
    found: list[str] = []
    seen = 0
    while some := store.cards(after, _AT_ONCE):
        for card in some:
            after, seen = card[0], seen + 1
            text = "\n".join(card).casefold()
            if all(word in text for word in wanted):
                found.append(after)
            if len(found) == most or seen == LOOKED_THROUGH:
                return Hits(tuple(found), after)
    return Hits(tuple(found), None)
