"""Whose words a quotation is: the name the text gives.

Quotations are first hidden from the text, so that only the writer's own words are searched. Then
every "somebody says" of the text is listed once. A quotation takes the one that stands next to
it; a pronoun or "the official" takes the last one listed that fits.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain

from detector.lexicon import SAYING, SAYING_UK, UPPER
from detector.model import Quotation
from detector.scan import matches_from, one_of, search_for, without_signs, words_of

# A hidden quotation: its first character, those inside, and its last.
_QUOTE, _FILL, _LAST = "\ue000", "\ue001", "\ue002"

_TOKEN = (
    rf"(?:(?:Mrs?|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Prof|St)\.|(?:[A-Z]\.)+|{UPPER}[\w’'-]{{0,40}}+)"
)
_NAME = rf"(?<!\w){_TOKEN}(?:[ ](?:(?:de|van|von|bin|al|der|la)[ ])?{_TOKEN}){{0,5}}+"
_SAYING = frozenset([*SAYING, *SAYING_UK, "urged", "hailed", "praised", "denounced"])
_VERB = rf"{one_of(_SAYING)}\b"
_ROLES = """
    official minister president mayor secretary chief leader spokesman spokeswoman spokesperson
    governor senator lawyer attorney judge prosecutor officer source diplomat adviser advisor
    analyst expert aide general commander ambassador coach manager director doctor professor
    company ministry government committee court union witness resident king queen pope man woman
    mother father farmer teacher author student scientist researcher
"""
_ROLE = rf"(?i:{one_of(_ROLES.split())}s?)\b"
_DESCRIPTION = rf"(?<!\w)(?:[Tt]he|[Aa]n?|[Oo]ne)[ ](?:[\w’'-]{{1,30}}+[ ]){{0,5}}?{_ROLE}"
_OF = r"(?:[ ](?:at|of|from|with|in|for)(?:[ ][\w’'-]{1,20}+){1,6}?)?"
_PRONOUN = r"(?<!\w)(?:[Hh]e|[Ss]he|[Вв]ін|[Вв]она)\b"
_ASIDE = r"(?:(?:,[ ][^,\n\ue000]{1,120}+){1,2},|,[ ]who)?"
_ADVERB = (
    r"(?:[ ](?:has|have|had|also|later|then|now|again|often|\w{2,20}ly|також|ще|додатково|потім))*?"
)

_SAYS = re.compile(
    rf"""(?: (?:{_DESCRIPTION}|{_NAME}(?:[ ][a-z][\w’'-]{{0,30}}+){{1,4}}+),[ ](?P<titled>{_NAME}),?
           | (?P<pronoun>{_PRONOUN})
           | (?P<role>{_DESCRIPTION}){_OF}{_ASIDE}
           | (?P<name>{_NAME}){_ASIDE}
         ){_ADVERB}[ ]{_VERB}
       | (?:{_TOKEN}[ ]){{7,}}+  # a heading in capitals: nobody speaks""",
    re.VERBOSE,
)
# Where such a match may begin: at a capital, or at a small word that begins a description.
_SAYS_STARTS = re.compile(
    rf"[^\x00-@\[-`b-gi-np-ru-\x7f\W\d_à-öø-ÿабг-яёіїєґ](?:(?<={UPPER})"
    r"|(?<![0-9A-Za-z\w].)(?:(?<=t)he|(?<=a)n?|(?<=o)ne|(?<=s)he|(?<=h)e|(?<=в)(?:ін|она))\b)"
)
_SAID = re.compile(rf"[,\s—–-]{{0,5}}{_VERB}(?:[ ]\w{{2,20}}ly)?[ ]", re.VERBOSE)
_SUBJECT = re.compile(
    rf"""(?P<pronoun>{_PRONOUN}) | (?P<role>{_DESCRIPTION})(?:,[ ](?P<titled>{_NAME}))?""",
    re.VERBOSE,
)
_BY = search_for(
    r"[ЗзAaНн](?:(?<=[Зз])а словами|(?<=[Aa])ccording to|(?<=[Нн])а думку) ",
    needs="а словами|ccording to|а думку",
)
_NAMES = re.compile(_NAME)
_FULL_STOP = r"(?<!Mr)(?<!Mrs)(?<!Ms)(?<!Dr)(?<!\b[A-Z])\."
_STOP = re.compile(rf"[,;:\n{_QUOTE}]|{_FULL_STOP}(?:\s|$)")
_SENTENCE = re.compile(
    rf"[\n.!?…{_QUOTE}{_LAST}](?:(?<=\n)|(?:(?<!\.)|(?<={_FULL_STOP}))\s+(?={UPPER}))"
)
_TAG_GAP = re.compile(r"[ ,—–-]{0,4}(?:[\w’'.-]{1,20} ){0,5}")  # Kremlin spokesman
_TAG_INSIDE = re.compile(rf"[,!?…] [—–-] (?:{'|'.join(SAYING_UK)}) ")

_TITLES = frozenset(
    """President Prime Minister Foreign Defense Defence Secretary Senator Sen. Rep. Gov. Gen.
    General Governor Chancellor Chief Ambassador Mayor Judge Justice Professor Spokesman
    Spokeswoman Chairman Director Deputy Vice Colonel Major Captain Admiral Commander Premier
    Officer Attorney Detective Inspector Sheriff Sergeant Councillor Міністр Президент""".split()
)
_NO_NAMES = frozenset(
    """On In At But And Yet After Before When While If As The A An It They We You I For From By
    Earlier Later Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March
    April May June July August September October November December US U.S. UK U.K. EU E.U. Ukraine
    Russia Britain France Germany Poland China Israel This That These There Former Senior У В На
    За Про Він Вона Це Але Як України Росії США Польщі Німеччини Франції Британії""".split()
)
_WINDOW = 300


@dataclass(frozen=True, slots=True)
class _Sayer:
    """One "somebody says": where it stands, who it is, and all its words with the title."""

    start: int
    end: int
    name: str | None
    words: str


@dataclass(frozen=True, slots=True)
class _Story:
    """A text without its quotations, and what stands where in it, each list in order."""

    text: str
    sayers: Sequence[_Sayer]
    starts: Sequence[int]  # of the sayers
    sentences: Sequence[int]
    verbs: Sequence[int]
    bys: Sequence[int]  # where "according to" ends

    def last_before(self, places: Sequence[int], position: int) -> int | None:
        """The last of the places before ``position`` that is in the same sentence and near."""
        at = bisect_left(places, position) - 1
        return places[at] if at >= 0 and places[at] >= self.sentence(position) else None

    def sentence(self, position: int) -> int:
        """Where the sentence that leads to ``position`` begins, or our window on it."""
        at = bisect_right(self.sentences, position) - 1
        return max(self.sentences[at] if at >= 0 else 0, position - _WINDOW)


def find_speakers(text: str, quotations: Sequence[Quotation]) -> tuple[Quotation, ...]:
    """The same quotations, each outer one with its speaker where the text names one.

    >>> from detector.model import Span
    >>> text = 'The mayor, Jane Doe, said: "Go home."'
    >>> find_speakers(text, [Quotation(Span(27, 37), Span(28, 36))])[0].speaker
    'Jane Doe'
    """
    if not quotations:
        return ()
    story = _read(text, _hide(text, quotations))
    told: list[Quotation] = []
    last: Quotation | None = None  # the last outer one that has a speaker
    for quotation in quotations:
        if quotation.depth == 1 and quotation.speaker is None:
            ends_sentence = quotation.inner.slice(text).endswith(".")
            speaker = _speaker(story, quotation, ends_sentence) or _inside(text, story, quotation)
            if speaker is None and last and _is_next(story.text, last, quotation):
                speaker = last.speaker
            if speaker:
                quotation = last = replace(quotation, speaker=speaker)
        told.append(quotation)
    return tuple(told)


def _hide(text: str, quotations: Sequence[Quotation]) -> str:
    """The text with its outer quotations blanked out, every offset kept."""
    text = text.replace(_QUOTE, " ").replace(_FILL, " ").replace(_LAST, " ")
    parts: list[str] = []
    done = 0
    for q in quotations:
        if q.depth == 1:
            parts += text[done : q.span.start], _hidden(len(q.span))
            done = q.span.end
    return "".join([*parts, text[done:]])


def _hidden(size: int) -> str:
    return f"{_QUOTE}{_FILL * (size - 2)}{_LAST}"[:size]


def _read(text: str, hidden: str) -> _Story:
    """Everything outside the quotations of a text that can lead to a speaker."""
    verbs = _verbs(text, hidden)
    sayers = _sayers(hidden, verbs)
    return _Story(
        text=hidden,
        sayers=sayers,
        starts=[s.start for s in sayers],
        sentences=[m.end() for m in _SENTENCE.finditer(hidden)],
        verbs=[start for start, _ in verbs],
        bys=[m.end() for m in _BY.finditer(hidden)],
    )


def _verbs(text: str, hidden: str) -> list[tuple[int, int]]:
    """Where the verbs of saying stand that are not hidden, of those that the text has at all."""
    present = _SAYING.intersection(words_of(without_signs(text)))
    return sorted(m.span() for verb in present for m in _verb(verb).finditer(hidden))


@cache
def _verb(verb: str) -> re.Pattern[str]:
    """A pattern for a verb. ``re`` finds a beginning of plain letters soonest."""
    return re.compile(rf"{verb}(?!\w)(?<!\w{verb})")


def _sayers(hidden: str, verbs: Iterable[tuple[int, int]]) -> list[_Sayer]:
    """Every "somebody says" of the text, in order; pronouns resolved along the way."""
    sayers: list[_Sayer] = []
    stretches = _up_to_last_verb(hidden, verbs).items()
    searches = (matches_from(_SAYS_STARTS, _SAYS, hidden, *each) for each in stretches)
    for m in chain.from_iterable(searches):
        if m.lastgroup is None:
            continue
        name = _clean(m["name"] or m["titled"] or "")
        if m["pronoun"] or m["role"]:
            name = _resolve(m["pronoun"], m["role"], sayers)
        sayers.append(_Sayer(m.start(), m.end(), name, m.group()))
    return sayers


def _up_to_last_verb(hidden: str, verbs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Where each line with verbs begins, and where its last verb ends: no "somebody says" goes
    beyond its line, and each ends with a verb."""
    ends: dict[int, int] = {}
    line = seen = 0
    for start, end in verbs:
        line = max(line, hidden.rfind("\n", seen, start) + 1)
        ends[line], seen = end, start
    return ends


def _resolve(pronoun: str | None, role: str | None, sayers: Sequence[_Sayer]) -> str | None:
    """The last of the sayers that the pronoun or description may mean; a description that means
    none of them stands for itself."""
    noun = role.split()[-1].casefold() if role else ""
    refers = role is None or role.casefold().startswith("the ")
    wrong = {"he": ("Mrs", "Ms", "Miss"), "she": ("Mr.",)}.get((pronoun or "").casefold(), ())
    for sayer in reversed(sayers[-20:]) if refers else ():
        if sayer.name and not sayer.name.startswith(wrong) and noun in sayer.words.casefold():
            return sayer.name
    return role


def _clean(name: str) -> str | None:
    """A name without the titles, days and places that run into it."""
    words = name.split()
    last_title = max((i for i, w in enumerate(words) if w in _TITLES), default=-1)
    words = words[last_title + 1 :]
    while words and words[0] in _NO_NAMES:
        del words[0]
    return re.sub("[’']s$", "", " ".join(words)) or None


def _speaker(story: _Story, quotation: Quotation, ends_sentence: bool) -> str | None:
    """The speaker of one quotation: named right after it, before it, or later in its sentence."""
    start, end = quotation.span.start, quotation.span.end
    after = bisect_left(story.starts, end)
    so_far = story.sayers[max(0, after - 20) : after]
    following = story.sayers[after] if after < len(story.sayers) else None
    is_near = following is not None and following.start - end < _WINDOW
    gap = story.text[end : following.start] if following and is_near else "\n"
    if said := _SAID.match(story.text, end):
        return _subject(story.text, said.end(), so_far)
    if following and not ends_sentence and _TAG_GAP.fullmatch(gap):
        return following.name
    if quotation.label:
        return None
    if (found := _before(story, start, so_far)) is not None:
        return found
    if following and gap.endswith(", ") and not _SENTENCE.search(gap):
        return following.name
    return None


def _before(story: _Story, start: int, sayers: Sequence[_Sayer]) -> str | None:
    """The speaker named earlier in the sentence that leads to a quotation."""
    sentence = story.sentence(start)
    if sayers and sentence < sayers[-1].end <= start:
        return sayers[-1].name
    if (by := story.last_before(story.bys, start)) is not None:
        return _subject(story.text, by, sayers)
    if story.last_before(story.verbs, start) is not None:  # Jane Doe shook her head, saying: "..."
        name = _subject(story.text, sentence, sayers)
        return name if name and " " in name else None
    return None


def _inside(text: str, story: _Story, quotation: Quotation) -> str | None:
    """A speaker named inside the marks, as Ukrainian does: «Так, — каже мер Іван Сич, — буде»."""
    inner = quotation.inner
    if m := _TAG_INSIDE.search(text, inner.start, min(inner.end, inner.start + _WINDOW)):
        at = bisect_left(story.starts, inner.start)
        return _subject(text, m.end(), story.sayers[max(0, at - 20) : at])
    return None


def _subject(hidden: str, start: int, sayers: Sequence[_Sayer]) -> str | None:
    """Who is named right behind a verb of saying."""
    window = hidden[start : start + 120]
    if m := _SUBJECT.match(window):
        return _clean(m["titled"] or "") or _resolve(m["pronoun"], m["role"], sayers)
    stop = _STOP.search(window)
    names = [_clean(m.group()) for m in _NAMES.finditer(window[: stop.start() if stop else None])]
    known = [name for name in names if name]
    return next((name for name in known if " " in name), known[0] if known else None)


def _is_next(hidden: str, last: Quotation, quotation: Quotation) -> bool:
    """Whether a quotation without a tag goes on with what was quoted before in its paragraph."""
    between = hidden[last.span.end : quotation.span.start]
    return len(between) <= _WINDOW and "\n" not in between
