"""How a newsroom writes: spelling, figures, money, courtesy titles, quotation marks, datelines.

``restyle`` prints a sentence in the style of another house. It changes how things are written and
never what is said: a reprint in house style is still a reprint.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from benchmarks.quality.grammar import load

Spelling = Literal["us", "uk"]


@dataclass(frozen=True, slots=True)
class Style:
    """The style of one house. ``percent`` is the word or sign; ``paragraph_sentences`` is how many
    sentences make a paragraph."""

    spelling: Spelling
    percent: Literal["percent", "per cent", "%"]
    money: Literal["sign", "words"]
    numbers: Literal["words", "digits"]
    titles: Literal["with", "without"]
    quotes: Literal["straight", "curly", "single"]
    paragraph_sentences: int


def any_style(rng: random.Random) -> Style:
    """The style of some newsroom: American ones and British ones differ in more than spelling."""
    spelling: Spelling = rng.choice(("us", "uk"))
    return Style(
        spelling,
        rng.choice(("percent", "%") if spelling == "us" else ("per cent", "%")),
        rng.choice(("sign", "words")),
        rng.choice(("words", "digits")),
        rng.choice(("with", "without")),
        rng.choice(("straight", "curly") if spelling == "us" else ("straight", "curly", "single")),
        rng.choice((1, 1, 2, 3)),
    )


def restyle(line: str, style: Style, titles: Mapping[str, str]) -> str:
    """``line`` in the style of another house. ``titles`` are the courtesy titles of the people in
    the text (see :func:`courtesy_titles`).

    >>> style = Style("uk", "per cent", "sign", "words", "without", "straight", 1)
    >>> restyle("Mr Lee said nine pct of the labor force cost 2.5 mln dlrs.", style, {})
    'Lee said nine per cent of the labour force cost $2.5 million.'
    """
    line = _plain_wire(line)
    line = _BIG_COUNT.sub(lambda found: _FIGURES[found[1].lower()], line)
    line = _percent(_money(line, style), style.percent)
    line = _spelling(_numbers(line, style), style.spelling)
    line = _titles(line, style, titles)
    return _quotes(line, style.quotes)


_WIRE: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r" ?<[A-Z0-9.]{1,9}>", ""),  # tickers
        (r"<([^<>]+)>", r"\1"),  # firms without one
        (r"\bmln\b", "million"),
        (r"\bbln\b", "billion"),
        (r"([£$€]\d[\d.,]*)m\b", r"\1 million"),
        (r"([£$€]\d[\d.,]*)bn\b", r"\1 billion"),
        (r"\bdlrs\b", "dollars"),
        (r"\bdlr\b", "dollar"),
        (r"\bstg\b", "sterling"),
        (r"\bcts\b", "cents"),
        (r"\bbpd\b", "barrels per day"),
        (r"\bvs\b\.?", "against"),
        (r"\byr\b", "year"),
        (r"\b(Inc|Corp|Co)\b(?!\.)(?= [a-z])", r"\1."),
    )
)


def _plain_wire(line: str) -> str:
    """Without the abbreviations of the teleprinter."""
    for pattern, word in _WIRE:
        line = pattern.sub(word, line)
    return line


_AMOUNT = r"\d[\d,]*(?:\.\d+)?(?: (?:million|billion|trillion))?"
_MONEY = re.compile(rf"\$(?P<sign>{_AMOUNT})|(?<![-/.,\d])(?P<words>{_AMOUNT}) dollars?\b")


def _money(line: str, style: Style) -> str:
    """$5 million or 5 million dollars."""
    form = "${}" if style.money == "sign" else "{} dollars"
    return _MONEY.sub(lambda found: form.format(found["sign"] or found["words"]), line)


def _percent(line: str, sign: str) -> str:
    if sign == "%":
        line = _COUNT_OF_HUNDRED.sub(lambda found: _FIGURES[found[1].lower()], line)
    line = re.sub(r"(?<=\w) ?(?:pct|percent|per cent|%)(?!\w)", f" {sign}", line)
    return line.replace(" %", "%")


_SMALL = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_FIGURES = {word: str(number) for number, word in enumerate(_SMALL) if word}
_SMALL_WORD = "|".join(_FIGURES)
_BIG_COUNT = re.compile(rf"\b({_SMALL_WORD})(?= (?:million|billion|trillion)\b)", re.IGNORECASE)
_COUNT_OF_HUNDRED = re.compile(rf"\b({_SMALL_WORD})(?= (?:pct|per ?cent)\b)", re.IGNORECASE)
_WORD = re.compile(rf"(?<=[a-z,] )(?!one)({_SMALL_WORD})(?= [a-z])")
_DIGIT = re.compile(r"(?<=[a-z] )([2-9])(?= (?!million|billion|trillion|dollars|pounds|per)[a-z])")


def _numbers(line: str, style: Style) -> str:
    """Small numbers as words or in figures; what counts millions stays in figures."""
    if style.numbers == "digits":
        return _WORD.sub(lambda found: _FIGURES[found[1]], line)
    return _DIGIT.sub(lambda found: _SMALL[int(found[1])], line)


@cache
def _spellings(wanted: Spelling) -> Mapping[str, str]:
    pairs = [(row.split()[0], row.split()[1]) for row in load("writing")["american_british"]]
    return dict(pairs) if wanted == "uk" else {uk: us for us, uk in pairs}


def _spelling(line: str, wanted: Spelling) -> str:
    table = _spellings(wanted)

    # With a capital letter it is more often a name, which nobody respells.
    return re.sub(r"\b[a-z]+\b", lambda word: table.get(word[0], word[0]), line)


_NAME = re.compile(r"\b([A-Z][a-z]+) ((?:Mc|Mac|O')?[A-Z][a-z]+)\b")
_ADDRESS = re.compile(r"\b(?:Mr|Mrs|Ms|Miss)\.? (?=[A-Z])")


def courtesy_titles(text: str) -> Mapping[str, str]:
    """The title of everybody in a text whose first name tells it, by surname.

    >>> courtesy_titles("Margaret Dunn met Lee Roper in Port Carrow.")
    {'Dunn': 'Ms', 'Roper': 'Mr'}
    """
    names = load("writing")
    known = {first: title for title in ("Mr", "Ms") for first in names[title.lower()]}
    return {last: known[first] for first, last in _NAME.findall(text) if first in known}


def _titles(line: str, style: Style, titles: Mapping[str, str]) -> str:
    """A surname that stands alone with its courtesy title, or without."""
    line = _ADDRESS.sub("", line)
    if style.titles == "without" or not titles:
        return line
    dot = "." if style.spelling == "us" else ""
    # A capital before it is a first name or an office; one after it is part of a longer name.
    alone = re.compile(rf"(?<![A-Z'.-])(?<![A-Z]\w\s)\b({'|'.join(titles)})\b(?! [A-Z]|-\w)")

    def addressed(found: re.Match[str]) -> str:
        before = line[: found.start()].split()
        if before and before[-1][:1].isupper() and before[-1][-1].isalpha():
            return found[0]
        return f"{titles[found[1]]}{dot} {found[0]}"

    return alone.sub(addressed, line)


_OPENING = re.compile(r'(?:(?<=\s)|(?<=[(\[])|\A)"(?=\S)')


def _quotes(line: str, marks: str) -> str:
    """Straight, curly or single quotation marks. The apostrophe goes with them."""
    line = line.replace("“", '"').replace("”", '"').replace("‘", "'").replace("’", "'")
    if marks == "straight":
        return line
    left, right = "“”" if marks == "curly" else "‘’"
    line = re.sub(r"(?:(?<=\s)|\A)'(?=\w)", "‘", line).replace("'", "’")
    return _OPENING.sub(left, line).replace('"', right)


def dateline(rng: random.Random, place: str, agency: str) -> str:
    """What a story begins with: place and date in the form of some house, or nothing.

    >>> dateline(random.Random(3), "Lima", "Newswire")
    'Lima: '
    """
    day, month = rng.randint(1, 28), rng.choice(load("newsroom")["month"])
    return rng.choice(
        (
            f"{place.upper()} ({agency}) - ",
            f"{place.upper()}, {month} {day} ({agency}) -- ",
            f"{place.upper()}, {day} {month} — ",
            f"{place}, {month} {day} - ",
            f"{place}: ",
            "",
        )
    )


def headline(title: str) -> str:
    """A wire headline in small letters.

    >>> headline("ACME <ACM> TO CLOSE PLANT IN LIMA")
    'Acme to Close Plant in Lima'
    """
    words = _plain_wire(title).title() if title.isupper() else _plain_wire(title)
    return re.sub(r"(?<= )(?:A|An|And|At|By|For|In|Of|On|To|The)\b", lambda w: w[0].lower(), words)
