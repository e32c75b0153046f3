"""One of several processes that ask a corpus while others write to it.

    python -m tests.durability.reader FILE SECONDS

asks until the time is over, and prints as JSON how often, and what was wrong: a document of the
first ten, which nobody touches, that is not found, or is not what was stored.
"""

from __future__ import annotations

import json
import sys
import time

from detector.corpus.durable import DurableCorpus
from tests.durability.newsroom import document, question

KEPT = 10


def main(url: str, seconds: float) -> None:
    """Ask and print."""
    end, asked, wrong = time.monotonic() + seconds, 0, set()
    with DurableCorpus(url) as corpus:
        while time.monotonic() < end:
            asked += 1
            names = {match.b.document.id for match in corpus.check(question()).matches}
            if not {"d00000", "d00001"} <= names:
                wrong.add(f"found only {sorted(names)}")
            if not names <= {"d00000", "d00001"}:
                wrong.add(f"found {sorted(names)}")
            stored = corpus.get("d00003")
            if stored is None or stored.document != document(3):
                wrong.add("a document is not what was stored")
            if [m.b.document.id for m in corpus.matches_of("d00000")] != ["d00001"]:
                wrong.add("a link is lost")
            kept = [set(c.members) for c in corpus.clusters() if "d00000" in c.members]
            if kept != [{"d00000", "d00001"}]:
                wrong.add(f"the cluster is {kept}")
            if asked % 8 == 0:
                wrong.update(corpus.verify())
    print(json.dumps({"asked": asked, "wrong": sorted(wrong)}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
