"""The table of cues: how English and Ukrainian news says whose words it uses.

In a pattern OUTLET stands for any outlet, KNOWN for one that cannot be a company or a mail van
with such a name (see ``mention``). ANY(told|tells) is a group without whose words no search begins
(see ``scan``). Earlier rules win where two match at the same place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from detector.lexicon import MEDIA_NOUNS, MEDIA_NOUNS_UK, canonical_outlet
from detector.mention import OUTLET, SURE_OUTLET
from detector.model import Role
from detector.scan import Search, search_for

Covers = Literal["text", "sentence", "nothing"]
Place = Literal["anywhere", "head", "tail"]

_REPORTED = "reported|reports|reporting|revealed|reveals|disclosed|published"
_SAYS = (
    "suggests|suggested|writes|wrote|notes|noted|claims|claimed|says|said|states|stated|adds|added|"
    "argues|argued|describes|described|quotes|quoted|cites|cited|explains|explained|learned|"
    "understands|alleges|alleged|estimates|estimated|points out|pointed out|indicates|indicated"
)
_ADVERBS = (
    r"(?: (?:has|had|have|also|first|later|earlier|previously|separately|then|further|"
    r"\w{2,20}ly))*?"
)
# An outlet that speaks of itself or of its money is a company in the story, not a source.
_OF_MONEY = (
    r"(?! (?:\S{1,20} ){0,4}(?:loss|losses|profits?|earnings|revenues?|sales|income|net|dividend|"
    r"results|stake)\b)"
)
_OF_ITSELF = (
    r"(?! (?:(?:that )?(?:it|its|they|their)(?![’'\w])|on its|"
    rf"in a (?:statement|filing|letter|memo)\b)){_OF_MONEY}"
)
_TELLS_UK = (
    r"ANY(пиш\w+|повідоми?л\w+|повідоми\w+|переда[юєлв]\w*|зазнача\w+|зазначи\w+|інформу\w+|"
    r"розповіда\w+|розповіл\w*|стверджу\w+|нагаду\w+|додал\w+|додає|уточню\w+|дізнал\w+)"
)
_TO_UK = r"ANY(розпові\w+|сказа\w+|заяви\w+|повідоми\w+|поясни\w+|прокоментува\w+|підтверди\w+)"
_PEOPLE = (
    r"(?:officials|people|sources|diplomats|aides|executives|employees|lawyers|advisers|persons)"
)
_NAME = r"[^\W\d_a-zа-яіїєґ][\w.’'-]{1,30}(?: [^\W\d_a-zа-яіїєґ][\w.’'-]{0,30}){0,3}"
_NAMES = rf"{_NAME}(?:(?:, and |, | and | & | і | та ){_NAME}){{0,5}}"
_BEAT = (
    r"correspondent|reporter|editor|columnist|bureau chief|writer|journalist|producer|contributor"
)
_A_STORY = (
    r"ANY(report|reports|article|story|investigation|analysis|op-ed|piece|column|interview|"
    r"editorial|poll|scoop|essay|opinion piece)"
)
_DASH = r"[-–—]{1,2}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of cue: its type, its pattern, where it may stand, what it covers; whether its
    matches mean an outlet that was credited before, and whether the pattern has an OUTLET or KNOWN
    in it."""

    type: str
    pattern: Search
    covers: Covers
    place: Place
    role: Role
    refers_back: bool
    names_outlet: bool

    def source(self, match: re.Match[str], sources: Mapping[int, str]) -> str | None:
        """The outlet that a match names: ``sources`` has them by where they start."""
        groups = match.groupdict()
        if groups.get("o"):
            return sources[match.start("o")]
        return canonical_outlet(groups["name"]) if groups.get("name") else None


def _rule(
    type_: str,
    pattern: str,
    covers: Covers = "sentence",
    place: Place = "anywhere",
    role: Role = Role.TEXT,
    needs: str = "",
) -> Rule:
    pattern = pattern.replace("OUTLET", f"(?P<o>{OUTLET})").replace(
        "KNOWN", f"(?P<o>{SURE_OUTLET})"
    )
    search = search_for(pattern, re.MULTILINE, needs)
    refers_back = type_ in ("report_anaphora", "told_outlet_continued")
    return Rule(type_, search, covers, place, role, refers_back, "(?P<o>" in pattern)


RULES = (
    # Photographs come first: their outlets must not be read as credits for words.
    _rule(
        "photo_credit",
        r"(?:^|(?<=[.!?)”\"»] )|(?<=\()|(?<=[|–—] ))ANY(Photo|Photos|Photograph|Picture|Pictures|"
        r"Image|"
        r"Images|Фото|Зображення|Ілюстрація)(?: [Cc]redit| [Cc]ourtesy| by| of)?"
        r" ?(?:[/:|–—-]|\bby\b|\bvia\b|(?<=by)|(?<=of)) ?[^\n()]{0,70}?OUTLET",
        "nothing",
        role=Role.PHOTO,
    ),
    _rule(
        "photo_credit",
        r"(?:^|(?<=\()|(?<=[.!?”] ))ANY(Photo|Photograph|Picture|Image|Фото)"
        r"s?(?: [Cc]redit)? ?[:/|] ?"
        r"[^\n()]{2,80}$",
        "nothing",
        role=Role.PHOTO,
    ),
    _rule(
        "photo_credit",
        r"KNOWN (?:Photos?|Images|Pool|File)\b[^\n)]{0,60}",
        "nothing",
        role=Role.PHOTO,
    ),
    _rule(
        "photo_credit",
        r"\([^()\n]{0,80}[/|] ?KNOWN[^()\n]{0,30}\)(?! ?[-–—:])",
        "nothing",
        role=Role.PHOTO,
    ),
    _rule("photo_credit", r"(?<=\()KNOWN ?/ ?\w[\w. -]{1,40}\)", "nothing", role=Role.PHOTO),
    _rule(
        "photo_credit",
        r"[\w.’-]{2,30} ?ANY(/) ?KNOWN(?: ?/ ?[\w ]{2,20})?$",
        "nothing",
        role=Role.PHOTO,
    ),
    # For the whole text.
    _rule("source_line", r"^[ \t]*(?:\()?ANY(Sources?|Джерел[оа]) ?[:–—-] ?OUTLET", "text"),
    _rule(
        "syndication_footer",
        r"ANY(The post|Запис) [^\n]{1,300}? (?:appeared first (?:on|in)|first appeared (?:on|in)|"
        r"з.явився спочатку на) OUTLET",
        "text",
    ),
    _rule(
        "syndication_footer",
        r"[Tt]h(?:is|e) (?:\w+ )?(?:article|story|piece|report|content|post|column)"
        r"(?: \w+){0,3}? ANY(appeared|published|produced|written|reported)(?: \w+){0,2}?"
        r" (?:in|on|by|at|for|with) OUTLET",
        "text",
    ),
    _rule(
        "syndication_footer",
        r"ANY([Rr]epublished|[Rr]eprinted|[Rr]eproduced|[Ss]yndicated|[Oo]riginally appeared|"
        r"[Oo]riginally published|[Ff]irst appeared|[Ff]irst published|[Dd]istributed|"
        r"[Вв]перше опубліковано|[Пп]ередрук\w*|[Оо]ригінал)"
        r"(?: (?:\w+ ){0,4}?(?:of|from|by|on|in|at|with|на|у|в|з|із))?:? OUTLET",
        "text",
    ),
    _rule(
        "syndication_footer",
        r"(?:©|\([cC]\)|Copyright)(?: ?©)?,? ?(?:\d{4}(?:-\d{2,4})?,? )?"
        r"(?:by |- )?OUTLET",
        "text",
    ),
    _rule(
        "syndication_footer",
        r"Read (?:the )?(?:full|original|whole) (?:article|story|report)"
        r"(?: here)?(?: at| on| in|:) OUTLET",
        "text",
    ),
    _rule("agency_slug", rf"\(OUTLET[^)\n]{{0,30}}\) ?(?:{_DASH}|:)", "text", "head"),
    _rule(
        "agency_slug",
        rf"(?<!\w)[A-ZА-ЯІЇЄҐ]{{3,30}}[^\n()]{{0,40}} \((?P<name>[A-Z]{{2,6}})\) ?{_DASH} ",
        "text",
        "head",
        needs=") -|)-|) –|)–|) —|)—",
    ),
    _rule(
        "agency_slug",
        rf"^(?:[^\n.]{{2,30}}[.,] ?[^\n.]{{2,20}}[.,] )?KNOWN ?(?:{_DASH} |\. )",
        "text",
        "head",
    ),
    _rule("agency_slug", r"(?:[-–—]{1,2} ?|\()KNOWN\)?\.?\s*\Z", "text", "tail"),
    _rule("header_credit", r"^[ \t]*KNOWN(?:, \d{1,2} [\w ]{3,20})? ?:?[ \t]*$", "text", "head"),
    _rule("byline", rf"^{_NAMES}, (?:\w{{5,10}} )?KNOWN[ \t]*$", "text", "head"),
    _rule(
        "byline",
        rf"^ANY(By|Автор:?|Written by|Words by) {_NAMES}"
        r"(?:,? (?:for|of|at|in [^\n,]{1,20} for)|,| \||/|\n)? ?OUTLET",
        "text",
    ),
    _rule("byline", rf"^ANY(By|Автор:?|Written by|Words by) {_NAMES}[ \t]*$", "nothing"),
    _rule("contributor_line", r"ANY([Ww]ith files from) OUTLET", "text"),
    _rule(
        "contributor_line",
        r"(?:^|(?<=[.!?”] ))[^\n.!?]{2,150} ANY(contributed) (?:to this "
        r"(?:report|story|article)|to the reporting|reporting)\b[^\n.]{0,60}\.?",
        "nothing",
    ),
    _rule(
        "contributor_line",
        r"(?:^|(?<=[.!?”)(] ))\(?ANY(Additional reporting|Reporting|Writing|Editing|With reporting)"
        rf" by {_NAMES}[^\n.]{{0,100}}",
        "nothing",
        "tail",
    ),
    _rule(
        "author_bio",
        rf"^(?!(?:He|She|It|They) ){_NAME} (?:is|covers)\b[^\n.!?]{{0,90}}?\bANY({_BEAT})s?\b"
        r"[^\n.!?]{0,40}?"
        r" (?:for|at|of|with|in|based at) OUTLET",
        "nothing",
        "tail",
    ),
    _rule(
        "quote_label",
        r"^[ \t]*ANY(Quote|Direct quote|Цитата|Пряма мова|Дослівно)\b[^\n:]{0,40}:",
        "nothing",
    ),
    _rule(
        "section_label",
        r"^[ \t]*ANY(Details?|Background|Context|Деталі|Передісторія|Довідка|Довідково|"
        r"Що передувало|Нагадаємо|Reminder|Updated|Оновлено) ?:",
        "nothing",
    ),
    # For one sentence.
    _rule(
        "self_reference",
        r"\b(?:[Ii]n|[Dd]uring|[Tt]hrough|[Vv]ia) (?:an?|the|written|emailed) (?:[\w-]+ ){0,2}?"
        r"ANY(statement|email|e-mail|letter|message|comments?|remarks|response)"
        r" (?:sent |provided |given |made |e?mailed )?(?:to|for|with) OUTLET",
    ),
    _rule(
        "self_reference",
        r"\bANY(told this|told our|tells this|tells our) ANY(newspaper|reporter|correspondent|"
        r"publication|outlet|website|agency|news site)",
    ),
    _rule(
        "reported",
        r"(?:[Ii]n an|[Ii]n his|[Ii]n her|[Dd]uring an) (?:[\w-]+ ){0,3}?ANY(interview)"
        r" (?:with|to|for|on|given to|published (?:by|in)) OUTLET",
    ),
    _rule(
        "according_to",
        r"\bANY([Aa]ccording to) (?:(?!spokes|editor|chief|executive|boss|owner|lawyer|staff)"
        r"[\w’'-]+ ){0,7}?"
        r"(?:(?:by|in|from|with|to|of|on) )?OUTLET(?!(?:[’']s)? (?:spokes|"
        r"editor|chief|executive|boss|owner|lawyer|staff))(?:, an? [^\n,.]{1,60})?",
    ),
    _rule("according_to", r"\b(?:[Aa]s|[Pp]er|[Вв]ia) KNOWN(?=[,.:;)\n]|\s*$)"),
    _rule(
        "according_to",
        r"\b(?:[Зз]а|[Ії]з|[Зз]гідно з|[Вв]ідповідно до) ANY(даними|інформацією|словами|"
        r"повідомленням|версією|"
        r"оцінкою|оцінками|підрахунками)(?: [\w’'-]+){0,3}? OUTLET",
    ),
    _rule("according_to", r"\b(?:[ЗзІі]з?|[Зз]) ANY(посиланням) на (?:[\w’'-]+ ){0,5}?OUTLET"),
    _rule("according_to", r"\bANY([Пп]осилаючись) на (?:[\w’'-]+ ){0,5}?OUTLET"),
    _rule(
        "according_to",
        rf"\b(?:[Яя]к|[Пп]ро це|[Щщ]о) (?:\w+ ){{0,2}}?{_TELLS_UK} (?:[\w’'-]+ ){{0,3}}?OUTLET",
    ),
    _rule(
        "reported",
        rf"(?:\bCiting [^\n.,]{{1,80}}, )?KNOWN(?:[’']s? \w+)?{_ADVERBS} ANY({_REPORTED})"
        rf"\b{_OF_MONEY}"
        r"(?: that| on \w+)?",
    ),
    _rule(
        "reported",
        rf"\b(?:[Aa]|[Aa]n|[Tt]he|[Ii]n|[Tt]his|[Rr]ecent|[Aa]nother)"
        rf" (?:[\w’'-]+ ){{0,4}}?{_A_STORY}"
        rf"(?: [\w’'-]+){{0,3}}? (?:by|in|from|for|on|published by)"
        rf" OUTLET(?:{_ADVERBS} (?:{_REPORTED}|{_SAYS})\b)?",
    ),
    _rule("reported", rf"KNOWN(?:[’']s?)? (?:[\w-]+ )?{_A_STORY}\b"),
    _rule(
        "reported",
        r"\b(?:[Cc]iting|[Cc]ited by|[Qq]uoting|[Qq]uoted by|[Rr]eported by|"
        r"[Rr]eported (?:\w+ )?(?:in|on)|"
        r"[Ss]een by|[Oo]btained by|[Rr]eviewed by|[Rr]evealed by|[Ff]irst published (?:by|in)|"
        r"[Pp]ublished (?:\w+ )?(?:by|in|on)|[Ww]riting in|[Ww]rote in|[Rr]eporting by|"
        r"[Aa]s reported by)"
        r" (?:(?:a|an|the|sources|people|documents|officials|reports|in|by|from) ){0,4}?OUTLET",
        needs="iting|ited by|uoting|uoted by|eported|een by|btained by|eviewed by|evealed by|"
        "ublished|rote in|eporting by",
    ),
    _rule(
        "reported",
        r"\bANY(повідоми?л\w+|пиш\w+|переда[єю]\w*|інформу\w+|опублікува\w+) (?:\w+ ){0,1}?OUTLET",
    ),
    _rule(
        "reported",
        r"\b(?:в|у) (?:ексклюзивному )?ANY(інтерв['’]ю|коментарі|розмові|ефірі)"
        r"(?: з| із| для| на)? (?:[\w’'-]+ ){0,2}?OUTLET",
    ),
    _rule(
        "outlet_source",
        rf"\b(?:[Oo]ne|[Aa]|[Tt]wo|[Tt]hree|[Ss]everal|[Ss]ome) KNOWN ANY(sources?)(?:{_ADVERBS} "
        rf"(?:{_REPORTED}|{_SAYS}|confirmed))?",
    ),
    _rule("outlet_source", r"\bANY([Сс]піврозмовни\w+|[Дд]жерел\w+) (?:\w+ )?OUTLET"),
    _rule(
        "told_outlet",
        r"\bANY(told|tells|telling|spoke to|spoke with|speaking to|speaking with|speaking on|"
        r"said to|said on|appearing on|wrote in|wrote for) OUTLET(?: that\b)?(?![’']s? board)",
    ),
    _rule("told_outlet", rf"\b{_TO_UK} (?:\w+ )?OUTLET"),
    _rule(
        "verb_of_saying", rf"KNOWN(?:[’']s? \w+)?{_ADVERBS} (?:{_SAYS})\b{_OF_ITSELF}(?: that\b)?"
    ),
    _rule("verb_of_saying", rf"KNOWN (?:також |ще )?{_TELLS_UK}"),
    _rule("report_anaphora", rf"\bANY(told the|tells the) ANY({'|'.join(MEDIA_NOUNS)})\b"),
    _rule(
        "report_anaphora", rf"\b{_TO_UK} ANY(виданню|газеті|агентству|агенції|телеканалу|порталу)\b"
    ),
    _rule(
        "report_anaphora",
        rf"[Tt](?<!\w.)h(?:e|at|is(?= report)) (?:same )?(?:news )?ANY(report|reports|article|"
        rf"story|{'|'.join(MEDIA_NOUNS)})"
        rf"{_ADVERBS} (?:{_REPORTED}|{_SAYS})\b(?: that\b)?",
    ),
    _rule(
        "report_anaphora",
        rf"\bANY({'|'.join(noun.capitalize() + '|' + noun for noun in MEDIA_NOUNS_UK)})"
        rf"(?:ня|а|о|я)? (?:також |ще )?{_TELLS_UK}",
    ),
    _rule(
        "report_anaphora",
        rf"\b{_TELLS_UK} (?:також |ще )?ANY(видання|газета|агентство|агенція|портал|телеканал)\b",
    ),
    _rule(
        "told_outlet_continued",
        r"[THS](?:(?<=^.)|(?<=[.!?”\"»] .))(?:(?<=T)hey|(?<=H)e|(?<=S)he)"
        rf"{_ADVERBS} (?:{_REPORTED}|{_SAYS})\b",
    ),
    _rule(
        "according_to",
        rf"[Aa](?<!\w.)ANY(ccording to) (?:\w+ ){{0,3}}?{_PEOPLE} "
        rf"(?:who|familiar|briefed|with|close|involved)\b[^\n,.;]{{0,60}}",
        role=Role.PERSON,
    ),
)

_CYRILLIC = re.compile("[\u0400-\u052f]")
_LABELS = frozenset(
    rule for rule in RULES if rule.pattern.pattern.pattern[0] == "^" and not rule.names_outlet
)
_ANY_LABEL = re.compile(
    rf"\n(?:{'|'.join(rule.pattern.pattern.pattern for rule in RULES if rule in _LABELS)})",
    re.MULTILINE,
)


def rules_for(text: str) -> Sequence[Rule]:
    """The rules that a text may match, in their order: none whose words are Ukrainian where there
    is no such letter, no label where no line begins like one.

    >>> sorted({rule.type for rule in set(RULES).difference(rules_for("Більше: Reuters"))})
    ['byline', 'quote_label', 'section_label']
    """
    is_cyrillic = not text.isascii() and _CYRILLIC.search(text) is not None
    return _rules(is_cyrillic, _ANY_LABEL.search(f"\n{text}") is not None)


@cache
def _rules(is_cyrillic: bool, has_label: bool) -> Sequence[Rule]:
    return tuple(
        rule
        for rule in RULES
        if (is_cyrillic or not _is_ukrainian(rule)) and (has_label or rule not in _LABELS)
    )


def _is_ukrainian(rule: Rule) -> bool:
    """Whether one of the words that a rule needs is Ukrainian, whichever it is."""
    return any(all(map(_CYRILLIC.search, words)) for words in rule.pattern.needs)
