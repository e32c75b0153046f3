"""How many disguised copies are seen through, and how many innocent pairs a disguise makes guilty.

::

    python -m benchmarks.quality.disguises LABELLED [--small] [-o disguises.json]

Sources are news texts of the labelled folder. A copy counts as found where the index nominates its
source and the comparison says copying, both as in every check. A flag is due on every copy whose
file is not the plain text, however well it was read.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.batch_cost import machine
from benchmarks.quality.attacks import Attack, attacks
from benchmarks.quality.disguise import DISGUISES, NOT_MEASURED, Disguise
from benchmarks.quality.evasions import curl_quotes
from benchmarks.quality.texts import news
from detector.classify import Side
from detector.index import Index
from detector.model import Document
from detector.pipeline import compare_sides, scan, view
from detector.settings import DEFAULT
from detector.stats import PRIOR

PAIRS = 500
SMALL = 40
UNRELATED_WORDS = 1800
"""Enough to bury 200 words as a tenth of a text."""
MAX_OTHERS = 10
"""So many of the other texts that the index nominates are compared with each copy."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one disguise. Shares are 0 to 1; ``flagged`` is None where no copy was
    due a flag. ``false_pairs`` of ``other_pairs`` were reported as copying: disguised copies with
    texts that neither their source nor anything else in them has to do with."""

    name: str
    pairs: int
    recall: float
    nominated: float
    reported: float
    goal: float | None
    must_flag: str | None
    flagged: float | None
    false_pairs: int
    other_pairs: int
    elapsed_s: float

    @property
    def is_met(self) -> bool:
        """Whether all that is asked of it holds."""
        is_found = self.goal is None or self.recall >= self.goal
        return is_found and self.flagged in (None, 1.0) and not self.false_pairs


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """The sources, ready to be compared, with an unrelated text for each."""

    sources: tuple[Side, ...]
    unrelated: tuple[Side, ...]
    index: Index


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one copy. ``is_flagged`` is None where no flag was due."""

    is_nominated: bool
    is_reported: bool
    is_flagged: bool | None
    false_pairs: int
    other_pairs: int


def rows(shared: Path, small: bool = False) -> Iterator[Row]:
    """One row for each disguise, as it is measured."""
    library = _library(news(shared), SMALL if small else PAIRS)
    for disguise in DISGUISES:
        yield measure(disguise, library)


def _library(texts: Sequence[str], count: int) -> Library:
    """The first ``count`` texts as sources; the unrelated ones are put together from the rest."""
    sources = [Document(f"source-{i}", curl_quotes(t)) for i, t in enumerate(texts[:count])]
    unrelated = []
    for number in range(count):
        rng = random.Random(f"unrelated {number}")
        words: list[str] = []
        while len(words) < UNRELATED_WORDS:
            words += rng.choice(texts[count:]).split()
        unrelated.append(Document(f"unrelated-{number}", curl_quotes(" ".join(words))))
    return Library(
        tuple(view(d, PRIOR) for d in sources),
        tuple(view(d, PRIOR) for d in unrelated),
        Index([scan(d).sketch for d in sources]),
    )


def measure(disguise: Disguise, library: Library) -> Row:
    """Disguise every source, and look for each copy as a check does."""
    started = time.perf_counter()
    outcomes: list[Outcome] = []
    before: Side | None = None
    for number in range(len(library.sources)):
        outcome, before = _outcome(disguise, library, number, before)
        outcomes.append(outcome)
    count = len(outcomes)
    due = [o.is_flagged for o in outcomes if o.is_flagged is not None]
    return Row(
        disguise.name,
        count,
        recall=sum(o.is_nominated and o.is_reported for o in outcomes) / count,
        nominated=sum(o.is_nominated for o in outcomes) / count,
        reported=sum(o.is_reported for o in outcomes) / count,
        goal=disguise.goal,
        must_flag=disguise.must_flag,
        flagged=sum(due) / len(due) if due else None,
        false_pairs=sum(o.false_pairs for o in outcomes),
        other_pairs=sum(o.other_pairs for o in outcomes),
        elapsed_s=round(time.perf_counter() - started, 1),
    )


def _outcome(
    disguise: Disguise, library: Library, number: int, before: Side | None
) -> tuple[Outcome, Side | None]:
    """What becomes of the copy of one source, and the copy. ``before`` is the copy made before it:
    two copies of different texts must not match over what the disguise put into both."""
    source, filler = library.sources[number], library.unrelated[number]
    text = source.reading.document.text
    rng = random.Random(f"{disguise.name} {number}")
    file = disguise.make(text, rng, filler.reading.document.text)
    is_due = disguise.must_flag is not None and file != text.encode("utf-8")
    document = disguise.read(file, f"copy-{number}")
    if not isinstance(document, Document):
        return Outcome(False, False, False if is_due else None, 0, 0), None
    copy = view(document, PRIOR)
    nominated = [other for other, _ in library.index.query(scan(document).sketch)[0]]
    others = [other for other in nominated if other != number][:MAX_OTHERS]
    following = (number + 1) % len(library.sources)
    pairs = [(library.sources[other], other) for other in dict.fromkeys([*others, following])]
    if before:
        pairs.append((before, number - 1))
    guilty = [other for side, other in pairs if _is_copying(copy, side)]
    return Outcome(
        is_nominated=number in nominated,
        is_reported=_is_copying(copy, source),
        is_flagged=disguise.must_flag in copy.reading.flags if is_due else None,
        false_pairs=sum(not _is_known(library, number, other) for other in guilty),
        other_pairs=len(pairs),
    ), copy


def _is_copying(a: Side, b: Side) -> bool:
    return compare_sides(a, b, DEFAULT).relation.is_copying


def _is_known(library: Library, one: int, other: int) -> bool:
    """Whether the texts behind two copies share text before any disguise: the agency sent some
    stories more than once."""
    return any(
        _is_copying(a, b)
        for a in (library.sources[one], library.unrelated[one])
        for b in (library.sources[other], library.unrelated[other])
    )


def main() -> None:
    """Measure, show the tables, write the file asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("shared", type=Path, help="the folder of labelled data")
    parser.add_argument("-o", "--output", type=Path, help="write all measures as JSON")
    parser.add_argument("--small", action="store_true", help="few pairs of each kind")
    options = parser.parse_args()
    measured = []
    for row in rows(options.shared, options.small):
        measured.append(row)
        print(row, file=sys.stderr, flush=True)
    attacked = list(attacks(news(options.shared), options.small))
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(_table(measured))
    console.print(_attack_table(attacked))
    for name, why in NOT_MEASURED.items():
        console.print(f"{name}: not measured, {why}")
    if options.output:
        result = {
            "benchmark": "disguises",
            "part": "small" if options.small else "all",
            "machine": machine(),
            "rows": [asdict(row) | {"is_met": row.is_met} for row in measured],
            "attacks": [asdict(a) | {"is_met": a.is_met} for a in attacked],
            "not_measured": NOT_MEASURED,
        }
        options.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _table(measured: Sequence[Row]) -> Table:
    table = Table(
        "disguise", "recall", "goal", "nominated", "reported", "flag", "flagged", "false", "met"
    )
    for row in measured:
        table.add_row(
            row.name,
            f"{row.recall:.3f}",
            "-" if row.goal is None else f"{row.goal:.2f}",
            f"{row.nominated:.3f}",
            f"{row.reported:.3f}",
            row.must_flag or "-",
            "-" if row.flagged is None else f"{row.flagged:.3f}",
            f"{row.false_pairs}/{row.other_pairs}",
            "yes" if row.is_met else "NO",
        )
    return table


def _attack_table(attacked: Sequence[Attack]) -> Table:
    table = Table("attack", "measure", "value", "goal", "met")
    for attack in attacked:
        for name, value in attack.measures.items():
            table.add_row(attack.name, name, f"{value:g}", "", "")
        table.add_row(attack.name, "", "", attack.goal, "yes" if attack.is_met else "NO")
    return table


if __name__ == "__main__":
    main()
