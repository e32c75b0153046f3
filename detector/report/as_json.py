"""Results as JSON, one object a line."""

from __future__ import annotations

import json
import re

from detector.model import Cascade, Cluster, Comparison, Report
from detector.report.visible import UNSAFE


def json_line(result: Comparison | Report | Cluster | Cascade) -> str:
    r"""One line of JSON, keys in the order of the contract.

    Letters of every script stay readable. Characters that a terminal acts on, that some readers
    take for a line end, or that have no UTF-8 form are written as JSON escapes: the same value.

    >>> print(json_line(Cluster("c1", ("agency\udcff.txt", "Київ.txt"), None)), end="")
    {"cluster": "c1", "members": ["agency\udcff.txt", "Київ.txt"], "origin": null}
    """
    line = json.dumps(result.to_dict(), ensure_ascii=False, allow_nan=False)
    return UNSAFE.sub(_escape, line) + "\n"


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
