"""Where a text names news outlets, so that patterns can say OUTLET and mean any of them.

Known outlets come from the lexicon. Others are known by shape (the Valley Courier), by a
quoted name behind a word such as "видання", or because the text itself explains them:
"Northwind News Agency (NNA)". ``mask`` writes a placeholder of equal length over each, so every
offset in the masked text is an offset in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from detector.lexicon import MEDIA_NOUNS, MEDIA_NOUNS_UK, OUTLETS, UPPER, canonical_outlet
from detector.scan import Remembered, matches_from, search_for

SURE, WEAK, FILL = "\ue000", "\ue002", "\ue001"  # first character of a mention, the other ones
SURE_OUTLET = f"[{SURE}]{FILL}*+"
OUTLET = f"[{SURE}{WEAK}]{FILL}*+"

_WORD = rf"{UPPER}[\w&-]{{0,30}}"
_SITE_ENDING = r"\.[a-z]{2,4}\b"
_CAPITALISED = re.compile(rf"{UPPER}(?<![\w@#].)\w*")
# Only a text that has a web site's name in it need be searched so slowly.
_CAPITALISED_OR_SITE = re.compile(
    rf"(?<![\w@#]){UPPER}\w*|(?<![\w@#.-])[a-z][\w-]{{1,30}}(?={_SITE_ENDING})"
)
_HAS_SITE = re.compile(_SITE_ENDING)
_TOKEN = re.compile(r"\w+")
# What may stand between the words of one name: U.S. News & World Report, Yahoo! News.
_GAP = re.compile(r" ?& ?|(?<=\b\w)\. |! |[ \u00a0\n]|[-–’'/.!]|")

_SURE_ENDINGS = (
    "News|Times|Herald|Gazette|Courier|Tribune|Chronicle|Observer|Telegraph|Inquirer|Examiner|"
    "Dispatch|Sentinel|Newswire|Bugle|Advertiser|(?:Press|News|Information)[ ]Agency|"
    "Broadcasting[ ]Corporation"
)
_WEAK_ENDINGS = "Post|Mail|Standard|Echo|Press|Journal|Wire|Today|Weekly|Star|Express|Radio|TV"
_NOT_NEXT = rf"(?![\w&]|[ ](?:&|{_WORD}|network|channel|station|personality|show|star))"
_SHAPED = re.compile(
    rf"""(?<![\w.’'-])(?P<article>[Tt]he[ ])?
        (?P<name>(?:{_WORD}[ ](?:&[ ])?){{1,4}}?(?:(?P<sure>{_SURE_ENDINGS})|{_WEAK_ENDINGS})
          |(?P<daily>(?:Daily|Evening|Morning|Sunday|Radio)[ ]{_WORD}))(?:{_NOT_NEXT})""",
    re.VERBOSE,
)
_SHAPED_STARTS = re.compile(
    rf"[^\x00-@\[-su-\x7f\W\d_à-öø-ÿа-яёіїєґ](?<![\w.’'-].)(?:(?<={UPPER})|(?=he[ ]))"
)
_DOMAIN = search_for(
    r"(?<![\w@/.-])(?:www\.)?[A-Za-z][\w-]{1,40}ANY(\.com|\.net|\.org|\.info|\.news|\.ua)(?:\.ua|\.au)?\b(?!/)"
)
_WORDS = rf"(?:{_WORD} ){{0,3}}{_WORD}"
_OPEN, _CLOSE = '[«"“„]', '[»"”“]'
_INNER = rf"{UPPER}[^\n«»\"“”„]{{1,40}}"
_NOUN = (
    "ANY(newspaper|daily|weekly|magazine|tabloid|broadcaster|news agency|news site|news outlet|"
    "news portal)"
)
# Where a text itself says that a name is an outlet's.
_DECLARED = tuple(
    search_for(pattern, re.MULTILINE)
    for pattern in (
        # видання «Назва»; Джерело: «Назва»
        rf"(?<!\w)ANY({'|'.join(MEDIA_NOUNS_UK)}|[Пп]иш)\w{{0,6}} "
        rf"{_OPEN}(?P<name>{_INNER}){_CLOSE}",
        rf"(?<!\w)ANY(Джерел[оа]|Source) ?: {_OPEN}(?P<name>{_INNER}){_CLOSE}",
        # «Вісті Надбужжя»: a quoted name with a word of the trade in it
        rf"{_OPEN}(?P<name>(?=[^\n«»\"“”„]{{0,40}}ANY([Вв]іст[іе]|[Нн]овини|[Гг]азет|[Пп]равд|[Вв]існик|"
        rf"[Кк]ур['’]єр|[Тт]иждень|[Іі]нформ|[Вв]ечірні|[Рр]адіо|[Мм]едіа|News)){_INNER}){_CLOSE}",
        # the newspaper Haft; Haft, a weekly newspaper
        rf"\b{_NOUN} (?P<name>(?:{_WORD} ){{0,2}}{_WORD})",
        rf"(?<![\w.])(?:The )?(?P<name>{_WORDS}), (?:an?|the) (?:[\w-]{{2,20}} ){{0,4}}?{_NOUN}\b",
        # Source: Harbour Quarterly
        rf"^[ \t]*ANY(Source|Джерело) ?: (?:[Tt]he )?(?P<name>{_WORDS})(?=[ \t]*$|, an? )",
        # a line near the top that is only a name, an outlet in quotation marks, a date
        rf"^(?:{_WORD} {_WORD}, )?(?:\w{{5,10}} )?{_OPEN}(?P<name>{_INNER}){_CLOSE}"
        r"(?:, \d{1,2} [\w ]{3,20})?$",
    )
)
_SHORT = re.compile(rf"(?<!\w)[Tt]he (?P<name>{_WORD}){_NOT_NEXT}")
_ENDING = re.compile(
    "Times|Post|Journal|Herald|Tribune|Gazette|Chronicle|Telegraph|Mail|Express|Star|Independent|Globe"
)
_USUAL = frozenset(OUTLETS.values())
_MOST_NAMES = 50  # that one text may declare; more is no news text
_LONE_LINE = len(_DECLARED) - 1  # the last one holds near the top only
_TOP = 600
# Who else stands behind "Source:": offices, and people who post.
_NO_OUTLET = re.compile(
    r"\b(?:Ministry|Office|Police|Department|Service|Government|President|Minister|Telegram|Facebook|"
    r"Twitter|Instagram|Staff|Forces|Council|Administration|Committee|Company|Court|Bank|University|"
    r"Institute|NATO|UN|EU|WHO|ISW|FBI|CIA|SBU|GUR|Міністерство|МЗС|ГУР|СБУ|ЗСУ|ОВА|ДСНС|ДБР|НАБУ|"
    r"Генштаб|Офіс|Поліція|Пресслужба|Прокуратура)\b"
)

# Known names that mean something else beside these words.
_NOT_AFTER = re.compile(r"(?:Michael|Mike|Mayor|Mr\.?|Mrs\.?) $")
# "Daily Star" is no name of its own in "Arizona Daily Star", but it is in "British Daily Star".
_GENERIC = re.compile(r"(?:Daily|Evening|Press|National|Sunday|Business|Economic)$")
_OWN_FIRST_WORD = re.compile(
    r"(?<![\w.])[A-Z][\w-]*(?<!ish)(?<!an)(?<!ese)(?<!US)(?<!UK)(?<!The) $"
)
_NOT_BEFORE = re.compile(
    r"[’']?s? (?:Company|Co|Corp|Corporation|Group|Square|Building|Holdings|Foundation|Trust|V|"
    r"Best|Center|Centre|bestseller|bestselling|stock|shares|headquarters|building)\b|\.[a-z]"
)
_NO_OUTLETS = re.compile(
    r"(?:Breaking|Latest|Good|Bad|Fake|Royal|Deutsche|India|Canada|Australia|Gold|Medical|Heart|"
    r"Law|University|Trading|Command|Observation|Last|Modern|End|High|Hard)\b"
)
_LEADING = re.compile(
    r"(?:(?:The|A|In|On|At|But|And|As|To|From|For|According|Monday|Tuesday|Wednesday|Thursday|"
    r"Friday|Saturday|Sunday(?= \w+ \w)|Source|By|Photo|Citing) )+"
)
_ENDINGS = frozenset("а у ю і ї о е и я ь ою ею ом ем єм ого ому им ій ої их ими ів ам".split())
_ADJECTIVES = "state|state-run|state-owned|local|national|public|independent|business|news|official"
_BEFORE = re.compile(
    rf"(?:(?:the|a|The|A) )?(?:(?:{_WORD}|{_ADJECTIVES}|[\w-]{{2,20}}(?:based|language)) ){{0,4}}?"
    rf"(?:{'|'.join(MEDIA_NOUNS)}|station) $"
)
_NOUNS = frozenset((*MEDIA_NOUNS, "station"))
_AFTER = re.compile(
    rf"(?: (?:news|press|information))? (?:{'|'.join(MEDIA_NOUNS)}|TV|television)\b"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """One outlet named in a text. ``sure`` is false where the shape alone could deceive."""

    start: int
    end: int
    source: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Masked:
    """A text with a placeholder over each outlet, and the outlets by where they start."""

    text: str
    sources: Mapping[int, str]


def mask(text: str) -> Masked:
    """Write placeholders over the outlets a text names.

    >>> masked = mask("He told the NYT so.")
    >>> len(masked.text), masked.sources
    (19, {8: 'The New York Times'})
    """
    parts: list[str] = []
    sources: dict[int, str] = {}
    done = 0
    clean = text.replace(SURE, " ").replace(WEAK, " ").replace(FILL, " ")
    for mention in find_mentions(text):
        start, end = _with_apposition(text, mention, done)
        parts += clean[done:start], SURE if mention.sure else WEAK, FILL * (end - start - 1)
        sources[start] = mention.source
        done = end
    return Masked("".join([*parts, clean[done:]]), sources)


def find_mentions(text: str) -> list[Mention]:
    """Every outlet a text names, in order, never overlapping.

    >>> [m.source for m in find_mentions("The WSJ and the Valley Courier; later the Courier")]
    ['The Wall Street Journal', 'Valley Courier', 'Valley Courier']
    """
    taken: list[Mention] = []
    for kind in (_known, _declared, _shaped, _domains):
        taken = _merged(taken, list(kind(text)))
    short = list(_short(text, taken))
    # "The Times" is a newspaper of its own, unless the text has named another one in full.
    replaced = {m.start for m in short}
    return _merged([m for m in taken if m.start not in replaced], short)


def _merged(taken: list[Mention], more: list[Mention]) -> list[Mention]:
    """Both lists in order; of ``more`` only what overlaps nothing in ``taken``."""
    starts = [m.start for m in taken]
    free: list[Mention] = []
    for mention in more:
        at = bisect_right(starts, mention.start)
        follows = at == 0 or taken[at - 1].end <= mention.start
        if follows and (at == len(taken) or mention.end <= taken[at].start):
            free.append(mention)
    return sorted([*taken, *free], key=lambda m: m.start) if free else taken


def _aliases() -> dict[str, list[tuple[tuple[str, ...], bool, str]]]:
    """The lexicon's names as (words, needs "the", usual name), by their first four letters."""
    index: dict[str, list[tuple[tuple[str, ...], bool, str]]] = {}
    for alias, canonical in OUTLETS.items():
        bare = alias.removeprefix("The ")
        words = tuple(_TOKEN.findall(bare))
        row = (words, bare != alias and len(words) == 1, canonical)
        index.setdefault(words[0][:4].casefold(), []).append(row)
    for rows in index.values():
        rows.sort(key=lambda row: -len(row[0]))
    return index


_ALIASES = _aliases()


def _beginning(found: str) -> Sequence[tuple[tuple[str, ...], bool, str]]:
    """The rows of the names whose first word begins what was found: a word, or that of a site."""
    word = found.partition("-")[0]
    rows = _ALIASES.get(found[:4].casefold(), ())
    return [row for row in rows if _is_word(word, row[0][0])]


_BEGINNING = Remembered(_beginning)


def _known(text: str) -> Iterator[Mention]:
    """The lexicon's outlets."""
    done = 0
    names = _CAPITALISED_OR_SITE if _HAS_SITE.search(text) else _CAPITALISED
    for m in names.finditer(text):
        aliases = _BEGINNING[m[0]]
        if not aliases or m.start() < done:
            continue
        has_article = text[max(0, m.start() - 4) : m.start()] in ("the ", "The ", "THE ")
        start = m.start() - 4 * has_article
        for words, needs_article, canonical in aliases:
            if needs_article and not has_article:
                continue
            end = _end_of(text, m.start(), words)
            if end and not _is_misled(text, start, end, words):
                yield Mention(start, end, canonical)
                done = end
                break


def _is_misled(text: str, start: int, end: int, words: tuple[str, ...]) -> bool:
    """Whether the words around a known name make it mean something else."""
    before = text[max(0, start - 20) : start]
    if _GENERIC.match(words[0]) and _OWN_FIRST_WORD.search(before):
        return True
    return bool(_NOT_BEFORE.match(text, end) or _NOT_AFTER.search(before))


def _end_of(text: str, start: int, words: tuple[str, ...]) -> int | None:
    """Where the name ends, if these words stand at ``start``."""
    for number, word in enumerate(words):
        if number:
            gap = _GAP.match(text, start)
            start = gap.end() if gap else start
        found = _TOKEN.match(text, start)
        if not found or not _is_word(found.group(), word):
            return None
        start = found.end()
    return start


def _is_word(word: str, name: str) -> bool:
    """Whether a word of the text is a word of a name: equal, in capitals, or inflected
    (Української правди)."""
    if word == name:
        return True
    if name.isupper() and len(name) < 6:
        return False
    if word.casefold() == name.casefold():
        return word[0] == name[0] or word[0].isupper()
    stem = name.rstrip("аеоия")
    return name[0] >= "\u0400" and word.startswith(stem) and word[len(stem) :] in _ENDINGS


def _declared(text: str) -> Iterator[Mention]:
    """Names that the text itself calls outlets, wherever they stand in it."""
    names: dict[str, str] = {}
    for number, pattern in enumerate(_DECLARED):
        for m in pattern.finditer(text, 0, _TOP if number == _LONE_LINE else len(text)):
            name = m["name"]
            if not _LEADING.match(name + " ") and not _NO_OUTLET.search(name):
                names.setdefault(name, canonical_outlet(name))
    yield from _occurrences(text, names)


def _occurrences(text: str, names: Mapping[str, str]) -> Iterator[Mention]:
    """Where the names stand, the longest first, with their article."""
    longest = sorted(names, key=len, reverse=True)[:_MOST_NAMES]
    if present := [name for name in longest if name in text]:
        either = "|".join(map(re.escape, present))
        for m in re.finditer(rf"(?<![\w.-])(?:[Tt]he )?({either})(?![\w-])", text):
            yield Mention(m.start(), m.end(), names[m[1]])


def _shaped(text: str) -> Iterator[Mention]:
    """Names that look like outlets. Without an article, Post or Mail may well be no newspaper."""
    for m in matches_from(_SHAPED_STARTS, _SHAPED, text):
        leading = _LEADING.match(m["name"])
        start = m.start("name") + (leading.end() if leading else 0)
        name = text[start : m.end("name")]
        if " " in name and not _NO_OUTLETS.search(name):
            sure = bool(m["sure"] or m["article"] or m["daily"])
            yield Mention(m.start() if not leading else start, m.end(), name, sure)


def _domains(text: str) -> Iterator[Mention]:
    """Web sites by their address."""
    for m in _DOMAIN.finditer(text):
        yield Mention(m.start(), m.end(), canonical_outlet(m.group().removeprefix("www.")), False)


def _short(text: str, named: list[Mention]) -> Iterator[Mention]:
    """Short names where the text has the full one: the Courier, NNA."""
    full: dict[str, str] = {}
    acronyms: dict[str, str] = {}
    for source in dict.fromkeys(m.source for m in named):
        words = [word for word in source.split() if word != "The"]
        if len(words) > 1 and (source not in _USUAL or _ENDING.fullmatch(words[-1])):
            full.setdefault(words[-1], source)
        if len(words) > 2 and source not in _USUAL:
            acronyms.setdefault("".join(word[0] for word in words).upper(), source)
    for m in _SHORT.finditer(text) if full else ():
        if m["name"] in full:
            yield Mention(m.start(), m.end(), full[m["name"]])
    yield from _occurrences(text, acronyms)


def _with_apposition(text: str, mention: Mention, floor: int) -> tuple[int, int]:
    """The mention with marks around it and the noun beside it: the Russian news agency TASS."""
    start, end = mention.start, mention.end
    if start > floor and text[start - 1] in '«"“„' and text[end : end + 1] in tuple('»"”“'):
        start, end = start - 1, end + 1
    if after := _AFTER.match(text, end):
        end = after.end()
    window = max(floor, start - 80)
    last_word = text[max(floor, start - 14) : start].rpartition(" ")[0].rpartition(" ")[2]
    if last_word in _NOUNS and (before := _BEFORE.search(text[window:start])):
        start = window + before.start()
    return start, end
