"""A watch: what somebody wants to be told, and whether a pair is that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from detector.model import Comparison, Document, Path, Permission, Relation
from detector.outlet import outlet_key
from detector.strictjson import Json
from service import fields
from service.schema import listed

HIT, BATCH, REPORT = "watch.hit", "batch.finished", "report.updated"
EVENTS = (HIT, BATCH, REPORT)
DIRECTIONS = ("source", "target", "any")
MAX_NAMES = 500
MAX_NAME_CHARS = 200
MAX_URL_CHARS = 2000
MAX_WORDS = 1_000_000


_SHORT = fields.Check(
    lambda value: fields.name.wrong(value) or fields.at_most(MAX_NAME_CHARS).wrong(value),
    {**fields.name.schema, "maxLength": MAX_NAME_CHARS},
)


def _names(value: Json) -> str:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_NAMES:
        return f"must be a list of 1 to {MAX_NAMES} names."
    return next(filter(None, map(_SHORT.wrong, value)), "")


_NAMES = fields.Check(_names, {**listed(_SHORT.schema), "minItems": 1, "maxItems": MAX_NAMES})


MEMBERS: dict[str, fields.Check] = {
    "name": _SHORT,
    "events": fields.some_of(*EVENTS),
    "outlet": _NAMES,
    "owner": _NAMES,
    "direction": fields.required_of(*DIRECTIONS),
    "relation": fields.some_of(*map(str, Relation)),
    "rights": fields.some_of(*map(str, Permission)),
    "min_words": fields.between(1, MAX_WORDS),
    "webhook": fields.at_most(MAX_URL_CHARS),
    "slack": _SHORT,
    "email": _SHORT,
}


@dataclass(frozen=True, slots=True)
class Query:
    """What a watch asks for. ``outlets`` and ``owners`` are folded; where both are empty every
    text is watched. ``targets`` say whom to tell: a webhook, a Slack channel, people by e-mail."""

    name: str
    events: tuple[str, ...]
    outlets: frozenset[str]
    owners: frozenset[str]
    direction: str
    relations: frozenset[str]
    rights: frozenset[str]
    min_words: int
    targets: tuple[Mapping[str, str], ...]

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> Query:
        """The query of a watch as it was sent, its members checked.

        >>> Query.of({"name": "Ours", "outlet": ["The Bend Courier"]}).outlets
        frozenset({'bend courier'})
        """
        copying = [str(relation) for relation in Relation if relation.is_copying]
        return cls(
            asked["name"],
            tuple(asked.get("events", [HIT])),
            frozenset(map(outlet_key, asked.get("outlet", []))),
            frozenset(map(_folded, asked.get("owner", []))),
            asked.get("direction", "any"),
            frozenset(asked.get("relation", copying)),
            frozenset(asked.get("rights", [])),
            int(asked.get("min_words", 1)),
            tuple({kind: asked[kind]} for kind in ("webhook", "slack", "email") if kind in asked),
        )

    def watches(self, document: Document) -> bool:
        """Whether a text is one of those watched."""
        if not self.outlets and not self.owners:
            return True
        outlet, owner = document.outlet, document.owner
        return bool(
            (outlet and outlet_key(outlet) in self.outlets)
            or (owner and _folded(owner) in self.owners)
        )

    def fits(self, pair: Comparison) -> bool:
        """Whether a pair is what the watch asks for. Rights must have been asked about, where the
        watch does."""
        return (
            str(pair.relation) in self.relations
            and taken_words(pair) >= self.min_words
            and self._fits_direction(pair)
            and (not self.rights or str(pair.rights and pair.rights.status) in self.rights)
        )

    def _fits_direction(self, pair: Comparison) -> bool:
        texts = {"a": pair.a.document, "b": pair.b.document}
        way = pair.direction
        if self.direction == "any":
            return any(map(self.watches, texts.values())) or self._is_upstream(pair)
        if way.path is Path.COMMON_UPSTREAM:  # neither took from the other
            if self.direction == "source":
                return self._is_upstream(pair)
            return any(map(self.watches, texts.values()))
        if way.source is None:
            return False
        source = texts.pop(way.source)
        return self.watches(source if self.direction == "source" else texts.popitem()[1])

    def _is_upstream(self, pair: Comparison) -> bool:
        upstream = pair.direction.upstream
        return upstream is not None and outlet_key(upstream.name) in self.outlets


def taken_words(pair: Comparison) -> int:
    """How many words of the taking text are taken; where nobody can tell which that is, of the
    text with more of them."""
    of_side = {"a": pair.a.coverage.words, "b": pair.b.coverage.words}
    if pair.direction.source and pair.direction.path is not Path.COMMON_UPSTREAM:
        of_side.pop(pair.direction.source)
    return max(of_side.values())


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
