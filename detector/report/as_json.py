"""Results as JSON, one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Protocol

from detector.report.visible import UNSAFE


class Result(Protocol):
    """What says of itself how JSON shows it: a comparison, a report, a cluster, a document."""

    def to_dict(self) -> dict[str, Any]:
        """Its fields in the order of the contract."""
        ...


def json_line(result: Result | Mapping[str, Any]) -> str:
    r"""One line of JSON, keys in the order of the contract.

    Letters of every script stay readable. Characters that a terminal acts on, that some readers
    take for a line end, or that have no UTF-8 form are written as JSON escapes: the same value.

    >>> from detector.model import Cluster
    >>> print(json_line(Cluster("c1", ("agency\udcff.txt", "Київ.txt"), None)), end="")
    {"cluster": "c1", "members": ["agency\udcff.txt", "Київ.txt"], "origin": null}
    """
    fields = result if isinstance(result, Mapping) else result.to_dict()
    line = json.dumps(fields, ensure_ascii=False, allow_nan=False)
    return UNSAFE.sub(_escape, line) + "\n"


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
