"""What is known of language before any corpus is seen: the small shipped prior.

Words that carry no news, spellings that are one word, phrases that everybody uses. Lists are
written in plain spelling; :func:`folded` brings them to the form of tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from detector.fold import CODE_POINT, load
from detector.scan import Remembered

FUNCTION_WORDS = (
    "a about above after again against all also although among an and another any are around as "
    "at away back be became because been before being below between both but by can cannot could "
    "did do does doing done down during each either else ever every few first for from further "
    "get gets getting give given go going had has have having he her here hers herself him "
    "himself his how however i if in into is it its itself just last least less let like made "
    "make makes many may me might mine more most much must my myself near neither new next no nor "
    "not now of off often on once one only onto or other others our ours out over own per put "
    "quite rather really same say saying says said second see seem seemed seems set several shall "
    "she should since so some soon still such take taken than that the their theirs them "
    "themselves then there these they this those though three through thus to today together too "
    "toward towards two under until up upon us use used very via was way we well went were what "
    "when where whether which while who whom whose why will with within without would yet you "
    "your yours told tell added add adding according also year years time times day days week "
    "month people а або адже але б без більш більше був буде будуть була були було бути в вже ви "
    "від він вона вони воно все всі для до є ж за з зі його й коли крім лише має мене ми між може "
    "можна на над не него неї нею них ні ніж ним нього о один однак перед під після по поки при "
    "про разом свій своє своєї свою своїх себе сказав сказала серед та так також там те теж ти "
    "тим то тоді того тому той тут у усі хоч це цей цим цих цього цьому через чи чим що щоб щодо "
    "як яка яке який яких якого якої якому які якщо яку і із її їм їх їй року років день час "
    "людей заявив заявила повідомив повідомила рік и в во не что он на я с со как а то все она "
    "так его но да ты к у же вы за бы по только ее мне было вот от меня еще нет о из ему теперь "
    "когда даже ну вдруг ли если уже или ни быть был него до вас нибудь опять уж вам ведь там "
    "потом себя ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без "
    "будто чего раз тоже себе под будет ж тогда кто этот"
).split()

CALENDAR = (
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec "
    "monday tuesday wednesday thursday friday saturday sunday "
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня "
    "понеділок вівторок середу четвер п'ятницю суботу неділю"
).split()

NUMERALS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million billion trillion "
    "один два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять тринадцять "
    "чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять двадцять тридцять "
    "сорок п'ятдесят шістдесят сімдесят вісімдесят дев'яносто сто двісті триста чотириста тисяча "
    "мільйон мільярд"
).split()

HONORIFICS = "mr mrs ms miss messrs пан пані панові паном".split()

# One key for each group: transliterations and spellings that newsrooms differ in.
SPELLINGS = (
    "zelensky zelenskyy zelenskiy zelenskyi", "kyiv kiev", "kharkiv kharkov", "odesa odessa",
    "lviv lvov", "mykolaiv nikolaev", "dnipro dnepr", "chernihiv chernigov", "donbas donbass",
    "defense defence", "offense offence", "license licence", "center centre", "theater theatre",
    "meter metre", "meters metres", "kilometer kilometre", "kilometers kilometres", "liter litre",
    "liters litres", "fiber fibre", "program programme", "programs programmes", "catalog catalogue",
    "dialog dialogue", "gray grey", "tire tyre", "tires tyres", "plow plough",
    "skeptical sceptical", "aluminum aluminium", "percent pct", "dollars dlrs", "dollar dlr",
    "million mln", "billion bln",
    "traveled travelled", "traveling travelling", "canceled cancelled", "labeled labelled",
    "jewelry jewellery", "mom mum", "toward towards", "judgment judgement", "aging ageing",
    "check cheque", "checks cheques", "ton tonne", "tons tonnes", "maneuver manoeuvre",
    "one 1", "two 2", "three 3", "four 4", "five 5", "six 6", "seven 7", "eight 8", "nine 9",
    "ten 10", "eleven 11", "twelve 12", "thirteen 13", "fourteen 14", "fifteen 15", "sixteen 16",
    "seventeen 17", "eighteen 18", "nineteen 19", "twenty 20", "thirty 30", "forty 40", "fifty 50",
    "sixty 60", "seventy 70", "eighty 80", "ninety 90",
)  # fmt: skip

# What everybody writes: matched as whole runs of tokens, never evidence of copying.
STOCK_PHRASES = (
    "spoke on condition of anonymity because",
    "spoke on condition of anonymity because they were not authorized to discuss the matter",
    "because they were not authorized to discuss the matter publicly",
    "not authorized to discuss the matter in public",
    "speaking on condition of anonymity",
    "on the condition of anonymity",
    "did not immediately respond to a request for comment",
    "did not respond to a request for comment",
    "could not immediately be reached for comment",
    "declined to comment further on the matter",
    "who was not authorized to speak publicly",
    "in accordance with the law on",
    "for the first time since the start of the",
    "since the beginning of the full scale invasion",
    "since the start of the full scale war",
    "at the end of the day",
    "the rest of the world",
    "an end to the war in",
    "the president of the united states",
    "the prime minister of the united kingdom",
    "з початку повномасштабного вторгнення",
    "від початку повномасштабної війни",
    "внаслідок ворожого обстрілу",
    "про це повідомляє пресслужба",
)

STEM_CHARS = 5
FIRST_SOLO = "\u2e80"  # from here on, in Han and kana, a character is a token of its own

# British endings of ASCII words of at least 6 letters, 3 of them before it; and the American ones.
ENDINGS = {
    **{
        f"{vowel}s{end}": f"{vowel}z{end}"
        for vowel in "iy"
        for end in "e ed es er ers ing ation ations".split()
    },
    **{f"our{end}": f"or{end}" for end in ["", *"s ed ing able ite ites hood ful er ers".split()]},
}
_ENDING = re.compile(rf"(?<=[a-z]{{3}})({'|'.join(ENDINGS)})\Z")


@lru_cache(maxsize=1)
def _translation() -> dict[int, str]:
    fold = load()
    letters = {
        ord(c)
        for words in (FUNCTION_WORDS, CALENDAR, NUMERALS, STOCK_PHRASES, SPELLINGS)
        for w in words
        for c in w
    }
    return {
        c: chr(int(fold.table[c] & CODE_POINT)) for c in letters if fold.table[c] > np.uint32(0)
    }


def folded(words: Iterable[str]) -> list[str]:
    """Plain lower-case words as the tokens they fold to.

    >>> folded(["never", "він"])
    ['nener', 'bih']
    """
    return [word.translate(_translation()) for word in words]


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """The folded words that carry no news of their own."""
    return frozenset(folded(FUNCTION_WORDS))


@lru_cache(maxsize=1)
def calendar_words() -> frozenset[str]:
    """The folded names of months and week days, which change when a story is retold later."""
    return frozenset(folded(CALENDAR))


@lru_cache(maxsize=1)
def number_words() -> frozenset[str]:
    """The folded numerals: however alike two are spelled, they are two numbers."""
    return frozenset(folded(NUMERALS))


@lru_cache(maxsize=1)
def honorifics() -> frozenset[str]:
    """The folded titles that house styles keep or drop."""
    return frozenset(folded(HONORIFICS))


@lru_cache(maxsize=1)
def stock_phrases() -> tuple[tuple[str, ...], ...]:
    """The folded stock phrases, as tuples of tokens."""
    return tuple(tuple(folded(phrase.split())) for phrase in STOCK_PHRASES)


@lru_cache(maxsize=1)
def spelling_keys() -> dict[str, str]:
    """The folded words that a key is listed for."""
    groups = [folded(group.split()) for group in SPELLINGS]
    return {word: group[0] for group in groups for word in group}


def spelling_key(token: str) -> str:
    """One key for all spellings of a word, used only where two texts are aligned.

    >>> [spelling_key(t) for t in folded(["organised", "colour", "hour", "travelled"])]
    ['organized', 'color', 'hour', 'traneled']
    """
    known = spelling_keys().get(token)
    if known is not None:
        return known
    if len(token) > 5 and token.isascii():
        token = _ENDING.sub(lambda ending: ENDINGS[ending[0]], token)
    return token


SPELLING_KEYS = Remembered(spelling_key)
"""The keys of the words that were asked for: alignment asks for all of a text."""


def stems(tokens: Sequence[str]) -> list[str]:
    """One stem for each token. A character that is a token of its own says little alone, so it
    goes with the next one.

    >>> stems(["the", "council", "橋", "本"])
    ['', 'counc', '橋本', '本']
    """
    found = list(map(_STEMS.__getitem__, tokens))
    if max(found, default="") < FIRST_SOLO:
        return found
    for place in [i for i, s in enumerate(found[:-1]) if len(s) == 1 and s >= FIRST_SOLO]:
        if found[place + 1][:1] >= FIRST_SOLO:
            found[place] += found[place + 1][0]
    return found


def stem(token: str) -> str:
    """What a word says, without its ending: its first letters, or nothing where it carries no news.

    Cutting words at five letters is the plainest stemmer that also serves inflected languages
    (McNamee and Mayfield 2004). A lone letter is no content, a lone digit or Han character is.

    >>> [stem(t) for t in ["organised", "organizers", "the", "42"]]
    ['organ', 'organ', '', '42']
    """
    if token in function_words() or token in honorifics():
        return ""
    return "" if is_lone_letter(token) else spelling_key(token)[:STEM_CHARS]


_STEMS = Remembered(stem)


def is_lone_letter(token: str) -> bool:
    """Whether a token is a letter of an alphabet, which says nothing alone.

    >>> [is_lone_letter(token) for token in ["a", "4", "橋", "at"]]
    [True, False, False, False]
    """
    return len(token) == 1 and token < FIRST_SOLO and token.isalpha()
