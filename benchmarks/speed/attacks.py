"""What honest questions cost after somebody filled the corpus with documents made to slow it.

As many attackers as honest documents are put in. Each honest question is then asked of the corpus
without and with them, in turn; half of the questions are near-copies of honest documents, whose
source must still be found. ``more news`` is no attack: what as many honest documents cost.

* *runs of everything*: texts of eight-word runs of all honest documents, each long enough to share
  a fingerprint.
* *reprints*: so many copies of each document that will be asked for, a few of them or, with more
  copies, only one: as many as an index lists for a key, or too many.
* *worn words*: so many texts of the words of each document that will be asked for, shuffled: none
  of its words is rare in the corpus any more.
* *planted minima*: shingles that hold the minima of the public permutations, so that all attackers
  meet in every band of an index without a key.
* *32-bit collisions*: shingles with one short hash, one half in every second attacker.

``reports_of_attackers`` counts questions said to share copied text with an attacker: true of news
and reprints, forged where planted minima or collisions brought it about.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

from benchmarks.quality.attacks import colliding_shingles, planted_shingles
from benchmarks.speed.archive import Archive
from benchmarks.speed.candidates import sketch_of
from benchmarks.speed.check import Question, percentiles, questions
from benchmarks.speed.scale import Row, Scale, by_turns
from benchmarks.speed.signatures import spread
from detector import Corpus
from detector.index import Index
from detector.model import Document

GOAL = 1.5
HASH_KEY = random.Random("the key of an index").getrandbits(64)
CHECKED = 30
RUN_WORDS = 8
REPRINTS = (60, 600)
WORN = 60
"""A rare word stands in two thousandths of a corpus at most: 40 of honest texts and attackers."""
LENGTH_WORDS = 600
ATTACKER = "attacker "

Maker = Callable[[int, random.Random], str]
"""The text of an attacker, by its number."""


def measure(shared: Path, scale: Scale) -> Row:
    """All figures, by attack."""
    count, extra = scale.attacked_documents, scale.attackers
    made = [d for d, _ in Archive.of(shared).documents(count + extra + 4 * scale.questions)]
    honest, more, new = made[:count], made[count : count + extra], made[count + extra :]
    asked = questions(honest, new, scale.questions)
    by_id = {document.id: document for document in honest}
    victims = [by_id[question.source] for question in asked if question.source]
    before = Corpus.of(honest)
    rows = {}
    for name, texts in attacks(honest, victims, more).items():
        attackers = [Document(f"{ATTACKER}{n}", text) for n, text in enumerate(texts)]
        rows[name] = {
            **nominations(honest, attackers, asked, scale.rounds),
            **checks(before, Corpus.of([*honest, *attackers]), asked[:CHECKED]),
        }
    return {
        "goal": GOAL,
        "documents": count,
        "attackers": extra,
        "questions": len(asked),
        "checked": min(CHECKED, len(asked)),
        "rounds": scale.rounds,
        "attacks": rows,
    }


# -- the attackers


def attacks(
    honest: Sequence[Document], victims: Sequence[Document], more: Sequence[Document]
) -> dict[str, list[str]]:
    """As many texts as ``more`` has, by attack."""
    shingles, pairs = planted_shingles(), colliding_shingles()
    sides = ([one for one, _ in pairs], [other for _, other in pairs])
    makers: Mapping[str, Maker] = {
        "more news": lambda number, _: more[number].text,
        "runs of everything": lambda _, rng: runs_of(honest, rng),
        **{f"reprints, {copies} each": reprints(victims, copies) for copies in REPRINTS},
        "worn words": worn(victims),
        "planted minima": lambda _, rng: " ".join(rng.sample(shingles, len(shingles))),
        "32-bit collisions": lambda n, rng: " ".join(rng.sample(sides[n % 2], len(pairs))),
    }
    return {
        name: [make(number, random.Random(f"{name} {number}")) for number in range(len(more))]
        for name, make in makers.items()
    }


def runs_of(documents: Sequence[Document], rng: random.Random) -> str:
    """Short runs of words of as many documents as fit."""
    words: list[str] = []
    while len(words) < LENGTH_WORDS:
        some = rng.choice(documents).text.split()
        first = rng.randrange(max(1, len(some) - RUN_WORDS))
        words += some[first : first + RUN_WORDS]
    return " ".join(words)


def reprints(victims: Sequence[Document], copies: int) -> Maker:
    """So many copies of each victim, in their order, with a word of its own in each."""

    def make(number: int, _: random.Random) -> str:
        return f"{victims[number // copies % len(victims)].text} reprint{number}"

    return make


def worn(victims: Sequence[Document]) -> Maker:
    """``WORN`` texts of the words of each victim, in their order."""

    def make(number: int, rng: random.Random) -> str:
        words = victims[number // WORN % len(victims)].text.split()
        return " ".join(rng.sample(words, len(words)))

    return make


# -- what they do


def nominations(
    honest: Sequence[Document],
    attackers: Sequence[Document],
    asked: Sequence[Question],
    rounds: int,
) -> Row:
    """The candidates of honest questions, what it takes to find them, and the share of the sources
    that is among them."""
    kept = [sketch_of(document.text, HASH_KEY) for document in honest]
    planted = [sketch_of(document.text, HASH_KEY) for document in attackers]
    indexes = {"before": Index(kept), "after": Index([*kept, *planted])}
    sketches = [sketch_of(question.document.text, HASH_KEY) for question in asked]
    numbers = {document.id: number for number, document in enumerate(honest)}
    sources = [numbers[q.source] if q.source else None for q in asked]

    def ask(index: Index) -> list[list[int]]:
        return [[number for number, _ in index.query(sketch)[0]] for sketch in sketches]

    ways = {name: (lambda index=index: ask(index)) for name, index in indexes.items()}
    took = by_turns(ways, rounds)
    answers = {name: ask(index) for name, index in indexes.items()}
    ratios = [after / before for before, after in zip(took["before"], took["after"], strict=True)]
    return {
        "query_ratio": spread(ratios),
        "candidates": {name: round(fmean(map(len, rows)), 1) for name, rows in answers.items()},
        "recall": {name: _found(sources, rows) for name, rows in answers.items()},
    }


def _found(sources: Sequence[int | None], answers: Sequence[Sequence[int]]) -> float:
    wanted = [(s, row) for s, row in zip(sources, answers, strict=True) if s is not None]
    return round(fmean(source in row for source, row in wanted), 4)


def checks(before: Corpus, after: Corpus, asked: Sequence[Question]) -> Row:
    """What checking honest texts takes, and how many times longer with the attackers; how often
    one of them is said to be copied."""
    took: list[tuple[float, float]] = []
    forged, found = 0, Counter[str]()
    for corpus in (before, after):
        corpus.check(asked[0].document)
    for question in asked:
        started = time.perf_counter()
        reports = {"before": before.check(question.document)}
        middle = time.perf_counter()
        reports["after"] = after.check(question.document)
        took.append((1000 * (middle - started), 1000 * (time.perf_counter() - middle)))
        for name, report in reports.items():
            copied = [m.b.document.id for m in report.matches if m.relation.is_copying]
            forged += sum(each.startswith(ATTACKER) for each in copied)
            found[name] += question.source in copied
    return {
        "check_ms": {
            "before": percentiles([before_ms for before_ms, _ in took]),
            "after": percentiles([after_ms for _, after_ms in took]),
        },
        "check_ratio": spread([after_ms / before_ms for before_ms, after_ms in took]),
        "reports_of_attackers": forged,
        "sources_reported": {name: found[name] for name in ("before", "after")},
    }
