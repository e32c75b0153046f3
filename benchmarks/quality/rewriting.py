"""Rewriting by degrees: so many of a text's words are replaced, left out, put in or moved.

What stands in quotation marks stays as it is: a desk that rewrites a report keeps the quotations.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from benchmarks.quality.grammar import load
from benchmarks.quality.synonyms import Synonyms, table

PHRASE_WORDS = 3
"""Words of the longest phrase that the table of synonyms is asked for."""
TURN_SHARE = 0.15
"""From this share of rewritten words on, half of the reporting clauses change places."""

_WORD = re.compile(r"[A-Za-z]+(?:[-'][A-Za-z]+)*")
_QUOTED = re.compile(r'"[^"]*"?|“[^”]*”?')
_DETERMINERS = frozenset(
    "a an the its his her their our my this that these those any no every each some of in on at "
    "by for from with".split()
)
_BEFORE_BASE = frozenset(
    "to will would can could may might must should shall not cannot they we i you did does".split()
)
_BEFORE_S = frozenset("it he she who which that also now still often what".split())
_BEFORE_PARTICIPLE = frozenset("has have had be been is are was were being having get got".split())
_VOWEL = re.compile(r"(?!uni|use|one|eu)[aeiou]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters ``start`` to ``end`` of line number ``line`` become ``text``."""

    line: int
    start: int
    end: int
    text: str


def rewrite(lines: Sequence[str], rng: random.Random, share: float) -> tuple[list[str], float]:
    """The sentences ``lines`` with ``share`` (0 to 1) of their words rewritten, and the share that
    could be: less where the table knows too few of the words.

    >>> rewrite(["The company said it will buy a plant."], random.Random(28), 0.2)
    (['The firm said it will acquire a plant.'], 0.25)
    """
    words = sum(len(line.split()) for line in lines)
    changed, turned = 0, list(lines)
    if share >= TURN_SHARE:
        turns = [_turned(line) if rng.random() < 0.5 else (line, 0) for line in lines]
        turned = [line for line, _ in turns]
        changed = sum(moved for _, moved in turns)
    edits = [edit for number, line in enumerate(turned) for edit in _edits(number, line, rng)]
    rng.shuffle(edits)
    taken: list[Edit] = []
    for edit in edits:
        if changed >= share * words:
            break
        if not any(_collide(edit, other) for other in taken):
            taken.append(edit)
            old = turned[edit.line][edit.start : edit.end]
            changed += max(len(old.split()), len(edit.text.split()))
    return _applied(turned, taken), changed / words


def _collide(edit: Edit, other: Edit) -> bool:
    """Whether two edits touch each other."""
    return edit.line == other.line and edit.start <= other.end and other.start <= edit.end


def _applied(lines: Sequence[str], edits: Sequence[Edit]) -> list[str]:
    changed = list(lines)
    for edit in sorted(edits, key=lambda e: e.start, reverse=True):
        line = changed[edit.line]
        changed[edit.line] = line[: edit.start] + edit.text + line[edit.end :]
    return [line[:1].upper() + line[1:].replace(" .", ".") for line in changed]


def _edits(number: int, line: str, rng: random.Random) -> Iterator[Edit]:
    """All that could be done to a sentence outside its quotations."""
    quoted = [found.span() for found in _QUOTED.finditer(line)]
    for start, end, text in (
        *_replacements(line, rng),
        *_omissions(line),
        *_insertions(line, rng),
        *_roundings(line),
    ):
        if not any(start < last and first < end for first, last in quoted):
            yield Edit(number, start, end, text)


Change = tuple[int, int, str]


def _replacements(line: str, rng: random.Random) -> Iterator[Change]:
    """Synonyms, of the longest phrase the table knows at each word."""
    words = list(_WORD.finditer(line))
    for first in range(len(words)):
        for last in range(min(first + PHRASE_WORDS, len(words)) - 1, first - 1, -1):
            start, end = words[first].start(), words[last].end()
            phrase = line[start:end]
            if start and phrase != phrase.lower():
                continue  # a name, or part of one
            before = words[first - 1][0] if first else ""
            if others := _others(phrase.lower(), before):
                yield _with_article(line, start, end, rng.choice(others))
                break


def _others(phrase: str, before: str) -> tuple[str, ...]:
    if phrase == "said":
        return load("synonyms")["said"]
    entries = [entry for entry in table().get(phrase, ()) if _fits(entry, before)]
    return tuple(sorted({other for entry in entries for other in entry.others}))


def _fits(entry: Synonyms, before: str) -> bool:
    """Whether the word before lets a word be of this form."""
    is_name, before = before[:1].isupper(), before.lower()
    if entry.speech == "word":
        return True
    if entry.speech == "noun":
        return before not in _BEFORE_BASE
    if entry.form == "base":
        return before in _BEFORE_BASE
    if entry.form == "s":
        return is_name or before in _BEFORE_S
    if entry.form == "ing":
        return bool(before) and before not in _DETERMINERS
    return (entry.form == "participle") == (before in _BEFORE_PARTICIPLE) and (
        before not in _DETERMINERS
    )


def _with_article(line: str, start: int, end: int, text: str) -> Change:
    """The change with a/an before it put right."""
    article = re.search(r"\b([Aa])n? \Z", line[:start])
    if not article:
        return start, end, text
    return article.start(), end, f"{article[1]}{'n' if _VOWEL.match(text) else ''} {text}"


@cache
def _droppable() -> re.Pattern[str]:
    words = sorted(load("synonyms")["droppable"], key=len, reverse=True)
    return re.compile(rf"(?<=[a-z] )(?:{'|'.join(map(re.escape, words))})(?: (?=[a-z])|(?=\.))")


def _omissions(line: str) -> Iterator[Change]:
    """Adverbs and bracketed asides left out."""
    for found in _droppable().finditer(line):
        yield *found.span(), ""
    for found in re.finditer(r" \([^()]{1,60}\)", line):
        yield *found.span(), ""


def _insertions(line: str, rng: random.Random) -> Iterator[Change]:
    """A few words before "will", after "said", at the start."""
    rules = load("synonyms")
    for found in re.finditer(r"(?<=[a-z] )(?=(?:will|would) )", line):
        yield *found.span(), f"{rng.choice(rules['before_will'])} "
    for found in re.finditer(r"(?<= said)(?=\.| (?:that|it|he|she|they|the) )", line):
        yield *found.span(), f" {rng.choice(rules['after_said'])}"
    if opening := re.match(r"(?:The|It|He|She|They|But|A|This|In)\b", line):
        start = rng.choice(rules["start"])
        yield (
            *opening.span(),
            f"{start} {'' if opening[0] == 'But' else opening[0].lower()}".strip(),
        )


_EXACT = re.compile(r"(?<= )(?:[2-9]|\d{2,4})\.\d+(?= (?:mln|bln|million|billion|pct|percent)\b)")
_ROUGHLY = re.compile(r"\b(?:about|around|roughly|approximately|nearly|almost|some|to) \Z")


def _roundings(line: str) -> Iterator[Change]:
    """39.12 million becomes about 39.1 million, 39.1 million about 39 million."""
    for found in _EXACT.finditer(line):
        if not _ROUGHLY.search(line[: found.start()]):
            digits = len(found[0].partition(".")[2]) - 1
            yield *found.span(), f"about {float(found[0]):.{digits}f}"


_SPEAKER = r"(?:The |A |An )?[A-Z]?[\w.' -]{2,50}?"
_LAST = re.compile(rf'(?P<what>[^"]{{20,}}?), (?P<who>{_SPEAKER}) said\.\Z')
_FIRST = re.compile(rf'(?P<who>{_SPEAKER}) said (?:that )?(?P<what>[^"]{{20,}})\.\Z')
_SMALL_STARTS = frozenset("The A An It He She They This That There In On If Both Some All".split())


def _turned(line: str) -> tuple[str, int]:
    """The sentence with "X said" at its other end, and how many words moved."""
    if found := _LAST.match(line):
        what, who = _lowered(found["what"]), found["who"]
        return f"{who[0].upper()}{who[1:]} said that {what}.", len(who.split()) + 2
    if (found := _FIRST.match(line)) and " said" not in found["what"]:
        who, what = _lowered(found["who"]), found["what"]
        return f"{what[0].upper()}{what[1:]}, {who} said.", len(who.split()) + 1
    return line, 0


def _lowered(clause: str) -> str:
    """A clause that no longer begins its sentence. Names keep their capital letter."""
    first = clause.partition(" ")[0]
    is_name = first not in _SMALL_STARTS and first.lower() not in table()
    return clause if is_name else clause[0].lower() + clause[1:]
