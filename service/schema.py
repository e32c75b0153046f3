"""JSON Schema (2020-12), written short: the words that the descriptions of requests and answers are
made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Schema = Mapping[str, Any]

STRING: Schema = {"type": "string"}
COUNT: Schema = {"type": "integer", "minimum": 0}
SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
FLAG: Schema = {"type": "boolean"}
ANYTHING: Schema = {"type": "object"}


def nullable(schema: Schema) -> Schema:
    """The same, or null.

    >>> nullable(STRING)
    {'type': ['string', 'null']}
    """
    if set(schema) == {"type"} and isinstance(schema["type"], str):
        return {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Schema:
    """The schema of this name."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(item: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": item}


def choice(words: Iterable[str]) -> Schema:
    """One of a closed list of words."""
    return {"type": "string", "enum": [str(word) for word in words]}


def exactly(optional: Iterable[str] = (), /, **members: Schema) -> Schema:
    """An object that has these members and no others; only those of ``optional`` may be missing.
    A name that is no word of Python's may end in _.

    >>> exactly(["b"], a=STRING, b=STRING)["required"]
    ['a']
    """
    named = {name.removesuffix("_"): schema for name, schema in members.items()}
    return {
        "type": "object",
        "properties": named,
        "required": [name for name in named if name not in set(optional)],
        "additionalProperties": False,
    }
