"""The words of English and Ukrainian that make a statement more or less certain."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detector.model import Span
from detector.prior import folded

# Single words are folded as tokens are; patterns are for the text as given.
NEGATIONS = frozenset(folded("not no never none nor cannot without не ні ніколи жоден без".split()))
OUTLET_WORDS = frozenset(
    "paper newspaper report article story outlet agency magazine site website statement editorial "
    "release times post газета видання агентство стаття звіт заява повідомлення".split()
)
PEOPLE = frozenset(
    folded(
        "official officials source sources person people diplomat diplomats aide aides adviser "
        "advisers officer officers lawmaker minister executive employee employees staffer staffers "
        "worker workers engineer engineers lawyer lawyers посадовець посадовці джерело джерела "
        "чиновник чиновники співрозмовник співрозмовники дипломат працівник працівники".split()
    )
)


def _any(*patterns: str) -> re.Pattern[str]:
    """Whole words or phrases, any of which may stand there."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


ANONYMITY = _any(
    r"(?:who|which|and) (?:asked|requested|insisted|spoke) (?:for|on|under) "
    r"(?:condition of )?anonymity",
    r"on (?:the )?condition of anonymity",
    r"(?:asked|requested) (?:for )?anonymity",
    r"(?:asked|declined|refused|wished|did not want) (?:not )?to be (?:named|identified)",
    r"(?:not |un)authori[sz]ed to (?:speak|discuss|comment)",
    r"на умовах? анонімності",
    r"(?:побажа|попроси)\w+ не називати",
    r"не назвавши свого імені",
)
_OF_ANONYMITY = "anonymity named identified authori анонімності називати назвавши".split()

# "Appear" and "seem" with what makes them hedges: days appear in a record.
_HEDGES = (
    "allegedly|reportedly|apparently|seemingly|supposedly|purportedly|presumably",
    "possibly|perhaps|probably|likely",
    r"(?:appear|seem)(?:s|ed)?(?! (?:in|on|at|as|before|under|by|with|from|for|again|and|or)\b)"
    r"(?![,.;:])",
    "(?:is|are|was|were) (?:believed|thought|understood|suspected|alleged|said|reported) to",
    r"(?:some|many|several) (?:\w+ ){0,3}(?:believe|think|say|suspect|fear)",
    "(?:may|might) (?:be|have|not)",
    "нібито|імовірно|ймовірно|можливо|мабуть|вочевидь|схоже|начебто|здається",
    "за попередніми даними",
)
HEDGES = _any(*_HEDGES)

# What in the target may stand for any hedge: there one word too many costs no more than a miss.
WEAK_HEDGES = _any(
    *_HEDGES,
    r"may|might|could|would|should|can|believ\w+|think\w*|thought|suspect\w*|alleg\w+|accus\w+",
    r"claim\w*|suggest\w*|expect\w*|potential\w*|as if|like|looks?|sign\w*|unclear|doubt\w*",
    r"fear\w*|rumou?r\w*|around|about|tend\w*|estimat\w*",
    r"може|могл\w+|міг|вважа\w+|підозрю\w+|очіку\w+|припуска\w+|потенційн\w+|ніби|наче",
)

APPROXIMATE = _any(
    "about|around|some|nearly|almost|roughly|approximately|more than|over|under|less than|up to",
    "at least|close to|понад|близько|майже|приблизно|щонайменше|до",
)

_FORCES: Mapping[str, str] = {
    "said": "says say said saying stated states state wrote writes write added adds noted notes "
    "заявив заявила сказав сказала зазначив зазначила повідомив повідомила додав додала",
    "admitted": "admitted admits admit conceded concedes acknowledged acknowledges confessed "
    "визнав визнала визнали зізнався зізналася",
    "claimed": "claimed claims claim alleged alleges asserted asserts insisted insists "
    "стверджував стверджувала стверджує наполягав наполягає",
    "denied": "denied denies deny rejected rejects заперечив заперечила заперечує відкинув",
    "warned": "warned warns warn попередив попередила застеріг застерегла",
    "promised": "promised promises vowed vows pledged pledges обіцяв обіцяла пообіцяв пообіцяла",
    "learned": "discovered discovers learned learnt realised realized дізнався дізналася",
    "suggested": "suggested suggests hinted hints implied implies натякнув натякнула припустив",
    "proved": "proved proves proven confirmed confirms confirm довів довела підтвердив",
}
_FORCE_OF = {word: force for force, words in _FORCES.items() for word in folded(words.split())}

_DIGITS = r"\d+(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
)
_WORTH = {word: value for value, word in enumerate(_UNITS.split())} | {
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "два": 2, "дві": 2, "три": 3, "чотири": 4, "п'ять": 5, "шість": 6, "сім": 7, "вісім": 8,
    "дев'ять": 9, "десять": 10,
}  # fmt: skip
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "m": 1e6, "bn": 1e9,
    "mln": 1e6, "bln": 1e9,
    "тисяч": 1e3, "тис": 1e3, "мільйонів": 1e6, "млн": 1e6, "мільярдів": 1e9, "млрд": 1e9,
}  # fmt: skip
_NUMERALS = frozenset(folded(word.replace("'", "") for word in [*_WORTH, *_SCALES]))
_NUMBER = re.compile(
    rf"(?<![\w.:,/-])(?P<unit>[$£€₴]?)"
    rf"(?:(?P<digits>{_DIGITS})|(?P<words>(?:{'|'.join(_WORTH)})(?:-\w+)?))"
    rf"(?:[ \u00a0-]?(?P<scale>{'|'.join(_SCALES)})\b)?(?![\w:/]|[.,-]\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text. ``unit``: the sign of a currency before it, or nothing."""

    span: Span
    value: float
    unit: str

    @property
    def digits(self) -> int:
        """How many digits it has without the zeros at its end: 2 of 12,000.

        >>> [n.digits for n in numbers("12,000 or 12,141", Span(0, 16))]
        [2, 5]
        """
        return len(f"{self.value:.12g}".split("e")[0].replace(".", "").rstrip("0")) or 1


def numbers(text: str, where: Span) -> list[Number]:
    """The numbers in a part of a text, in digits or words; no times of day, no parts of names.

    >>> [
    ...     n.value
    ...     for n in numbers("Twenty-nine of 1,200 homes, 4.5 million in all, by 7:30", Span(0, 56))
    ... ]
    [29.0, 1200.0, 4500000.0]
    """
    found = []
    for match in _NUMBER.finditer(text, where.start, where.end):
        value = _value(match["digits"], match["words"])
        if value is not None:
            scale = _SCALES.get((match["scale"] or "").casefold(), 1)
            found.append(Number(Span(*match.span()), value * scale, match["unit"]))
    return found


def is_number_word(word: str) -> bool:
    """Whether a folded word is a number or stands for one.

    >>> is_number_word("12th"), is_number_word("nine"), is_number_word("house")
    (True, True, False)
    >>> all(map(is_number_word, folded(["два", "пять"])))  # tokens have no apostrophes
    True
    """
    return word[:1].isdigit() or word in _NUMERALS


def may_tell_anonymity(text: str) -> bool:
    """Whether a text has a word without which ``ANONYMITY`` matches nothing: most have none.

    >>> may_tell_anonymity("Asked not to be NAMED, he left."), may_tell_anonymity("He left.")
    (True, False)
    """
    small = text.lower()
    return any(word in small for word in _OF_ANONYMITY)


def force(word: str) -> str | None:
    """How strongly a folded verb puts what is said, None for any other word.

    >>> force("told"), force("wrote"), force("conceded")
    (None, 'said', 'admitted')
    """
    return _FORCE_OF.get(word)


def _value(digits: str | None, words: str | None) -> float | None:
    if digits is not None:
        if re.fullmatch(r"\d+,\d{1,2}", digits):  # a decimal comma
            return float(digits.replace(",", "."))
        return float(re.sub(r"[,\u00a0\u202f]", "", digits))
    parts: Sequence[str] = (words or "").casefold().split("-")
    if any(part not in _WORTH for part in parts):
        return None
    return float(sum(_WORTH[part] for part in parts))
